"""Histories of new bills are read by ten: one in trouble never costs the others theirs."""

from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.services import invoices
from ..models import l10n_fr_chorus_inbound_refresh
from .inbound_common import InboundCase

HISTORY = "factures/consulter/historique"
SEARCH = "factures/rechercher/recipiendaire"
DOWNLOAD = "factures/telecharger/groupe"
LOGGER = "odoo.addons.l10n_fr_chorus_exchange.models.l10n_fr_chorus_inbound_refresh"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundHistories(InboundCase):
    def posted(self, count):
        """:return: their ids on the portal"""
        self.know_structures()
        return [self.post_on_portal() for _each in range(count)]

    def told(self, portal_id):
        """What the bill knows of the history of the portal."""
        events = self.document_of(portal_id).move_id.sudo().l10n_fr_chorus_event_ids
        return events.filtered(lambda event: event.origin == "history")

    def test_each_bill_gets_its_own_history(self):
        first, second = self.posted(2)
        self.treat_on_portal(second, "SUSPENDUE", "Bon manquant")
        self.receive()
        self.assertNotIn("SUSPENDUE", self.told(first).mapped("code"))
        self.assertEqual(self.told(second)[0].code, "SUSPENDUE")
        bills = (self.document_of(first) | self.document_of(second)).move_id
        self.assertEqual(
            bills.mapped("l10n_fr_chorus_status"), ["MISE_A_DISPOSITION", "SUSPENDUE"]
        )

    def test_a_dozen_takes_no_call_more_than_one_search_a_kind_and_two_downloads(self):
        portal_ids = self.posted(12)
        structures = len(self.town_hall_connection.structure_ids)
        before = self.all_calls()
        self.receive()
        after = self.all_calls()
        spent = {name: after[name] - before.get(name, 0) for name in after}
        # The portal takes one kind of request and one structure a search.
        self.assertEqual(spent[SEARCH], 2 * structures)
        self.assertEqual(spent[DOWNLOAD], 2)
        self.assertEqual(spent[HISTORY], 12)
        self.assertTrue(all(map(self.told, portal_ids)))

    def test_one_that_cannot_be_written_down_costs_the_others_nothing(self):
        bad, good = self.posted(2)
        record = type(self.env["account.move"])._l10n_fr_chorus_note

        def note(move, *args):
            if move.l10n_fr_chorus_portal_id == str(bad):
                raise ValueError("unforeseen")
            return record(move, *args)

        with (
            patch.object(type(self.env["account.move"]), "_l10n_fr_chorus_note", note),
            self.assertLogs(LOGGER, "ERROR"),
        ):
            self.receive()
        self.assertFalse(self.told(bad))
        self.assertTrue(self.document_of(bad).history_due)
        self.assertIn("server log", self.document_of(bad).reason)
        self.assertTrue(self.told(good))
        self.assertFalse(self.document_of(good).history_due)

    def test_what_was_read_before_the_portal_shut_is_kept(self):
        first, second, third = self.posted(3)
        read = invoices.history

        def history(client, portal_id):
            if portal_id == second:
                raise errors.NotSentError("shut")
            return read(client, portal_id)

        with patch.object(invoices, "history", history):
            self.receive()
        self.assertTrue(self.told(first))
        self.assertFalse(self.told(second) or self.told(third))
        self.assertEqual(self.document_of(third).tries, 0)
        self.town_hall_connection.pause_until = False
        self.receive()
        self.assertTrue(self.told(second) and self.told(third))

    def test_one_that_cannot_be_read_costs_the_others_nothing(self):
        bad, good = self.posted(2)
        read = invoices.history

        def history(client, portal_id):
            if portal_id == bad:
                raise OverflowError("date value out of range")
            return read(client, portal_id)

        with (
            patch.object(invoices, "history", history),
            self.assertLogs(LOGGER, "ERROR"),
        ):
            self.receive()
        self.assertTrue(self.told(good))
        document = self.document_of(bad)
        self.assertTrue(document.history_due)
        self.assertFalse(document.fetch_alone)
        self.assertIn("server log", document.reason)

    def test_two_silences_in_a_row_are_the_portal_itself(self):
        self.posted(3)
        silence = errors.OutcomeUnknownError("no answer")
        with patch.object(invoices, "history", side_effect=silence) as asked:
            self.receive()
        self.assertEqual(asked.call_count, 2)
        self.assertTrue(self.town_hall_connection.pause_until)
        self.assertEqual(sorted(self.documents().mapped("tries")), [0, 1, 1])

    def test_a_slow_portal_has_each_answer_written_down(self):
        portal_ids = self.posted(2)
        written = []
        record = type(self.inbox)._record_answers

        def recorded(documents, answers, known):
            written.append(len(documents))
            return record(documents, answers, known)

        with (
            patch.object(l10n_fr_chorus_inbound_refresh, "MOST_SECONDS", 0),
            patch.object(type(self.inbox), "_record_answers", recorded),
        ):
            self.receive()
        self.assertEqual(written, [1, 1])
        self.assertTrue(all(map(self.told, portal_ids)))

    def test_one_silence_is_no_fault_of_the_next(self):
        first, second = self.posted(2)
        read, asked = invoices.history, []

        def history(client, portal_id):
            asked.append(portal_id)
            if portal_id == first:
                raise errors.OutcomeUnknownError("no answer")
            return read(client, portal_id)

        with patch.object(invoices, "history", history):
            self.receive()
        self.assertEqual(asked, [first, second])
        document = self.document_of(first)
        self.assertEqual((document.tries, document.history_due), (1, True))
        self.assertTrue(document.next_try_at)
        self.assertTrue(self.told(second))

    def test_what_is_told_while_a_history_is_on_its_way_is_not_undone(self):
        overtaken, other = self.posted(2)
        self.receive()
        documents = self.documents()
        documents.history_due = True
        read, asked = invoices.history, []

        def history(client, portal_id):
            found = read(client, portal_id)
            asked.append(portal_id)
            if asked == [overtaken]:
                # As the cron of the answers does in another worker.
                self.treat_on_portal(portal_id, "SUSPENDUE", "Bon manquant")
                self.document_of(portal_id)._record_history(read(client, portal_id))
                self.env.flush_all()
            return found

        self.town_hall_connection.looked_at = fields.Datetime.now()
        with patch.object(invoices, "history", history):
            self.receive()
        document = self.document_of(overtaken)
        self.assertEqual(document.portal_status, "SUSPENDUE")
        self.assertEqual(document.move_id.l10n_fr_chorus_status, "SUSPENDUE")
        # Once more, alone: the others of the group are written down.
        self.assertEqual(asked, [overtaken, other, overtaken])
        self.assertFalse(any(documents.mapped("history_due")))

    def test_what_anybody_wrote_meanwhile_is_asked_again(self):
        [portal_id] = self.posted(1)
        self.receive()
        document = self.document_of(portal_id)
        document.history_due = True
        self.env.flush_all()
        read, asked = invoices.history, []

        def history(client, portal_id):
            found = read(client, portal_id)
            asked.append(portal_id)
            if len(asked) == 1:
                # Another transaction: an answer arrived there, its result is wanted.
                self.env.cr.execute(
                    "UPDATE l10n_fr_chorus_inbound SET write_date = write_date "
                    "+ INTERVAL '1 second' WHERE id = %s",
                    [document.id],
                )
            return found

        self.town_hall_connection.looked_at = fields.Datetime.now()
        with patch.object(invoices, "history", history):
            self.receive()
        self.assertEqual(asked, [portal_id, portal_id])
        self.assertFalse(document.history_due)

    def test_the_calls_kept_for_deposits_are_not_touched(self):
        self.posted(4)
        self.receive()
        documents = self.documents()
        documents.history_due = True
        connection = self.town_hall_connection
        used = connection.calls_today
        connection.calls_per_day = next(
            budget
            for budget in range(used, used * 2)
            if budget - budget // 5 - used == 2
        )
        before = self.calls(HISTORY)
        # Not looked for news again: what is waiting comes first.
        connection.looked_at = fields.Datetime.now()
        self.receive()
        self.assertEqual(self.calls(HISTORY) - before, 2)
        self.assertEqual(len(documents.filtered("history_due")), 2)
