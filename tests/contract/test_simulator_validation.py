"""Validators of A9 and A12; engagements; the state of an older simulator."""

from __future__ import annotations

import pytest
from simulator_kit import pivot_root
from submission_kit import OTHER, SUBMIT, form, subcontract

from simulator import seed
from simulator.state import Store

# validators ----------------------------------------------------------------------


def test_invoice_of_a_subcontractor_waits_for_its_validator(call):
    answer = call.good(SUBMIT, subcontract(call))
    invoice_id = answer["identifiantFactureCPP"]
    assert answer["statutFacture"] == "A_VALIDER_1"
    assert call.status_of(invoice_id) == "A_VALIDER_1"
    assert call.hall("factures/rechercher/recipiendaire", {})["codeRetour"] == 20000
    call.drive("POST", "validations", {"id": invoice_id, "action": "VALIDATION"})
    (kept,) = call.drive("GET", f"invoices?id={invoice_id}")["invoices"]
    assert [event["status"] for event in kept["history"]] == [
        "A_VALIDER_1",
        "VALIDEE_1",
        "EN_COURS_ACHEMINEMENT",
        "MISE_A_DISPOSITION",
    ]
    assert pivot_root(call, invoice_id).findtext(".//Cadre") == "A9"


def test_validator_is_shown_where_the_contract_has_a_place_for_it(call):
    body = form(
        call,
        cadreDeFacturation={
            "codeCadreFacturation": "A12_FACTURE_COTRAITANT",
            "codeStructureValideur": seed.OTHER_SUPPLIER,
        },
    )
    invoice_id = call.good(SUBMIT, body)["identifiantFactureCPP"]
    call.drive("POST", "validations", {"id": invoice_id, "action": "VALIDATION"})
    validator = call.structure_id(seed.OTHER_SUPPLIER)
    search = {
        "idStructureValideur": validator,
        "cadreFacturation": "A12_FACTURE_COTRAITANT",
    }
    (found,) = call.good("factures/rechercher/fournisseur", search)["listeFactures"]
    assert found["codeValideur1"] == seed.OTHER_SUPPLIER
    assert found["raisonSocialeValideur1"] == "IMPRIMERIE DE L'EXEMPLE"
    assert found["dateValidation1"].startswith("2026-11-23")
    shown = call.good(
        "factures/consulter/fournisseur", {"identifiantFactureCPP": invoice_id}
    )["facture"]["cadreDeFacturation"]
    assert shown["codeCadreFacturation"] == "A12_FACTURE_COTRAITANT"
    assert (shown["idValideur1"], shown["codeValideur1"]) == (
        validator,
        seed.OTHER_SUPPLIER,
    )
    nobody = {"idStructureValideur": call.structure_id(seed.SUPPLIER)}
    answer = call.good("factures/rechercher/fournisseur", nobody)
    assert answer["listeFactures"] == []


def test_silent_validator_lets_the_invoice_go_on_after_its_time(call):
    invoice_id = call.good(SUBMIT, subcontract(call))["identifiantFactureCPP"]
    call.later(15 * 86400 - 1)
    assert call.status_of(invoice_id) == "A_VALIDER_1"
    call.later(1)
    assert call.status_of(invoice_id) == "MISE_A_DISPOSITION"
    (kept,) = call.drive("GET", f"invoices?id={invoice_id}")["invoices"]
    assert "ABSENCE_VALIDATION_1_HORS_DELAI" in [e["status"] for e in kept["history"]]


@pytest.mark.parametrize(
    ("action", "status"),
    [("VALIDATION", "VALIDEE_1"), ("REFUS", "REFUSEE_1")],
)
def test_account_of_the_validator_speaks(call, action, status):
    call.drive("POST", "settings", {"provision_delay": 60})
    invoice_id = call.good(SUBMIT, subcontract(call))["identifiantFactureCPP"]
    body = {"idFacture": invoice_id, "action": action, "motifRefus": "Hors marché"}
    operation = "factures/traiter/factureAValider"
    assert call.refused(operation, body) == (20001, "GDP_MSG_11.005")
    stranger = {**body, "idValideur": 1}
    assert call.refused(operation, stranger, OTHER) == (20001, "GDP_MSG_11.005")
    assert call.status(operation, {**body, "action": "REJET"}, OTHER) == 400
    answer = call.good(operation, body, OTHER)
    assert (answer["statutFacture"], answer["numeroFacture"]) == (status, "FA-2026-777")
    assert call.refused(operation, body, OTHER)[1] == "GDP_MSG_11.001"


def test_refusal_of_a_validator_needs_a_reason(call):
    invoice_id = call.good(SUBMIT, subcontract(call))["identifiantFactureCPP"]
    body = {"idFacture": invoice_id, "action": "REFUS"}
    assert call.refused("factures/traiter/factureAValider", body, OTHER)[0] == 20003


