"""`./setup/bench`: what sending and following cost, in tables."""

from __future__ import annotations

from .prepared import prepared
from .processes import run_in_foreground


def main(arguments: list[str]) -> int:
    with prepared() as platform:
        return run_in_foreground(
            [str(platform.home.python), "-m", "bench", *arguments],
            platform.tests_environment(),
            keep_open=platform.keep_open,
        )
