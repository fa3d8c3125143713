"""Deposits: received at once, integrated later, whole, in part or not at all."""

from __future__ import annotations

import hashlib
import re

import pytest
from simulator_kit import deposit_body, invoice

from simulator import flows, seed
from simulator.documents.specimens import cii_xml, facturx_pdf, tar_gz, ubl_xml

DEPOSIT = "factures/deposer/flux"
WAITING = list(flows.WAITING)
AGREEMENT = (
    "L'element FichierXml.SupplyChainTradeTransaction.ApplicableHeaderTradeAgreement."
)


@pytest.mark.parametrize(
    ("syntax", "digits"),
    [
        ("IN_DP_E2_CII_FACTURX", "1117"),
        ("IN_DP_E1_CII_16B", "1106"),
        ("IN_DP_E1_UBL_INVOICE", "1100"),
        ("IN_DP_E2_CPP_FACTURE_MIN", "1110"),
    ],
)
def test_flow_number_is_application_interface_and_sequence(call, syntax, digits):
    answer = call.good(DEPOSIT, deposit_body(b"x", "a.pdf", syntax))
    assert re.fullmatch(rf"CPP001{digits}\d{{15}}", answer["numeroFluxDepot"])
    assert answer["dateDepot"] == "2026-11-23"
    assert answer["syntaxeFlux"] == syntax
    report = call.report(answer["numeroFluxDepot"])
    assert report["codeInterfaceDepotFlux"] == f"FSO{digits}A"
    assert report["nomFichier"] == f"FSO{digits}A_CPP001_{answer['numeroFluxDepot']}"


@pytest.mark.parametrize(
    ("syntax", "name", "write"),
    [
        ("IN_DP_E2_CII_FACTURX", "f.pdf", facturx_pdf),
        ("IN_DP_E1_CII_16B", "f.xml", cii_xml),
        ("IN_DP_E1_UBL_INVOICE", "f.xml", ubl_xml),
    ],
)
def test_valid_invoice_is_integrated_and_put_at_disposal(call, syntax, name, write):
    number = call.deposit(write(invoice()), name, syntax)
    report = call.report(number)
    assert report["etatCourantDepotFlux"] == "IN_INTEGRE"
    assert report["listeErreurDP"] == report["listeErreurTechnique"] == []
    (found,) = call.invoices_of(number)
    assert found["numeroFacture"] == "FA-2026-001"
    assert found["statut"] == "MISE_A_DISPOSITION"
    assert found["modeDepot"] == "UPLOAD_API"
    assert found["codeServiceExecutant"] == "ACHATS"
    assert found["numeroBonCommande"] == "EJ0000123"


@pytest.mark.parametrize(
    "syntax",
    [
        "IN_DP_E1_CII_FACTURX",
        "IN_DP_E2_FACTURX",
        "IN_DP_E1_UBL_201",
        "IN_DP_E2_CII_16B",
        "IN_DP_E3_FACTUR_X_10",
        "",
    ],
)
def test_wrong_syntax_codes_in_circulation_are_refused(call, syntax):
    assert call.status(DEPOSIT, deposit_body(b"x", "a.xml", syntax)) == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"fichierFlux": None},
        {"fichierFlux": "AAA"},
        {"fichierFlux": "AA\nAA"},
        {"fichierFlux": "_-_-"},
        {"fichierFlux": "é"},
        {"nomFichier": ""},
        {"nomFichier": "facture"},
        {"nomFichier": "a" * 197 + ".xml"},
        {"syntaxeFlux": None},
        {"avecSignature": "false"},
    ],
)
def test_malformed_deposit_is_400_and_leaves_nothing(call, changes):
    assert call.status(DEPOSIT, {**deposit_body(b"x"), **changes}) == 400
    assert call.drive("GET", "deposits")["deposits"] == []


def test_batch_may_be_larger_than_a_single_file(call):
    size = 10 * 1024 * 1024 + 1
    call.good(DEPOSIT, deposit_body(bytes(size), "lot.tar.gz"))
    code, _label = call.refused(DEPOSIT, deposit_body(bytes(3 * size), "lot.tar.gz"))
    assert code == 20001


