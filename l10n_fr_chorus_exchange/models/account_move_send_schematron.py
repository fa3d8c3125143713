from odoo import api, models

from ..tools import schematron
from .account_move_send import METHOD


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_alerts(self, moves, moves_data):
        # EXTENDS 'account': a check that is wanted and cannot run is told.
        alerts = super()._get_alerts(moves, moves_data)
        chosen = moves.filtered(
            lambda move: (
                METHOD in moves_data[move]["sending_methods"]
                and move.company_id.l10n_fr_chorus_schematron
            )
        )
        obstacle = chosen and schematron.obstacle()
        if obstacle:
            alerts["l10n_fr_chorus_schematron"] = {
                "level": "info",
                "message": self.env._(
                    "The EN 16931 rules will not be checked before the deposit: %s",
                    self.env["res.company"]._l10n_fr_chorus_obstacle(obstacle),
                ),
            }
        return alerts
