"""Waiting for what another process does: asked again and again, with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

# Seconds between two questions: often enough for a person, rare enough for 2 cores.
PAUSE = 0.25

Answer = TypeVar("Answer")


class TooLate(Exception):  # noqa: N818 - a verdict
    """What was waited for did not come; the text says what was seen last."""


def wait_until(
    title: str,
    ask: Callable[[], Answer],
    holds: Callable[[Answer], object] = bool,
    *,
    seconds: float = 60.0,
    shown: Callable[[Answer], object] = repr,
) -> Answer:
    """Ask until the answer ``holds``; that answer.

    :param shown: how the last answer is told when the time is over
    :raise TooLate: it did not within ``seconds``
    """
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if holds(answer):
            return answer
        if time.monotonic() >= deadline:
            raise TooLate(
                f"{title}: not within {seconds:.0f} s; last seen: {shown(answer)}"
            )
        time.sleep(PAUSE)
