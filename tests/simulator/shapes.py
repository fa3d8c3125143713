"""Requests and answers as trees: the invoices they name, members taken out of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from .replies import Json

# Every name the technical id of an invoice goes by.
INVOICE_IDS = ("idFacture", "identifiantFactureCPP", "idDemandePaiement")


def ids_in(body: bytes) -> frozenset[int]:
    """The invoices a request names; none in a body that cannot be read."""
    try:
        return frozenset(_ids(json.loads(body)))
    except (ValueError, RecursionError):
        return frozenset()


def _ids(value: Any) -> Iterator[int]:
    if isinstance(value, list):
        for entry in value:
            yield from _ids(entry)
    elif isinstance(value, dict):
        yield from (value[name] for name in INVOICE_IDS if type(value.get(name)) is int)
        for member in value.values():
            yield from _ids(member)


def blanked(
    body: Json, name: str, invoice: int | None, stand_in: tuple[str | None, ...] = ()
) -> Json:
    """The answer without a member, wherever it is; or in one invoice and below only.

    ``stand_in`` holds what is put in its place, if anything.
    """
    named = any(body.get(one) == invoice for one in INVOICE_IDS)
    if invoice is None or named:
        # All that is below belongs to the invoice.
        invoice = None
        kept = {key: value for key, value in body.items() if key != name}
        body = {**kept, name: stand_in[0]} if stand_in and name in body else kept
    return {
        key: _each(value, lambda one: blanked(one, name, invoice, stand_in))
        for key, value in body.items()
    }


def lone_as_object(body: Json) -> Json:
    """The answer with every list of one object sent as that object."""
    return {key: _alone(_each(value, lone_as_object)) for key, value in body.items()}


def _each(value: Any, change: Callable[[Json], Json]) -> Any:
    """A member with every object in it changed."""
    if isinstance(value, dict):
        return change(value)
    if isinstance(value, list):
        return [_each(entry, change) for entry in value]
    return value


def _alone(value: Any) -> Any:
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        return value[0]
    return value
