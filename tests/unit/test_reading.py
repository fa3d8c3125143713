from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from chorus_pro import reading as r
from chorus_pro.errors import InvalidCallError, OutcomeUnknownError


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (" a ", "a"),
        (12, "12"),
        (Decimal("1.50"), "1.50"),
        (None, ""),
        (True, ""),
        ([], ""),
        ({}, ""),
    ],
)
def test_text_is_read_leniently(value, expected):
    assert r.text({"k": value}, "k") == expected


def test_absent_and_null_are_the_same():
    for item in ({}, {"k": None}):
        assert r.text(item, "k") == ""
        assert r.integer(item, "k") is None
        assert r.number(item, "k") is None
        assert r.flag(item, "k") is None
        assert r.day(item, "k") is None
        assert r.moment(item, "k") is None
        assert r.items(item, "k") == []
        assert r.part(item, "k") == {}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (65336344681929, 65336344681929),
        ("9100001", 9100001),
        (Decimal("5.0"), 5),
        (Decimal("5.5"), None),
        ("", None),
        ("x", None),
        (True, None),
    ],
)
def test_integer_is_read_leniently(value, expected):
    assert r.integer({"k": value}, "k") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1234.5", Decimal("1234.5")),
        ("1234,5", Decimal("1234.5")),
        (-3, Decimal(-3)),
        ("NaN", None),
        ("Infinity", None),
        ("1E+999999", None),
        ("1" * 41, None),
        ("1 234", None),
    ],
)
def test_number_is_exact_and_bounded(value, expected):
    assert r.number({"k": value}, "k") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (False, False),
        ("OUI", True),
        ("non", False),
        ("true", True),
        (0, False),
        ("peut-être", None),
    ],
)
def test_flag_has_three_values(value, expected):
    assert r.flag({"k": value}, "k") is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-02", "2026-03-02T00:00:00+01:00"),
        ("2026-07-02 10:40", "2026-07-02T10:40:00+02:00"),
        ("2026-03-02T10:40:12.004+01:00", "2026-03-02T10:40:12.004000+01:00"),
        ("2026-03-02T10:40:12-0230", "2026-03-02T10:40:12-02:30"),
        ("2026-03-02T10:40:12Z", "2026-03-02T10:40:12+00:00"),
        ("2026-03-02T10:40:12.1234567899Z", None),
        ("2026-02-30", None),
        ("2026-03-02 25:00", None),
        ("02/03/2026", None),
        ("0001-01-01T00:00:00", None),
        ("0001-12-31", None),
        ("9999-12-31T23:59:59Z", None),
        ("9998-12-31", "9998-12-31T00:00:00+01:00"),
        ("", None),
    ],
)
def test_three_date_formats_become_aware_moments(value, expected):
    found = r.moment({"k": value}, "k")
    assert (found.isoformat() if found else None) == expected


def test_any_zone_holds_a_moment_and_the_delays_counted_from_it():
    for value in ("0002-01-01T00:00:00+14:00", "9998-12-31T23:59:59-12:00"):
        moment = r.moment({"k": value}, "k")
        for zone in (timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))):
            assert moment.astimezone(zone) - timedelta(days=60) < moment
            assert moment.astimezone(zone) + timedelta(days=60) > moment


def test_day_at_the_end_of_the_calendar_is_still_a_day():
    assert r.day({"k": "9999-12-31"}, "k") == date(9999, 12, 31)
    assert r.day({"k": "9999-12-31T23:59:59Z"}, "k") is None


def test_day_is_the_one_in_paris():
    assert r.day({"k": "2026-06-30T22:30:00Z"}, "k") == date(2026, 7, 1)


def test_bare_object_is_a_list_of_one():
    assert r.items({"k": {"a": 1}}, "k") == [{"a": 1}]
    assert r.items({"k": [{"a": 1}, None, "x"]}, "k") == [{"a": 1}]


def test_part_that_is_no_object_is_empty():
    assert r.part({"k": []}, "k") == {}
    assert r.part({"k": {"a": 1}}, "k") == {"a": 1}


def test_answer_without_its_key_is_not_trusted():
    with pytest.raises(OutcomeUnknownError, match="idFacture"):
        r.needed_id({}, "idFacture")
    with pytest.raises(OutcomeUnknownError, match="numeroFacture"):
        r.needed_text({"numeroFacture": " "}, "numeroFacture")


def test_only_missing_fields_are_left_out_of_a_body():
    assert r.compact(a=None, b=0, c="", d=False) == {"b": 0, "c": "", "d": False}


def test_moment_is_sent_as_its_paris_day():
    late = datetime(2026, 6, 30, 22, 30, tzinfo=timezone.utc)
    assert r.wire_day(late) == "2026-07-01"
    assert r.wire_day(date(2026, 6, 30)) == "2026-06-30"
    assert r.wire_day(None) is None


def test_moment_without_zone_is_not_guessed():
    with pytest.raises(InvalidCallError):
        r.wire_day(datetime(2026, 6, 30, 22, 30))  # noqa: DTZ001
