"""Dated scenarios of the period a public body has to pay, and of paying late."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from clock_scenarios import SCENARIOS

from chorus_pro.payer_kinds import PayerKind, propose_kind
from chorus_pro.payment_clock import (
    ClockEvent,
    ClockNote,
    late_interest,
    rate_day,
    read_clock,
)
from chorus_pro.reading import PARIS
from chorus_pro.statuses import InvoiceStatus

LOCAL = PayerKind.LOCAL
HEALTH = PayerKind.HEALTH


def history(*lines: str) -> list[ClockEvent]:
    """``"2026-03-05 SUSPENDUE"``: that day at noon in Paris."""
    events = []
    for line in lines:
        day, code = line.split()
        at = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=PARIS)
        events.append(ClockEvent(InvoiceStatus.parse(code), at))
    return events


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("kind", "lines", "start", "due", "state", "stopped"),
    [row[1:] for row in SCENARIOS],
    ids=[row[0] for row in SCENARIOS],
)
def test_clock_of_a_scenario(kind, lines, start, due, state, stopped):
    clock = read_clock(history(*lines), kind)
    assert (clock.start, clock.due, clock.state, clock.days_stopped) == (
        day(start),
        day(due),
        state,
        stopped,
    )


def test_order_in_which_the_portal_lists_is_of_no_matter():
    events = history(
        "2026-03-05 MISE_A_DISPOSITION", "2026-03-28 SUSPENDUE", "2026-04-03 COMPLETEE"
    )
    assert read_clock(reversed(events), LOCAL) == read_clock(events, LOCAL)


@pytest.mark.parametrize(
    ("kind", "lines", "notes"),
    [
        (LOCAL, ["2026-03-05 MISE_A_DISPOSITION"], []),
        (None, ["2026-03-05 MISE_A_DISPOSITION"], [ClockNote.KIND_ASSUMED]),
        (None, [], []),
        (
            PayerKind.STATE,
            ["2026-03-05 MISE_A_DISPOSITION"],
            [ClockNote.STATE_TIME_STAMP],
        ),
        (LOCAL, ["2026-03-05 SERVICE_FAIT"], [ClockNote.DISPOSAL_NOT_TOLD]),
        (LOCAL, ["2026-03-05 SUSPENDUE"], [ClockNote.DISPOSAL_NOT_TOLD]),
        (
            LOCAL,
            [
                "2026-03-05 MISE_A_DISPOSITION",
                "2026-03-06 A_RECYCLER",
                "2026-03-07 MISE_A_DISPOSITION",
            ],
            [ClockNote.STARTED_AGAIN],
        ),
        (
            LOCAL,
            [
                "2026-03-05 MISE_A_DISPOSITION",
                "2026-03-06 SUSPENDUE",
                "2026-03-07 SERVICE_FAIT",
            ],
            [ClockNote.COMPLETION_NOT_TOLD],
        ),
        (
            LOCAL,
            [
                "2026-03-05 MISE_A_DISPOSITION",
                "2026-03-06 SUSPENDUE",
                "2026-03-07 COMPLETEE",
                "2026-03-08 SUSPENDUE",
                "2026-03-09 COMPLETEE",
                "2026-03-10 SUSPENDUE",
            ],
            [ClockNote.SECOND_SUSPENSION],
        ),
        (
            None,
            [
                "2026-03-05 MISE_A_DISPOSITION",
                "2026-03-06 MANDATEE",
                "2026-03-08 SUSPENDUE",
            ],
            [ClockNote.KIND_ASSUMED, ClockNote.SUSPENDED_AFTER_ORDER],
        ),
        (
            LOCAL,
            ["2026-03-05 MISE_A_DISPOSITION", "2026-04-05 SUSPENDUE"],
            [ClockNote.SUSPENDED_AFTER_DUE],
        ),
        (
            LOCAL,
            [
                "2026-03-05 MISE_A_DISPOSITION",
                "2026-04-05 SUSPENDUE",
                "2026-04-06 REJETEE",
            ],
            [],
        ),
    ],
)
def test_notes_say_what_to_know_when_checking_by_hand(kind, lines, notes):
    assert list(read_clock(history(*lines), kind).notes) == notes


def test_performance_after_the_disposal_starts_the_period():
    clock = read_clock(
        history("2026-03-05 MISE_A_DISPOSITION"), LOCAL, performed=date(2026, 3, 20)
    )
    assert (clock.start, clock.due) == (date(2026, 3, 20), date(2026, 4, 19))
    assert clock.notes == (ClockNote.PERFORMED_LATER,)


def test_performance_before_the_disposal_changes_nothing():
    clock = read_clock(
        history("2026-03-05 MISE_A_DISPOSITION"), LOCAL, performed=date(2026, 3, 1)
    )
    assert (clock.start, clock.notes) == (date(2026, 3, 5), ())


def test_suspension_before_the_performance_gives_no_more_than_a_whole_period():
    clock = read_clock(
        history(
            "2026-03-05 MISE_A_DISPOSITION",
            "2026-03-06 SUSPENDUE",
            "2026-03-08 COMPLETEE",
        ),
        HEALTH,
        performed=date(2026, 3, 20),
    )
    assert clock.due == date(2026, 5, 9)  # 50 days from 20 March


def test_day_is_that_of_paris_on_either_side_of_the_clock_change():
    # 28 March 2026 23:30 UTC is half past midnight in Paris; a day later, 22:30 is.
    before = ClockEvent(
        InvoiceStatus.AVAILABLE, datetime(2026, 3, 28, 23, 30, tzinfo=timezone.utc)
    )
    after = ClockEvent(
        InvoiceStatus.AVAILABLE, datetime(2026, 3, 29, 22, 30, tzinfo=timezone.utc)
    )
    assert read_clock([before], LOCAL).due == date(2026, 4, 28)
    assert read_clock([after], LOCAL).due == date(2026, 4, 29)


@pytest.mark.parametrize(
    ("lines", "today", "left", "late"),
    [
        (["2026-03-05 MISE_A_DISPOSITION"], "2026-04-01", 3, 0),
        (["2026-03-05 MISE_A_DISPOSITION"], "2026-04-04", 0, 0),
        (["2026-03-05 MISE_A_DISPOSITION"], "2026-04-05", -1, 1),
        (["2026-03-05 MISE_A_DISPOSITION"], "2026-05-04", -30, 30),
        (
            ["2026-03-05 MISE_A_DISPOSITION", "2026-03-25 MISE_EN_PAIEMENT"],
            "2026-09-01",
            10,
            0,
        ),
        (
            ["2026-03-05 MISE_A_DISPOSITION", "2026-04-14 MISE_EN_PAIEMENT"],
            "2026-09-01",
            -10,
            10,
        ),
        (
            ["2026-03-05 MISE_A_DISPOSITION", "2026-03-10 SUSPENDUE"],
            "2026-09-01",
            None,
            0,
        ),
    ],
)
def test_days_left_and_days_late(lines, today, left, late):
    clock = read_clock(history(*lines), LOCAL)
    assert clock.days_left(date.fromisoformat(today)) == left
    assert clock.late_days(date.fromisoformat(today)) == late


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("2026-01-01", "2026-01-01"),
        ("2026-06-29", "2026-01-01"),
        ("2026-06-30", "2026-07-01"),  # interest runs from 1 July
        ("2026-12-30", "2026-07-01"),
        ("2026-12-31", "2027-01-01"),
    ],
)
def test_rate_is_that_of_the_half_year_in_which_interest_began(due, expected):
    assert rate_day(date.fromisoformat(due)) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("principal", "days", "ecb", "interest"),
    [
        ("1200.00", 30, "2.15", "10.01"),
        ("1200.00", 1, "0", "0.26"),
        ("100000.00", 365, "4.25", "12250.00"),
        ("100000.00", 366, "4.25", "12283.56"),  # a leap year is divided by 365 too
        ("10.00", 1, "0", "0.00"),
    ],
)
def test_late_interest_is_the_ecb_rate_and_eight_points_a_year(
    principal, days, ecb, interest
):
    owed = late_interest(Decimal(principal), days, Decimal(ecb))
    assert owed.interest == Decimal(interest)
    assert owed.rate == Decimal(ecb) + 8
    assert owed.total == Decimal(interest) + 40


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Commune de Modeleville", PayerKind.LOCAL),
        ("DÉPARTEMENT DES EXEMPLES", PayerKind.LOCAL),
        ("Centre communal d'action sociale", PayerKind.LOCAL),
        ("Centre hospitalier de la ville de Modeleville", PayerKind.HEALTH),
        ("CHU de Modeleville", PayerKind.HEALTH),
        ("Hôpital d'instruction des armées", PayerKind.ARMY_HEALTH),
        ("Préfecture des Exemples", PayerKind.STATE),
        ("Université de Modeleville", PayerKind.PUBLIC_ESTABLISHMENT),
        ("Régie des Exemples", None),
        ("Chutes et cascades", None),
        ("", None),
    ],
)
def test_name_of_a_public_body_proposes_its_kind(name, kind):
    assert propose_kind(name) is kind


def test_each_kind_has_the_days_of_the_code():
    assert {kind.value: kind.days for kind in PayerKind} == {
        "state": 30,
        "local": 30,
        "public_establishment": 30,
        "health": 50,
        "army_health": 50,
        "public_company": 60,
    }
