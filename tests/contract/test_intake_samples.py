"""What the files of other programs are taken for, beside what two other readers say."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from lxml import etree
from pypdf import PdfReader

from chorus_pro.intake import IntakeKind, identify

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
NAMES = {"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"}
KINDS = {
    "CPPFacturePivot": IntakeKind.PIVOT,
    "CrossIndustryInvoice": IntakeKind.CII,
    "Invoice": IntakeKind.UBL,
    "CreditNote": IntakeKind.UBL,
}


def files(suffix: str) -> list[Path]:
    return sorted(path for path in SAMPLES.rglob("*") if path.suffix.lower() == suffix)


def sample_id(path: Path) -> str:
    return path.relative_to(SAMPLES).as_posix()


# No folder, no test: nothing to skip, and nothing that passes on thin air.
if SAMPLES.is_dir():

    @pytest.mark.parametrize("path", files(".xml"), ids=sample_id)
    def test_xml_sample_is_what_its_root_says(path):
        content = path.read_bytes()
        # Broken further down, it is still told as what it was meant to be.
        root = etree.fromstring(content, etree.XMLParser(recover=True))
        name = "" if root is None else etree.QName(root).localname
        assert identify(content).kind is KINDS.get(name, IntakeKind.OTHER)

    @pytest.mark.parametrize("path", files(".pdf"), ids=sample_id)
    def test_pdf_sample_with_an_invoice_inside_is_a_facturx(path):
        content = path.read_bytes()
        inside = {name.lower() for name in PdfReader(io.BytesIO(content)).attachments}
        # A PDF may also name an invoice that is not there.
        told = inside & NAMES or any(name.encode() in content for name in NAMES)
        kind = IntakeKind.FACTURX if told else IntakeKind.PDF
        assert identify(content).kind is kind
