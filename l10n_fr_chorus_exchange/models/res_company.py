from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_connection_ids = fields.One2many(
        "l10n_fr_chorus.connection", "company_id", "Chorus Pro connections"
    )
    l10n_fr_chorus_connection_id = fields.Many2one(
        "l10n_fr_chorus.connection",
        "Chorus Pro connection",
        compute="_compute_l10n_fr_chorus_connection_id",
    )

    @api.depends("l10n_fr_chorus_connection_ids.active")
    def _compute_l10n_fr_chorus_connection_id(self):
        for company in self:
            company.l10n_fr_chorus_connection_id = (
                company.l10n_fr_chorus_connection_ids.filtered("active")[:1]
            )
