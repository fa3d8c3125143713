"""What is mended in the printed file before it becomes a Factur-X."""

import io

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_exchange.tools import pdf_checks
from odoo.addons.l10n_fr_chorus_exchange.tools.pdf_checks import Fault

from .deposit_common import DepositCase
from .paper import bare_page
from .pdf_common import LZW_PLAIN, SCRIPT, PdfCase, faults


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPdfArchival(PdfCase):
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
        self.assertEqual(faults(pdf_checks.problems(scripted)), [Fault.ACTIONS])
        made = self._made_again(scripted)
        self.assertEqual(pdf_checks.problems(made), ())
        self.assertNotIn(b"app.alert", made)

    def _made_again(self, printed):
        return self.move._l10n_fr_chorus_facturx(printed, self.env["ir.attachment"])

    def test_hidden_notes_of_the_print_are_taken_away(self):
        hidden = self._changed(self._hide)
        made = self._made_again(hidden)
        self.assertEqual(pdf_checks.problems(made), ())
        [page] = pypdf.PdfReader(io.BytesIO(made)).pages
        self.assertEqual(page["/Annots"], [])

    def test_an_outdated_compression_of_the_print_is_replaced(self):
        made = self._made_again(self._changed(self._compress_with_lzw))
        self.assertEqual(pdf_checks.problems(made), ())
        [page] = pypdf.PdfReader(io.BytesIO(made)).pages
        self.assertEqual(page.get_contents().get_data(), LZW_PLAIN)

    def test_an_outdated_compression_that_cannot_be_undone_stops_the_file(self):
        def change(writer):
            self._compress_with_lzw(writer)
            [page] = writer.pages
            stream = page["/Contents"].get_object()
            stream[NameObject("/DecodeParms")] = DictionaryObject()

        made = self._made_again(self._changed(change))
        self.assertEqual(faults(pdf_checks.problems(made)), [Fault.LZW])

    def test_an_empty_list_of_colours_of_the_print_is_filled(self):
        def change(writer):
            writer.root_object[NameObject("/OutputIntents")] = ArrayObject()

        made = self._made_again(self._changed(change))
        self.assertEqual(pdf_checks.problems(made), ())

    def test_actions_of_the_field_that_a_box_belongs_to_are_taken_away(self):
        def change(writer):
            [page] = writer.pages
            field = DictionaryObject({NameObject("/AA"): DictionaryObject()})
            note = page["/Annots"][0].get_object()
            note[NameObject("/Parent")] = writer._add_object(field)

        printed = self._changed(change)
        self.assertIn(b"/AA <<", printed)
        made = self._made_again(printed)
        self.assertNotIn(b"/AA <<", made)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPdfStopped(DepositCase):
    """A page that cannot become a Factur-X, and the ways out of it."""

    def setUp(self):
        super().setUp()
        self.move = self.invoice()
        self.move.invoice_pdf_report_id.raw = bare_page()

    def test_nothing_is_handed_over_and_the_reason_is_told(self):
        with self.assertRaisesRegex(UserError, "Helvetica.*sent otherwise"):
            self.send(self.move)
        self.assertFalse(self.move.l10n_fr_chorus_deposit_ids)

    def test_the_format_of_the_customer_is_a_way_out(self):
        self.move.commercial_partner_id.l10n_fr_chorus_form = "cii"
        self.assertEqual(self.send(self.move).state, "ready")

    def test_the_pdf_with_its_figures_is_a_way_out(self):
        self.supplier.l10n_fr_chorus_road = "pdf"
        self.supplier_connection.action_test_connection()
        self.assertEqual(self.send(self.move).state, "ready")
