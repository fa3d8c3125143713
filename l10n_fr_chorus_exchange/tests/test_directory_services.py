from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..lib.chorus_pro.directory import siret_of
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
class TestDirectoryServices(DirectoryCase):
    # -------------------------------------------------------------------------
    # NUMBERS
    # -------------------------------------------------------------------------

    def test_services_without_number_are_the_same_the_next_time(self):
        files = csv(TITLES, body(1)), csv(SERVICE_TITLES, service(1, "A", ""))
        self.load(*files)
        self.assertEqual(self.counts(self.load(*files)), (0, 0, 0, 0))

    def test_rows_with_and_without_number_of_one_service_make_one(self):
        files = (
            csv(TITLES, body(1)),
            csv(
                SERVICE_TITLES,
                service(1, "A", 1),
                service(1, "A", ""),
                service(1, "B", ""),
                service(1, "B", 2),
            ),
        )
        self.load(*files)
        self.assertEqual(
            self.body(1).service_ids.mapped(lambda one: (one.code, one.portal_id)),
            [("A", "1"), ("B", "2")],
        )
        self.assertEqual(self.counts(self.load(*files)), (0, 0, 0, 0))

    def test_a_file_without_numbers_lists_the_services_whose_numbers_are_known(self):
        bodies = csv(TITLES, body(1))
        known = service(1, "A", 1), service(1, "A", 2), service(1, "B", 3)
        self.load(bodies, csv(SERVICE_TITLES, *known))
        listed = service(1, "A", ""), service(1, "B", "", engagement="true")
        run = self.load(bodies, csv(SERVICE_TITLES, *listed))
        self.assertEqual(self.counts(run), (0, 1, 0, 0))
        self.assertEqual(
            self.body(1).service_ids.mapped(
                lambda one: (one.code, one.portal_id, one.requires_engagement)
            ),
            [("A", "1", False), ("A", "2", False), ("B", "3", True)],
        )

    def test_numbers_that_come_later_go_to_one_service_each(self):
        bodies = csv(TITLES, body(1))
        self.load(bodies, csv(SERVICE_TITLES, service(1, "A", "")))
        files = bodies, csv(SERVICE_TITLES, service(1, "A", 1), service(1, "A", 2))
        self.assertEqual(self.counts(self.load(*files)), (1, 1, 0, 0))
        self.assertEqual(self.counts(self.load(*files)), (0, 0, 0, 0))

    # -------------------------------------------------------------------------
    # WHOSE
    # -------------------------------------------------------------------------

    def test_a_number_that_reads_as_a_siret_is_first_taken_as_it_is_written(self):
        ridet = "0123454001"
        self.assertEqual(siret_of(ridet), "00000123454001")
        files = (
            csv(
                TITLES, f"RIDET{body(1).removeprefix('SIRET').replace(siret(1), ridet)}"
            ),
            csv(SERVICE_TITLES, service(1, "COMPTA", 1).replace(siret(1), ridet)),
        )
        run = self.load(*files)
        self.assertEqual((run.bad_count, run.bad_rows), (0, False))
        found = self.bodies.search([("identifier", "=", ridet)])
        self.assertEqual(found.service_ids.code, "COMPTA")
        self.assertEqual(self.counts(self.load(*files)), (0, 0, 0, 0))

    def test_a_siret_that_lost_its_zeros_is_found_among_the_structures(self):
        whole, left = "01999900000011", "1999900000011"
        bodies = csv(TITLES, body(1).replace(siret(1), left), body(2))
        good = [service(1, "A", 1), service(1, "B", 2), service(2, "Z", 9)]
        bad = service(1, "B", 2, active="perhaps")
        files = [
            csv(SERVICE_TITLES, *(row.replace(siret(1), left) for row in rows))
            for rows in (good, [good[0], bad, good[2]])
        ]
        self.load(bodies, files[0])
        found = self.bodies.search([("identifier", "=", whole)])
        self.assertEqual(found.service_ids.mapped("code"), ["A", "B"])
        self.assertEqual(self.counts(self.load(bodies, files[0])), (0, 0, 0, 0))
        self.assertEqual(self.counts(self.load(bodies, files[1])), (0, 0, 0, 1))

    # -------------------------------------------------------------------------
    # CHECKED
    # -------------------------------------------------------------------------

    def test_a_file_that_tells_no_demands_does_not_claim_they_were_checked(self):
        titles = "Identifiant;RaisonSociale;Ville;StructureActive"
        self.load(csv(titles, f"{siret(1)};Commune 1;Ici;true"))
        self.load(csv(titles, f"{siret(1)};Commune une;Ici;true"))
        one = self.body(1)
        self.assertEqual((one.name, one.checked_at), ("Commune une", False))
        self.assertFalse(one.demands)
        self.load(csv(TITLES, body(1)))
        self.assertTrue(one.checked_at, "although no demand is new")
        checked_at = one.checked_at
        self.load(csv(titles, f"{siret(1)};Commune 1;Ici;true"), name="x_20991231.csv")
        self.assertEqual((one.name, one.checked_at), ("Commune 1", checked_at))

    def test_a_customer_learns_that_its_body_is_known_now(self):
        titles = "Identifiant;RaisonSociale;StructureActive"
        self.load(csv(titles, f"{siret(1)};Commune 1;true"))
        partner = self._create_public_body("Commune 1", siret(1))
        partner.l10n_fr_chorus_is_public = False
        partner._l10n_fr_chorus_take(self.body(1))
        self.assertFalse(partner.l10n_fr_chorus_checked_at)
        self.load(csv(TITLES, body(1)))
        self.assertTrue(partner.l10n_fr_chorus_checked_at)
        self.assertTrue(partner.l10n_fr_chorus_is_public)

    def test_services_whose_demands_are_not_told_are_not_checked(self):
        titles = "Identifiant;Code;Nom"
        self.load(csv(TITLES, body(1)), csv(titles, f"{siret(1)};A;Achats"))
        service_ = self.body(1).service_ids
        self.assertFalse(service_.checked_at)
        self.load(csv(TITLES, body(1)), csv(SERVICE_TITLES, service(1, "A", 1)))
        self.assertTrue(service_.checked_at)

    def test_to_be_absent_tells_nothing_of_demands(self):
        titles = "Identifiant;RaisonSociale;EstMOA"
        rows = [f"{siret(rank)};Commune {rank};false" for rank in (2, 1)]
        self.load(csv(titles, *rows))
        run = self.load(csv(titles, rows[1]))
        self.assertEqual(run.closed_count, 1)
        self.assertFalse(self.body(2).checked_at)

    def test_what_was_looked_up_lately_is_newer_than_a_file_that_tells_no_day(self):
        self.load(csv(TITLES, body(1)), name="annuaire_20261102.csv")
        self.bodies._learn(
            [{"identifier": siret(1), "name": "Renamed", "requires_service": True}]
        )
        self.assertFalse(self.load(csv(TITLES, body(1))).published_at)
        self.assertEqual(self.body(1).name, "Renamed")
        self.body(1).sudo().checked_at = fields.Datetime.now() - timedelta(days=8)
        self.load(csv(TITLES, body(1)))
        self.assertEqual(self.body(1).name, "Commune 1")

    def test_a_file_older_than_a_look_up_brings_no_service_back(self):
        self.bodies._learn(
            [
                {
                    "identifier": siret(1),
                    "name": "Commune 1",
                    "requires_service": True,
                    "services": [{"code": "A", "portal_id": "1"}],
                    "all_services": True,
                }
            ]
        )
        partner = self._create_public_body("Commune 1", siret(1))
        partner._l10n_fr_chorus_take(self.body(1))
        files = (
            csv(TITLES, body(1), body(2)),
            csv(SERVICE_TITLES, service(1, "DEAD", 2), service(2, "OTHER", 3)),
        )
        self.load(*files, name="annuaire_20200102.csv")
        self.assertEqual(self.body(1).service_ids.mapped("code"), ["A"])
        self.assertEqual(self.body(2).service_ids.mapped("code"), ["OTHER"])
        self.assertEqual(partner.l10n_fr_chorus_service_ids.mapped("code"), ["A"])
        self.body(1).sudo().checked_at = fields.Datetime.now() - timedelta(days=30)
        self.load(*files)
        services = self.body(1).service_ids.filtered("active")
        self.assertEqual(services.mapped("code"), ["DEAD"], "a newer file counts")

    # -------------------------------------------------------------------------
    # FILE AFTER FILE
    # -------------------------------------------------------------------------

    def test_a_file_that_tells_no_day_is_newer_than_the_dated_one_before_it(self):
        self.load(
            csv(TITLES, body(2), body(3), body(1)),
            csv(SERVICE_TITLES, service(1, "A", 1), service(1, "Z", 9)),
            name=self.dated(1),
        )
        run = self.load(
            csv(TITLES, body(3, active="false"), body(1, "Ville", service="true")),
            csv(SERVICE_TITLES, service(1, "B", 2), service(1, "Z", 9, "true")),
        )
        self.assertEqual((run.state, run.message), ("done", False))
        self.assertEqual(self.counts(run), (1, 3, 2, 0))
        one = self.body(1)
        self.assertEqual((one.name, one.requires_service), ("Ville", True))
        self.assertFalse(self.body(2).active or self.body(3).active)
        self.assertEqual(
            one.service_ids.filtered("active").mapped(
                lambda it: (it.code, it.requires_engagement)
            ),
            [("B", False), ("Z", True)],
        )

    def test_what_was_looked_up_between_two_files_stays_and_is_told(self):
        bodies = csv(TITLES, body(2), body(1))
        self.load(
            bodies,
            csv(SERVICE_TITLES, service(1, "A", 1), service(2, "Z", 9)),
            name=self.dated(1),
        )
        self.bodies._learn(
            [
                {
                    "identifier": siret(1),
                    "name": "Renamed",
                    "requires_service": True,
                    "services": [{"code": "A", "portal_id": "1"}],
                    "all_services": True,
                }
            ]
        )
        run = self.load(
            bodies, csv(SERVICE_TITLES, service(1, "DEAD", 3), service(2, "Z", 9))
        )
        one = self.body(1)
        self.assertEqual((one.name, one.service_ids.code), ("Renamed", "A"))
        self.assertTrue(one.service_ids.active)
        self.assertEqual(self.counts(run), (0, 0, 0, 0))
        # Another name, a service it does not list, and one that the look-up did not see.
        self.assertEqual(run.skipped_count, 3)
        self.assertEqual(
            run.message,
            "3 structures and services differ from the file and were left as they are, "
            "because what is known of them is newer.",
        )

    def test_an_older_file_brings_nothing_back_and_says_so(self):
        before = csv(TITLES, body(2), body(1))
        services = service(1, "DEAD", 1), service(1, "Z", 9)
        self.load(before, csv(SERVICE_TITLES, *services), name=self.dated(20))
        closing = csv(TITLES, body(1, "Ville")), csv(SERVICE_TITLES, services[1])
        self.assertEqual(self.load(*closing, name=self.dated(1)).closed_count, 2)
        old = before, csv(SERVICE_TITLES, *services, service(1, "GONE", 3))
        for _each in "after the dated file", "after one that tells no day":
            run = self.load(*old, name=self.dated(3))
            self.assertEqual(self.counts(run), (0, 0, 0, 0))
            # Two structures, one service that was closed, one never known.
            self.assertEqual(run.skipped_count, 4)
            self.assertFalse(self.body(2).active)
            self.assertEqual(
                self.body(1).service_ids.filtered("active").mapped("code"), ["Z"]
            )
            self.load(*closing)

    def dated(self, days):
        """The name of a file that was published so many days ago."""
        day = fields.Date.today() - timedelta(days=days)
        return f"annuaire_{day:%Y%m%d}.csv"
