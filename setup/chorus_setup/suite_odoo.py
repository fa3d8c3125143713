"""The suites Odoo runs itself: models, crons and security; shapes, faults; tours."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

from .base_database import base_database
from .home import ADDON, REPOSITORY, SALE_BRIDGE
from .odoo_log import complaints, counts
from .ports import free_port
from .prepared import Platform
from .progress import run_together, tail
from .results import SuiteResult

# The classes that drive a browser.
TOURS = (
    *(
        f"/{ADDON}:{name}"
        for name in (
            "TestTours",
            "TestCorrectionTours",
            "TestLiveTours",
            "TestDashboardTour",
            "TestInboundTours",
            "TestTreatmentTours",
            "TestMatchTours",
            "TestSearchTours",
            "TestSetupTours",
        )
    ),
    f"/{SALE_BRIDGE}:TestSaleTours",
)
SELECTIONS = {
    "odoo": ",".join((f"/{ADDON}", *(f"-{tour}" for tour in TOURS))),
    # Not among the standard tests: the tag of its classes says so.
    # The bridges to other applications are tested where those are installed.
    "shapes": f"chorus_shapes,/{SALE_BRIDGE},-{TOURS[-1]}",
    "faults": "chorus_faults",
    "tour": ",".join(TOURS),
}
# Installed along: applications whose invoices have shapes of their own, or whose orders
# received bills belong to.
BESIDE = {
    "shapes": ("sale", "account_debit_note", "purchase", SALE_BRIDGE),
    "tour": (SALE_BRIDGE,),
}
# The suites that are shared among processors, and among how many at most: each process
# holds a whole Odoo in memory and installs the add-on first.
DIVIDED = ("odoo",)
MOST_PARTS = 4
TEST = re.compile(r"^    def test_", re.MULTILINE)
# What logs that a test failed.
TESTS_THEMSELVES = ".tests."
# Entries printed of a log that should have had none.
SHOWN_ENTRIES = 10

T = TypeVar("T")


def run_odoo_suite(
    platform: Platform, name: str, variables: Mapping[str, str] | None = None
) -> SuiteResult:
    """Install the add-on in a fresh database and run one selection of its tests.

    A long selection runs in parts, each in a database of its own, one per processor.

    :param name: ``odoo``, ``shapes``, ``faults`` or ``tour``
    :param variables: more of the environment, for the tests
    """
    result = SuiteResult(name)
    parts = _parts(name)
    runs = []
    for number, tags in enumerate(parts, start=1):
        database = f"{platform.database_prefix}test_{name}"
        log = platform.home.logs / f"{name}-suite.log"
        if len(parts) > 1:
            database, log = (
                f"{database}_{number}",
                log.with_stem(f"{log.stem}-{number}"),
            )
        platform.databases.copy(base_database(platform), database)
        runs.append(_Part(database, log, _command(platform, name, database, tags)))
    statuses = run_together(
        f"{name}: Odoo runs its tests",
        [(part.command, part.log) for part in runs],
        env={**platform.environment, **(variables or {})},
        how_far=lambda: f"{sum(map(_started, runs))} tests",
        keep_open=platform.keep_open,
    )
    for part, status in zip(runs, statuses, strict=True):
        _count(result, part, status)
        platform.databases.drop(part.database)
    return result


class _Part(NamedTuple):
    database: str
    log: Path
    command: list[str]


def _parts(name: str) -> list[str]:
    """What Odoo is told to run, for each of the processes that share a suite."""
    wanted = min(os.cpu_count() or 1, MOST_PARTS) if name in DIVIDED else 1
    if wanted == 1:
        return [SELECTIONS[name]]
    tests = REPOSITORY / ADDON / "tests"
    files = {path: _weight(path) for path in sorted(tests.rglob("test_*.py"))}
    parts = share_out(files, wanted)
    return [
        ",".join(
            [f"/{path.relative_to(REPOSITORY).as_posix()}" for path in part]
            + [f"-{tour}" for tour in TOURS]
        )
        for part in parts
    ]


def _weight(path: Path) -> int:
    return len(TEST.findall(path.read_text(encoding="utf-8")))


def share_out(weights: Mapping[T, int], parts: int) -> list[list[T]]:
    """Everything in one of several parts of about the same weight.

    >>> share_out({"a": 3, "b": 5, "c": 2}, 2)
    [['b'], ['a', 'c']]
    """
    shares: list[list[T]] = [[] for _number in range(parts)]
    for one in sorted(weights, key=lambda one: weights[one], reverse=True):
        min(shares, key=lambda share: sum(map(weights.__getitem__, share))).append(one)
    return [share for share in shares if share]


def _command(platform: Platform, name: str, database: str, tags: str) -> list[str]:
    command = [*platform.odoo_command, "-d", database]
    command += ["-i", ",".join((ADDON, *BESIDE.get(name, ())))]
    command += [f"--test-tags={tags}", "--stop-after-init"]
    command += [f"--http-port={free_port()}", "--max-cron-threads=0"]
    command += [f"--screenshots={platform.home.logs / 'screenshots'}"]
    return command


def _started(part: _Part) -> int:
    return part.log.read_text(errors="replace").count(": Starting ")


def _count(result: SuiteResult, part: _Part, status: int) -> None:
    """Add what one process has to say to the result of the suite."""
    total = counts(part.log)
    if total is None:
        print(tail(part.log))
        result.fail(f"Odoo never came to the end of its tests: {part.log}")
    else:
        result.passed += total.ran - total.failed
        result.failed += total.failed
        result.skipped += total.skipped
    if status and not (total and total.failed):
        result.fail(f"Odoo ended with status {status}: {part.log}")
    for number, entry in enumerate(complaints(part.log)):
        if number < SHOWN_ENTRIES:
            print(*entry.lines, sep="\n")
        if TESTS_THEMSELVES in entry.logger and total and total.failed:
            # A test that failed is an error in the log too: counted already.
            result.problems.append(entry.message)
        else:
            result.complain(entry, part.log)
