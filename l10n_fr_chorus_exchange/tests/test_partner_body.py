"""One contact for each public body, and the service that its invoices take."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.services import structures
from .common import seed
from .search_common import SearchCase

BODY = "21990001200019"
SERVICES = (
    {"code": "ACHATS", "name": "Achats"},
    {"code": "VOIRIE", "name": "Voirie", "requires_engagement": True},
    {"code": "ANCIEN", "name": "Ancien service", "active": False},
    {"code": "FACTURES_PUBLIQUES", "name": "Factures publiques"},
)


class BodyCase(SearchCase):
    def setUp(self):
        super().setUp()
        self.body = self.learn(BODY, "COMMUNE CONNUE", self.services())
        self.partner = self._create_public_body("Commune connue", BODY)
        self.partner._l10n_fr_chorus_take(self.body)

    def services(self):
        now = fields.Datetime.now()
        return [{"checked_at": now, **service} for service in SERVICES]

    def service(self, code, partner=None):
        partner = (partner or self.partner).sudo().with_context(active_test=False)
        return partner.l10n_fr_chorus_service_ids.filtered(lambda s: s.code == code)

    def draft(self, partner=None, **values):
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.supplier.id,
                "partner_id": (partner or self.partner).id,
                **values,
            }
        )

    def contact(self, service=False, **values):
        return self.env["res.partner"].create(
            {
                "name": "Mairie annexe",
                "parent_id": self.partner.id,
                "type": "invoice",
                "l10n_fr_chorus_default_service_id": service and service.id,
                **values,
            }
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPartnerBody(BodyCase):
    def test_with_another_siret_it_is_no_longer_that_body(self):
        self.partner.company_registry = f" {BODY[:9]} {BODY[9:]}"
        self.assertEqual(self.partner.l10n_fr_chorus_body_id, self.body)
        self.partner.company_registry = seed.METROPOLIS
        self.assertFalse(self.partner.l10n_fr_chorus_body_id)
        self.assertFalse(self.partner.l10n_fr_chorus_checked_at)
        self.env["l10n_fr_chorus.body"]._learn(
            [{"identifier": BODY, "name": "RENAMED", "requires_either": True}]
        )
        self.assertFalse(self.partner.l10n_fr_chorus_requires_either)
        self.assertFalse(self.partner.l10n_fr_chorus_name)

    def test_partner_takes_demands_and_services_of_the_body(self):
        self.assertEqual(self.partner.l10n_fr_chorus_body_id, self.body)
        self.assertTrue(self.partner.l10n_fr_chorus_is_public)
        self.assertEqual(
            {
                s.code: s.requires_engagement
                for s in self.partner.l10n_fr_chorus_service_ids
            },
            {"ACHATS": False, "VOIRIE": True},
        )
        self.assertFalse(self.service("ANCIEN").active)

    def test_taking_again_changes_no_service(self):
        before = self.partner.l10n_fr_chorus_service_ids
        self.partner._l10n_fr_chorus_take(self.body)
        self.assertEqual(self.partner.l10n_fr_chorus_service_ids, before)

    def test_body_whose_demands_nobody_read_leaves_those_of_the_partner(self):
        body = self.bodies._learn([{"identifier": "21990002000010", "name": "X"}])[0]
        partner = self._create_public_body(
            "X", "21990002000010", l10n_fr_chorus_requires_service=True
        )
        partner._l10n_fr_chorus_take(body)
        self.assertTrue(partner.l10n_fr_chorus_requires_service)
        self.assertFalse(partner.l10n_fr_chorus_checked_at)
        self.assertEqual(partner.l10n_fr_chorus_body_id, body)

    def test_demands_tell_how_many_services_want_a_commitment_number(self):
        self.assertIn(
            "A commitment number is required for 1 of its 2 services.",
            self.partner.l10n_fr_chorus_demands,
        )
        self.service("ACHATS").requires_engagement = True
        self.assertIn("for all its services", self.partner.l10n_fr_chorus_demands)
        self.partner.l10n_fr_chorus_requires_engagement = True
        self.assertNotIn("services", self.partner.l10n_fr_chorus_demands)

    def test_look_up_puts_the_body_into_the_directory_and_links_it(self):
        partner = self._create_public_body("Métropole", seed.METROPOLIS)
        partner.with_user(self.seller).action_l10n_fr_chorus_lookup()
        body = partner.l10n_fr_chorus_body_id
        self.assertEqual(body.identifier, seed.METROPOLIS)
        self.assertEqual(len(body.service_ids), 14)
        self.assertEqual(len(partner.l10n_fr_chorus_service_ids), 13)

    def test_look_up_reads_a_few_services_and_leaves_the_others_to_the_cron(self):
        asked = "structures/consulter/service"
        partner = self._create_public_body("Métropole", seed.METROPOLIS)
        told = partner.with_user(self.seller).action_l10n_fr_chorus_lookup()
        self.assertEqual(self.calls(asked), 5)
        note = "What 8 of its services demand is still being read."
        self.assertEqual(partner.l10n_fr_chorus_reading_note, note)
        self.assertIn(note, str(told))
        self.run_cron("ir_cron_directory_services")
        self.assertEqual(self.calls(asked), 13)
        self.assertFalse(partner.l10n_fr_chorus_reading_note)
        self.assertTrue(all(partner.l10n_fr_chorus_service_ids.mapped("checked_at")))
        self.run_cron("ir_cron_directory_services")
        self.assertEqual(self.calls(asked), 13, "nothing is left")

    def test_services_that_could_not_be_read_now_are_read_the_next_time(self):
        partner = self._create_public_body("Métropole", seed.METROPOLIS)
        partner.with_user(self.seller).action_l10n_fr_chorus_lookup()
        asked = "structures/consulter/service"
        self.fault(asked, "server_error", times=None)
        self.run_cron("ir_cron_directory_services")
        # The library asks three times for what it only reads.
        self.assertEqual(self.calls(asked), 5 + 3 * 3, "the portal is left in peace")
        self.assertTrue(partner.l10n_fr_chorus_body_id.is_reading)
        cron = self.env.ref("l10n_fr_chorus_exchange.ir_cron_directory_services")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        next_run = max(triggers.mapped("call_at"))
        self.assertGreater(next_run, fields.Datetime.now(), "it comes by itself, later")
        self.drive("DELETE", "faults")
        connections = self.env["l10n_fr_chorus.connection"].sudo()
        connections.search([]).write({"pause_until": False})
        self.run_cron("ir_cron_directory_services")
        self.assertFalse(partner.l10n_fr_chorus_body_id.is_reading)

    def body_with_services(self, identifier, portal_ids):
        [body], _changes = self.bodies._learn(
            [
                {
                    "identifier": identifier,
                    "portal_id": "26100003",
                    "requires_service": True,
                    "requires_engagement": False,
                    "all_services": True,
                    "services": [
                        {"portal_id": str(number), "code": f"S{number}", "name": "S"}
                        for number in portal_ids
                    ],
                }
            ]
        )
        body.sudo().is_reading = True
        return body.sudo()

    def read_in_vain(self, silent):
        """Run it with services that never get an answer; numbers of those asked about."""
        asked = []

        real = structures.read_service

        def read(client, structure_id, service_id):
            asked.append(service_id)
            if service_id in silent:
                raise errors.OutcomeUnknownError("HTTP 500", status=500)
            return real(client, structure_id, service_id)

        with patch.object(structures, "read_service", read):
            self.run_cron("ir_cron_directory_services")
        return asked

    def test_a_body_without_an_answer_does_not_keep_the_others_waiting(self):
        silent = self.body_with_services("21990005900018", (1, 2, 3))
        others = [
            self.body_with_services(f"2199000{n}900016", (27000002,)) for n in (6, 7)
        ]
        self.assertEqual(self.read_in_vain({1, 2, 3}), [1, 2, 3, 27000002, 27000002])
        self.assertTrue(silent.is_reading)
        for body in others:
            self.assertFalse(body.is_reading)
            self.assertTrue(body.service_ids.checked_at)
            body.service_ids.checked_at = False
            body.is_reading = True
        self.assertEqual(self.read_in_vain({1, 2, 3}), [27000002, 27000002, 1, 2, 3])

    def test_services_without_an_answer_do_not_keep_those_of_the_body_waiting(self):
        body = self.body_with_services("21990005900018", (1, 2, 3, 27000002))
        self.read_in_vain({1, 2, 3})
        self.assertEqual(self.read_in_vain({1, 2, 3}), [27000002, 1, 2, 3])
        self.assertEqual(body.service_ids.filtered("checked_at").code, "S27000002")

    def test_each_run_in_vain_waits_longer_for_the_next_one(self):
        body = self.body_with_services("21990005900018", (1, 2, 3))
        cron = self.env.ref("l10n_fr_chorus_exchange.ir_cron_directory_services")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        waits = []
        for _run in range(7):
            before = fields.Datetime.now()
            self.read_in_vain({1, 2, 3})
            new = triggers.search([("cron_id", "=", cron.id)]) - triggers
            triggers |= new
            waits += [round((one.call_at - before) / timedelta(hours=1)) for one in new]
        self.assertEqual(waits, [1, 2, 4, 8, 16], "then it is the one of each day")
        body._read_on_later()
        self.assertFalse(body.reading_misses, "somebody asks: it starts afresh")

    def test_another_body_brings_its_own_number_or_none(self):
        [other] = self.bodies._learn(
            [{"identifier": "0123456-001", "identifier_type": "RIDET", "name": "Iles"}]
        )[0]
        self.partner.l10n_fr_chorus_portal_id = "77"
        self.partner._l10n_fr_chorus_take(self.body)
        self.assertEqual(self.partner.l10n_fr_chorus_portal_id, "77", "the same body")
        self.partner._l10n_fr_chorus_take(other)
        self.assertEqual(self.partner.l10n_fr_chorus_body_id, other)
        self.assertFalse(self.partner.l10n_fr_chorus_portal_id)

    def test_with_another_ridet_it_is_no_longer_that_body(self):
        [body] = self.bodies._learn(
            [{"identifier": "0123456-001", "identifier_type": "RIDET", "name": "Iles"}]
        )[0]
        partner = self._create_public_body("Iles", "0123456-001")
        partner._l10n_fr_chorus_take(body)
        partner.company_registry = "0123456 001"
        self.assertEqual(partner.l10n_fr_chorus_body_id, body)
        partner.company_registry = seed.METROPOLIS
        self.assertFalse(partner.l10n_fr_chorus_body_id)

    def test_service_without_number_is_the_one_the_partner_has_of_its_code(self):
        self.service("ACHATS").portal_id = "5"
        self.partner._l10n_fr_chorus_take(self.body)
        self.assertEqual(len(self.service("ACHATS")), 1)
        self.assertTrue(self.service("ACHATS").active)

    # -- several contacts ----------------------------------------------------

    def test_second_contact_of_a_body_is_told_and_not_linked_by_itself(self):
        second = self._create_public_body("Mairie bis", "219 900 012 00019")
        second._l10n_fr_chorus_take(self.body)
        self.assertFalse(second.l10n_fr_chorus_body_id)
        self.assertTrue(second.l10n_fr_chorus_is_public)
        self.assertEqual(second.l10n_fr_chorus_twin_ids, self.partner)

    def test_two_contacts_are_refused_and_allowed_knowingly(self):
        second = self._create_public_body("Mairie bis", BODY)
        second._l10n_fr_chorus_take(self.body)
        with self.assertRaisesRegex(ValidationError, "already the contact"):
            second.l10n_fr_chorus_body_id = self.body
        second.action_l10n_fr_chorus_keep_twin()
        self.assertEqual(second.l10n_fr_chorus_body_id, self.body)
        self.assertFalse(second.l10n_fr_chorus_twin_ids)
        self.assertFalse(self.partner.l10n_fr_chorus_twin_ids)

    def test_shared_contact_does_not_meet_the_private_one_of_another_company(self):
        self.partner.company_id = self.town_hall
        shared = self._create_public_body("Mairie bis", BODY)
        here = shared.with_context(allowed_company_ids=self.supplier.ids)
        self.assertFalse(here.l10n_fr_chorus_twin_ids)
        here._l10n_fr_chorus_take(self.body)
        self.assertEqual(shared.l10n_fr_chorus_body_id, self.body)
        there = shared.with_context(allowed_company_ids=self.town_hall.ids)
        self.assertEqual(there.l10n_fr_chorus_twin_ids, self.partner)

    def test_contacts_of_two_companies_are_no_twins(self):
        self.partner.company_id = self.supplier
        second = self._create_public_body(
            "Mairie bis", BODY, company_id=self.town_hall.id
        )
        second._l10n_fr_chorus_take(self.body)
        self.assertEqual(second.l10n_fr_chorus_body_id, self.body)
        self.assertFalse(second.l10n_fr_chorus_twin_ids)

    def test_own_company_is_no_twin_of_a_customer(self):
        self.town_hall_partner.with_user(self.seller).action_l10n_fr_chorus_lookup()
        self.assertEqual(self.town_hall.partner_id.l10n_fr_chorus_siret, seed.TOWN_HALL)
        self.assertFalse(self.town_hall_partner.l10n_fr_chorus_twin_ids)

    def test_twins_are_merged_in_the_window_of_odoo(self):
        second = self._create_public_body("Mairie bis", BODY)
        second._l10n_fr_chorus_take(self.body)
        action = second.action_l10n_fr_chorus_merge_twins()
        self.assertEqual(
            set(action["context"]["active_ids"]), set((second | self.partner).ids)
        )
        wizard = self.env["base.partner.merge.automatic.wizard"].with_context(
            **action["context"]
        )
        self.assertEqual(wizard.create({}).partner_ids, (second | self.partner))

    # -- default service -----------------------------------------------------

    def test_new_invoice_takes_the_default_service(self):
        self.partner.l10n_fr_chorus_default_service_id = self.service("ACHATS")
        move = self.draft()
        self.assertEqual(move.buyer_reference, "ACHATS")
        self.assertEqual(move.l10n_fr_chorus_service_id, self.service("ACHATS"))

    def test_invoice_to_a_contact_takes_the_service_of_the_contact(self):
        self.partner.l10n_fr_chorus_default_service_id = self.service("ACHATS")
        move = self.draft(self.contact(self.service("VOIRIE")))
        self.assertEqual(move.buyer_reference, "VOIRIE")
        move.partner_id = self.contact()
        self.assertEqual(move.buyer_reference, "VOIRIE")
        move.partner_id = self.contact(self.service("ACHATS"))
        self.assertEqual(move.buyer_reference, "ACHATS")

    def test_code_given_with_the_invoice_stays(self):
        self.partner.l10n_fr_chorus_default_service_id = self.service("ACHATS")
        self.assertEqual(self.draft(buyer_reference="VOIRIE").buyer_reference, "VOIRIE")
        self.assertFalse(self.draft(buyer_reference=False).buyer_reference)

    def test_customer_changed_on_the_form_brings_its_service(self):
        self.partner.l10n_fr_chorus_default_service_id = self.service("ACHATS")
        move = self.draft(self.town_hall_partner)
        with Form(move) as form:
            form.partner_id = self.partner
            self.assertEqual(form.l10n_fr_chorus_service_id, self.service("ACHATS"))
        self.assertEqual(move.buyer_reference, "ACHATS")

    def test_code_of_the_customer_before_does_not_stay(self):
        other = self._create_public_body("Métropole", seed.METROPOLIS)
        other.with_user(self.seller).action_l10n_fr_chorus_lookup()
        move = self.draft(buyer_reference="VOIRIE")
        move.partner_id = other
        self.assertFalse(move.buyer_reference)
        private = self.env["res.partner"].create({"name": "Private"})
        move = self.draft(buyer_reference="VOIRIE")
        move.partner_id = private
        self.assertFalse(move.buyer_reference)

    def test_buyer_reference_of_private_customers_is_left_alone(self):
        private = self.env["res.partner"].create({"name": "Private"})
        move = self.draft(private, buyer_reference="PO 12")
        move.partner_id = self.env["res.partner"].create({"name": "Another"})
        self.assertEqual(move.buyer_reference, "PO 12")

    def test_closed_default_service_is_taken_no_more(self):
        self.partner.l10n_fr_chorus_default_service_id = self.service("ACHATS")
        self.service("ACHATS").active = False
        self.assertFalse(self.draft().buyer_reference)

    def test_bills_and_confirmed_invoices_take_no_service(self):
        self.partner.l10n_fr_chorus_default_service_id = self.service("ACHATS")
        self.assertFalse(self.draft(move_type="in_invoice").buyer_reference)
        move = self.posted_invoice(partner_id=self.partner.id, buyer_reference=False)
        self.assertFalse(move.buyer_reference)

    def test_default_service_of_another_body_is_refused(self):
        other = self._create_public_body("Métropole", seed.METROPOLIS)
        with self.assertRaisesRegex(ValidationError, "another public body"):
            other.l10n_fr_chorus_default_service_id = self.service("ACHATS")

    # -- choosing on the invoice ---------------------------------------------

    def offered(self, move, text=""):
        """Codes that the service field of this invoice offers."""
        domain = [
            ("partner_id", "=", move.commercial_partner_id.id),
            ("is_reserved", "in", [False, move.l10n_fr_chorus_supplier_is_public]),
        ]
        services = self.env["l10n_fr_chorus.service"].with_user(self.supplier_user)
        found = [id_ for id_, _name in services.name_search(text, domain)]
        return services.browse(found).mapped("code")

    def test_services_are_found_by_code_and_by_name_and_open_ones_only(self):
        move = self.draft()
        self.assertEqual(self.offered(move), ["ACHATS", "VOIRIE"])
        self.assertEqual(self.offered(move, "voir"), ["VOIRIE"])
        self.service("VOIRIE").name = "Direction technique"
        self.assertEqual(self.offered(move, "technique"), ["VOIRIE"])
        self.assertEqual(self.offered(move, "ancien"), [])

    def test_reserved_service_is_offered_to_public_suppliers_only(self):
        move = self.draft()
        self.assertFalse(self.service("FACTURES_PUBLIQUES"))
        self.town_hall.partner_id.l10n_fr_chorus_is_public = True
        # Brought for the company that is public, and offered to no other.
        self.assertTrue(self.service("FACTURES_PUBLIQUES").active)
        self.assertNotIn("FACTURES_PUBLIQUES", self.offered(move))
        self.supplier.partner_id.l10n_fr_chorus_is_public = True
        self.assertIn("FACTURES_PUBLIQUES", self.offered(move))

    def test_company_says_in_the_settings_that_it_is_public(self):
        settings = self.env["res.config.settings"].sudo().create({})
        settings.l10n_fr_chorus_company_is_public = True
        settings.execute()
        self.assertTrue(self.env.company.partner_id.l10n_fr_chorus_is_public)
        self.assertTrue(self.service("FACTURES_PUBLIQUES"))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDemandsAndDocuments(BodyCase):
    """Each thing a body may demand, on an invoice in each state."""

    DEMANDS = (
        # service, engagement, either: what is missing on an invoice without anything
        ((False, False, False), set()),
        ((True, False, False), {"CPX-SERVICE"}),
        ((False, True, False), {"CPX-ENGAGEMENT"}),
        ((True, True, False), {"CPX-SERVICE", "CPX-ENGAGEMENT"}),
        ((False, False, True), {"CPX-SERVICE-OR-ENGAGEMENT"}),
    )
    REFERENCES = {"CPX-SERVICE", "CPX-ENGAGEMENT", "CPX-SERVICE-OR-ENGAGEMENT"}

    def demand(self, demands):
        names = ("requires_service", "requires_engagement", "requires_either")
        self.bodies._learn(
            [{"identifier": BODY, **dict(zip(names, demands, strict=True))}]
        )
        self.partner._l10n_fr_chorus_take(self.body)

    def missing(self, move):
        found = {one.id for one in move._l10n_fr_chorus_findings(schema=False)}
        return found & self.REFERENCES

    def invoice(self, **values):
        return self.posted_invoice(
            partner_id=self.partner.id, **{"buyer_reference": False, **values}
        )

    def test_what_is_demanded_is_missed_on_drafts_and_on_confirmed_invoices(self):
        move = self.invoice()
        draft = self.draft(buyer_reference=False)
        for one in (move, draft):
            for demands, wanted in self.DEMANDS:
                with self.subTest(state=one.state, demands=demands):
                    self.demand(demands)
                    self.assertEqual(self.missing(one), wanted)

    def test_what_was_filled_in_is_no_longer_missed(self):
        move = self.invoice(
            buyer_reference="ACHATS", purchase_order_reference="1000000123"
        )
        for demands, _wanted in self.DEMANDS:
            with self.subTest(demands=demands):
                self.demand(demands)
                self.assertEqual(self.missing(move), set())

    def test_a_service_may_demand_the_number_that_its_body_does_not(self):
        self.demand((False, False, False))
        move = self.invoice(buyer_reference="VOIRIE")
        self.assertEqual(self.missing(move), {"CPX-ENGAGEMENT"})
        move = self.invoice(buyer_reference="ACHATS")
        self.assertEqual(self.missing(move), set())

    def test_default_service_meets_the_demand_from_the_start(self):
        self.demand((True, False, False))
        self.partner.l10n_fr_chorus_default_service_id = self.service("ACHATS")
        self.assertEqual(self.missing(self.draft()), set())
