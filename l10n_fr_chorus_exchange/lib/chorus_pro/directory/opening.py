"""What a directory file holds: its sheets, whatever it is wrapped in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from ..archives import (
    ZIP_MAGIC,
    Allowance,
    Limits,
    files_of,
    member_pieces,
    open_archive,
    safe_name,
)
from ..errors import Flaw, UnreadableDocument
from ..sniffing import HEAD, mime_of
from ..spool import Source, Spool, opened, size_of
from . import delimited, workbook
from .columns import Layout, SheetKind, layouts_of
from .values import BadRow, Row, RowFlaw, reader_of

# The published workbook has 27 MB, its sheets some hundreds unpacked.
LIMITS = Limits(max_bytes=2_000_000_000, max_file_bytes=1_000_000_000, max_members=200)
_TITLES_WITHIN = 20  # lines
_MOST_NAMED = 6  # files, or columns, told of a file that is none

# Of what may be a table written as text.
_TEXTS = ("", "text/plain", "text/csv")

_Record = tuple[int, list[str] | None, int]


@dataclass
class Sheet:
    """Rows of one kind; ``fields`` names their values.

    ``read`` of ``size`` bytes are behind while :meth:`rows` goes on; ``is_cut`` says
    after it that the last row was not whole.
    """

    kind: SheetKind
    fields: tuple[str, ...]
    size: int
    _table: _Table = field(repr=False)
    _layout: Layout = field(repr=False)
    read: int = 0
    is_cut: bool = False

    def rows(self, skip: int = 0) -> Iterator[Row | BadRow]:
        """Values, or what is wrong with a row; a bad row counts as one.

        :param skip: rows that were read another time
        :raise UnreadableDocument: the file breaks off, or goes beyond the limits
        """
        values_of = reader_of(self._layout)
        width = self._table.width
        is_ragged = self._table.is_ragged
        self.is_cut = False
        for line, cells, read in islice(self._table.body(), skip, None):
            self.read = read
            self.is_cut = cells is None
            if cells is None:
                yield BadRow(line, RowFlaw.BROKEN)
                continue
            if len(cells) < width:
                if not is_ragged:
                    self.is_cut = True
                    yield BadRow(line, RowFlaw.WIDTH, str(len(cells)))
                    continue
                cells = cells + [""] * (width - len(cells))
            elif any(cells[width:]):
                yield BadRow(line, RowFlaw.WIDTH, str(len(cells)))
                continue
            yield values_of(line, cells)


@dataclass
class _Table:
    """A CSV, or a sheet of a workbook, and where its rows begin."""

    source: Source
    name: str
    book: workbook.Book | None = None
    sheet: str = ""
    delimiter: str = ""
    encoding: str = ""
    skipped: int = 0
    width: int = 0

    @property
    def is_ragged(self) -> bool:
        """Whether the empty cells at the end of a row are left out."""
        return self.book is not None

    def records(self) -> Iterator[_Record]:
        if self.book is not None:
            yield from self.book.rows(self.sheet)
        else:
            lines = delimited.lines_of(opened(self.source), self.encoding)
            yield from delimited.records_of(lines, self.delimiter)

    def body(self) -> Iterator[_Record]:
        return islice(self.records(), self.skipped, None)

    def layouts(self) -> list[Layout]:
        """Those of the line of titles, which need not be the first; [] without one."""
        for rank, (_line, cells, _read) in enumerate(
            islice(self.records(), _TITLES_WITHIN)
        ):
            found = layouts_of(cells or [])
            if cells and found:
                self.skipped = rank + 1
                self.width = len(cells)
                return found
        return []

    def first_cells(self) -> list[str]:
        first = next(self.records(), None)
        return [] if first is None or first[1] is None else first[1]


def read_sheets(
    source: Source, name: str = "", *, limits: Limits = LIMITS
) -> list[Sheet]:
    """Sheets of a directory, those of structures first.

    :param source: CSV, XLSX, or a ZIP of either; read again for each sheet
    :param name: of the file, to be told when it is none
    :raise UnreadableDocument: damaged, beyond the limits, or without anything known
        (``NOT_A_DIRECTORY``, the detail says what was found)
    """
    sheets: list[Sheet] = []
    strangers: list[str] = []
    for table, size in _tables(source, name, limits, strangers):
        layouts = table.layouts()
        sheets += [Sheet(one.kind, one.fields, size, table, one) for one in layouts]
        if not layouts:
            strangers.append(_told(table))
    if not sheets:
        found = ", ".join(strangers[:_MOST_NAMED]) or safe_name(name)
        raise UnreadableDocument(Flaw.NOT_A_DIRECTORY, detail=found[:300])
    return sorted(sheets, key=lambda sheet: sheet.kind is SheetKind.SERVICES)


def _tables(
    source: Source, name: str, limits: Limits, strangers: list[str]
) -> Iterator[tuple[_Table, int]]:
    file = opened(source)
    if not is_zip(source):
        yield from _plain_tables(source, name, limits, strangers)
        return
    with open_archive(file, limits) as archive:
        if workbook.is_workbook(archive):
            yield from _workbook_tables(source, name, limits)
            return
        allowance = Allowance(limits.max_bytes)
        for member in files_of(archive):
            inner = safe_name(member.filename)
            most = limits.max_file_bytes
            pieces = member_pieces(archive, member, limits, allowance, most)
            stored = Spool().store(pieces)
            if not is_zip(stored):
                yield from _plain_tables(stored, inner, limits, strangers)
                continue
            # An archive in an archive is opened for its sheets only.
            tables = list(_workbook_tables(stored, inner, limits))
            if not tables:
                strangers.append(inner)
            yield from tables


def _plain_tables(
    source: Source, name: str, limits: Limits, strangers: list[str]
) -> Iterator[tuple[_Table, int]]:
    file = opened(source)
    size = size_of(file)
    if size > limits.max_file_bytes:
        raise UnreadableDocument(Flaw.TOO_LARGE)
    if mime_of(file.read(HEAD)) not in _TEXTS:
        strangers.append(name)
        return
    encoding = delimited.encoding_of(file)
    tables = [
        _Table(source, name, delimiter=one, encoding=encoding)
        for one in delimited.DELIMITERS
    ]
    yield next((one for one in tables if one.layouts()), tables[0]), size


def _workbook_tables(
    source: Source, name: str, limits: Limits
) -> Iterator[tuple[_Table, int]]:
    book = workbook.Book(source, limits)
    for sheet, size in book.sheets():
        yield _Table(source, name, book, sheet), size


def _told(table: _Table) -> str:
    """What a person may recognise of a table that is none of ours."""
    name = table.name or table.sheet
    cells = [cell.strip()[:30] for cell in table.first_cells() if cell.strip()]
    return f"{name} ({', '.join(cells[:_MOST_NAMED])})" if cells else name


def is_zip(source: Source) -> bool:
    return opened(source).read(len(ZIP_MAGIC)) == ZIP_MAGIC
