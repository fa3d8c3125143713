from decimal import Decimal

from odoo import fields, models

from .en16931 import frames
from .en16931.prepaid import prepaid


class L10nFrChorusDeposit(models.Model):
    _inherit = "l10n_fr_chorus.deposit"

    amount_due = fields.Char("Amount to pay as sent", readonly=True)

    def _freeze(self, move, document):
        # Payments of later days lower what Odoo expects, not what was asked for.
        deposit = super()._freeze(move, document)
        deposit.amount_due = str(_due_sent(move))
        return deposit


def _due_sent(move):
    """What the document asks for (BT-115), as its totals work it out."""
    draft = move._l10n_fr_chorus_draft()
    paid = prepaid(draft)
    total = draft.money(move.amount_total)
    if frames.framework(draft, paid) is frames.PAID:
        return Decimal(0)
    return total - paid.amount
