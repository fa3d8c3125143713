"""Lenient reading of values that come from the portal.

Null and absent are the same, numbers may come as text, a list of one may come as a
bare object, and a value that makes no sense counts as absent. Only what a record cannot
live without is demanded (``needed_*``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from .errors import InvalidCallError, OutcomeUnknownError

# Times without a zone are those of the clock on the wall in Paris.
PARIS = ZoneInfo("Europe/Paris")
# The first and the last year of the calendar stand for "always" and "never"; another
# zone, or a delay counted from there, would lead out of it.
_YEARS = range(date.min.year + 1, date.max.year)

Item = Mapping[str, Any]

_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})"
    r"(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_TRUE = frozenset({"true", "oui", "1"})
_FALSE = frozenset({"false", "non", "0"})


def text(item: Item, key: str) -> str:
    """Text without outer spaces, "" when absent; a number becomes its digits."""
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        return ""
    return str(value).strip()


def integer(item: Item, key: str) -> int | None:
    """Whole number, also from text.

    >>> integer({"idFacture": "9100001"}, "idFacture")
    9100001
    """
    value = number(item, key)
    return int(value) if value is not None and value == value.to_integral() else None


def number(item: Item, key: str) -> Decimal | None:
    """Amount, rate or quantity, exact."""
    value = item.get(key)
    if isinstance(value, bool):
        return None
    if isinstance(value, (str, int, Decimal)):
        return decimal_of(str(value))
    return None


def decimal_of(value: str) -> Decimal | None:
    """Finite decimal of a text, or None.

    >>> decimal_of(" 120.50 ")
    Decimal('120.50')
    """
    value = value.strip()
    if not value or len(value) > 40:
        return None
    try:
        found = Decimal(value.replace(",", "."))
    except InvalidOperation:
        return None
    # An exponent such as 1E+999999 would eat the memory at the first rounding.
    return found if found.is_finite() and abs(found.adjusted()) < 40 else None


def flag(item: Item, key: str) -> bool | None:
    """Yes, no, or not told."""
    value = item.get(key)
    if isinstance(value, bool):
        return value
    word = text(item, key).lower()
    return True if word in _TRUE else False if word in _FALSE else None


def moment(item: Item, key: str) -> datetime | None:
    """Aware date and time, in Paris time when the portal names no zone."""
    return moment_of(text(item, key))


def day(item: Item, key: str) -> date | None:
    """Calendar day in Paris."""
    return day_of(text(item, key))


def moment_of(value: str) -> datetime | None:
    """Aware moment from any of the formats in use, or None: every zone can hold it.

    >>> moment_of("2026-03-05 09:12").isoformat()
    '2026-03-05T09:12:00+01:00'
    >>> moment_of("2019-07-11T15:45:39.674+02:00").isoformat()
    '2019-07-11T15:45:39.674000+02:00'
    >>> moment_of("2026-03-02").isoformat()
    '2026-03-02T00:00:00+01:00'
    >>> moment_of("9999-12-31T23:59:59Z")
    """
    found = _written(value)
    return found if found and found.year in _YEARS else None


def day_of(value: str) -> date | None:
    """Paris day of any of the formats in use, or None.

    >>> day_of("2026-03-01T23:30:00Z")
    datetime.date(2026, 3, 2)
    """
    found = _written(value)
    try:
        return found.astimezone(PARIS).date() if found else None
    except OverflowError:  # the first or the last day there is, in another zone
        return None


def _written(value: str) -> datetime | None:
    """The moment as it is written, be it one that no other zone can hold."""
    found = _MOMENT.fullmatch(value.strip())
    if not found:
        return None
    day_text, hour, minute, second, fraction, zone = found.groups()
    micro = (fraction or "").ljust(6, "0")[:6]
    try:
        return datetime.combine(
            date.fromisoformat(day_text),
            time(int(hour or 0), int(minute or 0), int(second or 0), int(micro)),
            tzinfo=_zone(zone),
        )
    except ValueError:
        return None


def items(item: Item, key: str) -> list[Item]:
    """Objects of a list; absent is empty, a bare object is a list of one."""
    value = item.get(key)
    if isinstance(value, Mapping):
        return [value]
    if isinstance(value, list):
        return [entry for entry in value if isinstance(entry, Mapping)]
    return []


def part(item: Item, key: str) -> Item:
    """A nested object, empty when absent."""
    value = item.get(key)
    return value if isinstance(value, Mapping) else {}


def needed_id(item: Item, key: str) -> int:
    """A technical id without which the record means nothing.

    :raise OutcomeUnknownError: it is not there, so the answer is not to be trusted
    """
    value = integer(item, key)
    if value is None:
        raise OutcomeUnknownError(f"the answer has no {key}")
    return value


def needed_text(item: Item, key: str) -> str:
    """As :func:`needed_id`, for a text."""
    value = text(item, key)
    if not value:
        raise OutcomeUnknownError(f"the answer has no {key}")
    return value


def compact(**fields: Any) -> dict[str, Any]:
    """Request body without the fields that are not given; 0, "" and False are given.

    >>> compact(numeroFacture="F1", idDestinataire=None)
    {'numeroFacture': 'F1'}
    """
    return {key: value for key, value in fields.items() if value is not None}


def wire_day(value: date | None, *, end_of_day: bool = False) -> str | None:
    """Day as the searches take it; an aware datetime is seen from Paris.

    :raise InvalidCallError: a datetime without zone, which could mean two days

    >>> wire_day(date(2026, 3, 5), end_of_day=True)
    '2026-03-05T23:59:59'
    """
    if value is None:
        return None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise InvalidCallError("a datetime needs a zone")
        value = value.astimezone(PARIS).date()
    return value.isoformat() + ("T23:59:59" if end_of_day else "")


def _zone(name: str | None) -> ZoneInfo | timezone:
    if name is None:
        return PARIS
    if name == "Z":
        return timezone.utc
    sign = -1 if name[0] == "-" else 1
    hours, minutes = int(name[1:3]), int(name[-2:])
    return timezone(sign * timedelta(hours=hours, minutes=minutes))
