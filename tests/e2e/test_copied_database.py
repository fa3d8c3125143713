"""A copy of a production database, made as an administrator of PostgreSQL makes it.

Nothing in the copy differs but where it lies: same uuid, same address, same secrets, an
invoice in the queue. It sends nothing; the original does.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from chorus_setup.prepared import Platform
from demo.stage import Stage
from demo.stage import stage as new_stage

PATIENCE = 300.0
DEPOSIT = "factures/deposer/flux"


@pytest.fixture
def production(platform: Platform) -> Iterator[Stage]:
    """A database of its own with an invoice in the queue, and the portal it is for."""
    with new_stage(platform) as stage:
        stage.simulator.start()
        stage.simulator.wait_until_ready()
        _order(platform, stage, stage.database, "queue")
        yield stage


@pytest.fixture
def copy(platform: Platform, production: Stage) -> Iterator[str]:
    name = f"{production.database}_copy"
    platform.databases.copy(production.database, name)
    yield name
    platform.databases.drop(name)


def test_copy_of_a_production_database_calls_nobody(
    platform: Platform, production: Stage, copy: str
) -> None:
    before = production.simulator.get("calls")["counts"]

    seen = _order(platform, production, copy, "run")

    assert production.simulator.get("calls")["counts"] == before
    assert seen["states"] == ["ready"]
    assert seen["is_away"]
    assert production.database in seen["sentence"]


def test_original_sends_the_invoice_that_its_copy_kept(
    platform: Platform, production: Stage, copy: str
) -> None:
    _order(platform, production, copy, "run")

    seen = _order(platform, production, production.database, "run")

    assert production.simulator.count(DEPOSIT) == 1
    assert seen["states"] == ["deposited"]


def test_restored_database_sends_once_somebody_has_vouched_for_it(
    platform: Platform, production: Stage, copy: str
) -> None:
    seen = _order(platform, production, copy, "vouch")

    assert production.simulator.count(DEPOSIT) == 1
    assert seen["states"] == ["deposited"]
    assert not seen["is_away"]


def _order(platform: Platform, stage: Stage, database: str, order: str) -> Any:
    log = stage.folder / "copied.log"
    with log.open("ab") as output:
        ended = subprocess.run(
            [
                str(platform.home.python),
                "-m",
                "e2e.copied",
                database,
                stage.simulator.url,
                order,
            ],
            env=platform.tests_environment(),
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert ended.returncode == 0, log.read_text(errors="replace")[-2000:]
    return json.loads(ended.stdout)
