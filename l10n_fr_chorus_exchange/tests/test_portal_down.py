"""Reads without an answer: two in a row are the portal's trouble, not the customers'."""

from odoo.tests import tagged

from .common import ChorusCase, seed

# Of one question, by the library itself.
ATTEMPTS = 3


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPortalDown(ChorusCase):
    def setUp(self):
        super().setUp()
        self.town_hall_connection.active = False

    def customers(self, *sirets):
        partners = self.env["res.partner"]
        for siret in sirets:
            partners |= self._create_public_body(f"Customer {siret}", siret)
        return partners

    def run_match(self):
        self.run_cron("ir_cron_match")
        self.env.invalidate_all()

    def look(self, partners):
        partners = partners.with_user(self.supplier_user).with_company(self.supplier)
        action = partners.action_l10n_fr_chorus_match()
        match = self.env["l10n_fr_chorus.match"].browse(action["res_id"])
        self.run_match()
        return match

    def test_portal_that_is_down_pauses_and_everybody_is_asked_about_later(self):
        partners = self.customers(seed.DEPARTMENT, seed.SYNDICATE, seed.METROPOLIS)
        for kind in "server_error", "cut_after", "html_answer":
            with self.subTest(kind):
                self.drive("DELETE", "faults")
                self.drive("DELETE", "calls")
                self.supplier_connection.pause_until = False
                self.fault("structures/rechercher", kind, times=None)
                match = self.look(partners)
                self.assertEqual(self.calls("structures/rechercher"), 2 * ATTEMPTS)
                self.assertTrue(self.supplier_connection._is_paused())
                self.assertEqual(match.state, "looking")
                self.assertIn("does not answer", match.message)
                self.assertEqual(set(match.line_ids.mapped("state")), {"asking"})
        self.drive("DELETE", "faults")
        self.supplier_connection.pause_until = False
        self.run_match()
        self.assertEqual(match.state, "ready")
        self.assertEqual(set(match.line_ids.mapped("state")), {"found"})

    def test_one_customer_without_an_answer_does_not_pause_the_portal(self):
        partners = self.customers(seed.NOTHING_REQUIRED, seed.DEPARTMENT)
        self.fault("structures/consulter", "server_error", times=ATTEMPTS)
        match = self.look(partners)
        self.assertEqual(match.line_ids.mapped("state"), ["trouble", "found"])
        self.assertFalse(self.supplier_connection._is_paused())
        self.assertEqual(match.state, "ready")

    def test_one_customer_is_not_asked_about_without_end(self):
        self.fault("structures/rechercher", "server_error", times=None)
        match = self.look(self.customers(seed.NOTHING_REQUIRED))
        for _more in range(5):
            self.supplier_connection.pause_until = False
            self.run_match()
        self.assertEqual(match.line_ids.state, "trouble")

    def test_portal_that_is_down_stops_the_night(self):
        partners = self.customers(seed.DEPARTMENT, seed.SYNDICATE, seed.METROPOLIS)
        for partner in partners:
            partner.action_l10n_fr_chorus_lookup()
            self.env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "company_id": self.supplier.id,
                    "partner_id": partner.id,
                }
            )
        partners.l10n_fr_chorus_checked_at = "2020-01-01 00:00:00"
        self.drive("DELETE", "calls")
        self.fault("structures/rechercher", "server_error", times=None)
        self.run_cron("ir_cron_refresh")
        self.env.invalidate_all()
        self.assertEqual(self.calls("structures/rechercher"), 2 * ATTEMPTS)
        self.assertTrue(self.supplier_connection._is_paused())
        troubles = partners.mapped("l10n_fr_chorus_trouble")
        self.assertEqual(sum(map(bool, troubles)), 2, troubles)
