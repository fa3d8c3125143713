"""The history of the portal as records: each line once, never rewritten."""

from dataclasses import replace
from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..lib.chorus_pro.services import invoices
from ..models import l10n_fr_chorus_follow_status
from ..tools.dates import PARIS
from .follow_common import HISTORY, FollowCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFollowHistory(FollowCase):
    def test_the_history_completes_what_a_search_told(self):
        move = self.sent_invoice()
        self.treat_on_portal(move.l10n_fr_chorus_portal_id, "SUSPENDUE", "Manquant")
        self.follow()
        told = move.l10n_fr_chorus_event_ids
        self.assertEqual(set(told.mapped("origin")), {"search"})
        self.assertEqual(told[0].comment, "Manquant")
        move.action_l10n_fr_chorus_ask_now()
        self.follow()
        whole = move.l10n_fr_chorus_event_ids
        self.assertEqual(
            whole.mapped("code"),
            ["SUSPENDUE", "MISE_A_DISPOSITION", "EN_COURS_ACHEMINEMENT", "DEPOSEE"],
        )
        self.assertEqual(set(whole.mapped("origin")), {"history"})
        self.assertLessEqual(told, whole)
        self.assertTrue(all(whole.mapped("seen_at")))

    def test_who_asks_does_not_write_what_the_cron_is_writing(self):
        move = self.sent_invoice()
        before = self._version_of(move)
        for _twice in range(2):
            move.with_user(self.supplier_user).action_l10n_fr_chorus_ask_now()
        self.assertEqual(self._version_of(move), before)
        self.follow()
        self.assertEqual(self.calls(HISTORY), 1)
        self.assertFalse(self.env["l10n_fr_chorus.question"].search([]))
        self.assertFalse(move.l10n_fr_chorus_history_due)

    def test_a_question_that_got_no_answer_waits_behind_the_others(self):
        move, other = self.sent_invoice(), self.sent_invoice()
        move.action_l10n_fr_chorus_ask_now()
        self.fault(HISTORY, "server_error", times=3, status=500)
        self.follow()
        self.assertFalse(self.env["l10n_fr_chorus.question"].search([]))
        self.assertTrue(move.l10n_fr_chorus_history_due)
        other.action_l10n_fr_chorus_ask_now()
        with patch.object(l10n_fr_chorus_follow_status, "HISTORIES", 1):
            self.follow()
            self.assertTrue(other.l10n_fr_chorus_asked_at)
            self.assertTrue(move.l10n_fr_chorus_history_due)
            self.follow()
        self.assertFalse(move.l10n_fr_chorus_history_due)

    def test_a_history_that_breaks_waits_behind_the_others(self):
        unread, unwritten, good = (self.sent_invoice() for _number in range(3))
        for move in (unread, unwritten, good):
            move.action_l10n_fr_chorus_ask_now()
        real = invoices.history

        def history(client, portal_id):
            if str(portal_id) == unread.l10n_fr_chorus_portal_id:
                raise OverflowError("date value out of range")
            told = real(client, portal_id)
            if str(portal_id) == unwritten.l10n_fr_chorus_portal_id:
                # Such a moment is none of UTC.
                early = datetime(1, 1, 1, tzinfo=PARIS)
                entries = [replace(one, at=early) for one in told.entries]
                return replace(told, entries=tuple(entries))
            return told

        with (
            patch.object(invoices, "history", history),
            mute_logger(l10n_fr_chorus_follow_status.__name__),
        ):
            self.follow()
        self.assertTrue(
            all(move.l10n_fr_chorus_asked_at for move in (unread, unwritten))
        )
        self.assertFalse(self.env["l10n_fr_chorus.question"].search([]))
        self.assertTrue(unread.l10n_fr_chorus_history_due)
        self.assertTrue(unwritten.l10n_fr_chorus_history_due)
        events = good.l10n_fr_chorus_event_ids
        self.assertEqual(set(events.mapped("origin")), {"history"})
        self.follow()
        self.assertFalse(unread.l10n_fr_chorus_history_due)
        self.assertFalse(unwritten.l10n_fr_chorus_history_due)

    def _version_of(self, move):
        """Where PostgreSQL keeps the row: whoever writes it moves it."""
        self.env.flush_all()
        self.env.cr.execute("SELECT ctid FROM account_move WHERE id = %s", [move.id])
        return self.env.cr.fetchone()[0]

    def test_a_line_is_not_rewritten_nor_deleted_whoever_asks(self):
        move = self.sent_invoice()
        event = move.sudo().l10n_fr_chorus_event_ids[:1]
        with self.assertRaises(UserError):
            event.write({"comment": "autre"})
        with self.assertRaises(UserError):
            event.unlink()
        with self.assertRaises(AccessError):
            event.with_user(self.supplier_user).sudo(False).unlink()

    def test_what_users_did_on_the_portal_is_kept_apart(self):
        move = self.sent_invoice()
        portal_id = int(move.l10n_fr_chorus_portal_id)
        store = self.portal.store
        with store.transaction():
            store.run(
                "INSERT INTO action_event (invoice_id, code, at) VALUES (?, ?, ?)",
                portal_id,
                "TELECHARGEMENT_FACTURE",
                self.portal.clock.now(),
            )
        for _twice in range(2):
            move.action_l10n_fr_chorus_ask_now()
            self.follow()
        self.assertEqual(
            move.l10n_fr_chorus_action_ids.mapped("label"), ["Invoice downloaded"]
        )
        self.assertNotIn(
            "TELECHARGEMENT_FACTURE", move.l10n_fr_chorus_event_ids.mapped("code")
        )
