"""The declared models of requests and answers, and a check of a value against one.

The models live beside the contract tests (``tests/contract/models``), in a short
notation explained there; the tests compare them with the official Swagger files.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from .clock import parse_moment

MODELS = Path(__file__).resolve().parent.parent / "contract" / "models"
APIS = (
    "factures",
    "structures",
    "transverses",
    "utilisateurs",
    "engagementsJuridiques",
)

_RANGES = {"int32": 2**31, "int64": 2**63}
_TIMES = {
    "day": re.compile(r"\d{4}-\d\d-\d\d"),
    "minute": re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d"),
    "instant": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d"),
    "day_or_minute": re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?"),
}


@dataclass(frozen=True)
class Operation:
    """One declared operation of one API: ``name`` is ``<api>/<operation>``."""

    api: str
    name: str
    method: str
    path: str
    request: str | None
    response: str


@dataclass(frozen=True)
class Problem:
    """Where a value departs from its model; ``kind`` is type, value or moment."""

    path: str
    kind: str
    text: str


class Contract:
    """All models of all APIs, loaded once."""

    def __init__(self, folder: Path = MODELS) -> None:
        self._models: dict[str, dict[str, dict[str, str]]] = {}
        self._enums: dict[str, list[str]] = _load(folder / "enums.json")
        self.operations: dict[str, Operation] = {}
        self.not_played: list[str] = []
        for api in APIS:
            self._read(api, _load(folder / f"{api}.json"))

    def _read(self, api: str, description: dict[str, Any]) -> None:
        self._models[api] = description["models"]
        base = description["base"]
        for name, entry in description["operations"].items():
            self.operations[f"{api}/{name}"] = Operation(
                api=api,
                name=f"{api}/{name}",
                method=entry.get("method", "POST"),
                path=f"{base}/{name}",
                request=entry.get("request"),
                response=entry["response"],
            )
        self.not_played += [f"{base}/{name}" for name in description["not_played"]]

    def request_problems(self, operation: str, body: Any) -> list[Problem]:
        """Departures of a request; unknown members are tolerated, null is absence."""
        found = self.operations[operation]
        if found.request is None:
            return []
        return self._object(found.api, found.request, body, "", strict=False)

    def answer_problems(self, operation: str, body: Any) -> list[Problem]:
        """Departures of an answer; required members and unknown ones count too."""
        found = self.operations[operation]
        return self._object(found.api, found.response, body, "", strict=True)

    def values(self, enum: str) -> list[str]:
        return self._enums[enum]

    def _object(
        self, api: str, model: str, value: Any, path: str, *, strict: bool
    ) -> list[Problem]:
        if not isinstance(value, dict):
            return [Problem(path or model, "type", f"not an object ({model})")]
        fields = self._models[api][model]
        problems: list[Problem] = []
        for name, kind in fields.items():
            where = f"{path}.{name}" if path else name
            member = value.get(name)
            if member is not None:
                kind = kind.rstrip("!?")
                problems += self._member(api, kind, member, where, strict=strict)
            elif kind.endswith("?"):
                continue
            elif strict and (kind.endswith("!") or name in value):
                problems.append(Problem(where, "value", "missing or null"))
        if strict:
            problems += [
                Problem(f"{path}.{name}", "value", f"unknown member of {model}")
                for name in value.keys() - fields.keys()
            ]
        return problems

    def _member(
        self, api: str, kind: str, value: Any, path: str, *, strict: bool
    ) -> list[Problem]:
        if kind.startswith("["):
            if not isinstance(value, list):
                return [Problem(path, "type", "not a list")]
            problems: list[Problem] = []
            for index, item in enumerate(value):
                where = f"{path}[{index}]"
                problems += self._member(api, kind[1:-1], item, where, strict=strict)
            return problems
        if kind in self._models[api]:
            return self._object(api, kind, value, path, strict=strict)
        return self._scalar(kind, value, path)

    def _scalar(self, kind: str, value: Any, path: str) -> list[Problem]:
        if kind in _RANGES or kind in ("number", "flag"):
            good = _typed(kind, value)
            return [] if good else [Problem(path, "type", f"not of type {kind}")]
        if not isinstance(value, str):
            return [Problem(path, "type", "not a text")]
        if kind in _TIMES:
            good = _TIMES[kind].fullmatch(value) is not None and _is_moment(value)
            return [] if good else [Problem(path, "moment", f"not a {kind}")]
        if kind == "moment":
            return [] if _is_moment(value) else [Problem(path, "moment", "not a date")]
        if kind in self._enums and value not in self._enums[kind]:
            return [Problem(path, "value", f"not one of {kind}")]
        return []


def _typed(kind: str, value: Any) -> bool:
    if kind == "flag":
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if kind == "number":
        return isinstance(value, int | float | Decimal)
    return isinstance(value, int) and -_RANGES[kind] <= value < _RANGES[kind]


def _is_moment(text: str) -> bool:
    try:
        parse_moment(text)
    except ValueError:
        return False
    return True


def _load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=1)
def contract() -> Contract:
    """The one description shared by all portals of this process."""
    return Contract()
