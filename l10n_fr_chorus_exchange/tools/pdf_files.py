"""The XML files that travel inside a PDF written by somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import BinaryIO

from pypdf import PdfReader

# `pypdf` keeps what it unpacked, 75 MB of each at most; an invoice has one.
MAX_FILES = 5
MAX_BYTES = 5 * 2**20

Entry = tuple[str, Callable[[], list[bytes]]]


def embedded_xml(
    pdf: BinaryIO, *, most: int = MAX_FILES, max_bytes: int = MAX_BYTES
) -> Iterator[bytes]:
    """XML files of a PDF, each unpacked when its turn comes.

    A short PDF may name one stream a thousand times, and the stream may unpack to a
    thousand times its size: no more than ``most`` are unpacked, whatever their names,
    and what is larger than ``max_bytes`` is not kept.

    :raise Exception: whatever `pypdf` makes of a damaged file
    """
    files = (read for name, read in _entries(PdfReader(pdf)) if _is_xml(name))
    for read in islice(files, most):
        for content in read():
            if len(content) <= max_bytes:
                yield content


def _is_xml(name: str) -> bool:
    return name.lower().endswith(".xml")


def _entries(reader: PdfReader) -> Iterator[Entry]:
    """Names of the files, and what unpacks each of them."""
    files = getattr(reader, "attachment_list", None)
    if files is None:  # an old version of the package: files of one name go together
        named = reader.attachments
        yield from ((name, partial(named.__getitem__, name)) for name in named)
        return
    for file in files:
        yield file.name, partial(_content, file)


def _content(file) -> list[bytes]:
    return [file.content]
