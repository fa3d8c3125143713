"""How far the guided set-up of a connection has come."""

from odoo import api, fields, models


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    # A step of ``l10n_fr_chorus.setup``; empty: made by hand.
    setup_step = fields.Char(readonly=True, copy=False)
    # When the technical account was typed: a new one is let in half an hour later.
    setup_account_at = fields.Datetime(readonly=True, copy=False)
    is_being_set_up = fields.Boolean(compute="_compute_is_being_set_up")

    @api.depends("setup_step")
    def _compute_is_being_set_up(self):
        for connection in self:
            step = connection.setup_step
            connection.is_being_set_up = bool(step) and step != "done"

    def action_set_up(self):
        """Go on where the set-up was left, or go through it once more."""
        self.ensure_one()
        self.check_access("write")
        return self.env["l10n_fr_chorus.setup"].action_open(connection=self)
