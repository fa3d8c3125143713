from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import file_open

from ..lib.chorus_pro import errors
from ..models.l10n_fr_chorus_connection_access import ACCESS
from .common import BASE_URL, ChorusCase
from .roles_common import RolePeople


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConnectionAccess(ChorusCase):
    def setUp(self):
        super().setUp()
        self.connection = self.supplier_connection

    def test_company_finds_its_own_active_connection(self):
        connections = self.env["l10n_fr_chorus.connection"]
        self.assertEqual(connections._for_company(self.supplier), self.connection)
        self.assertEqual(self.supplier.l10n_fr_chorus_connection_id, self.connection)
        self.connection.active = False
        self.assertFalse(connections._for_company(self.supplier))

    def test_archived_connection_makes_room_for_another(self):
        self.connection.active = False
        self.env.flush_all()
        other = self.env["l10n_fr_chorus.connection"].create(
            {"company_id": self.supplier.id, "environment": "qualification"}
        )
        self.assertEqual(self.supplier.l10n_fr_chorus_connection_id, other)

    def test_environments_lead_to_the_gateways_of_the_state(self):
        self.connection.environment = "production"
        self.assertEqual(
            self.connection._environment().api_url, "https://api.piste.gouv.fr"
        )
        self.connection.environment = "qualification"
        self.assertEqual(
            self.connection._environment().token_url,
            "https://sandbox-oauth.piste.gouv.fr/api/oauth/token",
        )

    def test_one_address_gives_token_and_api(self):
        environment = self.connection._environment()
        self.assertEqual(environment.api_url, BASE_URL)
        self.assertEqual(environment.token_url, f"{BASE_URL}/api/oauth/token")

    def test_address_that_would_carry_secrets_in_clear_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "https"):
            self.connection.base_url = "http://portal.test"

    def test_simulator_on_this_machine_may_be_reached_in_clear(self):
        self.connection.base_url = "http://127.0.0.1:8099"
        self.assertEqual(self.connection._environment().name, "custom")

    def test_changed_access_is_untested_again_and_tried_at_once(self):
        self.connection._failed(errors.CredentialsError("no", cause="account"))
        self.connection.password = "another"
        self.assertEqual(self.connection.state, "draft")
        self.assertFalse(self.connection.last_message)
        self.assertFalse(self.connection._is_paused())

    def test_other_environment_forgets_the_structures(self):
        self.connection.action_test_connection()
        self.connection.environment = "qualification"
        self.assertFalse(self.connection.with_context(active_test=False).structure_ids)

    def test_connection_that_carried_documents_keeps_its_environment(self):
        with (
            patch.object(type(self.connection), "_has_documents", lambda _self: True),
            self.assertRaisesRegex(UserError, "make a new connection"),
        ):
            self.connection.environment = "production"

    def test_copy_of_a_connection_has_no_secret(self):
        copy = self.connection.copy({"active": False})
        self.assertEqual(len(copy._missing_access()), len(ACCESS))

    def test_bills_go_to_the_journal_of_the_structure_then_of_the_connection(self):
        self.town_hall_connection.action_test_connection()
        structure = self.town_hall_connection.structure_ids[0]
        document = self.env["l10n_fr_chorus.inbound"].new(
            {
                "connection_id": self.town_hall_connection.id,
                "company_id": self.town_hall.id,
                "structure_id": structure.id,
            }
        )
        journal = self.town_hall_connection.purchase_journal_id
        self.assertEqual(document._settings()[0]._origin, journal)
        structure.journal_id = other = journal.copy()
        self.assertEqual(document._settings()[0]._origin, other)

    def test_without_a_chosen_journal_bills_go_to_the_first_of_the_company(self):
        self.town_hall_connection.purchase_journal_id = False
        journal = self.town_hall_connection._purchase_journal()
        self.assertEqual(journal.type, "purchase")
        self.assertEqual(journal.company_id, self.town_hall)

    # -- settings ------------------------------------------------------------

    def test_settings_open_the_connection_of_the_company(self):
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.l10n_fr_chorus_connection_id, self.connection)
        action = settings.action_l10n_fr_chorus_connection()
        self.assertEqual(action["res_id"], self.connection.id)

    def test_settings_of_an_unconnected_company_open_a_new_connection(self):
        self.connection.active = False
        settings = self.env["res.config.settings"].create({})
        action = settings.action_l10n_fr_chorus_connection()
        self.assertFalse(action["res_id"])
        self.assertEqual(action["context"]["default_company_id"], self.supplier.id)

    def test_testing_a_connection_that_is_not_there_yet_opens_a_new_one(self):
        self.connection.active = False
        settings = self.env["res.config.settings"].create({})
        action = settings.action_l10n_fr_chorus_test()
        self.assertEqual(action["res_model"], "l10n_fr_chorus.connection")
        self.assertFalse(action["res_id"])

    def test_settings_test_the_connection(self):
        settings = self.env["res.config.settings"].create({})
        settings.action_l10n_fr_chorus_test()
        self.assertEqual(settings.l10n_fr_chorus_state, "ok")

    # -- copies of the database ---------------------------------------------

    def test_neutralized_copy_has_no_secret_and_no_way_out(self):
        self.connection.environment = "production"
        self.env.flush_all()
        with file_open("l10n_fr_chorus_exchange/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        connections = self.env["l10n_fr_chorus.connection"].with_context(
            active_test=False
        )
        for connection in connections.search([]):
            self.assertFalse(connection.active)
            self.assertFalse(connection._access())
            self.assertFalse(connection.base_url)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestStructuresOfATest(RolePeople, ChorusCase):
    def test_administrator_of_the_exchange_tests_a_new_connection(self):
        seen = self.seen_by("administrator", self.supplier_connection)
        self.assertFalse(seen.structure_ids)
        seen.action_test_connection()
        self.assertEqual(seen.state, "ok")
        self.assertTrue(seen.structure_ids)

    def test_structure_that_a_person_archived_stays_so_after_the_night(self):
        self.know_structures()
        structure = self.town_hall_connection.structure_ids[:1]
        structure.action_archive()
        self.run_cron("ir_cron_health")
        self.assertFalse(structure.active)
        self.assertFalse(structure.used_to_receive)

    def test_structure_that_was_gone_comes_back_with_its_rights(self):
        self.know_structures()
        connection = self.town_hall_connection
        structure = connection.structure_ids[:1]
        told = {
            structure.portal_id: {
                "siret": structure.siret,
                "name": structure.name,
                "can_issue": structure.can_issue,
                "can_receive": structure.can_receive,
            }
        }
        connection._record_structures({})
        self.assertFalse(structure.active)
        connection._record_structures(told)
        self.assertTrue(structure.active)
