"""The order of a history whose times have no zone."""

from __future__ import annotations

from datetime import datetime, timezone

from chorus_pro.reading import moment_of
from chorus_pro.records import StatusEvent
from chorus_pro.services._details import _in_order


def event(number: int | None, told: str) -> StatusEvent:
    return StatusEvent(portal_event_id=number, code=told, at=moment_of(told))


def codes(*events: StatusEvent) -> list[str]:
    return [str(one.code) for one in _in_order(events)]


def test_the_hour_that_comes_twice_is_told_apart_by_the_ids() -> None:
    first = event(1, "2026-10-25 02:50")
    second = event(2, "2026-10-25 02:10")
    third = event(3, "2026-10-25 03:00")
    found = _in_order([third, second, first])
    assert [one.portal_event_id for one in found] == [1, 2, 3]
    moments = [one.at.astimezone(timezone.utc) for one in found]
    assert moments == [
        datetime(2026, 10, 25, 0, 50, tzinfo=timezone.utc),
        datetime(2026, 10, 25, 1, 10, tzinfo=timezone.utc),
        datetime(2026, 10, 25, 2, 0, tzinfo=timezone.utc),
    ]


def test_on_any_other_day_the_time_goes_before_the_id() -> None:
    late, early = event(1, "2026-03-05 10:00"), event(2, "2026-03-05 09:00")
    assert codes(late, early) == ["2026-03-05 09:00", "2026-03-05 10:00"]


def test_without_ids_and_dates_nothing_is_guessed() -> None:
    undated = StatusEvent(portal_event_id=None, code="DEPOSEE", at=None)
    known = event(5, "2026-10-25 02:50")
    without = event(None, "2026-10-25 02:10")
    assert codes(known, without, undated) == [
        "DEPOSEE",
        "2026-10-25 02:10",
        "2026-10-25 02:50",
    ]
