"""What goes by itself when a bill is confirmed or paid, and what never does."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from .treatment_common import HISTORY, TREAT, TreatmentCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTreatmentAuto(TreatmentCase):
    # -------------------------------------------------------------------------
    # CONFIRM
    # -------------------------------------------------------------------------

    def test_confirming_tells_nothing_unless_the_company_wants_it(self):
        self.move.action_post()
        self.assertFalse(self.document.treatment_ids)

    def test_confirming_tells_what_the_company_chose(self):
        for target in ("SERVICE_FAIT", "MANDATEE"):
            with self.subTest(target=target):
                document = self.received()
                self.town_hall.l10n_fr_chorus_answer_posted = target
                document.move_id.action_post()
                self.assertTrue(document.treatment_ids.is_automatic)
                self.answer()
                self.assertEqual(document.treatment_ids.state, "done")
                self.assertEqual(self.status(document), target)

    def test_confirming_twice_tells_once(self):
        self.town_hall.l10n_fr_chorus_answer_posted = "SERVICE_FAIT"
        self.move.action_post()
        self.answer()
        self.move.button_draft()
        self.move.action_post()
        self.assertEqual(self.answers(), ["SERVICE_FAIT"])

    def suspend_after(self, target):
        """Told when the bill was confirmed, then suspended."""
        self.town_hall.l10n_fr_chorus_answer_posted = target
        self.move.action_post()
        self.answer()
        self.treat_on_portal(self.document.portal_id, "SUSPENDUE", "Il manque le bon")
        self.look()

    def look(self):
        self.town_hall_connection.looked_at = False
        self.receive()

    def test_confirmed_again_after_a_completion_it_is_told_again(self):
        self.suspend_after("SERVICE_FAIT")
        self.move.button_draft()
        self.complete(self.document, "bon.pdf", b"%PDF-1.4\n%%EOF")
        self.look()
        self.move.action_post()
        self.assertEqual(self.answers(), ["SERVICE_FAIT"] * 2)
        self.answer()
        self.assertEqual(self.status(), "SERVICE_FAIT")
        self.move.button_draft()
        self.move.action_post()
        self.assertEqual(len(self.answers()), 2)

    def test_confirmed_again_while_suspended_it_waits_and_says_so(self):
        self.suspend_after("SERVICE_FAIT")
        self.move.button_draft()
        self.move.action_post()
        self.assertEqual(self.document.answer_due, "SERVICE_FAIT")
        self.assertIn("will be told once", self.move.l10n_fr_chorus_answer_summary)
        self.treat_on_portal(self.document.portal_id, "MISE_A_DISPOSITION")
        self.look()
        self.answer()
        self.assertEqual(self.status(), "SERVICE_FAIT")

    def test_confirmed_again_before_the_history_is_read_it_is_told_again(self):
        self.suspend_after("SERVICE_FAIT")
        self.move.button_draft()
        self.complete(self.document, "bon.pdf", b"%PDF-1.4\n%%EOF")
        self.document.portal_status = "COMPLETEE"
        self.move.action_post()
        self.assertEqual(len(self.answers()), 2)

    def test_what_was_told_and_not_read_back_yet_is_not_told_again(self):
        self.town_hall.l10n_fr_chorus_answer_posted = "SERVICE_FAIT"
        self.move.action_post()
        self.fault(HISTORY, "cut_before", skip=1, times=None)
        self.answer()
        told = self.document.treatment_ids
        self.assertEqual((told.state, self.document.history_due), ("done", True))
        # The test is faster than the second that times are kept in.
        told.sent_at += timedelta(seconds=2)
        self.move.button_draft()
        self.move.action_post()
        self.assertEqual(self.answers(), ["SERVICE_FAIT"])

    def test_withdrawn_in_doubt_and_confirmed_again_it_goes_after_all(self):
        self.town_hall.l10n_fr_chorus_answer_posted = "SERVICE_FAIT"
        self.move.action_post()
        self.fault(TREAT, "cut_before", times=1)
        self.answer()
        treatment = self.document.treatment_ids
        self.as_user(treatment).action_cancel()
        self.assertTrue(treatment.is_withdrawn)
        self.move.button_draft()
        self.move.action_post()
        self.assertFalse(treatment.is_withdrawn)
        self.answer()
        self.assertEqual(self.status(), "SERVICE_FAIT")

    def test_a_payment_told_is_not_told_again_by_itself(self):
        self.pay()
        self.answer()
        self.document.portal_status = "MISE_A_DISPOSITION"
        self.move._l10n_fr_chorus_announce_payment()
        self.assertEqual(self.answers(), ["MISE_EN_PAIEMENT"])

    def test_a_bill_taken_back_before_it_was_told_is_not_told(self):
        self.town_hall.l10n_fr_chorus_answer_posted = "MANDATEE"
        self.move.action_post()
        self.move.button_draft()
        self.answer()
        self.assertEqual(self.document.treatment_ids.state, "cancelled")
        self.assertEqual(self.calls(TREAT), 0)

    def test_what_goes_by_itself_never_goes_backwards(self):
        self.town_hall.l10n_fr_chorus_answer_posted = "SERVICE_FAIT"
        self.move.action_post()
        self.treat_on_portal(self.document.portal_id, "MANDATEE")
        self.answer()
        self.assertEqual(self.document.treatment_ids.state, "cancelled")
        self.assertIn("further already", self.document.treatment_ids.error)
        self.assertEqual(self.status(), "MANDATEE")

    def test_a_read_only_connection_queues_nothing_by_itself(self):
        self.town_hall.l10n_fr_chorus_answer_posted = "MANDATEE"
        self.town_hall_connection.is_read_only = True
        self.pay()
        self.assertFalse(self.document.treatment_ids)

    def test_a_bill_linked_late_tells_what_it_would_have_told(self):
        self.town_hall.l10n_fr_chorus_answer_posted = "MANDATEE"
        self.document.move_id = False
        self.pay()
        self.document.move_id = self.move
        self.assertFalse(self.document.treatment_ids)
        self.move._l10n_fr_chorus_catch_up()
        self.assertEqual(self.answers(), ["MANDATEE", "MISE_EN_PAIEMENT"])

    # -------------------------------------------------------------------------
    # PAYMENT
    # -------------------------------------------------------------------------

    def test_a_part_is_noted_and_the_last_payment_tells(self):
        self.move.action_post()
        self.register_payment(amount=10, payment_difference_handling="open")
        self.assertFalse(self.document.treatment_ids)
        [note] = self.move.message_ids.filtered(
            lambda message: "with the last payment" in (message.body or "")
        )
        self.assertIn(self.move.currency_id.symbol, note.body)
        self.register_payment()
        self.assertEqual(self.answers(), ["MISE_EN_PAIEMENT"])

    def test_a_payment_is_announced_when_it_is_sent(self):
        self.town_hall.l10n_fr_chorus_answer_paid = False
        payments = self.pay()
        self.assertFalse(self.document.treatment_ids)
        payments.mark_as_sent()
        self.assertEqual(self.answers(), ["MISE_EN_PAIEMENT"])
        self.answer()
        self.assertEqual(self.status(), "MISE_EN_PAIEMENT")

    def test_a_payment_sent_is_not_announced_when_the_company_does_not_want_it(self):
        self.town_hall.l10n_fr_chorus_answer_paid = False
        self.town_hall.l10n_fr_chorus_answer_sent = False
        self.pay().mark_as_sent()
        self.assertFalse(self.document.treatment_ids)

    def without_entry(self, amount):
        """A payment as where bank statements are reconciled: no journal entry yet."""
        journal = self.town_hall_data["default_journal_bank"]
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": self.move.partner_id.id,
                "amount": amount,
                "date": self.move.date,
                "journal_id": journal.id,
                "company_id": self.town_hall.id,
            }
        )
        payment.outstanding_account_id = False
        payment.action_post()
        self.move.matched_payment_ids += payment
        return payment

    def test_a_payment_without_entry_is_announced_when_it_is_sent_and_covers_all(self):
        in_payment = patch.object(
            self.env.registry["account.move"],
            "_get_invoice_in_payment_state",
            lambda _self: "in_payment",
        )
        with in_payment:
            self.move.action_post()
            first = self.without_entry(10)
            self.assertFalse(first.move_id)
            self.assertEqual(self.move.payment_state, "in_payment")
            first.mark_as_sent()
            self.assertFalse(self.document.treatment_ids)
            second = self.without_entry(self.move.amount_total - 10)
            self.assertFalse(self.document.treatment_ids)
            second.mark_as_sent()
            self.assertEqual(self.answers(), ["MISE_EN_PAIEMENT"])

    def test_a_payment_that_was_sent_and_came_back_is_not_announced(self):
        self.town_hall.l10n_fr_chorus_answer_paid = False
        payments = self.pay()
        payments.mark_as_sent()
        payments.unmark_as_sent()
        self.answer()
        self.assertEqual(self.document.treatment_ids.state, "cancelled")
        self.assertEqual(self.calls(TREAT), 0)

    def test_a_payment_a_person_announces_waits_for_nothing_in_odoo(self):
        self.move.action_post()
        self.tell("announce", user=self.accountant())
        self.answer()
        self.assertEqual(self.status(), "MISE_EN_PAIEMENT")

    # -------------------------------------------------------------------------
    # CANCEL
    # -------------------------------------------------------------------------

    def asked(self, move=None):
        return (move or self.move).activity_ids.filtered(
            lambda activity: activity.summary == "Chorus Pro: tell the supplier?"
        )

    def test_cancelling_asks_and_tells_nothing(self):
        action = self.user_move.button_cancel()
        self.assertEqual(action["res_model"], "l10n_fr_chorus.treatment.wizard")
        self.assertTrue(self.asked())
        self.answer()
        self.assertEqual(self.calls(TREAT), 0)

    def test_rejecting_from_the_question_ends_it(self):
        action = self.user_move.button_cancel()
        wizard = self.window(action, refusal="REJETEE", reason="Facture en double")
        self.assertTrue(wizard.is_cancelled)
        wizard.action_confirm()
        self.assertFalse(self.asked())
        self.answer()
        self.assertEqual(self.status(), "REJETEE")

    def test_saying_nothing_ends_the_question_too(self):
        action = self.user_move.button_cancel()
        self.window(action, reason="Rien").action_leave()
        self.assertFalse(self.asked())
        self.assertFalse(self.document.treatment_ids)

    def test_the_question_offers_refusals_only(self):
        wizards = self.env["l10n_fr_chorus.treatment.wizard"]
        action = self.user_move.button_cancel()
        wizard = self.window(action, reason="Rien")
        self.assertFalse(wizard.has_choice)
        self.assertEqual(wizard.refusal, "SUSPENDUE")
        offered = dict(wizards.with_user(self.town_hall_user)._selection_refusal())
        self.assertEqual(set(offered), {"SUSPENDUE", "REJETEE", "A_RECYCLER"})

    def test_a_bill_back_to_draft_is_no_longer_asked_about(self):
        self.move.button_cancel()
        self.assertTrue(self.asked())
        self.move.button_draft()
        self.assertFalse(self.asked())

    def test_cancelling_many_bills_leaves_an_activity_on_each(self):
        other = self.received().move_id
        res = self.as_user(self.move + other).button_cancel()
        self.assertNotIsInstance(res, dict)
        self.assertTrue(self.asked() and self.asked(other))

    def test_nothing_is_asked_about_what_is_over_on_the_portal(self):
        self.tell("reject", reason="Facture en double")
        self.answer()
        self.assertNotIsInstance(self.user_move.button_cancel(), dict)
        self.assertFalse(self.asked())

    def test_cancelling_withdraws_what_was_going_by_itself(self):
        self.town_hall.l10n_fr_chorus_answer_posted = "SERVICE_FAIT"
        self.move.action_post()
        self.move.button_cancel()
        self.assertEqual(self.document.treatment_ids.state, "cancelled")

    # -------------------------------------------------------------------------
    # DELETE
    # -------------------------------------------------------------------------

    def test_deleting_sends_the_document_back_to_the_inbox_and_tells_nothing(self):
        self.user_move.unlink()
        self.assertEqual(self.document.state, "to_settle")
        self.assertIn("was deleted", self.document.reason)
        self.assertTrue(self.document.can_retry)
        self.assertTrue(self.document.can_refuse)
        self.assertTrue(self.document.can_redirect)
        self.answer()
        self.assertEqual(self.calls(TREAT), 0)

    def test_a_document_whose_bill_was_deleted_is_answered_from_the_inbox(self):
        self.user_move.unlink()
        action = self.as_user(self.document).action_redirect()
        self.window(action, reason="Autre service").action_confirm()
        self.answer()
        self.assertEqual(self.status(), "A_RECYCLER")

    def test_deleting_a_bill_that_is_over_on_the_portal_closes_its_document(self):
        self.tell("reject", reason="Facture en double")
        self.answer()
        self.move.unlink()
        self.assertEqual(self.document.state, "ignored")
        self.assertIn("Rejected", self.document.reason)

    def test_deleting_withdraws_what_was_going_by_itself(self):
        self.town_hall.l10n_fr_chorus_answer_posted = "MANDATEE"
        self.move.action_post()
        self.move.button_draft()
        self.move.with_context(force_delete=True).unlink()
        self.assertEqual(self.document.treatment_ids.state, "cancelled")
