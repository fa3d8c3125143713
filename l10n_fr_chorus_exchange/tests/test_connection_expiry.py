"""The end of the technical password: known, told in time, over once it is changed."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import new_test_user, tagged

from ..tools.dates import paris_day
from .common import ChorusCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConnectionExpiry(ChorusCase):
    def setUp(self):
        super().setUp()
        # As the portal counts, whatever day it is in UTC.
        self.today = paris_day(fields.Datetime.now())
        self.keeper = new_test_user(
            self.env,
            "keeper",
            "base.group_system",
            company_id=self.supplier.id,
            email="keeper@example.com",
        )
        self.connection = self.supplier_connection
        self.connection.user_id = self.keeper

    def end_in(self, days):
        self.connection.password_told_end = self.today + timedelta(days=days)

    def warn(self):
        self.connection._warn_of_end()

    def mails(self):
        return self.env["mail.mail"].search(
            [("model", "=", self.connection._name), ("res_id", "=", self.connection.id)]
        )

    def test_the_portal_tells_the_end(self):
        self.connection.action_test_connection()
        self.assertEqual(
            self.connection.password_ends_on, self.today + timedelta(days=90)
        )
        self.assertIn("in 90 days", self.connection.password_message)

    def test_a_password_that_never_ends_stops_no_test(self):
        never = "9999-12-31T23:59:59Z"
        with patch("simulator.structures.instant", return_value=never):
            self.connection.action_test_connection()
        self.assertEqual(self.connection.state, "ok", self.connection.last_message)
        self.assertFalse(self.connection.password_told_end)

    def test_without_a_word_of_the_portal_it_is_424_days_after_the_change(self):
        self.connection.password_changed_on = self.today - timedelta(days=24)
        self.assertEqual(
            self.connection.password_ends_on, self.today + timedelta(days=400)
        )
        self.assertIn("424 days", self.connection.password_message)

    def test_typing_a_password_dates_it(self):
        self.assertEqual(self.connection.password_changed_on, self.today)
        self.end_in(3)
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.connection.password = "another"
            self.assertEqual(
                self.connection.password_changed_on, self.today + timedelta(days=2)
            )
        self.assertFalse(self.connection.password_told_end)

    def test_nothing_is_told_more_than_a_month_before(self):
        self.end_in(31)
        self.warn()
        self.assertFalse(self.connection.activity_ids)
        self.assertFalse(self.mails())

    def test_each_warning_comes_once_with_a_mail(self):
        self.end_in(30)
        for days, mails in ((30, 1), (29, 1), (16, 1), (15, 2), (6, 2), (5, 3), (0, 3)):
            with self.subTest(days=days):
                with freeze_time(
                    fields.Datetime.now() + timedelta(days=30 - days), tick=True
                ):
                    self.warn()
                    self.warn()
                self.assertEqual(len(self.mails()), mails)
                self.assertEqual(len(self.connection.activity_ids), 1)

    def test_a_late_start_gives_the_latest_warning_only(self):
        self.end_in(4)
        self.warn()
        self.assertEqual(len(self.mails()), 1)
        self.assertEqual(self.connection.password_warned, 5)

    def test_the_activity_is_for_the_person_in_charge_and_due_at_the_end(self):
        self.end_in(12)
        self.warn()
        activity = self.connection.activity_ids
        self.assertEqual(activity.user_id, self.keeper)
        self.assertEqual(activity.date_deadline, self.connection.password_ends_on)
        self.assertIn("change the technical password", activity.summary)
        mail = self.mails()
        self.assertEqual(mail.recipient_ids, self.keeper.partner_id)
        self.assertIn("raccordement", mail.body_html)

    def test_a_done_activity_comes_back_at_the_next_warning_only(self):
        self.end_in(14)
        self.warn()
        self.connection.activity_ids.action_feedback()
        self.warn()
        self.assertFalse(self.connection.activity_ids)
        with freeze_time(fields.Datetime.now() + timedelta(days=9), tick=True):
            self.warn()
        self.assertEqual(len(self.connection.activity_ids), 1)

    def test_a_new_password_ends_the_activity_and_starts_anew(self):
        self.end_in(5)
        self.warn()
        self.connection.password = "another"
        self.assertFalse(self.connection.activity_ids)
        self.assertFalse(self.connection.password_warned)

    def test_a_later_end_told_by_the_portal_ends_the_activity(self):
        self.end_in(5)
        self.warn()
        self.connection.action_test_connection()
        self.assertFalse(self.connection.activity_ids)

    def test_nobody_in_charge_is_an_administrator_of_the_company(self):
        self.connection.user_id = False
        found = self.connection._in_charge()
        self.assertTrue(found.has_group("base.group_system"))
        self.assertFalse(found.share)

    def test_the_night_warns_even_where_it_may_not_ask(self):
        self.connection.action_test_connection()
        self.end_in(10)
        self.connection.calls_per_day = 1
        self.run_cron("ir_cron_health")
        self.assertEqual(len(self.connection.activity_ids), 1)
