"""The pages for a person: what they show, what one can do from them."""

from __future__ import annotations

import re

import pytest
from simulator_kit import drop_body, invoice
from submission_kit import subcontract

from simulator import faults, seed
from simulator.documents.specimens import Annex, cii_xml, facturx_pdf


def get(call, path):
    status, headers, body = call.portal.dispatch("GET", path, {})
    return status, headers, body.decode()


def post(call, path, **form):
    body = "&".join(f"{name}={value}" for name, value in form.items()).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    status, headers, _body = call.portal.dispatch("POST", path, kind, body)
    assert status == 303
    return headers["Location"]


def test_home_page_shows_deposits_invoices_and_structures(call):
    call.issue(number="F1")
    call.deposit(cii_xml(invoice(number="F2", service="NULLE_PART")))
    status, headers, text = get(call, "/")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    for words in (
        "CPP0011106000000000000001",
        "Intégré",
        "Rejeté",
        "NULLE_PART est inconnu",
        "ATELIER DU MODELE",
        "Mise à disposition du destinataire",
        "110,22 EUR",
        "code service ou engagement",
    ):
        assert words in text


def test_every_page_of_the_menu_answers(call):
    call.drive("POST", "faults", {"kind": "delay", "times": None})
    call.issue()
    menu = re.findall(
        r'<a class="(?:here)?" href="([^"]+)"|<a href="([^"]+)"', get(call, "/")[2]
    )
    targets = {first or second for first, second in menu}
    assert len(targets) >= 8
    for target in targets:
        assert get(call, target)[0] == 200, target


def test_pages_escape_what_they_show(call):
    name = "<script>alert(1)</script>"
    content = cii_xml(invoice(supplier_id="1", supplier_name=name))
    invoice_id = call.drive("POST", "invoices", drop_body(content, f"{name}.xml"))["id"]
    call.drive(
        "POST",
        "invoices/status",
        {"id": invoice_id, "status": "REJETEE", "comment": name},
    )
    for path in (
        "/",
        "/simulator/factures",
        f"/simulator/factures/{invoice_id}?message={name}",
        "/simulator/structures",
    ):
        assert "<script" not in get(call, path)[2]


def test_person_acts_for_the_public_body_from_the_invoice_page(call):
    invoice_id = call.issue()
    page = f"/simulator/factures/{invoice_id}"
    assert "Agir pour" in get(call, page)[2]
    form = {"id": invoice_id, "status": "SUSPENDUE"}
    target = post(call, "/simulator/statut", **form)
    assert "refus=1" in target
    assert "obligatoire" in get(call, target)[2]
    target = post(call, "/simulator/statut", **form, comment="Bon+manquant")
    assert "Bon manquant" in get(call, target)[2]
    assert call.status_of(invoice_id) == "SUSPENDUE"


def multipart(fields, name, content):
    parts = [
        f'--X\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = (
        f'--X\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    )
    return b"".join([*parts, head.encode(), content, b"\r\n--X--\r\n"])


def test_person_drops_a_file_for_a_structure(call):
    content = facturx_pdf(invoice(annexes=(Annex("bon.pdf", b"%PDF"),)))
    body = multipart({"recipient": seed.TOWN_HALL, "service": ""}, "été.pdf", content)
    kind = {"Content-Type": "multipart/form-data; boundary=X"}
    path = "/simulator/remettre"
    status, headers, _body = call.portal.dispatch("POST", path, kind, body)
    assert status == 303
    assert "FA-2026-001" in get(call, headers["Location"])[2]
    (kept,) = call.drive("GET", "invoices")["invoices"]
    main = kept["attachments"][0]
    target = f"/simulator/fichiers/{main['file_id']}"
    status, headers, body = call.portal.dispatch("GET", target, {})
    assert body == content
    assert headers["Content-Disposition"].startswith("attachment;")


def test_unreadable_file_dropped_by_a_person_says_why(call):
    body = multipart({"recipient": seed.TOWN_HALL}, "x.pdf", b"nothing")
    kind = {"Content-Type": "multipart/form-data; boundary=X"}
    path = "/simulator/remettre"
    _status, headers, _body = call.portal.dispatch("POST", path, kind, body)
    assert "refus=1" in headers["Location"]


def test_deposited_file_can_be_downloaded_again(call):
    content = cii_xml(invoice())
    number = call.deposit(content)
    assert "États traversés" in get(call, f"/simulator/depots/{number}")[2]
    path = f"/simulator/depots/{number}/fichier"
    assert call.portal.dispatch("GET", path, {})[2] == content


def test_person_says_what_a_fault_is_about(call):
    path = "/simulator/pannes"
    post(call, path, kind="blank_field", operation="*", field="dateDepot", invoice="7")
    post(call, path, kind="server_error", operation="*", status="502")
    blank, broken = call.drive("GET", "faults")["faults"]
    assert (blank["field"], blank["invoice"]) == ("dateDepot", 7)
    assert broken["status"] == 502
    assert "<td>7</td>" in get(call, path)[2]


def test_person_orders_and_lifts_a_fault_and_moves_the_clock(call):
    for kind in faults.KINDS:
        post(call, "/simulator/pannes", kind=kind, operation="*", times="", seconds="1")
    listed = call.drive("GET", "faults")["faults"]
    assert {fault["kind"] for fault in listed} == set(faults.KINDS)
    for fault in listed:
        post(call, "/simulator/pannes/retirer", id=fault["id"])
    assert call.drive("GET", "faults")["faults"] == []
    post(call, "/simulator/horloge", hours="24")
    assert call.drive("GET", "clock")["now"].startswith("2026-11-24T10")


@pytest.mark.parametrize(
    "path",
    [
        "/simulator/factures/1",
        "/simulator/factures/x",
        "/simulator/depots/x",
        "/simulator/depots/x/fichier",
        "/simulator/fichiers/1",
        "/simulator/nulle/part",
    ],
)
def test_page_of_nothing_is_404(call, path):
    assert get(call, path)[0] == 404


def test_form_without_its_fields_is_told_so(call):
    assert "refus=1" in post(call, "/simulator/statut")
    assert "refus=1" in post(call, "/simulator/pannes", kind="unknown")
    assert call.portal.dispatch("POST", "/simulator/rien", {}, b"")[0] == 404
    assert call.portal.dispatch("PUT", "/simulator/rien", {}, b"")[0] == 405


def test_person_acts_for_the_validator(call):
    answer = call.good("factures/soumettre", subcontract(call))
    invoice_id = answer["identifiantFactureCPP"]
    text = get(call, f"/simulator/factures/{invoice_id}")[2]
    assert "Agir pour le valideur" in text
    assert "IMPRIMERIE DE L&#x27;EXEMPLE" in text
    assert "DEPOT_PDF_API" in text
    where = post(call, "/simulator/statut", id=invoice_id, status="VALIDEE_1")
    assert where.startswith(f"/simulator/factures/{invoice_id}")
    assert call.status_of(invoice_id) == "MISE_A_DISPOSITION"
    assert "Agir pour l&#x27;organisme public" in get(call, where)[2]
