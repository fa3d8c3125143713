"""Of each scheduled work of a connection: when it last got through, and what waits."""

from dataclasses import dataclass
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

_MODULE = "l10n_fr_chorus_exchange"
# How far back the list of calls is searched for the last success.
LOOKED_BACK = timedelta(days=7)


@dataclass(frozen=True)
class Job:
    """``flag`` is the field of the connection without which the work does not exist."""

    key: str
    label: object
    cron: str
    flag: str
    model: str
    states: tuple
    operations: tuple


JOBS = (
    Job(
        "send",
        _lt("Send invoices"),
        "ir_cron_send",
        "can_send",
        "l10n_fr_chorus.deposit",
        ("ready", "sending"),
        (
            "factures/v1/deposer/flux",
            "factures/v1/deposer/pdf",
            "factures/v1/soumettre",
        ),
    ),
    Job(
        "follow",
        _lt("Follow invoices sent"),
        "ir_cron_follow",
        "can_send",
        "l10n_fr_chorus.deposit",
        ("unknown", "deposited"),
        (
            "transverses/v1/consulterCRDetaille",
            "factures/v1/rechercher/fournisseur",
            "factures/v1/consulter/historique",
        ),
    ),
    Job(
        "correct",
        _lt("Send corrections"),
        "ir_cron_correct",
        "can_send",
        "l10n_fr_chorus.correction",
        ("ready", "sending", "unknown"),
        ("factures/v1/completer", "factures/v1/recycler", "factures/v1/traiterRejet"),
    ),
    Job(
        "receive",
        _lt("Receive bills"),
        "ir_cron_receive",
        "can_receive",
        "l10n_fr_chorus.inbound",
        ("seen", "fetched"),
        ("factures/v1/rechercher/recipiendaire", "factures/v1/telecharger/groupe"),
    ),
    Job(
        "answer",
        _lt("Answer to suppliers"),
        "ir_cron_answer",
        "can_receive",
        "l10n_fr_chorus.treatment",
        ("ready", "sending", "unknown"),
        ("factures/v1/traiter/recue",),
    ),
)


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    def _health_jobs(self):
        """Rows of the card: label, last run, last success, how many wait, what is wrong."""
        self.ensure_one()
        successes = self._last_successes()
        return [self._health_job(job, successes) for job in JOBS if self[job.flag]]

    def _health_job(self, job, successes):
        # Whoever may see the connection may know whether its work is done. In its form,
        # while it is typed in, it is not the one that is stored.
        stored, states = self._origin.id, job.states
        waiting = (
            self.env[job.model]
            .sudo()
            .search_count([("connection_id", "=", stored), ("state", "in", states)])
        )
        reached = [successes[one] for one in job.operations if one in successes]
        return self._job_row(
            job.key,
            job.label,
            job.cron,
            success_at=max(reached, default=None),
            waiting=waiting,
        )

    def _job_row(self, key, label, cron_name, *, success_at, waiting):
        cron = self.env.ref(f"{_MODULE}.{cron_name}", raise_if_not_found=False)
        cron = cron and cron.sudo()
        return {
            "key": key,
            "label": self.env._(label),
            "run_at": cron and cron.lastcall,
            "success_at": success_at,
            "waiting": waiting,
            "message": self._job_message(cron),
        }

    def _job_message(self, cron):
        if not cron or not cron.active:
            return self.env._("Its scheduled action is switched off.")
        return ""

    def _last_successes(self):
        """When each operation last got an answer, within a week: ``{operation: UTC}``."""
        self.env["l10n_fr_chorus.call"].flush_model()
        # SQL: the ORM would give the days of the user instead of moments.
        self.env.cr.execute(
            SQL(
                """
                SELECT operation, max(at)
                  FROM l10n_fr_chorus_call
                 WHERE connection_id = %s AND at >= %s AND outcome = 'done'
              GROUP BY operation
                """,
                self._origin.id,
                fields.Datetime.now() - LOOKED_BACK,
            )
        )
        return dict(self.env.cr.fetchall())
