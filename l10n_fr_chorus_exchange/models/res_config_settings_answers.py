from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_fr_chorus_answer_posted = fields.Selection(
        related="company_id.l10n_fr_chorus_answer_posted", readonly=False
    )
    l10n_fr_chorus_answer_sent = fields.Boolean(
        related="company_id.l10n_fr_chorus_answer_sent", readonly=False
    )
    l10n_fr_chorus_answer_paid = fields.Boolean(
        related="company_id.l10n_fr_chorus_answer_paid", readonly=False
    )
