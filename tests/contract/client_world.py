"""The client library in front of the simulator, by a call or through a socket.

Every request body is held against the models on its way: ours always, the official
Swagger files where they lie beside the checkout.
"""

from __future__ import annotations

import base64
import copy
import json
from contextlib import ExitStack
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft4Validator

from chorus_pro import (
    Client,
    Credentials,
    Environment,
    OutcomeUnknownError,
    Request,
    RequestsTransport,
    Response,
    TokenStore,
)
from simulator import seed
from simulator.contract import contract
from simulator.documents.specimens import Annex, Specimen, facturx_pdf
from simulator.doors import serving
from simulator.portal import ConnectionCut, Portal

HERE = Path(__file__).resolve()
MODELS = HERE.parent / "models"
OFFICIAL = HERE.parents[2].parent / "shared" / "contracts"
TODAY = date(2026, 11, 23)
BASE = "https://portal.test"
LIST_OF_ONE = "pieceJointePrincipale"
NOTE = Annex("bon-de-livraison.pdf", b"%PDF-1.4 bon de livraison")


class CallTransport:
    """Carries requests into the portal by a call."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def send(self, request: Request) -> Response:
        path = urlsplit(request.url).path
        try:
            status, headers, body = self.portal.dispatch(
                request.method, path, request.headers, request.body
            )
        except ConnectionCut as err:
            raise OutcomeUnknownError("cut") from err
        lowered = {name.lower(): value for name, value in headers.items()}
        return Response(status, lowered, body)


class CheckingTransport:
    """Holds every body against its model before it is sent on."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.operations: list[str] = []

    def send(self, request: Request) -> Response:
        api_path = urlsplit(request.url).path.partition("/cpro/")[2]
        if api_path:
            operation = api_path.replace("/v1/", "/", 1)
            self.operations.append(operation)
            if request.body:
                check_request(operation, json.loads(request.body))
        return self.inner.send(request)


def check_request(operation: str, body: Any) -> None:
    api = operation.partition("/")[0]
    problems = [str(one) for one in contract().request_problems(operation, body)]
    model = contract().operations[operation].request
    problems += list(unknown_members(api, model, body)) if model else []
    problems += official_problems(api, operation, body)
    assert not problems, f"{operation}: {problems}"


@lru_cache
def own_models(api: str) -> dict[str, dict[str, str]]:
    loaded: dict[str, Any] = json.loads((MODELS / f"{api}.json").read_text())
    models: dict[str, dict[str, str]] = loaded["models"]
    return models


def unknown_members(api: str, model: str, body: Any, where: str = "") -> list[str]:
    """Fields we send that no model declares: the portal would silently drop them."""
    fields = own_models(api)[model]
    found = []
    for name, value in body.items():
        path = f"{where}.{name}"
        if name not in fields:
            found.append(f"{path} is not in {model}")
            continue
        kind = fields[name].rstrip("!?").strip("[]")
        if kind in own_models(api):
            for one in value if isinstance(value, list) else [value]:
                found += unknown_members(api, kind, one, path)
    return found


@lru_cache
def official(api: str) -> dict[str, Any] | None:
    """The Swagger file of an API with every object closed, where it is at hand."""
    path = OFFICIAL / f"{api}.swagger.json"
    if not path.exists():
        return None
    swagger: dict[str, Any] = copy.deepcopy(json.loads(path.read_text()))
    for definition in swagger["definitions"].values():
        definition["additionalProperties"] = False
    return swagger


def official_problems(api: str, operation: str, body: Any) -> list[str]:
    swagger = official(api)
    if swagger is None:
        return []
    path = "/v1/" + operation.partition("/")[2]
    parameters = swagger["paths"][path]["post"]["parameters"]
    schema = next(one["schema"] for one in parameters if one["in"] == "body")
    if isinstance(body.get(LIST_OF_ONE), list):
        # The contract says object; a list of one is what the service takes.
        body = {**body, LIST_OF_ONE: body[LIST_OF_ONE][0]}
    whole = {**schema, "definitions": swagger["definitions"]}
    return [error.message for error in Draft4Validator(whole).iter_errors(body)]


class World:
    """A portal with its seed data, and a client for each technical account."""

    def __init__(self, *, socket: bool = False, state: str = ":memory:") -> None:
        self.portal = Portal(state)
        self.pauses: list[float] = []
        self._socket = socket
        self._exit = ExitStack()

    def __enter__(self) -> World:
        self._exit.callback(self.portal.close)
        base, inner = BASE, CallTransport(self.portal)
        if self._socket:
            base = self._exit.enter_context(serving(self.portal))
            inner = RequestsTransport()
        self.environment = Environment.custom(base)
        self.transport = CheckingTransport(inner)
        self.drive("POST", "clock", now=f"{TODAY}T10:00:00+01:00")
        self.supplier = self.client(seed.SUPPLIER_ACCOUNT)
        self.other_supplier = self.client(seed.OTHER_SUPPLIER_ACCOUNT)
        self.town_hall = self.client(seed.TOWN_HALL_ACCOUNT)
        return self

    def __exit__(self, *details: object) -> None:
        self._exit.close()

    def client(self, login: str, changed: dict[str, str] | None = None) -> Client:
        fields = {
            "client_id": seed.CLIENT_ID,
            "client_secret": seed.CLIENT_SECRET,
            "login": login,
            "password": seed.ACCOUNTS[login],
            **(changed or {}),
        }
        return Client(
            self.environment,
            Credentials(**fields),
            transport=self.transport,
            tokens=TokenStore(),
            sleep=self.pauses.append,
            random=lambda: 0.5,
        )

    def drive(self, method: str, name: str, /, **body: Any) -> Any:
        """The simulator's own API; never through the client."""
        status, _headers, answer = self.portal.dispatch(
            method,
            f"/simulator/api/{name}",
            {"Content-Type": "application/json"},
            json.dumps(body).encode(),
        )
        assert status == 200, answer
        return json.loads(answer)

    def fault(self, operation: str, kind: str, times: int = 1, **more: Any) -> None:
        self.drive(
            "POST", "faults", operation=operation, kind=kind, times=times, **more
        )

    def counts(self) -> dict[str, int]:
        counts: dict[str, int] = self.drive("GET", "calls")["counts"]
        return counts

    def drop(self, number: str, recipient: str = seed.TOWN_HALL, **more: Any) -> int:
        """An invoice that reached the portal another way; its portal id."""
        content = base64.b64encode(invoice(number)).decode()
        name = f"{number}.pdf"
        dropped = self.drive(
            "POST", "invoices", name=name, content=content, recipient=recipient, **more
        )
        return int(dropped["id"])


def invoice(number: str = "FA-1", **changed: Any) -> bytes:
    """A Factur-X the town hall accepts."""
    fields: dict[str, Any] = {
        "number": number,
        "supplier_id": seed.SUPPLIER,
        "buyer_id": seed.TOWN_HALL,
        "service": "ACHATS",
        "engagement": "EJ0000123",
        "issue_date": TODAY,
        "annexes": (NOTE,),
        **changed,
    }
    return facturx_pdf(Specimen(**fields))
