"""Any search of the portal as an iterator over its rows, page after page.

Four things differ from one operation to the next: the name of the request block, where
the answer puts its four figures (root or ``parametresRetour``), the name of the list,
and the code that means "nothing found".
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import reading as r
from .client import Client
from .errors import RefusedError, SearchCutError
from .reading import Item

_logger = logging.getLogger(__name__)

PAGE_SIZE = 100  # the portal's own default is 10
# The portal stops a search after 200 rows unless told otherwise (2017 specification);
# whether it still listens to the higher figure is not known.
DEFAULT_CAP = 200
MAX_RESULTS = 10_000
MAX_PAGES = 1_000
# Readings of one search whose rows go away meanwhile, before it counts as cut.
MAX_READINGS = 5

NOTHING_FOUND = frozenset({"TRA_MSG_00.015", "GFT_MSG_01.075"})


@dataclass(frozen=True)
class Search:
    """What is particular to one search operation."""

    path: str
    rows: str  # name of the list in the answer
    block: str  # name of the paging block in the request
    key: str  # technical id of a row, to recognise one seen before
    capped: bool = False  # whether the block takes nbResultatsMaximum
    sort: str = ""  # stable column: rows that arrive meanwhile come last


def rows(
    client: Client,
    search: Search,
    criteria: Mapping[str, Any],
    *,
    page_size: int = PAGE_SIZE,
) -> Iterator[Item]:
    """Every row once; asks for the next page only when the caller gets there.

    A row that moves to another page while we read is not given twice. A row that goes
    away from a page we have read moves another one there, unseen: then all is read once
    more.

    :raise RefusedError: anything but "nothing found", which is an empty iterator
    :raise SearchCutError: after the last row, when a ``capped`` search holds more
    """
    page_size = min(page_size, client.page_size)
    given: set[str] = set()
    for _reading in range(MAX_READINGS):
        if not (yield from _read(client, search, criteria, page_size, given)):
            return
    _tell_cut(search, "rows go away while they are read", len(given), None)


def _read(
    client: Client,
    search: Search,
    criteria: Mapping[str, Any],
    page_size: int,
    given: set[str],
) -> Generator[Item, None, bool]:
    """One reading from the first page to the last; rows given before are left out.

    :return: whether rows went away between two pages
    """
    seen: set[str] = set()
    count, most = 0, 0
    for page in range(1, MAX_PAGES + 1):
        answer = _ask(client, search, criteria, page, page_size)
        if answer is None:
            return most > count
        found = r.items(answer, search.rows)
        fresh = [row for row in found if _is_new(row, search.key, seen)]
        yield from [row for row in fresh if _is_new(row, search.key, given)]
        count += len(fresh)
        total = r.integer(_figures(answer), "total")
        if total is not None and total < most:
            return True
        most = max(most, total or 0)
        if not found or _is_last(answer, page, len(fresh), page_size):
            _check_whole(search, answer, count)
            return False
    _tell_cut(search, f"stopped after {MAX_PAGES} pages", count, None)
    return False


def _ask(
    client: Client,
    search: Search,
    criteria: Mapping[str, Any],
    page: int,
    page_size: int,
) -> Item | None:
    block = r.compact(
        pageResultatDemandee=page,
        nbResultatsParPage=page_size,
        nbResultatsMaximum=MAX_RESULTS if search.capped else None,
        triColonne=search.sort or None,
        triSens="Ascendant" if search.sort else None,
    )
    try:
        return client.read(search.path, {**criteria, search.block: block})
    except RefusedError as error:
        if error.message_id in NOTHING_FOUND:
            return None
        raise


def _is_new(row: Item, key: str, seen: set[str]) -> bool:
    mark = r.text(row, key)
    if not mark:
        return True  # the record will complain, in its own words
    if mark in seen:
        return False
    seen.add(mark)
    return True


def _figures(answer: Item) -> Item:
    return r.part(answer, "parametresRetour") or answer


def _is_last(answer: Item, page: int, fresh: int, page_size: int) -> bool:
    pages = r.integer(_figures(answer), "pages")
    # Without the figure, a page that brings less than a full page of news is the last.
    return fresh < page_size if pages is None else page >= pages


def _check_whole(search: Search, answer: Item, count: int) -> None:
    total = r.integer(_figures(answer), "total")
    # The total may itself be counted up to the cap only.
    at_a_cap = search.capped and count in (DEFAULT_CAP, MAX_RESULTS)
    if at_a_cap or (total is not None and total > count):
        told = f"{total} rows announced, {count} received; there may be more"
        _tell_cut(search, told, count, total)


def _tell_cut(search: Search, message: str, count: int, total: int | None) -> None:
    """An invoice must not be missed; elsewhere some rows are better than none."""
    if search.capped:
        raise SearchCutError(f"{search.path}: {message}", received=count, total=total)
    _logger.warning("%s: %s", search.path, message)
