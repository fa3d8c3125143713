from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_fr_chorus_identifier_type = fields.Selection(
        related="company_id.l10n_fr_chorus_identifier_type", readonly=False
    )
    l10n_fr_chorus_identifier = fields.Char(
        related="company_id.l10n_fr_chorus_identifier", readonly=False
    )
    l10n_fr_chorus_payment_means = fields.Selection(
        related="company_id.l10n_fr_chorus_payment_means",
        readonly=False,
        required=True,
    )
    l10n_fr_chorus_vat_due = fields.Selection(
        related="company_id.l10n_fr_chorus_vat_due", readonly=False
    )
    l10n_fr_chorus_type_down_payment = fields.Boolean(
        related="company_id.l10n_fr_chorus_type_down_payment", readonly=False
    )
    l10n_fr_chorus_type_corrective = fields.Boolean(
        related="company_id.l10n_fr_chorus_type_corrective", readonly=False
    )
