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

    def _l10n_fr_chorus_refreshed_with(self):
        """Companies whose public bodies the connections of this one look up at night: its
        own, and those of its branches that ask by it; each may have switched it off."""
        self.ensure_one()
        connections = self.env["l10n_fr_chorus.connection"].sudo()
        # Whoever looks at the connection need not work in the branches.
        offices = self.sudo().search([("id", "child_of", self.id)])
        return offices.filtered(
            lambda one: (
                one.l10n_fr_chorus_refresh
                and connections._for_questions(one).company_id == self
            )
        )
