"""Searching a window of days whole, although the portal stops at a number of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

from ..lib.chorus_pro.errors import SearchCutError

Row = TypeVar("Row")


def whole_window(
    search: Callable[[date, date], Iterable[Row]], since: date, until: date
) -> list[Row]:
    """Every row of ``search(first day, last day)``, both days included.

    A search that was cut is asked again for each half of its days. A row at a border may
    come twice: the caller keys rows by portal id.

    :raise SearchCutError: even one day holds more rows than the portal gives
    """
    try:
        return list(search(since, until))
    except SearchCutError:
        if since >= until:
            raise
    middle = date.fromordinal((since.toordinal() + until.toordinal()) // 2)
    return [
        *whole_window(search, since, middle),
        *whole_window(search, date.fromordinal(middle.toordinal() + 1), until),
    ]
