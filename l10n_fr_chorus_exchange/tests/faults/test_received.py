from dataclasses import replace
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from .received_cells import (
    ANSWERING,
    RECEIVING,
    ReceivedCell,
    grounds,
    received_cells,
)
from .received_world import ReceivedCase
from .world import LOSING


class TestReceived(ReceivedCase):
    """A part of the matrix, for every day; ``./setup/test faults`` plays it all."""

    def test_whatever_befalls_receiving_each_invoice_is_one_bill(self):
        self.prepare(RECEIVING)
        self.play_all(received_cells(RECEIVING, short=True)[::6])

    def test_whatever_befalls_an_answer_the_portal_is_told_once_or_says_no(self):
        self.prepare(ANSWERING)
        self.play_all(received_cells(ANSWERING, short=True)[::5])

    def test_two_workers_receive_and_answer_once(self):
        for work in (RECEIVING, ANSWERING):
            with self.subTest(work=work):
                self.prepare(work)
                self.play_all(received_cells(work, short=True)[::14], workers=2)

    def test_whatever_befalls_the_consultation_each_invoice_is_one_bill(self):
        self.prepare(RECEIVING)
        [ground] = [cell for operation, cell in grounds(RECEIVING) if cell.consulted]
        cells = received_cells(RECEIVING, short=True)
        self.play_all(
            [replace(ground, name="consulted"), *(c for c in cells if c.consulted)]
        )

    # Real processes are killed at the commits of both, in the end to end tests.

    def test_odoo_may_die_at_any_call_of_answering(self):
        self.prepare(ANSWERING)
        self.play_deaths(ReceivedCell("a good day", count=1), points=LOSING[1:])

    def test_odoo_may_die_at_any_call_of_receiving(self):
        self.prepare(RECEIVING)
        self.play_deaths(ReceivedCell("a good day", count=2), points=LOSING[1:])

    def test_what_a_person_fetches_at_the_same_moment_is_received_once(self):
        self.prepare(RECEIVING)
        inbox = self.env.registry["l10n_fr_chorus.inbound"]
        record, left = inbox._record_window, ["a person is quicker"]

        def beaten(documents, *window):
            record(documents, *window)
            if left:
                raise UniqueViolation(left.pop())

        with (
            patch.object(inbox, "_record_window", beaten),
            self.assertNoLogs("odoo.addons.l10n_fr_chorus_exchange", "WARNING"),
        ):
            self.play_all([ReceivedCell("a good day")])
        self.assertFalse(left)
