"""The portal's time: it can be stopped, moved and sped up, and survives a restart."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

from .state import Store

PARIS = ZoneInfo("Europe/Paris")
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{3}(\d{3})?)?)?(Z|[+-]\d\d:\d\d)?)?"
)


class Clock:
    """Seconds since the epoch as the portal sees them.

    ``real`` is the machine's clock, an argument so that tests decide.
    """

    def __init__(self, store: Store, real: Callable[[], float]) -> None:
        self._store = store
        self._real = real

    def now(self) -> float:
        setting = self._setting()
        if setting is None:
            return self._real()
        elapsed = self._real() - float(setting["real"])
        return float(setting["portal"]) + elapsed * float(setting["speed"])

    def set(
        self,
        *,
        now: str | None = None,
        advance: float = 0.0,
        speed: float | None = None,
        reset: bool = False,
    ) -> None:
        """Move the clock: ``reset`` goes back to the machine's time first.

        ``now`` is ISO 8601 (Paris when without offset); ``advance`` is in seconds;
        ``speed`` 0 stops the clock, 60 makes a minute of each second. ValueError when
        ``now`` cannot be read.
        """
        setting = None if reset else self._setting()
        current = self._real() if reset else self.now()
        if now is not None:
            current = parse_moment(now)
        if speed is None:
            speed = float(setting["speed"]) if setting else 1.0
        state = {"real": self._real(), "portal": current + advance, "speed": speed}
        self._store.set_meta("clock", json.dumps(state))

    def show(self) -> dict[str, Any]:
        setting = self._setting()
        return {
            "now": instant(self.now()),
            "speed": float(setting["speed"]) if setting else 1.0,
            "real": setting is None,
        }

    def _setting(self) -> dict[str, Any] | None:
        raw = self._store.meta("clock")
        if not raw:
            return None
        loaded: dict[str, Any] = json.loads(raw)
        return loaded


def in_paris(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, timezone.utc).astimezone(PARIS)


def day(stamp: float | None) -> str | None:
    """``2026-03-02``."""
    return None if stamp is None else in_paris(stamp).strftime("%Y-%m-%d")


def minute(stamp: float | None) -> str | None:
    """``2026-03-02 10:15``, Paris time without saying so."""
    return None if stamp is None else in_paris(stamp).strftime("%Y-%m-%d %H:%M")


def instant(stamp: float | None) -> str | None:
    """``2026-03-02T10:15:00.000+01:00``."""
    if stamp is None:
        return None
    return in_paris(stamp).isoformat(timespec="milliseconds")


def parse_moment(text: str) -> float:
    """Stamp of a request date: a day (midnight), or a date and time, Paris if naive.

    ValueError for anything else.

    >>> parse_moment("2026-03-02") == parse_moment("2026-03-02T00:00:00+01:00")
    True
    """
    if _MOMENT.fullmatch(text) is None:
        raise ValueError(f"not a date: {text!r}")
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=PARIS)
    return moment.timestamp()
