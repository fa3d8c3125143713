"""Integrated invoices: how they are kept, how their status moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from . import codec, codes
from .accounts import Account
from .clock import in_paris
from .directory import known_structure, service_by_id
from .documents import Attachment, PivotInvoice, ReadInvoice
from .settings import Settings
from .state import Row, Store, Value
from .wordings import refused


@dataclass(frozen=True)
class Upload:
    """A stored file that becomes one of an invoice's: ``main`` or ``deposit``."""

    file_id: int
    kind: str
    designation: str
    type_code: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Arrival:
    """How an invoice reached the portal, and whom it concerns.

    ``columns`` are what the way it came says better than the document itself.
    """

    supplier: Row
    recipient: Row
    service: Row | None
    at: float
    mode: str
    flow: str | None = None
    login: str | None = None
    status: str = codes.DEPOSITED
    uploads: tuple[Upload, ...] = ()
    columns: Mapping[str, Value] = field(default_factory=dict)


def create(
    store: Store, invoice: ReadInvoice, arrival: Arrival, settings: Settings
) -> int:
    """Keep a read invoice and start its life; gives its technical id."""
    files = {
        file_content(store, upload.file_id): upload.file_id
        for upload in arrival.uploads
    }
    content = codec.dumps(invoice, lambda data: _keep(store, files, data))
    columns = {**_columns(invoice, arrival, content), **arrival.columns}
    invoice_id = store.insert("invoice", columns)
    if arrival.uploads:
        for upload in arrival.uploads:
            _link_upload(store, invoice_id, upload)
    else:
        _link_files(store, invoice_id, invoice, files)
    add_status_event(store, invoice_id, arrival.status, arrival.at, login=arrival.login)
    schedule(store, invoice_id, arrival.status, arrival.at, settings)
    return invoice_id


def _columns(invoice: ReadInvoice, arrival: Arrival, content: str) -> dict[str, Value]:
    cadre = codes.short_cadre(invoice)
    due = invoice.due_date
    return {
        "flow": arrival.flow,
        "number": invoice.number,
        "year": invoice.issue_date.year,
        "kind": codes.request_kind(cadre),
        "type": codes.invoice_type(invoice),
        "type_code": invoice.type_code,
        "cadre": cadre,
        "currency": invoice.currency,
        "supplier_id": arrival.supplier["id"],
        "recipient_id": arrival.recipient["id"],
        "service_id": arrival.service["id"] if arrival.service else None,
        "service_code": (
            arrival.service["code"] if arrival.service else invoice.service_code
        ),
        "engagement": invoice.engagement,
        "contract": invoice.contract,
        "original_number": invoice.original_number,
        "issue_date": invoice.issue_date.isoformat(),
        "due_date": due.isoformat() if due else None,
        "deposited": arrival.at,
        "created": arrival.at,
        "untaxed": str(invoice.total_untaxed),
        "vat": str(invoice.total_vat),
        "taxed": str(invoice.total_taxed),
        "payable": str(invoice.payable),
        "vat_type": codes.vat_type(invoice),
        "payment_mode": codes.payment_mode(invoice.payment_code),
        "mode": arrival.mode,
        "status": arrival.status,
        "status_at": arrival.at,
        "note": "\n".join(invoice.notes)[:2000] or None,
        "creator": arrival.login,
        "content": content,
    }


def _keep(store: Store, files: dict[bytes, int], data: bytes) -> int:
    if data not in files:
        files[data] = store.insert(
            "file",
            {
                "name": "",
                "extension": "",
                "mime": "application/octet-stream",
                "content": data,
            },
        )
    return files[data]


def _link_files(
    store: Store, invoice_id: int, invoice: ReadInvoice, files: dict[bytes, int]
) -> None:
    for kind, item in (
        ("main", invoice.main),
        *(("deposit", attachment) for attachment in invoice.attachments),
    ):
        file_id = files[item.content]
        store.update(
            "file",
            file_id,
            {
                "name": item.name,
                "extension": extension_of(item.name),
                "mime": item.mime,
            },
        )
        store.insert(
            "invoice_file",
            {
                "invoice_id": invoice_id,
                "file_id": file_id,
                "kind": kind,
                "designation": item.name,
            },
        )


def _link_upload(store: Store, invoice_id: int, upload: Upload) -> None:
    """The file leaves the account that stored it: it serves once."""
    store.run("UPDATE file SET login = NULL WHERE id = ?", upload.file_id)
    store.insert(
        "invoice_file",
        {
            "invoice_id": invoice_id,
            "file_id": upload.file_id,
            "kind": upload.kind,
            "type_code": upload.type_code,
            "designation": upload.designation,
            "line": upload.line,
        },
    )


def extension_of(name: str) -> str:
    """``PDF`` of ``bon.pdf``; empty when there is none."""
    return name.rpartition(".")[2].upper() if "." in name else ""


def add_status_event(
    store: Store,
    invoice_id: int,
    status: str,
    at: float,
    *,
    comment: str | None = None,
    login: str | None = None,
) -> None:
    store.insert(
        "status_event",
        {
            "invoice_id": invoice_id,
            "status": status,
            "at": at,
            "comment": comment,
            "login": login,
        },
    )


def set_status(
    store: Store,
    row: Row,
    status: str,
    at: float,
    *,
    comment: str | None = None,
    login: str | None = None,
    **changes: Value,
) -> None:
    """Move an invoice and write its history; other columns may change with it."""
    values: dict[str, Value] = {
        "status": status,
        "status_at": at,
        "comment": comment or None,
        "next_status": None,
        "next_at": None,
    }
    store.update("invoice", row["id"], {**values, **changes})
    add_status_event(store, row["id"], status, at, comment=comment or None, login=login)


