"""The words of bill lines, from the invoice that travels with the PIVOT."""

from odoo.tests import tagged

from .inbound_common import InboundCase

UBL = """<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">{}</Invoice>"""
LINE = """<cac:InvoiceLine><cbc:LineExtensionAmount currencyID="EUR">{}</cbc:LineExtensionAmount>
<cac:Item><cbc:Name>{}</cbc:Name></cac:Item></cac:InvoiceLine>"""
AMOUNTS = {
    "untaxed": "117.50",
    "taxed": "136.68",
    "vat": (("20", "87.50", "17.50"), ("5.5", "30.00", "1.68")),
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundLines(InboundCase):
    def names(self, *described, references=("PAP-A4", "")):
        xml = UBL.format("".join(LINE.format(net, name) for net, name in described))
        first, second = references
        move = self.bill(
            **AMOUNTS,
            lines=(
                (first, "10", "8.75", "87.50", "20.00"),
                (second, "2", "15.00", "30.00", "5.50"),
            ),
            files=(("facture.xml", xml.encode(), "02"),),
        )
        return move.invoice_line_ids.sorted("sequence").mapped("name")

    def test_lines_take_the_words_of_the_invoice_beside_the_pivot(self):
        self.assertEqual(
            self.names(("87.50", "Papier A4"), ("30.00", "Livres")),
            ["[PAP-A4] Papier A4", "Livres"],
        )

    def test_words_of_other_lines_are_not_taken(self):
        self.assertEqual(
            self.names(("87.50", "Papier A4"), ("29.00", "Livres")),
            ["PAP-A4", "Line 2"],
        )

    def test_a_missing_line_leaves_all_without_words(self):
        self.assertEqual(self.names(("87.50", "Papier A4")), ["PAP-A4", "Line 2"])

    def test_entities_are_not_resolved(self):
        evil = '<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        xml = evil + UBL.format(LINE.format("117.50", "&x;"))
        move = self.bill(
            untaxed="117.50",
            taxed="141.00",
            vat=(("20", "117.50", "23.50"),),
            lines=(("", "1", "117.50", "117.50", "20"),),
            files=(("facture.xml", xml.encode(), "02"),),
        )
        self.assertEqual(move.invoice_line_ids.mapped("name"), ["Line 1"])

    def test_a_broken_pdf_does_not_keep_the_bill_from_being_made(self):
        move = self.bill(
            lines=(("", "1", "100", "100.00", "20"),),
            files=(("facture.pdf", b"%PDF-1.7 rubbish", "01"),),
        )
        self.assertEqual(move.invoice_line_ids.mapped("name"), ["Line 1"])
