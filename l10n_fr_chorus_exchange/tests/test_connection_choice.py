"""A company with several connections: which one sends, receives, asks."""

from lxml import etree
from psycopg2 import errors as pg_errors

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..models.rule_facts import facts_of
from .common import BASE_URL, seed
from .deposit_common import DepositCase

SECOND = "10000000100020"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConnectionChoice(DepositCase):
    def setUp(self):
        super().setUp()
        self.connections = self.env["l10n_fr_chorus.connection"]
        self.first = self.supplier_connection
        self.second = self._create_connection(
            self.supplier,
            seed.OTHER_SUPPLIER_ACCOUNT,
            name="Second account",
            can_send=True,
        )

    def _structure(self, connection, siret, **values):
        return self.env["l10n_fr_chorus.structure"].create(
            {
                "connection_id": connection.id,
                "portal_id": f"9{siret}",
                "siret": siret,
                "name": siret,
                "can_issue": True,
                **values,
            }
        )

    def _for_sending(self, move=None):
        return self.connections._for_sending(self.supplier, move)

    # -- which one sends ----------------------------------------------------

    def test_company_may_have_several_connections(self):
        self.env.flush_all()
        self.assertEqual(
            self.connections._senders(self.supplier), self.first + self.second
        )

    def test_one_technical_account_is_on_one_connection_of_a_company(self):
        with self.assertRaises(pg_errors.UniqueViolation), mute_logger("odoo.sql_db"):
            self.second.login = self.first.login
            self.env.flush_all()

    def test_only_connection_sends_before_any_test(self):
        self.second.active = False
        self.assertEqual(self._for_sending(), self.first)

    def test_connection_that_sends_for_the_establishment_of_the_company_is_taken(self):
        self._structure(self.first, SECOND)
        self._structure(self.second, seed.SUPPLIER)
        self.assertEqual(self._for_sending(), self.second)

    def test_no_connection_is_better_than_one_that_does_not_send(self):
        (self.first + self.second).can_send = False
        self.assertFalse(self._for_sending())
        # Whoever is told that nothing is sent is shown the way to it all the same.
        about = self.connections._about_sending(self.supplier)
        self.assertEqual(about, self.first)

    def test_connection_that_may_not_write_now_is_not_taken_by_itself(self):
        self.first.is_read_only = True
        self.assertEqual(self._for_sending(), self.second)
        self.second.sudo().home_environment = "qualification"
        self.assertEqual(self._for_sending(), self.first)
        self.first.is_read_only = False
        self.assertEqual(self._for_sending(), self.first)

    def test_what_a_person_chose_is_never_replaced_by_another_account(self):
        move = self.invoice(l10n_fr_chorus_connection_id=self.second.id)
        self.second.is_read_only = True
        self.assertEqual(self._for_sending(move), self.second)
        sending = self.env["account.move.send"]
        self.assertFalse(sending._is_applicable_to_move("chorus_pro", move))
        move.l10n_fr_chorus_connection_id = self.first
        self.assertTrue(sending._is_applicable_to_move("chorus_pro", move))

    def test_account_of_another_establishment_does_not_stand_in(self):
        self._structure(self.first, seed.SUPPLIER)
        self._structure(self.second, SECOND)
        self.first.is_read_only = True
        self.assertEqual(self._for_sending(), self.first)

    def test_connection_that_does_not_send_is_not_taken(self):
        self._structure(self.second, seed.SUPPLIER)
        self.second.can_send = False
        self.assertEqual(self._for_sending(), self.first)

    def test_journal_says_by_which_connection_its_invoices_leave(self):
        self._structure(self.first, seed.SUPPLIER)
        move = self.invoice()
        self.assertEqual(self._for_sending(move), self.first)
        move.journal_id.l10n_fr_chorus_connection_id = self.second
        self.assertEqual(self._for_sending(move), self.second)

    def test_what_is_chosen_on_the_invoice_comes_first(self):
        move = self.invoice()
        move.journal_id.l10n_fr_chorus_connection_id = self.first
        move.l10n_fr_chorus_connection_id = self.second
        self.assertEqual(self._for_sending(move), self.second)

    def test_archived_choice_is_no_choice(self):
        move = self.invoice(l10n_fr_chorus_connection_id=self.second.id)
        self.second.active = False
        self.assertEqual(self._for_sending(move), self.first)

    def test_connection_of_another_company_is_refused_on_the_invoice(self):
        move = self.invoice()
        with self.assertRaises(Exception) as caught:
            move.l10n_fr_chorus_connection_id = self.town_hall_connection
        self.assertIn("company", str(caught.exception))

    def test_deposit_keeps_the_connection_it_was_frozen_with(self):
        move = self.invoice(l10n_fr_chorus_connection_id=self.second.id)
        self.send(move)
        deposit = move.l10n_fr_chorus_deposit_ids
        self.assertEqual(deposit.connection_id, self.second)
        move.l10n_fr_chorus_connection_id = self.first
        self.assertEqual(deposit.connection_id, self.second)

    def test_cron_sends_over_each_connection_with_its_own_account(self):
        moves = [
            self.invoice(l10n_fr_chorus_connection_id=connection.id)
            for connection in (self.first, self.second)
        ]
        for move in moves:
            self.send(move)
        self.run_cron("ir_cron_send")
        calls = self.env["l10n_fr_chorus.call"].search(
            [("operation", "=", "factures/v1/deposer/flux")]
        )
        self.assertEqual(calls.connection_id, self.first + self.second)

    # -- which establishment sells -------------------------------------------

    def _sellers(self, deposit):
        """SIRETs of the seller in the document, as it is deposited."""
        tree = etree.fromstring(deposit.attachment_id.raw)
        return tree.xpath(
            "//ram:SellerTradeParty/ram:SpecifiedLegalOrganization/ram:ID/text()",
            namespaces={"ram": tree.nsmap["ram"]},
        )

    def _journal_of(self, connection):
        """A journal of another establishment, whose account is this connection."""
        self.supplier.l10n_fr_chorus_form = "cii"
        journal = self.company_data["default_journal_sale"]
        journal.l10n_fr_chorus_connection_id = connection

    def test_invoice_of_another_establishment_carries_the_siret_of_that_one(self):
        self._structure(self.first, seed.SUPPLIER)
        self._structure(self.second, SECOND)
        self._journal_of(self.second)
        deposit = self.send(self.invoice())
        self.assertEqual(self._sellers(deposit), [SECOND])
        # Where the portal is asked about it later.
        self.assertEqual(deposit.supplier_siret, SECOND)
        self.assertEqual(deposit.connection_id, self.second)

    def test_invoice_of_the_company_carries_the_siret_of_the_company(self):
        self._structure(self.first, seed.SUPPLIER)
        self._structure(self.second, SECOND)
        self._journal_of(self.first)
        deposit = self.send(self.invoice())
        self.assertEqual(self._sellers(deposit), [seed.SUPPLIER])
        self.assertEqual(deposit.supplier_siret, seed.SUPPLIER)

    def test_rules_and_second_road_know_which_establishment_sells(self):
        self._structure(self.first, seed.SUPPLIER)
        own = self._structure(self.second, SECOND)
        self._journal_of(self.second)
        move = self.invoice()
        self.assertFalse(
            [one for one in move._l10n_fr_chorus_findings() if one.is_error]
        )
        self.assertEqual(move._l10n_fr_chorus_issuing_structure(), own)
        self.assertEqual(facts_of(move, {}).supplier.identifier, SECOND)

    def test_nobody_guesses_which_of_several_establishments_sells(self):
        self._structure(self.second, SECOND)
        self._structure(self.second, "10000000100038")
        self._journal_of(self.second)
        self.assertEqual(self.invoice()._l10n_fr_chorus_establishment(), "")

    def test_another_legal_entity_is_no_establishment_of_the_company(self):
        self._structure(self.second, seed.OTHER_SUPPLIER)
        self._journal_of(self.second)
        self.assertEqual(self.invoice()._l10n_fr_chorus_establishment(), "")

    # -- shown --------------------------------------------------------------

    def test_choice_is_shown_where_there_are_several_connections_only(self):
        move = self.invoice()
        self.assertTrue(move.l10n_fr_chorus_has_choice)
        self.assertEqual(
            move.l10n_fr_chorus_default_connection, self.first.display_name
        )
        self.assertTrue(move.journal_id.l10n_fr_chorus_has_choice)
        self.second.active = False
        move.invalidate_recordset()
        move.journal_id.invalidate_recordset()
        self.assertFalse(move.l10n_fr_chorus_has_choice)
        self.assertFalse(move.journal_id.l10n_fr_chorus_has_choice)

    def test_person_who_invoices_chooses_the_connection_on_the_form(self):
        move = self.invoice()
        with Form(move.with_user(self.supplier_user)) as form:
            form.l10n_fr_chorus_connection_id = self.second
        self.assertEqual(move.l10n_fr_chorus_connection_id, self.second)

    # -- one per establishment and direction --------------------------------

    def test_establishment_is_served_by_the_first_connection_that_knows_it(self):
        one = self._structure(self.first, seed.SUPPLIER)
        two = self._structure(self.second, seed.SUPPLIER)
        self.assertTrue(one.used_to_send)
        self.assertFalse(two.used_to_send)

    def test_database_refuses_a_second_sender_of_an_establishment(self):
        self._structure(self.first, seed.SUPPLIER)
        two = self._structure(self.second, seed.SUPPLIER)
        with self.assertRaises(pg_errors.UniqueViolation), mute_logger("odoo.sql_db"):
            two.used_to_send = True
            self.env.flush_all()

    def test_next_connection_takes_over_when_the_first_is_archived(self):
        one = self._structure(self.first, seed.SUPPLIER)
        two = self._structure(self.second, seed.SUPPLIER)
        self.first.active = False
        self.assertEqual((one.used_to_send, two.used_to_send), (False, True))
        self.first.active = True
        self.assertEqual((one.used_to_send, two.used_to_send), (False, True))

    def test_next_connection_takes_over_when_the_first_loses_its_right(self):
        one = self._structure(self.first, seed.SUPPLIER)
        two = self._structure(self.second, seed.SUPPLIER)
        one.can_issue = False
        self.assertEqual((one.used_to_send, two.used_to_send), (False, True))

    def test_next_connection_takes_over_when_the_row_goes(self):
        one = self._structure(self.first, seed.SUPPLIER)
        two = self._structure(self.second, seed.SUPPLIER)
        one.action_archive()
        self.assertTrue(two.used_to_send)
        two.unlink()
        one.action_unarchive()
        self.assertTrue(one.used_to_send)

    def test_what_a_person_unticks_stays_so_when_the_rights_are_read_again(self):
        self.first.action_test_connection()
        structure = self.first.structure_ids
        structure.used_to_send = False
        self.first.action_test_connection()
        self.assertFalse(structure.used_to_send)

    def test_two_accounts_never_look_for_the_same_documents(self):
        self.town_hall_connection.action_test_connection()
        again = self._create_connection(
            self.town_hall, seed.ABROAD_ACCOUNT, name="Again", can_receive=True
        )
        for structure in self.town_hall_connection.structure_ids:
            copy = self._structure(
                again,
                structure.siret,
                portal_id=structure.portal_id,
                can_issue=False,
                can_receive=True,
            )
            self.assertFalse(copy.used_to_receive)
        again.structures_read_at = self.env.cr.now()
        self.assertFalse(
            again.structure_ids.filtered(lambda s: s.can_receive and s.used_to_receive)
        )
        self.assertEqual(
            self.connections._for_receiving(self.town_hall), self.town_hall_connection
        )

    def test_one_number_of_two_portals_is_received_from_both(self):
        [one, *_rest] = self._structures_of_town_hall()
        self.first.active = self.second.active = False
        trial = self._create_connection(
            self.supplier,
            seed.ABROAD_ACCOUNT,
            environment="qualification",
            can_receive=True,
        )
        copy = self._structure(
            trial, one.siret, portal_id=one.portal_id, can_receive=True
        )
        self.env.flush_all()
        self.assertTrue(one.used_to_receive)
        self.assertTrue(copy.used_to_receive)

    def test_one_portal_by_two_ways_of_writing_its_address_is_one(self):
        [one, *_rest] = self._structures_of_town_hall()
        self.first.active = False
        self.second.write(
            {"base_url": f"{BASE_URL.upper()}/", "can_receive": True, "can_send": False}
        )
        copy = self._structure(
            self.second, one.siret, portal_id=one.portal_id, can_receive=True
        )
        self.assertFalse(copy.used_to_receive)

    def _structures_of_town_hall(self):
        self.town_hall_connection.action_test_connection()
        return self.town_hall_connection.structure_ids

    def test_receiving_looks_for_what_the_connection_serves_only(self):
        self.town_hall_connection.action_test_connection()
        mine, other = self.town_hall_connection.structure_ids
        other.used_to_receive = False
        self.town_hall_connection.structure_ids.services_read_at = self.env.cr.now()
        client = self.town_hall_connection._client()
        self.assertEqual(self.town_hall_connection._receiving_structures(client), mine)

    # -- questions ----------------------------------------------------------

    def test_questions_go_to_a_connection_that_answers(self):
        self.first.pause_until = "2999-01-01"
        self.assertEqual(self.connections._for_questions(self.supplier), self.second)

    # -- branches -----------------------------------------------------------

    def _branch(self, siret):
        return self.env["res.company"].create(
            {
                "name": "Branch",
                "parent_id": self.supplier.id,
                "country_id": self.env.ref("base.fr").id,
                "company_registry": siret,
            }
        )

    def test_branch_sends_over_the_connection_of_its_company_that_serves_it(self):
        branch = self._branch(SECOND)
        self.assertFalse(self.connections._for_sending(branch))
        self.assertFalse(self.connections._for_company(branch))
        self._structure(self.second, SECOND)
        self.assertEqual(self.connections._for_sending(branch), self.second)
        self.assertEqual(self.connections._for_company(branch), self.second)

    def test_branch_without_a_connection_asks_over_that_of_its_company(self):
        branch = self._branch(SECOND)
        self.assertEqual(self.connections._for_questions(branch), self.first)

    def test_branch_with_its_own_connection_uses_that_one(self):
        branch = self._branch(SECOND)
        own = self._create_connection(branch, seed.ABROAD_ACCOUNT, can_send=True)
        self._structure(self.second, SECOND)
        self.assertEqual(self.connections._for_sending(branch), own)

    # -- environments -------------------------------------------------------

    def test_two_environments_in_one_company_are_refused(self):
        with self.assertRaises(ValidationError):
            self.second.environment = "qualification"
