"""Finding a public body and making a customer of it."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..wizard import l10n_fr_chorus_search
from .common import seed
from .search_common import SearchCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSearchFind(SearchCase):
    # -- kept here -----------------------------------------------------------

    def test_what_is_kept_here_is_found_while_typing_and_asks_nobody(self):
        body = self.learn("21990001200019", "Commune d'Été-sur-Modèle", city="ÉTÉ")
        with Form(self.open()) as form:
            form.text = "ete commune"
            self.assertEqual(form.body_ids[:], body)
        self.assertFalse(self.all_calls())

    def test_town_part_of_the_siret_and_spaces_in_it_find_the_body(self):
        body = self.learn("21990001200019", "Mairie", zip="99112", city="VILLEMODELE")
        for text in ("mairie villemodele", "99112", "2199000", "219 900 012 00019"):
            with self.subTest(text=text):
                self.assertEqual(self.open(text).body_ids, body)
        self.assertEqual(self.open("mairie", city="Villemodèle").body_ids, body)

    def test_nothing_typed_shows_nothing_and_says_what_to_type(self):
        self.assertFalse(self.open().body_ids)
        self.assertIn("Type a name", self.open().message)

    def test_nothing_found_here_sends_to_the_portal(self):
        search = self.open("zzzz")
        self.assertFalse(search.body_ids)
        self.assertIn("Search on Chorus Pro", search.message)

    # -- on the portal -------------------------------------------------------

    def test_portal_offers_several_hits_and_none_is_chosen(self):
        search = self.ask("destinataire")
        self.assertEqual(
            set(search.body_ids.mapped("identifier")),
            {
                seed.NOTHING_REQUIRED,
                seed.ENGAGEMENT_REQUIRED,
                seed.SERVICE_REQUIRED,
                seed.BOTH_REQUIRED,
            },
        )
        self.assertFalse(search.body_id)
        self.assertEqual(self.all_calls().get("structures/consulter"), None)

    def test_hits_of_the_portal_are_found_here_the_next_time(self):
        self.ask("destinataire")
        before = self.all_calls()
        self.assertEqual(len(self.open("destinataire").body_ids), 4)
        self.assertEqual(self.all_calls(), before)

    def test_more_hits_than_shown_asks_for_a_more_precise_name(self):
        with patch.object(l10n_fr_chorus_search, "MOST_SHOWN", 2):
            search = self.ask("destinataire")
            self.assertEqual(len(search.body_ids), 2)
            self.assertIn("add the town", search.message)

    def test_typing_anew_leaves_the_answer_of_the_portal_aside(self):
        search = self.ask("destinataire")
        search.text = "zzzz"
        self.assertFalse(search.body_ids)

    def test_unknown_name_is_told_and_writes_nothing(self):
        before = self.bodies.search_count([])
        search = self.ask("zzzz")
        self.assertIn("knows no such", search.message)
        self.assertEqual(self.bodies.search_count([]), before)

    def test_siret_with_spaces_is_asked_for_as_digits(self):
        search = self.ask(" 200 000 002 00014 ")
        self.assertEqual(search.body_ids.identifier, seed.TOWN_HALL)

    def test_identifiers_that_are_no_siret_are_asked_for_by_their_kind(self):
        for kind, identifier in (
            ("UE_HORS_FRANCE", seed.EU_SUPPLIER),
            ("HORS_UE", seed.FOREIGN_SUPPLIER),
            ("RIDET", seed.CALEDONIAN_SUPPLIER),
            ("TAHITI", seed.POLYNESIAN_SUPPLIER),
            ("AUTRE", seed.WALLIS_SUPPLIER),
        ):
            with self.subTest(kind=kind):
                search = self.ask(identifier, identifier_type=kind)
                self.assertEqual(search.body_ids.identifier, identifier)
                self.assertEqual(search.body_ids.identifier_type, kind)

    def test_closed_body_comes_last(self):
        self.learn("21990001200019", "Commune nouvelle")
        search = self.ask("commune")
        self.assertEqual(
            search.body_ids.mapped("active"),
            sorted(search.body_ids.mapped("active"), reverse=True),
        )
        self.assertEqual(search.body_ids[-1].identifier, seed.CLOSED_BODY)

    def test_trouble_of_the_portal_is_a_sentence(self):
        self.fault("structures/rechercher", "forbidden", times=None)
        with self.assertRaisesRegex(UserError, "403"):
            self.ask("destinataire")

    def test_company_without_connection_still_finds_what_is_kept_here(self):
        self.supplier_connection.active = False
        body = self.learn("21990001200019", "Commune connue")
        search = self.open("connue")
        self.assertEqual(search.body_ids, body)
        with self.assertRaisesRegex(UserError, "settings"):
            search.action_find_on_portal()

    def test_empty_question_is_not_asked(self):
        with self.assertRaisesRegex(UserError, "Type a name"):
            self.ask("  ")
        self.assertFalse(self.all_calls())

    # -- rights --------------------------------------------------------------

    def test_whoever_only_invoices_has_no_window(self):
        user = new_test_user(
            self.env, login="plain", groups="account.group_account_invoice"
        )
        for record in (self.town_hall_partner, self.env["l10n_fr_chorus.search"]):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                mine = record.with_user(user)
                if record:
                    mine.action_l10n_fr_chorus_search()
                else:
                    mine.action_open()

    def test_window_of_somebody_else_is_closed_to_others(self):
        search = self.open("destinataire")
        with self.assertRaises(AccessError):
            search.with_user(self.supplier_user).action_find()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSearchTake(SearchCase):
    # -- create --------------------------------------------------------------

    def test_chosen_body_becomes_a_complete_customer(self):
        search = self.choose(self.ask("metropole"), seed.METROPOLIS)
        self.assertTrue(all(line.take for line in search.change_ids))
        action = search.action_apply()
        partner = self.env["res.partner"].browse(action["res_id"])
        self.assertRecordValues(
            partner,
            [
                {
                    "name": "METROPOLE DE MODELEVILLE",
                    "company_registry": seed.METROPOLIS,
                    "is_company": True,
                    "street": "1 place de l'Exemple",
                    "zip": "99999",
                    "city": "MODELEVILLE",
                    "country_code": "FR",
                    "l10n_fr_chorus_is_public": True,
                    "l10n_fr_chorus_body_id": search.body_id.id,
                }
            ],
        )
        self.assertEqual(len(partner.l10n_fr_chorus_service_ids), 13)

    def test_unticked_value_is_left_out(self):
        search = self.choose(self.ask("metropole"), seed.METROPOLIS)
        search.change_ids.filtered(lambda line: line.field == "street").take = False
        partner = self.env["res.partner"].browse(search.action_apply()["res_id"])
        self.assertFalse(partner.street)
        self.assertEqual(partner.city, "MODELEVILLE")

    def test_body_known_here_is_taken_without_a_call(self):
        self.learn("21990001200019", "Commune connue", city="VILLEMODELE")
        search = self.choose(self.open("connue"), "21990001200019")
        search.action_apply()
        self.assertFalse(self.all_calls())

    def test_vat_number_is_derived_from_a_right_siren_only(self):
        self.learn("35600000000048", "LA POSTE", country_code="FR")
        self.learn("21990001200019", "Commune fictive", country_code="FR")
        poste = self.choose(self.open("la poste"), "35600000000048")
        self.assertEqual(self.changes(poste)["vat"][1], "FR39356000000")
        fictive = self.choose(self.open("fictive"), "21990001200019")
        self.assertNotIn("vat", self.changes(fictive))

    def test_derived_vat_number_is_called_so_and_left_to_whoever_chooses(self):
        self.learn("35600000000048", "LA POSTE", country_code="FR")
        search = self.choose(self.open("la poste"), "35600000000048")
        [line] = search.change_ids.filtered(lambda one: one.field == "vat")
        self.assertFalse(line.take)
        self.assertIn("derived from the SIREN", line.label)
        partner = self.env["res.partner"].browse(search.action_apply()["res_id"])
        self.assertFalse(partner.vat)

    def test_vat_number_of_the_portal_is_kept_and_ticked(self):
        vat = "FR64100000001"
        self.portal.store.run(
            "UPDATE structure SET vat = ? WHERE identifier = ?", vat, seed.METROPOLIS
        )
        search = self.choose(self.ask("metropole"), seed.METROPOLIS)
        self.assertEqual(search.body_id.vat_number, vat)
        self.assertEqual(self.changes(search)["vat"], (False, vat, True))
        [line] = search.change_ids.filtered(lambda one: one.field == "vat")
        self.assertNotIn("derived", line.label)

    def test_sirets_of_la_poste_follow_their_own_rule(self):
        # The digits add up to a multiple of five; the usual key is wrong.
        self.learn("35600000000001", "LA POSTE BUREAU", country_code="FR")
        search = self.choose(self.open("la poste bureau"), "35600000000001")
        self.assertEqual(self.changes(search)["vat"][1], "FR39356000000")

    def test_overseas_postcodes_lead_to_their_country(self):
        for postcode, country, has_vat in (
            ("97400", "RE", True),
            ("97 110", "GP", True),
            ("97300", "GF", False),
            ("97600", "YT", False),
            ("97133", "BL", False),
            ("98800", "NC", False),
            ("75001", "FR", True),
        ):
            with self.subTest(postcode=postcode):
                body = self.learn(
                    "35600000000048", "LA POSTE", zip=postcode, country_code="FR"
                )
                values = body._partner_values()
                found = self.env["res.country"].browse(values["country_id"])
                self.assertEqual(found.code, country)
                self.assertEqual(bool(values["vat"]), has_vat)

    def test_foreign_identifiers_say_country_and_number(self):
        for kind, identifier, country, vat in (
            ("TAHITI", "A10000001", "PF", False),
            ("RIDET", "0100001001", "NC", False),
            ("UE_HORS_FRANCE", "DE100000001", "DE", "DE100000001"),
        ):
            with self.subTest(kind=kind):
                body = self.learn(
                    identifier,
                    "Body",
                    identifier_type=kind,
                    country_code="DE" if country == "DE" else False,
                )
                values = body._partner_values()
                found = self.env["res.country"].browse(values["country_id"])
                self.assertEqual(found.code, country)
                self.assertEqual(values["vat"], vat)
                self.assertEqual(values["company_registry"], not vat and identifier)

    def test_private_company_is_told_apart(self):
        search = self.ask(seed.OTHER_SUPPLIER)
        self.choose(search, seed.OTHER_SUPPLIER)
        self.assertTrue(search.is_private)

    def test_closed_body_is_told_closed(self):
        search = self.choose(self.ask("dissoute"), seed.CLOSED_BODY)
        self.assertTrue(search.is_closed)

    # -- complete ------------------------------------------------------------

    def test_completing_shows_what_changes_and_ticks_what_is_empty(self):
        partner = self._create_public_body(
            "Syndicat des eaux", False, street="Ailleurs", zip="99999", city=False
        )
        search = self.open("syndicat", partner_id=partner.id)
        search.action_find_on_portal()
        self.choose(search, seed.SYNDICATE)
        self.assertEqual(search.target_id, partner)
        self.assertEqual(
            self.changes(search),
            {
                "name": ("Syndicat des eaux", "SYNDICAT DES EAUX DU MODELE", False),
                "company_registry": (False, seed.SYNDICATE, True),
                "street": ("Ailleurs", "1 place de l'Exemple", False),
                "city": (False, "MODELEVILLE", True),
            },
        )
        search.action_apply()
        self.assertRecordValues(
            partner,
            [
                {
                    "name": "Syndicat des eaux",
                    "street": "Ailleurs",
                    "city": "MODELEVILLE",
                    "l10n_fr_chorus_siret": seed.SYNDICATE,
                    "l10n_fr_chorus_is_public": True,
                }
            ],
        )

    def test_spaces_case_and_accents_are_no_change(self):
        partner = self._create_public_body(
            "Métropole de Modeleville", "200 000 004 00010", city="Modeleville"
        )
        search = self.open("metropole", partner_id=partner.id)
        search.action_find_on_portal()
        self.choose(search, seed.METROPOLIS)
        self.assertEqual(self.changes(search), {})

    def test_nothing_is_written_before_the_last_button(self):
        partner = self._create_public_body("Syndicat", False, city=False)
        search = self.open("syndicat", partner_id=partner.id)
        search.action_find_on_portal()
        self.choose(search, seed.SYNDICATE)
        self.assertFalse(partner.company_registry)
        self.assertFalse(partner.l10n_fr_chorus_body_id)

    def test_a_siret_that_is_another_cannot_be_left_unticked(self):
        partner = self._create_public_body("Syndicat", seed.NOTHING_REQUIRED)
        search = self.open("syndicat", partner_id=partner.id)
        search.action_find_on_portal()
        self.choose(search, seed.SYNDICATE)
        search.change_ids.take = False
        search.action_apply()
        self.assertEqual(partner.l10n_fr_chorus_siret, seed.SYNDICATE)

    def test_billing_user_takes_what_is_demanded_and_edits_no_contact(self):
        partner = self._create_public_body("Syndicat", seed.SYNDICATE, city=False)
        search = self.ask("syndicat", user=self.supplier_user, partner_id=partner.id)
        self.choose(search, seed.SYNDICATE)
        self.assertFalse(search.may_edit)
        search.action_apply()
        self.assertTrue(partner.l10n_fr_chorus_is_public)
        self.assertFalse(partner.city)

    def test_billing_user_creates_no_contact(self):
        search = self.ask("syndicat", user=self.supplier_user)
        self.choose(search, seed.SYNDICATE)
        with self.assertRaisesRegex(AccessError, "may not create contacts"):
            search.action_apply()

    def test_window_cannot_be_made_to_write_another_field(self):
        partner = self._create_public_body("Syndicat", seed.SYNDICATE)
        search = self.ask("syndicat", partner_id=partner.id)
        self.choose(search, seed.SYNDICATE)
        search.write({"change_ids": [(0, 0, {"field": "comment", "take": True})]})
        search.action_apply()
        self.assertFalse(partner.comment)

    # -- several contacts ----------------------------------------------------

    def test_known_contact_is_proposed_instead_of_a_second_one(self):
        search = self.choose(self.ask(seed.TOWN_HALL), seed.TOWN_HALL)
        self.assertEqual(search.target_id, self.town_hall_partner)
        before = self.env["res.partner"].search_count([])
        search.action_apply()
        self.assertEqual(self.env["res.partner"].search_count([]), before)
        self.assertEqual(self.town_hall_partner.l10n_fr_chorus_body_id, search.body_id)

    def test_second_contact_is_refused_unless_somebody_wants_both(self):
        search = self.choose(self.ask(seed.TOWN_HALL), seed.TOWN_HALL)
        search.target_id = False
        self.assertEqual(search.twin_id, self.town_hall_partner)
        with self.assertRaisesRegex(UserError, "already this public body"):
            search.action_apply()
        search.keep_both = True
        second = self.env["res.partner"].browse(search.action_apply()["res_id"])
        self.assertNotEqual(second, self.town_hall_partner)
        self.assertTrue(second.l10n_fr_chorus_body_shared)
        self.assertEqual(second.l10n_fr_chorus_body_id, search.body_id)

    def test_existing_contact_is_opened_instead_of_the_one_completed(self):
        partner = self._create_public_body("Mairie bis", False)
        search = self.ask(seed.TOWN_HALL, partner_id=partner.id)
        self.choose(search, seed.TOWN_HALL)
        self.assertEqual(search.twin_id, self.town_hall_partner)
        action = search.action_use_twin()
        self.assertEqual(action["res_id"], self.town_hall_partner.id)

    # -- invoice -------------------------------------------------------------

    def test_found_from_an_invoice_it_becomes_its_customer(self):
        move = self.env["account.move"].create(
            {"move_type": "out_invoice", "company_id": self.supplier.id}
        )
        action = move.with_user(self.seller).action_l10n_fr_chorus_search()
        search = self.env["l10n_fr_chorus.search"].browse(action["res_id"])
        search = search.with_user(self.seller)
        search.text = "metropole"
        search.action_find_on_portal()
        self.choose(search, seed.METROPOLIS).action_apply()
        self.assertEqual(move.partner_id.l10n_fr_chorus_siret, seed.METROPOLIS)
        self.assertTrue(move.l10n_fr_chorus_is_public)

    def test_customer_of_a_confirmed_invoice_stays(self):
        move = self.posted_invoice()
        with self.assertRaisesRegex(UserError, "draft"):
            move.with_user(self.seller).action_l10n_fr_chorus_search()
