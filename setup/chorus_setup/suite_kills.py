"""The deaths of Odoo at each commit, and the table they print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .boards import aligned, rows_of, run_with_board, widths_of
from .prepared import Platform
from .results import SuiteResult
from .suite_pytest import run_tests

# Names the file that the tests append the rows of the table to.
VARIABLE = "CHORUS_KILLS_FILE"
# Set: every road to the portal, not only that of a file.
ALL_ROADS = "CHORUS_KILLS_ALL"
LEGEND = """\
One row per commit of an invoice's life; Odoo is killed (SIGKILL) just before it, in
another life just after it. found: the deposit, the document or the answers as the next
process found them; calls: those that make an invoice on the portal, download or answer,
until the death and in all; left: what became of it."""
HEAD = ("", "commit", "in", "before: found", "calls", "after: found", "calls", "left")
SIDES = ("before", "after")
NOWHERE = "no death"


def run_kills(platform: Platform) -> SuiteResult:
    """Die at every commit of every road, print what was found and what was left."""

    def run(board: Path) -> SuiteResult:
        more = {VARIABLE: str(board), ALL_ROADS: "1"}
        result = SuiteResult("kills")
        run_tests(
            result,
            platform.home,
            {**platform.tests_environment(), **more},
            ["tests/e2e/test_kills.py", "tests/e2e/test_inbound_kills.py"],
            keep_open=platform.keep_open,
        )
        return result

    return run_with_board(platform.home, "kills", run, show, "Nobody died.")


def show(board: Path) -> str:
    return f"{LEGEND}\n\n{table(rows_of(board))}"


def table(rows: list[dict[str, Any]]) -> str:
    """Both sides of a commit in one row; what does not hold is told below.

    >>> death = {"road": "file", "act": "follow", "commit": 1, "place": "_send",
    ...          "side": "before", "found": "ready", "calls": [0, 1],
    ...          "left": "integrated", "failures": [], "seconds": 0.5}
    >>> print(table([death, {**death, "side": "after", "failures": ["twice"]}]))
                  commit  in     before: found  calls  after: found  calls  left
    file, follow  1       _send  ready          0, 1   ready         0, 1   integrated
    <BLANKLINE>
    file, follow, after 1: twice
    2 deaths, 1 failing
    """
    deaths = [row for row in rows if row["place"] != NOWHERE]
    by_commit: dict[tuple[str, int], dict[str, dict[str, Any]]] = {}
    for row in deaths:
        key = (f"{row['road']}, {row['act']}", row["commit"])
        by_commit.setdefault(key, {})[row["side"]] = row
    lines: list[list[str]] = [list(HEAD)]
    for (life, commit), sides in sorted(by_commit.items(), key=lambda one: one[0]):
        lines.append(_line(life, commit, sides))
    widths = widths_of(lines)
    notes = [
        f"{row['road']}, {row['act']}, {row['side']} {row['commit']}: {one}"
        for row in rows
        for one in row["failures"]
    ]
    failing = sum(bool(row["failures"]) for row in rows)
    return "\n".join(
        [
            *(aligned(line, widths) for line in lines),
            "",
            *notes,
            f"{len(deaths)} deaths, {failing} failing",
        ]
    )


def _line(life: str, commit: int, sides: dict[str, dict[str, Any]]) -> list[str]:
    shown = [life, str(commit), next(iter(sides.values()))["place"]]
    for side in SIDES:
        row = sides.get(side)
        shown += [row["found"], "{}, {}".format(*row["calls"])] if row else ["-", "-"]
    return [*shown, ", ".join(dict.fromkeys(row["left"] for row in sides.values()))]
