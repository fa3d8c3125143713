"""CSV made by a stranger, line by line; one broken line costs no other."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from typing import BinaryIO

from ..errors import Flaw, UnreadableDocument
from ..spool import PIECE, pieces_of

DELIMITERS = ";\t,|"
MAX_LINE = 200_000  # characters; a title line and a row have some hundreds
_MOST_JOINED = 20  # lines of one record with a line break in its quotes


def encoding_of(file: BinaryIO) -> str:
    """UTF-8 or UTF-16 when it is, otherwise that of Windows in France.

    The whole file is read, and left at its beginning.
    """
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces_of(file):
            decoder.decode(piece)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return "cp1252"
    finally:
        file.seek(0)
    return "utf-8-sig"


def lines_of(file: BinaryIO, encoding: str) -> Iterator[tuple[str, int]]:
    """Lines without their end, each with the bytes of the file read so far.

    :raise UnreadableDocument: a line longer than any row can be
    """
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    held, read = "", 0
    while piece := file.read(PIECE):
        read += len(piece)
        held += decoder.decode(piece)
        *whole, held = held.split("\n")
        for line in whole:
            yield _checked(line), read
        _checked(held)
    held += decoder.decode(b"", True)
    if held:
        yield _checked(held), read


def _checked(line: str) -> str:
    if len(line) > MAX_LINE:
        raise UnreadableDocument(Flaw.TOO_LARGE)
    return line.removesuffix("\r")


def records_of(
    lines: Iterator[tuple[str, int]], delimiter: str
) -> Iterator[tuple[int, list[str] | None, int]]:
    """Line number, cells, bytes read so far; the cells are None where quotes are broken.

    A quote that does not end within some lines is taken as broken, and reading goes on
    with the line after it.
    """
    number = 0
    waiting: list[tuple[str, int]] = []
    while True:
        first = waiting.pop(0) if waiting else next(lines, None)
        if first is None:
            return
        number += 1
        line, read = first
        if '"' not in line:
            if line.strip():
                yield number, line.split(delimiter), read
            continue
        start, cells = number, _cells(line, delimiter)
        used = 0
        while cells is None and used < _MOST_JOINED:
            if used == len(waiting):
                more = next(lines, None)
                if more is None:
                    break
                waiting.append(more)
            line += f"\n{waiting[used][0]}"
            used += 1
            cells = _cells(line, delimiter)
        if cells is not None:
            del waiting[:used]
            number += used
        yield start, cells, read


def _cells(line: str, delimiter: str) -> list[str] | None:
    """None when a quote stays open, or stands where none may."""
    try:
        [cells] = csv.reader(
            line.splitlines(keepends=True), delimiter=delimiter, strict=True
        )
    except (csv.Error, ValueError):
        return None
    return cells
