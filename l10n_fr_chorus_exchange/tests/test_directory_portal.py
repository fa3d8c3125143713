"""One directory for all companies, several portals: who may write into it, and what
becomes of it when another portal takes over."""

import importlib.util
from pathlib import Path

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.l10n_fr_chorus_connection_directory import DIRECTORY_PORTAL
from .common import seed
from .directory_common import (
    SERVICE_TITLES,
    TITLES,
    DirectoryCase,
    body,
    csv,
    service,
)

SCRIPT = Path(__file__).parents[1] / "migrations/19.0.1.4.0/post-directory.py"


class PortalCase(DirectoryCase):
    """The supplier is on trial; the town hall is in production, or comes to be."""

    def setUp(self):
        super().setUp()
        self.trial, self.real = self.supplier_connection, self.town_hall_connection
        self.town_hall_connection.active = False
        self.trial.write({"environment": "qualification"})
        self.trial.state = "ok"
        # Fictitious SIRETs fail the check digit, which production looks at.
        self.patch(
            type(self.env["res.partner"]),
            "_l10n_fr_chorus_siret_problem",
            lambda _partner: False,
        )

    @property
    def portal_kept(self):
        return self.env["l10n_fr_chorus.connection"]._directory_portal()

    def go_live(self, state="ok"):
        """The second company comes to production."""
        self.real.write({"environment": "production", "active": True})
        self.real.state = state

    def know(self, **values):
        """The town hall as another portal knows it, and the customer that it is."""
        rows = [
            {
                "identifier": seed.TOWN_HALL,
                "name": "COMMUNE DE MODELEVILLE",
                "portal_id": "778",
                "active": True,
                "is_public": True,
                "requires_service": True,
                "requires_engagement": False,
                "requires_either": False,
                "services": [self.desk("9101", "ACHATS"), self.desk("9102", "TRIAL")],
                "all_services": True,
                **values,
            }
        ]
        known, _changes = self.bodies._learn(rows)
        customer = self.town_hall_partner
        customer._l10n_fr_chorus_take(known)
        customer.l10n_fr_chorus_default_service_id = (
            customer.l10n_fr_chorus_service_ids.filtered(
                lambda one: one.code == "ACHATS"
            )
        )
        return known.sudo()

    def desk(self, portal_id, code, **values):
        return {
            "portal_id": portal_id,
            "code": code,
            "name": code,
            "active": True,
            **values,
        }

    def draft(self, company):
        return (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "company_id": company.id,
                    "partner_id": self.town_hall_partner.id,
                    "buyer_reference": "ACHATS",
                    "invoice_line_ids": [
                        Command.create({"name": "Papier", "price_unit": 10.0})
                    ],
                }
            )
        )

    def services(self, known):
        """What is listed, archived ones included."""
        found = known.with_context(active_test=False)
        name = "service_ids" if known._name == self.bodies._name else None
        found = found[name or "l10n_fr_chorus_service_ids"]
        return found.sorted("code").mapped(lambda one: (one.code, one.active))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDirectoryPortal(PortalCase):
    # -------------------------------------------------------------------------
    # WHICH PORTAL
    # -------------------------------------------------------------------------

    def test_production_wins_once_it_was_let_in(self):
        self.assertEqual(self.portal_kept, "qualification")
        self.go_live(state="draft")
        self.assertEqual(self.portal_kept, "qualification")
        self.real.state = "ok"
        self.assertEqual(self.portal_kept, "production")
        # A new password: nobody has tried it yet, and it is still the real one.
        self.real.password = "another"
        self.assertEqual(self.real.state, "draft")
        self.assertEqual(self.portal_kept, "production")

    def test_portal_stays_as_long_as_somebody_works_with_it(self):
        self.real.write({"environment": "custom", "active": True, "state": "ok"})
        self.assertEqual(self.portal_kept, "qualification")
        self.trial.active = False
        self.assertEqual(self.portal_kept, "https://portal.test")
        self.real.active = False
        self.assertEqual(self.portal_kept, "https://portal.test")

    def test_connection_that_is_deleted_leaves_the_directory_to_another(self):
        self.real.write({"environment": "custom", "active": True, "state": "ok"})
        self.trial.unlink()
        self.assertEqual(self.portal_kept, "https://portal.test")

    # -------------------------------------------------------------------------
    # TWO COMPANIES
    # -------------------------------------------------------------------------

    def test_only_the_portal_of_the_directory_is_asked(self):
        questions = self.runs._question_connection
        self.assertEqual(questions(), self.trial)
        self.go_live()
        self.assertEqual(questions(), self.real)
        # Rather nobody than the other one.
        self.real.pause_until = fields.Datetime.add(fields.Datetime.now(), hours=1)
        self.assertFalse(questions())

    def test_services_are_read_where_their_numbers_are_from(self):
        self.go_live()
        self.know().is_reading = True
        self.real.pause_until = fields.Datetime.add(fields.Datetime.now(), hours=1)
        self.run_cron("ir_cron_directory_services")
        self.assertFalse(self.all_calls())

    def test_night_of_a_company_on_trial_touches_no_body(self):
        self.go_live()
        known = self.know(requires_service=False)
        known.checked_at = "2026-01-01 00:00:00"
        self.town_hall_partner.l10n_fr_chorus_checked_at = known.checked_at
        self.draft(self.supplier)
        self.drive("DELETE", "calls")
        self.run_cron("ir_cron_refresh")
        self.assertFalse(self.all_calls())
        self.assertEqual(known.portal_id, "778")
        self.assertFalse(self.town_hall_partner.l10n_fr_chorus_requires_service)
        self.assertFalse(self.town_hall_partner.l10n_fr_chorus_trouble)
        # That of a company in production does.
        self.draft(self.town_hall)
        self.run_cron("ir_cron_refresh")
        self.assertNotEqual(known.portal_id, "778")

    def test_people_on_trial_are_told_who_looks_up(self):
        self.go_live()
        known = self.know()
        customer = self.town_hall_partner.with_company(self.supplier)
        search = self.env["l10n_fr_chorus.search"].create(
            {"company_id": self.supplier.id, "text": "metropole"}
        )
        wizard = self.env["l10n_fr_chorus.directory.wizard"].with_company(self.supplier)
        self.assertEqual(wizard.create({}).source, "file")
        self.drive("DELETE", "calls")
        for ask in (
            customer.action_l10n_fr_chorus_lookup,
            search.action_find_on_portal,
            wizard.create({"source": "portal"}).action_import,
        ):
            with self.assertRaisesRegex(UserError, "Choose a company that works with"):
                ask()
        self.assertFalse(self.all_calls())
        # What is kept here is there for all.
        search.text = known.identifier
        self.assertEqual(search.body_ids, known)
        # The others look up as ever.
        self.town_hall_partner.with_company(
            self.town_hall
        ).action_l10n_fr_chorus_lookup()
        self.assertNotEqual(known.portal_id, "778")

    def test_match_of_a_company_on_trial_asks_nobody_and_says_why(self):
        self.go_live()
        customer = self._create_public_body("Métropole", seed.METROPOLIS)
        action = (
            customer.with_user(self.supplier_user)
            .with_company(self.supplier)
            .action_l10n_fr_chorus_match()
        )
        match = self.env["l10n_fr_chorus.match"].browse(action["res_id"])
        self.run_cron("ir_cron_match")
        self.assertEqual(match.state, "ready")
        self.assertEqual(match.line_ids.state, "trouble")
        self.assertIn("are those of “Production”", match.line_ids.note)
        self.assertFalse(self.all_calls())

    def test_production_that_nobody_tested_is_to_be_tested(self):
        self.go_live(state="draft")
        customer = self.town_hall_partner.with_company(self.town_hall)
        with self.assertRaisesRegex(UserError, "Test the connection of Town hall"):
            customer.action_l10n_fr_chorus_lookup()

    def test_directory_that_came_from_the_other_portal_is_not_imported(self):
        run = self.start(
            csv(TITLES, body(1)), source="portal", connection_id=self.trial.id
        )
        self.go_live()
        self.run_cron("ir_cron_directory")
        self.assertEqual(run.state, "failed")
        self.assertIn("are those of “Production”", run.message)
        self.assertFalse(self.body(1))

    # -------------------------------------------------------------------------
    # ON TRIAL ONLY
    # -------------------------------------------------------------------------

    def test_database_on_trial_only_learns(self):
        customer = self.town_hall_partner.with_company(self.supplier)
        customer.action_l10n_fr_chorus_lookup()
        self.assertTrue(customer.l10n_fr_chorus_portal_id)
        self.assertTrue(customer.l10n_fr_chorus_service_ids)

    def test_published_file_brings_a_trial_no_numbers(self):
        files = csv(TITLES, body(1)), csv(SERVICE_TITLES, service(1, "A", 1))
        self.load(*files)
        self.assertEqual(self.body(1).service_ids.code, "A")
        self.assertFalse(self.body(1).service_ids.portal_id)
        self.trial.active = False
        self.go_live()
        self.load(*files)
        self.assertEqual(self.body(1).service_ids.portal_id, "1")

    def test_numbers_of_files_that_came_before_the_trial_are_forgotten(self):
        (self.trial | self.real).unlink()
        self.env["ir.config_parameter"].set_param(DIRECTORY_PORTAL, False)
        known = self.know()
        self._create_connection(
            self.supplier, seed.SUPPLIER_ACCOUNT, environment="qualification"
        )
        self.assertFalse(known.service_ids.filtered("portal_id"))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDirectoryGoesLive(PortalCase):
    """From qualification to production, as the README has it."""

    def setUp(self):
        super().setUp()
        self.customer = self.town_hall_partner.with_company(self.town_hall)

    def move_on(self):
        self.trial.active = False
        self.go_live()

    def test_numbers_and_look_ups_of_the_trial_are_forgotten(self):
        known = self.know()
        self.customer.l10n_fr_chorus_unknown_at = fields.Datetime.now()
        self.move_on()
        self.assertFalse(known.portal_id or known.checked_at)
        self.assertFalse(known.service_ids.filtered("portal_id"))
        self.assertFalse(self.customer.l10n_fr_chorus_portal_id)
        self.assertFalse(self.customer.l10n_fr_chorus_checked_at)
        self.assertFalse(self.customer.l10n_fr_chorus_unknown_at)
        self.assertFalse(self.customer.l10n_fr_chorus_service_ids.filtered("portal_id"))
        # What is no number stays.
        self.assertEqual(self.customer.l10n_fr_chorus_body_id, known)
        self.assertEqual(self.customer.l10n_fr_chorus_name, "COMMUNE DE MODELEVILLE")
        self.assertEqual(
            self.services(self.customer), [("ACHATS", True), ("TRIAL", True)]
        )

    def test_default_service_stays_and_nothing_is_doubled(self):
        known = self.know()
        default = self.customer.l10n_fr_chorus_default_service_id
        self.assertEqual(default.portal_id, "9101")
        self.move_on()
        self.customer.action_l10n_fr_chorus_lookup()
        self.env.invalidate_all()
        self.assertEqual(self.customer.l10n_fr_chorus_default_service_id, default)
        self.assertTrue(default.active)
        self.assertNotIn(default.portal_id, ("9101", False))
        for one in known, self.customer:
            found = self.services(one)
            codes = [code for code, _active in found]
            self.assertEqual(len(codes), len(set(codes)), codes)
            # It was of the trial alone.
            self.assertIn(("TRIAL", False), found)

    def test_first_night_in_production_looks_everything_up(self):
        self.know()
        self.draft(self.town_hall)
        self.move_on()
        self.run_cron("ir_cron_refresh")
        self.assertTrue(self.customer.l10n_fr_chorus_checked_at)
        self.assertNotEqual(self.customer.l10n_fr_chorus_portal_id, "778")

    def test_body_that_closed_on_trial_is_asked_about_in_production(self):
        closed = self.know(active=False)
        self.assertFalse(self.customer.l10n_fr_chorus_is_public)
        self.draft(self.town_hall)
        self.move_on()
        match = self.customer.action_l10n_fr_chorus_match()["res_id"]
        line = self.env["l10n_fr_chorus.match"].browse(match).sudo().line_ids
        line._look()
        self.assertEqual(line.state, "asking")
        self.run_cron("ir_cron_refresh")
        self.assertTrue(closed.active)
        self.assertTrue(self.customer.l10n_fr_chorus_is_public)

    def test_two_desks_of_one_code_become_one_until_they_are_read_again(self):
        twins = self.desk("1", "A"), self.desk("2", "A"), self.desk("3", "A")
        known = self.know(services=[{**twins[0], "active": False}, *twins[1:]])
        self.move_on()
        self.assertEqual(self.services(known), [("A", True)])
        [one] = known.service_ids
        self.know(services=[self.desk("11", "A"), self.desk("12", "A")])
        self.assertEqual(known.service_ids.mapped("portal_id"), ["11", "12"])
        self.assertEqual(one.portal_id, "11")
        listed = self.customer.l10n_fr_chorus_service_ids
        self.assertEqual(sorted(listed.mapped("portal_id")), ["11", "12"])

    def test_own_services_keep_their_numbers(self):
        structure = self.env["l10n_fr_chorus.structure"].create(
            {
                "connection_id": self.trial.id,
                "portal_id": "5",
                "siret": seed.SUPPLIER,
                "name": "Supplier",
            }
        )
        own = self.env["l10n_fr_chorus.service"].create(
            {
                "partner_id": self.supplier.partner_id.id,
                "structure_id": structure.id,
                "portal_id": "51",
                "code": "RECEIVING",
            }
        )
        self.move_on()
        self.assertEqual(own.portal_id, "51")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDirectoryPortalUpgrade(PortalCase):
    def migrate(self):
        spec = importlib.util.spec_from_file_location("post_directory", SCRIPT)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        # As the version before left it.
        self.env["ir.config_parameter"].set_param(DIRECTORY_PORTAL, False)
        self.env.flush_all()
        script.migrate(self.env.cr, "19.0.1.3.0")
        self.env.invalidate_all()

    def test_numbers_stay_where_there_was_one_portal(self):
        self.real.write({"environment": "qualification"})
        known = self.know()
        self.migrate()
        self.assertEqual(self.portal_kept, "qualification")
        self.assertEqual(known.portal_id, "778")

    def test_numbers_of_several_portals_go_and_demands_stay(self):
        self.go_live()
        known = self.know()
        self.migrate()
        self.assertEqual(self.portal_kept, "production")
        self.assertFalse(known.portal_id)
        self.assertTrue(known.checked_at)
        self.assertTrue(self.town_hall_partner.l10n_fr_chorus_checked_at)

    def test_without_connection_nothing_is_decided(self):
        (self.trial | self.real).unlink()
        known = self.know()
        self.migrate()
        self.assertEqual(self.portal_kept, "")
        self.assertEqual(known.portal_id, "778")
