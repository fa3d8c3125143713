"""Tables that tests fill row by row while they run, printed when they are over."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .home import Home
from .results import SuiteResult

BETWEEN = "  "


def run_with_board(
    home: Home,
    name: str,
    run: Callable[[Path], SuiteResult],
    show: Callable[[Path], str],
    nothing: str,
) -> SuiteResult:
    """Run tests that append rows to a new board, and print what ``show`` makes of it.

    :param name: of the board's file
    :param run: gets the board, runs the tests
    :param show: the text to print, from the board
    :param nothing: said when there is no row, which fails the suite
    """
    board = home.run / f"{name}.jsonl"
    board.unlink(missing_ok=True)
    result = run(board)
    print(show(board), flush=True)
    if not rows_of(board):
        result.fail(nothing)
    return result


def rows_of(board: Path) -> list[Any]:
    """One JSON value per line; none when no test came to write one."""
    if not board.exists():
        return []
    return [json.loads(line) for line in board.read_text(encoding="utf-8").splitlines()]


def aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    """One line of a table.

    >>> aligned(["a", "b"], [3, 1])
    'a    b'
    """
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return BETWEEN.join(padded).rstrip()


def widths_of(lines: Sequence[Sequence[str]]) -> list[int]:
    """Width of each column of some lines."""
    return [max(map(len, cells)) for cells in zip(*lines, strict=True)]
