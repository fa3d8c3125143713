from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_fr_chorus_check_at_posting = fields.Boolean(
        related="company_id.l10n_fr_chorus_check_at_posting", readonly=False
    )
    l10n_fr_chorus_check_engagement = fields.Boolean(
        related="company_id.l10n_fr_chorus_check_engagement", readonly=False
    )
