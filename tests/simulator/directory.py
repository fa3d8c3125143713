"""Structures and services: look-ups, and what a recipient demands."""

from __future__ import annotations

from dataclasses import dataclass

from .state import Row, Store


def structure_by_id(store: Store, structure_id: int) -> Row | None:
    return store.one("SELECT * FROM structure WHERE id = ?", structure_id)


def structure_by_code(store: Store, identifier: str) -> Row | None:
    return store.one("SELECT * FROM structure WHERE identifier = ?", identifier)


def known_structure(store: Store, structure_id: int) -> Row:
    """A structure some invoice refers to; LookupError when the state is broken."""
    row = structure_by_id(store, structure_id)
    if row is None:
        raise LookupError(f"structure {structure_id}")
    return row


def service_by_id(store: Store, service_id: int | None) -> Row | None:
    if service_id is None:
        return None
    return store.one("SELECT * FROM service WHERE id = ?", service_id)


def service_by_code(store: Store, structure_id: int, code: str) -> Row | None:
    return store.one(
        "SELECT * FROM service WHERE structure_id = ? AND code = ?", structure_id, code
    )


def is_usable(service: Row, now: float) -> bool:
    return bool(service["active"]) and service["starts"] <= now < service["ends"]


@dataclass(frozen=True)
class Missing:
    """What a recipient demands and the invoice does not give."""

    service: bool
    engagement: bool
    either: bool


def missing(
    recipient: Row,
    service: Row | None,
    service_code: str | None,
    engagement: str | None,
) -> Missing:
    """Compare the obligations of a structure and its service with what is given."""
    wants_engagement = recipient["needs_engagement"] or (
        service is not None and service["needs_engagement"]
    )
    return Missing(
        service=bool(recipient["needs_service"]) and not service_code,
        engagement=bool(wants_engagement) and not engagement,
        either=bool(recipient["needs_either"]) and not (service_code or engagement),
    )
