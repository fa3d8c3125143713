"""The portal on its bad days: kept back rows, odd answers, business refusals on order."""

from __future__ import annotations

import json

import pytest
from simulator_kit import deposit_body, drop_body, invoice

from simulator import seed
from simulator.documents.specimens import cii_xml
from simulator.shapes import ids_in

DEPOSIT = "factures/deposer/flux"
SENT = "factures/rechercher/fournisseur"
RECEIVED = "factures/rechercher/recipiendaire"
HISTORY = "factures/consulter/historique"
READ = "factures/consulter/fournisseur"
TAX = "transverses/recuperer/tauxtva"
HALL = seed.TOWN_HALL_ACCOUNT


def order(call, kind, operation, **more):
    return call.drive("POST", "faults", {"kind": kind, "operation": operation, **more})


def raw_json(call, operation, body, login=seed.SUPPLIER_ACCOUNT):
    """An answer that needs not be like its model."""
    status, _headers, answer = call.raw(operation, body, login)
    assert status == 200
    return json.loads(answer)


@pytest.fixture
def three(call):
    return [call.issue(number=f"F{n}") for n in range(3)]


# --- searches ---------------------------------------------------------------------


@pytest.mark.parametrize(("told", "total"), [("found", 3), ("given", 2)])
def test_forced_cap_holds_whatever_the_client_asks_for(call, three, told, total):
    call.drive("POST", "settings", {"search_cap_forced": 2, "search_total": told})
    block = {"nbResultatsMaximum": 10_000}
    answer = call.good(SENT, {"rechercheFactureParFournisseur": block})
    assert len(answer["listeFactures"]) == 2
    assert answer["parametresRetour"]["total"] == total
    assert answer["parametresRetour"]["pages"] == 1


def test_client_may_ask_for_less_than_the_forced_cap(call, three):
    call.drive("POST", "settings", {"search_cap_forced": 2})
    body = {"paramRecherche": {"nbResultatsMaximum": 1}}
    answer = call.good(RECEIVED, body, HALL)
    assert (len(answer["listeFactures"]), answer["total"]) == (1, 1)


def test_integrated_invoice_is_not_found_before_the_delay(call, machine):
    call.drive("POST", "settings", {"search_delay": 600})
    number = call.deposit(cii_xml(invoice()))
    assert call.report(number)["etatCourantDepotFlux"] == "IN_INTEGRE"
    assert call.invoices_of(number) == []
    assert call.refused(RECEIVED, {}, HALL)[0] == 20000
    machine.time += 600
    assert len(call.invoices_of(number)) == 1
    assert call.good(RECEIVED, {}, HALL)["total"] == 1


# --- business refusals ------------------------------------------------------------


def test_any_operation_can_be_refused_and_does_nothing_then(call):
    order(call, "refused", DEPOSIT, code=20099, label="Non")
    assert call.refused(DEPOSIT, deposit_body(b"x")) == (20099, "Non")
    assert call.drive("GET", "deposits")["deposits"] == []
    assert call.drive("GET", "calls")["last"][0]["codeRetour"] == 20099


def test_refusal_is_that_of_a_missing_right_unless_said(call):
    order(call, "refused", TAX)
    assert call.refused(TAX, {}) == (20001, "GDP_MSG_11.005")


def test_one_invoice_can_be_refused_among_others(call, three):
    order(call, "refused", HISTORY, times=None, invoice=three[1])
    codes = [call(HISTORY, {"idFacture": one})["codeRetour"] for one in three]
    assert codes == [0, 20001, 0]


def test_refusal_of_an_invoice_finds_it_in_a_list_too(call, three):
    order(call, "refused", "factures/telecharger/groupe", invoice=three[2])
    for ids, code in (([three[0]], 0), (three, 20001), (three, 0)):
        listed = [{"idFacture": one} for one in ids]
        body = {"format": "PIVOT", "listeFacture": listed}
        assert call("factures/telecharger/groupe", body, HALL)["codeRetour"] == code


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b'{"idFacture": "5"}'])
def test_request_that_cannot_be_read_names_no_invoice(body):
    assert ids_in(body) == frozenset()


