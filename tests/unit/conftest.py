"""A client whose network is a script, and a server that misbehaves on order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from unit.fakes import Pauses, RawServer, Wire, make_client

from chorus_pro import Client


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def client(wire: Wire, pauses: Pauses) -> Client:
    return make_client(wire, pauses)


@pytest.fixture
def server() -> Iterator[RawServer]:
    raw = RawServer()
    yield raw
    raw.close()
