"""A status that changes while the form is open, in a real browser."""

from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from odoo.addons.bus.models.bus import channel_with_db, dispatch, hashable

from ..models.account_move_live import SUBCHANNEL
from .deposit_common import DepositCase

REASON = "Il manque le bon de livraison"  # also in the tour


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLiveTours(DepositCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.move = self.invoice()
        self.move.l10n_fr_chorus_portal_id = "7001"
        self.move._l10n_fr_chorus_note("MISE_A_DISPOSITION", None, "")
        # What the browser asks for, between two of its clicks.
        self.on_server("suspend", lambda move: self.note(move, "SUSPENDUE", REASON))
        self.on_server("complete", lambda move: self.note(move, "COMPLETEE", ""))
        self.on_server("is_heard", lambda _move: bool(self.listeners()))
        self.on_server("deliver", lambda _move: self.deliver())

    def on_server(self, name, action):
        move_id = self.move.id
        method = lambda moves: action(moves.browse(move_id).sudo())  # noqa: E731
        moves = self.env.registry["account.move"]
        self.startPatcher(
            patch.object(moves, f"chorus_test_{name}", method, create=True)
        )

    def note(self, move, code, comment):
        move._l10n_fr_chorus_note(code, None, comment)

    def listeners(self):
        channel = channel_with_db(self.env.cr.dbname, (self.move, SUBCHANNEL))
        return list(dispatch._channels_to_ws.get(hashable(channel), ()))

    def deliver(self):
        """As the database's own notice would after the commit; a test commits nothing."""
        for websocket in self.listeners():
            websocket.trigger_notification_dispatching()

    def test_a_change_is_seen_at_once_and_nothing_typed_is_lost(self):
        self.start_tour(
            "/odoo/customer-invoices",
            "l10n_fr_chorus_live",
            login=self.supplier_user.login,
        )
        self.assertEqual(self.move.l10n_fr_chorus_status, "COMPLETEE")
