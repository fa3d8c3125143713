from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_fr_chorus_original_months = fields.Integer(
        related="company_id.l10n_fr_chorus_original_months", readonly=False
    )
