from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_fr_chorus_is_being_set_up = fields.Boolean(
        related="l10n_fr_chorus_connection_id.is_being_set_up"
    )

    def action_l10n_fr_chorus_setup(self):
        """The guided set-up, where it was left."""
        self.ensure_one()
        return self.env["l10n_fr_chorus.setup"].action_open(company=self.company_id)
