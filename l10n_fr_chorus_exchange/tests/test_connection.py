from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..lib.chorus_pro import errors
from .common import ChorusCase, seed


class Unreachable:
    """A network without a way out."""

    def send(self, request):
        raise errors.NotSentError("could not reach the gateway (ConnectTimeout)")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConnection(ChorusCase):
    def setUp(self):
        super().setUp()
        self.connection = self.supplier_connection

    def _test(self):
        """Press the button; the notification's text and the form must agree."""
        action = self.connection.action_test_connection()
        self.assertEqual(action["params"]["message"], self.connection.last_message)
        return action["params"]["message"]

    def _assert_error(self, *words):
        message = self._test()
        for word in words:
            self.assertIn(word, message)
        self.assertEqual(self.connection.state, "error")
        self.assertTrue(self.connection.last_check_at)
        self.assertNotIn("Traceback", message)
        self.assertNotIn(seed.CLIENT_SECRET, message)
        self.assertNotIn(seed.ACCOUNTS[seed.SUPPLIER_ACCOUNT], message)

    # -- the button ---------------------------------------------------------

    def test_good_access_is_connected_and_names_what_it_may_do(self):
        message = self._test()
        self.assertEqual(self.connection.state, "ok")
        self.assertIn("May send for: ATELIER DU MODELE (10000000100012).", message)
        self.assertNotIn("May receive", message)

    def test_good_access_tells_when_the_technical_password_ends(self):
        self.assertIn("The technical password ends on", self._test())

    def test_password_that_ends_within_two_weeks_is_an_alarm(self):
        # The portal lets the passwords of its accounts end after 90 days.
        with freeze_time(fields.Datetime.now() + timedelta(days=80)):
            self.assertIn("renew it", self._test())

    def test_test_asks_each_of_the_four_apis(self):
        self._test()
        asked = {operation.partition("/")[0] for operation in self.all_calls()}
        self.assertLessEqual(
            {"transverses", "utilisateurs", "structures", "factures"}, asked
        )

    def test_test_lists_the_structures_with_their_rights(self):
        self.connection = self.town_hall_connection
        self._test()
        found = {
            s.siret: (s.can_issue, s.can_receive) for s in self.connection.structure_ids
        }
        self.assertEqual(
            found,
            {seed.TOWN_HALL: (False, True), seed.NOTHING_REQUIRED: (False, True)},
        )

    def test_second_test_keeps_structures_and_what_was_set_on_them(self):
        self.connection = self.town_hall_connection
        self._test()
        before = self.connection.structure_ids
        journal = self.town_hall_data["default_journal_purchase"]
        before[0].write(
            {"journal_id": journal.id, "received_cursor": fields.Datetime.now()}
        )
        self._test()
        self.assertEqual(self.connection.structure_ids, before)
        self.assertEqual(before[0].journal_id, journal)
        self.assertTrue(before[0].received_cursor)

    def test_structure_no_longer_allowed_is_archived_and_comes_back(self):
        self.connection = self.town_hall_connection
        self._test()
        lost = self.connection.structure_ids.filtered(
            lambda s: s.siret == seed.NOTHING_REQUIRED
        )
        self._rights([seed.TOWN_HALL])
        self._test()
        self.assertFalse(lost.active)
        self._rights([seed.TOWN_HALL, seed.NOTHING_REQUIRED])
        self._test()
        self.assertTrue(lost.active)

    def _rights(self, sirets):
        body = {"login": seed.TOWN_HALL_ACCOUNT, "receive": sirets}
        self.drive("POST", "accounts", body)

    def test_empty_access_names_the_fields_to_fill_in_and_asks_nobody(self):
        self.connection.write({"client_secret": False, "password": False})
        self._assert_error("fill in", "PISTE client secret", "Technical password")
        self.assertFalse(self.all_calls())

    # -- what is wrong and what to do ---------------------------------------

    def test_wrong_piste_secret_points_to_the_application(self):
        self.connection.client_secret = "not-the-secret"
        self._assert_error("invalid_client", "PISTE", "environment")

    def test_token_service_that_always_says_invalid_client_is_told_so(self):
        self.fault("token", "invalid_client", times=None)
        self._assert_error("invalid_client")

    def test_one_spurious_invalid_client_is_overcome(self):
        self.fault("token", "invalid_client")
        self._test()
        self.assertEqual(self.connection.state, "ok")

    def test_wrong_technical_password_points_to_the_technical_account(self):
        self.connection.password = "not-the-password"
        self._assert_error("technical account", "401", "expired", "30 minutes")

    def test_gateway_that_answers_401_points_to_the_technical_account(self):
        self.fault("transverses/health-check", "unauthorized", times=None)
        self._assert_error("technical account", "401")

    def test_forbidden_api_is_named(self):
        for operation, api in (
            ("transverses/health-check", "Transverses"),
            ("utilisateurs/monCompte/recuperer/rattachements", "Utilisateurs"),
            ("structures/rechercher", "Structures"),
            ("factures/rechercher/fournisseur", "Factures"),
        ):
            with self.subTest(api=api):
                self.drive("DELETE", "faults")
                self.fault(operation, "forbidden", times=None)
                self._assert_error("403", "(CGU)", f"API asked: {api}.")

    def test_an_api_open_to_the_application_lacks_a_right_of_the_account(self):
        # The first answer is for the account; the stranger who asks next gets a 401.
        self.fault("structures/rechercher", "forbidden", times=1)
        self._assert_error("403", "raccordement", "API asked: Structures.")

    def test_no_network_names_the_address_and_the_firewall(self):
        with patch.object(self, "transport", Unreachable()):
            self._assert_error("could not be reached", "firewall", "portal.test")

    def test_closed_portal_is_not_taken_for_a_wrong_access(self):
        self.fault("transverses/health-check", "server_error", times=None)
        self._assert_error("closed or overloaded")

    def test_closed_token_service_is_not_taken_for_a_wrong_access(self):
        self.fault("token", "server_error", times=None)
        self._assert_error("PISTE is closed", "nothing was sent")

    def test_half_an_answer_is_told_without_a_traceback(self):
        self.fault("transverses/health-check", "half_answer", times=None)
        self._assert_error("no usable answer")

    def test_gateway_that_asks_to_wait_is_quoted(self):
        self.fault("*", "too_many", times=None, retry_after=120)
        self._assert_error("120 seconds")

    def test_company_without_siret_is_asked_for_it(self):
        self.supplier.company_registry = False
        self._assert_error("no SIRET", self.supplier.name)

    def test_siret_unknown_to_the_portal_is_told_so(self):
        self.supplier.company_registry = "99999999900017"
        self._assert_error("does not know the SIRET 99999999900017")

    def test_known_siret_the_account_may_not_send_for_is_told_with_those_it_may(self):
        self.supplier.company_registry = seed.OTHER_SUPPLIER
        self._assert_error(
            "may not send invoices",
            seed.OTHER_SUPPLIER,
            "It may act for: ATELIER DU MODELE",
            "manager of the structure",
        )

    def test_account_that_may_not_receive_is_told_so(self):
        self.connection.can_receive = True
        self._assert_error("may not receive invoices", seed.SUPPLIER)

    def test_siret_typed_with_spaces_is_the_same_siret(self):
        self.supplier.company_registry = "100 000 001 00012"
        self._test()
        self.assertEqual(self.connection.state, "ok")

    def test_structures_read_before_the_failure_are_kept(self):
        self.supplier.company_registry = "99999999900017"
        self._test()
        self.assertEqual(self.connection.structure_ids.mapped("siret"), [seed.SUPPLIER])

    def test_no_call_of_the_test_changes_anything_on_the_portal(self):
        self._test()
        self.assertFalse(self.deposits())
        self.assertFalse(self.portal_invoices())
