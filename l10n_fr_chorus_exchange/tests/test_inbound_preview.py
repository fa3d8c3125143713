"""What is shown beside a received bill: something a person can read."""

import io

from odoo.tests import tagged

from .inbound_common import InboundCase, pivot_xml, specimens

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundPreview(InboundCase):
    def shown(self, *files):
        """Name of what the bill and its document show, and names of all files."""
        document = self.decoded(files=files)
        self.assertEqual(document.state, "imported", document.reason)
        move = document.move_id
        name = move.message_main_attachment_id.name
        self.assertEqual(document.message_main_attachment_id.name, name)
        return name, set(move.attachment_ids.mapped("name"))

    def xml(self):
        specimen = specimens.Specimen(number="F-1")
        return ("invoice.xml", specimens.cii_xml(specimen), "01")

    def test_a_visual_is_shown_where_the_invoice_is_an_xml(self):
        visual = ("lisible.pdf", PDF, "02")
        self.assertEqual(
            self.shown(self.xml(), visual),
            ("lisible.pdf", {"invoice.xml", "lisible.pdf"}),
        )

    def test_the_visual_that_is_called_so_comes_before_an_annex(self):
        portal_id = "5900000001"
        content = pivot_xml(
            portal_id=portal_id,
            files=(
                self.xml(),
                ("bon.pdf", PDF, "02"),
                ("visual.pdf", PDF + b" ", "02"),
            ),
        ).replace(
            b"<NomPJ>visual.pdf</NomPJ>",
            b"<NomPJ>visual.pdf</NomPJ><CategoriePJ>Facture PDF</CategoriePJ>",
        )
        document = self.kept(content=content)
        document.portal_id = portal_id
        document.is_unpacked = False
        document.state = "fetched"
        document._unpack()
        document._decode()
        self.assertEqual(document.move_id.message_main_attachment_id.name, "visual.pdf")

    def test_a_readable_invoice_comes_before_any_other_pdf(self):
        invoice = ("facture.pdf", PDF, "01")
        shown, _all = self.shown(("bon.pdf", PDF + b" ", "02"), invoice)
        self.assertEqual(shown, "facture.pdf")

    def test_the_xml_is_there_where_nothing_can_be_read(self):
        photo = ("photo.png", b"\x89PNG\r\n\x1a\n", "02")
        document = self.decoded(files=(self.xml(), photo))
        shown = document.move_id.message_main_attachment_id
        self.assertEqual(shown.name, "invoice.xml")

    def test_a_visual_that_comes_later_takes_the_place_of_the_xml(self):
        document = self.decoded(files=(self.xml(),))
        files = self.env["l10n_fr_chorus.inbound.file"].sudo()
        [later] = self.inbox._import_file(
            self.town_hall_connection, "lisible.pdf", io.BytesIO(PDF)
        ).file_ids
        later.inbound_id = document
        document._files_added(files.browse(later.id))
        self.assertEqual(
            document.move_id.message_main_attachment_id.name, "lisible.pdf"
        )
