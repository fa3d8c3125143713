"""Receiving, measured on a private Odoo and simulator, as a table.

CHORUS_BENCH_LARGE says how many documents of 10 MB are read for the memory: 30 unless
told otherwise, 5000 to see a whole year of a large city.
"""

from __future__ import annotations

import os
from math import ceil
from statistics import median
from typing import Any

from chorus_setup.errors import SetupError
from demo.stage import Stage

from ..running import measure

BILLS = 100
LARGE = 30
# Of our bills to the same ones made by `create` alone.
MOST_RATIO = 1.5
# A bill, from the search to its history.
MOST_QUERIES = 25
NAMES = {
    "_look_around": "search",
    "_fetch": "download",
    "_unpack": "unpack",
    "_decode": "bills",
    "_read_histories": "histories",
}


def run(opened: Stage) -> None:
    large = int(os.environ.get("CHORUS_BENCH_LARGE", LARGE))
    found = measure(opened, "inbound", "bills", bills=BILLS, large=large)
    show(found)
    check(found)


def check(found: dict[str, Any]) -> None:
    """:raise SetupError: bills cost more than they may, noise left aside"""
    ratio = median(found["ratios"])
    if ratio > MOST_RATIO:
        raise SetupError(
            f"Bench: bills take {ratio:.2f} times what the bare ORM takes for the same "
            f"ones; at most {MOST_RATIO}."
        )
    queries = found["whole"]["queries"] / found["bills"]
    if queries > MOST_QUERIES:
        raise SetupError(
            f"Bench: {queries:.1f} queries a bill, from its search to its history; at "
            f"most {MOST_QUERIES}."
        )
    for name, most in _most_calls(found).items():
        if found["calls"].get(name, 0) > most:
            raise SetupError(
                f"Bench: {found['calls'][name]} calls {name}; at most {most}."
            )


def _most_calls(found: dict[str, Any]) -> dict[str, int]:
    """A search is about one structure and one of the two kinds of payment requests."""
    bills = found["bills"]
    return {
        "factures/rechercher/recipiendaire": 2
        * found["structures"]
        * ceil(bills / 1000),
        "factures/telecharger/groupe": ceil(bills / 10),
        "factures/consulter/historique": bills,
    }


def show(found: dict[str, Any]) -> None:
    bills = found["bills"]
    print(f"\n{bills} Factur-X invoices of {found['lines']} lines received")
    print(f"  {'':<22} {'seconds':>8} {'bills/s':>8} {'ms each':>8} {'queries':>8}")
    for name, spent in found["steps"].items():
        _row(NAMES[name], spent, bills)
    _row("all of it", found["whole"], bills)
    _row("bare ORM, same bills", found["raw"], bills)
    _row("core's upload of files", found["core"], found["uploaded"])
    ratios = " ".join(f"{ratio:.2f}" for ratio in found["ratios"])
    print(
        f"  bills / bare ORM: {median(found['ratios']):.2f} (median of {ratios}; at most"
        f" {MOST_RATIO})"
    )
    histories = found["steps"]["_read_histories"]
    print(
        f"  histories: one call per bill, {histories['seconds'] / bills * 1000:.0f} ms"
        f" and {histories['queries'] / bills:.1f} queries each"
    )
    calls = ", ".join(f"{name} {count}" for name, count in found["calls"].items())
    print(f"  calls: {calls} ({found['structures']} structures, two kinds of requests)")
    memory = found["memory"]
    print(
        f"  memory, {memory['documents']} documents of 10 MB: {memory['before_mib']:.0f}"
        f" MiB before, {memory['first_mib']:.0f} after ten, {memory['peak_mib']:.0f} at"
        " the end"
    )


def _row(name: str, spent: dict[str, Any], bills: int) -> None:
    seconds = spent["seconds"] or 1e-9
    print(
        f"  {name:<22} {seconds:>8.2f} {bills / seconds:>8.1f}"
        f" {seconds / bills * 1000:>8.1f} {spent['queries'] / bills:>8.1f}"
    )
