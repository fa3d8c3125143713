"""Answers on their way: what is particular to them."""

from functools import partial

from odoo import api, models

from ..lib.chorus_pro.codes import InvoiceStatus
from ..lib.chorus_pro.services import invoices


class L10n_Fr_ChorusTreatment(models.Model):
    _inherit = "l10n_fr_chorus.treatment"

    @api.model
    def _cron_answer(self):
        """Send what is ready, find out what became of what had no answer."""
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

    def _overtaken(self, news):
        """A payment that was undone in Odoo before it was announced."""
        if (
            self.target == InvoiceStatus.PAID
            and self.move_id
            and not self.move_id._l10n_fr_chorus_is_paid()
        ):
            return self.env._("The bill is no longer paid.")
        return False

    def _is_shown_by(self, news):
        if str(news.status) == self.target:
            return True
        if self.state != "unknown":
            return False
        entries = [str(entry.portal_event_id) for entry in news.entries]
        start = (
            entries.index(self.last_event_id) + 1
            if self.last_event_id in entries
            else 0
        )
        return any(str(entry.code) == self.target for entry in news.entries[start:])

    def _trace(self, news):
        last = news.last
        return {"last_event_id": str(last.portal_event_id) if last else False}

    def _is_result_due(self):
        return self.inbound_id.history_due

    def _result_is_due(self):
        self.inbound_id.history_due = True

    def _wake_reader(self):
        self.inbound_id._wake_receiver()

    def _tell_refusal(self, sentence):
        if self.move_id:
            self.move_id._l10n_fr_chorus_warn(
                self.env._("Chorus Pro refused “%s”", self.label),
                sentence,
                self.create_uid,
            )
