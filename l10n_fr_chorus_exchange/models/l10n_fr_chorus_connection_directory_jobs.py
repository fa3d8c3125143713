"""Scheduled work on customers, told on the health card as well: nobody deposits by it, so
nobody would notice that it stands still."""

from typing import NamedTuple

from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from .l10n_fr_chorus_connection_jobs import LOOKED_BACK
from .l10n_fr_chorus_directory_import import UNDER_WAY as IMPORTING
from .l10n_fr_chorus_match import UNDER_WAY as MATCHING

_lt = LazyTranslate(__name__)


class SharedJob(NamedTuple):
    """Key of a row, its label, its scheduled action.

    One connection does this for the whole company, or for all companies: the rows say how
    that stands, on whichever card.
    """

    key: str
    label: object
    cron: str


SHARED_JOBS = (
    SharedJob("directory", _lt("Directory imports"), "ir_cron_directory"),
    SharedJob("services", _lt("Read services"), "ir_cron_directory_services"),
    SharedJob("refresh", _lt("Refresh public bodies"), "ir_cron_refresh"),
    SharedJob("match", _lt("Look up customers"), "ir_cron_match"),
)


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    def _health_jobs(self):
        jobs = super()._health_jobs()
        # As stored, whatever is being typed; whoever may see the connection may know
        # whether its work is done.
        stored = self._origin.sudo()
        for key, label, cron_name in SHARED_JOBS:
            found = getattr(stored, f"_{key}_work")()
            if found:
                success_at, waiting = found
                jobs.append(
                    self._job_row(
                        key, label, cron_name, success_at=success_at, waiting=waiting
                    )
                )
        return jobs

    # -------------------------------------------------------------------------
    # WHEN IT LAST GOT THROUGH, AND WHAT WAITS
    # -------------------------------------------------------------------------

    def _directory_work(self):
        imports = self.env["l10n_fr_chorus.directory.import"]
        last = imports.search(
            [("state", "=", "done")], order="finished_at desc", limit=1
        )
        waiting = imports.search_count([("state", "in", IMPORTING)])
        return last.finished_at or None, waiting

    def _services_work(self):
        bodies = self.env["l10n_fr_chorus.body"]
        success = self._last_call(
            "structures/v1/consulter/service", SQL("res_model = %s", bodies._name)
        )
        return success, bodies.search_count([("is_reading", "=", True)])

    def _refresh_work(self):
        """None where the company does not want it."""
        company = self.company_id
        if not company._l10n_fr_chorus_refreshed_with():
            return None
        partners = self.env["res.partner"]
        # A look at the connection asks the same, about no partner; whoever is matched
        # with a public body was never refreshed before.
        success = self._last_call(
            "structures/v1/consulter",
            SQL(
                """
                company_id = %s AND res_model = %s AND res_id IN (
                    SELECT id FROM res_partner
                     WHERE l10n_fr_chorus_asked_at IS NOT NULL
                )
                """,
                company.id,
                partners._name,
            ),
        )
        return success, len(partners._l10n_fr_chorus_due_for_refresh(company))

    def _match_work(self):
        company = self.company_id
        matches = self.env["l10n_fr_chorus.match"]
        mine = [("company_id", "=", company.id)]
        last = matches.search(
            [*mine, ("through_at", "!=", False)], order="through_at desc", limit=1
        )
        # Customers, not selections of them.
        waiting = sum(
            one.waiting_count if one.state == "looking" else one.to_apply_count
            for one in matches.search([*mine, ("state", "in", MATCHING)])
        )
        return last.through_at or None, waiting

    def _last_call(self, operation, about):
        """When this was last answered within a week; None: it was not.

        :param SQL about: which of the calls of that name
        """
        self.env["l10n_fr_chorus.call"].flush_model()
        self.env["res.partner"].flush_model(["l10n_fr_chorus_asked_at"])
        # SQL: the ORM would give the day of the user instead of the moment.
        self.env.cr.execute(
            SQL(
                """
                SELECT max(at)
                  FROM l10n_fr_chorus_call
                 WHERE operation = %s AND at >= %s AND outcome = 'done' AND %s
                """,
                operation,
                fields.Datetime.now() - LOOKED_BACK,
                about,
            )
        )
        [moment] = self.env.cr.fetchone()
        return moment
