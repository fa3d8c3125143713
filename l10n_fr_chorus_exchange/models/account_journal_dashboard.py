from odoo import models

from .situations import COUNTED


class AccountJournal(models.Model):
    """Counters of the dashboard: what waits for a person on Chorus Pro."""

    _inherit = "account.journal"

    def _fill_sale_purchase_dashboard_data(self, dashboard_data):
        # EXTENDS 'account'
        res = super()._fill_sale_purchase_dashboard_data(dashboard_data)
        journals = self.filtered(lambda journal: journal.type in ("sale", "purchase"))
        for journal, counts in journals._l10n_fr_chorus_counts().items():
            dashboard_data[journal.id]["l10n_fr_chorus"] = counts
        return res

    def _l10n_fr_chorus_counts(self):
        """How many invoices there are in each situation that needs a person.

        One query for all journals. Nothing is counted where no connection exists.

        :return: ``{journal: {situation: count}}``, without zeros
        """
        # A branch may send over the connection of its company.
        owners = self.company_id.sudo().parent_ids
        connected = (
            self.env["l10n_fr_chorus.connection"]
            .sudo()
            ._read_group([("company_id", "in", owners.ids)], ["company_id"])
        )
        companies = {company.id for (company,) in connected}
        journals = self.filtered(
            lambda journal: companies & set(journal.company_id.sudo().parent_ids.ids)
        )
        if not journals or not self.env["account.move"].has_access("read"):
            return {}
        counts = {}
        for journal, situation, count in self.env["account.move"]._read_group(
            [
                ("journal_id", "in", journals.ids),
                ("l10n_fr_chorus_situation", "in", COUNTED),
            ],
            ["journal_id", "l10n_fr_chorus_situation"],
            ["__count"],
        ):
            counts.setdefault(journal, {})[situation] = count
        return counts
