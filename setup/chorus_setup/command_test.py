"""`./setup/test [SUITE …]`: the suites named, or all the usual ones."""

from __future__ import annotations

import time
from collections.abc import Callable

from .errors import SetupError
from .home import home_from_environment
from .prepared import Platform, prepared, python_only
from .results import SuiteResult, summary
from .suite_faults import run_faults
from .suite_odoo import run_odoo_suite
from .suite_pytest import run_e2e, run_pure
from .suite_shapes import run_shapes
from .system_packages import ensure_packages

USUAL = ("pure", "odoo", "shapes", "tour", "e2e")
# Only when named: what the odoo suite plays a part of.
SUITES = (*USUAL, "faults")
USING_CHROMIUM = {"tour", "e2e"}


def main(arguments: list[str]) -> int:
    unknown = [name for name in arguments if name not in SUITES]
    if unknown:
        raise SetupError(
            f"Unknown suite {unknown[0]}: choose among {', '.join(SUITES)}."
        )
    chosen = [name for name in SUITES if name in (arguments or USUAL)]
    home = home_from_environment()
    results = []
    on_platform = [name for name in chosen if name != "pure"]
    browser = bool(USING_CHROMIUM & set(chosen))
    if on_platform:
        # Whoever has to ask an administrator should know it now, not after a suite.
        home.create()
        with home.preparing():
            ensure_packages(home, browser=browser)
    if "pure" in chosen:
        environment = python_only(home)
        results.append(_timed(lambda: run_pure(home, environment)))
    if on_platform:
        with prepared(browser=browser) as platform:
            for name in on_platform:
                results.append(_timed(_suite(platform, name)))
    print(summary(results), flush=True)
    return 0 if all(result.holds for result in results) else 1


def _suite(platform: Platform, name: str) -> Callable[[], SuiteResult]:
    if name == "e2e":
        return lambda: run_e2e(platform)
    if name == "shapes":
        return lambda: run_shapes(platform)
    if name == "faults":
        return lambda: run_faults(platform)
    return lambda: run_odoo_suite(platform, name)


def _timed(suite: Callable[[], SuiteResult]) -> SuiteResult:
    start = time.monotonic()
    result = suite()
    result.seconds = time.monotonic() - start
    return result
