"""Answers: who may give them, in which order, and what happens meanwhile."""

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.en16931.document import Document
from .common import seed
from .inbound_common import InboundCase

HISTORY = "factures/consulter/historique"
TREAT = "factures/traiter/recue"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTreatmentDoubt(InboundCase):
    def setUp(self):
        super().setUp()
        self.document = self.received()
        self.move = self.document.move_id

    def queue(self, target="SUSPENDUE", document=None, user=None, **values):
        document = (document or self.document).with_user(user or self.town_hall_user)
        treatments = self.env["l10n_fr_chorus.treatment"].with_env(document.env)
        values.setdefault("reason", "Il manque le bon")
        return treatments.sudo()._queue(document.sudo(), target, **values)

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

    # -------------------------------------------------------------------------
    # WHO
    # -------------------------------------------------------------------------

    def test_an_auditor_neither_cancels_nor_retries_an_answer(self):
        put_aside = self.to_settle("“ZZZ”", currency="ZZZ")
        auditor = self.auditor()
        for document in self.document, put_aside:
            with self.subTest(bill=bool(document.move_id)):
                treatment = self.queue("REJETEE", document=document)
                audited = self.env["l10n_fr_chorus.treatment"].with_user(auditor)
                with self.assertRaises(AccessError):
                    audited.browse(treatment.id).action_cancel()
                treatment.sudo().action_cancel()
                with self.assertRaises(AccessError):
                    audited.browse(treatment.id).action_retry()
                self.assertEqual(treatment.state, "cancelled")

    def test_an_answer_that_is_no_longer_possible_is_not_sent_again(self):
        treatment = self.queue("REJETEE")
        treatment._withdraw()
        self.document.portal_status = "MISE_EN_PAIEMENT"
        with self.assertRaisesRegex(UserError, "does not allow this answer"):
            treatment.with_user(self.town_hall_user).sudo(False).action_retry()
        self.assertEqual(treatment.state, "cancelled")

    def test_a_refused_answer_can_be_sent_again(self):
        treatment = self.queue()
        treatment.state = "refused"
        treatment.with_user(self.town_hall_user).sudo(False).action_retry()
        self.assertEqual(treatment.state, "ready")

    def test_the_answers_and_events_of_another_company_are_not_seen(self):
        self.queue()
        for records in (
            self.document.treatment_ids,
            self.move.l10n_fr_chorus_event_ids,
        ):
            with self.subTest(model=records._name):
                self.assertTrue(records)
                theirs = self.env[records._name].with_user(self.supplier_user)
                self.assertFalse(theirs.search([("id", "in", records.ids)]))
                with self.assertRaises(AccessError):
                    theirs.browse(records.ids).read(["display_name"])

    def test_whoever_reconciles_a_payment_needs_no_right_on_the_inbox(self):
        self.queue("MANDATEE", reason="")
        user = new_test_user(
            self.env,
            login="till",
            groups="base.group_user",
            company_id=self.town_hall.id,
            company_ids=[(6, 0, self.town_hall.ids)],
        )
        readers = self.env["res.groups"].create({"name": "Reads invoices"})
        self.env["ir.model.access"].create(
            {
                "name": "reads invoices",
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "group_id": readers.id,
                "perm_read": True,
            }
        )
        user.group_ids += readers
        self.pay()
        self.document.treatment_ids.filtered(
            lambda t: t.target == "MISE_EN_PAIEMENT"
        ).unlink()
        self.env.invalidate_all()
        theirs = self.move.with_user(user)
        theirs._invoice_paid_hook()
        self.assertIn("MISE_EN_PAIEMENT", self.document.treatment_ids.mapped("target"))
        self.assertTrue(theirs.l10n_fr_chorus_can_suspend)

    # -------------------------------------------------------------------------
    # ORDER, MEANWHILE
    # -------------------------------------------------------------------------

    def test_an_answer_without_outcome_holds_back_the_next_one(self):
        self.fault(TREAT, "cut_before", times=1)
        self.queue("SERVICE_FAIT", reason="")
        second = self.queue("MANDATEE", reason="")
        self.answer()
        self.assertEqual(second.state, "ready")
        self.assertEqual(self.calls(TREAT), 1)

    def test_an_answer_cancelled_while_the_portal_is_asked_does_not_leave(self):
        treatment = self.queue()
        user_treatment = treatment.with_user(self.town_hall_user).sudo(False)
        self.meanwhile("consulter/historique", user_treatment.action_cancel)
        self.answer()
        self.assertEqual(treatment.state, "cancelled")
        self.assertEqual(self.calls(TREAT), 0)

    def test_an_answer_cancelled_while_the_portal_is_asked_stays_cancelled(self):
        treatment = self.queue()
        self.treat_on_portal(self.document.portal_id, "SUSPENDUE", "Un collègue")
        user_treatment = treatment.with_user(self.town_hall_user).sudo(False)
        self.meanwhile("consulter/historique", user_treatment.action_cancel)
        self.answer()
        self.assertEqual(treatment.state, "cancelled")

    def test_an_answer_settled_while_it_travels_stays_settled(self):
        treatment = self.queue()
        self.fault(TREAT, "cut_before")
        self.meanwhile(
            "traiter/recue", lambda: treatment.sudo().write({"state": "done"})
        )
        self.answer()
        self.assertEqual(treatment.state, "done")

    def test_no_transaction_is_open_while_the_portal_thinks(self):
        treatment = self.queue()
        open_calls = self.watch_transactions()
        self.answer()
        self.assertEqual(treatment.state, "done", treatment.error)
        self.assertEqual(open_calls, [])

    # -------------------------------------------------------------------------
    # SOMEBODY WAS FASTER
    # -------------------------------------------------------------------------

    def refused_while_it_travels(self, target, *steps, document=None):
        """Somebody answers on the portal between our question and our call."""
        document = document or self.document
        treatment = self.queue(target, document=document)

        def on_the_portal():
            for step in steps:
                self.treat_on_portal(document.portal_id, step, "Par un collègue")

        self.meanwhile("traiter/recue", on_the_portal)
        self.run_cron("ir_cron_answer")
        return treatment

    def test_what_somebody_did_while_ours_travelled_is_done_and_warns_nobody(self):
        for target in "SUSPENDUE", "REJETEE", "MISE_EN_PAIEMENT":
            with self.subTest(target):
                document = self.received()
                treatment = self.refused_while_it_travels(
                    target, target, document=document
                )
                self.assertEqual(treatment.state, "done", treatment.error)
                self.assertFalse(treatment.error)
                self.assertEqual(document.move_id.l10n_fr_chorus_status, target)
                self.assertFalse(
                    document.move_id.activity_ids.filtered(
                        lambda one: "refused" in (one.summary or "")
                    )
                )

    def test_without_a_bill_nobody_is_warned_of_it_either(self):
        self.move.unlink()
        before = self.document.activity_ids
        treatment = self.refused_while_it_travels("REJETEE", "REJETEE")
        self.assertEqual(treatment.state, "done", treatment.error)
        self.assertFalse(self.document.activity_ids - before)

    def test_what_somebody_did_and_took_further_is_done(self):
        treatment = self.refused_while_it_travels(
            "SERVICE_FAIT", "SERVICE_FAIT", "MISE_EN_PAIEMENT"
        )
        self.assertEqual(treatment.state, "done", treatment.error)

    def test_what_somebody_did_otherwise_is_refused_and_told_once(self):
        treatment = self.refused_while_it_travels("SUSPENDUE", "REJETEE")
        self.assertEqual(treatment.state, "refused")
        self.assertIn("“Rejected”", treatment.error)
        treatment._warn("Chorus Pro refused again", "For the same reason")
        [activity] = self.move.activity_ids.filtered(
            lambda one: "refused" in (one.summary or "")
        )
        self.assertIn("again", activity.summary)

    def test_an_earlier_answer_does_not_make_a_refused_question_a_success(self):
        portal_id = self.document.portal_id
        self.treat_on_portal(portal_id, "SUSPENDUE", "Il manque le bon")
        self.treat_on_portal(portal_id, "MISE_A_DISPOSITION")
        treatment = self.queue()
        self.fault(HISTORY, "refused", times=1, code=20002, label="GDP_MSG_11.001")
        self.answer()
        self.assertEqual(treatment.state, "refused")
        self.assertEqual(self.calls(TREAT), 0)

    # -------------------------------------------------------------------------
    # PAYMENT, PERSONS, ARCHIVE
    # -------------------------------------------------------------------------

    def test_a_payment_refused_while_suspended_is_announced_once_it_is_back(self):
        self.treat_on_portal(self.document.portal_id, "SUSPENDUE", "Il manque le bon")
        self.receive()
        self.fault(TREAT, "refused", code=20002, label="GDP_MSG_11.001")
        self.pay()
        self.answer()
        self.assertEqual(self.document.treatment_ids.mapped("state"), ["refused"])
        self.treat_on_portal(self.document.portal_id, "MISE_A_DISPOSITION")
        self.receive()
        self.answer()
        self.assertEqual(self.portal_status(), "MISE_EN_PAIEMENT")
        self.assertEqual(len(self.document.treatment_ids), 2)

    def test_a_payment_refused_for_good_is_not_announced_for_ever(self):
        self.fault(TREAT, "refused", times=None, code=20002, label="GDP_MSG_11.001")
        self.pay()
        for _run in range(3):
            self.answer()
            self.receive()
        self.assertEqual(len(self.document.treatment_ids), 1)

    def portal_status(self):
        return self.portal_invoice(self.document.portal_id)["status"]

    def test_a_refusal_of_what_a_robot_answered_is_told_to_a_person(self):
        treatment = self.queue(
            "MANDATEE", reason="", user=self.env["res.users"].browse(SUPERUSER_ID)
        )
        self.assertEqual(treatment.create_uid.id, SUPERUSER_ID)
        self.fault(TREAT, "refused", code=20002, label="GDP_MSG_11.001")
        self.answer()
        [activity] = self.move.activity_ids
        self.assertTrue(activity.user_id.active)
        self.assertNotEqual(activity.user_id.id, SUPERUSER_ID)
        self.assertIn(self.town_hall, activity.user_id.company_ids)

    def test_a_connection_with_an_answer_under_way_is_not_archived(self):
        treatment = self.queue()
        with self.assertRaisesRegex(UserError, "Answers not told yet: 1"):
            self.town_hall_connection.active = False
        treatment._withdraw()
        self.town_hall_connection.active = False
        self.assertFalse(self.move.l10n_fr_chorus_can_suspend)

    def test_a_connection_with_an_invoice_under_way_is_not_archived(self):
        move = self.init_invoice(
            "out_invoice",
            partner=self.town_hall_partner,
            amounts=[100],
            post=True,
            company=self.supplier,
        )
        deposit = (
            self.env["l10n_fr_chorus.deposit"]
            .sudo()
            ._freeze(move, Document(b"%PDF-1.4", "F.pdf", "IN_DP_E2_CII_FACTURX"))
        )
        for state in "ready", "sending", "unknown", "deposited":
            with self.subTest(state=state):
                deposit.state = state
                with self.assertRaisesRegex(UserError, "being sent: 1"):
                    self.supplier_connection.active = False
        deposit.state = "integrated"
        self.supplier_connection.active = False
        self.assertEqual(self.supplier.company_registry, seed.SUPPLIER)

    # -------------------------------------------------------------------------
    # HISTORY WITHOUT IDENTIFIERS
    # -------------------------------------------------------------------------

    def test_an_earlier_suspension_without_identifier_is_not_taken_for_ours(self):
        portal_id = self.document.portal_id
        self.treat_on_portal(portal_id, "SUSPENDUE", "Il manque le bon")
        self.complete(self.document, "bon.pdf", b"%PDF-1.4\n%%EOF\n")
        self.receive()
        self.fault(
            "factures/consulter/historique",
            "blank_field",
            times=None,
            field="histoStatutId",
        )
        treatment = self.queue(reason="Il manque la signature")
        self.fault(TREAT, "cut_before", times=1)
        self.answer()
        self.assertEqual(treatment.state, "unknown")
        self.answer()
        self.assertEqual(treatment.state, "done")
        self.assertEqual(self.portal_invoice(portal_id)["status"], "SUSPENDUE")
