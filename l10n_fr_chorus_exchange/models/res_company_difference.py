from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_payment_lag = fields.Integer(
        "Days until a payment must show on both sides",
        default=30,
        help="An invoice paid in Odoo and not on Chorus Pro, or the other way round, for "
        "longer than that is shown as a difference. 0: never.",
    )
