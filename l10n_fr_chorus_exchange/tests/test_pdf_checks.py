"""The inside of the Factur-X files: what is checked, and what is mended before."""

import logging
from unittest.mock import patch

from pypdf.generic import (
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
)

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_exchange.models.pdf_sentences import PDF_WORDS
from odoo.addons.l10n_fr_chorus_exchange.tools import pdf_checks
from odoo.addons.l10n_fr_chorus_exchange.tools.pdf_checks import Fault

from .paper import bare_page, printed_page
from .pdf_common import COURIER, SCRIPT, PdfCase, faults


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPdfChecks(PdfCase):
    # -------------------------------------------------------------------------
    # WHAT IS SENT
    # -------------------------------------------------------------------------

    def test_what_we_send_has_no_problem(self):
        self.assertEqual(pdf_checks.problems(self.good), ())

    def test_the_printed_file_does_not_linger_in_what_we_send(self):
        self.assertTrue(self.good.startswith(b"%PDF-1.6"))
        self.assertEqual(self.good.count(b"/Type /Catalog"), 1)

    def test_a_file_that_is_no_factur_x_is_not_sent(self):
        for broken in (printed_page(), b""):
            with mute_logger("pypdf._reader"), self.assertRaises(UserError) as refusal:
                self.move._l10n_fr_chorus_check_pdf(broken)
            self.assertIn(self.move.name, str(refusal.exception))

    def _document(self, pdf, form="facturx"):
        return self.move._l10n_fr_chorus_document(pdf, self.env["ir.attachment"], form)

    def test_a_page_without_its_font_is_not_sent_and_the_ways_out_are_told(self):
        # By number: Odoo calls another level by that name.
        log = "odoo.addons.l10n_fr_chorus_exchange.models.account_move_norm"
        with (
            self.assertLogs(log, logging.INFO) as logged,
            self.assertRaises(UserError) as refusal,
        ):
            self._document(bare_page())
        self.assertIn("bare-fonts: Helvetica", logged.output[-1])
        for words in (self.move.name, "not embedded", "(Helvetica)", "CII, UBL"):
            self.assertIn(words, str(refusal.exception))

    def test_the_page_that_goes_with_an_xml_need_not_be_for_archives(self):
        for form in ("cii", "ubl"):
            self.assertTrue(self._document(bare_page(), form).content)

    def test_the_pdf_of_the_second_road_need_not_be_for_archives(self):
        self.assertTrue(self.move._l10n_fr_chorus_plain_pdf(bare_page()))

    def test_every_file_is_looked_at(self):
        with patch.object(pdf_checks, "problems", return_value=()) as looked_at:
            self._document(self.pdf)
        self.assertEqual(looked_at.call_count, 1)

    def test_each_fault_has_its_words(self):
        self.assertEqual(set(PDF_WORDS), set(Fault))

    # -------------------------------------------------------------------------
    # THE INVOICE INSIDE
    # -------------------------------------------------------------------------

    def _told(self, change, *expected):
        self.assertEqual(faults(self._problems(change)), list(expected))

    def test_what_is_no_pdf_is_told(self):
        for garbage in (b"", b"no PDF", self.good[:300]):
            with mute_logger("pypdf._reader"):
                [problem] = pdf_checks.problems(garbage)
            self.assertEqual(problem.fault, Fault.UNREADABLE)

    def test_an_encrypted_file_is_told(self):
        self._told(
            lambda writer: writer.encrypt("", "owner", algorithm="RC4-128"),
            Fault.ENCRYPTED,
        )

    def test_a_file_without_invoice_is_told(self):
        def remove(writer):
            del writer.root_object["/Names"]

        self._told(remove, Fault.NO_INVOICE)

    def test_an_invoice_that_no_reader_is_pointed_to_is_told(self):
        def remove(writer):
            del writer.root_object["/AF"]

        self._told(remove, Fault.NOT_ASSOCIATED)

    def test_an_invoice_without_relation_to_the_page_is_told(self):
        def change(writer):
            self._file(writer)[NameObject("/AFRelationship")] = NameObject("/Else")

        self._told(change, Fault.NO_RELATION)

    def test_an_invoice_that_is_not_xml_or_empty_is_told(self):
        def garble(writer):
            stream = DecodedStreamObject()
            stream.set_data(b"<a>")
            files = self._file(writer)["/EF"]
            for key in list(files):
                files[NameObject(key)] = writer._add_object(stream)

        def empty(writer):
            self._file(writer)[NameObject("/EF")] = DictionaryObject()

        self._told(garble, Fault.NOT_XML)
        self._told(empty, Fault.EMPTY_INVOICE)

    def test_an_invoice_too_large_to_be_one_is_told(self):
        with patch.object(pdf_checks, "MAX_XML", 10):
            self._told(lambda writer: None, Fault.LARGE_INVOICE)

    def test_an_unknown_profile_is_told(self):
        def change(writer):
            stream = DecodedStreamObject()
            stream.set_data(b"<a/>")
            files = self._file(writer)["/EF"]
            for key in list(files):
                files[NameObject(key)] = writer._add_object(stream)

        self._told(change, Fault.UNKNOWN_PROFILE)

    def test_the_profile_of_the_metadata_is_that_of_the_invoice(self):
        def change(writer):
            self._xmp(writer, rb">EN 16931<", b">EXTENDED<")

        self._told(change, Fault.OTHER_PROFILE)

    def test_metadata_without_the_name_or_the_version_are_told(self):
        def name(writer):
            self._xmp(writer, rb"factur-x\.xml", b"zugferd.xml")

        def version(writer):
            self._xmp(writer, rb"<fx:Version>.*?</fx:Version>", b"")

        self._told(name, Fault.NOT_NAMED)
        self._told(version, Fault.NO_VERSION)

    def test_metadata_are_read_without_their_entities(self):
        declared = b'<!DOCTYPE x [<!ENTITY level "EN 16931">]>'

        def change(writer):
            self._xmp(writer, rb">EN 16931<", b">&level;<")
            self._xmp(writer, rb"^(<\?xml.*?\?>|)", rb"\g<1>" + declared)

        [problem] = self._problems(change)
        self.assertEqual(str(problem), "other-profile: EN 16931 ≠ -")

    def test_absent_or_garbled_metadata_are_told(self):
        def remove(writer):
            del writer.root_object["/Metadata"]

        self._told(remove, Fault.NO_METADATA)
        self._told(lambda writer: self._xmp(writer, rb"</", b"<"), Fault.NO_METADATA)

    # -------------------------------------------------------------------------
    # THE ARCHIVE
    # -------------------------------------------------------------------------

    def test_a_file_that_is_not_declared_for_archives_is_told(self):
        self._told(
            lambda writer: self._xmp(writer, rb"<pdfaid:\w+>.*?</pdfaid:\w+>", b""),
            Fault.NOT_DECLARED,
            Fault.NO_LEVEL,
        )

    def test_colours_and_identifier_are_demanded(self):
        def change(writer):
            del writer.root_object["/OutputIntents"]
            writer._ID = None

        self._told(change, Fault.NO_COLOURS, Fault.NO_IDENTIFIER)

    def test_scripts_are_told_wherever_they_are(self):
        def opening(writer):
            writer.root_object[NameObject("/OpenAction")] = SCRIPT

        def on_a_note(writer):
            [page] = writer.pages
            page["/Annots"][0].get_object()[NameObject("/A")] = SCRIPT

        def after_another(writer):
            first = DictionaryObject(
                {NameObject("/S"): NameObject("/GoTo"), NameObject("/Next"): SCRIPT}
            )
            writer.root_object[NameObject("/OpenAction")] = first

        for change in (opening, on_a_note, after_another):
            self._told(change, Fault.ACTIONS)

    def test_hidden_notes_are_told(self):
        self._told(self._hide, Fault.HIDDEN_NOTES)

    def test_a_bare_font_is_found_in_a_form_inside_a_form(self):
        def change(writer):
            inner = self._form(writer, "/Font", COURIER, b"BT /one 9 Tf (x) Tj ET")
            [page] = writer.pages
            page["/Resources"][NameObject("/XObject")] = DictionaryObject(
                {NameObject("/outer"): self._form(writer, "/XObject", inner)}
            )

        [problem] = self._problems(change)
        self.assertEqual(str(problem), "bare-fonts: Courier")

    def test_a_font_that_shows_nothing_need_not_be_inside(self):
        for nothing_shown in (
            b"BT /F1 9 Tf ET",
            # What a scanner has read is under the picture, not drawn.
            b"BT /F1 9 Tf 3 Tr (x) Tj ET",
            b"q BT /F1 9 Tf 3 Tr ET Q BT /F2 9 Tf ET",
        ):
            self._told(lambda writer, drawn=nothing_shown: self._draw(writer, drawn))

    def test_a_font_that_shows_something_has_to_be_inside(self):
        for shown in (
            b"BT /F1 9 Tf (x) Tj ET",
            b"BT /F1 9 Tf [(x)] TJ ET",
            b"BT /F1 9 Tf 3 Tr 0 Tr (x) Tj ET",
            b"BT /F1 9 Tf q /F2 9 Tf Q (x) Tj ET",
            # Nothing says which font this is.
            b"BT (x) Tj ET",
            # Nothing can be read at all.
            b"BT /F1 9 Tf (x",
        ):
            with mute_logger("pypdf.generic._data_structures"):
                self._told(
                    lambda writer, drawn=shown: self._draw(writer, drawn),
                    Fault.BARE_FONTS,
                )

    def test_a_font_used_on_a_later_page_only_is_found(self):
        def change(writer):
            writer.add_page(writer.pages[0])
            self._draw(writer, b"BT /F1 9 Tf (x) Tj ET", page=1)

        self._told(change, Fault.BARE_FONTS)

    def test_each_state_of_a_box_is_looked_at(self):
        def change(writer):
            on = self._form(writer, "/Font", COURIER, b"BT /one 9 Tf (x) Tj ET")
            [page] = writer.pages
            page["/Annots"][0].get_object()[NameObject("/AP")] = DictionaryObject(
                {NameObject("/N"): DictionaryObject({NameObject("/On"): on})}
            )

        self._told(change, Fault.BARE_FONTS)

    def _draw(self, writer, content, page=0):
        """Let a page name a font that is not inside, and draw this alone."""
        stream = DecodedStreamObject()
        stream.set_data(content)
        page = writer.pages[page]
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): COURIER})}
        )

    def _form(self, writer, kind, used, content=b""):
        form = DecodedStreamObject()
        form.set_data(content)
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
        self._told(self._compress_with_lzw, Fault.LZW)
