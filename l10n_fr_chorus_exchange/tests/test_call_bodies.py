"""What calls carried: recorded when an administrator wants it, and gone by itself."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .deposit_common import DepositCase
from .roles_common import RolePeople

DEPOSIT = "factures/v1/deposer/flux"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCallBodies(RolePeople, DepositCase):
    def setUp(self):
        super().setUp()
        self.connection = self.supplier_connection
        self.as_administrator = self.seen_by("administrator", self.connection)

    def bodies(self, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        return self.env["l10n_fr_chorus.call.body"].sudo().search(domain)

    def deposit(self):
        deposit = self.send(self.invoice())
        self.run_cron("ir_cron_send")
        return deposit

    def call(self, operation):
        calls = self.env["l10n_fr_chorus.call"].sudo()
        return calls.search([("operation", "=", operation)], order="id desc", limit=1)

    def test_nothing_is_kept_unless_somebody_wants_it(self):
        self.deposit()
        self.assertTrue(self.call(DEPOSIT))
        self.assertFalse(self.bodies())

    def test_a_call_keeps_request_and_answer_while_it_is_wanted(self):
        self.as_administrator.action_record_bodies()
        deposit = self.deposit()
        body = self.call(DEPOSIT).body_ids
        self.assertIn("bytes, sha256", body.asked)
        self.assertIn('"syntaxeFlux"', body.asked)
        self.assertIn(deposit.flow_number, body.answered)
        self.assertFalse(self.call("oauth/token").body_ids)

    def test_people_and_accounts_are_left_out(self):
        self.as_administrator.action_record_bodies()
        self.deposit()
        told = "".join(f"{one.asked}{one.answered}" for one in self.bodies())
        self.assertNotIn("@", told)
        self.assertNotIn("FR7", told)

    def test_both_sizes_are_told(self):
        self.deposit()
        call = self.call(DEPOSIT)
        self.assertGreater(call.size_sent, 1000)
        self.assertGreater(call.size, 10)
        self.assertFalse(call.correlation_id, "the gateway gave none")

    def test_the_number_by_which_the_gateway_finds_a_call_is_told(self):
        self.fault("factures/deposer/flux", "forbidden")
        self.deposit()
        call = self.call(DEPOSIT)
        self.assertEqual(call.outcome, "denied")
        self.assertRegex(call.correlation_id, "^Id-[0-9a-f]+ 0$")

    def test_recording_ends_by_itself(self):
        self.as_administrator.action_record_bodies()
        hours = self.connection.bodies_hours
        self.assertTrue(self.connection.is_keeping_bodies)
        self.connection.bodies_until -= timedelta(hours=hours, seconds=1)
        self.deposit()
        self.assertFalse(self.connection.is_keeping_bodies)
        self.assertFalse(self.bodies())

    def test_what_was_recorded_is_deleted_after_its_days(self):
        self.connection.bodies_kept_days = 3
        self.as_administrator.action_record_bodies()
        self.deposit()
        [*bodies] = self.bodies()
        three_days = fields.Datetime.now() + timedelta(days=3)
        for body in bodies:
            self.assertLessEqual(body.expires_at, three_days)
        bodies[0].sudo().expires_at = fields.Datetime.now()
        self.env["l10n_fr_chorus.call.body"].sudo()._gc_bodies()
        self.assertFalse(bodies[0].exists())
        self.assertEqual(len(self.bodies()), len(bodies) - 1)

    def test_the_administrator_stops_and_deletes(self):
        self.as_administrator.action_record_bodies()
        self.deposit()
        self.assertTrue(self.bodies())
        self.as_administrator.action_forget_bodies()
        self.assertFalse(self.bodies())
        self.assertFalse(self.connection.is_keeping_bodies)
        self.assertTrue(self.call(DEPOSIT), "the line itself stays")

    def test_nobody_records_for_long(self):
        later = fields.Datetime.now() + timedelta(days=30)
        for vals in (
            {"bodies_until": later},
            {"bodies_hours": 1000},
            {"bodies_hours": 0},
            {"bodies_kept_days": 400},
        ):
            with self.subTest(**vals), self.assertRaises(ValidationError):
                self.connection.write(vals)

    @mute_logger("odoo.addons.base.models.ir_access")
    def test_nobody_else_records_reads_or_deletes(self):
        self.as_administrator.action_record_bodies()
        self.deposit()
        for role in "billing", "sender", "auditor", "system":
            connection = self.seen_by(role, self.connection)
            call = self.seen_by(role, self.call(DEPOSIT))
            for action in "action_record_bodies", "action_forget_bodies":
                with self.subTest(role=role, action=action):
                    with self.assertRaises(AccessError):
                        getattr(connection, action)()
            with self.subTest(role), self.assertRaises(AccessError):
                call.read(["body_ids"])
        self.assertTrue(self.bodies())
