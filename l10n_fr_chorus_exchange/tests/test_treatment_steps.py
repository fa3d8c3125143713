"""Answering: each word of a public body, by whom, when the portal takes it, and why."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .treatment_common import (
    ACCOUNTANT,
    ALLOWED,
    HISTORY,
    OFFICER,
    TREAT,
    TreatmentCase,
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTreatmentSteps(TreatmentCase):
    def rows(self):
        return self.town_hall_connection.sudo().treatment_target_ids

    def row(self, status="MISE_A_DISPOSITION"):
        return self.rows().filtered(lambda row: row.status == status)

    # -------------------------------------------------------------------------
    # STEPS, ROLES
    # -------------------------------------------------------------------------

    def test_a_wrong_addressee_sends_the_invoice_back_to_its_supplier(self):
        self.tell("redirect", reason="Service ACHATS fermé")
        self.answer()
        self.assertEqual(self.status(), "A_RECYCLER")
        self.assertEqual(
            self.move.l10n_fr_chorus_status_comment, "Service ACHATS fermé"
        )
        self.assertFalse(self.move.l10n_fr_chorus_can_redirect)

    def test_a_wrong_addressee_needs_no_reason(self):
        self.tell("redirect")
        self.answer()
        self.assertEqual(self.status(), "A_RECYCLER")

    def test_the_steps_of_a_payment_are_told_one_after_the_other(self):
        self.move.action_post()
        accountant = self.accountant()
        for name in ("certify", "mandate"):
            self.tell(name)
            self.answer()
        for name in ("hand_over", "book", "announce"):
            self.tell(name, user=accountant)
            self.answer()
        self.assertEqual(
            self.answers(),
            [
                "SERVICE_FAIT",
                "MANDATEE",
                "MISE_A_DISPOSITION_COMPTABLE",
                "COMPTABILISEE",
                "MISE_EN_PAIEMENT",
            ],
        )
        self.assertEqual(self.document.treatment_ids.mapped("state"), ["done"] * 5)
        self.assertEqual(self.status(), "MISE_EN_PAIEMENT")

    def test_the_accountants_steps_are_not_the_officers(self):
        for name in ("hand_over", "book", "announce"):
            with self.subTest(name=name), self.assertRaisesRegex(AccessError, "accoun"):
                getattr(self.user_move, f"action_l10n_fr_chorus_{name}")()
        wizards = self.env["l10n_fr_chorus.treatment.wizard"]
        offered = dict(wizards.with_user(self.town_hall_user)._selection_target())
        self.assertIn("MANDATEE", offered)
        self.assertNotIn("COMPTABILISEE", offered)

    def test_a_window_opened_for_another_target_does_not_lend_the_role(self):
        action = self.user_move.action_l10n_fr_chorus_certify()
        action["context"]["default_target"] = "MISE_EN_PAIEMENT"
        wizards = self.env["l10n_fr_chorus.treatment.wizard"]
        wizard = (
            wizards.with_context(**action["context"])
            .create({})
            .with_user(self.town_hall_user)
        )
        with self.assertRaises(AccessError):
            wizard.action_confirm()

    def test_without_the_officers_role_an_invoicing_user_answers_nothing(self):
        self.town_hall_user.group_ids -= self.env.ref(OFFICER)
        with self.assertRaisesRegex(AccessError, "Answer to suppliers"):
            self.user_move.action_l10n_fr_chorus_suspend()
        self.town_hall_user.group_ids += self.env.ref(ACCOUNTANT)
        with self.assertRaisesRegex(AccessError, "authorising officer"):
            self.user_move.action_l10n_fr_chorus_suspend()

    def test_the_administrator_of_the_books_answers_in_both_qualities(self):
        implied = self.env.ref("account.group_account_manager").all_implied_ids
        for role in OFFICER, ACCOUNTANT:
            self.assertIn(self.env.ref(role), implied)

    def test_retrying_takes_the_role_of_the_answer(self):
        treatment = (
            self.env["l10n_fr_chorus.treatment"]
            .sudo()
            ._queue(self.document, "COMPTABILISEE")
        )
        treatment.state = "refused"
        with self.assertRaises(AccessError):
            self.as_user(treatment).action_retry()

    # -------------------------------------------------------------------------
    # WHAT THE PORTAL TAKES
    # -------------------------------------------------------------------------

    def test_what_the_portal_takes_is_asked_by_the_cron_once(self):
        self.assertTrue(self.move.l10n_fr_chorus_can_mandate)
        self.assertEqual(self.calls(ALLOWED), 0)
        self.answer()
        asked = self.calls(ALLOWED)
        self.assertEqual(asked, len(self.rows()))
        self.assertIn("MANDATEE", self.row().targets.split())
        self.answer()
        self.assertEqual(self.calls(ALLOWED), asked)

    def test_an_old_list_is_asked_again(self):
        self.answer()
        asked = self.calls(ALLOWED)
        self.row().read_at = "2026-01-01 00:00:00"
        self.answer()
        self.assertEqual(self.calls(ALLOWED), asked + 1)

    def test_the_portals_list_wins_over_our_table(self):
        self.assertTrue(self.move.l10n_fr_chorus_can_suspend)
        self.answer()
        self.row().targets = "REJETEE"
        self.move.invalidate_recordset()
        self.assertFalse(self.move.l10n_fr_chorus_can_suspend)
        self.assertTrue(self.move.l10n_fr_chorus_can_reject)

    def test_the_service_is_certified_although_the_portals_list_leaves_it_out(self):
        self.answer()
        self.assertNotIn("SERVICE_FAIT", self.row().targets)
        self.assertTrue(self.move.l10n_fr_chorus_can_certify)

    def test_a_list_the_portal_does_not_give_is_not_asked_for_ever(self):
        self.fault(ALLOWED, "forbidden", times=None)
        self.answer()
        asked = self.calls(ALLOWED)
        self.assertFalse(any(self.rows().mapped("is_known")))
        self.answer()
        self.assertEqual(self.calls(ALLOWED), asked)
        self.assertTrue(self.move.l10n_fr_chorus_can_suspend)

    def test_a_passing_trouble_with_the_list_holds_no_answer_back(self):
        self.fault(ALLOWED, "cut_before", times=None)
        treatment = self.tell("suspend", reason="Il manque le bon")
        self.answer()
        self.assertEqual(treatment.state, "done", treatment.error)
        self.assertFalse(self.rows())

    def test_a_refused_step_has_the_list_read_again(self):
        self.answer()
        asked = self.calls(ALLOWED)
        self.fault(TREAT, "refused", code=20002, label="GDP_MSG_11.001")
        self.tell("suspend", reason="Il manque le bon")
        self.answer()
        self.answer()
        self.assertEqual(self.calls(ALLOWED), asked + 1)

    def test_a_refused_step_says_where_the_invoice_really_stands(self):
        treatment = self.tell("suspend", reason="Il manque le bon")
        self.treat_on_portal(self.document.portal_id, "REJETEE", "Déjà rejetée")
        self.answer()
        self.assertEqual(treatment.state, "refused")
        self.assertIn("Its status there is “Rejected”.", treatment.error)
        self.assertEqual(self.document.portal_status, "REJETEE")

    def test_a_suspended_invoice_can_be_taken_up_again(self):
        self.tell("suspend", reason="Il manque le bon")
        self.answer()
        self.answer()
        self.assertTrue(self.move.l10n_fr_chorus_can_take_back)
        self.tell("take_back")
        self.answer()
        self.assertEqual(self.status(), "MISE_A_DISPOSITION")

    def test_a_works_invoice_is_answered_on_the_portal(self):
        self.document.kind = "FACTURE_TRAVAUX"
        self.move.invalidate_recordset()
        self.assertFalse(self.move.l10n_fr_chorus_can_suspend)
        wizard = self.window(self.user_move.action_l10n_fr_chorus_mandate())
        self.assertIn("Works invoices", wizard.problem)
        with self.assertRaisesRegex(UserError, "Works invoices"):
            wizard.action_confirm()

    # -------------------------------------------------------------------------
    # REASONS
    # -------------------------------------------------------------------------

    def test_a_usual_reason_and_free_words_go_together(self):
        reason = self.env.ref("l10n_fr_chorus_exchange.reason_duplicate")
        treatment = self.tell("reject", reason_id=reason, reason="déjà reçue en mai")
        self.assertEqual(treatment.reason, "Facture en double - déjà reçue en mai")
        self.assertEqual(treatment.reason_id, reason)
        self.answer()
        self.assertEqual(self.move.l10n_fr_chorus_status_comment, treatment.reason)

    def test_a_long_reason_is_cut_to_what_the_portal_keeps_and_it_is_said(self):
        reason = self.env["l10n_fr_chorus.refusal.reason"].create({"name": "é" * 200})
        wizard = self.window(
            self.user_move.action_l10n_fr_chorus_reject(),
            reason_id=self.as_user(reason),
            reason="à " * 60,
        )
        self.assertTrue(wizard.is_cut)
        wizard.action_confirm()
        self.assertEqual(self.document.treatment_ids.reason, wizard.told)
        self.answer()
        comment = self.move.l10n_fr_chorus_status_comment
        self.assertEqual(comment, wizard.told.strip())
        self.assertGreater(len(comment), 250)
        self.assertLessEqual(len(comment), 255)

    def test_each_answer_offers_its_own_reasons(self):
        reasons = self.env["l10n_fr_chorus.refusal.reason"]
        names = {
            target: reasons.search(reasons._domain_for(target)).mapped("name")
            for target in ("SUSPENDUE", "REJETEE", "A_RECYCLER", "MANDATEE")
        }
        self.assertIn("Facture en double", names["REJETEE"])
        self.assertNotIn("Facture en double", names["SUSPENDUE"])
        self.assertIn("Code service erroné ou absent", names["A_RECYCLER"])
        self.assertFalse(names["MANDATEE"])

    def test_the_reasons_of_another_company_are_not_offered(self):
        ours = self.env["l10n_fr_chorus.refusal.reason"].create(
            {"name": "Les nôtres", "company_id": self.supplier.id}
        )
        theirs = self.env["l10n_fr_chorus.refusal.reason"].with_user(
            self.town_hall_user
        )
        self.assertNotIn(ours.id, theirs.search(theirs._domain_for("REJETEE")).ids)

    def test_changing_the_answer_drops_a_reason_that_does_not_go_with_it(self):
        reason = self.env.ref("l10n_fr_chorus_exchange.reason_duplicate")
        action = self.user_move.action_l10n_fr_chorus_answer()
        wizards = self.env["l10n_fr_chorus.treatment.wizard"]
        form = Form(
            wizards.with_user(self.town_hall_user).with_context(**action["context"])
        )
        form.target = "REJETEE"
        form.reason_id = reason
        form.target = "SUSPENDUE"
        self.assertFalse(form.reason_id)

    def test_an_answer_without_reason_sends_an_empty_one_never_none(self):
        # The imaginary portal breaks on a missing text, as the real one was seen to do.
        treatment = self.tell("certify")
        self.answer()
        self.assertEqual(treatment.state, "done", treatment.error)

    # -------------------------------------------------------------------------
    # READ ONLY
    # -------------------------------------------------------------------------

    def test_a_read_only_connection_offers_nothing_and_says_why(self):
        self.town_hall_connection.is_read_only = True
        self.assertFalse(self.move.l10n_fr_chorus_can_suspend)
        wizard = self.window(
            self.user_move.action_l10n_fr_chorus_suspend(), reason="Il manque"
        )
        with self.assertRaisesRegex(UserError, "read only"):
            wizard.action_confirm()
        self.assertFalse(self.document.treatment_ids)

    def test_what_was_queued_waits_while_the_connection_is_read_only(self):
        treatment = self.tell("suspend", reason="Il manque le bon")
        self.town_hall_connection.is_read_only = True
        asked = self.calls(HISTORY)
        self.answer()
        self.assertEqual(treatment.state, "ready")
        self.assertIn("read only", treatment.error)
        self.assertEqual(self.calls(TREAT), 0)
        self.assertEqual(self.calls(HISTORY), asked)
        self.town_hall_connection.is_read_only = False
        self.assertFalse(treatment.next_try_at)
        self.run_cron("ir_cron_answer")
        self.assertEqual(treatment.state, "done")

    def test_retrying_on_a_read_only_connection_says_so(self):
        treatment = self.tell("suspend", reason="Il manque le bon")
        treatment.state = "refused"
        self.town_hall_connection.is_read_only = True
        with self.assertRaisesRegex(UserError, "read only"):
            self.as_user(treatment).action_retry()

    def test_read_only_an_attempt_is_looked_for_and_not_made_again(self):
        self.fault(TREAT, "cut_before")
        treatment = self.tell("suspend", reason="Il manque le bon")
        self.answer()
        self.assertEqual(treatment.state, "unknown")
        self.town_hall_connection.is_read_only = True
        self.answer()
        self.assertEqual(treatment.state, "unknown")
        self.assertEqual(self.calls(TREAT), 1)
        self.treat_on_portal(self.document.portal_id, "SUSPENDUE", "À la main")
        self.answer()
        self.assertEqual(treatment.state, "done")
