"""Reads the log of an Odoo run: counts its tests, finds what should not be there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HEAD = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (?P<level>[A-Z]+) (?P<db>\S+)"
    r" (?P<logger>[^\s:]+): (?P<message>.*)"
)
TOTAL = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading")
BAD = {"WARNING", "ERROR", "CRITICAL"}
# Lines shown of one entry: enough for a traceback.
LONGEST_ENTRY = 40

# What the platform itself says, with the reason it may; the fewer the better.
ALLOWED: tuple[tuple[str, re.Pattern[str]], ...] = ()


class Entry(NamedTuple):
    level: str
    logger: str
    message: str
    lines: tuple[str, ...]


class Counts(NamedTuple):
    """Tests of an Odoo run; ``ran`` includes the failed ones, not the skipped ones."""

    ran: int
    failed: int
    skipped: int


def entries(log: Path) -> Iterator[Entry]:
    """Every entry of the log with the lines that belong to it."""
    current: re.Match[str] | None = None
    lines: list[str] = []
    with log.open(encoding="utf-8", errors="replace") as text:
        for raw in text:
            line = raw.rstrip("\n")
            match = HEAD.match(line)
            if match:
                if current:
                    yield _entry(current, lines)
                current, lines = match, []
            if len(lines) < LONGEST_ENTRY:
                lines.append(line)
    if current:
        yield _entry(current, lines)


def _entry(head: re.Match[str], lines: list[str]) -> Entry:
    return Entry(head["level"], head["logger"], head["message"], tuple(lines))


def complaints(log: Path) -> list[Entry]:
    """Entries of level warning or worse that the platform has no excuse for."""
    return [
        entry
        for entry in entries(log)
        if entry.level in BAD
        and not any(
            entry.logger == logger and pattern.match(entry.message)
            for logger, pattern in ALLOWED
        )
    ]


def counts(log: Path) -> Counts | None:
    """The totals Odoo writes at the end; None if it never came so far."""
    total = None
    skipped = 0
    for entry in entries(log):
        if entry.message.startswith("skipped "):
            skipped += 1
        match = TOTAL.search(entry.message)
        if match:
            failed, errors, ran = map(int, match.groups())
            total = (ran, failed + errors)
    if total is None:
        return None
    ran, failed = total
    return Counts(ran - skipped, failed, skipped)