def schedule(
    store: Store, invoice_id: int, status: str, at: float, settings: Settings
) -> None:
    """Plan the next step of an invoice on its way to the recipient."""
    following = codes.FORWARD.get(status)
    if following is None:
        return
    delay = settings.provision_delay
    if status == codes.TO_VALIDATE:
        delay = settings.validation_delay
    store.update(
        "invoice", invoice_id, {"next_status": following, "next_at": at + delay}
    )


def move_on(store: Store, now: float, settings: Settings) -> None:
    """Take every step that is due, at the time it was due."""
    while True:
        due = store.all(
            "SELECT * FROM invoice WHERE next_at IS NOT NULL AND next_at <= ? "
            "ORDER BY next_at, id",
            now,
        )
        if not due:
            return
        for row in due:
            status, at = row["next_status"], row["next_at"]
            set_status(store, row, status, at)
            schedule(store, row["id"], status, at, settings)


def add_action(
    store: Store, invoice_id: int, code: str, at: float, login: str | None
) -> None:
    store.insert(
        "action_event",
        {"invoice_id": invoice_id, "code": code, "at": at, "login": login},
    )


def add_other_event(
    store: Store, invoice_id: int, label: str, at: float, who: str | None
) -> None:
    store.insert(
        "other_event", {"invoice_id": invoice_id, "label": label, "at": at, "who": who}
    )


def find(store: Store, invoice_id: int) -> Row:
    """Refused 20000 when no invoice has that id."""
    row = store.one("SELECT * FROM invoice WHERE id = ?", invoice_id)
    if row is None:
        raise refused("unknown_invoice")
    return row


def issued(store: Store, account: Account, invoice_id: int) -> Row:
    """An invoice the account may act on as its supplier."""
    row = find(store, invoice_id)
    if row["supplier_id"] not in account.issues_for:
        raise refused("no_right")
    return row


def received(store: Store, account: Account, invoice_id: int) -> Row:
    """An invoice the account may act on as its recipient, once it has arrived."""
    row = find(store, invoice_id)
    if row["recipient_id"] not in account.receives_for:
        raise refused("no_right")
    if row["status"] in codes.HIDDEN_FROM_RECIPIENT:
        raise refused("unknown_invoice")
    return row


def visible(store: Store, account: Account, invoice_id: int) -> Row:
    """An invoice the account may read from either side."""
    row = find(store, invoice_id)
    if row["supplier_id"] in account.issues_for:
        return row
    return received(store, account, invoice_id)


def files_of(store: Store, invoice_id: int) -> list[Row]:
    """Its files without their contents, the main one first."""
    return store.all(
        "SELECT l.id, l.file_id, l.kind, l.type_code, l.designation, l.line, f.name, "
        "f.extension, f.mime, length(f.content) AS size FROM invoice_file l "
        "JOIN file f ON f.id = l.file_id WHERE l.invoice_id = ? "
        "ORDER BY l.kind != 'main', l.id",
        invoice_id,
    )


def size_of(store: Store, invoice_id: int) -> int:
    row = store.one(
        "SELECT sum(length(f.content)) AS size FROM invoice_file l "
        "JOIN file f ON f.id = l.file_id WHERE l.invoice_id = ?",
        invoice_id,
    )
    return int(row["size"] or 0) if row else 0


def document(store: Store, row: Row) -> ReadInvoice:
    """The invoice as it was read from its deposit."""
    return codec.loads(row["content"], lambda file_id: file_content(store, file_id))


def file_content(store: Store, file_id: int) -> bytes:
    row = store.one("SELECT content FROM file WHERE id = ?", file_id)
    if row is None:
        raise LookupError(f"file {file_id}")
    return bytes(row["content"])


def pivot_invoice(store: Store, row: Row) -> PivotInvoice:
    """The invoice with what the portal knows, routing data as they are now."""
    supplier = known_structure(store, row["supplier_id"])
    recipient = known_structure(store, row["recipient_id"])
    service = service_by_id(store, row["service_id"])
    read = replace(
        document(store, row),
        engagement=row["engagement"],
        contract=row["contract"],
        service_code=row["service_code"],
    )
    extra = tuple(
        Attachment(
            name=item["name"],
            content=file_content(store, item["file_id"]),
            mime=item["mime"],
            type_code="02",
        )
        for item in files_of(store, row["id"])
        if item["kind"] == "complement"
    )
    return PivotInvoice(
        invoice=read,
        portal_id=row["id"],
        recipient_siret=recipient["identifier"],
        recipient_name=recipient["name"],
        service_code=row["service_code"],
        service_name=service["name"] if service else None,
        supplier_siret=supplier["identifier"],
        supplier_name=supplier["name"],
        received=in_paris(row["deposited"]).date(),
        recycled=bool(row["recycled"]),
        extra=extra,
    )


def person(store: Store, login: str | None, prefix: str) -> dict[str, Any]:
    """The user fields of a history line, under the prefix of its kind."""
    if not login:
        return {}
    row = store.one("SELECT first_name, last_name FROM account WHERE login = ?", login)
    if row is None:
        return {}
    return {
        f"{prefix}UtilisateurPrenom": row["first_name"],
        f"{prefix}UtilisateurNom": row["last_name"],
        f"{prefix}UtilisateurEmail": login,
    }
