"""Lines a test provokes on purpose: taken out of the log that has to be clean.

A refusal shown to a user is a warning in Odoo's log, a conflict of two transactions an
error. Only what is named, and only while the test provokes it, is forgiven.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from chorus_setup.odoo_log import HEAD


@dataclass(frozen=True)
class Window:
    """What may be written between two sizes of the log, in bytes."""

    start: int
    end: int
    pattern: re.Pattern[str]


@dataclass
class ExpectedLog:
    log: Path
    windows: list[Window] = field(default_factory=list)

    @contextmanager
    def expecting(self, pattern: str) -> Iterator[None]:
        """:param pattern: searched in "logger: message" of an entry's first line"""
        start = self.log.stat().st_size
        try:
            yield
        finally:
            end = self.log.stat().st_size
            self.windows.append(Window(start, end, re.compile(pattern)))

    def rest(self) -> str:
        """The log without the entries that were expected, with all their lines."""
        kept: list[str] = []
        forgiven = False
        position = 0
        with self.log.open("rb") as log:
            for raw in log:
                line = raw.decode("utf-8", "replace")
                head = HEAD.match(line)
                if head:
                    told = f"{head['logger']}: {head['message']}"
                    forgiven = self._is_expected(position, told)
                if not forgiven:
                    kept.append(line)
                position += len(raw)
        return "".join(kept)

    def _is_expected(self, position: int, told: str) -> bool:
        return any(
            window.start <= position < window.end and window.pattern.search(told)
            for window in self.windows
        )
