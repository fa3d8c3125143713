from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_refresh = fields.Boolean(
        "Refresh public bodies every night",
        default=True,
        help="Looks up on Chorus Pro the public bodies with drafts, recurring or open "
        "invoices, and says which documents a change touches.",
    )
    l10n_fr_chorus_refresh_months = fields.Integer(
        "Months of business",
        default=12,
        help="Public bodies invoiced during these months are refreshed as well.",
    )

    @api.constrains("l10n_fr_chorus_refresh_months")
    def _check_l10n_fr_chorus_refresh_months(self):
        for company in self:
            if company.l10n_fr_chorus_refresh_months < 0:
                raise ValidationError(self.env._("Enter 0 or more months."))
