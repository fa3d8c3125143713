from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_fr_chorus_company_is_public = fields.Boolean(
        related="company_id.partner_id.l10n_fr_chorus_is_public",
        readonly=False,
        string="Your company is a public body",
        help="It may then choose the service FACTURES_PUBLIQUES, which takes what public "
        "bodies invoice to one another.",
    )
