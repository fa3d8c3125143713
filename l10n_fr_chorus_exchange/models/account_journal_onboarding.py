"""First steps on the dashboard, until the first invoice is deposited."""

from odoo import models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def _fill_sale_purchase_dashboard_data(self, dashboard_data):
        # EXTENDS 'account'
        res = super()._fill_sale_purchase_dashboard_data(dashboard_data)
        company = self.env.company
        journal = self.filtered(lambda j: j.type == "sale" and j.company_id == company)
        if journal and (welcome := company._l10n_fr_chorus_welcome()):
            dashboard_data[journal[:1].id]["l10n_fr_chorus_welcome"] = welcome
        return res
