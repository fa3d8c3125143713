"""One document on demand, and files that a person downloaded from the portal."""

import io
import zipfile

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..lib.chorus_pro.services import invoices
from .common import seed
from .inbound_common import pivot_xml, specimens
from .test_inbound_receive import ReceiveCase

DOWNLOAD = "factures/telecharger/groupe"
SEARCH = "factures/rechercher/recipiendaire"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundFetchOne(ReceiveCase):
    def fetch(self, user=None, **values):
        wizard = self.env["l10n_fr_chorus.inbound.fetch"].with_user(
            user or self.town_hall_user
        )
        return wizard.create(
            {"connection_id": self.town_hall_connection.id, **values}
        ).action_fetch()

    def test_an_old_document_is_fetched_by_its_number(self):
        # Tomorrow in UTC may be today in Paris.
        later = fields.Date.add(fields.Date.today(), days=2)
        self.town_hall_connection.receive_from = later
        wanted = self.post_on_portal(number="FA-OLD")
        other = self.post_on_portal()
        self.receive()
        self.fetch(number=" FA-OLD ")
        self.assertEqual(self.document_of(wanted).state, "seen", "the cron downloads")
        self.assertFalse(self.document_of(other))
        self.receive()
        self.assertEqual(self.document_of(wanted).state, "imported")

    def test_a_document_is_fetched_by_its_identifier(self):
        same_number = self.post_on_portal(number="FA-1", supplier_id=seed.SUPPLIER)
        wanted = self.post_on_portal(number="FA-1")
        self.fetch(portal_id=str(wanted))
        self.assertTrue(self.document_of(wanted))
        self.assertFalse(self.document_of(same_number))

    def test_what_was_left_out_or_put_aside_is_read_again(self):
        document = self.kept(content=b"<html/>")
        self.assertEqual(document.state, "quarantine")
        portal_id = self.post_on_portal()
        document.portal_id = str(portal_id)
        self.fetch(portal_id=str(portal_id))
        self.assertEqual(document.state, "seen")

    def test_what_was_rejected_there_is_shown_and_stays_without_a_bill(self):
        portal_id = self.post_on_portal()
        self.treat_on_portal(portal_id, "REJETEE", "Doublon")
        self.fetch(portal_id=str(portal_id))
        self.assertEqual(self.document_of(portal_id).state, "ignored")

    def test_what_the_portal_does_not_have_is_told_and_nothing_is_recorded(self):
        with self.assertRaisesRegex(UserError, "lists no such document"):
            self.fetch(number="FA-NONE")
        with self.assertRaises(UserError):
            self.fetch(portal_id="123")
        with self.assertRaisesRegex(UserError, "digits"):
            self.fetch(portal_id="F-1")
        with self.assertRaisesRegex(UserError, "number of the invoice"):
            self.fetch()
        self.assertFalse(self.documents())

    def test_an_auditor_fetches_nothing(self):
        before = self.calls(SEARCH)
        with self.assertRaises(AccessError):
            self.fetch(user=self.auditor(), number="FA-1")
        self.assertEqual(self.calls(SEARCH), before)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundImport(ReceiveCase):
    def bring(self, *files, user=None):
        """Import files as a user does; the documents."""
        user = user or self.town_hall_user
        attachments = self.env["ir.attachment"].with_user(user)
        wizard = self.env["l10n_fr_chorus.inbound.import"].with_user(user)
        action = wizard.create(
            {
                "connection_id": self.town_hall_connection.id,
                "attachment_ids": [
                    Command.create({"name": name, "raw": content})
                    for name, content in files
                ],
            }
        ).action_import()
        self.assertFalse(attachments.search([("res_model", "=", wizard._name)]))
        domain = action.get("domain") or [("id", "=", action["res_id"])]
        return self.inbox.search(domain)

    def downloaded(self, *ids):
        client = self.town_hall_connection._client()
        return invoices.download_pivot(client, ids).content

    # -------------------------------------------------------------------------
    # PIVOT
    # -------------------------------------------------------------------------

    def test_a_pivot_makes_the_bill_without_a_download(self):
        for delivery in "xml", "zip":
            with self.subTest(delivery=delivery):
                self.drive("POST", "settings", {"pivot_delivery": delivery})
                portal_id = self.post_on_portal()
                content = self.downloaded(portal_id)
                document = self.bring((f"pivot.{delivery}", content))
                self.assertEqual(document, self.document_of(portal_id))
                before = self.calls(DOWNLOAD)
                self.receive()
                self.assertEqual(self.calls(DOWNLOAD), before)
                self.assertEqual(document.state, "imported", document.reason)
                self.assertEqual(document.portal_status, "MISE_A_DISPOSITION")
                self.assertTrue(document.file_ids.attachment_id)

    def test_a_pivot_of_several_makes_one_document_each(self):
        ids = [self.post_on_portal(), self.post_on_portal()]
        documents = self.bring(("pivot.zip", self.downloaded(*ids)))
        self.assertEqual(sorted(documents.mapped("portal_id")), sorted(map(str, ids)))
        self.receive()
        self.assertEqual(documents.mapped("state"), ["imported"] * 2)

    def test_what_the_inbox_has_is_not_made_twice(self):
        document = self.received()
        content = self.downloaded(int(document.portal_id))
        self.assertEqual(self.bring(("pivot.zip", content)), document)
        self.assertEqual(self.bring(("pivot.zip", content)), document)
        self.receive()
        self.assertEqual(len(self.documents()), 1)
        self.assertEqual(
            self.env["account.move"].search_count([("ref", "=", document.number)]), 1
        )

    def test_what_was_rejected_on_the_portal_gets_no_bill_from_its_file(self):
        document = self.kept()
        document.write({"portal_status": "REJETEE", "state": "ignored"})
        self.bring(("pivot.xml", pivot_xml(portal_id=document.portal_id)))
        self.receive()
        self.assertEqual(document.state, "ignored")
        self.assertFalse(document.move_id)

    def test_an_import_mends_what_was_in_quarantine(self):
        document = self.kept(content=b"<html/>")
        self.bring(("pivot.xml", pivot_xml(portal_id=document.portal_id)))
        self.receive()
        self.assertEqual(document.state, "imported", document.reason)

    def test_a_pivot_of_somebody_else_is_refused(self):
        content = pivot_xml(portal_id=42).replace(
            seed.TOWN_HALL.encode(), seed.SYNDICATE.encode()
        )
        self.structure.connection_id.structure_ids.filtered(
            lambda s: s.siret == seed.SYNDICATE
        ).unlink()
        with self.assertRaisesRegex(UserError, seed.SYNDICATE):
            self.bring(("pivot.xml", content))
        self.assertFalse(self.documents())

    def test_a_pivot_without_identifiers_is_kept_once(self):
        content = pivot_xml(portal_id="", number="F-77")
        document = self.bring(("pivot.xml", content))
        self.assertEqual(self.bring(("again.xml", content)), document)
        self.receive()
        self.assertEqual(document.state, "imported", document.reason)
        self.assertEqual(document.move_id.ref, "F-77")

    # -------------------------------------------------------------------------
    # FILES
    # -------------------------------------------------------------------------

    def facturx(self, **values):
        values = {"number": "FX-1", "buyer_id": seed.TOWN_HALL, **values}
        return specimens.facturx_pdf(specimens.Specimen(**values))

    def test_a_facturx_makes_a_bill_without_the_portal(self):
        document = self.bring(("facture.pdf", self.facturx()))
        before = self.all_calls()
        self.receive()
        self.assertEqual(document.state, "imported", document.reason)
        move = document.move_id
        self.assertEqual((move.ref, move.amount_total), ("FX-1", 110.22))
        self.assertEqual(move.partner_id.name, "FOURNITURES EXEMPLE SAS")
        self.assertEqual(self.files_of(move).mapped("name"), ["facture.pdf"])
        after = self.all_calls()
        for operation in DOWNLOAD, "factures/consulter/historique":
            self.assertEqual(after.get(operation), before.get(operation))

    def test_a_cii_and_a_ubl_make_bills(self):
        for write in specimens.cii_xml, specimens.ubl_xml:
            with self.subTest(write=write.__name__):
                specimen = specimens.Specimen(
                    number=write.__name__, buyer_id=seed.TOWN_HALL
                )
                document = self.bring(("facture.xml", write(specimen)))
                self.receive()
                self.assertEqual(document.state, "imported", document.reason)
                self.assertEqual(document.move_id.amount_total, 110.22)

    def test_the_same_invoice_listed_later_is_the_same_document(self):
        document = self.bring(("facture.pdf", self.facturx()))
        self.receive()
        move = document.move_id
        portal_id = self.post_on_portal(number="FX-1")
        self.receive()
        self.assertEqual(document.portal_id, str(portal_id))
        self.assertEqual(document.portal_status, "MISE_A_DISPOSITION")
        self.assertEqual(document.move_id, move)
        self.assertEqual(move.l10n_fr_chorus_portal_id, str(portal_id))
        self.assertEqual(len(self.documents()), 1)
        self.assertEqual(
            self.env["account.move"].search_count([("ref", "=", "FX-1")]), 1
        )

    def test_what_was_rejected_there_after_its_bill_was_made_keeps_the_bill(self):
        document = self.bring(("facture.pdf", self.facturx()))
        self.receive()
        move = document.move_id
        portal_id = self.post_on_portal(number="FX-1")
        self.treat_on_portal(portal_id, "REJETEE", "Doublon")
        self.town_hall_connection.looked_at = False
        self.receive()
        self.assertEqual(document.portal_id, str(portal_id))
        self.assertEqual((document.state, document.move_id), ("imported", move))
        self.assertFalse(document.reason)
        self.assertFalse(document.can_retry)
        self.assertEqual(move.l10n_fr_chorus_status, "REJETEE")
        self.assertTrue(move.sudo().l10n_fr_chorus_event_ids)

    def test_no_way_back_makes_a_second_bill_of_a_document(self):
        document = self.bring(("facture.pdf", self.facturx()))
        self.receive()
        move = document.move_id
        # Its own bill would no longer be found as the same invoice.
        move.ref = "corrected"
        for state in "ignored", "to_settle", "quarantine":
            with self.subTest(state):
                document.state = state
                self.assertFalse(document.can_retry)
                document._reopen()
                self.assertEqual(document.state, state)
        document.state = "fetched"
        document._decode()
        self.assertEqual((document.state, document.move_id), ("imported", move))

    def test_the_file_of_a_document_that_is_there_makes_no_other(self):
        document = self.received(number="FX-1")
        self.assertEqual(self.bring(("facture.pdf", self.facturx())), document)

    def test_the_same_number_of_another_year_or_amount_is_another_document(self):
        for number, values in (
            ("FX-1", {"invoice_date": "2025-11-02"}),
            ("FX-2", {"amount_total": 12}),
        ):
            with self.subTest(values):
                document = self.bring(("facture.pdf", self.facturx(number=number)))
                self.receive()
                document.write(values)
                portal_id = self.post_on_portal(number=number)
                self.receive()
                self.assertIn("file-", document.portal_id)
                listed = self.document_of(portal_id)
                self.assertEqual(listed.existing_move_id, document.move_id)
                listed.with_user(self.town_hall_user).action_link_existing()
                # The one that can be answered.
                self.assertEqual(listed.move_id.l10n_fr_chorus_inbound_id, listed)

    def test_a_file_with_figures_no_invoice_has_waits_and_says_which(self):
        xml = specimens.cii_xml(specimens.Specimen(number="FX-1"))
        xml = xml.replace(b">110.22<", b">110220000000000.00<")
        document = self.bring(("facture.xml", xml))
        self.assertEqual(document.state, "quarantine")
        self.assertIn("beyond what a bill can hold", document.reason)

    def test_a_plain_pdf_is_kept_once_for_a_person(self):
        content = b"%PDF-1.4\nscan\n%%EOF"
        document = self.bring(("scan.pdf", content))
        self.assertEqual(document.state, "to_settle")
        self.assertIn("by hand", document.reason)
        self.assertEqual(document.file_ids.attachment_id.raw, content)
        self.assertFalse(document.can_retry, "there is nothing more to read")
        self.assertEqual(self.bring(("autre nom.pdf", content)), document)
        self.receive()
        self.assertEqual(document.state, "to_settle")

    def test_an_invoice_for_somebody_else_is_refused(self):
        with self.assertRaisesRegex(UserError, "99999999999999"):
            self.bring(("facture.pdf", self.facturx(buyer_id="99999999999999")))
        self.assertFalse(self.documents())

    def test_an_archive_of_invoices_makes_one_document_each(self):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            for number in "FX-1", "FX-2":
                file.writestr(f"{number}/facture.pdf", self.facturx(number=number))
            file.writestr("FX-1/../../bon.pdf", b"%PDF-1.4\n%%EOF")
        documents = self.bring(("lot.zip", archive.getvalue()))
        self.assertEqual(sorted(documents.mapped("number")), ["FX-1", "FX-2"])

    def test_what_is_no_invoice_is_refused_in_one_sentence(self):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("lisez-moi.txt", "rien")
        for name, content, words in (
            ("lettre.txt", b"bonjour", "is no invoice"),
            ("lot.zip", archive.getvalue(), "No invoice in this archive"),
            ("casse.zip", b"PK\x03\x04rubbish", "casse.zip"),
            ("pivot.xml", b"<CPPFacturePivot/>", "pivot.xml"),
        ):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, words):
                self.bring((name, content))
        self.assertFalse(self.documents())

    def test_whoever_makes_no_bill_imports_nothing(self):
        with self.assertRaises(AccessError):
            self.bring(("facture.pdf", self.facturx()), user=self.auditor())
