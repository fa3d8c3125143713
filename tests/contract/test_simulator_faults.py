"""Every trouble a fault matrix orders, on each step of an outbound invoice."""

from __future__ import annotations

import base64
import json

import pytest
from simulator_kit import deposit_body, invoice
from submission_kit import form, pdf_body, stored_pdf

from simulator import faults
from simulator.documents.specimens import cii_xml, tar_gz
from simulator.portal import ConnectionCut

DEPOSIT = "factures/deposer/flux"
SEARCH = "factures/rechercher/fournisseur"
REPORT = "transverses/consulterCRDetaille"
PDF = "factures/deposer/pdf"
SUBMIT = "factures/soumettre"
FILE = "transverses/ajouter/fichier"

FILE_BODY = {
    "pieceJointeFichier": base64.b64encode(b"annex").decode(),
    "pieceJointeNom": "plan.docx",
    "pieceJointeTypeMime": "application/octet-stream",
    "pieceJointeExtension": "docx",
}
# Each operation of an outbound invoice, and a request that is right.
STEPS = {
    DEPOSIT: lambda call: deposit_body(cii_xml(invoice())),
    PDF: lambda call: pdf_body(),
    FILE: lambda call: FILE_BODY,
    SUBMIT: form,
    SEARCH: lambda call: {"numeroFacture": "FA-2026-001"},
    REPORT: lambda call: {"numeroFluxDepot": call.deposit(cii_xml(invoice()))},
}
# Kind and what goes with it -> status the client sees, and whether the work is done.
GATEWAY = [
    ({"kind": "bad_request"}, 400, False),
    ({"kind": "unauthorized"}, 401, False),
    ({"kind": "forbidden"}, 403, False),
    ({"kind": "too_many", "retry_after": 7}, 429, False),
    ({"kind": "server_error", "status": 500}, 500, False),
    ({"kind": "server_error", "status": 502}, 502, False),
    ({"kind": "server_error", "status": 503}, 503, False),
    ({"kind": "server_error", "status": 504, "after_work": True}, 504, True),
    ({"kind": "html_answer"}, 200, False),
    ({"kind": "html_answer", "after_work": True}, 200, True),
    ({"kind": "delay", "seconds": 9}, 200, True),
    ({"kind": "half_answer"}, 200, True),
]
KEPT = {
    DEPOSIT: ("deposits", "deposits"),
    PDF: ("drafts", "drafts"),
    SUBMIT: ("invoices", "invoices"),
}


def order(call, operation, **wish):
    call.drive("POST", "faults", {"operation": operation, **wish})


def kept(call, operation):
    """How many things an operation has left behind; None when it leaves none."""
    if operation not in KEPT:
        return None
    name, member = KEPT[operation]
    return len(call.drive("GET", name)[member])


@pytest.mark.parametrize("operation", STEPS)
@pytest.mark.parametrize(("wish", "status", "done"), GATEWAY, ids=str)
def test_gateway_fault_strikes_every_step_once(call, operation, wish, status, done):
    body = STEPS[operation](call)
    before = kept(call, operation)
    order(call, operation, **wish)
    seen, headers, content = call.raw(operation, body)
    assert seen == status
    if wish["kind"] in ("server_error", "html_answer"):
        assert headers["Content-Type"].startswith("text/html")
        assert b"<html>" in content
    if wish["kind"] == "too_many":
        assert headers["Retry-After"] == "7"
    if before is not None:
        assert kept(call, operation) == before + done
    assert call.drive("GET", "faults")["faults"] == []


@pytest.mark.parametrize("operation", STEPS)
@pytest.mark.parametrize(("kind", "done"), [("cut_before", False), ("cut_after", True)])
def test_cut_strikes_every_step_before_or_after_its_work(call, operation, kind, done):
    body = STEPS[operation](call)
    before = kept(call, operation)
    order(call, operation, kind=kind)
    with pytest.raises(ConnectionCut):
        call.raw(operation, body)
    if before is not None:
        assert kept(call, operation) == before + done


