"""Answers on their way: what is particular to them."""

from datetime import timedelta
from functools import partial

from odoo import api, fields, models

from ..lib.chorus_pro.services import invoices
from .l10n_fr_chorus_treatment import CERTIFY, MANDATE, PAY, STEPS
from .status_labels import status_label

# On a read-only connection; the switch wakes them.
HELD = timedelta(days=1)
# Before a number of history lines, where versions before kept the id of the last one.
LINES = "lines:"


class L10n_Fr_ChorusTreatment(models.Model):
    _inherit = "l10n_fr_chorus.treatment"

    @api.model
    def _cron_answer(self):
        """Send what is ready, find out what became of what had no answer."""
        self.env["l10n_fr_chorus.treatment.target"]._read_all()
        self._run_wishes()

    def _question(self, client):
        return partial(invoices.history, client, int(self.inbound_id.portal_id))

    def _call(self, client):
        return partial(
            invoices.treat_received,
            client,
            int(self.inbound_id.portal_id),
            self.target,
            reason=self.reason or "",
            mandate_number=self.mandate_number or None,
        )

    def _record(self, news):
        self.inbound_id._record_history(news)

    def _is_behind_another(self):
        return self._pending_before([("inbound_id", "=", self.inbound_id.id)])

    def _fulfil(self):
        if self.state == "ready" and not self.connection_id._may_write():
            # Not even asked about: it waits until Odoo may write again.
            self._hold()
            return
        super()._fulfil()

    def _prepare(self, client):
        if not self.connection_id._may_write():
            # What became of an earlier attempt was asked; nothing is sent again.
            self._hold()
            return False
        return super()._prepare(client)

    def _hold(self):
        """Keep it for a day, or until the connection may write again."""
        self.write(
            {
                "error": self.connection_id._read_only_sentence(),
                "next_try_at": fields.Datetime.now() + HELD,
            }
        )

    def _overtaken(self, news):
        """What a setting queued, and what was undone in Odoo or done over there since."""
        if not self.is_automatic:
            return False
        move = self.move_id
        if not move:
            return self.env._("The bill was deleted.")
        if self.target == PAY and not move._l10n_fr_chorus_is_payment_due():
            return self.env._("The bill is no longer paid.")
        if self.target in (CERTIFY, MANDATE) and move.state != "posted":
            return self.env._("The bill is no longer confirmed.")
        status = str(news.status)
        if status in STEPS and STEPS.index(status) > STEPS.index(self.target):
            return self.env._(
                "Chorus Pro is further already: “%s”.", status_label(self.env, status)
            )
        return False

    def _is_shown_by(self, news):
        if str(news.status) == self.target:
            return True
        if self.state not in ("unknown", "refused"):
            return False
        known = self.last_event_id or ""
        if known.startswith(LINES):
            return self._count_lines(news) > int(known.removeprefix(LINES))
        if self.state == "refused":
            # It never left: an earlier line is not ours.
            return False
        entries = [str(entry.portal_event_id) for entry in news.entries]
        start = entries.index(known) + 1 if known in entries else 0
        return any(str(entry.code) == self.target for entry in news.entries[start:])

    def _trace(self, news):
        # Their ids the portal may leave out.
        return {"last_event_id": f"{LINES}{self._count_lines(news)}"}

    def _count_lines(self, news):
        """How often the invoice had the status that is asked for."""
        return sum(str(entry.code) == self.target for entry in news.entries)

    def _is_result_due(self):
        return self.inbound_id.history_due

    def _result_is_due(self):
        self.inbound_id.history_due = True

    def _wake_reader(self):
        self.inbound_id._wake_receiver()

    def _settle_result(self, news):
        res = super()._settle_result(news)
        if self.state == "refused" and self.error:
            # Asked again just now: this is where the invoice really stands.
            self.error = " ".join(
                (
                    self.error,
                    self.env._(
                        "Its status there is “%s”.",
                        status_label(self.env, str(news.status)),
                    ),
                )
            )
        return res

    def _refused_by_portal(self, error):
        res = super()._refused_by_portal(error)
        # What the portal was said to take is not what it takes: ask for it again.
        self.connection_id._forget_treatment_targets(self.inbound_id.portal_status)
        return res

    def _done(self):
        res = super()._done()
        # Whoever was told of a refusal has nothing left to do about it.
        self._warnings().unlink()
        return res

    def _warn(self, summary, sentence):
        # What was told of an earlier attempt is old.
        self._warnings().unlink()
        problem = self._problem()
        if self.move_id:
            self.move_id._l10n_fr_chorus_warn(
                summary, sentence, self.create_uid, problem
            )
        else:
            self.inbound_id._warn_answered(summary, sentence, self.create_uid, problem)

    def _warnings(self):
        """Open activities about this answer."""
        return (
            self.move_id.sudo().activity_ids | self.inbound_id.sudo().activity_ids
        ).filtered(lambda one: one.l10n_fr_chorus_problem == self._problem())

    def _problem(self):
        return f"answer:{self.id}"
