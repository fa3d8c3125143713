"""The suite of invoice shapes, and the table of verdicts it prints."""

from __future__ import annotations

import itertools
import textwrap
from pathlib import Path

from .boards import BETWEEN, aligned, rows_of, run_with_board, widths_of
from .prepared import Platform
from .results import SuiteResult
from .suite_odoo import run_odoo_suite

# Names the file that the tests append the rows of the table to.
VARIABLE = "CHORUS_SHAPES_FILE"
HOLDS = ("ok", "-", "stop", "pdf")
LEGEND = """\
direct, reform  dialect of Chorus Pro itself, and of XP Z12-012
cii, ubl        form of the XML
XSD EN FR       schema; rules of EN 16931; rules BR-FR (direct: with legal notes and
                electronic addresses, all but BR-FR-08 and -10, which it cannot meet,
                and -CO-05 for a credit note without origin)
back            read back by another program, the terms are those that were written
sums            the totals are those of Odoo's books and satisfy BR-CO-10 to 17
PDF/A           structure of the Factur-X file
facturx cii ubl deposited on the simulator: integrated, with the same amounts; pdf: the
                same as a PDF with its figures beside it (the second road)
ok holds   stop  rightly stopped beforehand, with the sentence expected
-  not asked   pdf  sent as PDF and data: no structured form can carry it   !n  see below"""
# What columns share, in the order of the table; "" is for those that stand alone.
GROUPS = (
    *("direct cii", "direct ubl", "reform cii", "reform ubl"),
    *("", "deposited", "file"),
)
FOLDED = 300

Rows = list[tuple[str, dict[str, str]]]


def run_shapes(platform: Platform) -> SuiteResult:
    """Build every shape in Odoo, print what each check says of it."""
    return run_with_board(
        platform.home,
        "shapes",
        lambda board: run_odoo_suite(platform, "shapes", {VARIABLE: str(board)}),
        show,
        "No shape was tried.",
    )


def show(board: Path) -> str:
    return f"{LEGEND}\n\n{table(read_rows(board))}"


def read_rows(board: Path) -> Rows:
    """:param board: one JSON pair per line, the name of a shape and some of its cells"""
    rows: dict[str, dict[str, str]] = {}
    for name, cells in rows_of(board):
        rows.setdefault(name, {}).update(cells)
    return sorted(rows.items())


def table(rows: Rows) -> str:
    """One row per shape, one column per check; what fails is told below.

    >>> print(table([("one_cent", {"ubl XSD": "ok", "ubl EN": "BR-1"})]))
              ubl
    shape     XSD  EN
    one cent  ok   !1
    <BLANKLINE>
    !1 one cent, ubl EN: BR-1
    1 shapes, 2 checks, 1 failing
    """
    found = dict.fromkeys(column for _name, cells in rows for column in cells)
    columns = sorted(found, key=_place)
    notes: list[str] = []
    lines = [_row(name, cells, columns, notes) for name, cells in rows]
    lines.insert(0, ["shape", *(column.rpartition(" ")[2] for column in columns)])
    widths = widths_of(lines)
    asked = sum(cell != "-" for _name, cells in rows for cell in cells.values())
    return "\n".join(
        [
            _groups(columns, widths),
            *(aligned(line, widths) for line in lines),
            "",
            *notes,
            f"{len(rows)} shapes, {asked} checks, {len(notes)} failing",
        ]
    )


def _place(column: str) -> int:
    group = column.rpartition(" ")[0]
    return GROUPS.index(group) if group in GROUPS else len(GROUPS)


def _groups(columns: list[str], widths: list[int]) -> str:
    """What several columns share, above the first of them."""
    cells = [" " * widths[0]]
    placed = zip(columns, widths[1:], strict=True)
    for group, members in itertools.groupby(
        placed, lambda one: one[0].rpartition(" ")[0]
    ):
        room = sum(width + len(BETWEEN) for _column, width in members) - len(BETWEEN)
        cells.append(group[:room].ljust(room))
    return BETWEEN.join(cells).rstrip()


def _row(
    name: str, cells: dict[str, str], columns: list[str], notes: list[str]
) -> list[str]:
    shown = [name.replace("_", " ")]
    for column in columns:
        cell = cells.get(column, "-")
        if cell not in HOLDS:
            told = f"!{len(notes) + 1} {shown[0]}, {column}: {cell}"
            notes.append(textwrap.shorten(told, FOLDED))
            cell = told.partition(" ")[0]
        shown.append(cell)
    return shown