def test_misrouted_invoice_is_given_another_validator(call):
    invoice_id = call.good(SUBMIT, subcontract(call))["identifiantFactureCPP"]
    operation = "factures/corriger/valideur/facture"
    body = {
        "idFacture": invoice_id,
        "typeIdentifiantStructure": "SIRET",
        "identifiantStructure": seed.SYNDICATE,
    }
    assert call.refused(operation, body)[1] == "GDP_MSG_11.001"
    act = {"id": invoice_id, "action": "ERREUR_ACHEMINEMENT", "comment": "Pas moi"}
    call.drive("POST", "validations", act)
    assert call.status_of(invoice_id) == "ERREUR_FOURNISSEUR_SUR_VALIDEUR"
    unknown = {**body, "identifiantStructure": "00000000000000"}
    assert call.refused(operation, unknown)[0] == 20025
    assert call.status(operation, {"idFacture": invoice_id}) == 400
    assert call.good(operation, body)["idFacture"] == invoice_id
    assert call.status_of(invoice_id) == "A_VALIDER_1"
    call.drive("POST", "validations", act)
    again = {"idFacture": invoice_id, "idStructure": call.structure_id(seed.SYNDICATE)}
    call.good(operation, again)


def test_drive_api_takes_no_other_action_and_no_other_time(call):
    invoice_id = call.issue()
    wish = {"id": invoice_id, "action": "VALIDATION"}
    call.drive("POST", "validations", wish, expect=422)
    call.drive("POST", "validations", {**wish, "action": "RIEN"}, expect=400)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        (20024, {"codeStructureValideur": None}),
        (20025, {"codeStructureValideur": "00000000000000"}),
        (20025, {"codeStructureValideur": seed.CLOSED_BODY}),
        (20026, {"codeServiceValideur": "INCONNU"}),
    ],
)
def test_frame_with_a_validator_needs_one_that_exists(call, code, changes):
    assert call.refused(SUBMIT, subcontract(call, **changes))[0] == code


def test_service_of_the_validator_may_be_named(call):
    changes = {"codeStructureValideur": seed.TOWN_HALL, "codeServiceValideur": "ACHATS"}
    call.good(SUBMIT, subcontract(call, **changes))


# engagements, and the state of an older simulator ---------------------------------


@pytest.mark.parametrize("code", [0, 20000])
def test_engagement_is_found_for_its_supplier_only(call, code):
    call.drive("POST", "settings", {"empty_search_code": code})
    operation = "engagementsJuridiques/rechercher"
    body = {
        "structureReceptriceEngagementJuridique": str(call.structure_id(seed.SUPPLIER)),
        "numeroEngagementJuridique": seed.ENGAGEMENT,
        "etatCourantEngagementJuridique": "COMMANDE",
    }
    (found,) = call.good(operation, body)["listeEngagementJuridique"]
    assert found["numero"] == seed.ENGAGEMENT
    answer = call(operation, {**body, "numeroEngagementJuridique": "0"})
    assert answer["codeRetour"] == code
    assert answer.get("listeEngagementJuridique", []) == []
    assert call.refused(operation, body, OTHER) == (20001, "GDP_MSG_11.005")
    assert (
        call.status(operation, {**body, "numeroEngagementJuridique": "0" * 51}) == 400
    )
    number = body["structureReceptriceEngagementJuridique"]
    as_number = {**body, "structureReceptriceEngagementJuridique": int(number)}
    assert call.status(operation, as_number) == 400


def test_drive_api_makes_an_engagement_known(call):
    wish = {"number": "1500000042", "supplier": seed.OTHER_SUPPLIER}
    call.drive("POST", "engagements", wish)
    call.drive("POST", "engagements", {**wish, "supplier": "0"}, expect=404)
    listed = call.drive("GET", "engagements")["engagements"]
    assert [one["number"] for one in listed] == [seed.ENGAGEMENT, "1500000042"]
    body = {
        "structureReceptriceEngagementJuridique": str(
            call.structure_id(seed.OTHER_SUPPLIER)
        ),
        "numeroEngagementJuridique": "1500000042",
        "etatCourantEngagementJuridique": "COMMANDE",
    }
    found = call.good("engagementsJuridiques/rechercher", body, OTHER)
    assert found["listeEngagementJuridique"][0]["statut"] == "A_TRAITER"


def test_state_written_by_an_older_simulator_is_opened(tmp_path):
    path = str(tmp_path / "old.sqlite")
    store = Store(path)
    store.run("ALTER TABLE invoice DROP COLUMN validator_id")
    store.close()
    again = Store(path)
    assert again.one("SELECT validator_id FROM invoice") is None
    again.close()
