"""First steps on the dashboard of invoicing."""

import json

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .deposit_common import DepositCase
from .roles_common import RolePeople


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWelcome(RolePeople, DepositCase):
    def setUp(self):
        super().setUp()
        self.env["res.partner"].search(
            [("l10n_fr_chorus_is_public", "=", True)]
        ).l10n_fr_chorus_is_public = False

    def welcome(self, role="sender", company=None):
        """What a person of this role gets with the journals of a company, or None."""
        company = company or self.supplier
        self.env.invalidate_all()
        journals = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "in", ("sale", "purchase"))]
        )
        shown = self.seen_by(role, journals, company)
        told = [json.loads(journal.kanban_dashboard) for journal in shown]
        name = "l10n_fr_chorus_welcome"
        found = [one[name] for one in told if name in one]
        self.assertLessEqual(len(found), 1)
        return found[0] if found else None

    def steps(self, welcome=None):
        """What can be pressed, and what is done, by step."""
        return {
            step["key"]: "done" if step["done"] else bool(step["method"])
            for step in (welcome or self.welcome())["steps"]
        }

    def test_without_a_connection_the_first_step_is_the_set_up_of_the_system_group(
        self,
    ):
        self.supplier_connection.active = False
        before = {"connect": False, "customer": False, "invoice": False}
        self.assertEqual(self.steps(), before)
        system = self.person("system", self.supplier)
        welcome = self.supplier.with_user(system)._l10n_fr_chorus_welcome()
        self.assertEqual(self.steps(welcome), {**before, "connect": True})

    def test_with_a_connection_the_next_step_is_a_customer_then_an_invoice(self):
        self.supplier_connection.action_test_connection()
        self.assertEqual(
            self.steps(), {"connect": "done", "customer": True, "invoice": False}
        )
        self.town_hall_partner.l10n_fr_chorus_is_public = True
        self.assertEqual(
            self.steps(), {"connect": "done", "customer": "done", "invoice": True}
        )

    def test_it_goes_away_with_the_first_invoice_that_the_portal_has(self):
        self.supplier_connection.action_test_connection()
        self.assertTrue(self.welcome())
        self.town_hall_partner.l10n_fr_chorus_is_public = True
        move = self.invoice()
        deposit = self.send(move)
        self.assertTrue(self.welcome())
        self.run_cron("ir_cron_send")
        self.assertIn(deposit.state, ("deposited", "integrated"))
        self.assertIsNone(self.welcome())

    def test_it_is_closed_for_the_company_and_for_no_other(self):
        self.supplier.with_user(
            self.person("administrator", self.supplier)
        ).action_l10n_fr_chorus_close_welcome()
        self.assertIsNone(self.welcome())
        self.assertFalse(self.town_hall.l10n_fr_chorus_welcome_closed)

    def test_whoever_only_sends_cannot_close_it(self):
        self.assertFalse(self.welcome()["may_close"])
        company = self.supplier.with_user(self.person("sender", self.supplier))
        with self.assertRaises(AccessError):
            company.action_l10n_fr_chorus_close_welcome()
        self.assertFalse(self.supplier.l10n_fr_chorus_welcome_closed)

    def test_an_administrator_closes_it_in_no_company_of_others(self):
        person = self.person("administrator", self.supplier)
        self.town_hall.with_user(person).action_l10n_fr_chorus_close_welcome()
        self.assertFalse(self.town_hall.l10n_fr_chorus_welcome_closed)

    def test_whoever_has_no_role_does_not_see_it(self):
        self.assertIsNone(self.welcome("billing"))

    def test_a_public_body_that_receives_only_does_not_see_it(self):
        self.assertIsNone(self.welcome("sender", self.town_hall))

    def test_companies_without_interest_cost_no_query(self):
        company = self.supplier
        company.l10n_fr_chorus_welcome_closed = True
        self.env.flush_all()
        company.read(["l10n_fr_chorus_welcome_closed", "account_fiscal_country_id"])
        # Kept for as long as the server runs.
        company._l10n_fr_chorus_france()
        with self.assertQueryCount(0):
            self.assertIsNone(company._l10n_fr_chorus_welcome())
        company.l10n_fr_chorus_welcome_closed = False
        company.account_fiscal_country_id = self.env.ref("base.be")
        self.env.flush_all()
        company.read(["l10n_fr_chorus_welcome_closed", "account_fiscal_country_id"])
        with self.assertQueryCount(0):
            self.assertIsNone(company._l10n_fr_chorus_welcome())


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWelcomeOnThePage(DepositCase, HttpCase):
    def test_the_banner_is_above_the_journals_and_can_be_closed(self):
        admin = self.env.ref("base.user_admin")
        admin.write(
            {
                "company_ids": [(4, self.supplier.id)],
                "company_id": self.supplier.id,
                "group_ids": [(4, self.env.ref("account.group_account_manager").id)],
            }
        )
        self.start_tour(
            "/odoo/action-account.open_account_journal_dashboard_kanban",
            "l10n_fr_chorus_welcome",
            login="admin",
        )
        self.assertTrue(self.supplier.l10n_fr_chorus_welcome_closed)
