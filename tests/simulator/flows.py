"""Deposited flows: received at once, integrated later, without any thread.

What is due is done at the next question, and dated from the moment it was due.
"""

from __future__ import annotations

import hashlib
import json
import logging

from . import documents, invoices
from .accounts import Account, account_of
from .clock import in_paris
from .directory import is_usable, missing, service_by_code, structure_by_code
from .documents import ReadInvoice
from .invoices import Arrival
from .replies import Json
from .settings import Settings, read_settings
from .state import Row, Store
from .wordings import rejection

_logger = logging.getLogger(__name__)

WAITING = (
    "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP",
    "IN_RECU",
    "IN_TRAITE_SE_CPP",
    "IN_EN_ATTENTE_TRAITEMENT_CPP",
    "IN_EN_COURS_TRAITEMENT_CPP",
)
REJECTED = "IN_REJETE"
INTEGRATED = "IN_INTEGRE"
PARTLY = "IN_INTEGRE_PARTIEL"
INCIDENT = "IN_INCIDENTE"
RETRY_QUEUE = "IN_EN_ATTENTE_RETRAITEMENT_CPP"

# The interface of a syntax; the others are not published.
INTERFACES = {
    "IN_DP_E1_UBL_INVOICE": "FSO1100A",
    "IN_DP_E1_CII_16B": "FSO1106A",
    "IN_DP_E2_CPP_FACTURE_MIN": "FSO1110A",
    "IN_DP_E2_CII_FACTURX": "FSO1117A",
}

UPLOADED = "UPLOAD_API"


def receive(
    store: Store,
    content: bytes,
    name: str,
    syntax: str,
    login: str,
    now: float,
    *,
    stuck: bool = False,
    fate: Json | None = None,
) -> str:
    """Write a deposit down and give its flow number; nothing is read yet.

    ``fate`` is what was ordered to become of it: ``delay`` between two states,
    ``incident``, ``rejection``.
    """
    fate = fate or {}
    settings = read_settings(store)
    interface = INTERFACES.get(syntax)
    digits = interface[3:7] if interface else "0000"
    sequence = store.next_number("flow")
    number = f"CPP001{digits}{sequence:015d}"
    store.insert(
        "flow",
        {
            "number": number,
            "sequence": sequence,
            "name": name,
            "syntax": syntax,
            "interface": interface,
            "content": content,
            "sha256": hashlib.sha256(content).hexdigest(),
            "login": login,
            "deposited": now,
            "state": WAITING[0],
            "state_at": now,
            "step": 0,
            "delay": fate.get("delay", settings.integration_delay),
            "fate": json.dumps(fate),
            "stuck": stuck,
        },
    )
    _write_state(store, number, WAITING[0], now)
    return number


def server_name(flow: Row) -> str:
    """The portal's own name of the file; the interface is left out when unknown."""
    parts = [flow["interface"], "CPP001", flow["number"]]
    return "_".join(part for part in parts if part)


def advance(store: Store, now: float) -> None:
    """Everything that is due: states of flows, integrations, ways of invoices."""
    settings = read_settings(store)
    # Contents stay behind: thousands of flows may be on their way.
    for flow in store.all(
        "SELECT number, name, syntax, login, deposited, step, delay, fate FROM flow "
        "WHERE final = 0 AND stuck = 0 AND deposited + (step + 1) * delay <= ? "
        "ORDER BY sequence",
        now,
    ):
        _advance_flow(store, flow, now, settings)
    invoices.move_on(store, now, settings)


def _advance_flow(store: Store, flow: Row, now: float, settings: Settings) -> None:
    delay = flow["delay"]
    elapsed = max(0.0, now - flow["deposited"])
    last = len(WAITING)
    reached = last if delay <= 0 else min(last, int(elapsed / delay))
    for step in range(flow["step"] + 1, reached + 1):
        at = flow["deposited"] + step * delay
        if step < last:
            _set_state(store, flow["number"], WAITING[step], at, step=step)
        else:
            state = _integrate(store, flow, at, settings)
            _set_state(store, flow["number"], state, at, step=step, final=True)


