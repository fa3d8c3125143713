"""What a person may do to the portal from outside its API: drop, treat, alter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from . import codes, documents, invoices, validation
from .clock import parse_moment
from .directory import service_by_code, structure_by_code
from .documents import ReadInvoice
from .documents.identifiers import identifier_kind
from .invoices import Arrival
from .invoices_recipient import change_status
from .seed import FROM_START, OPEN_END
from .settings import read_settings
from .state import Row, Store

DROPPED = "EDI"


class NotTaken(Exception):  # noqa: N818 - a verdict
    """The wish cannot be granted; ``reason`` is plain French."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def drop_invoice(
    store: Store,
    now: float,
    content: bytes,
    name: str,
    recipient: str,
    *,
    service: str | None = None,
    engagement: str | None = None,
    status: str = codes.AVAILABLE,
) -> int:
    """An invoice that reached the portal another way: no deposit rule applies.

    Any CII, UBL or Factur-X that can be read; a supplier the directory does not know
    enters it as a private structure. NotTaken says why not.
    """
    body = structure_by_code(store, recipient)
    if body is None:
        raise NotTaken(f"Le destinataire {recipient} est inconnu.")
    if status not in codes.LABELS:
        raise NotTaken(f"Le statut {status} n'est pas joué.")
    unit = service_by_code(store, body["id"], service) if service else None
    if service and unit is None:
        raise NotTaken(f"Le code service {service} est inconnu pour ce destinataire.")
    try:
        read = documents.read_any(content, name)
    except documents.Unreadable as verdict:
        raise NotTaken(verdict.reason) from verdict
    if engagement:
        read = replace(read, engagement=engagement)
    if unit is None and read.service_code:
        unit = service_by_code(store, body["id"], read.service_code)
    arrival = Arrival(
        supplier=_supplier(store, read),
        recipient=body,
        service=unit,
        at=now,
        mode=DROPPED,
        status=status,
    )
    return invoices.create(store, read, arrival, read_settings(store))


def _supplier(store: Store, read: ReadInvoice) -> Row:
    identifier = (read.supplier_id or read.supplier_vat or read.supplier_name)[:80]
    known = structure_by_code(store, identifier)
    if known is not None:
        return known
    kind = identifier_kind(identifier, read.supplier_id_scheme, read.supplier_country)
    put_structure(
        store,
        {
            "identifier": identifier,
            "id_type": codes.ID_TYPES.get(kind, "AUTRE"),
            "name": read.supplier_name or identifier,
            "public": False,
            "vat": read.supplier_vat,
            "country": read.supplier_country or "FR",
        },
    )
    created = structure_by_code(store, identifier)
    if created is None:
        raise LookupError(identifier)
    return created


VALIDATIONS = {status: action for action, status in validation.OUTCOMES.items()}


def targets(status: str) -> tuple[str, ...]:
    """What a person may turn a status into, whoever is to do it."""
    if status == codes.TO_VALIDATE:
        return tuple(VALIDATIONS)
    return codes.targets(status)


def treat(
    store: Store,
    now: float,
    invoice_id: int,
    status: str,
    comment: str = "",
    mandate: str = "",
) -> None:
    """Act for the public body, or for the validator of an invoice that waits for one.

    Refused when the invoice's life forbids it.
    """
    row = invoices.find(store, invoice_id)
    if row["status"] == codes.TO_VALIDATE and status in VALIDATIONS:
        action = VALIDATIONS[status]
        validation.judge(store, read_settings(store), row, action, now, reason=comment)
        return
    change_status(store, row, status, now, reason=comment, mandate=mandate)


_STRUCTURE_COLUMNS = {
    "id_type": str,
    "name": str,
    "public": bool,
    "active": bool,
    "state": bool,
    "needs_service": bool,
    "needs_engagement": bool,
    "needs_either": bool,
    "hides_payment": bool,
    "street": str,
    "zip": str,
    "city": str,
    "country": str,
    "vat": str,
    "email": str,
}
_SERVICE_COLUMNS = {
    "name": str,
    "active": bool,
    "needs_engagement": bool,
    "reports_payment": bool,
}


def put_structure(store: Store, wish: dict[str, Any]) -> int:
    """Add or alter a structure and its services, found by identifier and code.

    Names of the members: those of the listing. NotTaken for a wrong one.
    """
    identifier = wish.get("identifier")
    if not isinstance(identifier, str) or not identifier:
        raise NotTaken("identifier est obligatoire.")
    known = structure_by_code(store, identifier)
    values = _columns(wish, _STRUCTURE_COLUMNS)
    if "password_expires" in wish:
        values["password_expires"] = _moment(wish["password_expires"])
    if known is None:
        defaults = {"id_type": "SIRET", "name": identifier}
        structure_id = store.insert(
            "structure", {**defaults, **values, "identifier": identifier}
        )
    else:
        structure_id = known["id"]
        if values:
            store.update("structure", structure_id, values)
    for entry in wish.get("services") or []:
        _put_service(store, structure_id, entry)
    return structure_id


def _put_service(store: Store, structure_id: int, wish: Any) -> None:
    if not isinstance(wish, dict) or not isinstance(wish.get("code"), str):
        raise NotTaken("Chaque service a un code.")
    known = service_by_code(store, structure_id, wish["code"])
    values = _columns(wish, _SERVICE_COLUMNS)
    for name, default in (("starts", FROM_START), ("ends", OPEN_END)):
        if name in wish or known is None:
            values[name] = _moment(wish.get(name, default))
    if known is not None:
        store.update("service", known["id"], values)
        return
    store.insert(
        "service",
        {
            "name": wish["code"],
            **values,
            "structure_id": structure_id,
            "code": wish["code"],
        },
    )


def _columns(wish: dict[str, Any], columns: dict[str, type]) -> dict[str, Any]:
    values = {name: wish[name] for name in columns if wish.get(name) is not None}
    for name, value in values.items():
        if not isinstance(value, columns[name]):
            raise NotTaken(f"{name} n'est pas du bon type.")
    return values


def _moment(value: Any) -> float:
    try:
        return parse_moment(str(value))
    except ValueError as error:
        raise NotTaken(f"Date illisible : {value}") from error
