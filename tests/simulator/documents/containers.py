"""What surrounds the XML: batches (tar.gz) and PDF files, opened with limits."""

from __future__ import annotations

import gzip
import io
import logging
import struct
import tarfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from .model import Unreadable
from .values import file_name

if TYPE_CHECKING:
    from collections.abc import Iterator

_logger = logging.getLogger(__name__)
# pypdf warns at length about every oddity it mends; only its failures matter here.
logging.getLogger("pypdf").setLevel(logging.ERROR)

GZIP_MAGIC = b"\x1f\x8b"
MAX_MEMBERS = 500  # documented for one flow
MAX_MEMBER = 120 * 1024 * 1024  # documented for one invoice
MAX_TOTAL = 300 * 1024 * 1024
# XML full of base64 shrinks little, plain XML some fifty times.
MAX_RATIO = 200
RATIO_FREE = 10 * 1024 * 1024

MAX_EMBEDDED = 200
FACTURX_NAME = "factur-x.xml"
# Names of the same thing in other countries and years, read when lenient.
XML_NAMES = (
    FACTURX_NAME,
    "zugferd-invoice.xml",
    "ZUGFeRD-invoice.xml",
    "xrechnung.xml",
)
# What pypdf raises on damaged files, beside its own errors.
PDF_FAULTS = (
    PyPdfError,
    AssertionError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


def is_batch(content: bytes) -> bool:
    """True for a gzip file: a batch is a tar.gz."""
    return content.startswith(GZIP_MAGIC)


def is_pdf(content: bytes) -> bool:
    """True when a PDF header stands where readers look for it."""
    return b"%PDF-" in content[:1024]


def open_batch(content: bytes) -> list[tuple[str, bytes]]:
    """Files of a tar.gz as (name, content), in the order of the archive.

    :raise Unreadable: damaged or empty archive; a link, a device, an absolute name
        or one that climbs, a name twice; too many files, too large, or too much compressed
    """
    data = _inflate(content)
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            files = [_member(archive, info) for info in _listed(archive)]
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise Unreadable("l'archive tar.gz est endommagée") from error
    if not files:
        raise Unreadable("l'archive ne contient aucun fichier")
    if len({name for name, _data in files}) < len(files):
        raise Unreadable("deux fichiers de l'archive portent le même nom")
    return files


def _inflate(content: bytes) -> bytes:
    limit = MAX_TOTAL
    if len(content) * MAX_RATIO < limit:
        limit = max(len(content) * MAX_RATIO, RATIO_FREE)
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            data = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable("l'archive tar.gz est endommagée") from error
    if len(data) > limit:
        raise Unreadable("l'archive est trop volumineuse une fois décompressée")
    return data


def _listed(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    count = 0
    for info in archive:
        if info.isdir():
            continue
        count += 1
        if count > MAX_MEMBERS:
            raise Unreadable(f"l'archive contient plus de {MAX_MEMBERS} fichiers")
        yield info


def _member(archive: tarfile.TarFile, info: tarfile.TarInfo) -> tuple[str, bytes]:
    label = file_name(info.name, "fichier")
    parts = info.name.replace("\\", "/").split("/")
    if not info.isreg():
        raise Unreadable(f"l'archive contient un lien ou un fichier spécial ({label})")
    if info.name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
        raise Unreadable(f"l'archive contient un chemin interdit ({label})")
    if info.size > MAX_MEMBER:
        raise Unreadable(f"le fichier {label} de l'archive est trop volumineux")
    stream = archive.extractfile(info)
    if stream is None:
        raise Unreadable(f"le fichier {label} de l'archive est illisible")
    return label, stream.read(MAX_MEMBER)


@dataclass(frozen=True)
class Embedded:
    """A file found inside a PDF."""

    name: str
    content: bytes
    mime: str


def embedded_files(content: bytes) -> list[Embedded]:
    """Files embedded in a PDF, each once, in the order of the file.

    :raise Unreadable: damaged or encrypted PDF, or too many embedded files
    """
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise Unreadable("le PDF est chiffré")
        return _collect(reader)
    except PDF_FAULTS as error:
        _logger.info("PDF not readable: %s", type(error).__name__)
        raise Unreadable("le PDF est endommagé") from error


def _collect(reader: PdfReader) -> list[Embedded]:
    root = _dictionary(reader.trailer["/Root"])
    found: dict[str, Embedded] = {}
    for specification in _specifications(root):
        item = _embedded(specification)
        if item is not None:
            found.setdefault(item.name, item)
        if len(found) > MAX_EMBEDDED:
            raise Unreadable(f"le PDF contient plus de {MAX_EMBEDDED} fichiers")
    return list(found.values())


def _specifications(root: DictionaryObject) -> Iterator[DictionaryObject]:
    """File specifications of the name tree, then of the associated files."""
    names = _dictionary(root.get("/Names", {}))
    pending = [_dictionary(names.get("/EmbeddedFiles", {}))]
    visited = 0
    while pending and visited < MAX_EMBEDDED:
        leaf = pending.pop()
        visited += 1
        pairs = _array(leaf.get("/Names", []))
        yield from (_dictionary(value) for value in pairs[1::2])
        pending += [_dictionary(kid) for kid in _array(leaf.get("/Kids", []))]
    yield from (_dictionary(value) for value in _array(root.get("/AF", [])))


def _embedded(specification: DictionaryObject) -> Embedded | None:
    streams = _dictionary(specification.get("/EF", {}))
    stream = streams.get("/F", streams.get("/UF"))
    stream = None if stream is None else stream.get_object()
    if not isinstance(stream, StreamObject):
        return None
    name = specification.get("/UF", specification.get("/F", ""))
    # pypdf bounds what one stream may inflate to.
    data = stream.get_data()
    mime = str(stream.get("/Subtype", "")).lstrip("/")
    return Embedded(
        name=file_name(str(name), "fichier"),
        content=data if isinstance(data, bytes) else str(data).encode(),
        mime=mime if "/" in mime else "application/octet-stream",
    )


def _dictionary(value: Any) -> DictionaryObject:
    plain = value.get_object() if hasattr(value, "get_object") else value
    return plain if isinstance(plain, DictionaryObject) else DictionaryObject()


def _array(value: Any) -> list[Any]:
    plain = value.get_object() if hasattr(value, "get_object") else value
    return list(plain) if isinstance(plain, ArrayObject) else []
