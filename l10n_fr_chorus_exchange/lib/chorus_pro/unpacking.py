"""From a download to invoices with their files.

The PIVOT is a large XML with every file inside, Base64, mostly zipped; it comes bare
or in a ZIP. All of it was written by somebody else: sizes, members and nesting are
bounded, entities and DTDs are refused, names are made safe. Files go to the disk as
they come, so that a PIVOT of several hundred megabytes takes little memory.

Tree and field formats: rebuilt from fixtures of production clients; the portal's own
XSD (``CPPFacturePivot_V2_02.xsd``) is not public. Elements we do not know are ignored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import BinaryIO

from .archives import ZIP_MAGIC, Limits, xml_members
from .errors import Flaw, UnreadableDocument
from .identifiers import clean_siret
from .pivot import (
    BrokenAttachment,
    PivotAmounts,
    PivotAttachment,
    PivotInvoice,
    PivotLine,
    PivotParty,
    PivotVatLine,
)
from .pivot_scan import Found, PivotScan
from .spool import Source, opened, pieces_of, size_of

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

_DEFAULT_LIMITS = Limits()


def read_pivot(
    source: Source,
    *,
    limits: Limits = _DEFAULT_LIMITS,
    recipients: Collection[str] = (),
) -> tuple[PivotInvoice, ...]:
    """Every invoice of a download.

    :param source: result of :func:`invoices.download_pivot`, bytes, or a binary file
        that can be sought in; XML or ZIP
    :param recipients: see :func:`scan_pivot`
    :raise UnreadableDocument: the download, or one invoice in it, makes no sense
    """
    invoices = []
    for found in scan_pivot(source, limits=limits, recipients=recipients):
        if isinstance(found, UnreadableDocument):
            raise found
        invoices.append(found)
    if not invoices:
        raise UnreadableDocument(Flaw.NO_INVOICE)
    return tuple(invoices)


def read_pivot_of(
    source: Source,
    portal_id: int,
    *,
    limits: Limits = _DEFAULT_LIMITS,
    recipients: Collection[str] = (),
) -> PivotInvoice:
    """The one invoice with this portal id; a broken neighbour does not matter.

    :raise UnreadableDocument: it is not there, or makes no sense
    """
    for found in scan_pivot(source, limits=limits, recipients=recipients):
        if found.portal_id == portal_id:
            if isinstance(found, UnreadableDocument):
                raise found
            return found
    raise UnreadableDocument(Flaw.NOT_IN_PIVOT, portal_id=portal_id)


def scan_pivot(
    source: Source,
    *,
    limits: Limits = _DEFAULT_LIMITS,
    recipients: Collection[str] = (),
) -> Iterator[Found]:
    """Invoices one after the other, keeping only one in memory, its files on the disk.

    A bad invoice is *yielded* as an :class:`UnreadableDocument`, so that the next one
    is still reached; a bad download is raised, after the invoices that came before.

    :param recipients: SIRETs whose invoices are expected; one for somebody else is bad.
        Empty: whoever it is for. An invoice that names no recipient is accepted
    """
    file = opened(source)
    expected = frozenset(map(clean_siret, recipients))
    events = 0
    for pieces in _documents(file, limits):
        scan = PivotScan(limits, events)
        for found in scan.invoices(pieces):
            yield _addressed(found, expected) if expected else found
        events = scan.events


def _documents(file: BinaryIO, limits: Limits) -> Iterator[Iterator[bytes]]:
    if size_of(file) > limits.max_bytes:
        raise UnreadableDocument(Flaw.TOO_LARGE)
    zipped = file.read(len(ZIP_MAGIC)) == ZIP_MAGIC
    file.seek(0)
    if zipped:
        yield from xml_members(file, limits)
    else:
        yield pieces_of(file)


def _addressed(found: Found, expected: frozenset[str]) -> Found:
    if isinstance(found, UnreadableDocument):
        return found
    siret = clean_siret(found.recipient.identifier)
    if not siret or siret in expected:
        return found
    return UnreadableDocument(
        Flaw.OTHER_RECIPIENT,
        detail=siret[:40],
        portal_id=found.portal_id,
        number=found.number,
    )
