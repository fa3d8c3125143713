"""Counters of the purchase journals: what of the inbox waits for a person."""

from collections import defaultdict

from odoo import models
from odoo.fields import Domain

from .l10n_fr_chorus_inbound import OPEN_STATES, WAITING_STATES

# Several states may be one counter.
COUNTERS = {
    **dict.fromkeys(OPEN_STATES, "new"),
    **{state: state for state in WAITING_STATES},
}


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def _fill_sale_purchase_dashboard_data(self, dashboard_data):
        # EXTENDS 'account'
        res = super()._fill_sale_purchase_dashboard_data(dashboard_data)
        for journal, rows in self._l10n_fr_chorus_inbox().items():
            counts = defaultdict(int)
            for state, count, _domain in rows:
                counts[COUNTERS[state]] += count
            dashboard_data[journal.id]["l10n_fr_chorus_inbox"] = dict(counts)
        return res

    def _l10n_fr_chorus_inbox(self):
        """What waits in the inbox for each of these journals; one query for all.

        The bill will go to the journal of the service, the structure or the connection.

        :return: ``{journal: [(state, count, domain)]}``
        """
        inbox = self.env["l10n_fr_chorus.inbound"]
        journals = self.filtered(lambda journal: journal.type == "purchase")
        found = defaultdict(list)
        if not journals or not inbox.has_access("read"):
            return found
        names = ["connection_id", "structure_id", "service_id"]
        rows = inbox._read_group(
            [
                ("company_id", "in", journals.company_id.ids),
                ("state", "in", list(COUNTERS)),
            ],
            [*names, "state"],
            ["__count"],
        )
        for *units, state, count in rows:
            connection, structure, service = (unit.sudo() for unit in units)
            journal = (
                service.journal_id
                or structure.journal_id
                or connection._purchase_journal()
            )
            domain = Domain.AND(
                Domain(name, "=", unit.id)
                for name, unit in zip(names, units, strict=True)
            )
            # In the environment of whoever looks.
            for mine in journals.filtered(lambda one, of=journal: one.id == of.id):
                found[mine].append((state, count, domain))
        return found

    def action_l10n_fr_chorus_inbox(self):
        """The documents that the counters of this journal count."""
        self.ensure_one()
        rows = self._l10n_fr_chorus_inbox().get(self, [])
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_chorus_exchange.l10n_fr_chorus_inbound_action"
        )
        action["domain"] = list(
            Domain.OR(
                {repr(domain): domain for _state, _count, domain in rows}.values()
            )
        )
        action["context"] = {
            name: value
            for name, value in self.env.context.items()
            if name.startswith("search_default_")
        }
        return action
