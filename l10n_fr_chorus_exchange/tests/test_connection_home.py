"""Production answers to the database it was connected in, and to no copy of it."""

from importlib.util import module_from_spec, spec_from_file_location
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import file_open, file_path

from ..lib.chorus_pro import errors
from ..models.l10n_fr_chorus_connection_home import Home
from ..tools.roles import ADMINISTRATOR
from .common import BASE_URL
from .home_common import HomeCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConnectionHome(HomeCase):
    def _send_all(self):
        for name in (
            "ir_cron_send",
            "ir_cron_follow",
            "ir_cron_receive",
            "ir_cron_answer",
            "ir_cron_correct",
        ):
            self.run_cron(name)

    def _deposited(self):
        return self.send(self.invoice())

    def test_production_is_at_home_where_it_was_connected(self):
        self.assertTrue(self.connection._is_production())
        self.assertFalse(self.connection.is_away)
        self.assertTrue(self.connection._may_write())

    def test_copy_of_a_production_database_calls_nobody(self):
        deposit = self._deposited()
        self.assertEqual(deposit.state, "ready")
        self._copy()
        before = self.all_calls()
        self._send_all()
        self.assertEqual(self.all_calls(), before)
        self.assertEqual(deposit.state, "ready")
        self.assertFalse(self.deposits())

    def test_invoice_that_waits_in_a_copy_says_why(self):
        deposit = self._deposited()
        self._copy()
        move = deposit.move_id.with_user(self.supplier_user)
        move.invalidate_recordset()
        self.assertIn("not the database", move.l10n_fr_chorus_summary)

    def test_original_sends_the_same_invoice(self):
        deposit = self._deposited()
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "deposited")

    def test_each_thing_that_differs_is_enough(self):
        for name, sentence in (
            ("uuid", "copied, restored or renamed"),
            ("database", "copied, restored or renamed"),
            ("place", "copied, restored or renamed"),
            ("url", "made for"),
        ):
            with self.subTest(name=name):
                self.connection.sudo().write({f"home_{name}": "another"})
                self.assertTrue(self.connection._is_away())
                self.assertIn(sentence, self.connection._away_sentence())
                self.connection._settle_home()
                self.assertFalse(self.connection._is_away())

    def test_server_that_moves_to_https_is_the_same_server(self):
        self.parameters.set_param("web.base.url", "http://odoo.example")
        self.connection._settle_home()
        self.parameters.set_param("web.base.url", "https://odoo.example/")
        self.assertFalse(self.connection._is_away())
        self.parameters.set_param("web.base.url", "https://test.odoo.example")
        self.assertTrue(self.connection._is_away())

    def test_neither_a_question_nor_a_change_leaves_a_copy(self):
        self._copy()
        for call in (
            lambda: self.connection._client(),
            lambda: self.connection._client(read_only=False),
        ):
            with self.assertRaisesRegex(errors.InvalidCallError, "not the database"):
                call()

    def test_person_who_tests_the_connection_in_a_copy_is_told_why(self):
        self._copy()
        self.connection.action_test_connection()
        self.assertIn("not the database", self.connection.last_message)

    def test_chorus_pro_is_not_offered_for_sending_in_a_copy(self):
        move = self.invoice()
        self._copy()
        sending = self.env["account.move.send"]
        self.assertFalse(sending._is_applicable_to_move("chorus_pro", move))

    def test_administrator_who_vouches_for_the_database_sets_it_going(self):
        deposit = self._deposited()
        self._copy()
        self.run_cron("ir_cron_send")
        self.connection.action_real_database()
        self.assertFalse(self.connection.is_away)
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "deposited")

    def test_whoever_only_invoices_vouches_for_nothing(self):
        self._copy()
        with self.assertRaises(Exception) as caught:
            self.connection.with_user(self.supplier_user).action_real_database()
        self.assertIn("settings administrators", str(caught.exception))
        self.assertTrue(self.connection._is_away())

    def test_settings_administrators_alone_vouch_for_a_database(self):
        exchange = self._person("chorus_administrator", ADMINISTRATOR)
        books = self._person("books", "account.group_account_manager", ADMINISTRATOR)
        self._copy()
        for user in exchange, books:
            with self.assertRaisesRegex(AccessError, "settings administrators"):
                self.connection.with_user(user).action_real_database()
        self.assertTrue(self.connection._is_away())
        system = self._person("settings", "base.group_system")
        self.connection.with_user(system).action_real_database()
        self.assertFalse(self.connection._is_away())

    def test_button_is_for_settings_administrators_and_asks_first(self):
        button = "//button[@name='action_real_database']"
        for groups, shown in (("base.group_system",), 1), ((ADMINISTRATOR,), 0):
            user = self._person(f"seer_{shown}", *groups)
            view = self.connection.with_user(user).get_view(view_type="form")
            found = etree.fromstring(view["arch"]).xpath(button)
            self.assertEqual(len(found), shown)
        view = self.connection.get_view(view_type="form")
        [found] = etree.fromstring(view["arch"]).xpath(button)
        self.assertIn("at once", found.get("confirm"))

    def test_writing_the_same_environment_again_vouches_for_nothing(self):
        self._copy()
        self.connection.write({"environment": self.connection.environment})
        self.assertTrue(self.connection._is_away())

    # -- from before ---------------------------------------------------------

    def _upgrade(self):
        """What the upgrade finds: connections that remember nothing."""
        connections = self.connection + self.town_hall_connection
        connections.sudo().write(
            {
                **{f"home_{name}": False for name in Home._fields},
                "home_environment": False,
            }
        )
        self._migrate()

    def _migrate(self):
        path = "l10n_fr_chorus_exchange/migrations/19.0.1.4.0/post-connections.py"
        spec = spec_from_file_location("post_connections", file_path(path))
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        self.env.flush_all()
        module.migrate(self.env.cr, "19.0.1.3.0")
        self.env.invalidate_all()

    def test_upgrade_asks_a_person_whether_this_is_the_real_database(self):
        deposit = self._deposited()
        self._upgrade()
        before = self.all_calls()
        self._send_all()
        self.assertEqual(self.all_calls(), before)
        self.assertEqual(deposit.state, "ready")
        self.assertEqual(self.connection.home_environment, "custom")
        self.assertIn("Nobody has said yet", self.connection.away_message)
        [told] = self.connection.activity_ids.filtered(
            lambda one: one.sudo().l10n_fr_chorus_problem == "away"
        )
        self.assertIn("Nobody has said yet", told.note)
        self.connection.action_real_database()
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "deposited")
        self.assertFalse(told.exists())

    def test_upgrade_leaves_connections_for_tests_at_work(self):
        self.connection.environment = "qualification"
        self._upgrade()
        self.assertFalse(self.connection._is_away())
        self.assertTrue(self.connection._has_home())

    def test_upgrade_keeps_what_is_remembered_already(self):
        self._copy()
        self._migrate()
        self.assertIn("not the database", self.connection.away_message)
        self.parameters.set_param("database.uuid", self.connection.home_uuid)
        self._migrate()
        self.assertFalse(self.connection._is_away())

    def test_upgrade_of_a_neutralized_copy_bothers_nobody(self):
        self.parameters.set_param("database.is_neutralized", "True")
        self._upgrade()
        self.assertFalse(self.connection.activity_ids)

    def test_neutralized_database_is_never_the_real_one(self):
        self.parameters.set_param("database.is_neutralized", "True")
        self.assertTrue(self.connection._is_away())
        self.assertIn("neutralized", self.connection.away_message)
        with self.assertRaisesRegex(UserError, "neutralized"):
            self.connection.action_real_database()

    def test_script_that_neutralizes_leaves_production_nowhere_at_home(self):
        self.env.flush_all()
        with file_open("l10n_fr_chorus_exchange/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        # Whoever takes it up again, with its secrets, is not at home there.
        self.connection.write({"active": True, "base_url": BASE_URL})
        self.assertTrue(self.connection._is_away())

    def test_qualification_works_in_a_copy(self):
        self.supplier_connection.environment = "qualification"
        self._copy()
        self.parameters.set_param("database.is_neutralized", "True")
        self.assertFalse(self.supplier_connection._is_away())
        self.assertTrue(self.supplier_connection._may_write())

    def test_new_connection_belongs_to_this_database(self):
        self._copy()
        self.connection.active = False
        connection = self.env["l10n_fr_chorus.connection"].create(
            {"company_id": self.supplier.id, "environment": "production"}
        )
        self.assertFalse(connection._is_away())
        self.assertEqual(connection.home_database, self.env.cr.dbname)

    def test_copy_of_a_connection_that_is_away_wakes_no_cron_again_and_again(self):
        self.town_hall_connection.can_receive = True
        self._copy()
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([])
        self._send_all()
        self.assertEqual(triggers.search_count([]), before)

    # -- environments do not mix --------------------------------------------

    def test_company_works_in_one_environment_at_a_time(self):
        with self.assertRaisesRegex(ValidationError, "Other addresses"):
            self.env["l10n_fr_chorus.connection"].create(
                {"company_id": self.supplier.id, "environment": "qualification"}
            )

    def test_documents_keep_the_environment_they_were_sent_in(self):
        deposit = self._deposited()
        self.assertEqual(deposit.environment, "custom")
        with self.assertRaisesRegex(UserError, "make a new connection"):
            self.connection.environment = "qualification"

    def test_document_of_another_environment_is_never_sent(self):
        deposit = self._deposited()
        self.env.flush_all()
        # What no person can do, a script on a copy of the database can.
        self.env.cr.execute(
            "UPDATE l10n_fr_chorus_connection SET environment = 'qualification'"
        )
        self.env.invalidate_all()
        before = self.all_calls()
        self._send_all()
        self.assertEqual(self.all_calls(), before)
        self.assertEqual(deposit.state, "ready")
        self.assertTrue(self.connection._is_mixed())

    def test_home_costs_nothing_outside_production(self):
        self.supplier_connection.environment = "qualification"
        with patch.object(type(self.connection), "_here") as here:
            self.assertFalse(self.supplier_connection._is_away())
        here.assert_not_called()

    def test_address_typed_does_not_lead_documents_to_the_real_portal(self):
        self.connection.base_url = "https://elsewhere.test"
        self.assertFalse(self.connection._is_production())
        with (
            patch.object(type(self.connection), "_has_documents", lambda _self: True),
            self.assertRaisesRegex(UserError, "make a new connection"),
        ):
            self.connection.base_url = "https://PORTAL.test:443/"

    def test_address_of_documents_of_the_real_portal_stays(self):
        self._deposited()
        with self.assertRaisesRegex(UserError, "make a new connection"):
            self.connection.base_url = "https://elsewhere.test"

    def test_somebody_is_told_when_the_address_of_odoo_changed(self):
        self.parameters.set_param("web.base.url", "https://10.0.0.7:8069")
        self.connection.invalidate_recordset()
        self.run_cron("ir_cron_health")
        self.run_cron("ir_cron_health")
        [told] = self.connection.activity_ids.filtered(
            lambda one: one.sudo().l10n_fr_chorus_problem == "away"
        )
        self.assertIn("10.0.0.7", told.note)
        self.assertIn("Stopped", self.connection.health_label)
        self.connection.action_real_database()
        self.assertFalse(told.exists())

    def test_nobody_is_told_in_a_neutralized_database(self):
        self._copy()
        self.parameters.set_param("database.is_neutralized", "true")
        self.run_cron("ir_cron_health")
        self.assertFalse(self.connection.activity_ids)
