"""Real files, when their folder lies beside the repository."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from simulator.documents import (
    Inadmissible,
    ReadInvoice,
    Unreadable,
    check_direct,
    read_any,
    read_flow,
)

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
CHORUS = SAMPLES / "synthetic-chorus-b2g"
FILES = sorted(
    path for path in SAMPLES.rglob("*") if path.suffix.lower() in {".xml", ".pdf"}
)
# Its fault is a service that the directory demands: not seen without a directory.
NEEDS_DIRECTORY = {"ko-service-manquant.xml"}
# What cannot be an invoice: other documents, broken XML, PDF without XML.
UNREADABLE = {
    "cen-en16931/test/cii/BR-CO-17.xml",
    "facturx-cas-limites/PDF-001/facture.pdf",
    "facturx-cas-limites/XML-001/factur-x.xml",
    "facturx-cas-limites/XML-001/facture.pdf",
    "facturx-cas-limites/XML-003/factur-x.xml",
    "facturx-cas-limites/XML-003/facture.pdf",
    "horstoeko-zugferd/pdf_plain.pdf",
    "horstoeko-zugferd/xml_invalid_2.xml",
    "odoo-19/bis3_out_invoice.xml",
    "synthetic-chorus-b2g/PivotS-deux-factures.xml",
    "synthetic-chorus-b2g/PivotS-une-facture.xml",
}
LIFE_CYCLE = "fnfe-cdar-lifecycle/"


def label(path):
    return path.relative_to(SAMPLES).as_posix()


def is_invoice(path):
    return not (label(path) in UNREADABLE or label(path).startswith(LIFE_CYCLE))


READABLE_XML = [p for p in FILES if p.suffix.lower() == ".xml" and is_invoice(p)]


def expected_verdicts():
    """File -> accept, reject or reform, from the folder's own table."""
    rows = re.findall(
        r"^\| `([\w-]+\.(?:xml|pdf))` \|.*\*\*(accept|reject|reform)\*\*",
        (CHORUS / "README.md").read_text(),
        re.MULTILINE,
    )
    return dict(rows)


def verdict(path):
    syntax = "IN_DP_E2_CII_FACTURX" if path.suffix == ".pdf" else "IN_DP_E1_CII_16B"
    try:
        (invoice,) = read_flow(path.read_bytes(), path.name, syntax)
    except Inadmissible:
        return "reject"
    return "reject" if check_direct(invoice, syntax) else "accept"


# No folder, no test: nothing to skip, and nothing that passes on thin air.
if SAMPLES.is_dir():

    @pytest.mark.parametrize("path", FILES, ids=label)
    def test_sample_is_read_or_refused_with_a_reason(path):
        try:
            invoice = read_any(path.read_bytes(), path.name)
        except Unreadable as error:
            assert not is_invoice(path), error.reason
            assert error.reason
        else:
            assert isinstance(invoice, ReadInvoice)
            assert is_invoice(path)
            assert invoice.number
            assert invoice.supplier_id
            assert invoice.main.content.startswith(b"%PDF-")

    @pytest.mark.parametrize("path", READABLE_XML, ids=label)
    def test_total_of_a_sample_is_the_one_of_its_file(path):
        total = etree.parse(path).xpath(
            "string(//*[local-name()='SpecifiedTradeSettlementHeaderMonetarySummation'"
            " or local-name()='LegalMonetaryTotal']/*[local-name()='GrandTotalAmount'"
            " or local-name()='TaxInclusiveAmount'])"
        )
        invoice = read_any(path.read_bytes(), path.name)
        assert invoice.total_taxed == Decimal(total.strip())

    @pytest.mark.parametrize(("name", "expected"), sorted(expected_verdicts().items()))
    def test_verdict_is_the_expected_one(name, expected):
        found = verdict(CHORUS / name)
        if name in NEEDS_DIRECTORY:
            assert found == "accept"
        else:
            assert found == ("accept" if expected == "accept" else "reject")

    def test_every_chorus_sample_has_an_expected_verdict():
        invoices = {p.name for p in CHORUS.iterdir() if p.suffix in {".xml", ".pdf"}}
        pivots = {name for name in invoices if name.startswith("PivotS")}
        assert set(expected_verdicts()) == invoices - pivots
