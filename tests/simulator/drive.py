"""``/simulator/api/…``: drive the portal from a test or a script, in JSON.

Never through the portal's own paths; documented in ``README.rst``.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from . import (
    acts,
    calls,
    codes,
    faults,
    flows,
    invoices,
    listings,
    validation,
    works,
)
from .accounts import put_account
from .acts import NotTaken
from .directory import structure_by_code
from .replies import Answer, Refused
from .settings import change_settings, read_settings, show_settings
from .state import FIRST_IDS

if TYPE_CHECKING:
    from .gateway import Request
    from .portal import Portal

PREFIX = "/simulator/api/"

Query = dict[str, str]
Body = dict[str, Any]
Handler = Callable[["Portal", Query, Body], Any]


class NotFound(Exception):  # noqa: N818 - a verdict
    """No such thing in the portal."""


def answer(portal: Portal, request: Request, query: str) -> Answer:
    """200 with JSON; 400, 404 or 422 with {"reason"} when it cannot be done."""
    name = request.path.removeprefix(PREFIX).strip("/")
    handler = HANDLERS.get((request.method, name))
    if handler is None:
        return _json(404, {"reason": f"no {request.method} {name}"})
    asked = {key: values[-1] for key, values in parse_qs(query).items()}
    try:
        body = _read_body(request)
        with portal.store.transaction():
            return _json(200, handler(portal, asked, body))
    except NotFound as error:
        return _json(404, {"reason": str(error)})
    except NotTaken as error:
        return _json(422, {"reason": error.reason})
    except Refused as error:
        return _json(422, {"reason": error.label, "codeRetour": error.code})
    except (KeyError, TypeError, ValueError) as error:
        return _json(400, {"reason": f"{type(error).__name__}: {error}"})


def _read_body(request: Request) -> Body:
    body = json.loads(request.body) if request.body.strip() else {}
    if not isinstance(body, dict):
        raise TypeError("the body is not a JSON object")
    return body


def _json(status: int, value: Any) -> Answer:
    body = json.dumps(value, ensure_ascii=False, indent=1).encode()
    return Answer(status, {"Content-Type": "application/json;charset=UTF-8"}, body)


def _health(_portal: Portal, _query: Query, _body: Body) -> Any:
    return {"status": "ok"}


def _clock(portal: Portal, _query: Query, _body: Body) -> Any:
    return portal.clock.show()


def _set_clock(portal: Portal, _query: Query, body: Body) -> Any:
    portal.clock.set(
        now=body.get("now"),
        advance=float(body.get("advance", 0)),
        speed=body.get("speed"),
        reset="now" in body and body["now"] is None,
    )
    flows.advance(portal.store, portal.clock.now())
    return portal.clock.show()


def _faults(portal: Portal, _query: Query, _body: Body) -> Any:
    return {"faults": faults.listing(portal.store)}


def _order_fault(portal: Portal, _query: Query, body: Body) -> Any:
    return {"id": faults.order(portal.store, body)}


def _clear_faults(portal: Portal, query: Query, _body: Body) -> Any:
    faults.clear(portal.store, int(query["id"]) if "id" in query else None)
    return {"faults": faults.listing(portal.store)}


def _deposits(portal: Portal, query: Query, _body: Body) -> Any:
    return {"deposits": listings.deposits(portal.store, query.get("number"))}


def _summary(portal: Portal, _query: Query, _body: Body) -> Any:
    return listings.summary(portal.store)


def _hold_deposit(portal: Portal, _query: Query, body: Body) -> Any:
    try:
        flows.hold(portal.store, body["number"], body.get("state"), portal.clock.now())
    except LookupError as error:
        raise NotFound(f"no deposit {error}") from error
    flows.advance(portal.store, portal.clock.now())
    return _deposits(portal, {"number": body["number"]}, {})


def _invoices(portal: Portal, query: Query, _body: Body) -> Any:
    wanted = int(query["id"]) if "id" in query else None
    found = listings.invoice_list(portal.store, wanted)
    if wanted is not None and not found:
        raise NotFound(f"no invoice {wanted}")
    return {"invoices": found}


def _drop_invoice(portal: Portal, _query: Query, body: Body) -> Any:
    try:
        content = base64.b64decode(body["content"], validate=True)
    except binascii.Error as error:
        raise ValueError("content is not Base64") from error
    invoice_id = acts.drop_invoice(
        portal.store,
        portal.clock.now(),
        content,
        str(body["name"]),
        str(body["recipient"]),
        service=body.get("service"),
        engagement=body.get("engagement"),
        status=body.get("status", codes.AVAILABLE),
    )
    works.name_parties(portal.store, invoice_id, body.get("works") or {})
    return {"id": invoice_id}


def _treat(portal: Portal, _query: Query, body: Body) -> Any:
    acts.treat(
        portal.store,
        portal.clock.now(),
        int(body["id"]),
        str(body["status"]),
        str(body.get("comment") or ""),
        str(body.get("mandate") or ""),
    )
    return {"id": int(body["id"]), "status": body["status"]}


def _validate(portal: Portal, _query: Query, body: Body) -> Any:
    store = portal.store
    status = validation.judge(
        store,
        read_settings(store),
        invoices.find(store, int(body["id"])),
        str(body["action"]),
        portal.clock.now(),
        reason=str(body.get("comment") or ""),
    )
    flows.advance(store, portal.clock.now())
    return {"id": int(body["id"]), "status": status}


def _drafts(portal: Portal, _query: Query, _body: Body) -> Any:
    return {"drafts": listings.draft_list(portal.store)}


def _engagements(portal: Portal, _query: Query, _body: Body) -> Any:
    return {"engagements": listings.engagement_list(portal.store)}


def _put_engagement(portal: Portal, _query: Query, body: Body) -> Any:
    supplier = structure_by_code(portal.store, str(body["supplier"]))
    if supplier is None:
        raise NotFound(f"no structure {body['supplier']}")
    values = {
        "number": str(body["number"]),
        "supplier_id": supplier["id"],
        "state": str(body.get("state", "COMMANDE")),
        "status": str(body.get("status", "A_TRAITER")),
    }
    return {"id": portal.store.insert("engagement", values)}


def _structures(portal: Portal, _query: Query, _body: Body) -> Any:
    return {"structures": listings.structure_list(portal.store)}


def _put_structure(portal: Portal, _query: Query, body: Body) -> Any:
    return {"id": acts.put_structure(portal.store, body)}


def _accounts(portal: Portal, _query: Query, _body: Body) -> Any:
    return {"accounts": listings.account_list(portal.store)}


def _put_account(portal: Portal, _query: Query, body: Body) -> Any:
    rights: dict[int, tuple[bool, bool]] | None = None
    if "issue" in body or "receive" in body:
        issue, receive = body.get("issue", []), body.get("receive", [])
        rights = {}
        for identifier in (*issue, *receive):
            row = structure_by_code(portal.store, identifier)
            if row is None:
                raise NotFound(f"no structure {identifier}")
            rights[row["id"]] = (identifier in issue, identifier in receive)
    put_account(portal.store, str(body["login"]), body.get("password"), rights)
    return _accounts(portal, {}, {})


def _calls(portal: Portal, query: Query, _body: Body) -> Any:
    return {
        "counts": calls.counts(portal.store),
        "last": calls.latest(portal.store, int(query.get("last", 50))),
    }


def _clear_calls(portal: Portal, _query: Query, _body: Body) -> Any:
    calls.clear(portal.store)
    return {"counts": {}, "last": []}


def _settings(portal: Portal, _query: Query, _body: Body) -> Any:
    return show_settings(portal.store)


def _set_settings(portal: Portal, _query: Query, body: Body) -> Any:
    wish = dict(body)
    for table in FIRST_IDS:
        first = wish.pop(f"next_{table}_id", None)
        if first is not None:
            portal.store.start_ids_at(table, int(first))
    change_settings(portal.store, wish)
    return show_settings(portal.store)


def _reset(portal: Portal, _query: Query, _body: Body) -> Any:
    portal.reset()
    return {"status": "ok"}


HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", "health"): _health,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _set_clock,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _order_fault,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "summary"): _summary,
    ("GET", "deposits"): _deposits,
    ("POST", "deposits"): _hold_deposit,
    ("GET", "invoices"): _invoices,
    ("POST", "invoices"): _drop_invoice,
    ("POST", "invoices/status"): _treat,
    ("POST", "validations"): _validate,
    ("GET", "drafts"): _drafts,
    ("GET", "engagements"): _engagements,
    ("POST", "engagements"): _put_engagement,
    ("GET", "structures"): _structures,
    ("POST", "structures"): _put_structure,
    ("GET", "accounts"): _accounts,
    ("POST", "accounts"): _put_account,
    ("GET", "calls"): _calls,
    ("DELETE", "calls"): _clear_calls,
    ("GET", "settings"): _settings,
    ("POST", "settings"): _set_settings,
    ("POST", "reset"): _reset,
}
