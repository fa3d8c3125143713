import doctest
from dataclasses import replace

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from simulator import seed

from ..lib.chorus_pro.records.structures import Address
from ..lib.chorus_pro.services import structures
from ..models import l10n_fr_chorus_body, l10n_fr_chorus_body_word
from ..tools import search_words
from .common import ChorusCase

SIRET = "21990001200019"
UNTOLD = dict.fromkeys(
    (
        "requires_service",
        "requires_engagement",
        "requires_either",
        "reports_payment",
        "works_only",
    )
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBody(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bodies = cls.env["l10n_fr_chorus.body"]

    def learn(self, **row):
        """One body learnt; it and what changed."""
        return self.bodies._learn([{"identifier": SIRET, "name": "Commune A", **row}])

    # -------------------------------------------------------------------------
    # LEARN
    # -------------------------------------------------------------------------

    def test_an_unknown_body_is_created_with_its_services(self):
        body, changes = self.learn(
            services=[{"code": "ACHATS", "name": "Achats", "portal_id": "7"}]
        )
        self.assertEqual(body.display_name, f"Commune A ({SIRET})")
        self.assertEqual(body.service_ids.mapped("code"), ["ACHATS"])
        self.assertFalse(changes, "nothing that was known has changed")

    def test_what_was_known_and_differs_is_told_with_both_values(self):
        body, _changes = self.learn(city="Modeleville", requires_service=False)
        again, changes = self.learn(name="Commune B", requires_service=True)
        self.assertEqual(again, body)
        self.assertEqual(
            changes,
            {
                body: {
                    "name": ("Commune A", "Commune B"),
                    "requires_service": (False, True),
                }
            },
        )
        self.assertEqual(body.city, "Modeleville", "what is not named stays")

    def test_the_same_again_writes_nothing(self):
        row = {"city": "Modeleville", "services": [{"code": "X", "portal_id": "1"}]}
        self.learn(**row)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(4):  # of which none writes
            self.learn(**row)
            self.env.flush_all()

    def test_services_no_longer_listed_are_closed_and_told(self):
        body, _changes = self.learn(
            services=[{"code": "A", "portal_id": "1"}, {"code": "B", "portal_id": "2"}]
        )
        gone = body.service_ids.filtered(lambda one: one.code == "B")
        _body, changes = self.learn(
            services=[{"code": "A", "portal_id": "1"}], all_services=True
        )
        self.assertFalse(gone.active)
        self.assertEqual(changes, {gone: {"active": (True, False)}})

    def test_services_stay_when_not_all_of_them_were_read(self):
        body, _changes = self.learn(services=[{"code": "A", "portal_id": "1"}])
        _body, changes = self.learn(services=[{"code": "B", "portal_id": "2"}])
        self.assertEqual(len(body.service_ids), 2)
        new = body.service_ids.filtered(lambda one: one.code == "B")
        self.assertEqual(changes, {new: {"active": (False, True)}}, "a new one is told")

    def test_a_service_told_without_its_number_is_the_one_that_is_known(self):
        body, _changes = self.learn(services=[{"code": "A", "portal_id": "1"}])
        self.learn(services=[{"code": "A", "name": "Achats"}])
        self.assertEqual(
            body.service_ids.mapped(lambda one: (one.portal_id, one.name)),
            [("1", "Achats")],
        )

    def test_a_siret_with_spaces_is_the_same_siret(self):
        body, _changes = self.learn()
        again, _changes = self.learn(identifier=" 219 900 012 00019 ")
        self.assertEqual(again, body)

    def test_a_ridet_is_kept_as_it_is_written(self):
        body, _changes = self.learn(
            identifier="0123456-001 ", identifier_type="RIDET", name="Province"
        )
        self.assertEqual(body.identifier, "0123456-001")

    def test_the_same_identifier_of_two_types_is_two_bodies(self):
        one, _changes = self.learn()
        other, _changes = self.learn(identifier_type="AUTRE")
        self.assertNotEqual(one, other)

    def test_an_unknown_identifier_type_counts_as_another(self):
        body, _changes = self.learn(identifier="X1", identifier_type="NOUVEAU")
        self.assertEqual(body.identifier_type, "AUTRE")

    def test_demands_are_unknown_until_they_were_read(self):
        body, _changes = self.learn()
        self.assertFalse(body.checked_at)
        self.assertFalse(body.demands)
        self.learn(requires_service=True)
        self.assertTrue(body.checked_at)
        self.assertIn("A service code is required", body.demands)

    def test_demands_count_the_services_that_want_a_commitment_number(self):
        body, _changes = self.learn(
            requires_service=True,
            services=[
                {"code": "A", "portal_id": "1", "requires_engagement": True},
                {"code": "B", "portal_id": "2"},
            ],
        )
        self.assertIn("1 of its 2 services", body.demands)

    def test_what_the_portal_says_of_a_body_becomes_a_row(self):
        client = self.supplier_connection._client()
        structure = structures.find(client, seed.TOWN_HALL)
        detail = structures.read(client, structure.portal_id)
        services = [
            (one, None) for one in structures.services(client, structure.portal_id)
        ]
        body, _changes = self.bodies._learn(
            [self.bodies._portal_row(structure, detail, services)]
        )
        self.assertEqual(body.identifier, seed.TOWN_HALL)
        self.assertTrue(body.is_public and body.checked_at)
        self.assertIn("ACHATS", body.service_ids.mapped("code"))

    def told(self, identifier=seed.TOWN_HALL, **changes):
        """A row of what the portal says of a body, altered."""
        client = self.supplier_connection._client()
        structure = structures.find(client, identifier)
        detail = structures.read(client, structure.portal_id)
        return self.bodies._portal_row(structure, replace(detail, **changes))

    def test_what_an_answer_leaves_out_stays_as_it_was(self):
        partner = self.town_hall_partner
        partner.action_l10n_fr_chorus_lookup()
        body = partner.l10n_fr_chorus_body_id
        self.bodies._learn([self.told(requires_service=True)])
        before = fields.Datetime.subtract(fields.Datetime.now(), days=2)
        body.sudo().checked_at = before
        city = body.city
        _body, changes = self.bodies._learn(
            [self.told(is_public=None, address=Address(), **UNTOLD)]
        )
        self.assertFalse(changes)
        self.assertTrue(body.is_public and body.requires_service)
        self.assertEqual((body.city, body.checked_at), (city, before))
        self.assertTrue(partner.l10n_fr_chorus_is_public)
        self.assertTrue(partner.l10n_fr_chorus_requires_service)

    def test_a_body_that_nobody_called_private_does_not_untick_its_customer(self):
        partner = self.town_hall_partner
        partner.l10n_fr_chorus_is_public = True
        body, _changes = self.bodies._learn([self.told(is_public=None)])
        partner._l10n_fr_chorus_take(body)
        self.assertFalse(body.checked_at)
        self.assertTrue(partner.l10n_fr_chorus_is_public)
        self.bodies._learn([self.told(is_public=False)])
        self.assertTrue(body.checked_at)
        partner._l10n_fr_chorus_take(body)
        self.assertFalse(partner.l10n_fr_chorus_is_public)

    def test_service_whose_demand_is_left_out_is_not_checked(self):
        client = self.supplier_connection._client()
        structure = structures.find(client, seed.TOWN_HALL)
        [service] = [
            one
            for one in structures.services(client, structure.portal_id)
            if one.code == "ACHATS"
        ]
        read = structures.read_service(client, structure.portal_id, service.portal_id)
        for demand, is_checked in (None, False), (True, True), (None, True):
            row = self.bodies._portal_row(
                structure, None, [(service, replace(read, requires_engagement=demand))]
            )
            body, _changes = self.bodies._learn([row])
            self.assertEqual(bool(body.service_ids.checked_at), is_checked)
        self.assertTrue(body.service_ids.requires_engagement)

    def test_a_change_reaches_those_who_watch(self):
        body, _changes = self.learn()
        told = []
        self.patch(
            type(self.bodies),
            "_after_learn",
            lambda _self, changes: told.append(changes),
        )
        self.learn(active=False)
        self.assertEqual(told, [{body: {"active": (True, False)}}])

    # -------------------------------------------------------------------------
    # FIND
    # -------------------------------------------------------------------------

    def directory(self):
        names = [
            ("Commune de Villefictive", "Villefictive", "99001"),
            ("Communauté de communes du Pays d'Été", "Bourg-Modèle", "99002"),
            ("Centre hospitalier de Villefictive", "Villefictive", "99001"),
            ("Ville", "Modeleville", "99003"),
        ]
        found, _changes = self.bodies._learn(
            {
                "identifier": f"2199000{rank}200019",
                "name": name,
                "city": city,
                "zip": postcode,
            }
            for rank, (name, city, postcode) in enumerate(names)
        )
        return found

    def test_words_are_found_in_any_order_without_accents_or_case(self):
        bodies = self.directory()
        self.assertEqual(self.bodies._find("ETE pays communaute"), bodies[1])

    def test_the_town_and_the_postcode_find(self):
        bodies = self.directory()
        self.assertEqual(self.bodies._find("bourg modele"), bodies[1])
        self.assertEqual(self.bodies._find("hospitalier 99001"), bodies[2])

    def test_a_part_of_a_siret_with_spaces_finds(self):
        bodies = self.directory()
        self.assertEqual(self.bodies._find("219 900 02"), bodies[2])

    def test_the_examples_of_folding_hold(self):
        for module in search_words, l10n_fr_chorus_body:
            result = doctest.testmod(module)
            self.assertTrue(result.attempted)
            self.assertEqual(result.failed, 0, module.__name__)

    def test_what_begins_no_word_is_looked_for_inside_words(self):
        bodies = self.directory()
        self.assertEqual(self.bodies._find("pitalie"), bodies[2])
        self.assertEqual(
            self.bodies.search([("display_name", "like", "pitalie")]), bodies[2]
        )

    def test_a_part_of_a_word_is_found_without_reading_every_row(self):
        bodies = self.directory()
        condition = self.bodies._hold(SQL("search_text"), ["pitalie"])
        self.assertNotIn("LIKE", condition.code)
        self.assertEqual(self.bodies._find("pital lefic"), bodies[2])
        self.assertEqual(self.bodies._find("00022"), bodies[2], "a part of a SIRET")
        bodies[2].sudo().name = "Renamed to Zanzibar"
        self.assertEqual(self.bodies._find("nzib"), bodies[2])

    def test_a_part_that_no_word_has_needs_no_look_at_the_directory(self):
        self.directory()
        self.assertIsNone(self.bodies._hold(SQL("search_text"), ["pital", "xyztq"]))
        self.assertFalse(self.bodies.search([("display_name", "like", "xyztq")]))

    def test_a_part_of_very_many_words_is_looked_for_all_the_same(self):
        bodies = self.directory()
        self.patch(l10n_fr_chorus_body_word, "MOST_WORDS", 0)
        self.assertEqual(self.bodies._find("pital lefic"), bodies[2])
        self.assertEqual(
            self.bodies.search([("display_name", "like", "pital")]), bodies[2]
        )

    def test_the_nearest_name_comes_first(self):
        bodies = self.directory()
        self.assertEqual(self.bodies._find("ville")[0], bodies[3])
        self.assertEqual(self.bodies._find("commune de ville")[0], bodies[0])
        self.assertEqual(self.bodies.name_search("ville")[0][0], bodies[3].id)

    def test_signs_of_patterns_are_no_jokers(self):
        self.directory()
        self.assertFalse(self.bodies._find("%"))
        self.assertFalse(self.bodies._find("_"))

    def test_a_closed_body_is_found_only_when_asked_for(self):
        body = self.directory()[3]
        self.bodies._learn([{"identifier": body.identifier, "active": False}])
        self.assertNotIn(body, self.bodies._find("modeleville"))
        self.assertIn(body, self.bodies._find("modeleville", closed=True))

    def test_the_search_of_odoo_finds_the_same_words(self):
        bodies = self.directory()
        found = self.bodies.search([("display_name", "ilike", "été PAYS")])
        self.assertEqual(found, bodies[1])
        self.assertEqual(self.bodies.name_search("hospitalier")[0][0], bodies[2].id)
        self.assertEqual(
            bodies.filtered_domain([("display_name", "ilike", "hospitalier")]),
            bodies[2],
        )

    # -------------------------------------------------------------------------
    # RIGHTS
    # -------------------------------------------------------------------------

    def test_whoever_invoices_reads_and_nobody_writes(self):
        body, _changes = self.learn(services=[{"code": "A"}])
        mine = body.with_user(self.supplier_user)
        self.assertEqual(mine.name, "Commune A")
        self.assertTrue(mine.with_user(self.supplier_user)._find("commune"))
        for record in mine, mine.service_ids:
            with self.assertRaises(AccessError):
                record.write({"active": False})
            with self.assertRaises(AccessError):
                record.unlink()

    def test_whoever_does_not_invoice_finds_nothing(self):
        self.learn()
        with self.assertRaises(AccessError):
            self.bodies.with_user(self.env.ref("base.public_user"))._find("commune")
