"""How an operation says no, and the labels every answer carries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

Json = dict[str, Any]

# Two success labels are recorded; which one depends on the family of the service.
SUCCESS_PROCESSING = "GCU_MSG_01_000"
SUCCESS_REFERENCE = "TRA_MSG_00.000"


class Refused(Exception):  # noqa: N818 - a refusal is a result, not an error
    """A business error: HTTP 200 with a ``codeRetour`` other than 0."""

    def __init__(self, code: int, label: str) -> None:
        super().__init__(f"{code} {label}")
        self.code = code
        self.label = label


class Broken(Exception):  # noqa: N818 - named after what the client sees
    """The request is refused with an HTTP status, before any business rule."""

    def __init__(self, status: int, label: str | None = None) -> None:
        super().__init__(f"HTTP {status}: {label}")
        self.status = status
        self.label = label

    def body(self) -> Json | None:
        # Recorded for 400: usually a codeRetour and a libelle. The number is ours.
        if self.label is None:
            return None
        return {"codeRetour": self.status, "libelle": self.label}


@dataclass
class Answer:
    """What leaves the portal: ``cut`` and ``hold`` are orders for the door.

    ``cut`` is ``""`` (answer), ``"close"`` (close without a word) or ``"half"``
    (announce the whole body, send half of it, close); ``hold`` is in seconds.
    """

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: str = ""
    hold: float = 0.0


def forbidden() -> Answer:
    """403 without a body, numbered as PISTE numbers it (API reference, 1.4)."""
    return Answer(403, {"x-correlationid": f"Id-{uuid4().hex[:24]} 0"})


def success(label: str, **fields: Any) -> Json:
    """Shape of a success: absent and null are the same thing, null is never sent."""
    return {"codeRetour": 0, "libelle": label, **without_nulls(fields)}


def without_nulls(value: Json) -> Json:
    """Drop absent members, also inside nested objects and lists of objects."""
    kept: Json = {}
    for name, member in value.items():
        if member is None:
            continue
        kept[name] = _clean(member)
    return kept


def _clean(member: Any) -> Any:
    if isinstance(member, dict):
        return without_nulls(member)
    if isinstance(member, list):
        return [_clean(item) for item in member]
    return member
