"""The checks of the gateway, in its order, then the work of the portal.

1. the route is declared, else 403 whatever the account; 2. the content type, else
415; 3. the bearer, then the technical account, else 401; 4. the body, else 400.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import calls, piste
from .accounts import Account, identify
from .context import Context
from .contract import Operation, contract
from .faults import Hit
from .replies import Answer, Broken, Json, Refused, forbidden
from .routes import HANDLERS
from .settings import read_settings
from .state import Store

JSON_TYPE = "application/json;charset=UTF-8"
_ACCEPTED = re.compile(r'application/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?', re.I)


@dataclass(frozen=True)
class Request:
    """An HTTP request; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def undeclared(request: Request, *, is_known_api: bool) -> Answer:
    """An undeclared path or method: 403 without a body."""
    answer = forbidden()
    if "authorization" not in request.headers:
        realm = "PISTE" if is_known_api else "DefaultRealm"
        answer.headers["WWW-Authenticate"] = f'Bearer realm="{realm}"'
    return answer


def serve(
    store: Store,
    request: Request,
    operation: Operation,
    hit: Hit,
    now: float,
    call: int,
) -> Answer:
    """Check the call, then do its work; the answer of a refusal is one too."""
    try:
        account = _admit(store, request, operation, now)
        calls.finish(store, call, login=account.login)
        body = _read_body(request, operation)
        calls.finish(store, call, request=json.dumps(calls.scrub(body)))
        _check(operation, body)
        hit.refuse()
        context = Context(store, account, now, read_settings(store), hit)
        # A refusal found on the way leaves nothing half done behind it.
        with store.transaction():
            answer = hit.reshape(HANDLERS[operation.name](context, body))
    except Broken as broken:
        return _broken(broken, request)
    except Refused as refusal:
        answer = {"codeRetour": refusal.code, "libelle": refusal.label}
    calls.finish(store, call, code=answer.get("codeRetour"))
    return Answer(200, {"Content-Type": JSON_TYPE}, encode(answer))


def _admit(store: Store, request: Request, operation: Operation, now: float) -> Account:
    kind = request.headers.get("content-type", "")
    if operation.method == "POST" and not _ACCEPTED.fullmatch(kind.strip()):
        raise Broken(415)
    if not piste.is_valid(store, request.headers.get("authorization"), now):
        raise Broken(401)
    account = identify(store, request.headers.get("cpro-account"))
    if account is None:
        raise Broken(401)
    return account


def _read_body(request: Request, operation: Operation) -> Json:
    if operation.method != "POST":
        return {}
    try:
        body = json.loads(
            request.body.decode("utf-8"),
            parse_float=Decimal,
            parse_constant=_no_constant,
        )
    except (ValueError, RecursionError):
        raise Broken(400, "Requête mal formulée") from None
    if not isinstance(body, dict):
        raise Broken(400, "Requête mal formulée")
    return body


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _check(operation: Operation, body: Json) -> None:
    """The declared types; a date that cannot be read breaks the service (500)."""
    problems = contract().request_problems(operation.name, body)
    for problem in problems:
        if problem.kind != "moment":
            raise Broken(400, f"{problem.path} : valeur invalide")
    if problems:
        raise Broken(500)


def _broken(broken: Broken, request: Request) -> Answer:
    body = broken.body()
    headers = {"Content-Type": JSON_TYPE} if body else {}
    if broken.status == 401 and "authorization" not in request.headers:
        headers["WWW-Authenticate"] = 'Bearer realm="PISTE"'
    return Answer(broken.status, headers, encode(body) if body else b"")


def encode(value: Any) -> bytes:
    """JSON in UTF-8; exact amounts become JSON numbers."""
    return json.dumps(value, ensure_ascii=False, default=_number).encode("utf-8")


def _number(value: Any) -> int | float:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} in an answer")
    return int(value) if value == value.to_integral_value() else float(value)