@pytest.mark.parametrize("operation", STEPS)
def test_business_refusal_strikes_every_step(call, operation):
    body = STEPS[operation](call)
    before = kept(call, operation)
    order(call, operation, kind="refused", code=20042, label="GDP_MSG_99.999")
    assert call.refused(operation, body) == (20042, "GDP_MSG_99.999")
    assert kept(call, operation) == before


@pytest.mark.parametrize(
    ("as_what", "expected"),
    [({}, {}), ({"as_null": True}, None), ({"as_blank": True}, "")],
)
@pytest.mark.parametrize(
    ("operation", "field"),
    [
        (DEPOSIT, "numeroFluxDepot"),
        (PDF, "pieceJointeId"),
        (SUBMIT, "identifiantFactureCPP"),
        (REPORT, "etatCourantDepotFlux"),
    ],
)
def test_answer_may_lack_what_it_is_for(call, operation, field, as_what, expected):
    body = STEPS[operation](call)
    order(call, operation, kind="blank_field", field=field, **as_what)
    status, _headers, content = call.raw(operation, body)
    answer = json.loads(content)
    assert (status, answer["codeRetour"]) == (200, 0)
    assert answer.get(field, {}) == expected


def test_token_is_struck_by_the_gateway_too(call):
    order(call, "token", kind="bad_request")
    status, _headers, _body = token(call)
    assert status == 400
    order(call, "token", kind="html_answer")
    status, headers, _body = token(call)
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def token(call):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return call.portal.dispatch("POST", "/api/oauth/token", headers, b"")


# what becomes of a flow ------------------------------------------------------------


def state(call, number):
    return call.report(number)["etatCourantDepotFlux"]


def test_one_flow_can_be_late_among_others(call, machine):
    order(call, DEPOSIT, kind="flow_late", seconds=600)
    late = call.deposit(cii_xml(invoice(number="FA-1")))
    quick = call.deposit(cii_xml(invoice(number="FA-2")))
    assert state(call, quick) == "IN_INTEGRE"
    assert state(call, late) == "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP"
    machine.time += 2999
    assert state(call, late) == "IN_EN_COURS_TRAITEMENT_CPP"
    machine.time += 1
    assert state(call, late) == "IN_INTEGRE"


def test_flow_is_a_minute_late_per_state_unless_said(call, machine):
    order(call, DEPOSIT, kind="flow_late")
    number = call.deposit(cii_xml(invoice()))
    machine.time += 299
    assert state(call, number) != "IN_INTEGRE"
    machine.time += 1
    assert state(call, number) == "IN_INTEGRE"


def test_flow_can_end_in_an_incident_and_its_number_is_free_again(call):
    order(call, DEPOSIT, kind="flow_incident")
    number = call.deposit(cii_xml(invoice()))
    assert state(call, number) == "IN_INCIDENTE"
    assert call.invoices_of(number) == []
    assert state(call, call.deposit(cii_xml(invoice()))) == "IN_INTEGRE"


def test_right_invoice_can_be_rejected_in_the_words_that_were_ordered(call):
    order(call, DEPOSIT, kind="flow_rejected", label="Le destinataire est inactif")
    number = call.deposit(cii_xml(invoice()))
    assert state(call, number) == "IN_REJETE"
    assert call.errors(number) == "Le destinataire est inactif"
    assert state(call, call.deposit(cii_xml(invoice()))) == "IN_INTEGRE"


def test_flow_can_be_rejected_as_a_whole(call):
    order(call, DEPOSIT, kind="flow_rejected", technical=True)
    report = call.report(call.deposit(cii_xml(invoice())))
    assert report["etatCourantDepotFlux"] == "IN_REJETE"
    assert report["listeErreurDP"] == []
    (error,) = report["listeErreurTechnique"]
    assert error["libelleErreur"].startswith("IRRECEVABILITE: ")


