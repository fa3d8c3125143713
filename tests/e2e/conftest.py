"""One real Odoo and one real simulator for all journeys, stopped at the end.

Run by ``./setup/test e2e``, which prepares the platform and reads the log we leave.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chorus_setup.handed_over import handed_over
from chorus_setup.prepared import Platform
from demo.connections import connect
from demo.protocol import Protocol
from demo.sides import Supplier, TownHall
from demo.stage import Stage
from demo.stage import stage as new_stage
from e2e.expected_log import ExpectedLog
from e2e.journeys import restart


@pytest.fixture(scope="session")
def platform() -> Platform:
    return handed_over()


@pytest.fixture(scope="session")
def running(platform: Platform) -> Iterator[Stage]:
    """Both servers, both companies connected, the customer looked up."""
    with new_stage(platform) as opened:
        opened.start()
        connect(opened, Protocol())
        Supplier(opened).look_up_customer()
        yield opened


@pytest.fixture(scope="session")
def odoo_log(platform: Platform, running: Stage) -> Iterator[ExpectedLog]:
    """Takes note of what tests provoke; leaves the rest to the suite, which reads it."""
    log = ExpectedLog(running.odoo.log)
    yield log
    restart(running)
    running.wait_until_quiet()
    running.stop()
    platform.e2e_logs.mkdir(parents=True, exist_ok=True)
    (platform.e2e_logs / "odoo.log").write_text(log.rest(), encoding="utf-8")


@pytest.fixture
def stage(running: Stage, odoo_log: ExpectedLog) -> Iterator[Stage]:
    """The running stage; what a test broke is mended after it."""
    restart(running)
    yield running
    restart(running)
    running.simulator.delete("faults")
    running.wait_until_quiet()


@pytest.fixture
def supplier(stage: Stage) -> Supplier:
    return Supplier(stage)


@pytest.fixture
def town_hall(stage: Stage) -> TownHall:
    return TownHall(stage)
