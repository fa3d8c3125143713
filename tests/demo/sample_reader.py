"""A small reader of its own for sample files: what they are, and their total.

Knows nothing of the simulator, the library or the add-on, so that it can contradict
them.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from lxml import etree
from pypdf import PdfReader
from pypdf.errors import PyPdfError

CII = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
UBL_INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
UBL_CREDIT_NOTE = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
ROOTS = {
    f"{{{CII}}}CrossIndustryInvoice": "CII",
    f"{{{UBL_INVOICE}}}Invoice": "UBL",
    f"{{{UBL_CREDIT_NOTE}}}CreditNote": "UBL",
}
# BT-112, the total with VAT, where each syntax has it.
TOTALS = {
    "CII": "//*[local-name()='SpecifiedTradeSettlementHeaderMonetarySummation']"
    "/*[local-name()='GrandTotalAmount']",
    "UBL": "/*/*[local-name()='LegalMonetaryTotal']/*[local-name()='TaxInclusiveAmount']",
}
LARGEST = 20 * 1024 * 1024


@dataclass(frozen=True)
class Sample:
    """An invoice file; ``total`` is BT-112, None when it cannot be read."""

    path: Path
    kind: str
    content: bytes
    total: Decimal | None


def read_sample(path: Path) -> Sample | None:
    """The invoice in a file, None when it is something else.

    Prose, lifecycle messages, PIVOT files and PDF files without XML are something else.
    What calls itself XML and is not well-formed may be an invoice: others must say.
    """
    if path.stat().st_size > LARGEST:
        return None
    suffix, content = path.suffix.lower(), path.read_bytes()
    if suffix == ".xml":
        return _sample(path, content, [content], "")
    if suffix == ".pdf":
        return _sample(path, content, _embedded_xml(content), "PDF ")
    return None


def _sample(
    path: Path, content: bytes, documents: list[bytes], prefix: str
) -> Sample | None:
    broken = False
    for document in documents:
        root = _parse(document)
        broken = broken or root is None
        kind = ROOTS.get(str(root.tag)) if root is not None else None
        if root is not None and kind is not None:
            return Sample(path, f"{prefix}{kind}", content, _total(root, kind))
    return Sample(path, f"{prefix}broken XML", content, None) if broken else None


def _parse(content: bytes) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return None


def _total(root: etree._Element, kind: str) -> Decimal | None:
    found = root.xpath(TOTALS[kind])
    if not isinstance(found, list) or not found:
        return None
    try:
        return Decimal((found[0].text or "").strip())
    except (AttributeError, InvalidOperation):
        return None


def _embedded_xml(content: bytes) -> list[bytes]:
    try:
        reader = PdfReader(io.BytesIO(content))
        return [
            data
            for name, versions in reader.attachments.items()
            if name.lower().endswith(".xml")
            for data in versions
        ]
    except (PyPdfError, KeyError, TypeError, ValueError, AttributeError):
        return []
