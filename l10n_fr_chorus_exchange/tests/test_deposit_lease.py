"""Two workers, one outbox: only who holds a deposit that is still ready may send it."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import SQL

from .deposit_common import DepositCase

DEPOSIT = "factures/deposer/flux"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDepositLease(DepositCase):
    def setUp(self):
        super().setUp()
        self.registry_class = self.env.registry["l10n_fr_chorus.deposit"]

    def queue(self, count=1):
        deposits = self.env["l10n_fr_chorus.deposit"].sudo()
        for _each in range(count):
            deposits |= self.send(self.invoice())
        return deposits

    @contextmanager
    def once_listed(self, work):
        """Do ``work(env)`` after the due list was read, right before the first sending."""
        send = self.registry_class._send
        left = [work]

        def interrupted(parcel):
            if left:
                left.pop()(parcel.env)
            return send(parcel)

        with patch.object(self.registry_class, "_send", interrupted):
            yield
        self.assertFalse(left, "the run got as far as sending")

    def written_elsewhere(self, deposit, state):
        """Another worker commits a state: the caches of this one know nothing of it."""

        def write(env):
            env.cr.execute(
                SQL(
                    "UPDATE l10n_fr_chorus_deposit SET state = %s WHERE id = %s",
                    state,
                    deposit.id,
                )
            )

        return write

    @contextmanager
    def held(self, deposits):
        """Another worker holds these rows: a lock that does not wait goes without them.

        Stands in for the database: what a test has not committed, no second session can
        see, let alone lock.
        """
        lock = self.registry_class.try_lock_for_update

        def passing_over(records, **options):
            return lock(records.filtered(lambda r: r.id not in deposits.ids), **options)

        with patch.object(self.registry_class, "try_lock_for_update", passing_over):
            yield

    # -------------------------------------------------------------------------
    # SETTLED ELSEWHERE
    # -------------------------------------------------------------------------

    def test_what_was_settled_since_the_list_was_read_is_not_sent(self):
        states = "sending unknown deposited integrated rejected refused cancelled"
        for state in states.split():
            with self.subTest(state=state):
                deposit = self.queue()
                with self.once_listed(self.written_elsewhere(deposit, state)):
                    self.run_cron("ir_cron_send")
                deposit.invalidate_recordset()
                self.assertEqual(self.calls(DEPOSIT), 0)
                self.assertEqual((deposit.state, deposit.tries), (state, 0))
                self.assertFalse(deposit.flow_ids)
                # Out of the way of the next state.
                self.written_elsewhere(deposit, "cancelled")(self.env)
                deposit.invalidate_recordset()

    def test_two_workers_with_the_same_list_send_each_invoice_once(self):
        deposits = self.queue(2)

        def run_of_another_worker(env):
            # The lock of the connection lets a session in twice: only the lease is left.
            env(context={})["l10n_fr_chorus.deposit"]._cron_send()

        with self.once_listed(run_of_another_worker):
            self.run_cron("ir_cron_send")
        self.assertEqual(deposits.mapped("state"), ["deposited"] * 2)
        self.assertEqual(deposits.mapped("tries"), [1, 1])
        self.assertEqual(self.calls(DEPOSIT), 2)
        self.assertEqual(
            sorted(flow["sha256"] for flow in self.deposits()),
            sorted(deposits.mapped("sha256")),
        )

    def test_what_was_read_before_the_lock_is_read_again(self):
        deposit = self.queue()
        self.assertEqual(deposit.state, "ready")
        self.env.flush_all()
        self.written_elsewhere(deposit, "deposited")(self.env)
        self.assertFalse(deposit._lease())

    def test_an_archive_is_made_of_what_is_still_ready(self):
        self.supplier_connection.group_deposits = True
        first, gone, last = self.queue(3)
        with self.once_listed(self.written_elsewhere(gone, "deposited")):
            self.run_cron("ir_cron_send")
        self.assertEqual(self.calls(DEPOSIT), 1)
        self.assertEqual(first.flow_id.deposit_ids, first | last)
        self.assertFalse(gone.flow_ids)

    # -------------------------------------------------------------------------
    # HELD ELSEWHERE
    # -------------------------------------------------------------------------

    def test_a_deposit_held_by_another_worker_is_passed_over_and_sent_later(self):
        held, free = self.queue(2)
        with self.held(held):
            self.run_cron("ir_cron_send")
            self.assertEqual((held.state, free.state), ("ready", "deposited"))
            self.assertFalse(held.flow_ids)
            self.assertEqual(self.calls(DEPOSIT), 1)
        self.run_cron("ir_cron_send")
        self.assertEqual(held.state, "deposited", held.error)
        self.assertEqual((held.tries, free.tries), (1, 1))
        self.assertEqual(self.calls(DEPOSIT), 2)

    def test_an_archive_goes_without_what_another_worker_holds(self):
        self.supplier_connection.group_deposits = True
        first, held, last = self.queue(3)
        with self.held(held):
            self.run_cron("ir_cron_send")
        self.assertEqual(first.flow_id.deposit_ids, first | last)
        self.assertEqual(held.state, "ready")
        self.run_cron("ir_cron_send")
        self.assertEqual(held.flow_id.deposit_ids, held)
        self.assertEqual(self.calls(DEPOSIT), 2)

    def test_nothing_goes_while_another_session_sends_for_the_connection(self):
        deposit = self.queue()
        key = self.supplier_connection._exclusive_key("send")
        # Truly another session: this lock asks for no row that it would have to see.
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute(
                "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [key]
            )
            self.assertEqual(other.fetchone(), (True,))
            self.run_cron("ir_cron_send")
            self.assertEqual((deposit.state, self.calls(DEPOSIT)), ("ready", 0))
        self.run_cron("ir_cron_send")
        self.assertEqual((deposit.state, self.calls(DEPOSIT)), ("deposited", 1))
