"""One portal per test, in memory, on a machine whose clock the test holds."""

from __future__ import annotations

import pytest
from simulator_kit import Caller, Machine

from simulator.portal import Portal


@pytest.fixture
def machine():
    return Machine()


@pytest.fixture
def portal(machine):
    portal = Portal(
        real=machine.real, pause=machine.pauses.append, chance=machine.chance
    )
    yield portal
    portal.close()


@pytest.fixture
def call(portal, machine):
    """A :class:`simulator_kit.Caller` of that portal."""
    return Caller(portal, machine)
