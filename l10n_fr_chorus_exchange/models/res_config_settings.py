from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_fr_chorus_connection_id = fields.Many2one(
        related="company_id.l10n_fr_chorus_connection_id"
    )
    l10n_fr_chorus_state = fields.Selection(
        related="l10n_fr_chorus_connection_id.state"
    )
    l10n_fr_chorus_message = fields.Text(
        related="l10n_fr_chorus_connection_id.last_message"
    )

    def action_l10n_fr_chorus_connection(self):
        """Open the connection of the company, all if several, or the form to make one."""
        self.ensure_one()
        connections = self.company_id.l10n_fr_chorus_connection_ids
        if len(connections) > 1:
            return connections._get_records_action(
                name=self.env._("Chorus Pro connections")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Chorus Pro connection"),
            "res_model": "l10n_fr_chorus.connection",
            "res_id": self.l10n_fr_chorus_connection_id.id,
            "view_mode": "form",
            "context": {"default_company_id": self.company_id.id},
        }

    def action_l10n_fr_chorus_test(self):
        self.ensure_one()
        if not self.l10n_fr_chorus_connection_id:
            return self.action_l10n_fr_chorus_connection()
        return self.l10n_fr_chorus_connection_id.action_test_connection()
