from odoo import fields, models


class ResPartnerBank(models.Model):
    """Accounts that a received document names for a supplier known otherwise."""

    _inherit = "res.partner.bank"

    l10n_fr_chorus_to_check = fields.Boolean(
        "To be checked",
        readonly=True,
        copy=False,
        help="An invoice received from Chorus Pro names this account, and nobody has "
        "trusted it yet.",
    )

    def write(self, vals):
        res = super().write(vals)
        if vals.get("allow_out_payment"):
            checked = self.filtered("l10n_fr_chorus_to_check")
            checked.l10n_fr_chorus_to_check = False
            checked._l10n_fr_chorus_trusted()
        return res

    def _l10n_fr_chorus_trusted(self):
        """The bills that name these accounts are paid there, unless they are posted."""
        if not self:
            return
        # Whoever may trust an account need not handle the bills of each company.
        moves = (
            self.env["account.move"]
            .sudo()
            .search([("l10n_fr_chorus_bank_told_id", "in", self.ids)])
        )
        for move in moves:
            move._l10n_fr_chorus_bank_trusted()

    def _l10n_fr_chorus_known_accounts(self, company):
        """The other accounts of the same supplier in use, as a text that may be empty."""
        self.ensure_one()
        known = self.partner_id.bank_ids.filtered(
            lambda bank: (
                bank != self
                and not bank.l10n_fr_chorus_to_check
                and bank.company_id.id in (False, company.id)
            )
        )
        return ", ".join(known.mapped("acc_number"))

    def _l10n_fr_chorus_other_holders(self):
        """Other partners that the same account is known for."""
        if not self:
            return self.env["res.partner"]
        holders = self.search(
            [
                ("sanitized_acc_number", "=", self.sanitized_acc_number),
                ("partner_id", "!=", self.partner_id.id),
                ("company_id", "in", [False, self.company_id.id]),
            ]
        ).partner_id.commercial_partner_id
        entity = self.partner_id.commercial_partner_id._l10n_fr_chorus_entity()
        return holders.filtered(lambda one: one._l10n_fr_chorus_entity() != entity)
