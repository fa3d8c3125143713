"""Driving the portal: clock, faults, dropped files, accounts, settings, pages."""

from __future__ import annotations

import base64
import json

import pytest
from simulator_kit import deposit_body, drop_body, invoice

from simulator import seed
from simulator.documents.specimens import cii_xml, facturx_pdf, ubl_xml
from simulator.portal import ConnectionCut

TAX = "transverses/recuperer/tauxtva"
DEPOSIT = "factures/deposer/flux"
REPORT = "transverses/consulterCRDetaille"
HALL = seed.TOWN_HALL_ACCOUNT


def order(call, kind, operation=TAX, **more):
    return call.drive("POST", "faults", {"kind": kind, "operation": operation, **more})


def test_health(call):
    assert call.drive("GET", "health") == {"status": "ok"}


def test_unknown_order_is_404_and_a_bad_one_400(call):
    call.drive("GET", "nothing", expect=404)
    call.drive("DELETE", "clock", expect=404)
    call.drive("POST", "invoices", {}, expect=400)
    call.drive("POST", "clock", {"now": "soon"}, expect=400)
    status, _headers, _body = call.portal.dispatch(
        "POST", "/simulator/api/clock", {}, b"[]"
    )
    assert status == 400


def test_clock_is_moved_stopped_sped_up_and_given_back(call, machine):
    assert call.drive("GET", "clock")["real"] is True
    call.drive("POST", "clock", {"now": "2026-12-31T23:00:00+01:00", "speed": 0})
    machine.time += 500
    shown = call.drive("GET", "clock")
    assert shown["now"] == "2026-12-31T23:00:00.000+01:00"
    call.drive("POST", "clock", {"advance": 3600, "speed": 60})
    machine.time += 1
    assert call.drive("GET", "clock")["now"] == "2027-01-01T00:01:00.000+01:00"
    call.drive("POST", "clock", {"now": None, "speed": 1})
    assert call.drive("GET", "clock")["now"] == "2026-11-23T10:08:21.000+01:00"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("unauthorized", 401),
        ("forbidden", 403),
        ("too_many", 429),
        ("server_error", 503),
    ],
)
def test_refusing_fault_strikes_once_and_then_no_more(call, kind, status):
    order(call, kind)
    assert call.status(TAX, {}) == status
    assert call.status(TAX, {}) == 200


def test_refused_deposit_was_not_done(call):
    for kind in ("unauthorized", "forbidden", "too_many", "server_error"):
        order(call, kind, DEPOSIT)
        call.raw(DEPOSIT, deposit_body(b"x"))
    assert call.drive("GET", "deposits")["deposits"] == []


def test_too_many_says_when_to_come_back(call):
    order(call, "too_many", retry_after=7)
    assert call.raw(TAX, {})[1]["Retry-After"] == "7"


