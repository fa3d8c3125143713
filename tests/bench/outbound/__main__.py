"""`./setup/bench`: sending, measured on a private Odoo and simulator, as tables."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from typing import Any

from chorus_setup.errors import SetupError
from chorus_setup.prepared import prepared
from chorus_setup.progress import say
from demo.stage import Stage, stage


def main() -> int:
    argparse.ArgumentParser(prog="./setup/bench", description=__doc__).parse_args()
    with prepared() as platform, stage(platform) as opened:
        opened.simulator.start()
        opened.simulator.wait_until_ready()
        _print_builders(_measure(opened, "builders"))
        _print_outbox(_measure(opened, "outbox"))
        _print_memory(_measure(opened, "memory"))
    return 0


def _measure(opened: Stage, name: str) -> Any:
    say(f"Bench: {name} …")
    result = opened.folder / f"{name}.json"
    log = opened.folder / f"{name}.log"
    order = (
        "from bench.outbound.inside import run\n"
        f"run(env, {name!r}, {opened.simulator.url!r}, {str(result)!r})\n"
    )
    platform = opened.platform
    with log.open("wb") as output:
        subprocess.run(
            [*platform.odoo_command, "shell", "-d", opened.database, "--no-http"],
            input=order.encode(),
            stdout=output,
            stderr=subprocess.STDOUT,
            env=platform.tests_environment(),
            check=False,
        )
    if not result.exists():
        raise SetupError(f"{log.read_text(errors='replace')[-3000:]}\n\nBench: {name}")
    return json.loads(result.read_text(encoding="utf-8"))


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


if __name__ == "__main__":
    sys.exit(main())