def test_flow_passes_every_state_at_its_time(call, machine):
    call.drive("POST", "settings", {"integration_delay": 60})
    number = call.deposit(cii_xml(invoice()))
    seen = []
    for _minute in range(7):
        report = call.report(number)
        seen.append(
            (report["etatCourantDepotFlux"], report["dateHeureEtatCourantFlux"])
        )
        machine.time += 60
    assert [state for state, _at in seen] == [*WAITING, "IN_INTEGRE", "IN_INTEGRE"]
    assert [at[11:16] for _state, at in seen] == [
        "10:00",
        "10:01",
        "10:02",
        "10:03",
        "10:04",
        "10:05",
        "10:05",
    ]
    (kept,) = call.drive("GET", "deposits")["deposits"]
    assert [entry["state"] for entry in kept["states"]] == [*WAITING, "IN_INTEGRE"]


def test_late_question_finds_events_dated_from_when_they_were_due(call):
    call.drive("POST", "settings", {"integration_delay": 60, "provision_delay": 600})
    number = call.deposit(cii_xml(invoice()))
    call.later(86400)
    (found,) = call.invoices_of(number)
    body = {
        "idFacture": found["identifiantFactureCPP"],
        "paramRechercheHistoStatuts": {"triSensListeHistoStatut": "Ascendant"},
    }
    history = call.good("factures/consulter/historique", body)
    assert [
        (line["histoStatutCode"], line["histoStatutDatePassage"])
        for line in history["historiquesDesStatuts"]["histoStatut"]
    ] == [
        ("DEPOSEE", "2026-11-23 10:05"),
        ("EN_COURS_ACHEMINEMENT", "2026-11-23 10:15"),
        ("MISE_A_DISPOSITION", "2026-11-23 10:25"),
    ]


def test_recipient_sees_the_invoice_only_once_at_disposal(call, machine):
    call.drive("POST", "settings", {"provision_delay": 60})
    invoice_id = call.issue()
    assert call.hall("factures/rechercher/recipiendaire", {})["codeRetour"] == 20000
    body = {"identifiantFactureCPP": invoice_id}
    assert call.hall("factures/consulter/recipiendaire", body)["codeRetour"] == 20000
    machine.time += 120
    assert call.hall("factures/rechercher/recipiendaire", {})["total"] == 1


def test_report_may_not_know_the_flow_yet(call, machine):
    call.drive("POST", "settings", {"report_delay": 30})
    body = {"numeroFluxDepot": call.deposit(cii_xml(invoice()))}
    assert call.refused("transverses/consulterCRDetaille", body)[0] == 20001
    machine.time += 30
    call.good("transverses/consulterCRDetaille", body)


def test_flow_of_another_account_is_not_found(call):
    body = {"numeroFluxDepot": call.deposit(cii_xml(invoice()))}
    said = call.refused("transverses/consulterCRDetaille", body, seed.TOWN_HALL_ACCOUNT)
    assert said == (20001, "POQ_MSG_01.003 - Flux introuvable.")


def test_unreadable_file_refuses_the_whole_flow(call):
    report = call.report(call.deposit(b"<facture/>"))
    assert report["etatCourantDepotFlux"] == "IN_REJETE"
    assert report["listeErreurDP"] == []
    (error,) = report["listeErreurTechnique"]
    assert error["libelleErreur"].startswith("IRRECEVABILITE:")


def test_file_outside_the_schema_is_err_xsd_001(call):
    broken = cii_xml(invoice()).replace(b"TypeCode>", b"KindCode>")
    report = call.report(call.deposit(broken))
    codes = {error["codeErreur"] for error in report["listeErreurTechnique"]}
    assert codes == {"ERR_XSD_001"}