def _integrate(store: Store, flow: Row, at: float, settings: Settings) -> str:
    """Read the file and keep what is right; gives the final state of the flow."""
    fate = json.loads(flow["fate"])
    if fate.get("incident"):
        return INCIDENT
    ordered = fate.get("rejection") or {}
    if ordered.get("technical"):
        _write_error(store, flow["number"], "technical", **_ordered_error(ordered))
        return REJECTED
    try:
        with store.transaction():
            found = documents.read_flow(
                _content(store, flow["number"]),
                flow["name"],
                flow["syntax"],
                with_readable=settings.thorough,
            )
            return _sort(store, flow, found, at, settings, ordered)
    except documents.Inadmissible as refusal:
        for error in refusal.errors:
            _write_error(
                store,
                flow["number"],
                "technical",
                nature=error.nature,
                code=error.code,
                label=error.label,
            )
        return REJECTED
    except Exception:
        # A file that breaks the reader must not take the portal down with it: the
        # real one calls this an incident, and says to send again.
        _logger.exception("Flow %s", flow["number"])
        return INCIDENT


def _content(store: Store, number: str) -> bytes:
    row = store.one("SELECT content FROM flow WHERE number = ?", number)
    if row is None:
        raise LookupError(number)
    return bytes(row["content"])


def _ordered_error(ordered: Json) -> dict[str, str]:
    return {
        "nature": documents.NATURE,
        "code": documents.FILE_CODE,
        "label": f"{documents.PREFIX}{ordered['label']}",
    }


def _sort(
    store: Store,
    flow: Row,
    found: list[ReadInvoice],
    at: float,
    settings: Settings,
    ordered: Json,
) -> str:
    account = account_of(store, flow["login"])
    kept = 0
    spared = len(found) - (ordered.get("last") or len(found)) if ordered else len(found)
    for rank, invoice in enumerate(found):
        supplier = structure_by_code(store, invoice.supplier_id)
        recipient = structure_by_code(store, invoice.buyer_id)
        service = _service(store, recipient, invoice)
        problems = _own_problems(invoice, flow["syntax"], at, settings)
        problems += _supplier_problems(invoice, supplier, account)
        problems += _recipient_problems(invoice, recipient, service, at, flow["syntax"])
        if supplier is not None and is_duplicate(
            store, supplier["id"], invoice, settings
        ):
            problems.append(rejection("duplicate", number=invoice.number))
        if rank >= spared:
            problems.append(ordered["label"])
        if problems or supplier is None or recipient is None:
            _reject(store, flow["number"], invoice, problems)
            continue
        arrival = Arrival(
            supplier=supplier,
            recipient=recipient,
            service=service,
            at=at,
            mode=UPLOADED,
            flow=flow["number"],
            login=flow["login"],
        )
        invoices.create(store, invoice, arrival, settings)
        kept += 1
    if kept == len(found):
        return INTEGRATED
    return PARTLY if kept else REJECTED


def _own_problems(
    invoice: ReadInvoice, syntax: str, at: float, settings: Settings
) -> list[str]:
    """What is wrong with the document itself, whoever it is for."""
    return documents.check_direct(
        invoice,
        syntax,
        today=in_paris(at).date(),
        types=settings.accepted_types.split(","),
        dialect=settings.dialect,
        with_norm=settings.thorough,
    )


def _service(store: Store, recipient: Row | None, invoice: ReadInvoice) -> Row | None:
    if recipient is None or not invoice.service_code:
        return None
    return service_by_code(store, recipient["id"], invoice.service_code)


def _supplier_problems(
    invoice: ReadInvoice, supplier: Row | None, account: Account
) -> list[str]:
    identifier = invoice.supplier_id
    if supplier is None:
        return [rejection("supplier_unknown", identifier=identifier)]
    if not supplier["active"]:
        return [rejection("supplier_inactive", identifier=identifier)]
    if supplier["id"] not in account.issues_for:
        return [rejection("supplier_no_right", identifier=identifier)]
    return []