# --- odd answers ------------------------------------------------------------------


@pytest.mark.parametrize(("as_null", "kept"), [(False, set()), (True, {None})])
def test_field_can_be_missing_or_null_in_every_row(call, three, as_null, kept):
    order(call, "blank_field", SENT, field="numeroFacture", as_null=as_null)
    rows = raw_json(call, SENT, {})["listeFactures"]
    assert len(rows) == 3
    found = {row.get("numeroFacture", "absent") for row in rows}
    assert found == (kept or {"absent"})
    assert all(row["identifiantFactureCPP"] for row in rows)


def test_field_can_be_missing_in_one_invoice(call, three):
    order(call, "blank_field", SENT, field="numeroFacture", invoice=three[1])
    rows = raw_json(call, SENT, {})["listeFactures"]
    bare = [row["identifiantFactureCPP"] for row in rows if "numeroFacture" not in row]
    assert bare == [three[1]]


def test_field_can_be_missing_below_the_invoice(call, three):
    date = "histoStatutDatePassage"
    order(call, "blank_field", HISTORY, times=None, field=date, invoice=three[1])
    dated = []
    for one in three:
        answer = raw_json(call, HISTORY, {"idFacture": one})
        steps = answer["historiquesDesStatuts"]["histoStatut"]
        dated.append(all(date in step for step in steps))
    assert dated == [True, False, True]


def test_list_of_one_can_be_an_object(call, three):
    order(call, "single_object", SENT, times=2)
    lone = raw_json(call, SENT, {"numeroFacture": "F1"})["listeFactures"]
    assert lone["identifiantFactureCPP"] == three[1]
    assert len(raw_json(call, SENT, {})["listeFactures"]) == 3


# --- gateway ----------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_error_has_the_status_that_was_ordered(call, status):
    order(call, "server_error", TAX, status=status)
    answer = call.raw(TAX, {})
    assert (answer[0], answer[1]["Content-Type"]) == (
        status,
        "text/html; charset=utf-8",
    )
    assert str(status).encode() in answer[2]


def test_delay_may_come_before_the_work(call, machine, portal):
    seen = []

    def pause(seconds):
        seen.append((seconds, call.drive("GET", "deposits")["deposits"]))

    portal._pause = pause
    order(call, "delay", DEPOSIT, seconds=30, before_work=True)
    assert call.status(DEPOSIT, deposit_body(b"x")) == 200
    assert seen == [(30.0, [])]
    assert len(call.drive("GET", "deposits")["deposits"]) == 1


@pytest.mark.parametrize(
    "wish",
    [
        {"kind": "refused", "operation": "token"},
        {"kind": "refused", "code": 0},
        {"kind": "refused", "code": "20001"},
        {"kind": "refused", "label": 5},
        {"kind": "refused", "invoice": "5"},
        {"kind": "blank_field"},
        {"kind": "blank_field", "field": ""},
        {"kind": "blank_field", "field": "x", "invoice": True},
        {"kind": "server_error", "status": 404},
    ],
)
def test_odd_fault_that_makes_no_sense_is_refused(call, wish):
    call.drive("POST", "faults", wish, expect=400)
    assert call.drive("GET", "faults")["faults"] == []


def test_refusal_of_everything_lets_the_token_through(call):
    order(call, "refused", "*", times=None)
    assert call.token_answer()[0] == 200
    assert call.refused(TAX, {})[0] == 20001


def test_fault_is_listed_with_what_was_ordered(call):
    order(call, "blank_field", SENT, field="dateDepot", invoice=7)
    (listed,) = call.drive("GET", "faults")["faults"]
    assert (listed["field"], listed["invoice"], listed["as_null"]) == (
        "dateDepot",
        7,
        False,
    )


def test_dropped_invoice_waits_for_the_delay_too(call, machine):
    call.drive("POST", "settings", {"search_delay": 60})
    call.drive("POST", "invoices", drop_body(cii_xml(invoice())))
    assert call.refused(RECEIVED, {}, HALL)[0] == 20000
    machine.time += 60
    assert call.good(RECEIVED, {}, HALL)["total"] == 1
