"""What a received bill says of accounts and orders, for a person to check."""

from odoo import api, fields, models

from .account_move import READERS

BANK = "bank"


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_fr_chorus_bank_told_id = fields.Many2one(
        "res.partner.bank",
        "Account on the invoice",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=READERS,
        help="The account that the invoice received from Chorus Pro names.",
    )
    l10n_fr_chorus_bank_alert = fields.Char(
        "Bank account alert",
        compute="_compute_l10n_fr_chorus_bank_alert",
        compute_sudo=True,
        groups=READERS,
    )

    l10n_fr_chorus_order_state = fields.Selection(
        [
            ("matched", "Linked to its order"),
            ("differs", "Differs from its order"),
            ("choose", "Several orders possible"),
            ("none", "No such order"),
        ],
        "Purchase order",
        readonly=True,
        copy=False,
        help="What became of the commitment or contract number of the invoice received.",
    )
    l10n_fr_chorus_order_alert = fields.Char(
        "Purchase order alert", compute="_compute_l10n_fr_chorus_order_alert"
    )
    l10n_fr_chorus_order_names = fields.Char("Orders named", readonly=True, copy=False)

    @api.depends(
        "l10n_fr_chorus_difference_ids.state",
        "l10n_fr_chorus_difference_ids.kind",
        "l10n_fr_chorus_bank_told_id",
    )
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_bank_alert(self):
        for move in self:
            difference = move._l10n_fr_chorus_bank_difference()
            move.l10n_fr_chorus_bank_alert = bool(difference) and self._bank_words(
                difference, move.l10n_fr_chorus_bank_told_id
            )

    @api.depends("state", "line_ids", "l10n_fr_chorus_order_state")
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_order_alert(self):
        for move in self:
            # A person may have linked the lines since; a field of Purchase.
            is_settled = move.state != "draft" or (
                "is_purchase_matched" in move._fields and move.is_purchase_matched
            )
            move.l10n_fr_chorus_order_alert = not is_settled and move._order_words()

    def _order_words(self):
        names = self.l10n_fr_chorus_order_names
        sentences = {
            "differs": self.env._(
                "The lines or amounts differ from the purchase order %s. Link the lines "
                "with “Purchase Matching”.",
                names,
            ),
            "choose": self.env._(
                "Several purchase orders bear the number on the invoice: %s. Link the "
                "lines with “Purchase Matching”.",
                names,
            ),
            "none": self.env._(
                "No confirmed purchase order of this supplier bears the number on the "
                "invoice."
            ),
        }
        return sentences.get(self.l10n_fr_chorus_order_state, False)

    def _l10n_fr_chorus_bank_difference(self):
        return self.l10n_fr_chorus_difference_ids.filtered(
            lambda one: one.kind == BANK and one.state == "open"
        )[:1]

    def _bank_words(self, difference, told):
        words = (
            self.env._(
                "This invoice asks to be paid on %(theirs)s, the supplier's account in "
                "Odoo is %(ours)s.",
                theirs=difference.theirs,
                ours=difference.ours,
            )
            if difference.ours
            else self.env._(
                "This invoice asks to be paid on %s, the first account of this supplier.",
                difference.theirs,
            )
        )
        others = told.sudo()._l10n_fr_chorus_other_holders()
        if others:
            words += " " + self.env._(
                "That account is also known for %s.",
                ", ".join(others.mapped("display_name")),
            )
        return words

    def _l10n_fr_chorus_alert_bank(self):
        """Show the account that nobody has checked, and call the person in charge."""
        for move in self:
            told = move.sudo().l10n_fr_chorus_bank_told_id
            if not told.l10n_fr_chorus_to_check:
                continue
            self.env["l10n_fr_chorus.difference"]._found(
                move,
                (BANK,),
                {
                    BANK: (
                        told._l10n_fr_chorus_known_accounts(move.company_id),
                        told.acc_number,
                    )
                },
            )

    def _l10n_fr_chorus_bank_trusted(self):
        """A person trusts the account: pay there what is not confirmed yet."""
        self.ensure_one()
        difference = self.l10n_fr_chorus_difference_ids.filtered(
            lambda one: one.kind == BANK and one.state == "open"
        )
        difference._settle(self.env._("The account is trusted now."), self.env.user)
        self._l10n_fr_chorus_flag_differences()
        if self.state == "draft" and not self.is_inbound():
            self.partner_bank_id = self.l10n_fr_chorus_bank_told_id

    def action_l10n_fr_chorus_open_bank(self):
        """The account the invoice names, where a person trusts or archives it."""
        self.ensure_one()
        return self.l10n_fr_chorus_bank_told_id._get_records_action(
            name=self.env._("Bank account to check")
        )
