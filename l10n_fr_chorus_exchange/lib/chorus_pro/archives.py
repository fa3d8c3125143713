"""Reading ZIP files made by strangers, with limits; names that are safe to write."""

from __future__ import annotations

import io
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, BinaryIO, cast

from .errors import Flaw, UnreadableDocument
from .spool import PIECE

ZIP_MAGIC = b"PK\x03\x04"
_MAX_NAME = 120
_RATIO_FLOOR = 1_000_000  # bytes; below, a high ratio does no harm
_DIRECTORY_BASE = 100_000  # bytes; more than the end record of an archive may have
_DIRECTORY_ENTRY = 200  # bytes of one member, its name included, on average
# The others unpack all they were fed at once, whatever is asked of them.
_BOUNDED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


@dataclass(frozen=True)
class Limits:
    """How much of a download we are ready to read; sizes in bytes.

    The portal makes files of 120 MB at most, and of ten invoices at once; Base64 adds
    a third. Files are kept on the disk, so these sizes are not those of the memory.
    """

    max_bytes: int = 1_500_000_000  # of the XML, all files of an archive together
    max_file_bytes: int = 150_000_000  # of one attachment
    max_attachments: int = 1_000  # of one invoice
    max_attachment_bytes: int = 500_000_000  # of one invoice, all its files
    max_members: int = 1_000  # of an archive
    max_ratio: int = 200  # unpacked to packed size
    max_depth: int = 50  # of nested elements
    max_field: int = 100_000  # characters of one element, files apart
    max_text: int = 10_000_000  # characters of one invoice, files apart
    max_elements: int = 400_000  # of one invoice; six or seven make a line
    max_events: int = 3_000_000  # elements and comments of a download


@dataclass
class Allowance:
    """Bytes that may still be unpacked; those of a file that proved bad count too."""

    left: int

    @property
    def is_spent(self) -> bool:
        return self.left < 0


_BAD_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,  # unknown compression, old PKZIP encryption
    RuntimeError,  # encrypted
    OSError,
    ValueError,
)


@contextmanager
def open_archive(file: BinaryIO, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """A ZIP with a bounded number of members.

    :raise UnreadableDocument: not a ZIP, or too many members
    """
    most = _DIRECTORY_BASE + limits.max_members * _DIRECTORY_ENTRY
    try:
        archive = zipfile.ZipFile(cast(IO[bytes], _CarefulFile(file, most)))
    except _BAD_ARCHIVE as err:
        raise UnreadableDocument(Flaw.DAMAGED_ARCHIVE) from err
    with archive:
        if len(archive.infolist()) > limits.max_members:
            raise UnreadableDocument(Flaw.TOO_MANY_MEMBERS)
        yield archive


class _CarefulFile:
    """A file that gives a bounded number of bytes at once.

    The list of members is read in one go, whose size the archive tells itself, and each
    of its entries takes far more room in memory.
    """

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file = file
        self._most = most

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size if 0 <= size <= self._most else self._most + 1)
        if len(piece) > self._most:
            raise UnreadableDocument(Flaw.TOO_MANY_MEMBERS)
        return piece

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True


def files_of(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Members that are files; their paths are those of somebody else, never to be used."""
    return [member for member in archive.infolist() if not member.is_dir()]


def member_pieces(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    limits: Limits,
    allowance: Allowance,
    most: int,
) -> Iterator[bytes]:
    """Content of one member; what the archive says of its size is not believed.

    Nothing is unpacked much beyond the limits, and what was is taken off the allowance.

    :param most: bytes this member may have
    :raise UnreadableDocument: damaged, encrypted, or larger than the limits
    """
    if member.compress_type not in _BOUNDED:
        raise UnreadableDocument(Flaw.CLOSED_ARCHIVE)
    most = min(most, max(_RATIO_FLOOR, member.compress_size * limits.max_ratio))
    try:
        stream = archive.open(member)
    except _BAD_ARCHIVE as err:
        raise UnreadableDocument(Flaw.CLOSED_ARCHIVE) from err
    with stream:
        while piece := _next_piece(stream):
            most -= len(piece)
            allowance.left -= len(piece)
            if most < 0 or allowance.is_spent:
                raise UnreadableDocument(Flaw.TOO_LARGE)
            yield piece


def _next_piece(stream: IO[bytes]) -> bytes:
    try:
        return stream.read(PIECE)
    except _BAD_ARCHIVE as err:
        raise UnreadableDocument(Flaw.CLOSED_ARCHIVE) from err


def xml_members(file: BinaryIO, limits: Limits) -> Iterator[Iterator[bytes]]:
    """Contents of the XML files of an archive, each in pieces, to be read in turn.

    :raise UnreadableDocument: no XML in it, or an archive we will not open
    """
    with open_archive(file, limits) as archive:
        members = [
            member
            for member in files_of(archive)
            if member.filename.lower().endswith(".xml")
        ]
        if not members:
            raise UnreadableDocument(Flaw.NO_XML)
        allowance = Allowance(limits.max_bytes)
        for member in members:
            yield member_pieces(archive, member, limits, allowance, limits.max_bytes)


def safe_name(name: str, taken: Collection[str] = (), fallback: str = "file") -> str:
    """A bare file name: no folder, no invisible character, not in ``taken``.

    >>> safe_name("../../etc/passwd")
    'passwd'
    >>> safe_name("bon.pdf", taken={"BON.pdf"})
    'bon-2.pdf'
    """
    name = unicodedata.normalize("NFC", name.replace("\\", "/")).rsplit("/", 1)[-1]
    # Control, format (right-to-left marks), surrogate and private characters.
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C")
    name = "".join("_" if char in '<>:"|?*' else char for char in name)
    name = name.strip(" .") or fallback
    path = PurePosixPath(name)
    dot = path.suffix if len(path.suffix) <= 10 else ""
    stem = name[: len(name) - len(dot)]
    used = {one.lower() for one in taken}
    count = 1
    while True:
        end = f"-{count}{dot}" if count > 1 else dot
        candidate = stem[: _MAX_NAME - len(end)] + end
        if candidate.lower() not in used:
            return candidate
        count += 1
