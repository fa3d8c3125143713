"""Why the window of Send does not offer Chorus Pro, where it should."""

from odoo import api, models

from ..tools.roles import SENDER, has_role
from .account_move_send import METHOD


class AccountMoveSend(models.AbstractModel):
    """A method that is not there says nothing: whoever misses it is told what to do."""

    _inherit = "account.move.send"

    @api.model
    def _get_alerts(self, moves, moves_data):
        # EXTENDS 'account'
        alerts = super()._get_alerts(moves, moves_data)
        closed = {}
        for move in moves:
            connection = self._l10n_fr_chorus_closed(move)
            if connection and connection.id not in closed:
                closed[connection.id] = self._l10n_fr_chorus_closed_alert(connection)
        return {
            **alerts,
            **{f"l10n_fr_chorus_closed_{key}": one for key, one in closed.items()},
        }

    @api.model
    def _l10n_fr_chorus_closed(self, move):
        """The connection by which this invoice would go and cannot; or an empty one.

        With all rights: whoever sends need not see connections.
        """
        connections = self.env["l10n_fr_chorus.connection"].sudo()
        customer = move.commercial_partner_id.with_company(move.company_id)
        is_its_way = (
            customer.invoice_sending_method == METHOD
            or move._l10n_fr_chorus_is_its_body()
        )
        if not (
            is_its_way
            and has_role(self.env(su=False), SENDER)
            and move._l10n_fr_chorus_can_send()
        ):
            return connections
        found = connections._for_sending(move.company_id, move)
        if not found and connections._is_neutralized():
            # What neutralizes a copy archives its connections as well.
            found = connections.search(
                [
                    ("company_id", "=", move.company_id.id),
                    ("active", "=", False),
                    ("can_send", "=", True),
                    ("environment", "=", "production"),
                ],
                limit=1,
            )
        return found.filtered(lambda one: not one._may_write())

    @api.model
    def _l10n_fr_chorus_closed_alert(self, connection):
        alert = {
            "level": "warning",
            "message": self.env._(
                "“by Chorus Pro” is not offered: %s", connection._read_only_sentence()
            ),
        }
        seen = connection.with_env(self.env(su=False))
        if seen.has_access("write"):
            alert["action_text"] = self.env._("Open %s", connection.display_name)
            alert["action"] = seen._get_records_action()
        return alert
