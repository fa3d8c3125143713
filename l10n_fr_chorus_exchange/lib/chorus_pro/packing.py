"""What may be sent: numbers, file names, sizes, archives."""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePosixPath

from .codes import Code

MAX_NUMBER = 20  # rule G1.05
MAX_FILE_NAME = 200
MAX_ATTACHMENT_NAME = 50  # extension included
# Documented as "10 MB" and "120 MB", no source says which megabyte.
MAX_ATTACHMENT_BYTES = 10 * 1024 * 1024
MAX_INVOICE_BYTES = 120 * 1024 * 1024
# One file deposited by the API: a client documents 10 MB, while other channels take 1 GB.
# Of medium confidence, so the smaller megabyte and never a reason to refuse. Beyond it
# the portal answers 20001 (GDP_MSG_11.022), a refusal that leaves nothing behind.
MAX_FLOW_BYTES = 10_000_000
_FLOW_RESERVE = 500_000  # the printed page and the rest of the XML
# Of one archive of several invoices. A client documents 30 MB for a compressed batch;
# a PDF hardly shrinks, so its plain size counts.
MAX_BATCH_FILES = 100
MAX_BATCH_BYTES = 29_000_000
_MEMBER_BYTES = 1_536  # header and padding of one member of a tar

MIME_TYPES: Mapping[str, str] = {
    "bmp": "image/bmp",
    "bz2": "application/x-bzip2",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "fax": "application/octet-stream",
    "gif": "image/gif",
    "gz": "application/gzip",
    "gzip": "application/gzip",
    "htm": "text/html",
    "html": "text/html",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "p7s": "application/pkcs7-signature",
    "pdf": "application/pdf",
    "png": "image/png",
    "pps": "application/vnd.ms-powerpoint",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "rtf": "application/rtf",
    "svg": "image/svg+xml",
    "tgz": "application/gzip",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "txt": "text/plain",
    "xhtml": "application/xhtml+xml",
    "xlc": "application/vnd.ms-excel",
    "xlm": "application/vnd.ms-excel",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "zip": "application/zip",
}
# The 35 extensions of the community page on attachments.
ALLOWED_EXTENSIONS = frozenset(MIME_TYPES)
UNKNOWN_MIME = "application/octet-stream"

_NUMBER = re.compile(r"[A-Za-z0-9 \-+_/]*")
_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9._-]+")


