"""The inside of the Factur-X files: what is checked, and what is mended before."""

import io
import logging
import re
from unittest.mock import patch

import pypdf
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_exchange.tools import pdf_checks

from .en16931_common import En16931Common, simple_pdf

SCRIPT = DictionaryObject(
    {
        NameObject("/S"): NameObject("/JavaScript"),
        NameObject("/JS"): TextStringObject("app.alert(1)"),
    }
)


def printed_pdf():
    """A page as a printing program makes it: its font inside, a link on it."""
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))  # comes with reportlab
    result = io.BytesIO()
    page = Canvas(result, initialFontName="Vera")
    page.drawString(72, 720, "Facture")
    page.linkURL("https://example.com", (72, 700, 200, 720))
    page.save()
    return result.getvalue()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPdfChecks(En16931Common):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move = cls._invoice(cls._line(10.0))
        cls.good = cls.move._l10n_fr_chorus_facturx(
            printed_pdf(), cls.env["ir.attachment"]
        )

    def _changed(self, change):
        """The good file after ``change(its writer)``."""
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(self.good))
        change(writer)
        result = io.BytesIO()
        writer.write(result)
        return result.getvalue()

    def _problems(self, change):
        return pdf_checks.structural_problems(self._changed(change))

    def _file(self, writer):
        return writer.root_object["/AF"][0].get_object()

    def _xmp(self, writer, pattern, text):
        stream = DecodedStreamObject()
        old = writer.root_object["/Metadata"].get_data()
        stream.set_data(re.sub(pattern, text, old))
        writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)

    # -------------------------------------------------------------------------
    # WHAT IS SENT
    # -------------------------------------------------------------------------

    def test_what_we_send_has_no_problem(self):
        self.assertEqual(pdf_checks.problems(self.good), ())

    def test_the_printed_file_does_not_linger_in_what_we_send(self):
        self.assertTrue(self.good.startswith(b"%PDF-1.6"))
        self.assertEqual(self.good.count(b"/Type /Catalog"), 1)

    def test_links_of_the_print_are_marked_as_printed(self):
        [page] = pypdf.PdfReader(io.BytesIO(self.good)).pages
        [link] = page["/Annots"]
        self.assertEqual(link.get_object()["/F"], pdf_checks.PRINTED)
        self.assertEqual(link.get_object()["/A"]["/URI"], "https://example.com")

    def test_scripts_of_the_print_are_taken_away(self):
        def add_scripts(writer):
            writer.root_object["/Names"][NameObject("/JavaScript")] = DictionaryObject()
            writer.root_object[NameObject("/OpenAction")] = SCRIPT
            writer.root_object[NameObject("/AA")] = DictionaryObject()
            [page] = writer.pages
            page[NameObject("/AA")] = DictionaryObject()
            page["/Annots"][0].get_object()[NameObject("/A")] = SCRIPT

        scripted = self._changed(add_scripts)
        self.assertEqual(len(pdf_checks.problems(scripted)), 2)
        made = self.move._l10n_fr_chorus_facturx(scripted, self.env["ir.attachment"])
        self.assertEqual(pdf_checks.problems(made), ())
        self.assertNotIn(b"app.alert", made)

    def test_a_file_that_is_no_factur_x_is_not_sent(self):
        for broken in (simple_pdf(), b""):
            with mute_logger("pypdf._reader"), self.assertRaises(UserError) as refusal:
                self.move._l10n_fr_chorus_check_pdf(broken)
            self.assertIn(self.move.name, str(refusal.exception))

    def test_what_only_an_archive_minds_is_sent_and_logged(self):
        # By number: Odoo calls another level by that name.
        log = "odoo.addons.l10n_fr_chorus_exchange.models.account_move_norm"
        with self.assertLogs(log, logging.INFO) as logged:
            made = self.move._l10n_fr_chorus_document(
                simple_pdf(), self.env["ir.attachment"]
            )
        self.assertIn("Helvetica", logged.output[-1])
        self.assertEqual(
            pdf_checks.structural_problems(made.content),
            ("Fonts are not embedded: Helvetica.",),
        )

    def test_every_file_is_looked_at(self):
        with patch.object(pdf_checks, "problems", return_value=()) as looked_at:
            self.move._l10n_fr_chorus_document(self.pdf, self.env["ir.attachment"])
        self.assertEqual(looked_at.call_count, 1)

    # -------------------------------------------------------------------------
    # THE INVOICE INSIDE
    # -------------------------------------------------------------------------

    def _blocking(self, change, sentence):
        found = pdf_checks.problems(self._changed(change))
        self.assertTrue(found and found[0].blocking, found)
        self.assertIn(sentence, found[0].sentence)

    def test_what_is_no_pdf_is_told(self):
        for garbage in (b"", b"no PDF", self.good[:300]):
            with mute_logger("pypdf._reader"):
                [problem] = pdf_checks.problems(garbage)
            self.assertTrue(problem.blocking)

    def test_an_encrypted_file_is_told(self):
        self._blocking(
            lambda writer: writer.encrypt("", "owner", algorithm="RC4-128"), "encrypted"
        )

    def test_a_file_without_invoice_is_told(self):
        def remove(writer):
            del writer.root_object["/Names"]

        self._blocking(remove, "No factur-x.xml")

    def test_an_invoice_that_no_reader_is_pointed_to_is_told(self):
        def remove(writer):
            del writer.root_object["/AF"]

        self._blocking(remove, "/AF")

    def test_an_invoice_without_relation_to_the_page_is_told(self):
        def change(writer):
            self._file(writer)[NameObject("/AFRelationship")] = NameObject("/Else")

        self._blocking(change, "AFRelationship")

    def test_an_invoice_that_is_not_xml_or_empty_is_told(self):
        def garble(writer):
            stream = DecodedStreamObject()
            stream.set_data(b"<a>")
            files = self._file(writer)["/EF"]
            for key in list(files):
                files[NameObject(key)] = writer._add_object(stream)

        def empty(writer):
            self._file(writer)[NameObject("/EF")] = DictionaryObject()

        self._blocking(garble, "not XML")
        self._blocking(empty, "no content")

    def test_an_invoice_too_large_to_be_one_is_told(self):
        with patch.object(pdf_checks, "MAX_XML", 10):
            self._blocking(lambda writer: None, "too large")

    def test_an_unknown_profile_is_told(self):
        def change(writer):
            stream = DecodedStreamObject()
            stream.set_data(b"<a/>")
            files = self._file(writer)["/EF"]
            for key in list(files):
                files[NameObject(key)] = writer._add_object(stream)

        self._blocking(change, "no known profile")

    def test_the_profile_of_the_metadata_is_that_of_the_invoice(self):
        def change(writer):
            self._xmp(writer, rb">EN 16931<", b">EXTENDED<")

        self._blocking(change, "EN 16931 in the invoice, EXTENDED in XMP")

    def test_metadata_without_the_name_or_the_version_are_told(self):
        def name(writer):
            self._xmp(writer, rb"factur-x\.xml", b"zugferd.xml")

        def version(writer):
            self._xmp(writer, rb"<fx:Version>.*?</fx:Version>", b"")

        self._blocking(name, "does not name factur-x.xml")
        self._blocking(version, "version")

    def test_metadata_are_read_without_their_entities(self):
        declared = b'<!DOCTYPE x [<!ENTITY level "EN 16931">]>'

        def change(writer):
            self._xmp(writer, rb">EN 16931<", b">&level;<")
            self._xmp(writer, rb"^(<\?xml.*?\?>|)", rb"\g<1>" + declared)

        self._blocking(change, "absent in XMP")

    def test_absent_or_garbled_metadata_are_told(self):
        def remove(writer):
            del writer.root_object["/Metadata"]

        self._blocking(remove, "XMP")
        self._blocking(lambda writer: self._xmp(writer, rb"</", b"<"), "XMP")

    # -------------------------------------------------------------------------
    # THE ARCHIVE
    # -------------------------------------------------------------------------

    def _told(self, change, *sentences):
        found = pdf_checks.problems(self._changed(change))
        self.assertFalse([one for one in found if one.blocking], found)
        self.assertEqual(len(found), len(sentences), found)
        for problem, sentence in zip(found, sentences, strict=True):
            self.assertIn(sentence, problem.sentence)

    def test_a_file_that_is_not_declared_for_archives_is_told(self):
        self._told(
            lambda writer: self._xmp(writer, rb"<pdfaid:\w+>.*?</pdfaid:\w+>", b""),
            "PDF/A-3",
            "level",
        )

    def test_colours_and_identifier_are_demanded(self):
        def change(writer):
            del writer.root_object["/OutputIntents"]
            writer._ID = None

        self._told(change, "colours", "identifier")

    def test_scripts_are_told_wherever_they_are(self):
        def opening(writer):
            writer.root_object[NameObject("/OpenAction")] = SCRIPT

        def on_a_note(writer):
            [page] = writer.pages
            page["/Annots"][0].get_object()[NameObject("/A")] = SCRIPT

        self._told(opening, "The file holds JavaScript")
        self._told(on_a_note, "A page holds JavaScript")

    def test_hidden_notes_are_told(self):
        def hide(writer):
            [page] = writer.pages
            note = page["/Annots"][0].get_object()
            note[NameObject("/F")] = NumberObject(pdf_checks.PRINTED | 2)

        self._told(hide, "not marked as printed")

    def test_a_bare_font_is_found_in_a_form_inside_a_form(self):
        def change(writer):
            font = DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Font"),
                    NameObject("/Subtype"): NameObject("/Type1"),
                    NameObject("/BaseFont"): NameObject("/Courier"),
                }
            )
            inner = self._form(writer, "/Font", font)
            [page] = writer.pages
            page["/Resources"][NameObject("/XObject")] = DictionaryObject(
                {NameObject("/outer"): self._form(writer, "/XObject", inner)}
            )

        self._told(change, "not embedded: Courier")

    def _form(self, writer, kind, used):
        form = DecodedStreamObject()
        form.set_data(b"")
        form[NameObject("/Subtype")] = NameObject("/Form")
        form[NameObject("/Resources")] = DictionaryObject(
            {NameObject(kind): DictionaryObject({NameObject("/one"): used})}
        )
        return writer._add_object(form)

    def test_a_font_drawn_by_the_file_itself_needs_nothing(self):
        def change(writer):
            font = DictionaryObject(
                {
                    NameObject("/Subtype"): NameObject("/Type3"),
                    NameObject("/Resources"): DictionaryObject(),
                }
            )
            [page] = writer.pages
            page["/Resources"]["/Font"][NameObject("/drawn")] = font

        self._told(change)

    def test_a_form_that_holds_itself_ends(self):
        def change(writer):
            form = self._form(writer, "/XObject", BooleanObject(True))
            form.get_object()["/Resources"]["/XObject"][NameObject("/one")] = form
            [page] = writer.pages
            page["/Resources"][NameObject("/XObject")] = DictionaryObject(
                {NameObject("/form"): form}
            )

        self._told(change)

    def test_an_outdated_compression_is_told(self):
        def change(writer):
            stream = StreamObject()
            stream._data = b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"
            stream[NameObject("/Filter")] = ArrayObject([NameObject("/LZWDecode")])
            [page] = writer.pages
            page[NameObject("/Contents")] = writer._add_object(stream)

        self._told(change, "LZW")
