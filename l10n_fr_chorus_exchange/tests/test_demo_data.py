"""Demo data at one press, where nothing is real."""

from odoo.exceptions import AccessError, UserError

from simulator import seed

from ..models import demo_data
from .common import ChorusCase
from .roles_common import RolePeople


class TestDemoData(RolePeople, ChorusCase):
    def press(self, connection=None):
        """The invoices that the button shows."""
        action = (connection or self.supplier_connection).action_demo_data()
        return self.env["account.move"].search(action["domain"], order="id")

    def test_one_press_makes_bodies_customers_and_drafts(self):
        moves = self.press()
        self.assertEqual(len(moves), len(demo_data.INVOICES))
        self.assertEqual(set(moves.mapped("state")), {"draft"})
        self.assertEqual(moves.company_id, self.supplier)
        for partner in moves.partner_id:
            self.assertTrue(partner.l10n_fr_chorus_body_id, partner.name)
            self.assertTrue(partner.l10n_fr_chorus_is_public, partner.name)
        either = moves[0].partner_id
        self.assertTrue(either.l10n_fr_chorus_requires_either)
        self.assertEqual(either.l10n_fr_chorus_service_ids.mapped("code"), ["ROUTES"])

    def test_pressed_again_it_makes_nothing_twice(self):
        moves = self.press()
        self.assertEqual(self.press(), moves)
        for row in demo_data.BODIES:
            partners = self.env["res.partner"].search(
                [("company_registry", "=", row["identifier"])]
            )
            self.assertEqual(len(partners), 1, row["name"])

    def test_its_bodies_are_those_of_the_simulator(self):
        """So that what is sent of them arrives."""
        known = {entry.identifier: entry for entry in seed.STRUCTURES}
        for row in demo_data.BODIES:
            entry = known[row["identifier"]]
            self.assertEqual(row["name"], entry.name)
            codes = {service.code for service in entry.services}
            self.assertLessEqual({one["code"] for one in row["services"]}, codes)
            self.assertEqual(row.get("requires_service", False), entry.needs_service)
            self.assertEqual(
                row.get("requires_engagement", False), entry.needs_engagement
            )

    def test_what_the_directory_knows_is_not_touched(self):
        self.env["l10n_fr_chorus.body"]._learn(
            [{"identifier": seed.METROPOLIS, "name": "As the portal says"}]
        )
        self.press()
        body = self.env["l10n_fr_chorus.body"].search(
            [("identifier", "=", seed.METROPOLIS)]
        )
        self.assertEqual(body.name, "As the portal says")

    def test_there_is_none_in_a_database_with_the_real_portal(self):
        self.assertTrue(self.supplier_connection.may_have_demo)
        other = self.town_hall_connection
        other.write({"environment": "production", "can_send": True})
        for connection in other, self.supplier_connection:
            connection.invalidate_recordset(["may_have_demo"])
            self.assertFalse(connection.may_have_demo)
            with self.assertRaises(UserError):
                connection.action_demo_data()
        self.assertFalse(
            self.env["l10n_fr_chorus.body"].search_count(
                [("identifier", "=", seed.SYNDICATE)]
            )
        )

    def test_whoever_only_sends_may_not(self):
        connection = self.seen_by("sender", self.supplier_connection)
        with self.assertRaises(AccessError):
            connection.action_demo_data()


class TestDemoRemoval(RolePeople, ChorusCase):
    """The second button takes back what the first one made, and nothing else."""

    def setUp(self):
        super().setUp()
        self.connection = self.supplier_connection
        action = self.connection.action_demo_data()
        self.moves = self.env["account.move"].search(action["domain"], order="id")
        self.customers = self.moves.partner_id
        self.bodies = self.customers.l10n_fr_chorus_body_id

    def remove(self):
        """What the message says."""
        action = self.connection.action_remove_demo()
        self.connection.invalidate_recordset(["has_demo"])
        return action["params"]["message"]

    def test_all_goes_that_nothing_hangs_on(self):
        self.assertTrue(self.connection.has_demo)
        self.assertEqual(self.remove(), "The demo data is removed.")
        self.assertFalse(self.moves.exists())
        self.assertFalse(self.customers.exists())
        self.assertFalse(self.bodies.exists())
        self.assertFalse(self.connection.has_demo)

    def test_confirmed_invoice_its_customer_and_body_remain_and_are_named(self):
        kept = self.moves[0]
        kept.invoice_date = "2026-11-23"
        kept.action_post()
        message = self.remove()
        self.assertEqual(self.moves.exists(), kept)
        self.assertEqual(self.customers.exists(), kept.partner_id)
        self.assertEqual(self.bodies.exists(), kept.partner_id.l10n_fr_chorus_body_id)
        for named in kept, kept.partner_id, self.bodies.exists():
            self.assertIn(named.display_name, message)
        self.assertTrue(self.connection.has_demo)

    def test_customer_with_an_invoice_or_a_contact_of_ones_own_remains(self):
        own = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.customers[0].id}
        )
        self.env["res.partner"].create(
            {"name": "Accueil", "parent_id": self.customers[1].id}
        )
        self.remove()
        self.assertTrue(own.exists())
        self.assertEqual(self.customers.exists(), self.customers[:2])

    def test_customer_and_body_that_were_there_before_remain(self):
        self.remove()
        body = self.env["l10n_fr_chorus.body"]._learn(
            [{"identifier": seed.METROPOLIS, "name": "As the portal says"}]
        )[0]
        partner = self._create_public_body("Ours", seed.DEPARTMENT)
        self.connection.action_demo_data()
        self.remove()
        self.assertTrue(body.exists())
        self.assertTrue(partner.exists())

    def test_body_that_the_portal_has_told_since_is_demo_data_no_more(self):
        told = self.bodies[0]
        told.sudo().portal_id = "25784152"
        self.assertEqual(self.remove(), "The demo data is removed.")
        self.assertEqual(self.bodies.exists(), told)

    def test_it_also_goes_from_a_database_that_became_real(self):
        self.connection.write({"environment": "production"})
        self.connection.invalidate_recordset(["may_have_demo"])
        self.assertFalse(self.connection.may_have_demo)
        self.remove()
        self.assertFalse(self.moves.exists())

    def test_whoever_only_sends_may_not_remove_it(self):
        with self.assertRaises(AccessError):
            self.seen_by("sender", self.connection).action_remove_demo()
        self.assertTrue(self.moves.exists())
