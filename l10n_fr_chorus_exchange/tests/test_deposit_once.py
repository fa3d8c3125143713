"""Exactly once: every way a call may end, and what Odoo does next by itself."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..lib.chorus_pro.services import invoices
from .deposit_common import DepositCase

DEPOSIT = "factures/deposer/flux"
SEARCH = "factures/rechercher/fournisseur"
REPORT = "transverses/consulterCRDetaille"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDepositOnce(DepositCase):
    def setUp(self):
        super().setUp()
        deposits = self.env.registry["l10n_fr_chorus.deposit"]
        self.jitter = deposits._jitter
        # Pauses are exact in a test.
        self.startPatcher(patch.object(deposits, "_jitter", lambda _self: 1.0))

    def follow(self, deposit, times=1):
        for _each in range(times):
            self.later(deposit)
            self.run_cron("ir_cron_follow")

    def resend(self, deposit):
        self.later(deposit)
        self.run_cron("ir_cron_send")

    # -------------------------------------------------------------------------
    # ATTEMPTS
    # -------------------------------------------------------------------------

    def test_each_call_is_an_attempt_with_its_times_and_its_end(self):
        deposit = self.sent(self.invoice())
        flow = deposit.flow_ids
        self.assertEqual(flow, deposit.flow_id)
        self.assertEqual(flow.state, "integrated")
        self.assertEqual(flow.deposit_ids, deposit)
        self.assertEqual(flow.flow_number, deposit.flow_number)
        self.assertEqual(flow.attachment_id, deposit.attachment_id)
        self.assertEqual(flow.sha256, deposit.sha256)
        self.assertTrue(flow.started_at and flow.answered_at)

    def test_an_answer_without_a_flow_number_is_no_answer(self):
        deposit = self.send(self.invoice())
        self.fault(DEPOSIT, "blank_field", field="numeroFluxDepot")
        self.run_cron("ir_cron_send")
        self.assertEqual((deposit.state, deposit.flow_id.state), ("unknown",) * 2)
        self.follow(deposit)
        self.assertEqual(deposit.state, "integrated", deposit.error)
        self.assertEqual(deposit.flow_id.state, "integrated")
        self.assertTrue(deposit.flow_id.flow_number)
        self.assertEqual(self.calls(DEPOSIT), 1)

    def test_a_page_instead_of_an_answer_is_no_answer(self):
        for status in 500, 502, 503, 504:
            with self.subTest(status=status):
                deposit = self.send(self.invoice())
                self.fault(DEPOSIT, "server_error", status=status, after_work=True)
                self.run_cron("ir_cron_send")
                self.assertEqual(deposit.state, "unknown")
                self.follow(deposit)
                self.assertEqual(deposit.state, "integrated", deposit.error)
        self.assertEqual(len(self.portal_invoices()), 4)

    def test_a_token_refused_for_a_moment_is_renewed_and_the_file_goes_once(self):
        deposit = self.send(self.invoice())
        self.fault("token", "invalid_client")
        self.fault(DEPOSIT, "unauthorized")
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "deposited", deposit.error)
        self.assertEqual(len(self.deposits()), 1)
        self.assertEqual(deposit.tries, 1)

    def test_too_many_calls_waits_as_long_as_the_gateway_asks(self):
        move = self.invoice()
        deposit = self.send(move)
        self.fault(DEPOSIT, "too_many", retry_after=1200)
        with freeze_time("2026-11-23 09:00:00"):
            self.run_cron("ir_cron_send")
            self.assertEqual(deposit.state, "ready")
            self.assertEqual(deposit.flow_id.state, "not_sent")
            self.assertEqual(
                deposit.next_try_at, fields.Datetime.now() + timedelta(minutes=20)
            )
            seen = move.with_context(tz="Europe/Paris")
            seen.invalidate_recordset()
            self.assertIn("Next try at 10:20.", seen.l10n_fr_chorus_summary)
            self.run_cron("ir_cron_send")
        self.assertEqual(self.calls(DEPOSIT), 1)

    def test_a_refusal_at_once_is_final_and_shown(self):
        move = self.invoice()
        deposit = self.send(move)
        self.fault(DEPOSIT, "refused", code=20001, label="GDP_MSG_11.022")
        self.run_cron("ir_cron_send")
        self.assertEqual((deposit.state, deposit.flow_id.state), ("refused",) * 2)
        self.assertIn("too large", move.l10n_fr_chorus_summary)
        self.assertTrue(move.activity_ids)
        self.run_cron("ir_cron_send")
        self.assertEqual(self.calls(DEPOSIT), 1)

    def test_pauses_grow_and_are_stretched_by_chance_only(self):
        deposit = self.send(self.invoice())
        self.fault("*", "flow_pending", times=None)
        self.run_cron("ir_cron_send")
        pauses = []
        start = fields.Datetime.now()
        for _each in range(7):
            with freeze_time(start):
                self.follow(deposit)
                pauses.append((deposit.next_try_at - start).total_seconds() / 60)
        self.assertEqual(pauses, [2, 5, 10, 30, 60, 60, 60])
        deposits = self.env.registry["l10n_fr_chorus.deposit"]
        with (
            patch.object(deposits, "_jitter", lambda _self: 1.5),
            freeze_time(start),
        ):
            self.follow(deposit)
        self.assertEqual(deposit.next_try_at - start, timedelta(minutes=90))

    def test_chance_only_ever_stretches_a_pause(self):
        self.startPatcher(patch("random.uniform", lambda low, high: (low, high)))
        low, high = self.jitter(self.env["l10n_fr_chorus.deposit"])
        self.assertGreaterEqual(low, 1.0)
        self.assertGreater(high, low)

    def test_a_portal_that_answers_nothing_is_left_in_peace_after_three_deposits(self):
        deposits = [self.send(self.invoice()) for _each in range(5)]
        self.fault(DEPOSIT, "server_error", times=None, status=503)
        self.run_cron("ir_cron_send")
        states = [deposit.state for deposit in deposits]
        self.assertEqual(states, ["unknown"] * 3 + ["ready"] * 2)
        self.assertTrue(self.supplier_connection.is_paused)

    # -------------------------------------------------------------------------
    # DOUBT
    # -------------------------------------------------------------------------

    def test_a_doubt_ends_at_the_delay_of_the_connection(self):
        self.supplier_connection.unknown_delay = 45
        deposit = self.send(self.invoice())
        self.fault(DEPOSIT, "cut_before")
        self.run_cron("ir_cron_send")
        deposit.sent_at = fields.Datetime.now() - timedelta(minutes=44)
        self.follow(deposit)
        self.assertEqual(deposit.state, "unknown")
        self.assertLess(
            deposit.next_try_at - deposit.sent_at, timedelta(minutes=45, seconds=2)
        )
        deposit.sent_at = fields.Datetime.now() - timedelta(minutes=46)
        self.follow(deposit)
        self.assertEqual(deposit.state, "ready")

    def test_a_doubt_does_not_end_while_the_portal_cannot_be_searched(self):
        deposit = self.send(self.invoice())
        self.fault(DEPOSIT, "cut_before")
        self.run_cron("ir_cron_send")
        deposit.sent_at = fields.Datetime.now() - timedelta(hours=2)
        self.fault(SEARCH, "server_error", times=None, status=503)
        self.follow(deposit, times=3)
        self.assertEqual(deposit.state, "unknown")
        self.assertEqual(self.calls(DEPOSIT), 1)

    def test_nothing_a_person_presses_sends_what_is_in_doubt(self):
        move = self.invoice()
        deposit = self.send(move)
        self.fault(DEPOSIT, "cut_after")
        self.run_cron("ir_cron_send")
        move.action_l10n_fr_chorus_ask_now()
        deposit.action_ask_now()
        move.action_l10n_fr_chorus_correct()
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "unknown")
        self.assertEqual(self.calls(DEPOSIT), 1)

    def test_a_late_answer_is_taken_although_the_deposit_was_given_up_meanwhile(self):
        deposit = self.send(self.invoice())
        real = invoices.deposit_flow

        def while_another_worker_looks(*args, **kwargs):
            receipt = real(*args, **kwargs)
            deposit.state = "unknown"
            self.env.flush_all()
            return receipt

        with patch.object(invoices, "deposit_flow", while_another_worker_looks):
            self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "deposited")
        self.assertTrue(deposit.flow_number)

    def test_an_answer_about_an_older_attempt_changes_nothing(self):
        deposit = self.send(self.invoice())
        self.fault(DEPOSIT, "cut_before")
        self.run_cron("ir_cron_send")
        first = deposit.flow_id
        deposit.sent_at = fields.Datetime.now() - timedelta(minutes=31)
        self.follow(deposit)
        self.run_cron("ir_cron_send")
        deposit._if_still(("sending", "unknown", "deposited"), first, self.fail)
        self.assertEqual(deposit.state, "deposited")

    def test_the_follow_up_finds_what_a_dead_process_left_behind(self):
        deposit = self.send(self.invoice())
        deposit.write({"state": "sending", "sent_at": fields.Datetime.now()})
        self.run_cron("ir_cron_follow")
        self.assertEqual(deposit.state, "unknown")

    # -------------------------------------------------------------------------
    # NUMBER USED
    # -------------------------------------------------------------------------

    def test_a_number_used_by_another_amount_is_told_plainly(self):
        move = self.invoice()
        first = self.send(move)
        self.fault(DEPOSIT, "flow_pending")
        self.fault(DEPOSIT, "cut_after")
        self.run_cron("ir_cron_send")
        first.sent_at = fields.Datetime.now() - timedelta(minutes=31)
        self.follow(first)
        self.assertEqual(first.state, "ready")
        move.button_draft()
        move.invoice_line_ids.quantity = 4
        move.action_post()
        self._render(move)
        second = self.send(move)
        [flow] = self.deposits()
        self.drive("POST", "deposits", {"number": flow["number"], "stuck": False})
        self.run_cron("ir_cron_send")
        self.follow(second)
        self.assertEqual(second.state, "rejected")
        self.assertIn("already holds another invoice", second.error)
        self.assertIn("360", second.error)
        self.assertEqual(len(self.portal_invoices()), 1)
        self.assertEqual(first.state, "cancelled", "the earlier one stays in view")

    # -------------------------------------------------------------------------
    # INCIDENT
    # -------------------------------------------------------------------------

    def incident(self, deposit):
        """The portal breaks on the flow of this deposit."""
        self.drive(
            "POST",
            "deposits",
            {"number": deposit.flow_number, "state": "IN_INCIDENTE"},
        )
        self.follow(deposit)

    def test_an_incident_sends_the_same_bytes_again_by_itself(self):
        deposit = self.send(self.invoice())
        self.fault(DEPOSIT, "flow_pending")
        self.run_cron("ir_cron_send")
        self.incident(deposit)
        self.assertEqual(deposit.state, "ready")
        self.assertEqual(deposit.flow_id.state, "incident")
        self.resend(deposit)
        self.follow(deposit)
        self.assertEqual(deposit.state, "integrated", deposit.error)
        sums = {flow["sha256"] for flow in self.deposits()}
        self.assertEqual((len(self.deposits()), sums), (2, {deposit.sha256}))

    def test_after_three_incidents_a_person_is_told(self):
        move = self.invoice()
        deposit = self.send(move)
        self.fault(DEPOSIT, "flow_pending", times=None)
        self.run_cron("ir_cron_send")
        for _each in range(2):
            self.incident(deposit)
            self.assertEqual(deposit.state, "ready")
            self.resend(deposit)
        self.incident(deposit)
        self.assertEqual(deposit.state, "rejected")
        self.assertTrue(move.activity_ids)
        self.assertEqual(self.calls(DEPOSIT), 3)

    # -------------------------------------------------------------------------
    # CORRECTION
    # -------------------------------------------------------------------------

    def test_correct_and_send_again_keeps_the_number_and_the_earlier_deposit(self):
        move = self.invoice(buyer_reference="NULLE_PART")
        first = self.sent(move)
        number = move.name
        move.with_user(self.supplier_user).action_l10n_fr_chorus_correct()
        self.assertEqual(move.state, "draft")
        move.buyer_reference = "ACHATS"
        move.action_post()
        self._render(move)
        second = self.sent(move)
        self.assertEqual(move.name, number)
        self.assertEqual(
            move.l10n_fr_chorus_deposit_ids.mapped("state"), ["integrated", "rejected"]
        )
        self.assertEqual(first.flow_id.state, "rejected")
        self.assertTrue(first.raw_error)
        self.assertNotEqual(first.flow_id, second.flow_id)
