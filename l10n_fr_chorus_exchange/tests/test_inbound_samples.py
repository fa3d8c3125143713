"""What other programs write, put on the portal by its own supplier and pulled."""

import base64
import logging

from odoo.tests import tagged

from .common import seed
from .inbound_common import pivot_xml, specimens
from .sample_common import SampleCase, read_all, sample_files, table

_logger = logging.getLogger(__name__)

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
ALREADY = "may be already there"
# Parts of the names of samples that can be no bill as they are, and what tells why.
FAULTS = {
    "/CALC-001/": "do not add up",
    "/CALC-003/": "do not add up",
    "/ko-ttc-faux": "do not add up",
    "/facture_bidon": "do not add up",
    "/Facture_FR_MINIMUM": "no VAT detail",
    "/XML-001/": "XML is broken",
    "/XML-003/": "XML is broken",
    "/PDF-001/": "no invoice data",
    "/pdf_plain": "no invoice data",
    "/PivotS-": "for somebody else",
    "/BR-CO-17": "is no invoice",
    "-cdar-": "is no invoice",
}


def own_files():
    """``{name: (content, how it ends, words of the reason)}``: one of each kind."""
    one = specimens.Specimen(buyer_id=seed.TOWN_HALL)
    cii, ubl = specimens.cii_xml(one), specimens.ubl_xml(one)
    note = specimens.Specimen(
        buyer_id=seed.TOWN_HALL, type_code="381", original="FA-2026-000"
    )
    wrong = cii.replace(b"<ram:GrandTotalAmount>", b"<ram:GrandTotalAmount>9")
    foreign = pivot_xml(portal_id=77).replace(
        seed.TOWN_HALL.encode(), seed.OTHER_SUPPLIER.encode()
    )
    torn = base64.b64encode(PDF)[:-7] + b"*"
    return {
        "invoice.xml": (cii, "imported", ""),
        "invoice-ubl.xml": (ubl, "imported", ""),
        "invoice.pdf": (specimens.facturx_pdf(one), "imported", ""),
        "credit-note.xml": (specimens.cii_xml(note), "imported", ""),
        "wrong-total.xml": (wrong, "to_settle", "do not add up"),
        "other-money.xml": (cii.replace(b"EUR", b"BHD"), "to_settle", "BHD"),
        "cut-off.xml": (cii[:-300], "quarantine", "XML is broken"),
        "cut-off.pdf": (
            specimens.facturx_pdf(one, xml=cii[:-300]),
            "quarantine",
            "XML is broken",
        ),
        "no-data.pdf": (PDF, "to_settle", "no invoice data"),
        "pivot-of-others.xml": (foreign, "refused", seed.OTHER_SUPPLIER),
        "cut-off-pivot.xml": (foreign[:-60], "refused", "cannot be read"),
        "prose.xml": (b"<note>Bonjour</note>", "refused", "is no invoice"),
        "letters.pdf": (torn, "refused", "is no invoice"),
    }


class HeldCase(SampleCase):
    def setUp(self):
        super().setUp()
        self.buys_abroad()

    def assert_hold(self, rows):
        _logger.info("Invoices of other programs:\n%s", table(rows))
        faults = [" ".join(row.cells()) for row in rows if row.fault]
        self.assertFalse(faults, "\n".join(faults))

    def assert_faults_told(self, rows):
        """What can be no bill as it is waits, and its reason names the fault."""
        for row in rows:
            words = [FAULTS[part] for part in FAULTS if part in f"/{row.name}"]
            if words and row.door != "carried":
                self.assertNotEqual(row.state, "imported", row.name)
                self.assertIn(words[0], row.reason, row.name)


class TestInboundSamples(HeldCase):
    def test_all_samples_at_once_are_bills_or_wait_and_none_stops_another(self):
        files = read_all(sample_files())
        with self.alone():
            rows = self._pull(files)
        # One invoice in several forms waits behind the first: its own fault is told in
        # books without that one.
        twins = {row.name for row in rows if ALREADY in row.reason}
        self.assert_hold([row for row in rows if row.name in twins])
        rows = [row for row in rows if row.name not in twins]
        rows += self.pull_each({name: files[name] for name in sorted(twins)})
        self.assert_hold(rows)
        self.assertFalse([row.name for row in rows if ALREADY in row.reason])
        self.assert_faults_told(rows)

    def test_each_kind_of_file_ends_as_it_should_and_names_its_fault(self):
        files = own_files()
        rows = self.pull_each({name: (one[0], None) for name, one in files.items()})
        self.assert_hold(rows)
        for row in rows:
            if row.door == "carried":
                self.assertEqual(row.state, "imported", row.name)
                continue
            _content, state, words = files[row.name]
            self.assertEqual((row.name, row.state), (row.name, state), row.reason)
            self.assertIn(words, row.reason)


@tagged("chorus_faults", "post_install", "-at_install", "-standard")
class TestInboundSamplesAlone(HeldCase):
    """Each in books of its own: nothing hides behind another of the same number."""

    def test_every_sample_is_a_bill_to_the_cent_or_waits_with_its_reason(self):
        rows = self.pull_each(read_all(sample_files()))
        self.assert_hold(rows)
        self.assert_faults_told(rows)
