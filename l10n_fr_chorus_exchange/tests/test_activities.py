"""Activities: one per problem, told once, closed when the problem is gone."""

from datetime import datetime, timedelta, timezone

from odoo import fields
from odoo.tests import new_test_user

from .test_lists import ListCase, table

FIRST = datetime(2026, 3, 5, 9, 12, tzinfo=timezone.utc)


class TestActivities(ListCase):
    def note(self, move, code, at=FIRST, comment=""):
        move._l10n_fr_chorus_note(code, at, comment)
        return move.activity_ids

    def lines_about(self, move):
        return move.message_ids.filtered(lambda m: "Chorus Pro" in (m.body or ""))

    def test_each_status_calls_somebody_as_the_table_says(self):
        for code, side, _word, told in table():
            with self.subTest(code=code, side=side):
                if side == "supplier":
                    move = self.posted_invoice()
                else:
                    move = self.bill_with("DEPOSEE" if code != "DEPOSEE" else "")
                self.assertEqual(bool(self.note(move, code)), told)

    def test_ten_polls_that_say_the_same_are_one_line_and_one_activity(self):
        move = self.posted_invoice()
        before = len(self.lines_about(move))
        for _poll in range(10):
            self.note(move, "SUSPENDUE", comment="Il manque le bon de livraison")
        self.assertEqual(len(self.lines_about(move)), before + 1)
        [activity] = move.activity_ids
        self.assertIn("bon de livraison", activity.note)
        self.assertIn("Suspended", activity.summary)

    def test_the_activity_goes_without_a_word_when_the_invoice_moves_on(self):
        move = self.posted_invoice()
        self.assertTrue(self.note(move, "SUSPENDUE"))
        before = len(move.message_ids)
        self.assertFalse(self.note(move, "COMPLETEE", FIRST + timedelta(days=1)))
        self.assertEqual(len(move.message_ids), before + 1)

    def test_what_a_person_marked_as_done_does_not_come_back(self):
        move = self.posted_invoice()
        self.note(move, "SUSPENDUE").action_feedback()
        self.assertFalse(self.note(move, "SUSPENDUE"))
        # The same event, as a search counts it.
        self.assertFalse(self.note(move, "SUSPENDUE", FIRST + timedelta(seconds=30)))

    def test_a_second_suspension_is_a_problem_of_its_own(self):
        move = self.posted_invoice()
        self.note(move, "SUSPENDUE").action_feedback()
        self.assertTrue(self.note(move, "SUSPENDUE", FIRST + timedelta(days=3)))

    def test_another_problem_of_the_status_rewrites_the_open_activity(self):
        move = self.posted_invoice()
        first = self.note(move, "SUSPENDUE")
        second = self.note(move, "A_RECYCLER", FIRST + timedelta(days=3))
        self.assertEqual(first, second)
        self.assertIn("recycled", second.summary)

    def test_two_problems_have_two_activities_and_each_closes_alone(self):
        move = self.posted_invoice()
        move._l10n_fr_chorus_alert("Not taken")
        self.note(move, "SUSPENDUE")
        self.assertEqual(len(move.activity_ids), 2)
        move._l10n_fr_chorus_calm()
        self.assertEqual(move.activity_ids.l10n_fr_chorus_problem, "status")

    def test_cancelling_closes_every_problem(self):
        move = self.posted_invoice()
        self.note(move, "SUSPENDUE")
        move.button_cancel()
        self.assertFalse(move.activity_ids)

    def test_a_bill_that_comes_completed_calls_nobody(self):
        self.assertFalse(self.note(self.bill_with("COMPLETEE"), "COMPLETEE"))

    def test_a_bill_that_the_supplier_completed_calls_the_public_body(self):
        bill = self.bill_with("SUSPENDUE")
        [activity] = self.note(bill, "COMPLETEE")
        self.assertIn(self.town_hall, activity.user_id.company_ids)
        self.assertFalse(self.note(bill, "MANDATEE", FIRST + timedelta(days=1)))

    def test_the_company_may_name_who_is_told(self):
        named = new_test_user(
            self.env,
            "follow_up",
            groups="account.group_account_invoice",
            company_id=self.supplier.id,
            company_ids=[self.supplier.id],
        )
        move = self.posted_invoice(invoice_user_id=self.supplier_user.id)
        self.assertEqual(self.note(move, "SUSPENDUE").user_id, self.supplier_user)
        self.supplier.l10n_fr_chorus_user_id = named
        other = self.posted_invoice(invoice_user_id=self.supplier_user.id)
        self.assertEqual(self.note(other, "SUSPENDUE").user_id, named)
        named.active = False
        third = self.posted_invoice(invoice_user_id=self.supplier_user.id)
        self.assertEqual(self.note(third, "SUSPENDUE").user_id, self.supplier_user)

    def test_an_activity_of_the_time_before_is_one_about_the_deposit(self):
        move = self.posted_invoice()
        old = move.activity_schedule(
            "mail.mail_activity_data_todo",
            summary="Chorus Pro: correct and send again",
            date_deadline=fields.Date.today(),
        )
        move._l10n_fr_chorus_alert("Refused again")
        self.assertEqual(move.activity_ids, old)
        self.assertIn("Refused again", old.note)

    def test_a_difference_is_told_once_and_closed_when_it_is_settled(self):
        move = self.posted_invoice()
        differences = self.env["l10n_fr_chorus.difference"].sudo()
        found = {"service": ("ACHATS", "VOIRIE")}
        differences._found(move, ["service"], found)
        [activity] = move.activity_ids
        self.assertIn("VOIRIE", activity.note)
        activity.action_feedback()
        differences._found(move, ["service"], found)
        self.assertFalse(move.activity_ids)
        differences._found(move, ["service"], {"service": ("ACHATS", "ECOLES")})
        self.assertTrue(move.activity_ids)
        differences._found(move, ["service"], {})
        self.assertFalse(move.activity_ids)
