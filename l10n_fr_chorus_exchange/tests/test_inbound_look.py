"""Looking at the portal: odd rows, searches it cuts, structures it denies."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..lib.chorus_pro.services import invoices
from ..models.received_window import OPENING, Window
from ..tools.dates import PARIS
from .common import seed
from .inbound_common import InboundCase

SEARCH = "factures/rechercher/recipiendaire"
MODELS = "odoo.addons.l10n_fr_chorus_exchange.models"
LOOK = f"{MODELS}.l10n_fr_chorus_inbound_look"
RECEIVE = f"{MODELS}.l10n_fr_chorus_inbound_receive"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundLook(InboundCase):
    def setUp(self):
        super().setUp()
        self.know_structures()
        self.structure = self.town_hall_connection.structure_ids.filtered(
            lambda structure: structure.siret == seed.TOWN_HALL
        )

    # -------------------------------------------------------------------------
    # ODD ROWS
    # -------------------------------------------------------------------------

    def blank_number(self, portal_id):
        self.fault(
            SEARCH, "blank_field", times=None, field="numeroFacture", invoice=portal_id
        )

    def test_a_row_without_number_is_put_aside_and_the_others_arrive(self):
        odd, good = self.post_on_portal(), self.post_on_portal()
        self.blank_number(odd)
        self.receive()
        self.assertEqual(self.document_of(odd).state, "quarantine")
        self.assertIn("without its number", self.document_of(odd).reason)
        self.assertEqual(self.document_of(good).state, "imported")

    def test_retry_makes_the_bill_of_a_row_without_number(self):
        odd = self.post_on_portal(number="FA-ODD")
        self.blank_number(odd)
        self.receive()
        self.document_of(odd).with_user(self.town_hall_user).action_retry()
        self.receive()
        document = self.document_of(odd)
        self.assertEqual((document.state, document.number), ("imported", "FA-ODD"))
        self.assertEqual(document.move_id.ref, "FA-ODD")

    def test_a_row_that_is_whole_again_is_received_by_itself(self):
        odd = self.post_on_portal(number="FA-ODD")
        self.blank_number(odd)
        self.receive()
        self.drive("DELETE", "faults")
        self.receive()
        document = self.document_of(odd)
        self.assertEqual((document.state, document.number), ("imported", "FA-ODD"))

    def test_rows_without_identifier_are_told_on_the_structure(self):
        self.post_on_portal()
        self.fault(SEARCH, "blank_field", times=None, field="idFacture")
        self.receive()
        self.assertIn("without their identifier", self.structure.message)

    # -------------------------------------------------------------------------
    # CUT SEARCHES
    # -------------------------------------------------------------------------

    def cap(self, rows):
        self.drive("POST", "settings", {"search_cap_forced": rows})

    def post_on(self, day, count):
        self.drive("POST", "clock", {"now": f"{day}T10:00:00+00:00"})
        return [self.post_on_portal() for _number in range(count)]

    def received_of(self, ids):
        return self.documents(("portal_id", "in", list(map(str, ids))))

    def test_a_first_search_that_is_cut_is_made_again_by_days(self):
        ids = [*self.post_on("2026-11-10", 2), *self.post_on("2026-11-17", 2)]
        self.cap(2)
        self.receive()
        self.assertEqual(len(self.received_of(ids)), 4)
        self.assertTrue(self.structure.received_cursor)
        self.assertFalse(self.structure.message)

    def test_a_window_that_is_cut_is_made_again_by_days(self):
        self.structure.received_cursor = "2026-11-09 00:00:00"
        ids = [*self.post_on("2026-11-10", 2), *self.post_on("2026-11-17", 2)]
        self.cap(2)
        self.receive()
        self.assertEqual(len(self.received_of(ids)), 4)

    def test_a_day_that_is_cut_moves_no_cursor_and_hides_no_other_day(self):
        since = fields.Datetime.to_datetime("2026-11-09 00:00:00")
        self.structure.received_cursor = since
        ids = [*self.post_on("2026-11-10", 3), *self.post_on("2026-11-17", 1)]
        self.cap(2)
        self.receive()
        self.assertEqual(len(self.received_of(ids)), 3)
        self.assertEqual(self.structure.received_cursor, since)
        self.assertIn("does not list all", self.structure.message)
        self.cap(0)
        self.receive()
        self.assertEqual(len(self.received_of(ids)), 4)
        self.assertGreater(self.structure.received_cursor, since)
        self.assertFalse(self.structure.message)

    def test_a_status_of_the_years_to_come_does_not_stop_the_receiving(self):
        real = invoices.search_received

        def of_2099(*args, **kwargs):
            late = datetime(2099, 1, 1, tzinfo=timezone.utc)
            return (replace(row, status_at=late) for row in real(*args, **kwargs))

        self.post_on_portal()
        with patch.object(invoices, "search_received", of_2099):
            self.receive()
        portal_id = self.post_on_portal()
        self.receive()
        self.assertEqual(self.document_of(portal_id).state, "imported")

    # -------------------------------------------------------------------------
    # WHAT BREAKS
    # -------------------------------------------------------------------------

    def test_a_row_that_breaks_hides_no_other_and_is_told(self):
        good, odd = self.post_on_portal(), self.post_on_portal()
        last = self.post_on_portal()
        real = invoices.search_received

        def before_utc(*args, **kwargs):
            for row in real(*args, **kwargs):
                is_odd = row.portal_id == odd
                at = datetime(1, 1, 1, tzinfo=PARIS) if is_odd else row.status_at
                yield replace(row, status_at=at)

        with patch.object(invoices, "search_received", before_utc), mute_logger(LOOK):
            self.receive()
        for portal_id in (good, last):
            self.assertEqual(self.document_of(portal_id).state, "imported")
        self.assertEqual(self.document_of(odd).state, "quarantine")
        self.assertIn("could not be written down", self.document_of(odd).reason)
        self.assertIn(str(odd), self.structure.message)
        self.assertIn(str(odd), self.town_hall_connection.last_message)
        self.assertTrue(self.structure.received_cursor)
        self.receive()
        self.assertEqual(self.document_of(odd).state, "imported")
        self.assertFalse(self.structure.message)

    def test_a_known_document_that_breaks_is_told_and_stays(self):
        known = self.post_on_portal()
        self.receive()
        real = invoices.search_received

        def before_utc(*args, **kwargs):
            at = datetime(1, 1, 1, tzinfo=PARIS)
            return (replace(row, status_at=at) for row in real(*args, **kwargs))

        with patch.object(invoices, "search_received", before_utc), mute_logger(LOOK):
            self.receive()
        self.assertEqual(self.document_of(known).state, "imported")
        self.assertIn(str(known), self.structure.message)

    def test_what_breaks_a_whole_look_is_told_until_it_works_again(self):
        inbox = type(self.env["l10n_fr_chorus.inbound"])
        with (
            patch.object(inbox, "_look", side_effect=OverflowError("year 1")),
            mute_logger(RECEIVE),
        ):
            self.receive()
        connection = self.town_hall_connection
        self.assertEqual(connection.state, "error")
        self.assertIn("Unexpected error", connection.last_message)
        self.receive()
        self.assertEqual((connection.state, connection.last_message), ("ok", False))

    def test_nothing_is_asked_for_from_before_the_portal_opened(self):
        early = fields.Datetime.to_datetime("0002-01-01 00:00:00")
        self.assertEqual(Window(None, 1, early).since, OPENING)

    # -------------------------------------------------------------------------
    # RIGHTS
    # -------------------------------------------------------------------------

    def test_a_structure_that_is_refused_is_told(self):
        self.fault(SEARCH, "refused", times=None)
        self.receive()
        self.assertIn("may not act", self.structure.message)
        self.assertIn(self.structure.name, self.town_hall_connection.last_message)
        self.assertEqual(self.town_hall_connection.state, "error")
        self.drive("DELETE", "faults")
        self.receive()
        self.assertFalse(self.structure.message)
        self.assertEqual(self.town_hall_connection.state, "ok")
        self.assertFalse(self.town_hall_connection.last_message)

    def test_one_refused_structure_hides_no_other_and_pauses_nothing(self):
        first = self.town_hall_connection.structure_ids.sorted()[:1]
        for kind in "refused", "forbidden":
            with self.subTest(kind=kind):
                self.drive("DELETE", "faults")
                portal_id = self.post_on_portal(
                    recipient=seed.NOTHING_REQUIRED
                    if first == self.structure
                    else seed.TOWN_HALL,
                    service=None if first == self.structure else "ACHATS",
                )
                self.fault(SEARCH, kind, times=1)
                self.receive()
                self.assertTrue(first.message)
                self.assertEqual(self.document_of(portal_id).state, "imported")
                self.assertIn(first.name, self.town_hall_connection.last_message)
                self.assertFalse(self.town_hall_connection._is_paused())

    def test_a_right_granted_later_is_learnt_the_next_day(self):
        lost = self.town_hall_connection.structure_ids - self.structure
        lost.unlink()
        self.receive()
        self.assertEqual(self.town_hall_connection.structure_ids, self.structure)
        connection = self.town_hall_connection
        connection.structures_read_at = fields.Datetime.now() - timedelta(hours=25)
        self.receive()
        self.assertGreater(len(connection.structure_ids), 1)

    def test_no_structure_at_all_is_told(self):
        login = seed.TOWN_HALL_ACCOUNT
        self.drive("POST", "accounts", {"login": login, "receive": []})
        self.town_hall_connection.structure_ids.unlink()
        self.receive()
        self.assertIn("names no structure", self.town_hall_connection.last_message)
        self.assertEqual(self.town_hall_connection.state, "error")
