"""The suites pytest runs: the pure one with the static checks, and end to end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from .home import ADDON, ADDONS, REPOSITORY, Home
from .odoo_log import complaints
from .prepared import Platform
from .progress import run_measured, tail
from .results import SuiteResult, read_junit

LIBRARY = f"{ADDON}/lib/chorus_pro"
# Per cent of the library, branches included.
LEAST_COVERAGE = 100
SHOWN_LINES = 60

STATIC_CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff check", ("ruff", "check", ".")),
    ("ruff format", ("ruff", "format", "--check", ".")),
    ("mypy", ("mypy", "--config-file", "setup/mypy.ini")),
    ("pylint-odoo", ("pylint", "--rcfile=.pylintrc", *ADDONS)),
)


def run_pure(home: Home, environment: dict[str, str]) -> SuiteResult:
    """Static checks, then the unit and contract tests with the library's coverage."""
    result = SuiteResult("pure")
    for name, (tool, *arguments) in STATIC_CHECKS:
        log = home.logs / f"{name.replace(' ', '-')}.log"
        command = [str(home.python), "-m", tool, *arguments]
        if run_measured(f"pure: {name}", command, log, env=environment, cwd=REPOSITORY):
            print(tail(log, SHOWN_LINES))
            result.fail(f"{name} is not quiet: {log}")
    coverage = [f"--cov={LIBRARY}", "--cov-config=.coveragerc", "--cov-branch"]
    coverage += ["--cov-report=term", f"--cov-fail-under={LEAST_COVERAGE}"]
    folders = ["tests/unit", "tests/contract"]
    run_tests(result, home, environment, folders, coverage)
    return result


def run_e2e(platform: Platform) -> SuiteResult:
    """The journeys over real HTTP; the logs they leave for us must be clean."""
    result = SuiteResult("e2e")
    for old in platform.e2e_logs.glob("*.log"):
        old.unlink()
    run_tests(
        result,
        platform.home,
        platform.tests_environment(),
        ["tests/e2e"],
        keep_open=platform.keep_open,
    )
    for log in sorted(platform.e2e_logs.glob("*.log")):
        for entry in complaints(log):
            print(*entry.lines, sep="\n")
            result.complain(entry, log)
    return result


def run_tests(
    result: SuiteResult,
    home: Home,
    environment: dict[str, str],
    folders: Sequence[str],
    options: Sequence[str] = (),
    keep_open: int | None = None,
) -> None:
    log = home.logs / f"{result.name}-pytest.log"
    report = home.run / f"{result.name}-junit.xml"
    report.unlink(missing_ok=True)
    there = [folder for folder in folders if (REPOSITORY / folder).exists()]
    for folder in folders:
        if folder not in there:
            result.fail(f"{folder} is not there.")
    if not there:
        return
    command = [str(home.python), "-m", "pytest", "-c", "tests/pytest.ini"]
    command += ["--rootdir=.", "-o", f"cache_dir={home.root / 'pytest'}"]
    command += [f"--junit-xml={report}", *options, *there]
    status = run_measured(
        f"{result.name}: pytest",
        command,
        log,
        env=environment,
        cwd=REPOSITORY,
        how_far=lambda: _percentage(log),
        keep_open=keep_open,
    )
    read_junit(result, report)
    if status or result.skipped:
        print(tail(log, SHOWN_LINES))
    if status and not result.failed:
        result.fail(f"pytest ended with status {status}: {log}")


def _percentage(log: Path) -> str:
    found = re.findall(r"\[ *(\d+)%\]", tail(log)) if log.exists() else []
    return f"{found[-1]} %" if found else ""
