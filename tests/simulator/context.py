"""What an operation is given besides the body of its request."""

from __future__ import annotations

from dataclasses import dataclass

from .accounts import Account
from .faults import Hit
from .replies import Broken, Json
from .settings import Settings
from .state import Store


@dataclass(frozen=True)
class Context:
    """One authenticated call; ``now`` is the portal's clock, in seconds."""

    store: Store
    account: Account
    now: float
    settings: Settings
    hit: Hit


def demanded(body: Json, name: str, longest: int | None = None) -> str:
    """A mandatory text of the request; Broken 400 when missing, empty or too long."""
    value = body.get(name)
    if not value:
        raise Broken(400, f"{name} : champ obligatoire")
    return limited(body, name, longest) or ""


def demanded_id(body: Json, name: str) -> int:
    """A mandatory technical id; Broken 400 when missing."""
    value = body.get(name)
    if value is None:
        raise Broken(400, f"{name} : champ obligatoire")
    return int(value)


def limited(body: Json, name: str, longest: int | None) -> str | None:
    """An optional text; Broken 400 beyond its documented length."""
    value = body.get(name)
    if value and longest is not None and len(value) > longest:
        raise Broken(400, f"{name} : {longest} caractères au plus")
    return str(value) if value else None
