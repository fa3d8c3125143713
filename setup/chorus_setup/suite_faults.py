"""The whole fault matrix, and the table it prints."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from .boards import aligned, rows_of, run_with_board, widths_of
from .prepared import Platform
from .results import SuiteResult
from .suite_kills import run_kills
from .suite_odoo import run_odoo_suite

# Names the file that the tests append the rows of the table to.
VARIABLE = "CHORUS_FAULTS_FILE"
LEGEND = """\
One row per trouble and the call it befalls, or per point where Odoo dies; one column per
form of deposit, or work of a recipient, and number of workers. A number says how many
cells held: at the end the portal has the invoice once, with its amounts, or has none and
the invoice says why; each document is one bill, each answer told once; nothing is left
open; no call was made while the outcome of an earlier one was open.
-  does not arise   !n  see below"""
FOLDED = 400
# Deaths are counted: the first passage, the second, …
PASSAGE = re.compile(r"(; death at .*) \d+$")

Rows = list[tuple[str, str, float, list[str]]]


def run_faults(platform: Platform) -> SuiteResult:
    """Play every cell in Odoo, then kill Odoo for real; print what became of each."""
    result = run_with_board(
        platform.home,
        "faults",
        lambda board: run_odoo_suite(platform, "faults", {VARIABLE: str(board)}),
        show,
        "No cell was played.",
    )
    kills = run_kills(platform)
    result.passed += kills.passed
    result.failed += kills.failed
    result.skipped += kills.skipped
    result.problems += kills.problems
    return result


def show(board: Path) -> str:
    return f"{LEGEND}\n\n{table(read_rows(board))}"


def read_rows(board: Path) -> Rows:
    """:param board: one JSON list per line: cell, column, seconds, failures"""
    return [
        (cell, column, seconds, failures)
        for cell, column, seconds, failures in rows_of(board)
    ]


def table(rows: Rows) -> str:
    """Counts by cell and column; what fails is told below.

    >>> print(table([("token 401", "one, 1 worker", 0.1, []),
    ...              ("slow; death at commit 1", "one, 1 worker", 0.1, []),
    ...              ("slow; death at commit 2", "one, 1 worker", 0.1, ["twice"])]))
                           one, 1 worker
    token 401              1
    slow; death at commit  !1
    <BLANKLINE>
    !1 slow; death at commit 2, one, 1 worker: twice
    3 cells, 1 failing, 0 s of play
    """
    columns = list(dict.fromkeys(column for _cell, column, _seconds, _found in rows))
    counted: dict[str, dict[str, str]] = {}
    notes: list[str] = []
    for cell, column, _seconds, failures in rows:
        line = counted.setdefault(PASSAGE.sub(r"\1", cell), {})
        before = line.get(column, "0")
        if failures:
            number = f"!{len(notes) + 1}"
            told = f"{number} {cell}, {column}: {'; '.join(failures)}"
            notes.append(textwrap.shorten(told, FOLDED))
            line[column] = f"{before} {number}" if before.startswith("!") else number
        elif not before.startswith("!"):
            line[column] = str(int(before) + 1)
    lines = [["", *columns]]
    for name, cells in counted.items():
        lines.append([name, *(cells.get(column, "-") for column in columns)])
    widths = widths_of(lines)
    seconds = sum(row[2] for row in rows)
    return "\n".join(
        [
            *(aligned(line, widths) for line in lines),
            "",
            *notes,
            f"{len(rows)} cells, {len(notes)} failing, {seconds:.0f} s of play",
        ]
    )
