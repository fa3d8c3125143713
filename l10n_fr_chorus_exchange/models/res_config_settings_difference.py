from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_fr_chorus_payment_lag = fields.Integer(
        related="company_id.l10n_fr_chorus_payment_lag", readonly=False
    )
