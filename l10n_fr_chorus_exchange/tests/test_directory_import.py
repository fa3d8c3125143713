from unittest.mock import patch

from psycopg2 import OperationalError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import l10n_fr_chorus_directory_close as close
from ..models import l10n_fr_chorus_directory_read as read
from .directory_common import (
    SERVICE_TITLES,
    TITLES,
    DirectoryCase,
    body,
    csv,
    service,
    siret,
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDirectoryImport(DirectoryCase):
    def test_structures_and_services_of_two_files_are_taken_in(self):
        run = self.load(
            csv(SERVICE_TITLES, service(1, "ACHATS", 11, engagement="true")),
            csv(TITLES, body(1, service="true"), body(2, active="false")),
        )
        self.assertEqual((run.state, run.message), ("done", False))
        self.assertEqual(self.counts(run), (3, 0, 0, 0))
        self.assertEqual((run.body_count, run.service_count), (2, 1))
        one, two = self.body(1), self.body(2)
        self.assertRecordValues(
            one,
            [
                {
                    "name": "Commune 1",
                    "street": "1 rue de l'Essai",
                    "street2": "Bâtiment A Porte 2",
                    "zip": "99999",
                    "city": "Modeleville",
                    "country_code": "FR",
                    "requires_service": True,
                    "requires_engagement": False,
                    "is_public": True,
                    "active": True,
                    "source": "file",
                    "search_text": f"commune 1 99999 modeleville {siret(1)}",
                }
            ],
        )
        self.assertFalse(two.active)
        self.assertEqual(
            one.service_ids.mapped(
                lambda s: (s.code, s.portal_id, s.requires_engagement)
            ),
            [("ACHATS", "11", True)],
        )
        self.assertEqual(self.bodies._find("commune 1"), one)

    def test_the_columns_written_by_the_import_are_what_the_orm_would_compute(self):
        self.load(
            csv(TITLES, body(1, name="Métropole d'Œuvre-Été")),
            csv(SERVICE_TITLES, service(1, "ÉTÉ 2", 11)),
        )
        one = self.body(1)
        for record in one, one.service_ids:
            stored = record.search_text
            record.invalidate_recordset()
            self.env.add_to_compute(record._fields["search_text"], record)
            self.assertEqual(record.search_text, stored)

    def test_the_same_file_again_writes_nothing(self):
        files = csv(TITLES, body(1), body(2)), csv(SERVICE_TITLES, service(1, "A", 1))
        self.load(*files)
        again = self.load(*files)
        self.assertEqual(self.counts(again), (0, 0, 0, 0))

    def test_only_differences_are_written(self):
        self.load(
            csv(TITLES, body(1), body(2)), csv(SERVICE_TITLES, service(1, "A", 1))
        )
        run = self.load(
            csv(TITLES, body(1), body(2, name="Ville 2"), body(3)),
            csv(SERVICE_TITLES, service(1, "A", 1, engagement="true")),
        )
        self.assertEqual(self.counts(run), (1, 2, 0, 0))
        self.assertEqual(self.body(2).name, "Ville 2")
        self.assertEqual(self.bodies._find("ville 2")[0], self.body(2))
        self.assertTrue(self.body(1).service_ids.requires_engagement)

    def test_what_is_no_longer_listed_is_closed_and_comes_back(self):
        files = (
            csv(TITLES, body(2), body(1)),
            csv(SERVICE_TITLES, service(1, "A", 1), service(1, "Z", 9)),
        )
        self.load(*files)
        gone = self.body(2)
        services = self.body(1).service_ids.filtered(lambda one: one.code == "A")
        run = self.load(
            csv(TITLES, body(1)),
            csv(SERVICE_TITLES, service(1, "B", 2), service(1, "Z", 9)),
        )
        self.assertEqual(self.counts(run), (1, 0, 2, 0))
        self.assertFalse(gone.active or services.active)
        run = self.load(*files)
        self.assertTrue(gone.active and services.active)

    def test_services_alone_close_no_structure(self):
        self.load(csv(TITLES, body(1), body(2)))
        run = self.load(csv(SERVICE_TITLES, service(1, "A", 1)))
        self.assertEqual(self.counts(run), (1, 0, 0, 0))
        self.assertTrue(self.body(2).active)

    def test_what_was_only_looked_up_is_not_closed(self):
        learnt, _changes = self.bodies._learn(
            [{"identifier": siret(9), "name": "Looked up", "services": [{"code": "X"}]}]
        )
        self.load(csv(TITLES, body(1)), csv(SERVICE_TITLES, service(1, "A", 1)))
        self.assertTrue(learnt.active and learnt.service_ids.active)

    def test_what_the_portal_said_later_is_newer_than_the_file(self):
        self.load(csv(TITLES, body(1)), name="annuaire_20261102.csv")
        self.bodies._learn(
            [{"identifier": siret(1), "name": "Renamed", "requires_service": True}]
        )
        self.load(csv(TITLES, body(1)), name="annuaire_20261109.csv")
        self.assertEqual(self.body(1).name, "Renamed")

    def test_a_body_known_by_its_number_only_is_public_once_it_is_listed(self):
        learnt, _changes = self.bodies._learn(
            [{"identifier": siret(1), "name": "Looked for, not read", "portal_id": "1"}]
        )
        self.assertFalse(learnt.is_public or learnt.checked_at)
        self.load(csv(TITLES, body(1)))
        self.assertTrue(learnt.is_public)

    def test_services_read_on_the_portal_later_are_newer_than_the_file(self):
        files = csv(TITLES, body(1)), csv(SERVICE_TITLES, service(1, "OLD", 1))
        self.load(*files, name="annuaire_20261102.csv")
        self.bodies._learn(
            [
                {
                    "identifier": siret(1),
                    "requires_service": True,
                    # Listed only: a call for each would be needed for their demands.
                    "services": [{"code": "NEW", "portal_id": "2"}],
                    "all_services": True,
                }
            ]
        )
        run = self.load(*files, name="annuaire_20261109.csv")
        self.assertEqual(run.closed_count, 0)
        self.assertEqual(self.body(1).service_ids.filtered("active").code, "NEW")

    def test_a_service_found_on_the_portal_is_the_one_of_the_file(self):
        self.bodies._learn(
            [{"identifier": siret(1), "name": "A", "services": [{"code": "ACHATS"}]}]
        )
        run = self.load(
            csv(TITLES, body(1)), csv(SERVICE_TITLES, service(1, "ACHATS", 7))
        )
        self.assertEqual(run.created_count, 0)
        self.assertEqual(self.body(1).service_ids.portal_id, "7")

    def test_a_doubled_row_counts_once_the_last_one(self):
        run = self.load(csv(TITLES, body(1, name="First"), body(1, name="Last")))
        self.assertEqual(self.counts(run), (1, 0, 0, 0))
        self.assertEqual(self.body(1).name, "Last")

    # -------------------------------------------------------------------------
    # BAD
    # -------------------------------------------------------------------------

    def test_bad_rows_are_counted_and_listed_and_the_rest_goes_on(self):
        bad = [f"SIRET;{rank};Bad;;;;;;;;;;;;;" for rank in range(150)]
        run = self.load(
            csv(TITLES, *bad, body(1)), csv(SERVICE_TITLES, service(8, "A", 1))
        )
        self.assertEqual(run.state, "done")
        self.assertEqual(self.counts(run), (1, 0, 0, 151))
        lines = run.bad_rows.splitlines()
        self.assertEqual(len(lines), read.MOST_TOLD)
        self.assertEqual(lines[0], "Structures, line 2: 0 is no SIRET")

    def test_a_service_of_an_unknown_structure_is_told(self):
        run = self.load(csv(TITLES, body(1)), csv(SERVICE_TITLES, service(8, "A", 1)))
        self.assertIn(f"Service A: structure {siret(8)} unknown", run.bad_rows)

    def test_a_structure_whose_row_cannot_be_used_is_not_closed(self):
        self.load(
            csv(TITLES, body(1), body(2)), csv(SERVICE_TITLES, service(1, "A", 1))
        )
        run = self.load(
            csv(TITLES, body(1), body(2, active="perhaps")),
            csv(
                SERVICE_TITLES, service(1, "A", 1, active="perhaps"), service(2, "B", 2)
            ),
        )
        self.assertEqual((run.closed_count, run.bad_count), (0, 2))
        self.assertTrue(self.body(2).active and self.body(1).service_ids.active)

    def test_a_file_cut_in_a_row_closes_nothing(self):
        self.load(csv(TITLES, *map(body, range(5))))
        run = self.load(csv(TITLES, *map(body, range(5)))[:-30])
        self.assertEqual((run.closed_count, run.held_count), (0, 1))
        self.assertIn("left open", run.message)

    def test_a_file_cut_between_rows_does_not_close_half_of_france(self):
        self.patch(close, "MOST_CLOSED", 2)
        self.load(csv(TITLES, *map(body, range(9))))
        run = self.load(csv(TITLES, *map(body, range(5))))
        self.assertEqual((run.state, run.closed_count, run.held_count), ("done", 0, 4))
        self.assertTrue(all(self.body(rank).active for rank in range(9)))
        run.action_close_absent()
        self.run_cron("ir_cron_directory")
        self.assertEqual((run.closed_count, run.held_count), (4, 0))
        self.assertFalse(self.body(8).active)

    def test_a_file_cut_at_the_end_of_a_line_closes_nothing(self):
        services = [service(1, code, rank) for rank, code in enumerate("ABC", 1)]
        bodies = [body(rank) for rank in (3, 1, 2)]
        self.load(csv(TITLES, *bodies), csv(SERVICE_TITLES, *services))
        cut = csv(TITLES, *bodies[:2]), csv(SERVICE_TITLES, *services[:2])
        for _each in "the first time", "and when it comes again":
            run = self.load(*cut)
            self.assertEqual((run.closed_count, run.held_count), (0, 2))
        self.assertTrue(self.body(2).active)
        run.action_close_absent()
        self.run_cron("ir_cron_directory")
        self.assertEqual((run.closed_count, run.held_count), (2, 0))
        run = self.load(*cut)
        self.assertEqual((run.closed_count, run.held_count), (0, 0))

    def test_a_file_that_is_no_directory_says_what_it_is(self):
        run = self.load(b"Client;Ville\nA;B\n", name="clients.csv")
        self.assertEqual(run.state, "failed")
        self.assertIn("clients.csv (Client, Ville)", run.message)

    def test_a_file_without_a_usable_row_changes_nothing(self):
        self.load(csv(TITLES, body(1)))
        run = self.load(csv(TITLES, "SIRET;1;Bad;;;;;;;;;;;;;"))
        self.assertEqual(run.state, "failed")
        self.assertTrue(self.body(1).active)

    # -------------------------------------------------------------------------
    # IN BITES
    # -------------------------------------------------------------------------

    def test_a_run_that_was_killed_goes_on_where_it_stopped(self):
        self.patch(read, "BITE", 2)
        run = self.start(csv(TITLES, *map(body, range(7))))
        bites, original = [], type(run)._read_bite

        def killed(this):
            if len(bites) == 2:
                # The way a worker is stopped from outside: nothing more is written.
                raise OperationalError
            bites.append(this.row_rank)
            original(this)

        with (
            mute_logger("odoo.addons.base.models.ir_cron"),
            patch.object(type(run), "_read_bite", killed),
        ):
            self.run_cron("ir_cron_directory", is_cut=True)
        self.assertEqual((run.state, run.row_rank), ("reading", 4))
        run._forget_reader()
        places = []

        def seen(this):
            places.append(this.row_rank)
            original(this)

        with patch.object(type(run), "_read_bite", seen):
            self.run_cron("ir_cron_directory")
        self.assertEqual(places[0], 4, "what was staged is not read again")
        self.assertEqual((run.state, run.created_count), ("done", 7))

    def test_rows_lost_in_a_crash_of_the_database_are_read_again(self):
        self.patch(read, "BITE", 2)
        run = self.start(csv(TITLES, *map(body, range(5))))
        run._prepare()
        run._read_bite()
        self.env.cr.execute(f"TRUNCATE l10n_fr_chorus_staged_bodies_{run.id}")
        run._forget_reader()
        self.run_cron("ir_cron_directory")
        self.assertEqual((run.state, run.created_count), ("done", 5))

    def test_nothing_is_left_of_the_staging(self):
        run = self.load(csv(TITLES, body(1)))
        self.assertEqual(run._count_staged(), -1)

    def test_a_run_can_be_stopped_and_tried_again(self):
        run = self.start(csv(TITLES, body(1)))
        run._prepare()
        run.with_user(self.accountant).action_cancel()
        self.assertEqual((run.state, run._count_staged()), ("cancelled", -1))
        self.run_cron("ir_cron_directory")
        self.assertFalse(self.body(1))
        run.with_user(self.accountant).action_resume()
        self.run_cron("ir_cron_directory")
        self.assertEqual((run.state, run.created_count), ("done", 1))

    def test_the_file_of_the_last_run_only_is_kept(self):
        first = self.load(csv(TITLES, body(1)))
        second = self.load(csv(TITLES, body(1)))
        self.assertFalse(first.attachment_ids)
        self.assertTrue(second.attachment_ids)

    def test_a_run_speaks_the_language_of_whoever_asked_for_it(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.accountant.lang = "fr_FR"
        mine = self.runs.with_user(self.accountant).sudo().create({"name": "Mine"})
        self.assertEqual(mine._speak().env.context["lang"], "fr_FR")

    def test_two_runs_do_not_cross(self):
        self.start(csv(TITLES, body(1)))
        with self.assertRaisesRegex(UserError, "being imported"):
            self.start(csv(TITLES, body(1)))
