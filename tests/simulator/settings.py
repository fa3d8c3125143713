"""What can be chosen about the portal's behaviour, kept with its state."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from .state import Store


@dataclass(frozen=True)
class Settings:
    """Delays are in seconds of the portal's clock."""

    # Between two states of a flow; 0: integrated at the first question that follows.
    integration_delay: float = 0.0
    # Between two statuses of a new invoice on its way to the recipient.
    provision_delay: float = 0.0
    # How long after a deposit the report still answers "unknown flow".
    report_delay: float = 0.0
    token_lifetime: float = 3600.0
    pivot_delivery: str = "zip"
    pivot_attachments: str = "zipped"
    # codeRetour of a supplier or directory search without result: both are seen.
    empty_search_code: int = 0
    # Results of one search beyond which the portal does not look.
    search_cap: int = 200
    # The same whatever the client asks for; 0: the client's own figure is honoured.
    search_cap_forced: int = 0
    # Whether the total tells of the rows kept back by the forced cap.
    search_total: str = "found"
    # How long after its integration an invoice is not found by the searches.
    search_delay: float = 0.0
    # Without: neither EN 16931 rules nor readable PDF of an XML; for volume only.
    thorough: bool = True
    # What the portal reads: the direct dialect, that of the reform, or either.
    dialect: str = "direct"
    # BT-3 codes of the direct dialect; only these two are proven.
    accepted_types: str = "380,381"
    # How long a validator may stay silent (15 days) before the invoice goes on.
    validation_delay: float = 15 * 86400.0
    # Which submissions get their number from the portal; sources disagree.
    assigned_number: str = "typed_in"
    # A number is free again after its flow was rejected (not so in qualification).
    rejected_number_reusable: bool = True
    # Characters of libelleErreurDP before it is cut.
    error_length: int = 200


CHOICES = {
    "pivot_delivery": ("zip", "xml"),
    "pivot_attachments": ("zipped", "plain"),
    "empty_search_code": (0, 20000),
    "search_total": ("found", "given"),
    "dialect": ("direct", "reform", "both"),
    "assigned_number": ("typed_in", "always", "never"),
}


def read_settings(store: Store) -> Settings:
    raw = store.meta("settings")
    return Settings(**json.loads(raw)) if raw else Settings()


def show_settings(store: Store) -> dict[str, Any]:
    return asdict(read_settings(store))


def change_settings(store: Store, changes: dict[str, Any]) -> Settings:
    """Keep the changes; ValueError names the first one that cannot be taken."""
    known = {field.name: field.type for field in fields(Settings)}
    for name, value in changes.items():
        if name not in known:
            raise ValueError(f"unknown setting: {name}")
        if name in CHOICES and value not in CHOICES[name]:
            raise ValueError(f"{name} is one of {CHOICES[name]}")
        if not _fits(str(known[name]), value):
            raise ValueError(f"{name}: {value!r} is not a {known[name]}")
    settings = replace(read_settings(store), **changes)
    store.set_meta("settings", json.dumps(asdict(settings)))
    return settings


def _fits(kind: str, value: Any) -> bool:
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "str":
        return isinstance(value, str)
    if isinstance(value, bool):
        return False
    if kind == "int":
        return isinstance(value, int) and value >= 0
    return isinstance(value, int | float) and value >= 0
