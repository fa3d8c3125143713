"""The structured invoices among the files of a received document.

Whatever is wrong with a file, the bill is made without it: each trouble is told, none
is raised. Nothing is fetched, no entity is resolved, no PDF is run, sizes are bounded.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from os import SEEK_END

from lxml import etree

from ..lib.chorus_pro.errors import UnreadableDocument
from ..lib.chorus_pro.guarded_xml import read_xml
from ..lib.chorus_pro.suppliers import SupplierDetail
from ..tools import facturx_gateway
from ..tools.pdf_files import embedded_xml
from .inbound_content import Content
from .inbound_structured import UnusableTermsError, content_of
from .l10n_fr_chorus_inbound_twin import number_key

_logger = logging.getLogger(__name__)
# Remarks on how a supplier's program wrote its file: nobody here can act upon them.
for _name in ("pypdf", "factur-x"):
    logging.getLogger(_name).setLevel(logging.ERROR)

MAX_PDF_BYTES = 20 * 2**20
MAX_XML_BYTES = 5 * 2**20
PDF_TAIL = 4096
XML_TYPES = ("application/xml", "text/xml")
ROOTS = {"CrossIndustryInvoice": "cii", "Invoice": "ubl", "CreditNote": "ubl"}


@dataclass(frozen=True)
class Found:
    """The contents of the readable ones, the names of those that are not."""

    contents: tuple[Content, ...] = ()
    unreadable: tuple[str, ...] = ()


def structured(files: Iterable, number: str) -> Found:
    """Contents of the structured invoices, the file that is the invoice in front.

    :param files: ``PivotAttachment`` of the library; those that may hold an invoice are
        read, one at a time
    :param number: of the invoice; an annex of another number is another invoice
    """
    contents: list[Content] = []
    unreadable: list[str] = []
    for file in sorted(files, key=lambda file: not file.is_main):
        for xml, is_embedded in candidates(file):
            try:
                content = _content(xml, is_embedded)
            except (UnreadableDocument, UnusableTermsError, ValueError) as error:
                # What `facturx` makes of dates and texts that are none.
                _logger.info("Chorus Pro: file not used, %s", type(error).__name__)
                unreadable.append(file.name)
                continue
            if content and (
                file.is_main
                or number_key(content.header["number"]) == number_key(number)
            ):
                contents.append(content)
    return Found(tuple(contents), tuple(dict.fromkeys(unreadable)))


def candidates(file) -> Iterator[tuple[bytes, bool]]:
    """XML documents of a file that may be invoices, and whether they were in a PDF.

    :param file: ``PivotAttachment`` of the library
    """
    if file.mime in XML_TYPES and file.size <= MAX_XML_BYTES:
        yield file.content, False
    elif _may_be_facturx(file):
        for xml in _embedded(file):
            yield xml, True


def _may_be_facturx(file) -> bool:
    return (
        file.mime == "application/pdf"
        and file.size <= MAX_PDF_BYTES
        and (file.is_main or "FACTUR" in file.category.upper())
    )


def _embedded(file) -> Iterator[bytes]:
    try:
        with file.open() as source:
            found = []
            if _has_end(source):
                found = list(embedded_xml(source, max_bytes=MAX_XML_BYTES))
    except Exception as error:  # noqa: BLE001 (pypdf raises whatever a file provokes)
        # An accountant opens the PDF; the bill is made from what else there is.
        _logger.info("Chorus Pro: nothing read from a PDF: %s", type(error).__name__)
        return
    yield from found


def _has_end(source) -> bool:
    """Whether the PDF ends as one: pypdf searches a file that does not byte by byte,
    which takes seconds for a large one."""
    source.seek(0, SEEK_END)
    source.seek(max(0, source.tell() - PDF_TAIL))
    has_end = b"startxref" in source.read(PDF_TAIL)
    source.seek(0)
    return has_end


def _content(xml: bytes, is_embedded: bool) -> Content | None:
    root = read_xml(xml)
    source = ROOTS.get(etree.QName(root).localname)
    if source is None:
        return None
    if source == "cii" and is_embedded:
        source = "facturx"
    content = content_of(facturx_gateway.read_terms(root), source)
    return replace(content, supplier=SupplierDetail.from_invoice(root))
