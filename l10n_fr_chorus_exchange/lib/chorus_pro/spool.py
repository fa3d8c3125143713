"""Contents kept out of memory: written once to a temporary file, read as one likes."""

from __future__ import annotations

import hashlib
import io
import tempfile
import threading
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, cast

IN_MEMORY = 1_000_000  # bytes of one spool; more goes to the disk
PIECE = 65_536


class Spool:
    """One temporary file for many contents, one after the other.

    It has no name in the file system and goes with the last content that uses it. May
    be read by several threads.
    """

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        # Closed by the finalizer: it lives as long as what was read from a document.
        self._file = tempfile.SpooledTemporaryFile(max_size=in_memory)  # noqa: SIM115
        self._lock = threading.Lock()
        self._end = 0
        weakref.finalize(self, self._file.close)

    def store(self, pieces: Iterable[bytes]) -> Stored:
        """Write a content down; one that breaks off leaves nothing behind.

        :raise OSError: the disk is full
        """
        start = self._end
        digest = hashlib.sha256()
        try:
            for piece in pieces:
                self._write(piece)
                digest.update(piece)
        except BaseException:
            self._cut(start)
            raise
        return Stored(self, start, self._end - start, digest.hexdigest())

    def _write(self, piece: bytes) -> None:
        with self._lock:
            self._file.seek(self._end)
            self._file.write(piece)
            self._end += len(piece)

    def _cut(self, end: int) -> None:
        with self._lock:
            self._file.seek(end)
            self._file.truncate()
            self._end = end

    def read_at(self, place: int, size: int) -> bytes:
        """At most ``size`` bytes from ``place`` on."""
        with self._lock:
            self._file.seek(place)
            return self._file.read(size)


@dataclass(frozen=True)
class Stored:
    """A content in a spool: ``size`` in bytes, ``sha256`` in hexadecimal digits."""

    _spool: Spool = field(repr=False, compare=False)
    _start: int = field(repr=False, compare=False)
    size: int
    sha256: str

    @property
    def content(self) -> bytes:
        """The whole in memory."""
        return self._spool.read_at(self._start, self.size)

    def open(self) -> BinaryIO:
        """A file of its own on this content, for reading and seeking."""
        return io.BufferedReader(cast(io.RawIOBase, _Reader(self)), PIECE)

    def read_at(self, place: int, size: int) -> bytes:
        """At most ``size`` bytes from ``place`` on, none beyond the content."""
        left = max(0, min(size, self.size - place))
        return self._spool.read_at(self._start + place, left)


class _Reader(io.RawIOBase):
    def __init__(self, stored: Stored) -> None:
        super().__init__()
        self._stored = stored
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        piece = self._stored.read_at(self._place, len(buffer))
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        starts = {
            io.SEEK_SET: 0,
            io.SEEK_CUR: self._place,
            io.SEEK_END: self._stored.size,
        }
        place = starts[whence] + offset
        if place < 0:
            raise ValueError("before the beginning")
        self._place = place
        return place


Source = bytes | BinaryIO | Stored


def opened(source: Source) -> BinaryIO:
    """A source as a file, at its beginning."""
    if isinstance(source, Stored):
        return source.open()
    if isinstance(source, (bytes, bytearray)):
        return io.BytesIO(source)
    source.seek(0)
    return source


def size_of(file: BinaryIO) -> int:
    """Bytes of a file, which is left at its beginning."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    return size


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    """What is left of a file, piece by piece."""
    while piece := file.read(PIECE):
        yield piece
