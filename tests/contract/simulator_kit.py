"""A caller of the simulator that checks every answer it gets against the models."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from functools import cache
from pathlib import Path

import jsonschema
from lxml import etree

from simulator import seed
from simulator.contract import contract
from simulator.documents.specimens import Specimen, cii_xml

CONTRACTS = Path(__file__).resolve().parents[3] / "shared" / "contracts"
SWAGGERS = ("factures", "structures")

# 2026-11-23 10:00 in Paris.
START = 1795424400.0

SYNTAX = "IN_DP_E1_CII_16B"

# The official model requires every member; what is not recognised is null.
FULL_OF_HOLES = {"factures/deposer/pdf"}


@cache
def swagger(api):
    """The official description of one API, None where it is not at hand."""
    path = CONTRACTS / f"{api}.swagger.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


@cache
def official_validator(operation):
    """Validator of the answers of an operation, None without its Swagger file."""
    api, _, name = operation.partition("/")
    description = swagger(api)
    if description is None:
        return None
    answers = description["paths"][f"/v1/{name}"]["post"]["responses"]
    schema = {
        **answers["200"]["schema"],
        "definitions": description["definitions"],
    }
    return jsonschema.Draft4Validator(schema)


def check_answer(operation, body):
    """Hold an answer with HTTP 200 against our models and against the official ones."""
    problems = contract().answer_problems(operation, body)
    assert problems == [], f"{operation}: {problems}"
    validator = official_validator(operation)
    if validator is not None:
        if operation in FULL_OF_HOLES:
            body = {name: value for name, value in body.items() if value is not None}
        found = [
            error.message
            for error in validator.iter_errors(body)
            if operation not in FULL_OF_HOLES or error.validator != "required"
        ]
        assert found == [], f"{operation}: {found}"


class Machine:
    """The machine under the portal: its clock, its sleep, its luck."""

    def __init__(self):
        self.time = START
        self.pauses = []
        self.luck = 0.0

    def real(self):
        return self.time

    def chance(self):
        return self.luck


class Caller:
    """A client reduced to its calls: a token, an account, JSON."""

    def __init__(self, portal, machine):
        self.portal = portal
        self.machine = machine
        self.seen = []
        self._token = None

    def token_answer(self, **form):
        fields = {
            "grant_type": "client_credentials",
            "client_id": seed.CLIENT_ID,
            "client_secret": seed.CLIENT_SECRET,
            **form,
        }
        body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _headers, answer = self.portal.dispatch(
            "POST", "/api/oauth/token", headers, body
        )
        return status, json.loads(answer) if answer else None

    @property
    def token(self):
        if self._token is None:
            self._token = self.token_answer()[1]["access_token"]
        return self._token

    def later(self, seconds):
        """Let time pass; the token is asked for again, as it may have expired."""
        self.machine.time += seconds
        self._token = None

    def headers(self, login, password=None):
        pair = f"{login}:{password or seed.ACCOUNTS[login]}".encode()
        return {
            "Authorization": f"Bearer {self.token}",
            "cpro-account": base64.b64encode(pair).decode(),
            "Content-Type": "application/json;charset=utf-8",
        }

    def raw(self, operation, body, login=seed.SUPPLIER_ACCOUNT, **headers):
        """Status, headers and bytes; ``body`` may be bytes already."""
        found = contract().operations[operation]
        sent = {**self.headers(login), **headers}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.portal.dispatch(found.method, found.path, sent, content)

    def __call__(self, operation, body, login=seed.SUPPLIER_ACCOUNT):
        """The JSON of an answer with HTTP 200, held against the models."""
        status, _headers, answer = self.raw(operation, body, login)
        assert status == 200, f"{operation}: HTTP {status} {answer!r}"
        decoded = json.loads(answer)
        check_answer(operation, decoded)
        self.seen.append((operation, decoded.get("codeRetour")))
        return decoded

    def renew(self):
        """Ask for another token at the next call."""
        self._token = None

    def good(self, operation, body, login=seed.SUPPLIER_ACCOUNT):
        answer = self(operation, body, login)
        assert answer.get("codeRetour", 0) == 0, answer
        return answer

    def refused(self, operation, body, login=seed.SUPPLIER_ACCOUNT):
        """(codeRetour, libelle) of a refusal, which carries nothing else."""
        answer = self(operation, body, login)
        assert set(answer) == {"codeRetour", "libelle"}, answer
        return answer["codeRetour"], answer["libelle"]

    def status(self, operation, body, login=seed.SUPPLIER_ACCOUNT, **headers):
        return self.raw(operation, body, login, **headers)[0]

    def hall(self, operation, body):
        return self(operation, body, seed.TOWN_HALL_ACCOUNT)

    def drive(self, method, name, body=None, expect=200):
        status, _headers, answer = self.portal.dispatch(
            method,
            f"/simulator/api/{name}",
            {},
            b"" if body is None else json.dumps(body).encode(),
        )
        decoded = json.loads(answer)
        assert status == expect, decoded
        return decoded

    def structure_id(self, identifier):
        found = self.drive("GET", "structures")["structures"]
        return next(item["id"] for item in found if item["identifier"] == identifier)

    def service_id(self, identifier, code):
        found = self.drive("GET", "structures")["structures"]
        (structure,) = [item for item in found if item["identifier"] == identifier]
        return next(s["id"] for s in structure["services"] if s["code"] == code)

    def deposit(self, content, name="facture.xml", syntax=SYNTAX, **account):
        """Deposit a file and give its flow number."""
        answer = self.good(
            "factures/deposer/flux", deposit_body(content, name, syntax), **account
        )
        return answer["numeroFluxDepot"]

    def report(self, number, login=seed.SUPPLIER_ACCOUNT):
        body = {"numeroFluxDepot": number}
        return self.good("transverses/consulterCRDetaille", body, login)

    def errors(self, number):
        """The only error sentence of a flow that was refused."""
        report = self.report(number)
        (line,) = report["listeErreurDP"]
        return line["libelleErreurDP"]

    def invoices_of(self, number):
        body = {"numeroFluxDepot": number}
        return self.good("factures/rechercher/fournisseur", body)["listeFactures"]

    def issue(self, **changes):
        """An integrated invoice, at its recipient's disposal; gives its id."""
        number = self.deposit(cii_xml(invoice(**changes)))
        found = self.invoices_of(number)
        assert found, self.report(number)
        return found[0]["identifiantFactureCPP"]

    def treat(self, invoice_id, status, **more):
        body = {"idFacture": invoice_id, "nouveauStatut": status, **more}
        return self.good("factures/traiter/recue", body, seed.TOWN_HALL_ACCOUNT)

    def status_of(self, invoice_id):
        found = self.drive("GET", f"invoices?id={invoice_id}")["invoices"]
        return found[0]["status"]


