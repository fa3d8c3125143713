import re

from odoo import models

from .account_move_live import SUBCHANNEL

# As the form asks for it; an id that the database can hold.
CHANNEL = re.compile(r"l10n_fr_chorus\.move_(\d{1,9})")


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        # EXTENDS 'bus': who asks for an invoice it may not read hears nothing of it.
        asked, others = [], []
        for channel in channels:
            match = isinstance(channel, str) and CHANNEL.fullmatch(channel)
            if match:
                asked.append(int(match[1]))
            else:
                others.append(channel)
        moves = self.env["account.move"].browse(asked).exists()
        others.extend((move, SUBCHANNEL) for move in moves._filtered_access("read"))
        return super()._build_bus_channel_list(others)
