"""Sending and following: the outbox, its cron, and what the portal says of it."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import seed
from .deposit_common import DepositCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDeposit(DepositCase):
    # -------------------------------------------------------------------------
    # SENDING
    # -------------------------------------------------------------------------

    def test_sending_calls_nothing_and_freezes_the_bytes(self):
        deposit = self.send(self.invoice())
        self.assertEqual(deposit.state, "ready")
        self.assertFalse(self.all_calls())
        self.assertTrue(deposit.attachment_id.raw.startswith(b"%PDF"))

    def test_cron_deposits_and_the_portal_identifier_comes_back(self):
        move = self.invoice()
        deposit = self.sent(move)
        self.assertEqual(deposit.state, "integrated", deposit.error)
        self.assertEqual(self.calls("factures/deposer/flux"), 1)
        self.assertTrue(move.l10n_fr_chorus_portal_id)
        self.assertEqual(move.l10n_fr_chorus_status, "MISE_A_DISPOSITION")
        self.assertIn("Made available", move.l10n_fr_chorus_summary)

    def test_the_whole_history_is_read_when_it_is_asked_for(self):
        move = self.invoice()
        self.sent(move)
        self.assertNotIn("DEPOSEE", move.l10n_fr_chorus_event_ids.mapped("code"))
        move.action_l10n_fr_chorus_ask_now()
        self.run_cron("ir_cron_follow")
        self.assertIn("DEPOSEE", move.l10n_fr_chorus_event_ids.mapped("code"))

    def test_the_deposited_bytes_are_the_frozen_ones(self):
        deposit = self.sent(self.invoice())
        [flow] = self.drive("GET", "deposits")["deposits"]
        self.assertEqual(flow["sha256"], deposit.sha256)

    def test_two_runs_of_the_cron_make_one_deposit(self):
        self.send(self.invoice())
        self.run_cron("ir_cron_send")
        self.run_cron("ir_cron_send")
        self.assertEqual(self.calls("factures/deposer/flux"), 1)

    def test_pressing_send_twice_is_refused(self):
        move = self.invoice()
        self.send(move)
        with self.assertRaisesRegex(UserError, "already on its way"):
            self.send(move)
        self.assertEqual(len(move.l10n_fr_chorus_deposit_ids), 1)

    def test_a_changed_file_is_not_sent(self):
        deposit = self.send(self.invoice())
        deposit.attachment_id.raw = b"%PDF-1.7 something else"
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "refused")
        self.assertEqual(self.calls("factures/deposer/flux"), 0)

    def test_an_unreachable_portal_leaves_the_deposit_ready_for_later(self):
        deposit = self.send(self.invoice())
        self.fault("token", "invalid_client", times=None)
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "ready")
        self.assertGreater(deposit.next_try_at, fields.Datetime.now())
        self.assertEqual(self.supplier_connection.state, "error")

    def test_one_bad_deposit_does_not_stop_the_next(self):
        first, second = self.send(self.invoice()), self.send(self.invoice())
        first.attachment_id.raw = b"changed"
        self.run_cron("ir_cron_send")
        self.assertEqual(first.state, "refused")
        self.assertEqual(second.state, "deposited")

    def test_what_breaks_on_one_deposit_is_logged_and_the_next_one_goes_on(self):
        first, second = self.send(self.invoice()), self.send(self.invoice())
        first.syntax = "NOT_A_SYNTAX"
        with self.assertLogs("odoo.addons.l10n_fr_chorus_exchange", "ERROR"):
            self.run_cron("ir_cron_send")
        self.assertEqual(first.state, "ready")
        self.assertEqual(second.state, "deposited")

    # -------------------------------------------------------------------------
    # NO ANSWER
    # -------------------------------------------------------------------------

    def test_a_cut_after_the_work_is_unknown_then_found_and_never_sent_twice(self):
        move = self.invoice()
        deposit = self.send(move)
        self.fault("factures/deposer/flux", "cut_after")
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "unknown")
        self.later(deposit)
        self.run_cron("ir_cron_send")
        self.run_cron("ir_cron_follow")
        self.assertEqual(deposit.state, "integrated", deposit.error)
        self.assertTrue(deposit.flow_number)
        self.assertEqual(len(self.drive("GET", "deposits")["deposits"]), 1)

    def test_a_cut_before_the_work_is_looked_for_then_sent_again_by_itself(self):
        deposit = self.send(self.invoice())
        self.fault("factures/deposer/flux", "cut_before")
        self.run_cron("ir_cron_send")
        self.later(deposit)
        self.run_cron("ir_cron_follow")
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "unknown", "too early")
        self.assertEqual(self.calls("factures/deposer/flux"), 1)
        deposit.sent_at = fields.Datetime.now() - timedelta(minutes=31)
        self.later(deposit)
        self.run_cron("ir_cron_follow")
        self.assertEqual(deposit.state, "ready")
        self.assertEqual(deposit.flow_id.state, "not_sent")
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "deposited")
        self.assertEqual(
            deposit.flow_ids.mapped("state"), ["deposited", "not_sent"], "newest first"
        )

    def test_half_an_answer_is_unknown(self):
        deposit = self.send(self.invoice())
        self.fault("factures/deposer/flux", "half_answer")
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "unknown")

    def test_a_deposit_left_in_sending_by_a_dead_process_becomes_unknown(self):
        deposit = self.send(self.invoice())
        deposit.write({"state": "sending", "sent_at": fields.Datetime.now()})
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "unknown")
        self.assertEqual(self.calls("factures/deposer/flux"), 0)

    # -------------------------------------------------------------------------
    # REJECTION AND CORRECTION
    # -------------------------------------------------------------------------

    def test_an_unknown_service_is_rejected_shown_corrected_and_sent_again(self):
        move = self.invoice(buyer_reference="NULLE_PART")
        deposit = self.sent(move)
        self.assertEqual(deposit.state, "rejected")
        self.assertIn(deposit.error, move.l10n_fr_chorus_summary)
        self.assertEqual(move.l10n_fr_chorus_severity, "danger")
        self.assertTrue(move.activity_ids)
        move.button_draft()
        move.buyer_reference = "ACHATS"
        move.action_post()
        self._render(move)
        again = self.sent(move)
        self.assertEqual(again.state, "integrated", again.error)
        self.assertFalse(move.activity_ids)
        self.assertEqual(deposit.state, "rejected", "the first try keeps its story")

    def test_an_invoice_missing_from_the_report_counts_as_rejected(self):
        move = self.invoice(buyer_reference="NULLE_PART")
        self.fault("transverses/consulterCRDetaille", "missing_report_line", times=None)
        deposit = self.sent(move)
        self.assertEqual(deposit.state, "rejected")
        self.assertTrue(deposit.error)

    def test_a_pending_flow_is_asked_again_later(self):
        deposit = self.send(self.invoice())
        self.fault("*", "flow_pending", times=None)
        self.run_cron("ir_cron_send")
        self.later(deposit)
        self.run_cron("ir_cron_follow")
        self.assertEqual(deposit.state, "deposited")
        self.assertGreater(deposit.next_try_at, fields.Datetime.now())

    def test_what_the_portal_holds_cannot_be_reset_to_draft(self):
        move = self.invoice()
        self.sent(move)
        self.assertFalse(move.show_reset_to_draft_button)
        with self.assertRaisesRegex(UserError, "credit note"):
            move.button_draft()

    def test_resetting_to_draft_cancels_what_is_not_sent_yet(self):
        move = self.invoice()
        deposit = self.send(move)
        move.button_draft()
        self.assertEqual(deposit.state, "cancelled")
        self.run_cron("ir_cron_send")
        self.assertEqual(self.calls("factures/deposer/flux"), 0)

    # -------------------------------------------------------------------------
    # CHECKS
    # -------------------------------------------------------------------------

    def test_a_missing_service_code_is_said_before_sending(self):
        move = self.invoice(buyer_reference=False)
        with self.assertRaisesRegex(UserError, "service code"):
            self.send(move)
        self.assertFalse(move.l10n_fr_chorus_deposit_ids)

    def test_a_missing_siret_is_said_before_sending(self):
        self.town_hall_partner.company_registry = False
        with self.assertRaisesRegex(UserError, "SIRET"):
            self.send(self.invoice())

    def test_an_unknown_service_is_doubted_before_sending_but_not_forbidden(self):
        self.env["l10n_fr_chorus.service"].sudo().create(
            {
                "partner_id": self.town_hall_partner.id,
                "code": "ACHATS",
                "name": "Achats",
            }
        )
        move = self.invoice(buyer_reference="NULLE_PART")
        wizard = self.env["account.move.send.wizard"].create({"move_id": move.id})
        wizard.sending_method_checkboxes = {"chorus_pro": {"checked": True}}
        [alert] = wizard.alerts.values()
        self.assertEqual(alert["level"], "warning")
        self.assertIn("NULLE_PART", alert["message"])
        self.assertEqual(self.send(move).state, "ready")

    def test_printed_references_are_locked_until_the_invoice_is_draft_again(self):
        move = self.invoice()
        self.assertTrue(move.l10n_fr_chorus_locked)
        move.button_draft()
        self.assertFalse(move.l10n_fr_chorus_locked)

    def test_crons_write_in_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.supplier.partner_id.lang = "fr_FR"
        deposit = self.send(self.invoice())
        self.fault("factures/deposer/flux", "half_answer")
        self.run_cron("ir_cron_send")
        self.assertIn("réponse", deposit.error)

    def test_a_siret_with_a_wrong_check_digit_only_stops_in_production(self):
        move = self.invoice()
        self.assertFalse(move._l10n_fr_chorus_findings())
        self.supplier_connection.sudo().environment = "production"
        self.assertIn(
            self.town_hall_partner,
            [finding.record for finding in move._l10n_fr_chorus_findings()],
        )

    def test_chorus_pro_is_proposed_for_public_bodies_only(self):
        sender = self.env["account.move.send"]
        move = self.invoice()
        self.assertEqual(sender._get_default_sending_methods(move), {"chorus_pro"})
        self.town_hall_partner.l10n_fr_chorus_is_public = False
        self.assertNotIn("chorus_pro", sender._get_default_sending_methods(move))

    def test_the_wizard_shows_all_problems_at_once(self):
        self.town_hall_partner.company_registry = False
        move = self.invoice(buyer_reference=False)
        wizard = self.env["account.move.send.wizard"].create({"move_id": move.id})
        wizard.sending_method_checkboxes = {"chorus_pro": {"checked": True}}
        shown = " ".join(alert["message"] for alert in wizard.alerts.values())
        self.assertIn("SIRET", shown)
        self.assertIn("service code", shown)

    # -------------------------------------------------------------------------
    # STATUSES
    # -------------------------------------------------------------------------

    def test_a_changed_status_reaches_the_invoice_once(self):
        move = self.invoice()
        self.sent(move)
        portal_id = int(move.l10n_fr_chorus_portal_id)
        self.drive(
            "POST",
            "invoices/status",
            {
                "id": portal_id,
                "status": "SUSPENDUE",
                "comment": "Bon de livraison manquant",
            },
        )
        self.run_cron("ir_cron_follow")
        self.assertEqual(move.l10n_fr_chorus_status, "SUSPENDUE")
        self.assertEqual(
            move.l10n_fr_chorus_status_comment, "Bon de livraison manquant"
        )
        self.assertEqual(move.l10n_fr_chorus_severity, "warning")
        events, notes = len(move.l10n_fr_chorus_event_ids), len(move.message_ids)
        self.run_cron("ir_cron_follow")
        self.assertEqual(len(move.l10n_fr_chorus_event_ids), events)
        self.assertEqual(len(move.message_ids), notes)

    def test_following_many_unchanged_invoices_costs_one_search(self):
        for _each in range(3):
            self.sent(self.invoice())
        self.run_cron("ir_cron_follow")
        before = self.all_calls()
        self.run_cron("ir_cron_follow")
        after = self.all_calls()
        new = {name: after[name] - before.get(name, 0) for name in after}
        self.assertEqual(
            {name: count for name, count in new.items() if count and name != "token"},
            {"factures/rechercher/fournisseur": 1},
        )

    # -------------------------------------------------------------------------
    # RIGHTS
    # -------------------------------------------------------------------------

    def test_an_invoicing_user_sends_but_cannot_change_a_deposit(self):
        move = self.invoice().with_user(self.supplier_user)
        self.env["account.move.send"].with_user(
            self.supplier_user
        )._generate_and_send_invoices(move, sending_methods={"chorus_pro"})
        deposit = move.l10n_fr_chorus_deposit_ids
        self.assertEqual(deposit.state, "ready")
        with self.assertRaises(UserError):
            deposit.state = "integrated"

    def test_another_company_does_not_see_the_deposits(self):
        self.send(self.invoice())
        seen = self.env["l10n_fr_chorus.deposit"].with_user(self.town_hall_user)
        self.assertFalse(seen.search([]))

    def test_a_credit_note_takes_the_same_road(self):
        move = self.invoice()
        self.sent(move)
        wizard = self.env["account.move.reversal"].create(
            {"move_ids": move.ids, "journal_id": move.journal_id.id, "reason": "Retour"}
        )
        wizard.refund_moves()
        refund = wizard.new_move_ids
        refund.buyer_reference = "ACHATS"
        refund.action_post()
        self._render(refund)
        deposit = self.sent(refund)
        self.assertEqual(deposit.state, "integrated", deposit.error)
        self.assertNotEqual(
            refund.l10n_fr_chorus_portal_id, move.l10n_fr_chorus_portal_id
        )
        kinds = {row["type_code"] for row in self.drive("GET", "invoices")["invoices"]}
        self.assertEqual(kinds, {"380", "381"})

    def test_the_supplier_is_the_one_of_the_seed(self):
        self.assertEqual(self.supplier.partner_id.l10n_fr_chorus_siret, seed.SUPPLIER)
