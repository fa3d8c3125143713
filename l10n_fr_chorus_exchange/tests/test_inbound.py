"""Receiving: the inbox, its cron, and what the portal does to it."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import seed
from .inbound_common import InboundCase, specimens

UNPACK_LOGGER = (
    "odoo.addons.l10n_fr_chorus_exchange.models.l10n_fr_chorus_inbound_unpack"
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInbound(InboundCase):
    def setUp(self):
        super().setUp()
        self.know_structures()
        self.structure = self.town_hall_connection.structure_ids.filtered(
            lambda structure: structure.siret == seed.TOWN_HALL
        )

    # -------------------------------------------------------------------------
    # THE USUAL DAY
    # -------------------------------------------------------------------------

    def test_an_invoice_becomes_a_draft_bill_with_its_files(self):
        note = specimens.Annex("bon_livraison.pdf", b"%PDF-1.4\nbon\n%%EOF")
        document = self.received(annexes=(note,), engagement="EJ-1", contract="M-1")
        move = document.move_id
        self.assertRecordValues(
            move,
            [
                {
                    "state": "draft",
                    "move_type": "in_invoice",
                    "ref": document.number,
                    "company_id": self.town_hall.id,
                    "buyer_reference": "ACHATS",
                    "purchase_order_reference": "EJ-1",
                    "contract_reference": "M-1",
                    "amount_total": 110.22,
                    "l10n_fr_chorus_portal_id": document.portal_id,
                    "l10n_fr_chorus_status": "MISE_A_DISPOSITION",
                }
            ],
        )
        self.assertEqual(move.partner_id.name, "FOURNITURES EXEMPLE SAS")
        self.assertEqual(move.message_main_attachment_id.mimetype, "application/pdf")
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", move.id)]
        )
        self.assertIn("bon_livraison.pdf", files.mapped("name"))

    def test_the_history_of_the_portal_comes_with_the_bill(self):
        document = self.received()
        self.assertIn(
            "MISE_A_DISPOSITION",
            document.move_id.l10n_fr_chorus_event_ids.mapped("code"),
        )
        self.assertFalse(document.history_due)

    def test_every_way_of_handing_out_a_pivot_is_read(self):
        for delivery in "zip", "xml":
            for packed in "zipped", "plain":
                with self.subTest(delivery=delivery, packed=packed):
                    self.drive(
                        "POST",
                        "settings",
                        {"pivot_delivery": delivery, "pivot_attachments": packed},
                    )
                    self.assertEqual(self.received().move_id.amount_total, 110.22)

    def test_a_second_run_makes_no_second_bill(self):
        document = self.received()
        self.receive()
        self.assertEqual(len(self.documents()), 1)
        self.assertEqual(self.calls("factures/telecharger/groupe"), 1)
        self.assertEqual(
            self.env["account.move"].search_count([("ref", "=", document.number)]), 1
        )

    def test_nothing_to_receive_is_no_trouble(self):
        self.receive()
        self.assertFalse(self.documents())
        self.assertEqual(self.town_hall_connection.state, "ok")

    def test_all_pages_are_read(self):
        numbers = [f"FA-P{n:03}" for n in range(12)]
        ids = [self.post_on_portal(number=number) for number in numbers]
        self.receive()
        found = self.documents(("portal_id", "in", list(map(str, ids))))
        self.assertEqual(sorted(found.mapped("number")), numbers)

    def test_the_cursor_follows_the_last_change_seen(self):
        document = self.received()
        self.assertEqual(self.structure.received_cursor, document.status_at)

    def test_every_structure_of_the_account_is_asked_for(self):
        document = self.received(recipient=seed.NOTHING_REQUIRED, service=None)
        self.assertEqual(document.structure_id.siret, seed.NOTHING_REQUIRED)

    def test_a_connection_never_tested_learns_for_whom_it_may_receive(self):
        self.town_hall_connection.structure_ids.unlink()
        portal_id = self.post_on_portal()
        self.receive()
        self.assertEqual(self.document_of(portal_id).state, "imported")

    def test_a_structure_may_have_its_own_journal(self):
        journal = self.town_hall_connection.purchase_journal_id.copy(
            {
                "code": "CHO",
                "default_account_id": self.town_hall_data["default_account_expense"].id,
            }
        )
        self.structure.journal_id = journal
        self.assertEqual(self.received().move_id.journal_id, journal)

    def test_a_credit_note_is_shown_as_one(self):
        self.assertEqual(self.received().document_type, "invoice")
        self.assertEqual(self.received(type_code="381").document_type, "credit_note")

    def test_the_other_company_receives_nothing(self):
        document = self.received()
        self.assertEqual(document.company_id, self.town_hall)
        theirs = self.env["l10n_fr_chorus.inbound"].with_user(self.supplier_user)
        self.assertFalse(theirs.search([("id", "=", document.id)]))
        with self.assertRaises(AccessError):
            theirs.browse(document.id).read(["number"])

    def test_a_connection_that_does_not_receive_is_not_asked(self):
        self.town_hall_connection.can_receive = False
        self.post_on_portal()
        before = self.calls("factures/rechercher/recipiendaire")
        self.receive()
        self.assertEqual(self.calls("factures/rechercher/recipiendaire"), before)

    def all_calls(self):
        return self.drive("GET", "calls")["counts"]

    # -------------------------------------------------------------------------
    # CHANGES ON THE PORTAL
    # -------------------------------------------------------------------------

    def test_a_change_made_on_the_portal_reaches_the_bill(self):
        document = self.received()
        self.treat_on_portal(document.portal_id, "SUSPENDUE", "Il manque le bon")
        self.receive()
        self.assertEqual(document.portal_status, "SUSPENDUE")
        move = document.move_id
        self.assertEqual(move.l10n_fr_chorus_status, "SUSPENDUE")
        self.assertEqual(move.l10n_fr_chorus_status_comment, "Il manque le bon")

    def test_an_unchanged_invoice_costs_no_history_call(self):
        self.received()
        before = self.calls("factures/consulter/historique")
        self.receive()
        self.assertEqual(self.calls("factures/consulter/historique"), before)

    def test_what_was_rejected_before_it_was_seen_is_left_out(self):
        self.received()
        portal_id = self.post_on_portal()
        self.treat_on_portal(portal_id, "REJETEE", "Doublon")
        self.receive()
        document = self.document_of(portal_id)
        self.assertEqual(document.state, "ignored")
        self.assertIn("Rejected", document.reason)
        self.assertFalse(document.move_id)

    def test_what_a_person_ignored_stays_ignored(self):
        portal_id = self.post_on_portal(status="SUSPENDUE")
        with self.failing("factures/telecharger/groupe", "server_error"):
            self.receive()
        document = self.document_of(portal_id)
        document.with_user(self.town_hall_user).action_ignore()
        self.treat_on_portal(portal_id, "MISE_A_DISPOSITION")
        self.receive()
        self.assertEqual(document.state, "ignored")
        self.assertEqual(document.ignored_by_id, self.town_hall_user)

    def failing(self, operation, kind):
        """For as long as the block lasts, this operation fails that way."""
        case = self

        class Failing:
            def __enter__(self):
                case.fault(operation, kind, times=None)

            def __exit__(self, *_error):
                case.drive("DELETE", "faults")

        return Failing()

    # -------------------------------------------------------------------------
    # TROUBLE
    # -------------------------------------------------------------------------

    def test_one_bad_document_does_not_stop_the_next(self):
        bad = self.post_on_portal(number="FA-BAD", lines=self.lines("7"))
        good = self.post_on_portal(number="FA-GOOD")
        self.receive()
        self.assertEqual(self.document_of(bad).state, "to_settle")
        self.assertIn("7 %", self.document_of(bad).reason)
        self.assertEqual(self.document_of(good).state, "imported")

    def lines(self, rate):
        return (
            specimens.SpecimenLine(
                "x", *map(specimens.data.Decimal, ("1", "100", rate))
            ),
        )

    def test_reasons_are_written_in_the_language_of_the_company(self):
        self.speak_french(self.town_hall)
        portal_id = self.post_on_portal(lines=self.lines("7"))
        self.receive()
        self.assertIn("n’a pas de taxe d’achat", self.document_of(portal_id).reason)

    def test_troubles_of_the_connection_are_in_the_language_of_the_company(self):
        self.speak_french(self.town_hall)
        with self.failing("factures/rechercher/recipiendaire", "forbidden"):
            self.receive()
        self.assertIn("accès est interdit", self.town_hall_connection.last_message)

    def test_retry_after_mending_makes_the_bill(self):
        portal_id = self.post_on_portal(lines=self.lines("7"))
        self.receive()
        document = self.document_of(portal_id)
        self.default_tax.copy({"name": "7 % achats", "amount": 7})
        document.with_user(self.town_hall_user).action_retry()
        self.receive()
        self.assertEqual(document.state, "imported", document.reason)
        self.assertEqual(document.move_id.amount_total, 107)

    def test_a_failing_download_is_tried_again_later_then_put_aside(self):
        portal_id = self.post_on_portal()
        with self.failing("factures/telecharger/groupe", "server_error"):
            self.receive()
            document = self.document_of(portal_id)
            self.assertEqual(document.state, "seen")
            self.assertGreater(document.next_try_at, fields.Datetime.now())
            first = document.next_try_at
            for _attempt in range(5):
                document.next_try_at = fields.Datetime.now() - timedelta(minutes=1)
                self.receive()
            self.assertGreater(first, fields.Datetime.now())
        self.assertEqual(document.state, "quarantine")
        self.assertTrue(document.reason)

    def test_a_postponed_document_waits_for_its_date(self):
        portal_id = self.post_on_portal()
        with self.failing("factures/telecharger/groupe", "server_error"):
            self.receive()
        self.receive()
        self.assertEqual(self.document_of(portal_id).state, "seen")

    def test_refused_access_blames_the_connection_not_the_documents(self):
        portal_id = self.post_on_portal()
        with self.failing("factures/telecharger/groupe", "forbidden"):
            self.receive()
        document = self.document_of(portal_id)
        self.assertEqual((document.state, document.tries), ("seen", 0))
        self.assertEqual(self.town_hall_connection.state, "error")
        self.assertTrue(self.town_hall_connection._is_paused())

    def test_a_closed_portal_moves_no_cursor(self):
        self.post_on_portal()
        with self.failing("factures/rechercher/recipiendaire", "server_error"):
            self.receive()
        self.assertFalse(self.structure.received_cursor)
        self.assertFalse(self.documents())
        self.town_hall_connection.pause_until = False
        self.receive()
        self.assertEqual(self.documents().state, "imported")

    def test_a_paused_connection_is_left_alone(self):
        self.town_hall_connection.pause_until = fields.Datetime.now() + timedelta(
            hours=1
        )
        self.post_on_portal()
        self.receive()
        self.assertFalse(self.documents())

    def test_an_unforeseen_error_stops_one_document_only(self):
        first, second = self.post_on_portal(), self.post_on_portal()
        unpack_one = type(self.inbox)._unpack_one

        def fail_once(document, found, **more):
            if document.portal_id == str(first):
                raise ValueError("unforeseen")
            return unpack_one(document, found, **more)

        with (
            patch.object(type(self.inbox), "_unpack_one", fail_once),
            self.assertLogs(UNPACK_LOGGER, "ERROR"),
        ):
            self.receive()
        self.assertEqual(self.document_of(first).state, "fetched")
        self.assertIn("server log", self.document_of(first).reason)
        self.assertEqual(self.document_of(second).state, "imported")

    # -------------------------------------------------------------------------
    # BUTTONS
    # -------------------------------------------------------------------------

    def test_fetch_now_only_wakes_the_cron(self):
        before = self.all_calls()
        self.inbox.with_user(self.town_hall_user).action_fetch_now()
        self.assertEqual(self.all_calls(), before)
        cron = self.env.ref("l10n_fr_chorus_exchange.ir_cron_receive")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertTrue(triggers)

    def test_a_deleted_bill_can_be_made_again(self):
        document = self.received()
        document.move_id.unlink()
        self.assertTrue(document.can_retry)
        document.with_user(self.town_hall_user).action_retry()
        self.receive()
        self.assertTrue(document.move_id)

    def test_a_user_of_another_company_may_not_act(self):
        document = self.received()
        with self.assertRaises(AccessError):
            document.with_user(self.supplier_user).action_ignore()

    def test_nobody_writes_in_the_inbox_directly(self):
        document = self.received().with_user(self.town_hall_user)
        with self.assertRaises(AccessError):
            document.write({"state": "ignored"})

    def test_a_finished_document_cannot_be_ignored(self):
        document = self.received()
        document.with_user(self.town_hall_user).action_ignore()
        self.assertEqual(document.state, "imported")

    def test_completed_by_the_supplier_brings_the_new_files(self):
        document = self.received()
        self.treat_on_portal(document.portal_id, "SUSPENDUE", "Il manque le bon")
        self.receive()
        self.complete(document, "bon_signe.pdf", b"%PDF-1.4\nbon signe\n%%EOF")
        self.receive()
        self.assertEqual(document.portal_status, "COMPLETEE")
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", document.move_id.id)]
        )
        self.assertEqual(
            len(files.filtered(lambda f: "bon_signe" in f.name)),
            1,
            files.mapped("name"),
        )
        self.assertEqual(
            len(files.mapped("checksum")), len(set(files.mapped("checksum")))
        )
