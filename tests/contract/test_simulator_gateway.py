"""What the gateway checks, in its order, before the portal does any work."""

from __future__ import annotations

import base64
import json

import pytest

from simulator import seed

TAX = "transverses/recuperer/tauxtva"
PATH = "/cpro/transverses/v1/recuperer/tauxtva"


def test_token_lasts_an_hour_and_is_opaque(call):
    status, answer = call.token_answer(scope="openid")
    assert status == 200
    assert len(answer["access_token"]) > 40
    assert {**answer, "access_token": ""} == {
        "access_token": "",
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "openid",
    }


@pytest.mark.parametrize(
    "pair", [{"client_id": "someone"}, {"client_secret": "wrong"}, {"client_id": ""}]
)
def test_any_bad_pair_is_the_same_invalid_client(call, pair):
    status, answer = call.token_answer(**pair)
    assert (status, answer["error"]) == (400, "invalid_client")


def test_another_grant_is_refused(call):
    status, answer = call.token_answer(grant_type="password")
    assert (status, answer["error"]) == (400, "unsupported_grant_type")


def test_token_asked_for_in_json_is_refused(portal):
    status, _headers, body = portal.dispatch(
        "POST", "/api/oauth/token", {"Content-Type": "application/json"}, b"{}"
    )
    assert (status, json.loads(body)["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/cpro/factures/v1/consulter/cr"),
        ("POST", "/cpro/factures/v1/consulter/valideur"),
        ("GET", PATH),
        ("PUT", PATH),
        ("POST", PATH + "/"),
        ("POST", "/cpro/transverses/v1/health-check"),
        ("POST", "/cpro/sollicitations/v1/rechercher"),
        ("GET", "/favicon.ico"),
        ("GET", "/api/oauth/token"),
    ],
)
def test_undeclared_route_is_403_without_body_even_with_good_credentials(
    call, method, path
):
    headers = call.headers(seed.SUPPLIER_ACCOUNT)
    status, _headers, body = call.portal.dispatch(method, path, headers, b"{}")
    assert (status, body) == (403, b"")


def test_unauthenticated_probe_tells_a_registered_api_by_its_realm(portal):
    realms = []
    for path in ("/cpro/factures/v1/nothing", "/cpro/nothing/v1/nothing", PATH):
        kind = {"Content-Type": "application/json"}
        _status, headers, _body = portal.dispatch("POST", path, kind, b"{}")
        realms.append(headers["WWW-Authenticate"])
    assert realms == [
        'Bearer realm="PISTE"',
        'Bearer realm="DefaultRealm"',
        'Bearer realm="PISTE"',
    ]


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/xml", "application/json;charset=iso-8859-1"],
)
def test_wrong_content_type_is_415_before_the_credentials_are_looked_at(call, kind):
    headers = {"Content-Type": kind, "Authorization": "Bearer wrong"}
    assert call.status(TAX, {}, **headers) == 415


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "application/json;charset=utf-8",
        "application/json; charset=UTF-8",
    ],
)
def test_json_content_types_are_taken(call, kind):
    assert call.status(TAX, {}, **{"Content-Type": kind}) == 200


@pytest.mark.parametrize("bearer", ["", "Bearer", "Bearer wrong", "Basic {token}"])
def test_missing_or_wrong_bearer_is_401(call, bearer):
    header = bearer.format(token=call.token)
    assert call.status(TAX, {}, Authorization=header) == 401


def test_token_expires_on_the_portal_clock(call, machine):
    assert call.status(TAX, {}) == 200
    machine.time += 3599
    assert call.status(TAX, {}) == 200
    machine.time += 1
    assert call.status(TAX, {}) == 401


def encoded(text):
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "account",
    [
        "",
        encoded(f"{seed.SUPPLIER_ACCOUNT}:wrong"),
        encoded("nobody@cpro.fr:demo-tech-1001"),
        encoded(seed.SUPPLIER_ACCOUNT),
        f"Basic {encoded(seed.SUPPLIER_ACCOUNT + ':demo-tech-1001')}",
        f"{seed.SUPPLIER_ACCOUNT}:demo-tech-1001",
        "YWJj\nOmRlZg==",
    ],
)
def test_bad_technical_account_is_401(call, account):
    assert call.status(TAX, {}, **{"cpro-account": account}) == 401


def test_health_check_needs_the_account_but_no_content_type(call):
    headers = call.headers(seed.SUPPLIER_ACCOUNT)
    del headers["Content-Type"]
    path = "/cpro/transverses/v1/health-check"
    assert call.portal.dispatch("GET", path, headers)[0] == 200
    del headers["cpro-account"]
    assert call.portal.dispatch("GET", path, headers)[0] == 401


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b"{\xff}", b'{"a": NaN}', b"[" * 100_000]
)
def test_malformed_body_is_400(call, body):
    assert call.status(TAX, body) == 400


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("structures/consulter", {"idStructureCPP": "26100001"}),
        ("structures/consulter", {"idStructureCPP": 26100001.5}),
        ("structures/consulter", {"idStructureCPP": True}),
        ("structures/consulter", {"idStructureCPP": 2**63}),
        ("structures/rechercher", {"structure": []}),
        ("structures/rechercher", {"structure": {"statutStructure": "ACTIVE"}}),
        ("factures/rechercher/fournisseur", {"statutCourant": "REJETEE"}),
        ("factures/rechercher/fournisseur", {"montantHTMin": "10"}),
        ("factures/rechercher/fournisseur", {"rejetTraite": "true"}),
        (
            "factures/rechercher/fournisseur",
            {"rechercheFactureParFournisseur": {"triSens": "ASC"}},
        ),
        (
            "factures/rechercher/fournisseur",
            {"rechercheFactureParFournisseur": {"pageResultatDemandee": -1}},
        ),
        ("factures/rechercher/recipiendaire", {"statutCourant": ["INCONNU"]}),
        ("factures/telecharger/groupe", {"format": "PDF", "listeFacture": [1]}),
    ],
)
def test_badly_typed_request_is_400(call, operation, body):
    status, _headers, answer = call.raw(operation, body)
    assert status == 400
    assert set(json.loads(answer)) == {"codeRetour", "libelle"}


def test_unreadable_date_breaks_the_service(call):
    body = {"periodeDateDepotDu": "23/11/2026"}
    assert call.status("factures/rechercher/fournisseur", body) == 500


def test_unknown_members_and_nulls_are_tolerated(call):
    body = {"numeroFacture": None, "somethingElse": {"deep": [1]}}
    assert call.status("factures/rechercher/fournisseur", body) == 200


def test_calls_are_counted_without_files_and_without_secrets(call):
    body = {"pieceJointeFichier": "A" * 4000, "pieceJointeNom": "bon.pdf"}
    call.raw("transverses/ajouter/fichier", body)
    call.raw(TAX, {})
    call.raw(TAX, {})
    call.portal.dispatch("POST", "/cpro/unknown", {}, b"{}")
    calls = call.drive("GET", "calls?last=10")
    assert calls["counts"] == {
        "(undeclared)": 1,
        "token": 1,
        "transverses/ajouter/fichier": 1,
        TAX: 2,
    }
    text = json.dumps(calls)
    assert "<4000 characters>" in text
    for secret in (*seed.ACCOUNTS.values(), seed.CLIENT_SECRET, call.token):
        assert secret not in text
    call.drive("DELETE", "calls")
    assert call.drive("GET", "calls")["counts"] == {}