def test_server_error_is_a_page_in_html_and_may_strike_on_the_way_back(call):
    order(call, "server_error", DEPOSIT, after_work=True)
    status, headers, body = call.raw(DEPOSIT, deposit_body(b"x"))
    assert (status, headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert b"<html>" in body
    assert len(call.drive("GET", "deposits")["deposits"]) == 1


@pytest.mark.parametrize(("kind", "kept"), [("cut_before", 0), ("cut_after", 1)])
def test_cut_connection_leaves_the_work_undone_or_done(call, kind, kept):
    assert call.token
    order(call, kind, DEPOSIT)
    with pytest.raises(ConnectionCut):
        call.raw(DEPOSIT, deposit_body(b"x"))
    assert len(call.drive("GET", "deposits")["deposits"]) == kept
    assert call.drive("GET", "calls")["counts"][DEPOSIT] == 1


def test_half_answer_announces_the_whole(call):
    order(call, "half_answer")
    _status, headers, body = call.raw(TAX, {})
    assert int(headers["Content-Length"]) // 2 == len(body)
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


def test_delay_holds_the_answer_once_the_work_is_done(call, machine):
    order(call, "delay", DEPOSIT, seconds=30)
    assert call.status(DEPOSIT, deposit_body(b"x")) == 200
    assert machine.pauses == [30.0]


def test_fault_strikes_by_chance_and_without_end(call, machine):
    order(call, "unauthorized", times=None, probability=0.1)
    seen = []
    for luck in (0.05, 0.5, 0.09, 0.1):
        machine.luck = luck
        seen.append(call.status(TAX, {}))
    assert seen == [401, 200, 401, 200]
    call.drive("DELETE", "faults")
    machine.luck = 0.0
    assert call.status(TAX, {}) == 200


def test_fault_on_everything_strikes_every_operation_but_not_undeclared_routes(call):
    assert call.token
    order(call, "server_error", "*", times=2)
    headers = call.headers(seed.SUPPLIER_ACCOUNT)
    assert call.portal.dispatch("POST", "/cpro/x", headers, b"{}")[0] == 403
    assert call.status(TAX, {}) == 503
    assert call.status("structures/rechercher", {}) == 503
    assert call.status(TAX, {}) == 200


def test_invalid_client_strikes_the_token_only(call):
    order(call, "invalid_client", "token")
    assert call.token_answer()[0] == 400
    assert call.token_answer()[0] == 200


def test_rejected_invoice_may_be_missing_from_the_report(call):
    number = call.deposit(cii_xml(invoice(service=None)))
    order(call, "missing_report_line", REPORT)
    report = call.report(number)
    assert report["etatCourantDepotFlux"] == "IN_REJETE"
    assert report["listeErreurDP"] == []
    assert len(call.report(number)["listeErreurDP"]) == 1


@pytest.mark.parametrize(
    "wish",
    [
        {"kind": "unknown"},
        {"kind": "delay", "seconds": -1},
        {"kind": "delay", "times": 0},
        {"kind": "delay", "operation": ""},
        {"kind": "flow_pending", "operation": TAX},
    ],
)
def test_fault_that_makes_no_sense_is_refused(call, wish):
    call.drive("POST", "faults", wish, expect=400)
    assert call.drive("GET", "faults")["faults"] == []


def test_one_fault_can_be_lifted(call):
    first = order(call, "delay", times=3)["id"]
    order(call, "forbidden")
    left = call.drive("DELETE", f"faults?id={first}")["faults"]
    assert [fault["kind"] for fault in left] == ["forbidden"]


@pytest.mark.parametrize("write", [cii_xml, ubl_xml, facturx_pdf])
def test_dropped_file_reaches_its_recipient_whatever_the_deposit_rules(call, write):
    specimen = invoice(
        number="N" * 30,
        cadre=None,
        supplier_id="73282932000074",
        supplier_name="INCONNUE SARL",
        buyer_id="99999999900012",
        service=None,
        payment_code=None,
        iban=None,
    )
    name = "facture.pdf" if write is facturx_pdf else "facture.xml"
    invoice_id = call.drive("POST", "invoices", drop_body(write(specimen), name))["id"]
    (found,) = call.hall("factures/rechercher/recipiendaire", {})["listeFactures"]
    assert found["idFacture"] == invoice_id
    assert found["numeroFacture"] == "N" * 30
    assert found["codeDestinataire"] == seed.TOWN_HALL
    assert found["designationFournisseur"] == "INCONNUE SARL"
    body = {"identifiantFactureCPP": invoice_id}
    shown = call.good("factures/consulter/recipiendaire", body, HALL)["facture"]
    assert shown["modeDepot"] == "EDI"
    created = call.drive("GET", "structures")["structures"][-1]
    assert (created["identifier"], created["public"]) == ("73282932000074", False)


def test_dropped_files_may_repeat_a_number_and_share_a_supplier(call):
    content = cii_xml(invoice())
    ids = {call.drive("POST", "invoices", drop_body(content))["id"] for _ in range(2)}
    assert len(ids) == 2
    assert len(call.drive("GET", "structures")["structures"]) == len(seed.STRUCTURES)


def test_dropped_file_takes_service_engagement_and_status(call):
    more = {"service": "VOIRIE", "engagement": "EJ9", "status": "DEPOSEE"}
    body = drop_body(cii_xml(invoice()), **more)
    invoice_id = call.drive("POST", "invoices", body)["id"]
    (kept,) = call.drive("GET", f"invoices?id={invoice_id}")["invoices"]
    assert (kept["service_code"], kept["engagement"]) == ("VOIRIE", "EJ9")
    assert [event["status"] for event in kept["history"]] == [
        "DEPOSEE",
        "EN_COURS_ACHEMINEMENT",
        "MISE_A_DISPOSITION",
    ]


@pytest.mark.parametrize(
    "more",
    [
        {"recipient": "99999999900012"},
        {"service": "NULLE_PART"},
        {"status": "INCONNU"},
        {"content": base64.b64encode(b"not an invoice").decode()},
    ],
)
def test_file_that_cannot_be_dropped_says_why(call, more):
    body = {**drop_body(cii_xml(invoice())), **more}
    assert call.drive("POST", "invoices", body, expect=422)["reason"]
    assert call.drive("GET", "invoices")["invoices"] == []


def test_acting_for_the_public_body_follows_the_same_rules(call):
    invoice_id = call.issue()
    wish = {"id": invoice_id, "status": "REJETEE"}
    assert call.drive("POST", "invoices/status", wish, expect=422)["reason"]
    call.drive("POST", "invoices/status", {**wish, "comment": "Montant faux"})
    (found,) = call.good("factures/rechercher/fournisseur", {})["listeFactures"]
    assert (found["statut"], found["commentaireEtatCourant"]) == (
        "REJETEE",
        "Montant faux",
    )
    call.drive("POST", "invoices/status", {"id": 1, "status": "REJETEE"}, expect=422)
    call.drive("GET", "invoices?id=1", expect=404)


def test_structures_can_be_added_and_altered(call):
    service = {"code": "S1", "name": "Un", "needs_engagement": True}
    wish = {"identifier": "30000000000019", "name": "NEUVE", "services": [service]}
    call.drive("POST", "structures", wish)
    call.drive(
        "POST",
        "structures",
        {
            "identifier": "30000000000019",
            "needs_service": True,
            "password_expires": "2026-12-01",
            "services": [{"code": "S1", "active": False}, {"code": "S2"}],
        },
    )
    found = call.drive("GET", "structures")["structures"][-1]
    assert (found["name"], found["needs_service"]) == ("NEUVE", True)
    assert [(s["code"], s["active"]) for s in found["services"]] == [
        ("S1", False),
        ("S2", True),
    ]
    call.drive("POST", "structures", {}, expect=422)
    call.drive("POST", "structures", {"identifier": "1", "name": 2}, expect=422)
    call.drive("POST", "structures", {"identifier": "1", "services": [{}]}, expect=422)


def test_accounts_can_be_added_and_altered(call):
    login = "TECH_1_2000@cpro.fr"
    wish = {"login": login, "password": "p:w", "receive": [seed.STATE]}
    call.drive("POST", "accounts", wish)
    headers = {"cpro-account": call.headers(login, "p:w")["cpro-account"]}
    assert call.status(TAX, {}, **headers) == 200
    call.drive("POST", "accounts", {"login": login, "password": "new"})
    assert call.status(TAX, {}, **headers) == 401
    found = call.drive("GET", "accounts")["accounts"]
    (kept,) = [account for account in found if account["login"] == login]
    assert kept == {"login": login, "issue": [], "receive": [seed.STATE]}
    call.drive("POST", "accounts", {"login": login, "issue": ["1"]}, expect=404)


@pytest.mark.parametrize(
    "wish",
    [
        {"unknown": 1},
        {"integration_delay": -1},
        {"integration_delay": "1"},
        {"pivot_delivery": "rar"},
        {"empty_search_code": True},
        {"rejected_number_reusable": 1},
        {"search_cap": 1.5},
    ],
)
def test_setting_that_makes_no_sense_is_refused(call, wish):
    before = call.drive("GET", "settings")
    call.drive("POST", "settings", wish, expect=400)
    assert call.drive("GET", "settings") == before


def test_ids_can_be_made_larger_than_32_bits(call):
    call.drive("POST", "settings", {"next_invoice_id": 2**40})
    assert call.issue() == 2**40


def test_reset_forgets_everything_but_the_seed(call):
    first = call.issue()
    call.drive("POST", "settings", {"search_cap": 3})
    call.drive("POST", "reset")
    call.renew()
    assert call.drive("GET", "invoices")["invoices"] == []
    assert call.drive("GET", "settings")["search_cap"] == 200
    assert call.issue() == first
