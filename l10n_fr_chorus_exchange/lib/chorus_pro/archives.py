"""Reading ZIP files made by strangers, with limits; names that are safe to write."""

from __future__ import annotations

import io
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from .errors import Flaw, UnreadableDocument

ZIP_MAGIC = b"PK\x03\x04"
_MAX_NAME = 120
_RATIO_FLOOR = 1_000_000  # bytes; below, a high ratio does no harm
_PIECE = 65_536
# The others unpack all they were fed at once, whatever is asked of them.
_BOUNDED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


@dataclass(frozen=True)
class Limits:
    """How much of a download we are ready to read; sizes in bytes.

    The portal makes files of 120 MB at most; Base64 adds a third. It takes attachments
    of 10 MB.
    """

    max_bytes: int = 250_000_000  # of the XML, all files of an archive together
    max_file_bytes: int = 20_000_000  # of one attachment out of its ZIP
    max_attachments: int = 1_000  # of one invoice
    max_attachment_bytes: int = 250_000_000  # of one invoice, all its files
    max_members: int = 1_000  # of an archive
    max_ratio: int = 200  # unpacked to packed size
    max_depth: int = 50  # of nested elements


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
    EOFError,
    NotImplementedError,  # unknown compression, old PKZIP encryption
    RuntimeError,  # encrypted
    OSError,
    ValueError,
)


def open_archive(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """A ZIP with a bounded number of members.

    :raise UnreadableDocument: not a ZIP, or too many members
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BAD_ARCHIVE as err:
        raise UnreadableDocument(Flaw.DAMAGED_ARCHIVE) from err
    if len(archive.infolist()) > limits.max_members:
        raise UnreadableDocument(Flaw.TOO_MANY_MEMBERS)
    return archive


def read_member(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    limits: Limits,
    allowance: Allowance,
    most: int,
) -> bytes:
    """Content of one member; what the archive says of its size is not believed.

    Nothing is unpacked much beyond the limits, and what was is taken off the allowance.

    :param most: bytes this member may have
    :raise UnreadableDocument: damaged, encrypted, or larger than the limits
    """
    if member.compress_type not in _BOUNDED:
        raise UnreadableDocument(Flaw.CLOSED_ARCHIVE)
    most = min(most, max(_RATIO_FLOOR, member.compress_size * limits.max_ratio))
    content = io.BytesIO()
    try:
        with archive.open(member) as stream:
            while piece := stream.read(_PIECE):
                content.write(piece)
                allowance.left -= len(piece)
                if content.tell() > most or allowance.is_spent:
                    raise UnreadableDocument(Flaw.TOO_LARGE)
    except _BAD_ARCHIVE as err:
        raise UnreadableDocument(Flaw.CLOSED_ARCHIVE) from err
    return content.getvalue()


def xml_members(data: bytes, limits: Limits) -> Iterator[bytes]:
    """Contents of the XML files of an archive.

    :raise UnreadableDocument: no XML in it, or an archive we will not open
    """
    with open_archive(data, limits) as archive:
        names = [
            member
            for member in archive.infolist()
            if not member.is_dir() and member.filename.lower().endswith(".xml")
        ]
        if not names:
            raise UnreadableDocument(Flaw.NO_XML)
        allowance = Allowance(limits.max_bytes)
        for member in names:
            yield read_member(archive, member, limits, allowance, limits.max_bytes)


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
