"""The history of the portal as records: each line once, never rewritten."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .follow_common import FollowCase


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
