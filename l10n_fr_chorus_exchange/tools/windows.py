"""Searching a window of days whole, although the portal stops at a number of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import TypeVar

from ..lib.chorus_pro.errors import SearchCutError

# A window of changes starts a day early: the portal counts in days of Paris, its clock is
# not ours, and reading twice is harmless.
OVERLAP = timedelta(days=1)
# How far the portal's clock and ours may differ, where a day would be too much.
SKEW = timedelta(hours=1)

Row = TypeVar("Row")


def whole_window(
    search: Callable[[date, date], Iterable[Row]],
    since: date,
    until: date,
    *,
    on_cut: Callable[[date], None] | None = None,
) -> list[Row]:
    """Every row of ``search(first day, last day)``, both days included.

    A search that was cut is asked again for each half of its days. A row at a border may
    come twice: the caller keys rows by portal id.

    :param on_cut: told of a day that holds more rows than the portal gives; those it
        gave are kept
    :raise SearchCutError: such a day, and no ``on_cut``
    """
    rows: list[Row] = []
    try:
        for row in search(since, until):
            rows.append(row)  # what came before the cut is kept
    except SearchCutError:
        if since < until:
            middle = date.fromordinal((since.toordinal() + until.toordinal()) // 2)
            after = date.fromordinal(middle.toordinal() + 1)
            return [
                *whole_window(search, since, middle, on_cut=on_cut),
                *whole_window(search, after, until, on_cut=on_cut),
            ]
        if on_cut is None:
            raise
        on_cut(since)
    return rows
