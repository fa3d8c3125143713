"""The suites Odoo runs itself: models, crons and security; shapes, faults; tours."""

from __future__ import annotations

from collections.abc import Mapping

from .base_database import base_database
from .home import ADDON
from .odoo_log import complaints, counts
from .ports import free_port
from .prepared import Platform
from .progress import run_measured, tail
from .results import SuiteResult

# The classes that drive a browser.
TOURS = tuple(
    f"/{ADDON}:{name}"
    for name in (
        "TestTours",
        "TestCorrectionTours",
        "TestLiveTours",
        "TestDashboardTour",
    )
)
SELECTIONS = {
    "odoo": ",".join((f"/{ADDON}", *(f"-{tour}" for tour in TOURS))),
    # Not among the standard tests: the tag of its classes says so.
    "shapes": "chorus_shapes",
    "faults": "chorus_faults",
    "tour": ",".join(TOURS),
}
# Installed along: applications whose invoices have shapes of their own.
BESIDE = {"shapes": ("sale", "account_debit_note")}
# Entries printed of a log that should have had none.
SHOWN_ENTRIES = 10


def run_odoo_suite(
    platform: Platform, name: str, variables: Mapping[str, str] | None = None
) -> SuiteResult:
    """Install the add-on in a fresh database and run one selection of its tests.

    :param name: ``odoo``, ``shapes``, ``faults`` or ``tour``
    :param variables: more of the environment, for the tests
    """
    result = SuiteResult(name)
    database = f"{platform.database_prefix}test_{name}"
    platform.databases.copy(base_database(platform), database)
    log = platform.home.logs / f"{name}-suite.log"
    command = [*platform.odoo_command, "-d", database]
    command += ["-i", ",".join((ADDON, *BESIDE.get(name, ())))]
    command += [f"--test-tags={SELECTIONS[name]}", "--stop-after-init"]
    command += [f"--http-port={free_port()}", "--max-cron-threads=0"]
    command += [f"--screenshots={platform.home.logs / 'screenshots'}"]
    status = run_measured(
        f"{name}: Odoo runs its tests",
        command,
        log,
        env={**platform.environment, **(variables or {})},
        how_far=lambda: f"{log.read_text(errors='replace').count(': Starting ')} tests",
        keep_open=platform.keep_open,
    )
    total = counts(log)
    if total is None:
        print(tail(log))
        result.fail(f"Odoo never came to the end of its tests: {log}")
    else:
        result.passed = total.ran - total.failed
        result.failed = total.failed
        result.skipped = total.skipped
    if status and not result.failed:
        result.fail(f"Odoo ended with status {status}: {log}")
    _report_complaints(platform, result)
    platform.databases.drop(database)
    return result


def _report_complaints(platform: Platform, result: SuiteResult) -> None:
    log = platform.home.logs / f"{result.name}-suite.log"
    found = complaints(log)
    for entry in found[:SHOWN_ENTRIES]:
        print(*entry.lines, sep="\n")
    if found:
        result.problems.append(f"{len(found)} warnings or errors in {log}")
