"""What the lines of a received invoice are about.

The PIVOT has no descriptions. The invoice that travels with it often has: a Factur-X
holds its XML, an invoice deposited as XML comes with it. Its words are taken only where
its lines are those of the PIVOT, one by one and to the cent; the figures always come
from the PIVOT.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from lxml import etree
from pypdf import PdfReader

_logger = logging.getLogger(__name__)
# Remarks on how a supplier's program wrote its PDF: nobody here can act upon them.
logging.getLogger("pypdf").setLevel(logging.ERROR)

MAX_PDF_BYTES = 20 * 2**20
MAX_XML_BYTES = 5 * 2**20
MAX_NAME = 1024  # BT-153 is shorter everywhere we know
# Line element, then below it the path to its name and to its net amount.
SHAPES = {
    "CrossIndustryInvoice": (
        "IncludedSupplyChainTradeLineItem",
        ("SpecifiedTradeProduct", "Name"),
        (
            "SpecifiedLineTradeSettlement",
            "SpecifiedTradeSettlementLineMonetarySummation",
            "LineTotalAmount",
        ),
    ),
    "Invoice": ("InvoiceLine", ("Item", "Name"), ("LineExtensionAmount",)),
    "CreditNote": ("CreditNoteLine", ("Item", "Name"), ("LineExtensionAmount",)),
}


def line_names(pivot) -> list[str]:
    """Descriptions for the lines of ``pivot``, in their order; [] when none are certain.

    :param pivot: ``PivotInvoice`` of the library
    """
    for xml in _invoices(pivot.attachments):
        described = _described_lines(xml)
        if _same_lines(described, pivot.lines):
            return [name for name, _net in described]
    return []


def _invoices(attachments) -> Iterator[bytes]:
    for file in attachments:
        if file.name.lower().endswith(".xml"):
            yield file.content
        elif file.is_main and len(file.content) <= MAX_PDF_BYTES:
            yield from _embedded(file.content)


def _embedded(pdf: bytes) -> Iterator[bytes]:
    if not pdf.startswith(b"%PDF"):
        return
    try:
        files = PdfReader(io.BytesIO(pdf)).attachments
        found = [
            content
            for name, contents in files.items()
            if name.lower().endswith(".xml")
            for content in contents
        ]
    except Exception as error:  # noqa: BLE001 (pypdf raises whatever a file provokes)
        # A comfort only: whatever is wrong with the PDF, the bill is made without it.
        _logger.info("Chorus Pro: no lines read from a PDF: %s", type(error).__name__)
        return
    yield from found


def _described_lines(xml: bytes) -> list[tuple[str, Decimal]]:
    if len(xml) > MAX_XML_BYTES:
        return []
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(xml, parser)
        shape = SHAPES.get(etree.QName(root).localname)
        if shape is None:
            return []
        line, name, net = shape
        return [
            (_text(element, name)[:MAX_NAME], Decimal(_text(element, net)))
            for element in root.iter(f"{{*}}{line}")
        ]
    except (etree.LxmlError, InvalidOperation, ValueError):
        return []


def _text(element, path: Sequence[str]) -> str:
    found = element.findtext("/".join(f"{{*}}{step}" for step in path))
    return " ".join((found or "").split())


def _same_lines(described: list[tuple[str, Decimal]], lines) -> bool:
    return (
        bool(described)
        and len(described) == len(lines)
        and all(
            line.untaxed is not None and abs(net) == abs(line.untaxed)
            for (_name, net), line in zip(described, lines, strict=True)
        )
    )
