from odoo import api, fields, models

# Rule S2.05 of the portal, out of UNTDID 4461. Its list has one more, 01 "not defined",
# which EN 16931 writes 1: neither spelling satisfies both.
PAYMENT_MEANS = [
    ("30", "Credit transfer (30)"),
    ("58", "SEPA credit transfer (58)"),
    ("31", "Debit transfer (31)"),
    ("42", "Payment to bank account (42)"),
    ("49", "Direct debit (49)"),
    ("59", "SEPA direct debit (59)"),
    ("48", "Bank card (48)"),
    ("20", "Cheque (20)"),
    ("10", "Cash (10)"),
    ("97", "Clearing between partners (97)"),
]


class AccountPaymentMethodLine(models.Model):
    _inherit = "account.payment.method.line"

    l10n_fr_chorus_payment_means = fields.Selection(
        PAYMENT_MEANS,
        string="Chorus Pro payment means",
        help="How invoices to be paid this way say so on Chorus Pro; empty: as the "
        "company's setting says.",
    )


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"

    l10n_fr_chorus_is_ours = fields.Boolean(
        "Account of a company that sends to Chorus Pro",
        compute="_compute_l10n_fr_chorus_is_ours",
    )
    l10n_fr_chorus_factor_id = fields.Many2one(
        "res.partner",
        string="Factor",
        help="Whoever is to be paid on this account instead of the company.",
    )
    l10n_fr_chorus_subrogation = fields.Text(
        string="Subrogation sentence",
        help="Written on invoices to be paid on this account, as the contract with the "
        "factor words it. Empty: the usual sentence.",
    )

    @api.depends("partner_id")
    def _compute_l10n_fr_chorus_is_ours(self):
        connections = self.env["l10n_fr_chorus.connection"]
        for account in self:
            # Whoever may see the account need not see all companies.
            companies = account.partner_id.sudo().ref_company_ids
            account.l10n_fr_chorus_is_ours = any(
                map(connections._for_company, companies)
            )