def test_right_invoices_of_a_batch_are_kept_and_the_wrong_ones_reported(call):
    batch = tar_gz(
        {
            "1.xml": cii_xml(invoice(number="F1")),
            "2.xml": cii_xml(invoice(number="F2", service="NULLE_PART")),
            "3.xml": cii_xml(invoice(number="F3")),
        }
    )
    number = call.deposit(batch, "lot.tar.gz")
    report = call.report(number)
    assert report["etatCourantDepotFlux"] == "IN_INTEGRE_PARTIEL"
    (line,) = report["listeErreurDP"]
    assert line["numeroDP"] == "F2"
    assert line["identifiantFournisseur"] == seed.SUPPLIER
    assert line["identifiantDestinataire"] == seed.TOWN_HALL
    assert sorted(f["numeroFacture"] for f in call.invoices_of(number)) == ["F1", "F3"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"supplier_id": "99999999900012"}, "n'est pas référencé"),
        ({"supplier_id": seed.OTHER_SUPPLIER}, "pas habilité"),
        ({"buyer_id": "99999999900012"}, "n'existe pas"),
        ({"buyer_id": seed.CLOSED_BODY, "service": None}, "est inactif"),
        ({"buyer_id": seed.OTHER_SUPPLIER, "service": None}, "structure publique"),
        ({"service": "NULLE_PART"}, "NULLE_PART est inconnu"),
        ({"service": "ANCIEN"}, "ANCIEN du destinataire"),
        ({"service": None}, AGREEMENT + "BuyerReference.value est obligatoire."),
        (
            {"service": "VOIRIE", "engagement": None},
            AGREEMENT
            + "BuyerOrderReferencedDocument.IssuerAssignedID.value est obligatoire.",
        ),
        (
            {
                "buyer_id": seed.ENGAGEMENT_REQUIRED,
                "service": None,
                "engagement": None,
            },
            "BuyerOrderReferencedDocument.IssuerAssignedID.value est obligatoire.",
        ),
        (
            {"buyer_id": seed.DEPARTMENT, "service": None, "engagement": None},
            "Le code service ou le numéro d'engagement",
        ),
    ],
)
def test_directory_rule_rejects_the_invoice_with_its_own_sentence(call, changes, words):
    sentence = call.errors(call.deposit(cii_xml(invoice(**changes))))
    assert words in sentence
    assert "|" not in sentence


@pytest.mark.parametrize(
    "changes",
    [
        {"buyer_id": seed.NOTHING_REQUIRED, "service": None, "engagement": None},
        {"buyer_id": seed.ENGAGEMENT_REQUIRED, "service": None},
        {
            "buyer_id": seed.SERVICE_REQUIRED,
            "service": "SERVICE_DEST_SERV_OBL",
            "engagement": None,
        },
        {"buyer_id": seed.DEPARTMENT, "service": None},
        {"buyer_id": seed.DEPARTMENT, "service": "ROUTES", "engagement": None},
        {
            "buyer_id": seed.BOTH_REQUIRED,
            "service": "SERVICE_PUBLIQUE_1_12345678200044",
        },
        {"buyer_id": seed.STATE, "service": None},
        {"service": "ACHATS", "engagement": None},
        {"service": "VOIRIE"},
    ],
)
def test_recipient_who_gets_what_it_demands_takes_the_invoice(call, changes):
    report = call.report(call.deposit(cii_xml(invoice(**changes))))
    assert report["etatCourantDepotFlux"] == "IN_INTEGRE", report


def test_missing_service_of_a_ubl_invoice_is_told_with_a_ubl_path(call):
    number = call.deposit(ubl_xml(invoice(service=None)), syntax="IN_DP_E1_UBL_INVOICE")
    assert "FichierXml.Invoice.BuyerReference.value" in call.errors(number)


def test_several_errors_are_joined_and_cut(call):
    call.drive("POST", "settings", {"error_length": 120})
    changes = {
        "number": "N" * 21,
        "supplier_id": seed.OTHER_SUPPLIER,
        "service": "NULLE_PART",
    }
    sentence = call.errors(call.deposit(cii_xml(invoice(**changes))))
    assert len(sentence) == 120 + len("[...]")
    assert sentence.endswith("[...]")
    assert " |" in sentence


def test_number_of_an_integrated_invoice_is_spent_for_its_supplier_and_year(call):
    call.issue(number="F1")
    sentence = call.errors(call.deposit(cii_xml(invoice(number="F1"))))
    assert sentence == "La facture F1 existe déjà pour ce fournisseur."


def test_number_twice_in_one_flow_is_a_duplicate(call):
    content = cii_xml(invoice(number="F1"))
    number = call.deposit(tar_gz({"1.xml": content, "2.xml": content}), "lot.tar.gz")
    assert call.report(number)["etatCourantDepotFlux"] == "IN_INTEGRE_PARTIEL"


def test_number_is_free_for_another_supplier_and_after_a_rejected_flow(call):
    call.errors(call.deposit(cii_xml(invoice(number="F1", service=None))))
    call.issue(number="F1")
    other = cii_xml(invoice(number="F1", supplier_id=seed.OTHER_SUPPLIER))
    number = call.deposit(other, login=seed.OTHER_SUPPLIER_ACCOUNT)
    report = call.report(number, seed.OTHER_SUPPLIER_ACCOUNT)
    assert report["etatCourantDepotFlux"] == "IN_INTEGRE"


