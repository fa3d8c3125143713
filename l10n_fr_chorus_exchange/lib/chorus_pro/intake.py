"""What a file is: one downloaded by hand, or one that travels with an invoice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from .archives import (
    Allowance,
    Limits,
    files_of,
    member_pieces,
    open_archive,
    safe_name,
)
from .codes import Code
from .errors import UnreadableDocument
from .guarded_xml import Root, root_of
from .pivot_scan import ROOT as PIVOT_ROOT
from .sniffing import HEAD, PDF, XML, ZIP, FileRemark, mime_of, pdf_parts, remarks_of
from .spool import Source, Spool, Stored, opened, pieces_of

_DEFAULT_LIMITS = Limits()
_CII = Root(
    "CrossIndustryInvoice",
    "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
)
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:{}-2"
_UBL_ROOTS = {Root(one, _UBL.format(one)) for one in ("Invoice", "CreditNote")}
# Names of the XML in a PDF: Factur-X and ZUGFeRD 2, ZUGFeRD 1 and 2.0, XRechnung.
_INSIDE_PDF = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")


class IntakeKind(Code):
    """What may be done with a file."""

    PIVOT = "pivot"  # for :func:`~.unpacking.scan_pivot`, bare or in a ZIP
    ZIP = "zip"  # files for :func:`files_in`
    CII = "cii"
    UBL = "ubl"
    FACTURX = "facturx"  # a PDF that names an invoice inside
    PDF = "pdf"
    OTHER = "other"


@dataclass(frozen=True)
class Intake:
    """``mime`` after the content; ``problem`` why what it seems to be is of no use."""

    kind: IntakeKind
    mime: str
    problem: UnreadableDocument | None = None


@dataclass(frozen=True)
class IntakeFile:
    """A file out of an archive, under a safe name; see :class:`.pivot.PivotAttachment`."""

    name: str
    stored: Stored
    mime: str
    remarks: tuple[FileRemark, ...] = ()


def identify(source: Source, *, limits: Limits = _DEFAULT_LIMITS) -> Intake:
    """What a file is, after its content; its name says nothing.

    Only as much is read as it takes: an invoice identified may still be unreadable.
    """
    file = opened(source)
    mime = mime_of(file.read(HEAD))
    file.seek(0)
    try:
        if mime == PDF:
            return Intake(_pdf_kind(source), mime)
        if mime == ZIP:
            return Intake(_archive_kind(file, limits), mime)
        # XML in UTF-16 looks like nothing.
        if mime in ("", XML):
            return Intake(_document_kind(root_of(file, limits=limits)), XML)
    except UnreadableDocument as problem:
        return Intake(IntakeKind.OTHER, mime, problem if mime else None)
    return Intake(IntakeKind.OTHER, mime)


def files_in(
    source: Source, *, limits: Limits = _DEFAULT_LIMITS
) -> Iterator[IntakeFile | UnreadableDocument]:
    """Files of an archive, whatever their folders; a bad one is told in its place.

    :raise UnreadableDocument: the archive itself is bad, or too large as a whole
    """
    taken: list[str] = []
    allowance = Allowance(limits.max_attachment_bytes)
    with open_archive(opened(source), limits) as archive:
        for member in files_of(archive):
            name = safe_name(member.filename, taken)
            taken.append(name)
            most = limits.max_file_bytes
            pieces = member_pieces(archive, member, limits, allowance, most)
            try:
                stored = Spool().store(pieces)
            except UnreadableDocument as problem:
                problem.detail = problem.detail or name
                yield problem
                if allowance.is_spent:
                    raise
            else:
                yield IntakeFile(name, stored, *remarks_of(name, stored))


def _document_kind(root: Root) -> IntakeKind:
    if root.name == PIVOT_ROOT:
        return IntakeKind.PIVOT
    if root == _CII:
        return IntakeKind.CII
    return IntakeKind.UBL if root in _UBL_ROOTS else IntakeKind.OTHER


def _archive_kind(file: BinaryIO, limits: Limits) -> IntakeKind:
    """A PIVOT is the only XML of its archive that is one."""
    with open_archive(file, limits) as archive:
        for member in files_of(archive):
            if not member.filename.lower().endswith(".xml"):
                continue
            allowance = Allowance(limits.max_bytes)
            pieces = member_pieces(archive, member, limits, allowance, limits.max_bytes)
            head = next(pieces, b"")
            if _starts_a_pivot(head, limits):
                return IntakeKind.PIVOT
    return IntakeKind.ZIP


def _starts_a_pivot(head: bytes, limits: Limits) -> bool:
    try:
        return root_of(head, limits=limits).name == PIVOT_ROOT
    except UnreadableDocument:
        return False


def _pdf_kind(source: Source) -> IntakeKind:
    stored = (
        source
        if isinstance(source, Stored)
        else Spool().store(pieces_of(opened(source)))
    )
    found = any(map(_names_an_invoice, pdf_parts(stored)))
    return IntakeKind.FACTURX if found else IntakeKind.PDF


def _names_an_invoice(part: bytes) -> bool:
    """Whether the name is there: plain, in UTF-16, with octals, or in hexadecimal."""
    text = part.lower().translate(None, b"\0")
    for written, char in ((b"\\000", b""), (b"\\055", b"-"), (b"\\056", b".")):
        text = text.replace(written, char)
    return any(spelling in text for spelling in _SPELLINGS)


_SPELLINGS = tuple(
    spelling
    for name in _INSIDE_PDF
    for spelling in (
        name.encode(),
        name.encode().hex().encode(),
        name.encode("utf-16-be").hex().encode(),
    )
)
