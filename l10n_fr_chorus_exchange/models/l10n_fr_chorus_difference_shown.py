from odoo import api, fields, models
from odoo.tools import format_date

# What the bill says of each kind, read at the moment somebody looks.
ON_BILL = {
    "number": "ref",
    "service": "buyer_reference",
    "engagement": "purchase_order_reference",
    "contract": "contract_reference",
}


class L10n_Fr_ChorusDifference(models.Model):
    """Three columns of a received bill: the supplier's file, Chorus Pro, Odoo."""

    _inherit = "l10n_fr_chorus.difference"

    in_file = fields.Char("In the file", compute="_compute_sides", compute_sudo=True)
    in_odoo = fields.Char("In Odoo now", compute="_compute_sides", compute_sudo=True)

    @api.depends(
        "kind",
        "ours",
        "is_of_file",
        "move_id.amount_total",
        "move_id.amount_untaxed",
        "move_id.invoice_date",
        "move_id.currency_id",
        *(f"move_id.{name}" for name in ON_BILL.values()),
    )
    @api.depends_context("lang")
    def _compute_sides(self):
        for difference in self:
            of_file = difference.is_of_file
            difference.in_file = difference.ours if of_file else False
            difference.in_odoo = (
                difference._on_bill() if of_file else difference.ours
            ) or False

    def _on_bill(self):
        """What the bill says of this, as a text; empty when it does not say it."""
        move = self.move_id
        if self.kind in ON_BILL:
            return move[ON_BILL[self.kind]]
        if self.kind == "date":
            return format_date(self.env, move.invoice_date)
        if self.kind == "currency":
            return move.currency_id.name
        amounts = {"amount": move.amount_total, "untaxed": move.amount_untaxed}
        if self.kind in amounts:
            return move._l10n_fr_chorus_money(amounts[self.kind])
        return ""
