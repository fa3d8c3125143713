"""Everything the portal holds, as the drive API and the page show it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from . import codes, invoices
from .accounts import rights_of
from .clock import day, instant
from .directory import known_structure
from .state import Row, Store


def deposits(store: Store, number: str | None = None) -> list[dict[str, Any]]:
    """Every flow, the latest first, or the one of that number."""
    return [
        _deposit(store, row)
        for row in store.all(
            "SELECT number, name, syntax, sha256, length(content) AS size, login, "
            "state, stuck, final, deposited FROM flow "
            "WHERE ?1 IS NULL OR number = ?1 ORDER BY sequence DESC",
            number,
        )
    ]


def summary(store: Store) -> dict[str, Any]:
    """How many flows by state, invoices by status, drafts: cheap at any volume."""
    return {
        "deposits": _counted(store, "SELECT state, count(*) FROM flow GROUP BY state"),
        "invoices": _counted(
            store, "SELECT status, count(*) FROM invoice GROUP BY status"
        ),
        "drafts": _counted(
            store,
            "SELECT iif(invoice_id, 'submitted', 'waiting') AS kind, count(*) "
            "FROM draft GROUP BY kind",
        ),
    }


def _counted(store: Store, sql: str) -> dict[str, int]:
    return {row[0]: row[1] for row in store.all(sql)}


def _deposit(store: Store, flow: Row) -> dict[str, Any]:
    number = flow["number"]
    return {
        "number": number,
        "name": flow["name"],
        "syntax": flow["syntax"],
        "sha256": flow["sha256"],
        "size": flow["size"],
        "login": flow["login"],
        "state": flow["state"],
        "stuck": bool(flow["stuck"]),
        "final": bool(flow["final"]),
        "received_at": instant(flow["deposited"]),
        "states": [
            {"state": row["state"], "at": instant(row["at"])}
            for row in store.all(
                "SELECT state, at FROM flow_state WHERE flow = ? ORDER BY id", number
            )
        ],
        "errors": [
            {
                "kind": row["kind"],
                "nature": row["nature"],
                "code": row["code"],
                "number": row["number"],
                "label": row["label"],
            }
            for row in store.all(
                "SELECT * FROM flow_error WHERE flow = ? ORDER BY id", number
            )
        ],
        "invoices": [
            {"id": row["id"], "number": row["number"], "status": row["status"]}
            for row in store.all(
                "SELECT id, number, status FROM invoice WHERE flow = ? ORDER BY id",
                number,
            )
        ],
    }


def invoice_list(store: Store, invoice_id: int | None = None) -> list[dict[str, Any]]:
    """One invoice or all of them, the latest first, with history and attachments."""
    if invoice_id is None:
        rows = store.all("SELECT * FROM invoice ORDER BY id DESC")
    else:
        rows = store.all("SELECT * FROM invoice WHERE id = ?", invoice_id)
    return [_invoice(store, row) for row in rows]


def _invoice(store: Store, row: Row) -> dict[str, Any]:
    supplier = known_structure(store, row["supplier_id"])
    recipient = known_structure(store, row["recipient_id"])
    kept = [
        "id",
        "number",
        "flow",
        "kind",
        "type",
        "type_code",
        "cadre",
        "currency",
        "service_code",
        "engagement",
        "contract",
        "original_number",
        "issue_date",
        "due_date",
        "untaxed",
        "vat",
        "taxed",
        "payable",
        "vat_type",
        "payment_mode",
        "mode",
        "status",
        "comment",
        "note",
        "mandate",
    ]
    return {
        **{name: row[name] for name in kept},
        "supplier": supplier["identifier"],
        "supplier_name": supplier["name"],
        "recipient": recipient["identifier"],
        "recipient_name": recipient["name"],
        "deposited": day(row["deposited"]),
        "status_at": instant(row["status_at"]),
        "downloaded": bool(row["downloaded"]),
        "rejection_handled": bool(row["rejection_handled"]),
        "recycled": bool(row["recycled"]),
        "targets": list(codes.targets(row["status"])),
        **_events(store, row["id"]),
        "attachments": _attachments(store, row),
    }


def _events(store: Store, invoice_id: int) -> dict[str, Any]:
    """History and actions of an invoice, the oldest first."""
    return {
        "history": [
            {
                "status": event["status"],
                "at": instant(event["at"]),
                "comment": event["comment"],
                "login": event["login"],
            }
            for event in store.all(
                "SELECT * FROM status_event WHERE invoice_id = ? ORDER BY id",
                invoice_id,
            )
        ],
        "actions": [
            {"code": event["code"], "at": instant(event["at"]), "login": event["login"]}
            for event in store.all(
                "SELECT * FROM action_event WHERE invoice_id = ? ORDER BY id",
                invoice_id,
            )
        ],
    }


def _attachments(store: Store, row: Row) -> list[dict[str, Any]]:
    return [
        {
            "file_id": item["file_id"],
            "kind": item["kind"],
            "name": item["name"],
            "designation": item["designation"],
            "mime": item["mime"],
            "size": item["size"],
            "sha256": hashlib.sha256(
                invoices.file_content(store, item["file_id"])
            ).hexdigest(),
        }
        for item in invoices.files_of(store, row["id"])
    ]


def structure_list(store: Store) -> list[dict[str, Any]]:
    """Every structure with its services."""
    return [_structure(store, row) for row in store.all("SELECT * FROM structure")]


def _structure(store: Store, row: Row) -> dict[str, Any]:
    flags = [
        "public",
        "active",
        "state",
        "needs_service",
        "needs_engagement",
        "needs_either",
        "hides_payment",
    ]
    return {
        "id": row["id"],
        "id_type": row["id_type"],
        "identifier": row["identifier"],
        "name": row["name"],
        **{name: bool(row[name]) for name in flags},
        "street": row["street"],
        "zip": row["zip"],
        "city": row["city"],
        "country": row["country"],
        "vat": row["vat"],
        "password_expires": instant(row["password_expires"]),
        "services": [
            {
                "id": service["id"],
                "code": service["code"],
                "name": service["name"],
                "active": bool(service["active"]),
                "needs_engagement": bool(service["needs_engagement"]),
                "reports_payment": bool(service["reports_payment"]),
                "starts": instant(service["starts"]),
                "ends": instant(service["ends"]),
            }
            for service in store.all(
                "SELECT * FROM service WHERE structure_id = ? ORDER BY id", row["id"]
            )
        ],
    }


def account_list(store: Store) -> list[dict[str, Any]]:
    """Every technical account and its rights, without passwords."""
    return [
        {
            "login": row["login"],
            "issue": [r["identifier"] for r in rights if r["may_issue"]],
            "receive": [r["identifier"] for r in rights if r["may_receive"]],
        }
        for row in store.all("SELECT login FROM account ORDER BY login")
        for rights in (rights_of(store, row["login"]),)
    ]


def draft_list(store: Store) -> list[dict[str, Any]]:
    """Every PDF that was read, the latest first; no status once it was submitted."""
    return [
        {
            "id": row["id"],
            "file_id": row["file_id"],
            "login": row["login"],
            "name": row["name"],
            "format": row["format"],
            "received_at": instant(row["at"]),
            "status": None if row["invoice_id"] else codes.READ_BY_OCR,
            "invoice": row["invoice_id"],
            "read": json.loads(row["read"]),
        }
        for row in store.all("SELECT * FROM draft ORDER BY id DESC")
    ]


def engagement_list(store: Store) -> list[dict[str, Any]]:
    """Every engagement, in the order they became known."""
    return [
        {
            "id": row["id"],
            "number": row["number"],
            "supplier": known_structure(store, row["supplier_id"])["identifier"],
            "state": row["state"],
            "status": row["status"],
        }
        for row in store.all("SELECT * FROM engagement ORDER BY id")
    ]
