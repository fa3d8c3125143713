"""Files the supplier adds: found in the history, asked for until they are here."""

import io
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..lib.chorus_pro.services import invoices
from .common import seed
from .test_inbound_receive import ReceiveCase

DOWNLOAD = "factures/telecharger/groupe"
HISTORY = "factures/consulter/historique"
ADDED = "bon_signe.pdf"
PDF = b"%PDF-1.4\nbon signe\n%%EOF"
MODELS = "odoo.addons.l10n_fr_chorus_exchange.models"


class MissingCase(ReceiveCase):
    def setUp(self):
        super().setUp()
        self.minutes = 0

    def later(self):
        """Each step over there has a minute of its own, as in life."""
        self.minutes += 2
        moment = fields.Datetime.now() - timedelta(hours=2, minutes=-self.minutes)
        self.drive("POST", "clock", {"now": f"{moment:%Y-%m-%dT%H:%M:%S}+00:00"})

    def treat(self, portal_id, status, comment=""):
        self.later()
        self.treat_on_portal(portal_id, status, comment)

    def look(self):
        self.town_hall_connection.looked_at = False
        self.town_hall_connection.pause_until = False
        self.receive()

    def names(self, document):
        return self.files_of(document.move_id).mapped("name")

    def add_file(self, document):
        self.later()
        self.complete(document, ADDED, PDF)

    def suspended(self):
        """A bill whose invoice is suspended."""
        self.later()
        document = self.received()
        self.treat(document.portal_id, "SUSPENDUE", "Il manque le bon")
        self.look()
        return document

    def completed_unseen(self):
        """Completed, and certified before anybody looked."""
        document = self.suspended()
        self.add_file(document)
        self.treat(document.portal_id, "SERVICE_FAIT")
        return document

    def downloaded(self, document):
        client = self.town_hall_connection._client()
        stored = invoices.download_pivot(client, [int(document.portal_id)])
        with stored.open() as source:
            return source.read()

    def bring(self, document, content):
        self.inbox._import_file(
            self.town_hall_connection, "pivot.zip", io.BytesIO(content)
        )
        self.receive()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundCompleted(MissingCase):
    """Whatever the status is when Odoo looks, the files come, and once."""

    def test_completed_then_certified_between_two_looks(self):
        document = self.completed_unseen()
        before = self.calls(DOWNLOAD), self.calls(HISTORY)
        self.look()
        self.receive()
        self.assertIn(ADDED, self.names(document))
        self.assertEqual(self.calls(DOWNLOAD), before[0] + 1)
        self.assertEqual(self.calls(HISTORY), before[1] + 1)
        self.assertFalse(document.files_due)

    def test_what_was_downloaded_is_not_downloaded_again(self):
        document = self.completed_unseen()
        self.look()
        self.receive()
        before = self.calls(DOWNLOAD)
        for status in "MANDATEE", "COMPTABILISEE":
            self.treat(document.portal_id, status)
            self.look()
            self.receive()
        self.assertEqual(self.calls(DOWNLOAD), before)

    def test_a_completion_that_is_seen_costs_one_download(self):
        document = self.suspended()
        self.add_file(document)
        before = self.calls(DOWNLOAD)
        self.look()
        self.receive()
        self.assertIn(ADDED, self.names(document))
        self.treat(document.portal_id, "SERVICE_FAIT")
        self.look()
        self.receive()
        self.assertEqual(self.calls(DOWNLOAD), before + 1)

    def test_recycled_and_back_between_two_looks(self):
        self.later()
        document = self.received()
        self.treat(document.portal_id, "A_RECYCLER", "Autre service")
        self.later()
        self.recycle(document)
        before = self.calls(DOWNLOAD)
        self.look()
        self.receive()
        self.assertEqual(document.service_code, "ECOLES")
        self.assertEqual(self.calls(DOWNLOAD), before + 1)

    def test_one_that_waits_for_a_person_is_downloaded_again(self):
        self.later()
        document = self.received()
        document.move_id.unlink()
        self.assertEqual(document.state, "to_settle")
        self.treat(document.portal_id, "SUSPENDUE", "Il manque le bon")
        self.look()
        self.add_file(document)
        self.treat(document.portal_id, "SERVICE_FAIT")
        self.look()
        self.assertEqual(document.state, "imported", document.reason)
        self.assertIn(ADDED, self.names(document))

    def test_a_file_imported_by_hand_may_be_older_than_the_completion(self):
        self.later()
        portal_id = self.post_on_portal()
        self.treat(portal_id, "SUSPENDUE", "Il manque le bon")
        client = self.town_hall_connection._client()
        with invoices.download_pivot(client, [int(portal_id)]).open() as source:
            old = source.read()
        self.inbox._import_file(self.town_hall_connection, "p.zip", io.BytesIO(old))
        document = self.document_of(portal_id)
        self.add_file(document)
        self.treat(portal_id, "SERVICE_FAIT")
        self.look()
        self.receive()
        self.assertIn(ADDED, self.names(document))

    def test_one_about_to_become_a_bill_gives_up_its_original(self):
        self.later()
        portal_id = self.post_on_portal()
        nothing = lambda *_args: None  # noqa: E731
        with patch.object(type(self.inbox), "_bill_waiting", nothing):
            self.town_hall_connection.looked_at = False
            self.run_cron("ir_cron_receive", is_cut=True)
        document = self.document_of(portal_id)
        self.assertEqual(document.state, "fetched")
        self.treat(portal_id, "SUSPENDUE", "Il manque le bon")
        self.add_file(document)
        self.look()
        self.assertEqual(document.state, "imported")
        self.assertIn(ADDED, self.names(document))

    def test_files_that_were_not_safe_are_accepted_after_the_completion(self):
        self.later()
        document = self.received()
        # As it waits in quarantine, with the original of the first day.
        document.move_id.unlink()
        document.state = "quarantine"
        self.treat(document.portal_id, "SUSPENDUE", "Il manque le bon")
        self.add_file(document)
        self.treat(document.portal_id, "SERVICE_FAIT")
        document.write(
            {**document._reopened_vals(), "state": "fetched", "is_unpacked": False}
        )
        self.look()
        self.receive()
        self.assertEqual(document.state, "imported", document.reason)
        self.assertIn(ADDED, self.names(document))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundReferences(MissingCase):
    """Sent on with another commitment number, the bill is paid against that one."""

    def setUp(self):
        super().setUp()
        self.later()
        self.document = self.received(engagement="EJ-1")
        self.move = self.document.move_id
        self.treat(self.document.portal_id, "A_RECYCLER", "Mauvais engagement")
        self.look()

    def send_on(self):
        self.later()
        invoices.recycle(
            self.as_supplier_of(self.document),
            int(self.document.portal_id),
            recipient=seed.TOWN_HALL,
            service_code="ACHATS",
            engagement="EJ-2",
        )
        self.look()

    def test_a_draft_takes_it_up_and_its_order_is_looked_for(self):
        with patch.object(type(self.inbox), "_match_orders") as match:
            self.send_on()
        self.assertEqual(self.move.purchase_order_reference, "EJ-2")
        self.assertEqual(self.document.engagement, "EJ-2")
        match.assert_called_once()
        self.assertIn("EJ-2", "".join(self.move.message_ids.mapped("body")))
        self.assertFalse(self.move.l10n_fr_chorus_difference_ids)

    def test_what_a_person_typed_stays_and_the_difference_is_told(self):
        self.move.purchase_order_reference = "EJ-9"
        self.send_on()
        self.assertEqual(self.move.purchase_order_reference, "EJ-9")
        [difference] = self.move.l10n_fr_chorus_difference_ids
        told = (difference.kind, difference.ours, difference.theirs)
        self.assertEqual(told, ("engagement", "EJ-9", "EJ-2"))

    def test_a_confirmed_bill_stays_and_the_difference_is_told(self):
        self.move.action_post()
        self.send_on()
        self.assertEqual(self.move.purchase_order_reference, "EJ-1")
        self.assertTrue(self.move.l10n_fr_chorus_has_difference)

    def test_a_completion_with_the_same_number_changes_nothing(self):
        self.send_on()
        self.move.purchase_order_reference = "EJ-9"
        self.treat(self.document.portal_id, "SUSPENDUE", "Il manque le bon")
        self.add_file(self.document)
        self.look()
        self.assertIn(ADDED, self.names(self.document))
        self.assertEqual(self.move.purchase_order_reference, "EJ-9")
        self.assertFalse(self.move.l10n_fr_chorus_difference_ids)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundMissing(MissingCase):
    """What cannot be had for a day is told, asked for each day, and brought by a person."""

    def given_up(self):
        document = self.suspended()
        self.add_file(document)
        self.fault(DOWNLOAD, "server_error", times=None)
        for _try in range(7):
            document.next_try_at = False
            self.look()
        self.assertFalse(document.files_due)
        self.assertEqual(document.move_id.l10n_fr_chorus_status, "COMPLETEE")
        return document

    def test_it_is_told_on_the_bill_and_asked_for_once_a_day(self):
        document = self.given_up()
        self.assertIn("missing on the bill", document.reason)
        self.assertIn(
            "missing on the bill", document.move_id.l10n_fr_chorus_inbound_reason
        )
        before = self.calls(DOWNLOAD)
        self.look()
        self.assertEqual(self.calls(DOWNLOAD), before)
        document.files_missing_at -= timedelta(days=1)
        self.look()
        asked = self.calls(DOWNLOAD)
        self.assertGreater(asked, before)
        self.assertTrue(document.files_missing_at, "the next day again")
        self.look()
        self.assertEqual(self.calls(DOWNLOAD), asked)
        self.drive("DELETE", "faults")
        document.files_missing_at -= timedelta(days=1)
        self.look()
        self.assertIn(ADDED, self.names(document))
        self.assertFalse(document.files_missing_at or document.reason)

    def test_its_history_is_not_kept_waiting(self):
        document = self.given_up()
        self.treat(document.portal_id, "SERVICE_FAIT")
        self.look()
        self.assertEqual(document.move_id.l10n_fr_chorus_status, "SERVICE_FAIT")

    def test_fetch_one_brings_them(self):
        document = self.given_up()
        self.drive("DELETE", "faults")
        wizard = self.env["l10n_fr_chorus.inbound.fetch"]
        wizard.with_user(self.town_hall_user).create(
            {
                "connection_id": self.town_hall_connection.id,
                "portal_id": document.portal_id,
            }
        ).action_fetch()
        self.look()
        self.assertIn(ADDED, self.names(document))

    def test_the_file_of_the_portal_brings_them(self):
        document = self.given_up()
        self.drive("DELETE", "faults")
        content = self.downloaded(document)
        self.fault(DOWNLOAD, "server_error", times=None)
        self.bring(document, content)
        self.assertIn(ADDED, self.names(document))
        before = self.names(document)
        self.bring(document, content)
        self.assertEqual(self.names(document), before)

    def test_files_that_cannot_be_kept_are_not_tried_for_ever(self):
        document = self.suspended()
        self.add_file(document)
        files = type(self.env["l10n_fr_chorus.inbound.file"])
        error = RuntimeError("unforeseen")
        with (
            patch.object(files, "_take_in", side_effect=error) as take_in,
            mute_logger(f"{MODELS}.l10n_fr_chorus_inbound_unpack"),
            mute_logger(f"{MODELS}.l10n_fr_chorus_inbound_receive"),
        ):
            for _try in range(7):
                document.next_try_at = False
                self.look()
            tried = take_in.call_count
            document.next_try_at = False
            self.look()
            self.assertEqual(take_in.call_count, tried)
        self.assertIn("missing on the bill", document.reason)
        document.files_missing_at -= timedelta(days=1)
        self.look()
        self.assertIn(ADDED, self.names(document))

    def test_what_is_too_large_is_told_and_not_asked_for_each_day(self):
        document = self.suspended()
        self.add_file(document)
        self.fault(DOWNLOAD, "refused", times=None, code=413, label="trop gros")
        self.look()
        self.assertIn("missing on the bill", document.reason)
        self.assertFalse(document.files_due or document.files_missing_at)
