"""The directory, measured on a private Odoo, as tables."""

from __future__ import annotations

from typing import Any

from demo.stage import Stage

from ..running import measure

BODIES = 200_000
SERVICES = 80_000
# A hundredth of the rows differs in the second run.
ODD = 100


def run(opened: Stage) -> None:
    size = {"bodies": BODIES, "services": SERVICES}
    runs = {
        "CSV, empty directory": measure(opened, "directory", "first", **size),
        "CSV, 1 % differs": measure(opened, "directory", "second", odd=ODD, **size),
        "XLSX, nothing differs": measure(
            opened, "directory", "workbook", odd=ODD, workbook=True, **size
        ),
        "XLSX, empty directory": measure(
            opened, "directory", "workbook-first", workbook=True, empty=True, **size
        ),
    }
    _print_runs(runs)
    _print_searches(measure(opened, "directory", "search", **size))


def _print_runs(runs: dict[str, Any]) -> None:
    print(f"\nThe directory, {BODIES + SERVICES:,} rows")
    print(
        f"  {'':24} {'MB':>5} {'seconds':>8} {'of Odoo':>8}"
        f" | {'new':>7} {'changed':>7} {'closed':>6} | {'MiB before':>10} {'at most':>8}"
    )
    for name, row in runs.items():
        print(
            f"  {name:24} {row['bytes'] / 1e6:>5.0f} {row['seconds']:>8.1f} {row['busy']:>8.1f}"
            f" | {row['created']:>7} {row['changed']:>7} {row['closed']:>6}"
            f" | {row['base_mib']:>10.0f} {row['peak_mib']:>8.0f}"
        )


def _print_searches(rows: list[dict[str, Any]]) -> None:
    print("\nSearches in it, in milliseconds")
    print(f"  {'':24} {'p50':>7} {'p95':>7} {'worst':>7}")
    for row in rows:
        print(
            f"  {row['kind']:24} {row['p50']:>7.1f} {row['p95']:>7.1f}"
            f" {row['worst']:>7.1f}"
        )
