"""XLSX made by a stranger, row by row, without a spreadsheet library.

A workbook is a ZIP of XML files. Its texts stand apart from its rows, each once, and are
kept packed while a sheet is read.
"""

from __future__ import annotations

import re
import zipfile
from array import array
from collections.abc import Iterator
from functools import partial
from typing import cast

from lxml import etree

from ..archives import Allowance, Limits, files_of, member_pieces, open_archive
from ..errors import Flaw, UnreadableDocument
from ..guarded_xml import root_of
from ..spool import Source, opened
from .plain import MOST_COLUMNS, PLACES, Plain

_WORKBOOK = "xl/workbook.xml"
_STRINGS = "xl/sharedstrings.xml"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
MAX_STRINGS = 200_000_000  # bytes of all texts together
MAX_SILENCE = 4_000_000  # bytes between two rows, or two texts
_MOST_MET = 50_000  # texts that are kept unpacked: "true", names of countries
_DIGITS = "0123456789"


def is_workbook(archive: zipfile.ZipFile) -> bool:
    return any(one.filename.lower() == _WORKBOOK for one in files_of(archive))


class Book:
    """One workbook; its texts are read once, for all its sheets.

    :param source: read again for each sheet
    """

    def __init__(self, source: Source, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        self._texts: _Texts | None = None

    def sheets(self) -> list[tuple[str, int]]:
        """Names of the sheets inside the archive, and the bytes they say they have."""
        with open_archive(opened(self._source), self._limits) as archive:
            return [
                (one.filename, one.file_size)
                for one in files_of(archive)
                if _SHEET.fullmatch(one.filename)
            ]

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str], int]]:
        """Line number, cells, bytes of the sheet read so far.

        :param sheet: one of :meth:`sheets`
        :raise UnreadableDocument: damaged, not XML, or beyond the limits
        """
        limits = self._limits
        with open_archive(opened(self._source), limits) as archive:
            pieces = partial(_pieces, archive, limits, Allowance(limits.max_bytes))
            members = {one.filename: one for one in files_of(archive)}
            if self._texts is None:
                self._texts = _Texts()
                for name, member in members.items():
                    if name.lower() == _STRINGS:
                        _read_texts(pieces(member), self._texts)
            yield from _rows(pieces(members[sheet]), self._texts)


def _pieces(
    archive: zipfile.ZipFile,
    limits: Limits,
    allowance: Allowance,
    member: zipfile.ZipInfo,
) -> Iterator[bytes]:
    return member_pieces(archive, member, limits, allowance, limits.max_bytes)


def _read_texts(pieces: Iterator[bytes], texts: _Texts) -> None:
    plain = Plain(pieces, "si", "sst")
    for found in plain.texts():
        for text in found:
            texts.add(text)
    for element, _read in _elements(plain.rest(), "si", "sst"):
        texts.add(_text_of(element))


def _rows(
    pieces: Iterator[bytes], texts: _Texts
) -> Iterator[tuple[int, list[str], int]]:
    plain = Plain(pieces, "row", "sheetData")
    number = 0
    for found in plain.rows(texts):
        for told, cells in found:
            number = _row_number(told, number)
            yield number, cells, plain.read
    rest = plain.rest()
    for element, read in _elements(rest, "row", "sheetData"):
        number = _row_number(element.get("r", ""), number)
        yield number, _cells(element, texts), plain.read + read


def _elements(
    pieces: Iterator[bytes], name: str, last: str
) -> Iterator[tuple[etree._Element, int]]:
    """Elements of that name, whole, each forgotten after it; and the bytes read so far.

    :param last: the element after whose end nothing is read any more
    """
    parser = etree.XMLPullParser(
        events=("end",),
        tag=(f"{{*}}{name}", f"{{*}}{last}"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    read = silence = 0
    for piece in pieces:
        if not read:
            # A type declaration can only stand before the first element.
            root_of(piece)
        read += len(piece)
        silence += len(piece)
        for element in _fed(parser, piece):
            if element.tag.endswith(f"}}{last}") or element.tag == last:
                return
            silence = 0
            yield element, read
            _forget(element)
        if silence > MAX_SILENCE:
            raise UnreadableDocument(Flaw.TOO_LARGE)
    raise UnreadableDocument(Flaw.NOT_XML)


def _fed(parser: etree.XMLPullParser, piece: bytes) -> Iterator[etree._Element]:
    try:
        parser.feed(piece)
        for _event, element in parser.read_events():
            yield cast(etree._Element, element)
    except etree.XMLSyntaxError as err:
        raise UnreadableDocument(Flaw.NOT_XML, line=err.lineno) from err


def _forget(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


class _Texts(dict[str, str]):
    """The texts of a workbook, packed: hundreds of thousands are some ten megabytes.

    By their places as a cell tells them, "" for one where there is none; those met
    first are kept unpacked.
    """

    def __init__(self) -> None:
        super().__init__()
        self._packed = bytearray()
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        """:raise UnreadableDocument: too many of them"""
        self._packed += text.encode("utf-8", "replace")
        self._ends.append(len(self._packed))
        if len(self._packed) > MAX_STRINGS:
            raise UnreadableDocument(Flaw.TOO_LARGE)

    def __missing__(self, place: str) -> str:
        if not place.isdecimal() or int(place) + 1 >= len(self._ends):
            return ""
        start, end = self._ends[int(place)], self._ends[int(place) + 1]
        text = self._packed[start:end].decode()
        if len(self) < _MOST_MET:
            self[place] = text
        return text


def _row_number(told: str, before: int) -> int:
    return int(told) if told.isdecimal() and len(told) < 8 else before + 1


def _cells(row: etree._Element, texts: _Texts) -> list[str]:
    """Texts of the cells at their places; those left out are empty."""
    cells: list[str] = []
    for cell in row:
        reference = cell.get("r")
        place = (
            len(cells)
            if reference is None
            else PLACES.get(reference.rstrip(_DIGITS), MOST_COLUMNS)
        )
        if len(cells) < place < MOST_COLUMNS:
            cells.extend([""] * (place - len(cells)))
        if place == len(cells):
            cells.append(_content(cell, texts))
    return cells


def _content(cell: etree._Element, texts: _Texts) -> str:
    for child in cell:
        name = str(child.tag)
        if name.rpartition("}")[2] == "v":
            value = child.text or ""
            return texts[value] if cell.get("t") == "s" else value
        if name.rpartition("}")[2] == "is":
            return _text_of(child)
    return ""


def _text_of(element: etree._Element) -> str:
    """Its text without that of readings (phonetic runs)."""
    if len(element) == 1 and not len(element[0]):
        return element[0].text or ""
    return "".join(
        child.text or ""
        for child in element.iter("{*}t")
        if not str(cast(etree._Element, child.getparent()).tag).endswith("rPh")
    )
