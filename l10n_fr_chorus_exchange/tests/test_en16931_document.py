import doctest
import io
from unittest.mock import patch

import pypdf
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..lib.chorus_pro import packing
from ..models.en16931 import attachments, draft, identity, parties, text
from .en16931_common import En16931Common, files_inside
from .paper import printed_page

MEANS = "SpecifiedTradeSettlementPaymentMeans"
TERMS = "SpecifiedTradePaymentTerms"
DOCUMENT = "AdditionalReferencedDocument"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEn16931Document(En16931Common):
    """Header, parties, payment."""

    def test_the_direct_dialect_is_spoken(self):
        document = self._document(self._invoice(self._line(10.0)))
        context = "rsm:ExchangedDocumentContext"
        self.assertEqual(
            self._texts(document, context, "ID"), ["A1", "urn:cen.eu:en16931:2017"]
        )

    def test_parties_are_known_by_their_siret_cleaned(self):
        document = self._document(self._invoice(self._line(10.0)))
        for party, siret in (
            ("SellerTradeParty", "12345678200010"),
            ("BuyerTradeParty", "12345678200028"),
        ):
            path = f".//{{*}}{party}/{{*}}SpecifiedLegalOrganization/{{*}}ID"
            [identifier] = document.iterfind(path)
            self.assertEqual(identifier.text, siret)
            self.assertEqual(identifier.get("schemeID"), "0009")

    def test_references_are_those_typed_on_the_invoice(self):
        move = self._invoice(
            self._line(10.0),
            buyer_reference="SERVICE-1",
            purchase_order_reference="1234567890",
            contract_reference="2026-M-001",
        )
        document = self._document(move)
        self.assertEqual(self._text(document, "BuyerReference"), "SERVICE-1")
        self.assertEqual(
            self._text(document, "BuyerOrderReferencedDocument"), "1234567890"
        )
        self.assertEqual(
            self._text(document, "ContractReferencedDocument"), "2026-M-001"
        )

    def test_no_other_reference_stands_in_for_a_missing_one(self):
        self.town.ref = "C001"
        move = self._invoice(self._line(10.0), ref="my order", invoice_origin="S00012")
        document = self._document(move)
        for name in (
            "BuyerReference",
            "BuyerOrderReferencedDocument",
            "ContractReferencedDocument",
        ):
            self.assertEqual(self._texts(document, name), [], name)

    def test_a_transfer_has_iban_and_bic(self):
        document = self._document(self._invoice(self._line(10.0)))
        self.assertEqual(self._text(document, MEANS, "TypeCode"), "30")
        self.assertEqual(
            self._text(document, MEANS, "IBANID"), "FR1420041010050500013M02606"
        )
        self.assertEqual(self._text(document, MEANS, "BICID"), "PSSTFRPPXXX")

    def test_an_invoice_without_bank_account_asks_for_one(self):
        move = self._invoice(self._line(10.0), partner_bank_id=False)
        move.partner_bank_id = False
        with self.assertRaisesRegex(UserError, "Recipient Bank"):
            move._l10n_fr_chorus_en16931()

    def test_a_bank_account_that_is_no_iban_is_named(self):
        account = self.env["res.partner.bank"].create(
            {"acc_number": "0001234", "partner_id": self.company.partner_id.id}
        )
        move = self._invoice(self._line(10.0), partner_bank_id=account.id, post=False)
        with self.assertRaisesRegex(UserError, "0001234"):
            move._l10n_fr_chorus_en16931()

    def test_terms_hold_the_due_date_and_the_words(self):
        move = self._invoice(
            self._line(10.0), invoice_payment_term_id=self.pay_terms_b.id
        )
        document = self._document(move)
        self.assertEqual(
            self._text(document, TERMS, "DueDateDateTime"),
            move.invoice_date_due.strftime("%Y%m%d"),
        )
        self.assertIn("30% Advance", self._text(document, TERMS, "Description"))

    def _credit_note(self, move):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create(
                {
                    "journal_id": move.journal_id.id,
                    "date": fields.Date.to_date("2026-03-20"),
                }
            )
        )
        refund = move.browse(wizard.reverse_moves()["res_id"])
        refund.action_post()
        return refund

    def test_a_credit_note_quotes_its_invoice_and_is_positive(self):
        move = self._invoice(self._line(100.0, discount=10))
        document = self._document(self._credit_note(move))
        exchanged = "rsm:ExchangedDocument"
        self.assertEqual(self._text(document, exchanged, "TypeCode"), "381")
        self.assertEqual(
            self._text(document, "InvoiceReferencedDocument", "IssuerAssignedID"),
            move.name,
        )
        self.assertEqual(
            self._text(document, "InvoiceReferencedDocument", "FormattedIssueDateTime"),
            "20260305",
        )
        self.assertEqual(self._summation(document, "DuePayableAmount"), ["108.00"])

    def test_a_credit_note_asks_for_no_payment(self):
        refund = self._credit_note(self._invoice(self._line(100.0)))
        refund.partner_bank_id = False
        document = self._document(refund)
        self.assertEqual(self._texts(document, MEANS), [])
        self.assertEqual(self._texts(document, "PaymentReference"), [])

    def test_a_credit_note_without_invoice_quotes_none(self):
        refund = self._invoice(self._line(10.0), move_type="out_refund")
        document = self._document(refund)
        self.assertEqual(self._texts(document, "InvoiceReferencedDocument"), [])

    def test_a_long_narration_is_cut_into_notes(self):
        move = self._invoice(
            self._line(10.0), narration=f"<p>{'Conditions de vente ' * 120}</p>"
        )
        notes = self._texts(
            self._document(move), "rsm:ExchangedDocument", "IncludedNote", "Content"
        )
        self.assertEqual(len(notes), 3)
        self.assertTrue(all(len(note) <= 1024 for note in notes))
        self.assertEqual(" ".join(notes), ("Conditions de vente " * 120).strip())

    def test_a_delivery_date_is_only_there_when_known(self):
        move = self._invoice(self._line(10.0))
        move.delivery_date = False
        self.assertEqual(
            self._texts(self._document(move), "ActualDeliverySupplyChainEvent"), []
        )
        move.delivery_date = fields.Date.to_date("2026-03-02")
        self.assertEqual(
            self._text(self._document(move), "ActualDeliverySupplyChainEvent"),
            "20260302",
        )

    def test_goods_delivered_elsewhere_say_where(self):
        school = self.env["res.partner"].create(
            {
                "name": "École Jean Moulin",
                "type": "delivery",
                "parent_id": self.town.id,
                "city": "Modeleville",
                "zip": "35001",
                "country_id": self.env.ref("base.fr").id,
            }
        )
        move = self._invoice(self._line(10.0), partner_shipping_id=school.id)
        document = self._document(move)
        self.assertEqual(
            self._text(document, "ShipToTradeParty", "Name"), "École Jean Moulin"
        )

    def test_what_is_no_telephone_number_is_left_out(self):
        self.env.user.phone = False
        self.company.phone = "on request"
        document = self._document(self._invoice(self._line(10.0)))
        self.assertEqual(self._texts(document, "CompleteNumber"), [])

    def test_all_that_is_missing_is_told_at_once(self):
        self.company.company_registry = "123456782"
        self.town.write({"company_registry": False, "country_id": False})
        move = self._invoice(self._line(10.0))
        with self.assertRaises(UserError) as refusal:
            move._l10n_fr_chorus_en16931()
        problems = refusal.exception.args[0].split("\n")[1:]
        self.assertEqual(
            problems,
            [
                "- Type the 14-digit SIRET of Menuiserie du Vieux Port.",
                "- Type the 14-digit SIRET of Commune de Modeleville.",
                "- Fill in the country of Commune de Modeleville.",
            ],
        )

    def test_a_vendor_bill_is_refused(self):
        move = self._invoice(self._line(10.0), move_type="in_invoice", post=False)
        with self.assertRaisesRegex(UserError, "customer invoices"):
            move._l10n_fr_chorus_en16931()

    def test_an_invoicing_user_may_make_the_document(self):
        user = new_test_user(
            self.env,
            "biller",
            groups="base.group_user,account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        move = self._invoice(self._line(10.0))
        self._document(move.with_user(user))

    def test_examples_of_the_mapping_hold(self):
        for module in (attachments, draft, identity, parties, text):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEn16931Attachments(En16931Common):
    def _attach(self, name, content=b"content", mimetype=None):
        values = {"name": name, "raw": content, "mimetype": mimetype}
        return self.env["ir.attachment"].create(
            {key: value for key, value in values.items() if value}
        )

    def _names(self, files):
        document = self._document(self._invoice(self._line(10.0)), files)
        return self._texts(document, DOCUMENT, "IssuerAssignedID")

    def test_a_delivery_note_travels_whole_with_its_name(self):
        note = self._attach("Bon de livraison n° 12.pdf", printed_page("Livraison"))
        terms_name = "Bon-de-livraison-n-12.pdf"
        document = self._document(self._invoice(self._line(10.0)), note)
        self.assertEqual(self._text(document, DOCUMENT, "TypeCode"), "916")
        self.assertEqual(self._text(document, DOCUMENT, "Name"), note.name)
        [binary] = document.iterfind(".//{*}AttachmentBinaryObject")
        self.assertEqual(binary.get("filename"), terms_name)
        self.assertEqual(binary.get("mimeCode"), "application/pdf")
        self.assertEqual(binary.text.encode(), note.datas)

    def test_the_six_types_are_accepted(self):
        files = self.env["ir.attachment"]
        for name, mimetype in (
            ("a.pdf", "application/pdf"),
            ("b.png", "image/png"),
            ("c.jpeg", "image/jpeg"),
            ("d.csv", "text/csv"),
            ("e.xlsx", XLSX),
            ("f.ods", ODS),
        ):
            files += self._attach(name, mimetype=mimetype)
        self.assertEqual(self._names(files), files.mapped("name"))

    def test_a_csv_that_passes_for_text_is_known_by_its_name(self):
        note = self._attach("hours.csv", b"a;b\n1;2\n", "text/plain")
        self._names(note)
        self.assertEqual(attachments.mime_type(note), "text/csv")

    def test_files_of_other_types_are_all_named(self):
        files = self._attach("plan.zip", mimetype="application/zip")
        files += self._attach("memo.txt", mimetype="text/plain")
        files += self._attach("a.pdf", mimetype="application/pdf")
        move = self._invoice(self._line(10.0))
        with self.assertRaisesRegex(UserError, r"plan\.zip, memo\.txt\."):
            move._l10n_fr_chorus_facturx(self.pdf, files)

    def test_names_are_unique_short_and_end_with_their_type(self):
        files = self._attach("plan.pdf", mimetype="application/pdf")
        files += self._attach("Plan.pdf", mimetype="application/pdf")
        files += self._attach(f"{'x' * 80}.pdf", mimetype="application/pdf")
        files += self._attach("sans extension", mimetype="application/pdf")
        names = self._names(files)
        self.assertEqual(len({name.lower() for name in names}), 4)
        self.assertTrue(all(len(name) <= 50 for name in names))
        self.assertTrue(all(name.lower().endswith(".pdf") for name in names))

    def test_an_empty_file_is_named(self):
        files = self._attach("empty.pdf", b"", "application/pdf")
        move = self._invoice(self._line(10.0))
        with self.assertRaisesRegex(UserError, r"empty\.pdf"):
            move._l10n_fr_chorus_facturx(self.pdf, files)

    def test_a_file_that_is_too_large_is_named(self):
        files = self._attach("large.pdf", b"0123456789", "application/pdf")
        move = self._invoice(self._line(10.0))
        with (
            patch.object(packing, "MAX_ATTACHMENT_BYTES", 9),
            self.assertRaisesRegex(UserError, r"large\.pdf"),
        ):
            move._l10n_fr_chorus_facturx(self.pdf, files)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEn16931Pdf(En16931Common):
    def _made_from(self, pdf):
        move = self._invoice(self._line(10.0))
        return move, move._l10n_fr_chorus_facturx(pdf, self.env["ir.attachment"])

    def _written(self, writer):
        result = io.BytesIO()
        writer.write(result)
        return result.getvalue()

    def test_the_document_of_another_writer_is_replaced(self):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(self.pdf))
        writer.add_attachment("factur-x.xml", b"<another-invoice/>")
        writer.add_attachment("notice.txt", b"leftover")
        _move, made = self._made_from(self._written(writer))
        inside = files_inside(made)
        self.assertEqual(list(inside), ["factur-x.xml"])
        self.assertIn(b"CrossIndustryInvoice", inside["factur-x.xml"])
        self.assertFalse(
            [data for data in self._streams(made) if b"another-invoice" in data]
        )

    def _streams(self, pdf):
        """All that the file holds, what nothing points at any more included."""
        reader = pypdf.PdfReader(io.BytesIO(pdf))
        items = map(reader.get_object, range(1, reader.trailer["/Size"]))
        return [item.get_data() for item in items if hasattr(item, "get_data")]

    def test_files_pinned_on_a_page_are_removed_and_links_stay(self):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(self.pdf))
        page = writer.pages[0]
        page[NameObject("/Annots")] = ArrayObject(
            DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Annot"),
                    NameObject("/Subtype"): NameObject(kind),
                    NameObject("/Contents"): TextStringObject("note"),
                }
            )
            for kind in ("/FileAttachment", "/Link")
        )
        _move, made = self._made_from(self._written(writer))
        [page] = pypdf.PdfReader(io.BytesIO(made)).pages
        self.assertEqual([note["/Subtype"] for note in page["/Annots"]], ["/Link"])

    def test_the_file_says_it_is_a_factur_x_in_french(self):
        move, made = self._made_from(self.pdf)
        reader = pypdf.PdfReader(io.BytesIO(made))
        root = reader.root_object
        self.assertEqual(root["/Lang"], "fr-FR")
        self.assertEqual(reader.metadata.title, f"Facture {move.name}")
        self.assertEqual(reader.metadata.author, "Menuiserie du Vieux Port")
        xmp = root["/Metadata"].get_data().decode()
        self.assertIn("<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>", xmp)
        self.assertIn("<pdfaid:part>3</pdfaid:part>", xmp)
        [file] = root["/AF"]
        self.assertEqual(file.get_object()["/AFRelationship"], "/Data")

    def test_the_file_has_what_pdf_a_demands(self):
        _move, made = self._made_from(self.pdf)
        reader = pypdf.PdfReader(io.BytesIO(made))
        [intent] = reader.root_object["/OutputIntents"]
        self.assertEqual(intent.get_object()["/S"], "/GTS_PDFA1")
        self.assertTrue(reader.trailer["/ID"])

    def test_the_pages_are_those_of_the_invoice(self):
        _move, made = self._made_from(printed_page("Facture lisible"))
        [page] = pypdf.PdfReader(io.BytesIO(made)).pages
        self.assertIn("Facture lisible", page.extract_text())

    def test_a_protected_pdf_is_refused(self):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(self.pdf))
        writer.encrypt("secret", algorithm="RC4-128")
        with self.assertRaisesRegex(UserError, "password"):
            self._made_from(self._written(writer))

    def test_what_is_no_pdf_is_refused(self):
        for garbage in (b"", b"not a PDF", self.pdf[:200]):
            # pypdf warns of what it reads, which is the point here.
            with (
                mute_logger("pypdf._reader"),
                self.assertRaisesRegex(UserError, "cannot be read"),
            ):
                self._made_from(garbage)
