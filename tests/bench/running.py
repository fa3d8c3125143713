"""One measurement in an Odoo of its own, its result back as JSON."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from chorus_setup.errors import SetupError
from chorus_setup.progress import say
from demo.stage import Stage


def measure(opened: Stage, part: str, name: str, **more: Any) -> Any:
    """Run ``bench.<part>.inside.run(env, name, portal_url, result, **more)``.

    :param more: plain values, written into the order
    :raise SetupError: it left no result; with the end of its log
    """
    say(f"Bench: {part} {name} …")
    result = opened.folder / f"{part}-{name}.json"
    log = opened.folder / f"{part}-{name}.log"
    order = (
        f"from bench.{part}.inside import run\n"
        f"run(env, {name!r}, {opened.simulator.url!r}, {str(result)!r}, **{more!r})\n"
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
