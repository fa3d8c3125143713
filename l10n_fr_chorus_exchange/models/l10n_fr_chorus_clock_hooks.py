"""What moves the payment clocks: a line of the portal's history, a status of a bill."""

from odoo import api, models

from .account_move_clock import CLOCK_LATER

BILL_STATUS = {"portal_status", "status_at", "move_id"}


class L10n_Fr_ChorusEvent(models.Model):
    _inherit = "l10n_fr_chorus.event"

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        if not self.env.context.get(CLOCK_LATER):
            events.move_id._l10n_fr_chorus_refresh_clock()
        return events


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    def write(self, vals):
        res = super().write(vals)
        if BILL_STATUS & vals.keys():
            self.move_id._l10n_fr_chorus_refresh_clock()
        return res
