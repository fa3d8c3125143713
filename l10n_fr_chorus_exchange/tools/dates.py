"""Between the portal's clock (Paris) and Odoo's (UTC, without zone)."""

from __future__ import annotations

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def to_utc(moment: datetime | None) -> datetime | None:
    """Aware datetime to the naive UTC that Odoo stores, without microseconds.

    >>> to_utc(datetime(2026, 3, 5, 9, 12, tzinfo=PARIS))
    datetime.datetime(2026, 3, 5, 8, 12)
    """
    if moment is None:
        return None
    return moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)


def paris_day(moment: datetime) -> date:
    """Calendar day in Paris of a naive UTC datetime: what the portal's windows count in.

    >>> paris_day(datetime(2026, 3, 5, 23, 30))
    datetime.date(2026, 3, 6)
    """
    return moment.replace(tzinfo=timezone.utc).astimezone(PARIS).date()


def paris_minute(moment: datetime) -> str:
    """What a clock in Paris showed at a naive UTC datetime: histories count in that.

    >>> paris_minute(datetime(2026, 3, 5, 8, 12, 39))
    '2026-03-05 09:12'
    """
    local = moment.replace(tzinfo=timezone.utc).astimezone(PARIS)
    return local.strftime("%Y-%m-%d %H:%M")
