"""An answer that somebody withdraws while nobody knows whether it arrived."""

from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .treatment_common import HISTORY, TREAT, TreatmentCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTreatmentWithdrawn(TreatmentCase):
    def queue(self, target="REJETEE", document=None):
        document = self.as_user(document or self.document)
        treatments = self.env["l10n_fr_chorus.treatment"].with_env(document.env)
        return treatments.sudo()._queue(
            document.sudo(), target, reason="Il manque le bon"
        )

    def in_doubt(self, fault="cut_before", target="REJETEE"):
        treatment = self.queue(target)
        self.fault(TREAT, fault, times=1)
        self.answer()
        self.assertEqual(treatment.state, "unknown")
        return treatment

    def cancel(self, treatment):
        return treatment.with_user(self.town_hall_user).sudo(False).action_cancel()

    def told(self, record):
        """The activity that says that it was too late."""
        [activity] = record.activity_ids.filtered(
            lambda one: "not withdrawn" in (one.summary or "")
        )
        return activity

    def test_what_did_not_arrive_is_withdrawn_and_never_sent(self):
        for fault in "server_error", "cut_before":
            with self.subTest(fault):
                treatment = self.in_doubt(fault)
                sent = self.calls(TREAT)
                told = self.cancel(treatment)
                self.assertIn("is withdrawn", told["params"]["message"])
                self.assertIn(
                    "withdrawn unless", self.move.l10n_fr_chorus_answer_summary
                )
                self.answer()
                self.assertEqual(treatment.state, "cancelled")
                self.assertFalse(treatment.is_withdrawn)
                self.assertIn("had not arrived", treatment.error)
                self.assertEqual(self.calls(TREAT), sent)
                self.assertEqual(self.status(), "MISE_A_DISPOSITION")

    def test_what_arrived_stands_and_a_person_is_told(self):
        treatment = self.in_doubt("cut_after")
        self.cancel(treatment)
        self.answer()
        self.assertEqual(treatment.state, "done")
        self.assertIn("could not be withdrawn", treatment.error)
        self.assertEqual(self.told(self.move).user_id, self.town_hall_user)
        self.assertEqual(self.status(), "REJETEE")

    def test_without_a_bill_somebody_is_told_that_it_could_not_be_withdrawn(self):
        self.move.unlink()
        treatment = self.in_doubt("cut_after")
        self.cancel(treatment)
        self.answer()
        self.assertEqual(treatment.state, "done", treatment.error)
        self.assertEqual(self.told(self.document).user_id, self.town_hall_user)

    def test_as_long_as_nobody_knows_it_is_asked_and_not_sent(self):
        treatment = self.in_doubt()
        self.cancel(treatment)
        self.fault(HISTORY, "cut_before", times=None)
        self.answer()
        self.assertEqual(treatment.state, "unknown")
        self.assertIn("withdrawn unless", self.move.l10n_fr_chorus_answer_summary)
        self.drive("DELETE", "faults")
        self.answer()
        self.assertEqual(treatment.state, "cancelled")
        self.assertEqual(self.calls(TREAT), 1)

    def test_the_portal_gets_a_moment_before_it_is_asked(self):
        treatment = self.in_doubt()
        self.cancel(treatment)
        wait = treatment.next_try_at - treatment.sent_at
        self.assertGreaterEqual(wait, timedelta(minutes=1))
        treatment.sent_at -= timedelta(hours=1)
        self.cancel(treatment)
        self.assertLessEqual(treatment.next_try_at, fields.Datetime.now())

    def test_withdrawn_while_it_travels_it_is_looked_for_and_not_sent_again(self):
        for fault, state in (
            ({"kind": "cut_before"}, "cancelled"),
            ({"kind": "cut_after"}, "done"),
            ({"kind": "too_many", "retry_after": 60}, "cancelled"),
            (
                {"kind": "refused", "code": 20002, "label": "GDP_MSG_11.001"},
                "cancelled",
            ),
            (None, "done"),
        ):
            with self.subTest(fault):
                document = self.received()
                treatment = self.queue("SUSPENDUE", document=document)
                before = self.calls(TREAT)
                if fault:
                    self.fault(TREAT, times=1, **fault)
                self.meanwhile("traiter/recue", lambda one=treatment: self.cancel(one))
                for _run in range(2):
                    self.answer()
                self.assertEqual(treatment.state, state, treatment.error)
                self.assertEqual(self.calls(TREAT), before + 1)

    def test_withdrawn_while_the_portal_is_asked_it_is_not_sent_again(self):
        treatment = self.in_doubt()
        self.meanwhile("consulter/historique", lambda: self.cancel(treatment))
        self.answer()
        self.answer()
        self.assertEqual(treatment.state, "cancelled")
        self.assertEqual(self.calls(TREAT), 1)

    def test_retrying_what_was_withdrawn_in_doubt_sends_it_after_all(self):
        treatment = self.in_doubt()
        self.cancel(treatment)
        treatment.with_user(self.town_hall_user).sudo(False).action_retry()
        self.answer()
        self.assertEqual(treatment.state, "done", treatment.error)
        self.assertEqual(self.status(), "REJETEE")

    def test_asked_for_anew_it_is_the_same_answer_and_goes(self):
        treatment = self.in_doubt()
        self.cancel(treatment)
        self.assertEqual(self.queue("REJETEE"), treatment)
        self.answer()
        self.assertEqual(treatment.state, "done", treatment.error)

    def test_what_is_over_cannot_be_withdrawn_and_it_is_said(self):
        treatment = self.queue()
        self.answer()
        self.assertEqual(treatment.state, "done")
        with self.assertRaisesRegex(UserError, "nothing is left to withdraw"):
            self.cancel(treatment)

    def test_the_buttons_say_what_withdrawing_in_doubt_does(self):
        for model in "treatment", "correction":
            for kind in "list", "form":
                view = self.env.ref(
                    f"l10n_fr_chorus_exchange.l10n_fr_chorus_{model}_view_{kind}"
                )
                with self.subTest(view.name):
                    plain, doubtful = etree.fromstring(view.arch).findall(
                        ".//button[@name='action_cancel']"
                    )
                    self.assertIsNone(plain.get("confirm"))
                    self.assertIn("unless", doubtful.get("string"))
                    self.assertIn("it stands", doubtful.get("confirm"))
                    self.assertIn("not sent again", doubtful.get("confirm"))
