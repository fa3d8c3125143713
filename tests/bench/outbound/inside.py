"""Runs inside Odoo, through its shell: one measurement, its result as JSON in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..company import Bench
from . import builders, memory, outbox

MEASURES = {
    "builders": builders.measure,
    "outbox": outbox.measure,
    "memory": memory.measure,
}


def run(env: Any, name: str, portal_url: str, result: str) -> None:
    """:param name: key of ``MEASURES``; each is run in a process of its own"""
    bench = Bench(env, portal_url)
    if name == "memory":
        bench.connect()
    found = MEASURES[name](bench)
    env.cr.rollback()
    Path(result).write_text(json.dumps(found), encoding="utf-8")
