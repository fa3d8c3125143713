"""What a file is after its first bytes, and what to know before opening it.

Nothing of a file is run or drawn here: bytes are compared.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from .errors import Remark
from .packing import MIME_TYPES, UNKNOWN_MIME, mime_type
from .spool import Stored

HEAD = 4_096  # bytes that tell what a file is
PDF = "application/pdf"
ZIP = "application/zip"
XML = "application/xml"
HTML = "text/html"
_OLE = "application/x-ole-storage"
_PROGRAM = "application/x-executable"

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"{\\rtf", "application/rtf"),
    (b"MZ", _PROGRAM),
    (b"\x7fELF", _PROGRAM),
    (b"\xca\xfe\xba\xbe", _PROGRAM),
    (b"#!", _PROGRAM),
)
_RECOGNISED = frozenset(mime for _magic, mime in _MAGIC) | {PDF}
# What a container may be when the name says so.
_INSIDE: dict[str, frozenset[str]] = {
    ZIP: frozenset(
        MIME_TYPES[one] for one in ("docx", "xlsx", "pptx", "odt", "ods", "odp")
    ),
    _OLE: frozenset(MIME_TYPES[one] for one in ("doc", "xls", "ppt")),
    XML: frozenset({"image/svg+xml", "application/xhtml+xml", HTML}),
    HTML: frozenset({"application/xhtml+xml"}),
}
_PLAIN = frozenset({"text/plain", "text/csv"})
# Two types of one family are mixed up by honest programs; a file of another family than
# its name says was given a false name.
_FAMILIES: dict[str, str] = {
    **{one: "image" for one in MIME_TYPES.values() if one.startswith("image/")},
    **dict.fromkeys(_PLAIN | {XML, "image/svg+xml"}, "text"),
    **dict.fromkeys((HTML, "application/xhtml+xml"), "page"),
    **dict.fromkeys((ZIP, "application/gzip", "application/x-bzip2"), "archive"),
    **dict.fromkeys(_INSIDE[ZIP] | _INSIDE[_OLE] | {_OLE, "application/rtf"}, "office"),
    PDF: "pdf",
}
# Office files are archives or XML, and are saved under each other's names.
_ALIKE = frozenset({("office", "archive"), ("office", "text")})

_WINDOW = 1_000_000  # bytes looked through at once
_OVERLAP = 200  # bytes; longer than any name looked for
_MAX_STREAMS = 500  # object streams looked into, of one PDF
_MAX_UNPACKED = 20_000_000  # bytes, of all of them


class FileRemark(NamedTuple):
    """A remark and what it is told with."""

    remark: Remark
    detail: str = ""

    def __str__(self) -> str:
        return self.remark.value.format(self.detail)


def mime_of(head: bytes) -> str:
    """MIME type after the first bytes; "" when they say nothing.

    >>> mime_of(b"%PDF-1.7"), mime_of(b"Bonjour")
    ('application/pdf', '')
    """
    for magic, mime in _MAGIC:
        if head.startswith(magic):
            return mime
    # Readers accept something before it; an archive may hold one without compression.
    if b"%PDF-" in head[:1024]:
        return PDF
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if text.startswith((b"<!doctype html", b"<html")):
        return HTML
    return XML if text.startswith((b"<?xml", b"<")) else ""


def type_of(name: str, head: bytes) -> tuple[str, tuple[FileRemark, ...]]:
    """MIME type of a file, and what is odd about it.

    The content decides where it can; the name where the content says nothing, or names
    one of several things that look the same.

    :param head: the first :data:`HEAD` bytes
    """
    said, found = mime_type(name), mime_of(head)
    if said in _PLAIN and b"\0" not in head:
        return said, ()
    if found == _PROGRAM:
        return UNKNOWN_MIME, (FileRemark(Remark.PROGRAM),)
    if not found and said in _RECOGNISED:
        return UNKNOWN_MIME, (FileRemark(Remark.WRONG_TYPE, UNKNOWN_MIME),)
    if not found or said == found or said in _INSIDE.get(found, ()):
        return said, ()
    remark = Remark.DISGUISED if _is_disguised(said, found) else Remark.WRONG_TYPE
    found = UNKNOWN_MIME if found == _OLE else found
    if said == UNKNOWN_MIME:
        return found, ()
    return found, (FileRemark(remark, found),)


def _is_disguised(said: str, found: str) -> bool:
    families = _FAMILIES.get(said, ""), _FAMILIES.get(found, "")
    return all(families) and families[0] != families[1] and families not in _ALIKE


def remarks_of(name: str, content: Stored) -> tuple[str, tuple[FileRemark, ...]]:
    """As :func:`type_of`; a PDF is looked through for what it would do."""
    mime, remarks = type_of(name, content.read_at(0, HEAD))
    if mime == PDF:
        remarks += tuple(map(FileRemark, _pdf_remarks(content)))
    return mime, remarks


def _name(text: str) -> re.Pattern[bytes]:
    """A name of a PDF, each letter of which may be written ``#xx``."""
    letters = (f"(?:{char}|#(?i:{ord(char):02x}))" for char in text)
    return re.compile(f"/{''.join(letters)}(?![A-Za-z0-9#])".encode())


_PDF_NAMES = {
    Remark.PDF_SCRIPT: _name("JavaScript"),
    Remark.PDF_LAUNCH: _name("Launch"),
    Remark.PDF_OPENS: _name("GoToE"),
    Remark.PDF_LOCKED: _name("Encrypt"),
}
_OBJECTS = re.compile(rb"/ObjStm(?![A-Za-z0-9])")
_STREAM = re.compile(rb"stream\r?\n")


def _pdf_remarks(content: Stored) -> list[Remark]:
    found = set()
    for part in pdf_parts(content):
        found |= {one for one, name in _PDF_NAMES.items() if name.search(part)}
    return [one for one in _PDF_NAMES if one in found]


def pdf_parts(content: Stored) -> Iterator[bytes]:
    """A PDF in overlapping pieces, with what its object streams hold."""
    streams, left = _MAX_STREAMS, _MAX_UNPACKED
    for place in range(0, content.size, _WINDOW):
        part = content.read_at(place, _WINDOW + _OVERLAP)
        yield part
        for match in _OBJECTS.finditer(part):
            if streams <= 0 or left <= 0:
                break
            streams -= 1
            objects = _unpacked(content, place + match.end(), left)
            left -= len(objects)
            yield objects


def _unpacked(content: Stored, place: int, most: int) -> bytes:
    """Objects of the stream whose dictionary is at ``place``; nothing when damaged."""
    begin = _STREAM.search(content.read_at(place, HEAD))
    if begin is None:
        return b""
    packed = content.read_at(place + begin.end(), _WINDOW)
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return b""
