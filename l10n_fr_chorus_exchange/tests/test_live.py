"""An open form is told that its invoice changed, and nobody else is."""

import json
from types import SimpleNamespace
from unittest.mock import patch

from odoo.addons.bus.models import ir_websocket
from odoo.addons.bus.models.bus import json_dump

from ..models.account_move_live import NOTICE
from .deposit_common import DepositCase


class TestLive(DepositCase):
    def setUp(self):
        super().setUp()
        self.move = self.invoice()
        self.sent(self.move)
        self.told()

    def told(self):
        """Ids of the invoices told since the last time, as a commit would send them."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        messages = self.env["bus.bus"].sudo().search([("message", "like", NOTICE)])
        ids = []
        for message in messages.sorted("id"):
            move_id = json.loads(message.message)["payload"]["id"]
            channel = [self.env.cr.dbname, "account.move", move_id, "l10n_fr_chorus"]
            self.assertEqual(message.channel, json_dump(channel))
            ids.append(move_id)
        messages.unlink()
        return ids

    def note(self, code, comment=""):
        self.move._l10n_fr_chorus_note(code, None, comment)

    def test_a_new_status_is_told_once_for_each_commit(self):
        self.note("SUSPENDUE", "Il manque le bon")
        self.note("COMPLETEE")
        self.assertEqual(self.told(), self.move.ids)
        self.assertEqual(self.told(), [])

    def test_a_poll_that_brings_nothing_new_tells_nothing(self):
        portal_id = self.move.l10n_fr_chorus_portal_id
        self.treat_on_portal(portal_id, "SUSPENDUE", "Il manque le bon")
        self.run_cron("ir_cron_follow")
        self.assertEqual(self.move.l10n_fr_chorus_status, "SUSPENDUE")
        self.assertEqual(set(self.told()), set(self.move.ids))
        for _poll in range(3):
            self.run_cron("ir_cron_follow")
        self.assertEqual(self.told(), [])

    def test_only_the_id_is_told(self):
        self.note("SUSPENDUE", "Il manque le bon")
        self.env.flush_all()
        self.env.cr.precommit.run()
        message = self.env["bus.bus"].sudo().search([("message", "like", NOTICE)])
        self.assertEqual(json.loads(message.message)["payload"], {"id": self.move.id})

    def test_another_change_of_the_invoice_is_not_told(self):
        self.move.ref = "Changed"
        self.assertEqual(self.told(), [])

    def test_the_outcome_of_a_deposit_is_told_but_not_the_next_question(self):
        deposit = self.move.sudo().l10n_fr_chorus_deposit_ids
        deposit.next_try_at = "2030-01-01 00:00:00"
        deposit.state = deposit.state
        self.assertEqual(self.told(), [])
        deposit.error = "Something is wrong"
        self.assertEqual(self.told(), self.move.ids)

    def test_what_is_rolled_back_is_not_told(self):
        self.note("SUSPENDUE")
        self.env.cr.precommit.clear()
        self.assertEqual(self.told(), [])

    # -------------------------------------------------------------------------
    # WHO LISTENS
    # -------------------------------------------------------------------------

    def heard_by(self, user, *channels):
        websocket = self.env["ir.websocket"].with_user(user)
        asked = [f"l10n_fr_chorus.move_{self.move.id}", *channels]
        request = SimpleNamespace(session=SimpleNamespace(uid=user.id))
        with patch.object(ir_websocket, "request", request):
            heard = websocket._build_bus_channel_list(asked)
        # No name that a client sent is a channel.
        self.assertFalse([c for c in heard if str(c).startswith("l10n_fr_chorus.move")])
        return [
            c[0].id
            for c in heard
            if isinstance(c, tuple) and c[0]._name == "account.move"
        ]

    def test_who_reads_the_invoice_may_listen(self):
        self.assertEqual(self.heard_by(self.supplier_user), self.move.ids)

    def test_another_company_or_a_visitor_hears_nothing(self):
        self.assertEqual(self.heard_by(self.town_hall_user), [])
        self.assertEqual(self.heard_by(self.env.ref("base.public_user")), [])

    def test_an_invoice_that_is_not_there_is_no_error(self):
        self.assertEqual(
            self.heard_by(self.supplier_user, "l10n_fr_chorus.move_999999999"),
            self.move.ids,
        )