class NumberProblem(Code):
    """Why an invoice number is not accepted on deposit."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    BAD_CHARACTER = "bad_character"
    OUTER_SPACE = "outer_space"
    DOUBLE_SPACE = "double_space"


class AttachmentProblem(Code):
    """Why a file is not accepted as an attachment."""

    NAME_TOO_LONG = "name_too_long"
    NO_NAME = "no_name"
    BAD_EXTENSION = "bad_extension"
    EMPTY = "empty"
    TOO_LARGE = "too_large"


def invoice_number_problems(number: str) -> tuple[NumberProblem, ...]:
    """What the portal would object to in an invoice number (rule G1.05).

    >>> invoice_number_problems("FAC/2026/0012")
    ()
    >>> [str(p) for p in invoice_number_problems("FAC#2026  00000000000001")]
    ['too_long', 'bad_character', 'double_space']
    """
    checks = {
        NumberProblem.EMPTY: not number.strip(),
        NumberProblem.TOO_LONG: len(number) > MAX_NUMBER,
        NumberProblem.BAD_CHARACTER: not _NUMBER.fullmatch(number),
        NumberProblem.OUTER_SPACE: number != number.strip(),
        NumberProblem.DOUBLE_SPACE: "  " in number,
    }
    return tuple(problem for problem, found in checks.items() if found)


def attachment_problems(name: str, size: int) -> tuple[AttachmentProblem, ...]:
    """What the portal would object to in an attachment; ``size`` in bytes.

    >>> attachment_problems("bon-livraison.pdf", 1200)
    ()
    """
    checks = {
        AttachmentProblem.NAME_TOO_LONG: len(name) > MAX_ATTACHMENT_NAME,
        AttachmentProblem.NO_NAME: not PurePosixPath(name).stem.strip(),
        AttachmentProblem.BAD_EXTENSION: extension(name) not in ALLOWED_EXTENSIONS,
        AttachmentProblem.EMPTY: size <= 0,
        AttachmentProblem.TOO_LARGE: size > MAX_ATTACHMENT_BYTES,
    }
    return tuple(problem for problem, found in checks.items() if found)


def extension(name: str) -> str:
    """Extension in lower case without its dot.

    >>> extension("Plan.PDF"), extension("sans")
    ('pdf', '')
    """
    return PurePosixPath(name).suffix[1:].lower()


def extensions_of(mime: str) -> tuple[str, ...]:
    """Extensions that stand for a MIME type, in alphabetical order.

    >>> extensions_of("image/jpeg"), extensions_of("application/octet-stream")
    (('jpeg', 'jpg'), ())
    """
    if mime == UNKNOWN_MIME:  # says nothing of the content
        return ()
    return tuple(one for one, known in MIME_TYPES.items() if known == mime)


def mime_type(name: str) -> str:
    """MIME type after the extension, which the portal trusts more than the type.

    >>> mime_type("Plan.PDF")
    'application/pdf'
    """
    return MIME_TYPES.get(extension(name), UNKNOWN_MIME)


def flow_size(sizes: Iterable[int]) -> int:
    """About the bytes of a structured file with attachments of these sizes inside.

    They are written in base64, four characters for three bytes.
    """
    return _FLOW_RESERVE + sum(sizes) * 4 // 3


def deposit_file_name(number: str, suffix: str = "pdf") -> str:
    """File name of one invoice.

    >>> deposit_file_name("FAC/2026/0012")
    'FAC-2026-0012.pdf'
    """
    stem = _plain(number) or "invoice"
    return f"{stem[: MAX_FILE_NAME - len(suffix) - 1]}.{suffix}"


def attachment_name(name: str, taken: Collection[str] = ()) -> str:
    """Name of at most 50 characters, not in ``taken`` whatever the case.

    The extension is kept; it is not added when there is none.

    >>> attachment_name("Bon de livraison.pdf")
    'Bon-de-livraison.pdf'
    >>> attachment_name("plan.pdf", taken={"Plan.pdf"})
    'plan-2.pdf'
    """
    used = {one.lower() for one in taken}
    # A suffix longer than any real extension belongs to the name.
    suffix = _plain(PurePosixPath(name).suffix)
    dot = f".{suffix}" if 0 < len(suffix) <= 10 else ""
    stem = _plain(PurePosixPath(name).stem if dot else name) or "file"
    count = 1
    while True:
        end = f"-{count}{dot}" if count > 1 else dot
        candidate = stem[: MAX_ATTACHMENT_NAME - len(end)] + end
        if candidate.lower() not in used:
            return candidate
        count += 1


def pack_batch(files: Mapping[str, bytes]) -> bytes:
    """``tar.gz`` of several invoices of one syntax; the same bytes for the same files.

    :param files: name of each member and its content
    """
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", filename="", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def split_batches(
    sizes: Iterable[int],
    *,
    most_files: int = MAX_BATCH_FILES,
    most_bytes: int = MAX_BATCH_BYTES,
) -> list[list[int]]:
    """Which files go together in one archive, in their order.

    :param sizes: of each file, in bytes
    :return: positions, a list for each archive; a file above the limit is alone

    >>> split_batches([4, 4, 4], most_bytes=4000)
    [[0, 1], [2]]
    """
    batches: list[list[int]] = []
    room = 0
    for place, size in enumerate(sizes):
        need = size + _MEMBER_BYTES
        if not batches or need > room or len(batches[-1]) >= most_files:
            batches.append([])
            room = most_bytes
        batches[-1].append(place)
        room -= need
    return batches


def _plain(text: str) -> str:
    """ASCII letters, digits, dot, dash, underscore; accents are dropped."""
    return _NOT_IN_NAME.sub("-", _without_accents(text)).strip("-.")


def _without_accents(text: str) -> str:
    split = unicodedata.normalize("NFKD", text)
    return "".join(char for char in split if not unicodedata.combining(char))
