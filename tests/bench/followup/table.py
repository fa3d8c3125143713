"""Following, measured on a private Odoo and simulator, as a table."""

from __future__ import annotations

from typing import Any

from chorus_setup.prepared import Platform
from demo.stage import Stage, stage

from ..running import measure

OPEN = (100, 3000, 50_000)
LATENCIES = (0.05, 0.3)


def run(opened: Stage) -> None:
    rows = _one(opened, OPEN[0])
    for count in OPEN[1:]:
        rows += _apart(opened.platform, count)
    _print(rows)


def _apart(platform: Platform, count: int) -> list[dict[str, Any]]:
    with stage(platform) as other:
        other.simulator.start()
        other.simulator.wait_until_ready()
        return _one(other, count)


def _one(opened: Stage, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = measure(
        opened,
        "followup",
        f"{count} open",
        open_invoices=count,
        latencies=list(LATENCIES),
        state=str(opened.simulator.state),
    )
    return found


def _print(rows: list[dict[str, Any]]) -> None:
    print("\nOne run of the follow-up, and one call per invoice beside it")
    print(
        f"  {'open':>6} {'changed':>7} {'latency':>8} | {'calls':>6} {'queries':>7}"
        f" {'seconds':>8} | {'calls':>6} {'seconds':>8} | {'ratio':>6}"
    )
    for row in rows:
        print(
            f"  {row['open']:>6} {row['changed']:>7} {row['latency_ms']:>5} ms"
            f" | {row['calls']:>6} {row['queries']:>7} {row['seconds']:>8.2f}"
            f" | {row['each_calls']:>6} {row['each_seconds']:>8.0f}"
            f" | {row['each_seconds'] / row['seconds']:>6.0f}"
        )
    print(
        "  one call per invoice: the mean of 30 histories asked for, times the number"
    )
