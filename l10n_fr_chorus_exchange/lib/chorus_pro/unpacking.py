"""From a download to invoices with their files.

The PIVOT is a large XML with every file inside, Base64, mostly zipped; it comes bare
or in a ZIP. All of it was written by somebody else: sizes, members and nesting are
bounded, entities and DTDs are refused, names are made safe.

Tree and field formats: rebuilt from fixtures of production clients; the portal's own
XSD (``CPPFacturePivot_V2_02.xsd``) is not public. Elements we do not know are ignored.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from .archives import ZIP_MAGIC, Limits, xml_members
from .errors import Flaw, UnreadableDocument
from .pivot import (
    BrokenAttachment,
    PivotAmounts,
    PivotAttachment,
    PivotInvoice,
    PivotLine,
    PivotParty,
    PivotVatLine,
    local_name,
    read_invoice,
)

__all__ = [
    "BrokenAttachment",
    "Limits",
    "PivotAmounts",
    "PivotAttachment",
    "PivotInvoice",
    "PivotLine",
    "PivotParty",
    "PivotVatLine",
    "read_pivot",
    "read_pivot_of",
    "scan_pivot",
]

ROOT = "CPPFacturePivot"
UNIT = "CPPFacturePivotUnitaire"
_DEFAULT_LIMITS = Limits()


def read_pivot(
    data: bytes, *, limits: Limits = _DEFAULT_LIMITS
) -> tuple[PivotInvoice, ...]:
    """Every invoice of a download.

    :param data: result of :func:`invoices.download_pivot`, XML or ZIP
    :raise UnreadableDocument: the download, or one invoice in it, makes no sense
    """
    invoices = []
    for found in scan_pivot(data, limits=limits):
        if isinstance(found, UnreadableDocument):
            raise found
        invoices.append(found)
    if not invoices:
        raise UnreadableDocument(Flaw.NO_INVOICE)
    return tuple(invoices)


def read_pivot_of(
    data: bytes, portal_id: int, *, limits: Limits = _DEFAULT_LIMITS
) -> PivotInvoice:
    """The one invoice with this portal id; a broken neighbour does not matter.

    :raise UnreadableDocument: it is not there, or makes no sense
    """
    for found in scan_pivot(data, limits=limits):
        if found.portal_id == portal_id:
            if isinstance(found, UnreadableDocument):
                raise found
            return found
    raise UnreadableDocument(Flaw.NOT_IN_PIVOT, portal_id=portal_id)


def scan_pivot(
    data: bytes, *, limits: Limits = _DEFAULT_LIMITS
) -> Iterator[PivotInvoice | UnreadableDocument]:
    """Invoices one after the other, keeping only one in memory.

    A bad invoice is *yielded* as an :class:`UnreadableDocument`, so that the next one
    is still reached; a bad download is raised.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    if data.startswith(ZIP_MAGIC):
        contents = xml_members(data, limits)
    elif len(data) > limits.max_bytes:
        raise UnreadableDocument(Flaw.TOO_LARGE)
    else:
        contents = iter((data,))
    for content in contents:
        yield from _Scan(content, limits).invoices()


@dataclass
class _Scan:
    content: bytes
    limits: Limits
    depth: int = 0

    def invoices(self) -> Iterator[PivotInvoice | UnreadableDocument]:
        try:
            self._check_root()
            # Files inside are longer than libxml2 takes by default.
            for event, element in self._parse(huge=True):
                if event == "start":
                    self._enter()
                    continue
                self.depth -= 1
                if local_name(element) == UNIT:
                    yield _read_unit(element, self.limits)
                    element.clear()  # one invoice in memory at a time
        except etree.XMLSyntaxError as err:
            raise UnreadableDocument(Flaw.NOT_XML) from err

    def _parse(self, *, huge: bool) -> Iterator[tuple[str, etree._Element]]:
        return iter(
            etree.iterparse(
                io.BytesIO(self.content),
                events=("start", "end"),
                huge_tree=huge,
                resolve_entities=False,
                load_dtd=False,
                no_network=True,
                remove_comments=True,
                remove_pis=True,
            )
        )

    def _check_root(self) -> None:
        """Stop before the large parse, which has no guard against entities.

        Entities in the attributes of the root are expanded before it is reported, hence
        a first look with libxml2's own limits on.
        """
        _event, root = next(self._parse(huge=False))
        if root.getroottree().docinfo.internalDTD is not None:
            raise UnreadableDocument(Flaw.DOCTYPE)
        if local_name(root) != ROOT:
            raise UnreadableDocument(Flaw.NOT_A_PIVOT)

    def _enter(self) -> None:
        self.depth += 1
        if self.depth > self.limits.max_depth:
            raise UnreadableDocument(Flaw.TOO_DEEP)


def _read_unit(
    element: etree._Element, limits: Limits
) -> PivotInvoice | UnreadableDocument:
    try:
        return read_invoice(element, limits)
    except UnreadableDocument as problem:
        return problem