def test_number_of_a_rejected_flow_is_spent_when_so_chosen(call):
    call.drive("POST", "settings", {"rejected_number_reusable": False})
    call.errors(call.deposit(cii_xml(invoice(number="F1", service=None))))
    sentence = call.errors(call.deposit(cii_xml(invoice(number="F1"))))
    assert "existe déjà" in sentence


def test_invoice_of_the_portal_s_tomorrow_is_judged_by_the_portal_s_clock(call):
    call.drive("POST", "clock", {"now": "2026-10-11T12:00:00", "speed": 0})
    number = call.deposit(cii_xml(invoice()))
    assert call.report(number)["etatCourantDepotFlux"] == "IN_REJETE"
    call.drive("POST", "clock", {"advance": 86400})
    call.renew()
    number = call.deposit(cii_xml(invoice()))
    assert call.report(number)["etatCourantDepotFlux"] == "IN_INTEGRE"


def test_flow_can_be_left_pending_and_released(call):
    call.drive("POST", "faults", {"kind": "flow_pending"})
    number = call.deposit(cii_xml(invoice()))
    assert call.report(number)["etatCourantDepotFlux"] == WAITING[0]
    assert call.invoices_of(number) == []
    call.drive("POST", "deposits", {"number": number})
    assert call.report(number)["etatCourantDepotFlux"] == "IN_INTEGRE"


def test_operators_can_declare_an_incident_or_block_a_flow(call):
    call.drive("POST", "faults", {"kind": "flow_pending", "times": 2})
    broken, blocked = (call.deposit(cii_xml(invoice(number=n))) for n in ("A", "B"))
    call.drive("POST", "deposits", {"number": broken, "state": "IN_INCIDENTE"})
    state = "IN_EN_ATTENTE_RETRAITEMENT_CPP"
    call.drive("POST", "deposits", {"number": blocked, "state": state})
    assert call.report(broken)["etatCourantDepotFlux"] == "IN_INCIDENTE"
    assert call.report(blocked)["etatCourantDepotFlux"] == state
    call.drive("POST", "deposits", {"number": blocked})
    assert call.report(blocked)["etatCourantDepotFlux"] == "IN_INTEGRE"
    call.drive("POST", "deposits", {"number": blocked}, expect=400)
    call.drive("POST", "deposits", {"number": "CPP"}, expect=404)


def test_reader_that_breaks_makes_an_incident_and_keeps_nothing(call, monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError("boom")

    monkeypatch.setattr(flows.documents, "check_direct", broken)
    number = call.deposit(cii_xml(invoice()))
    assert call.report(number)["etatCourantDepotFlux"] == "IN_INCIDENTE"
    assert call.drive("GET", "invoices")["invoices"] == []


def test_deposited_bytes_are_kept_with_their_hash(call):
    content = cii_xml(invoice())
    call.deposit(content)
    (kept,) = call.drive("GET", "deposits")["deposits"]
    assert kept["sha256"] == hashlib.sha256(content).hexdigest()
    assert kept["size"] == len(content)


def test_volume_is_cheap_when_nothing_is_looked_at_twice(call, machine):
    """Without the rules of the norm, and without touching what is not due yet."""
    call.drive("POST", "settings", {"thorough": False, "integration_delay": 60})
    wrong = cii_xml(invoice(number="FA-W")).replace(
        b"GrandTotalAmount>", b"GrandTotalAmount>1", 1
    )
    numbers = [
        call.deposit(cii_xml(invoice(number=f"FA-{rank}"))) for rank in range(50)
    ]
    numbers.append(call.deposit(wrong))
    machine.time += 300
    found = call.good(
        "factures/rechercher/fournisseur",
        {"rechercheFactureParFournisseur": {"nbResultatsParPage": 100}},
    )
    assert found["parametresRetour"]["total"] == len(numbers)
    assert call.drive("GET", "summary") == {
        "deposits": {"IN_INTEGRE": 51},
        "invoices": {"MISE_A_DISPOSITION": 51},
        "drafts": {},
    }
    body = {"numeroFacture": "FA-7"}
    (one,) = call.good("factures/rechercher/fournisseur", body)["listeFactures"]
    assert one["numeroFluxDepot"] == numbers[7]


def test_norm_is_looked_at_by_default(call):
    wrong = cii_xml(invoice()).replace(b"GrandTotalAmount>", b"GrandTotalAmount>1", 1)
    assert "Regle BR-CO" in call.errors(call.deposit(wrong))
