"""A file inside a PIVOT: out of its Base64 as it comes, then out of its ZIP."""

from __future__ import annotations

import tempfile
from typing import BinaryIO, cast

from .archives import (
    ZIP_MAGIC,
    Allowance,
    Limits,
    files_of,
    member_pieces,
    open_archive,
)
from .base64_stream import Base64Decoder
from .errors import Flaw, UnreadableDocument
from .packing import extension
from .spool import IN_MEMORY, Spool, Stored, pieces_of

# Files that are themselves ZIP archives.
_ZIP_BASED = frozenset({"zip", "docx", "xlsx", "pptx", "odt", "ods", "odp"})


class Incoming:
    """The content of one attachment while it is being read; used again for the next.

    What is wrong is kept until :meth:`settle`, for the document goes on.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        self.begin()

    def begin(self) -> None:
        """The next attachment starts."""
        self._file.seek(0)
        self._file.truncate()
        self._decoder = Base64Decoder()
        self._size = 0
        self._problem: UnreadableDocument | None = None

    def close(self) -> None:
        self._file.close()

    def feed(self, text: str) -> None:
        """A piece of the Base64."""
        if self._problem is not None:
            return
        try:
            self._write(self._decoder.feed(text.encode("ascii")))
        except UnicodeEncodeError:
            self._problem = UnreadableDocument(Flaw.NOT_BASE64)
        except UnreadableDocument as problem:
            self._problem = problem

    def _write(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._limits.max_file_bytes:
            raise UnreadableDocument(Flaw.TOO_LARGE)
        self._file.write(piece)

    def settle(self, name: str, spool: Spool, allowance: Allowance) -> Stored:
        """The file itself, put into ``spool``.

        :param name: the extension tells archives from what is merely packed
        :raise UnreadableDocument: not Base64, damaged, empty or too large
        """
        if self._problem is not None:
            allowance.left -= self._size
            raise self._problem
        self._decoder.finish()
        if not self._size:
            raise UnreadableDocument(Flaw.EMPTY)
        file = cast(BinaryIO, self._file)
        file.seek(0)
        zipped = file.read(len(ZIP_MAGIC)) == ZIP_MAGIC
        stored = self._unpacked(file, name, spool, allowance) if zipped else None
        if stored is None:
            file.seek(0)
            allowance.left -= self._size
            stored = spool.store(pieces_of(file))
        if not stored.size:
            raise UnreadableDocument(Flaw.EMPTY)
        return stored

    def _unpacked(
        self, file: BinaryIO, name: str, spool: Spool, allowance: Allowance
    ) -> Stored | None:
        """Out of a ZIP of one file; None for a ZIP that is the attachment itself."""
        kind = extension(name)
        with open_archive(file, self._limits) as archive:
            files = files_of(archive)
            alone = len(files) == 1
            if kind in _ZIP_BASED and not (
                alone and extension(files[0].filename) == kind
            ):
                return None
            if not alone:
                raise UnreadableDocument(Flaw.SEVERAL_FILES, detail=str(len(files)))
            most = self._limits.max_file_bytes
            return spool.store(
                member_pieces(archive, files[0], self._limits, allowance, most)
            )