def _recipient_problems(
    invoice: ReadInvoice,
    recipient: Row | None,
    service: Row | None,
    at: float,
    syntax: str,
) -> list[str]:
    identifier = invoice.buyer_id
    if recipient is None:
        return [rejection("recipient_unknown", identifier=identifier)]
    if not recipient["public"]:
        return [rejection("recipient_private", identifier=identifier)]
    if not recipient["active"]:
        return [rejection("recipient_inactive", identifier=identifier)]
    problems = _service_problems(invoice, recipient, service, at)
    family = "ubl" if "UBL" in syntax else "cii"
    lack = missing(recipient, service, invoice.service_code, invoice.engagement)
    if lack.service:
        problems.append(rejection(f"service_missing_{family}"))
    if lack.engagement:
        problems.append(rejection(f"engagement_missing_{family}"))
    if lack.either:
        problems.append(rejection("either_missing"))
    return problems


def _service_problems(
    invoice: ReadInvoice, recipient: Row, service: Row | None, at: float
) -> list[str]:
    code = invoice.service_code
    if not code:
        return []
    words = {"code": code, "identifier": str(recipient["identifier"])}
    if service is None:
        return [rejection("service_unknown", **words)]
    if not is_usable(service, at):
        return [rejection("service_inactive", **words)]
    return []


def is_duplicate(
    store: Store, supplier_id: int, invoice: ReadInvoice, settings: Settings
) -> bool:
    """Same supplier, number and year among what was integrated.

    Also among what was rejected when the settings say that a number is spent then.
    """
    year = invoice.issue_date.year
    kept = store.one(
        "SELECT 1 FROM invoice WHERE supplier_id = ? AND number = ? AND year = ?",
        supplier_id,
        invoice.number,
        year,
    )
    if kept is not None or settings.rejected_number_reusable:
        return kept is not None
    return (
        store.one(
            "SELECT 1 FROM flow_error WHERE kind = 'invoice' AND number = ? "
            "AND supplier = ?",
            invoice.number,
            invoice.supplier_id,
        )
        is not None
    )


def _reject(
    store: Store, number: str, invoice: ReadInvoice, problems: list[str]
) -> None:
    _write_error(
        store,
        number,
        "invoice",
        label=" |".join(problems),
        number=invoice.number,
        supplier=invoice.supplier_id,
        recipient=invoice.buyer_id,
    )


def _write_error(store: Store, flow: str, kind: str, **values: str) -> None:
    store.insert("flow_error", {"flow": flow, "kind": kind, **values})


def _set_state(
    store: Store, number: str, state: str, at: float, *, step: int, final: bool = False
) -> None:
    store.run(
        "UPDATE flow SET state = ?, state_at = ?, step = ?, final = ? WHERE number = ?",
        state,
        at,
        step,
        final,
        number,
    )
    _write_state(store, number, state, at)


def _write_state(store: Store, number: str, state: str, at: float) -> None:
    store.insert("flow_state", {"flow": number, "state": state, "at": at})


def hold(store: Store, number: str, state: str | None, now: float) -> None:
    """Act for the portal's operators: None lets a stuck flow go on.

    IN_INCIDENTE ends the flow, IN_EN_ATTENTE_RETRAITEMENT_CPP blocks it. LookupError
    for an unknown flow, ValueError for another state or a flow at its end.
    """
    flow = store.one("SELECT * FROM flow WHERE number = ?", number)
    if flow is None:
        raise LookupError(number)
    if flow["final"]:
        raise ValueError(f"flow {number} is at its end")
    if state not in (None, INCIDENT, RETRY_QUEUE):
        raise ValueError(f"state is null, {INCIDENT} or {RETRY_QUEUE}")
    if state is not None:
        _set_state(
            store, number, state, now, step=flow["step"], final=state == INCIDENT
        )
    store.run(
        "UPDATE flow SET stuck = ? WHERE number = ?", state == RETRY_QUEUE, number
    )
