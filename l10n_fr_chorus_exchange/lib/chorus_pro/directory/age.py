"""Of which day a directory is, as far as it tells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from ..archives import Limits, files_of, open_archive
from ..errors import UnreadableDocument
from ..spool import Source, opened
from .opening import LIMITS, is_zip

_DAY = re.compile(
    r"(?<![0-9])(20[0-9]{2})[-_]?(0[1-9]|1[0-2])[-_]?([0-3][0-9])(?![0-9])"
)
# Chorus Pro began in this year; an archive that tells no date says 1980.
_FIRST_YEAR = 2017


def published_on(name: str) -> date | None:
    """The day a file name tells.

    >>> published_on("AIFE-Chorus-Pro-Annuaire_20261116.xlsx")
    datetime.date(2026, 11, 16)
    >>> published_on("annuaire.csv")
    """
    match = _DAY.search(name)
    return _day(*map(int, match.groups())) if match else None


def published_in(source: Source, limits: Limits = LIMITS) -> date | None:
    """The day told inside an archive: by the names of its files, or else by their dates.

    The oldest of several; None where there is none, or no archive.
    """
    if not is_zip(source):
        return None
    try:
        with open_archive(opened(source), limits) as archive:
            members = files_of(archive)
    except UnreadableDocument:
        # Whoever reads it will say so.
        return None
    return _oldest(published_on(one.filename) for one in members) or _oldest(
        _day(*one.date_time[:3]) for one in members
    )


def _oldest(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if found.year >= _FIRST_YEAR else None
