from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_fr_chorus_refresh = fields.Boolean(
        related="company_id.l10n_fr_chorus_refresh", readonly=False
    )
    l10n_fr_chorus_refresh_months = fields.Integer(
        related="company_id.l10n_fr_chorus_refresh_months", readonly=False
    )