def deposit_body(content, name="facture.xml", syntax=SYNTAX):
    return {
        "fichierFlux": base64.b64encode(content).decode(),
        "nomFichier": name,
        "syntaxeFlux": syntax,
        "avecSignature": False,
    }


def invoice(**changes):
    """A valid invoice of the first supplier to the town hall."""
    return Specimen(
        **{
            "supplier_id": seed.SUPPLIER,
            "supplier_name": "ATELIER DU MODELE",
            "supplier_vat": "FR64100000001",
            "buyer_id": seed.TOWN_HALL,
            "buyer_name": "COMMUNE DE MODELEVILLE",
            "service": "ACHATS",
            "engagement": "EJ0000123",
            **changes,
        }
    )


def pivot_root(call, *ids):
    """The PIVOT of some invoices as the town hall downloads it."""
    content = download(call, *ids)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read("PivotS.xml")
    return etree.fromstring(content)


def download(call, *ids):
    """The file as the town hall gets it, a ZIP unless the settings say otherwise."""
    body = {"format": "PIVOT", "listeFacture": [{"idFacture": i} for i in ids]}
    answer = call.good("factures/telecharger/groupe", body, seed.TOWN_HALL_ACCOUNT)
    return base64.b64decode(answer["fichierResultat"])


def drop_body(content, name="facture.xml", **more):
    """An invoice for the drive API, addressed to the town hall."""
    return {
        "name": name,
        "content": base64.b64encode(content).decode(),
        "recipient": seed.TOWN_HALL,
        **more,
    }
