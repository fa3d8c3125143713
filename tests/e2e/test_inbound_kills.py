"""Odoo killed (``kill -9``) just before and after each commit of receiving and answering.

From the first search until the portal's status is on the bill, and from the answer a
person gave until the portal shows it: whatever was committed last, each invoice is one
document and one bill with its files, and each answer was told once.

One commit in three is tried in every run; ``./setup/test faults`` tries all, both sides of
them, and more documents together.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from chorus_setup.prepared import Platform
from e2e.inbound_kills import DOWNLOAD, HISTORY, LIST, TREAT, Inbox, mortal_inbox
from e2e.kills import SIDES
from e2e.test_kills import ALL_ROADS

IS_LONG = bool(os.environ.get(ALL_ROADS))
RECEIVED = (("before", 2), ("after", 12)) if IS_LONG else (("before", 2),)
CUTS = ("cut_before", "cut_after", "half_answer")
CALLS = (
    ("receive", LIST),
    ("receive", DOWNLOAD),
    ("receive", HISTORY),
    ("answer", HISTORY),
    ("answer", TREAT),
)
EVERY = 1 if IS_LONG else 3
ANSWERED = SIDES if IS_LONG else SIDES[:1]


@pytest.fixture(scope="module")
def inbox(platform: Platform) -> Iterator[Inbox]:
    with mortal_inbox(platform) as opened:
        yield opened


@pytest.mark.parametrize(("side", "count"), RECEIVED)
def test_odoo_killed_at_any_commit_of_receiving_has_each_bill_once(
    inbox: Inbox, side: str, count: int
) -> None:
    failures = inbox.die_everywhere("receive", side, count, EVERY)

    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("side", ANSWERED)
def test_odoo_killed_at_any_commit_of_answering_has_answered_once(
    inbox: Inbox, side: str
) -> None:
    failures = inbox.die_everywhere("answer", side, every=EVERY)

    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("kind", CUTS if IS_LONG else CUTS[1:2])
@pytest.mark.parametrize(("act", "operation"), CALLS)
def test_a_wire_cut_in_any_call_loses_nothing_and_says_nothing_twice(
    inbox: Inbox, act: str, operation: str, kind: str
) -> None:
    failures = inbox.through_trouble(act, operation, kind)

    assert not failures, "\n".join(failures)
