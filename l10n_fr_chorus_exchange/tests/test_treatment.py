"""Answering: suspend, reject, mandate, payment; each told once, in order."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .inbound_common import InboundCase

TREAT = "factures/traiter/recue"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTreatment(InboundCase):
    def setUp(self):
        super().setUp()
        self.document = self.received()
        self.move = self.document.move_id
        self.user_move = (
            self.env["account.move"].with_user(self.town_hall_user).browse(self.move.id)
        )

    def wizard(self, action, **values):
        """The window a button of the bill opens, filled in by a user."""
        window = getattr(self.user_move, action)()
        wizards = self.env[window["res_model"]].with_user(self.town_hall_user)
        form = Form(wizards.with_context(**window["context"]))
        for name, value in values.items():
            form[name] = value
        return form.save()

    def suspend(self, reason="Il manque le bon de livraison"):
        self.wizard("action_l10n_fr_chorus_suspend", reason=reason).action_confirm()
        return self.document.treatment_ids.sorted("id")[-1]

    def answer(self):
        for treatment in self.document.treatment_ids:
            treatment.next_try_at = False
        self.town_hall_connection.pause_until = False
        self.run_cron("ir_cron_answer")

    def pay(self):
        self.move.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.move.ids
        ).create({"payment_date": self.move.date})._create_payments()

    def status(self):
        return self.portal_invoice(self.document.portal_id)["status"]

    # -------------------------------------------------------------------------
    # BUTTONS
    # -------------------------------------------------------------------------

    def test_the_button_calls_nothing_the_cron_does(self):
        treatment = self.suspend()
        self.assertEqual(treatment.state, "ready")
        self.assertEqual(self.calls(TREAT), 0)
        self.assertIn("Suspended", self.move.l10n_fr_chorus_answer_summary)
        self.answer()
        self.assertEqual(treatment.state, "done", treatment.error)
        self.assertEqual(self.status(), "SUSPENDUE")

    def test_the_bill_shows_the_status_and_its_reason_afterwards(self):
        self.suspend("Pièce manquante")
        self.answer()
        self.assertEqual(self.move.l10n_fr_chorus_status, "SUSPENDUE")
        self.assertEqual(self.move.l10n_fr_chorus_status_comment, "Pièce manquante")
        self.assertIn("SUSPENDUE", self.move.l10n_fr_chorus_event_ids.mapped("code"))
        self.assertFalse(self.move.l10n_fr_chorus_answer_summary)

    def test_rejection_reaches_the_portal_with_its_reason(self):
        self.wizard("action_l10n_fr_chorus_reject", reason="Prix faux").action_confirm()
        self.answer()
        self.assertEqual(self.status(), "REJETEE")

    def test_mandate_carries_its_number(self):
        self.move.action_post()
        self.wizard(
            "action_l10n_fr_chorus_mandate", mandate_number="MDT-12"
        ).action_confirm()
        self.answer()
        self.assertEqual(self.status(), "MANDATEE")
        self.assertEqual(self.move.l10n_fr_chorus_mandate_number, "MDT-12")

    def test_a_reason_is_required_to_suspend_and_to_reject(self):
        for target in "SUSPENDUE", "REJETEE":
            with self.subTest(target=target), self.assertRaises(UserError):
                self.env["l10n_fr_chorus.treatment"].sudo()._queue(
                    self.document, target, reason="  "
                )

    def test_pressing_twice_is_one_answer(self):
        wizards = [
            self.wizard("action_l10n_fr_chorus_suspend", reason="Une fois")
            for _time in range(2)
        ]
        wizards[0].action_confirm()
        with self.assertRaises(UserError):
            wizards[1].action_confirm()
        self.answer()
        self.assertEqual(self.calls(TREAT), 1)

    def test_buttons_follow_the_status_of_the_portal(self):
        self.assertTrue(self.move.l10n_fr_chorus_can_suspend)
        self.assertTrue(self.move.l10n_fr_chorus_can_reject)
        self.assertTrue(self.move.l10n_fr_chorus_can_mandate)
        self.suspend()
        self.assertFalse(self.move.l10n_fr_chorus_can_suspend)
        self.answer()
        # The portal lets a suspended invoice be rejected or taken back, no more.
        self.assertTrue(self.move.l10n_fr_chorus_can_reject)
        self.assertTrue(self.move.l10n_fr_chorus_can_take_back)
        self.assertFalse(self.move.l10n_fr_chorus_can_suspend)
        self.assertFalse(self.move.l10n_fr_chorus_can_mandate)

    def test_a_user_of_another_company_may_not_answer(self):
        with self.assertRaises(AccessError):
            self.env["account.move"].with_user(self.supplier_user).browse(
                self.move.id
            ).action_l10n_fr_chorus_suspend()

    def test_what_has_not_left_can_be_cancelled(self):
        treatment = self.suspend()
        self.env["l10n_fr_chorus.treatment"].with_user(self.town_hall_user).browse(
            treatment.id
        ).action_cancel()
        self.answer()
        self.assertEqual(treatment.state, "cancelled")
        self.assertEqual(self.calls(TREAT), 0)

    def test_a_document_put_aside_can_be_rejected_from_the_inbox(self):
        document = self.to_settle("“ZZZ”", currency="ZZZ")
        self.assertTrue(document.can_refuse)
        window = document.with_user(self.town_hall_user).action_reject()
        self.assertEqual(window["context"]["default_target"], "REJETEE")

    # -------------------------------------------------------------------------
    # PAYMENT
    # -------------------------------------------------------------------------

    def test_payment_is_announced_once(self):
        self.pay()
        treatment = self.document.treatment_ids
        self.assertEqual(treatment.target, "MISE_EN_PAIEMENT")
        self.answer()
        self.assertEqual(treatment.state, "done", treatment.error)
        self.assertEqual(self.status(), "MISE_EN_PAIEMENT")
        self.move._invoice_paid_hook()
        self.assertEqual(len(self.document.treatment_ids), 1)

    def test_payment_is_not_announced_when_the_company_says_so(self):
        self.town_hall.l10n_fr_chorus_answer_paid = False
        self.pay()
        self.assertFalse(self.document.treatment_ids)

    def test_a_partial_payment_announces_nothing(self):
        self.move.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.move.ids
        ).create({"amount": 10, "payment_date": self.move.date})._create_payments()
        self.assertFalse(self.document.treatment_ids)

    def test_a_payment_undone_before_it_was_told_is_not_told(self):
        self.pay()
        self.move.line_ids.remove_move_reconcile()
        self.answer()
        self.assertEqual(self.document.treatment_ids.state, "cancelled")
        self.assertEqual(self.calls(TREAT), 0)

    def test_a_bill_of_another_origin_announces_nothing(self):
        other = self.move.copy({"invoice_date": self.move.invoice_date})
        other.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=other.ids
        ).create({"payment_date": other.date})._create_payments()
        self.assertFalse(self.documents().treatment_ids)

    def test_answers_leave_in_the_order_they_were_given(self):
        self.wizard("action_l10n_fr_chorus_mandate").action_confirm()
        self.pay()
        self.answer()
        self.assertEqual(
            self.document.treatment_ids.sorted("id").mapped("state"), ["done", "done"]
        )
        codes = self.move.l10n_fr_chorus_event_ids.sorted("id").mapped("code")
        self.assertLess(codes.index("MANDATEE"), codes.index("MISE_EN_PAIEMENT"))

    def test_an_answer_waits_for_the_one_before_it(self):
        self.fault(TREAT, "too_many", retry_after=600)
        self.wizard("action_l10n_fr_chorus_mandate").action_confirm()
        self.pay()
        self.answer()
        first, second = self.document.treatment_ids.sorted("id")
        self.assertEqual((first.state, second.state), ("ready", "ready"))
        self.answer()
        self.assertEqual((first.state, second.state), ("done", "done"))

    # -------------------------------------------------------------------------
    # TROUBLE
    # -------------------------------------------------------------------------

    def test_no_answer_is_resolved_by_asking_not_by_sending_again(self):
        self.fault(TREAT, "cut_after")
        treatment = self.suspend()
        self.answer()
        self.assertEqual(treatment.state, "unknown")
        self.answer()
        self.assertEqual(treatment.state, "done")
        self.assertEqual(self.calls(TREAT), 1)

    def test_no_answer_and_nothing_done_is_sent_again(self):
        self.fault(TREAT, "cut_before")
        treatment = self.suspend()
        self.answer()
        self.assertEqual(treatment.state, "unknown")
        self.answer()
        self.assertEqual(treatment.state, "done")
        self.assertEqual(self.status(), "SUSPENDUE")

    def test_done_without_answer_then_moved_on_is_not_done_again(self):
        self.fault(TREAT, "cut_after")
        treatment = self.suspend()
        self.answer()
        self.treat_on_portal(self.document.portal_id, "MISE_A_DISPOSITION")
        self.answer()
        self.assertEqual(treatment.state, "done")
        self.assertEqual(self.status(), "MISE_A_DISPOSITION")

    def test_a_worker_that_died_while_sending_is_found_out(self):
        treatment = self.suspend()
        treatment.write({"state": "sending"})
        self.answer()
        self.assertEqual(treatment.state, "done")
        self.assertEqual(self.status(), "SUSPENDUE")

    def test_a_status_that_is_already_there_costs_no_call(self):
        treatment = self.suspend()
        self.treat_on_portal(self.document.portal_id, "SUSPENDUE", "Déjà")
        self.answer()
        self.assertEqual(treatment.state, "done")
        self.assertEqual(self.calls(TREAT), 0)

    def test_a_refusal_shows_why_and_what_the_portal_has(self):
        treatment = self.suspend()
        self.treat_on_portal(self.document.portal_id, "REJETEE", "Déjà rejetée")
        self.answer()
        self.assertEqual(treatment.state, "refused")
        self.assertTrue(treatment.error)
        self.assertEqual(self.move.l10n_fr_chorus_status, "REJETEE")
        [activity] = self.move.activity_ids
        self.assertEqual(activity.user_id, self.town_hall_user)
        self.assertIn("refused", self.move.l10n_fr_chorus_answer_summary)

    def test_errors_are_written_in_the_language_of_the_company(self):
        self.speak_french(self.town_hall)
        self.fault(TREAT, "cut_before")
        treatment = self.suspend()
        self.answer()
        self.assertIn("pas donné de réponse exploitable", treatment.error)

    def test_the_activity_of_a_refusal_is_in_the_language_of_the_company(self):
        self.speak_french(self.town_hall)
        self.suspend()
        self.treat_on_portal(self.document.portal_id, "REJETEE", "Déjà rejetée")
        self.answer()
        self.assertEqual(
            self.move.activity_ids.summary, "Chorus Pro a refusé «\xa0Suspendue\xa0»"
        )

    def test_refused_access_keeps_the_answer_for_later(self):
        self.fault(TREAT, "forbidden", times=None)
        treatment = self.suspend()
        self.answer()
        self.assertEqual(treatment.state, "ready")
        self.assertEqual(self.town_hall_connection.state, "error")
        self.drive("DELETE", "faults")
        self.answer()
        self.assertEqual(treatment.state, "done")

    def test_a_paused_connection_sends_nothing(self):
        treatment = self.suspend()
        self.town_hall_connection.pause_until = fields.Datetime.now() + timedelta(
            hours=1
        )
        self.run_cron("ir_cron_answer")
        self.assertEqual(treatment.state, "ready")
        self.assertEqual(self.calls(TREAT), 0)
