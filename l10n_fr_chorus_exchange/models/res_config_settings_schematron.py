from odoo import api, fields, models

from ..tools import schematron


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_fr_chorus_schematron = fields.Boolean(
        related="company_id.l10n_fr_chorus_schematron", readonly=False
    )
    l10n_fr_chorus_schematron_obstacle = fields.Char(
        "Why the EN 16931 rules cannot be checked",
        compute="_compute_l10n_fr_chorus_schematron_obstacle",
    )

    @api.depends("company_id", "l10n_fr_chorus_schematron")
    def _compute_l10n_fr_chorus_schematron_obstacle(self):
        obstacle = schematron.obstacle()
        for settings in self:
            settings.l10n_fr_chorus_schematron_obstacle = (
                self.env._(
                    "Not available: %s",
                    self.env["res.company"]._l10n_fr_chorus_obstacle(obstacle),
                )
                if obstacle and settings.l10n_fr_chorus_schematron
                else False
            )
