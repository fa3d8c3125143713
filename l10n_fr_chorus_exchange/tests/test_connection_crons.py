from psycopg2 import errors as pg_errors

from odoo import fields
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..lib.chorus_pro import errors
from .common import ChorusCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConnectionCrons(ChorusCase):
    def setUp(self):
        super().setUp()
        self.connection = self.supplier_connection

    def test_refused_access_is_an_error_and_pauses_an_hour(self):
        self.connection._failed(errors.CredentialsError("no", cause="piste"))
        self.assertEqual(self.connection.state, "error")
        self.assertIn("invalid_client", self.connection.last_message)
        self.assertTrue(self.connection._is_paused())

    def test_passing_trouble_pauses_without_changing_the_state(self):
        self.connection.action_test_connection()
        self.connection._failed(errors.OutcomeUnknownError("HTTP 503"))
        self.assertEqual(self.connection.state, "ok")
        self.assertTrue(self.connection.is_paused)
        self.assertIn("503", self.connection.last_message)

    def test_pause_lasts_as_long_as_the_gateway_asked(self):
        now = fields.Datetime.now()
        self.connection._failed(errors.NotSentError("429", retry_after=1800))
        minutes = (self.connection.pause_until - now).total_seconds() / 60
        self.assertAlmostEqual(minutes, 30, delta=1)

    def test_pause_never_exceeds_a_day(self):
        now = fields.Datetime.now()
        self.connection._failed(errors.NotSentError("429", retry_after=10**9))
        hours = (self.connection.pause_until - now).total_seconds() / 3600
        self.assertAlmostEqual(hours, 24, delta=1)

    def test_call_that_works_ends_the_pause(self):
        self.connection._failed(errors.CredentialsError("no", cause="piste"))
        self.connection._worked()
        self.assertEqual(self.connection.state, "ok")
        self.assertFalse(self.connection._is_paused())
        self.assertFalse(self.connection.last_message)

    def test_exclusive_keeps_another_worker_away_even_after_a_commit(self):
        with self.connection._exclusive("send") as mine:
            self.assertTrue(mine)
            self.assertFalse(self._other_session_gets("send"))
        self.assertTrue(self._other_session_gets("send"))

    def test_exclusive_works_of_different_names_do_not_wait(self):
        with self.connection._exclusive("send"):
            self.assertTrue(self._other_session_gets("receive"))

    def test_exclusive_says_no_while_another_worker_has_it(self):
        key = self.connection._exclusive_key("send")
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
            self.assertTrue(other.fetchone()[0])
            with self.connection._exclusive("send") as mine:
                self.assertFalse(mine)
            other.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])

    def test_exclusive_is_released_when_the_work_fails(self):
        with self.assertRaises(ZeroDivisionError), self.connection._exclusive("send"):
            raise ZeroDivisionError
        self.assertTrue(self._other_session_gets("send"))

    def test_exclusive_is_released_when_the_transaction_is_aborted(self):
        # A session of its own: the one of the test must not be aborted.
        with (
            mute_logger("odoo.sql_db"),
            db_connect(self.env.cr.dbname).cursor() as cr,
        ):
            connection = self.connection.with_env(self.env(cr=cr))
            failed = False
            try:
                with connection._exclusive("send"):
                    cr.execute("SELECT 1 / 0")
            except pg_errors.DivisionByZero:
                failed = True
            self.assertTrue(failed)
            # The session is still there, given back by nobody: only we released it.
            self.assertTrue(self._other_session_gets("send"))

    def _other_session_gets(self, purpose):
        key = self.connection._exclusive_key(purpose)
        # A session of its own: the lock of this one is shared by all its cursors.
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute(
                "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [key]
            )
            return other.fetchone()[0]
