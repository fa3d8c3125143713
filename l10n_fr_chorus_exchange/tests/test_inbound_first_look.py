"""The first look takes what is open; then all that changes, and nothing of before."""

from datetime import timedelta, timezone

from odoo import fields
from odoo.tests import tagged

from .test_inbound_receive import ReceiveCase

SEARCH = "rechercher/recipiendaire"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundFirstLook(ReceiveCase):
    def at(self, **ago):
        """The portal's clock shows a moment some time ago, and runs on from there."""
        moment = fields.Datetime.now().replace(tzinfo=timezone.utc) - timedelta(**ago)
        self.drive("POST", "clock", {"now": moment.isoformat(timespec="seconds")})

    def look(self):
        self.town_hall_connection.looked_at = False
        self.receive()

    def posted_and_paid(self, count=1, status="MISE_EN_PAIEMENT"):
        ids = [self.post_on_portal() for _each in range(count)]
        for portal_id in ids:
            self.treat_on_portal(portal_id, status, "Vu sur le portail")
        return ids

    def received_of(self, ids):
        return self.documents(("portal_id", "in", list(map(str, ids))))

    def first_look(self):
        """It finds the one invoice that is open."""
        waiting = self.post_on_portal()
        self.look()
        self.assertEqual(self.documents().mapped("portal_id"), [str(waiting)])

    # -------------------------------------------------------------------------
    # BEFORE
    # -------------------------------------------------------------------------

    def test_what_was_paid_before_stays_there(self):
        self.at(days=2)
        waiting = self.post_on_portal()
        self.at(hours=20)
        paid = self.posted_and_paid(3)
        rejected = self.posted_and_paid(status="REJETEE")
        self.at()
        self.look()
        for _again in range(2):
            self.look()
            self.assertFalse(self.received_of([*paid, *rejected]))
        self.assertTrue(self.document_of(waiting).move_id)

    def test_an_old_open_invoice_brings_nothing_of_the_time_since(self):
        self.at(days=50)
        self.post_on_portal()
        self.at(days=30)
        ids = self.posted_and_paid() + self.posted_and_paid(status="COMPTABILISEE")
        self.at()
        self.town_hall_connection.receive_from = "2026-01-01"
        self.look()
        self.look()
        self.assertFalse(self.received_of(ids))

    def test_a_start_that_moves_back_brings_what_is_open_only(self):
        self.at(days=5)
        waiting, [paid] = self.post_on_portal(), self.posted_and_paid()
        self.at()
        connection = self.town_hall_connection
        connection.receive_from = fields.Date.today()
        self.look()
        connection.receive_from = "2026-01-01"
        self.look()
        self.look()
        self.assertTrue(self.document_of(waiting).move_id)
        self.assertFalse(self.document_of(paid))

    def test_whoever_looks_again_from_a_day_gets_what_changed_since(self):
        self.at(days=3)
        ids = self.posted_and_paid()
        self.at(days=1)
        self.look()
        day = fields.Date.today() - timedelta(days=6)
        self.structure.sudo()._look_again_from(day)
        self.look()
        self.assertTrue(self.received_of(ids))

    def test_what_was_booked_before_and_is_paid_since_makes_no_bill_by_itself(self):
        self.at(days=9)
        [booked] = self.posted_and_paid(status="COMPTABILISEE")
        self.at()
        self.look()
        self.assertFalse(self.document_of(booked))
        self.treat_on_portal(booked, "MISE_EN_PAIEMENT")
        self.look()
        document = self.document_of(booked)
        self.assertEqual(document.state, "ignored")
        self.assertIn("may be in your books already", document.reason)
        self.look()
        self.assertFalse(document.move_id)
        document.action_retry()
        self.receive()
        self.assertTrue(document.move_id, "a person knows that it is not")

    # -------------------------------------------------------------------------
    # SINCE
    # -------------------------------------------------------------------------

    def test_what_is_paid_during_the_first_look_is_received(self):
        portal_id = self.post_on_portal()
        self.meanwhile(
            SEARCH, lambda: self.treat_on_portal(portal_id, "MISE_EN_PAIEMENT")
        )
        self.look()
        self.assertFalse(self.document_of(portal_id))
        self.look()
        self.assertEqual(self.document_of(portal_id).portal_status, "MISE_EN_PAIEMENT")

    def test_what_comes_and_is_paid_between_two_looks_is_received(self):
        self.first_look()
        [portal_id] = self.posted_and_paid()
        self.look()
        self.assertTrue(self.document_of(portal_id).move_id)

    def test_nothing_open_at_the_first_look_loses_nothing_of_the_second(self):
        self.look()
        self.assertTrue(self.structure.received_cursor)
        [portal_id] = self.posted_and_paid()
        self.look()
        self.assertTrue(self.document_of(portal_id).move_id)

    def test_a_clock_of_the_portal_that_is_late_or_early_hides_nothing(self):
        self.look()
        for minutes in 40, -40:
            with self.subTest(minutes=minutes):
                self.at(minutes=minutes)
                [portal_id] = self.posted_and_paid()
                self.look()
                self.assertTrue(self.document_of(portal_id))

    def test_a_first_look_that_is_cut_for_days_loses_nothing(self):
        self.at(days=20)
        self.post_on_portal(), self.post_on_portal()
        self.drive("POST", "settings", {"search_cap_forced": 1})
        self.look()
        self.assertFalse(self.structure.received_cursor)
        # Since then, as if it had been so for a while.
        self.structure.sudo().changes_from = fields.Datetime.now() - timedelta(days=10)
        self.at(days=6)
        [portal_id] = self.posted_and_paid()
        self.drive("POST", "settings", {"search_cap_forced": 0})
        self.at()
        self.post_on_portal()
        self.look()
        self.look()
        self.assertTrue(self.document_of(portal_id).move_id)

    def test_after_days_off_all_that_was_paid_meanwhile_is_received(self):
        self.at(days=12)
        self.first_look()
        # As if it had been twelve days ago.
        self.structure.sudo().changes_from = fields.Datetime.now() - timedelta(days=12)
        self.structure.sudo().received_cursor = self.structure.changes_from
        self.at(days=5)
        ids = self.posted_and_paid(2)
        self.at()
        self.look()
        self.assertEqual(len(self.received_of(ids).move_id), 2)
