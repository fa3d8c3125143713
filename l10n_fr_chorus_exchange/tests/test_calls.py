"""Each call is noted, whatever becomes of the work; a budget for each day."""

import contextlib
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.services import transverse
from ..tools.transactions import commit, write_down
from .deposit_common import DepositCase

DEPOSIT = "factures/v1/deposer/flux"
SEARCH = "factures/v1/rechercher/fournisseur"
RECEIVED = "factures/rechercher/recipiendaire"
TOKEN = "oauth/token"
CONNECTION = (
    "odoo.addons.l10n_fr_chorus_exchange.models.l10n_fr_chorus_connection_calls"
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCalls(DepositCase):
    def lines(self, connection=None, **values):
        domain = [("connection_id", "=", (connection or self.supplier_connection).id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["l10n_fr_chorus.call"].sudo().search(domain, order="id")

    def fill(self, connection, count, **values):
        """So many lines, as if the portal had been called."""
        self.env["l10n_fr_chorus.call"].sudo().create(
            [
                {
                    "connection_id": connection.id,
                    "company_id": connection.company_id.id,
                    "at": fields.Datetime.now(),
                    "operation": SEARCH,
                    "outcome": "done",
                    **values,
                }
            ]
            * count
        )

    # -------------------------------------------------------------------------
    # LINES
    # -------------------------------------------------------------------------

    def test_a_deposit_is_a_line_linked_to_its_attempt(self):
        deposit = self.send(self.invoice())
        self.run_cron("ir_cron_send")
        token, call = self.lines()
        self.assertEqual((token.operation, token.outcome), (TOKEN, "done"))
        self.assertEqual(
            (call.operation, call.method, call.http_status, call.code_retour),
            (DEPOSIT, "POST", "200", "0"),
        )
        self.assertEqual((call.outcome, call.attempt, call.writes), ("done", 1, True))
        self.assertEqual(call.subject, deposit.flow_number)
        self.assertEqual(
            (call.res_model, call.res_id), (deposit.flow_id._name, deposit.flow_id.id)
        )
        self.assertEqual(call.company_id, self.supplier)
        self.assertTrue(call.size)
        self.assertFalse(token.writes)

    def test_a_deposit_that_was_cut_leaves_its_line(self):
        self.fault("factures/deposer/flux", "cut_after")
        deposit = self.send(self.invoice())
        self.run_cron("ir_cron_send")
        call = self.lines(operation=DEPOSIT)
        self.assertEqual((call.outcome, call.http_status), ("unknown", False))
        self.assertEqual(call.res_id, deposit.flow_id.id)

    def test_a_line_outlives_the_work_that_is_rolled_back(self):
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            connection = self.supplier_connection.with_env(self.env(cr=cr))
            client = connection._client()
            commit(connection.env)
            transverse.health(client)
            with self.assertRaises(ZeroDivisionError):
                write_down(connection.env, lambda: 1 / 0)
            cr.rollback()
        self.assertTrue(self.lines(operation="transverses/v1/health-check"))

    def test_each_attempt_of_a_call_is_a_line(self):
        self.fault("transverses/health-check", "server_error", times=2)
        transverse.health(self.supplier_connection._client())
        calls = self.lines(operation="transverses/v1/health-check")
        self.assertEqual(calls.mapped("attempt"), [1, 2, 3])
        self.assertEqual(calls.mapped("http_status"), ["503", "503", "200"])
        self.assertEqual(calls.mapped("outcome"), ["unknown", "unknown", "done"])

    def test_what_a_refusal_says_is_its_code(self):
        self.fault(
            "transverses/consulterCRDetaille",
            "refused",
            code=20001,
            label="GDP_MSG_11.022",
        )
        # Without the savepoint of assertRaises, which would take the line with it.
        with contextlib.suppress(errors.RefusedError):
            transverse.flow_report(self.supplier_connection._client(), "CPP1")
        call = self.lines(operation="transverses/v1/consulterCRDetaille")
        self.assertEqual((call.outcome, call.code_retour), ("refused", "20001"))
        self.assertEqual(call.subject, "CPP1")

    def test_a_line_that_cannot_be_written_does_not_harm_the_call(self):
        with (
            patch.object(
                type(self.supplier_connection), "_calls_cursor", side_effect=OSError
            ),
            mute_logger("odoo.addons.l10n_fr_chorus_exchange.lib.chorus_pro.observing"),
        ):
            health = transverse.health(self.supplier_connection._client())
        self.assertTrue(health.is_up)
        self.assertFalse(self.lines())

    def test_a_line_costs_two_queries(self):
        client = self.supplier_connection._client()
        transverse.health(client)
        with self.assertQueryCount(2):
            transverse.health(client)

    # -------------------------------------------------------------------------
    # WHO READS
    # -------------------------------------------------------------------------

    def test_only_managers_and_auditors_of_the_company_read_the_calls(self):
        self.fill(self.supplier_connection, 1)
        self.fill(self.town_hall_connection, 1)
        manager = new_test_user(
            self.env,
            login="calls_manager",
            groups="account.group_account_manager",
            company_id=self.supplier.id,
            company_ids=[(6, 0, self.supplier.ids)],
        )
        calls = self.env["l10n_fr_chorus.call"].with_user(manager)
        self.assertEqual(calls.search([]).company_id, self.supplier)
        with self.assertRaises(AccessError):
            calls.search([]).write({"outcome": "refused"})
        with self.assertRaises(AccessError):
            calls.search([]).unlink()
        with self.assertRaises(AccessError):
            calls.with_user(self.supplier_user).search([])

    # -------------------------------------------------------------------------
    # BUDGET
    # -------------------------------------------------------------------------

    def test_the_connection_says_how_much_was_asked_today(self):
        self.fill(self.supplier_connection, 3)
        self.fill(
            self.supplier_connection, 2, at=fields.Datetime.now() - timedelta(days=2)
        )
        connection = self.supplier_connection.with_user(self.supplier_user)
        self.assertEqual(connection.calls_today, 3)
        self.assertEqual(connection.calls_today_label, "3 of 10,000 calls today")
        self.assertFalse(connection.budget_message)

    def test_a_day_begins_at_midnight_in_paris(self):
        for at, count in (
            ("2026-07-01 21:59:59", 0),
            ("2026-07-01 22:00:00", 1),
            ("2026-01-14 22:59:59", 0),
            ("2026-01-14 23:00:00", 1),
        ):
            self.lines().unlink()
            moment = fields.Datetime.to_datetime(at)
            self.fill(self.supplier_connection, 1, at=moment)
            noon = moment.replace(hour=12, minute=0) + timedelta(days=1)
            with patch(f"{CONNECTION}.fields.Datetime.now", return_value=noon):
                told = self.supplier_connection._count_calls_today()
            self.assertEqual(told, count, at)

    def test_connections_with_one_account_share_its_budget(self):
        other = self.supplier_connection.copy(
            {
                "company_id": self.setup_other_company(name="Sister")["company"].id,
                "login": self.supplier_connection.login,
            }
        )
        self.fill(other, 4)
        self.assertEqual(self.supplier_connection.calls_today, 4)
        self.assertEqual(self.town_hall_connection.calls_today, 0)

    def test_without_a_limit_there_is_always_budget(self):
        self.supplier_connection.calls_per_day = 0
        self.fill(self.supplier_connection, 50)
        self.assertTrue(self.supplier_connection._has_budget())
        self.assertTrue(self.supplier_connection._may_look())
        self.assertEqual(self.supplier_connection.calls_today_label, "50 calls today")
        self.assertFalse(self.supplier_connection.budget_message)

    def test_a_reserve_must_be_left_over(self):
        self.supplier_connection.calls_per_day = 10
        self.fill(self.supplier_connection, 7)
        self.assertTrue(self.supplier_connection._may_look())
        self.fill(self.supplier_connection, 1)
        self.assertFalse(self.supplier_connection._may_look())
        self.assertTrue(self.supplier_connection._has_budget())
        self.assertIn("kept for deposits", self.supplier_connection.budget_message)
        self.fill(self.supplier_connection, 2)
        self.assertFalse(self.supplier_connection._has_budget())
        self.supplier_connection.invalidate_recordset()
        self.assertIn("used up", self.supplier_connection.budget_message)

    def test_deposits_go_when_polling_ate_the_budget(self):
        self.supplier_connection.calls_per_day = 10
        self.fill(self.supplier_connection, 10)
        deposit = self.send(self.invoice())
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "deposited")

    def test_questions_stop_with_the_budget_and_resume_the_next_day(self):
        deposit = self.send(self.invoice())
        self.run_cron("ir_cron_send")
        self.supplier_connection.calls_per_day = 10
        self.fill(self.supplier_connection, 10)
        self.drive("DELETE", "calls")
        self.later(deposit)
        self.run_cron("ir_cron_follow")
        self.assertFalse(self.calls("factures/rechercher/fournisseur"))
        self.assertEqual(deposit.state, "deposited")
        self.assertEqual(self.supplier_connection.state, "ok")
        self.lines().write({"at": fields.Datetime.now() - timedelta(days=1)})
        self.run_cron("ir_cron_follow")
        self.assertEqual(deposit.state, "integrated")

    def test_the_inbox_waits_for_budget(self):
        self.know_structures()
        self.town_hall_connection.calls_per_day = 10
        self.fill(self.town_hall_connection, 8)
        self.drive("DELETE", "calls")
        self.run_cron("ir_cron_receive")
        self.assertFalse(self.calls(RECEIVED))
        self.lines(self.town_hall_connection).unlink()
        self.run_cron("ir_cron_receive")
        self.assertTrue(self.calls(RECEIVED))

    def test_a_budget_is_not_negative(self):
        with self.assertRaises(ValidationError):
            self.supplier_connection.calls_per_day = -1

    def test_the_form_shows_the_calls_of_today(self):
        self.fill(self.supplier_connection, 2)
        with Form(self.supplier_connection) as form:
            self.assertEqual(form.calls_today_label, "2 of 10,000 calls today")
        action = self.supplier_connection.action_l10n_fr_chorus_calls()
        found = self.env[action["res_model"]].sudo().search(action["domain"])
        self.assertEqual(found, self.lines())

    # -------------------------------------------------------------------------
    # HOW LONG
    # -------------------------------------------------------------------------

    def test_old_calls_go_and_those_that_changed_something_stay(self):
        old = fields.Datetime.now() - timedelta(days=401)
        self.fill(self.supplier_connection, 2, at=old)
        self.fill(self.supplier_connection, 1, at=old, writes=True, operation=DEPOSIT)
        self.fill(self.supplier_connection, 1)
        self.env["l10n_fr_chorus.call"].sudo()._gc_calls()
        self.assertEqual(self.lines().mapped("operation"), [DEPOSIT, SEARCH])

    def test_calls_are_all_kept_without_a_limit(self):
        self.supplier_connection.calls_kept_days = 0
        old = fields.Datetime.now() - timedelta(days=5000)
        self.fill(self.supplier_connection, 2, at=old)
        self.env["l10n_fr_chorus.call"].sudo()._gc_calls()
        self.assertEqual(len(self.lines()), 2)