@pytest.mark.parametrize(("last", "left"), [(None, ["FA-0", "FA-1"]), (2, ["FA-0"])])
def test_last_invoices_of_a_batch_can_be_rejected(call, last, left):
    wish = {} if last is None else {"last": last}
    order(call, DEPOSIT, kind="flow_partial", **wish)
    files = {f"{n}.xml": cii_xml(invoice(number=f"FA-{n}")) for n in range(3)}
    number = call.deposit(tar_gz(files), "lot.tar.gz")
    report = call.report(number)
    assert report["etatCourantDepotFlux"] == "IN_INTEGRE_PARTIEL"
    kept = sorted(one["numeroFacture"] for one in call.invoices_of(number))
    assert kept == left
    rejected = {line["numeroDP"] for line in report["listeErreurDP"]}
    assert rejected == {"FA-0", "FA-1", "FA-2"} - set(left)


def test_rejected_invoice_can_stay_out_of_every_report(call):
    order(call, REPORT, kind="missing_report_line", times=None)
    order(call, DEPOSIT, kind="flow_rejected")
    number = call.deposit(cii_xml(invoice()))
    for _ask in range(2):
        report = call.report(number)
        assert report["etatCourantDepotFlux"] == "IN_REJETE"
        assert report["listeErreurDP"] == report["listeErreurTechnique"] == []


def test_long_reason_is_cut(call):
    order(call, DEPOSIT, kind="flow_rejected", label="x" * 500)
    told = call.errors(call.deposit(cii_xml(invoice())))
    assert told == "x" * 200 + "[...]"


def test_report_can_be_unknown_for_some_calls(call):
    number = call.deposit(cii_xml(invoice()))
    words = "POQ_MSG_01.003 - Flux introuvable."
    order(call, REPORT, kind="refused", code=20001, label=words, times=2)
    for _ask in range(2):
        assert call.refused(REPORT, {"numeroFluxDepot": number}) == (20001, words)
    assert state(call, number) == "IN_INTEGRE"


@pytest.mark.parametrize(
    "wish",
    [
        {"kind": "flow_rejected", "label": ""},
        {"kind": "flow_rejected", "last": 0},
        {"kind": "flow_partial", "last": "1"},
        {"kind": "flow_incident", "operation": SEARCH},
        {"kind": "flow_late", "seconds": -1},
        {"kind": "cut_after", "skip": -1},
    ],
)
def test_fate_that_makes_no_sense_is_refused(call, wish):
    call.drive("POST", "faults", wish, expect=400)


def test_every_kind_is_struck_somewhere_in_these_tables():
    here = {wish["kind"] for wish, _status, _done in GATEWAY}
    here |= {"cut_before", "cut_after", "refused", "blank_field", "single_object"}
    here |= {kind for kind in faults.KINDS if kind.startswith("flow_")}
    here |= {"missing_report_line", "invalid_client", "broken_download"}
    assert here == set(faults.KINDS)


def test_draft_of_a_cut_pdf_is_there_although_nobody_was_told(call):
    order(call, PDF, kind="cut_after")
    with pytest.raises(ConnectionCut):
        call.raw(PDF, pdf_body())
    (draft,) = call.drive("GET", "drafts")["drafts"]
    assert draft["status"] == "INTERPRETEE_OCR"
    assert stored_pdf(call) == draft["file_id"] + 1


def test_fault_may_spare_the_first_calls(call):
    order(call, SEARCH, kind="forbidden", skip=2)
    seen = [call.status(SEARCH, {}) for _ask in range(4)]
    assert seen == [200, 200, 403, 200]


def test_deposit_that_nobody_was_told_of_can_appear_much_later(call):
    order(call, DEPOSIT, kind="cut_after")
    order(call, DEPOSIT, kind="flow_late", seconds=720)
    with pytest.raises(ConnectionCut):
        call.raw(DEPOSIT, deposit_body(cii_xml(invoice())))
    body = {"numeroFacture": "FA-2026-001"}
    assert call.good(SEARCH, body)["listeFactures"] == []
    call.later(3600)
    assert len(call.good(SEARCH, body)["listeFactures"]) == 1
