"""The table of a demonstration: each step, what was seen, whether it holds."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from chorus_setup.progress import say
from platform_kit.children import ChildEnded
from platform_kit.odoo_client import OdooRefusal
from platform_kit.waiting import TooLate

TITLE_WIDTH = 46
SEEN_WIDTH = 88


class NotSeen(Exception):  # noqa: N818 - a verdict
    """Something is not as it should be; the text says what was seen instead."""


class Stopped(Exception):  # noqa: N818 - a verdict
    """A step failed: those that stand on it cannot be tried."""


FAILURES = (
    NotSeen,
    TooLate,
    ChildEnded,
    OdooRefusal,
    requests.RequestException,
    LookupError,
    ValueError,
)


@dataclass
class Step:
    title: str
    seen: str = ""
    ok: bool = False
    seconds: float = 0.0

    def saw(self, text: str) -> None:
        """What a person would have seen; the last one counts."""
        self.seen = text


@dataclass
class Protocol:
    """The steps so far, told one by one on the way."""

    steps: list[Step] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return bool(self.steps) and all(step.ok for step in self.steps)

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """:raise Stopped: the step failed; what stands on it is left out"""
        step = Step(title)
        self.steps.append(step)
        say(f"  … {title}")
        start = time.monotonic()
        try:
            yield step
        except FAILURES as error:
            step.seen = f"{step.seen + ' — ' if step.seen else ''}{_told(error)}"
            raise Stopped(title) from error
        else:
            step.ok = True
        finally:
            step.seconds = time.monotonic() - start
            verdict = "ok" if step.ok else "NOT OK"
            say(f"  {verdict:>6}  {title}: {step.seen} ({step.seconds:.1f} s)")

    def table(self) -> str:
        """All steps, one paragraph each: step, what was seen, ok."""
        lines = [f"{'step':<{TITLE_WIDTH}}  {'what was seen':<{SEEN_WIDTH}}  ok"]
        lines.append(f"{'-' * TITLE_WIDTH}  {'-' * SEEN_WIDTH}  ------")
        for step in self.steps:
            lines += _rows(step)
        failed = sum(not step.ok for step in self.steps)
        verdict = "all hold" if self.holds else f"{failed} DO NOT HOLD"
        return "\n".join([*lines, "", f"{len(self.steps)} steps, {verdict}"])


def expect(condition: object, text: str) -> None:
    """:raise NotSeen: ``text`` tells what was seen instead"""
    if not condition:
        raise NotSeen(text)


def _rows(step: Step) -> list[str]:
    titles = textwrap.wrap(step.title, TITLE_WIDTH) or [""]
    seen = [
        part
        for line in step.seen.splitlines()
        for part in textwrap.wrap(line, SEEN_WIDTH)
    ] or [""]
    height = max(len(titles), len(seen))
    titles += [""] * (height - len(titles))
    seen += [""] * (height - len(seen))
    verdicts = ["ok" if step.ok else "NOT OK", *[""] * (height - 1)]
    return [
        f"{title:<{TITLE_WIDTH}}  {text:<{SEEN_WIDTH}}  {verdict}".rstrip()
        for title, text, verdict in zip(titles, seen, verdicts, strict=True)
    ]


def _told(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text if isinstance(error, NotSeen) else f"{type(error).__name__}: {text}"
