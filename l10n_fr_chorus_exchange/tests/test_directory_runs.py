import io
import zipfile
from datetime import time
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from simulator import seed

from .directory_common import SERVICE_TITLES, TITLES, DirectoryCase, body, csv, service

LOGGER = "odoo.addons.l10n_fr_chorus_exchange.models.l10n_fr_chorus_directory_import"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDirectoryRuns(DirectoryCase):
    # -------------------------------------------------------------------------
    # WHO IS TOLD
    # -------------------------------------------------------------------------

    def test_changes_of_linked_bodies_are_told_and_of_no_other(self):
        if "l10n_fr_chorus_body_id" not in self.env["res.partner"]._fields:
            self.fail("partners cannot be linked to the directory")
        self.load(
            csv(TITLES, *map(body, (4, 3, 2, 1))),
            csv(SERVICE_TITLES, service(1, "A", 1), service(3, "Z", 9)),
        )
        self.town_hall_partner.l10n_fr_chorus_body_id = self.body(1)
        other = self.town_hall_partner.copy({"company_registry": False})
        other.l10n_fr_chorus_body_id = self.body(4)
        told = {}
        self.patch(
            type(self.bodies), "_after_learn", lambda _self, found: told.update(found)
        )
        self.load(
            csv(TITLES, body(1, service="true"), body(2, name="B"), body(3)),
            csv(
                SERVICE_TITLES,
                service(2, "A", 2),
                service(1, "B", 3),
                service(3, "Z", 9),
            ),
        )
        gone, new = self.body(1).service_ids.sorted("code")
        self.assertEqual(
            told,
            {
                self.body(1): {"requires_service": (False, True)},
                gone: {"active": (True, False)},
                new: {"active": (False, True)},
                self.body(4): {"active": (True, False)},
            },
        )

    def test_a_run_that_breaks_off_unforeseen_ends_and_lets_the_next_one_start(self):
        model = type(self.env["l10n_fr_chorus.directory.import"])
        broken = self.start(csv(TITLES, body(1)))
        with (
            patch.object(model, "_bite", side_effect=ValueError("never seen")),
            mute_logger(LOGGER),
        ):
            self.run_cron("ir_cron_directory")
        self.assertEqual((broken.state, broken.message), ("failed", "never seen"))
        self.load(csv(TITLES, body(2)))
        self.assertTrue(self.body(2))

    def test_nothing_is_taken_up_again_while_another_import_is_under_way(self):
        failed = self.load(b"Identifiant;Nonsense\n1;2\n")
        cancelled = self.start(csv(TITLES, body(1)))
        cancelled.with_user(self.accountant).action_cancel()
        self.assertEqual((failed.state, cancelled.state), ("failed", "cancelled"))
        both = (failed | cancelled).with_user(self.accountant)
        # Neither of the two in the end: what was refused is undone.
        with self.assertRaises(UserError):
            both.action_resume()
        running = self.start(csv(TITLES, body(2)), name="running.csv")
        for one in failed, cancelled:
            with self.assertRaisesRegex(UserError, "running.csv is being imported"):
                one.with_user(self.accountant).action_resume()
        running.with_user(self.accountant).action_cancel()
        cancelled.with_user(self.accountant).action_resume()
        self.assertEqual(cancelled.state, "waiting")
        self.run_cron("ir_cron_directory")
        self.assertEqual(cancelled.state, "done")

    def test_a_whole_file_is_not_imported_again_beside_another_import(self):
        held = self.load(csv(TITLES, body(1)))
        held.held_count = 1
        self.start(csv(TITLES, body(2)), name="running.csv")
        with self.assertRaisesRegex(UserError, "running.csv is being imported"):
            held.with_user(self.accountant).action_close_absent()
        self.assertEqual(held.state, "done")

    # -------------------------------------------------------------------------
    # PORTAL
    # -------------------------------------------------------------------------

    def test_the_directory_is_fetched_from_the_portal_when_asked_for(self):
        wizard = self.env["l10n_fr_chorus.directory.wizard"].with_company(self.supplier)
        wizard = wizard.with_user(self.accountant).create({})
        self.assertEqual(wizard.source, "portal")
        run = self.runs.browse(wizard.action_import()["res_id"])
        self.run_cron("ir_cron_directory")
        self.assertEqual((run.state, run.message), ("done", False))
        found = self.bodies.search([("identifier", "=", seed.TOWN_HALL)])
        self.assertTrue(found.is_public and found.active)
        self.assertIn("ACHATS", found.service_ids.mapped("code"))
        self.assertEqual(
            run.published_at.time(), time.min, "the day of the files in the archive"
        )

    def test_the_directory_is_fetched_weekly_when_wanted(self):
        self.run_cron("ir_cron_directory")
        self.assertFalse(self.runs.search([("source", "=", "portal")]))
        settings = self.env["res.config.settings"]
        settings.create({"l10n_fr_chorus_directory_weekly": True}).execute()
        self.run_cron("ir_cron_directory")
        run = self.runs.search([("source", "=", "portal")])
        self.assertEqual(run.state, "done")
        self.run_cron("ir_cron_directory")
        self.assertEqual(self.runs.search_count([("source", "=", "portal")]), 1)
        self.env.cr.execute(
            "UPDATE l10n_fr_chorus_directory_import "
            "SET create_date = create_date - interval '8 days'"
        )
        run.invalidate_recordset()
        self.run_cron("ir_cron_directory")
        self.assertEqual(self.runs.search_count([("source", "=", "portal")]), 2)

    def test_a_week_that_failed_is_tried_again_the_next_day(self):
        path = "transverses/telecharger/annuaire/destinataire"
        self.fault(path, "server_error", times=None)
        settings = self.env["res.config.settings"]
        settings.create({"l10n_fr_chorus_directory_weekly": True}).execute()
        self.run_cron("ir_cron_directory")
        self.run_cron("ir_cron_directory")
        failed = self.runs.search([("source", "=", "portal")])
        self.assertEqual(failed.mapped("state"), ["failed"], "not again the same day")
        self.drive("DELETE", "faults")
        self.env.cr.execute(
            "UPDATE l10n_fr_chorus_directory_import "
            "SET create_date = create_date - interval '1 day'"
        )
        failed.invalidate_recordset()
        self.run_cron("ir_cron_directory")
        runs = self.runs.search([("source", "=", "portal")])
        self.assertEqual(runs.mapped("state"), ["done", "failed"])

    def test_a_portal_that_does_not_answer_is_told(self):
        self.fault(
            "transverses/telecharger/annuaire/destinataire", "server_error", times=None
        )
        run = self.runs._start(self.runs._portal_values(self.supplier_connection))
        self.run_cron("ir_cron_directory")
        self.assertEqual(run.state, "failed")
        self.assertTrue(run.message)

    def test_an_archive_of_an_unknown_layout_is_refused_in_one_sentence(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("annuaire.xml", "<annuaire/>")
        run = self.load(packed.getvalue(), name="annuaire.zip")
        self.assertEqual(run.state, "failed")
        self.assertIn("annuaire.xml", run.message)

    # -------------------------------------------------------------------------
    # RIGHTS
    # -------------------------------------------------------------------------

    def test_only_administrators_import(self):
        run = self.start(csv(TITLES, body(1)))
        for user in self.supplier_user, self.town_hall_user:
            with self.assertRaises(AccessError):
                self.env["l10n_fr_chorus.directory.wizard"].with_user(user).create({})
            for action in "action_cancel", "action_resume", "action_close_absent":
                with self.assertRaises(AccessError):
                    getattr(run.with_user(user), action)()
        mine = run.with_user(self.accountant)
        with self.assertRaises(AccessError):
            mine.write({"state": "done"})
        with self.assertRaises(AccessError):
            mine.unlink()

    def test_a_file_of_another_record_is_not_taken(self):
        secret = self.env["ir.attachment"].create(
            {
                "name": "secret.csv",
                "raw": csv(TITLES, body(1)),
                "res_model": "res.partner",
                "res_id": self.town_hall_partner.id,
            }
        )
        wizard = self.env["l10n_fr_chorus.directory.wizard"].with_user(self.accountant)
        run = wizard.create({"source": "file", "attachment_ids": [(6, 0, secret.ids)]})
        with self.assertRaises(UserError):
            run.action_import()

    def test_the_day_in_the_name_is_the_state_of_the_file(self):
        run = self.start(csv(TITLES, body(1)), name="annuaire_20261102.csv")
        self.assertEqual(
            fields.Date.to_date(run.published_at).isoformat(), "2026-11-02"
        )

    def test_the_date_of_a_file_in_an_archive_is_its_state(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            member = zipfile.ZipInfo("structures.csv", (2026, 11, 9, 4, 5, 6))
            archive.writestr(member, csv(TITLES, body(1)))
        run = self.load(packed.getvalue(), name="annuaire.zip")
        self.assertEqual(run.state, "done")
        for moment in run.published_at, self.body(1).checked_at:
            self.assertEqual(fields.Datetime.to_string(moment), "2026-11-09 00:00:00")

    def test_a_file_that_tells_no_day_has_none(self):
        self.assertFalse(self.start(csv(TITLES, body(1))).published_at)
