"""Odoo killed (``kill -9``) just before and just after each commit of an invoice's life.

From *Send & Print* until the portal's status is written down, on a real database and
against a portal over HTTP: whatever was committed last, the invoice is on the portal once
and the call that makes it there was made once.

The road of a file is tried in every run; ``./setup/test faults`` tries all of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from chorus_setup.prepared import Platform
from e2e.kills import ROADS, SIDES, Mortal, Road, mortal_odoo

# Set to anything: every road.
ALL_ROADS = "CHORUS_KILLS_ALL"
TRIED = ROADS if os.environ.get(ALL_ROADS) else ROADS[:1]


@pytest.fixture(scope="module")
def mortal(platform: Platform) -> Iterator[Mortal]:
    with mortal_odoo(platform) as odoo:
        yield odoo


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("road", TRIED, ids=lambda road: road.name)
def test_odoo_killed_at_any_commit_of_sending_and_following_has_deposited_once(
    mortal: Mortal, road: Road, side: str
) -> None:
    failures = mortal.die_everywhere(road, "follow", side)

    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("road", TRIED, ids=lambda road: road.name)
def test_odoo_killed_at_any_commit_of_the_order_to_send_has_deposited_once(
    mortal: Mortal, road: Road, side: str
) -> None:
    failures = mortal.die_everywhere(road, "send", side)

    assert not failures, "\n".join(failures)
