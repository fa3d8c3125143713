"""Sending, measured on a private Odoo and simulator, as tables."""

from __future__ import annotations

import os
from typing import Any

from demo.stage import Stage

from ..running import measure


def run(opened: Stage) -> None:
    _print_builders(measure(opened, "outbound", "builders"))
    _print_outbox(measure(opened, "outbound", "outbox"))
    _print_memory(measure(opened, "outbound", "memory"))


def _print_builders(rows: list[dict[str, Any]]) -> None:
    print(f"\nDocuments per second ({os.cpu_count()} cores, one process)")
    print(f"  {'lines':>5}  {'document':<9} {'ours':>8} {'core':>8}  {'ours/core':>9}")
    for row in rows:
        core = f"{row['core']:8.1f}" if row["ratio"] else f"{'–':>8}"
        ratio = f"{row['ratio']:9.2f}" if row["ratio"] else f"{'–':>9}"
        print(
            f"  {row['lines']:>5}  {row['what']:<9} {row['per_second']:8.1f} {core}"
            f"  {ratio}"
        )


def _print_outbox(rows: list[dict[str, Any]]) -> None:
    print("\nFrom the queue to integrated (simulator over HTTP)")
    print(
        f"  {'way':<13} {'invoices':>8} {'per second':>10} {'calls':>7} {'queries':>8}"
    )
    for row in rows:
        print(
            f"  {row['what']:<13} {row['invoices']:>8} {row['per_second']:10.1f}"
            f" {row['calls']:7.3f} {row['queries']:8.1f}"
        )
    print("  calls and queries are per invoice")


def _print_memory(found: dict[str, Any]) -> None:
    grown = found["peak_mib"] - found["before_mib"]
    print(
        f"\nMemory: {found['invoices']} invoices with {found['attachment_kib']} KiB"
        f" attached, made and frozen in one process: peak {found['peak_mib']:.0f} MiB,"
        f" {grown:.0f} MiB above the start"
    )
