"""The life of an integrated invoice, seen from both sides."""

from __future__ import annotations

import base64

import pytest
from simulator_kit import pivot_root

from simulator import seed

HALL = seed.TOWN_HALL_ACCOUNT
PUBLISHED = [
    "MISE_A_DISPOSITION",
    "SUSPENDUE",
    "REJETEE",
    "MANDATEE",
    "MISE_EN_PAIEMENT",
    "COMPTABILISEE",
    "MISE_A_DISPOSITION_COMPTABLE",
    "A_RECYCLER",
]


def treat_body(invoice_id, status, **more):
    return {"idFacture": invoice_id, "nouveauStatut": status, **more}


def add_file(call, name="bon.pdf", content=b"%PDF-1.4 bon"):
    body = {
        "pieceJointeFichier": base64.b64encode(content).decode(),
        "pieceJointeNom": name,
        "pieceJointeTypeMime": "application/pdf",
        "pieceJointeExtension": "PDF",
    }
    return call.good("transverses/ajouter/fichier", body)["pieceJointeId"]


def completion(invoice_id, file_id):
    return {
        "identifiantFactureCPP": invoice_id,
        "commentaire": "Bon joint",
        "pieceJointeComplementaire": [
            {
                "pieceJointeComplementaireDesignation": "Bon de livraison",
                "pieceJointeComplementaireType": "DIVERS",
                "pieceJointeComplementaireId": file_id,
            }
        ],
    }


def test_published_row_of_possible_treatments(call):
    body = {"statutCourant": "MISE_A_DISPOSITION"}
    answer = call.good("transverses/recuperer/etats/traitement", body)
    found = answer["listeStatutsPossiblesPourTraitement"]
    assert [entry["statutPossiblePourTraitement"] for entry in found] == PUBLISHED


@pytest.mark.parametrize("status", [*PUBLISHED, "SERVICE_FAIT"])
def test_recipient_may_give_every_published_status_and_service_done(call, status):
    invoice_id = call.issue()
    answer = call.treat(invoice_id, status, motif="Motif")
    assert answer == {
        "codeRetour": 0,
        "libelle": "GCU_MSG_01_000",
        "idFacture": invoice_id,
        "numeroFacture": "FA-2026-001",
        "dateTraitement": "2026-11-23",
        "nouveauStatut": status,
    }
    assert call.status_of(invoice_id) == status


@pytest.mark.parametrize(
    "status", ["DEPOSEE", "COMPLETEE", "TRANSMISE_MOA", "BROUILLON", "ABANDONNEE"]
)
def test_other_targets_are_refused(call, status):
    body = treat_body(call.issue(), status, motif="x")
    said = call.refused("factures/traiter/recue", body, HALL)
    assert said == (20002, "GDP_MSG_11.001")


@pytest.mark.parametrize("status", ["REJETEE", "SUSPENDUE"])
@pytest.mark.parametrize("reason", [{}, {"motif": ""}, {"motif": "  "}])
def test_reason_is_mandatory_to_reject_or_suspend(call, status, reason):
    invoice_id = call.issue()
    body = treat_body(invoice_id, status, **reason)
    assert call.refused("factures/traiter/recue", body, HALL)[0] != 0
    assert call.status_of(invoice_id) == "MISE_A_DISPOSITION"


def test_null_reason_breaks_the_service(call):
    body = treat_body(call.issue(), "MANDATEE", motif=None)
    assert call.status("factures/traiter/recue", body, HALL) == 500


@pytest.mark.parametrize("end", ["REJETEE", "MISE_EN_PAIEMENT", "A_RECYCLER"])
def test_recipient_cannot_move_an_invoice_that_is_at_its_end_or_with_its_supplier(
    call, end
):
    invoice_id = call.issue()
    call.treat(invoice_id, end, motif="x")
    for status in PUBLISHED:
        body = treat_body(invoice_id, status, motif="x")
        assert call.refused("factures/traiter/recue", body, HALL)[0] == 20002


def test_statuses_may_be_skipped_and_go_backwards(call):
    invoice_id = call.issue()
    for status in ("COMPTABILISEE", "MANDATEE", "SERVICE_FAIT", "MISE_EN_PAIEMENT"):
        call.treat(invoice_id, status)
    assert call.status_of(invoice_id) == "MISE_EN_PAIEMENT"


def test_mandate_number_is_kept_and_shown_to_the_supplier(call):
    invoice_id = call.issue()
    call.treat(invoice_id, "MANDATEE", numeroDPMandat="M-77", motif="")
    call.treat(invoice_id, "MISE_EN_PAIEMENT", motif="")
    body = {"identifiantFactureCPP": invoice_id}
    shown = call.good("factures/consulter/fournisseur", body)["facture"]
    assert shown["references"]["numeroDpMandat"] == "M-77"


def test_suspended_invoice_is_completed_and_comes_back_with_its_file(call):
    invoice_id = call.issue()
    call.treat(invoice_id, "SUSPENDUE", motif="Bon manquant")
    answer = call.good("factures/completer", completion(invoice_id, add_file(call)))
    assert answer["dateTraitement"] == "2026-11-23 10:00"
    assert call.status_of(invoice_id) == "COMPLETEE"
    body = {"identifiantFactureCPP": invoice_id}
    shown = call.good("factures/consulter/recipiendaire", body, HALL)["facture"]
    (attachment,) = shown["listeDesPiecesJointes"]["pieceJointe"]
    assert attachment["pieceJointeDesignation"] == "Bon de livraison"
    names = [node.text for node in pivot_root(call, invoice_id).iter("NomPJ")]
    assert "bon.pdf" in names
    call.treat(invoice_id, "MANDATEE")


def test_stored_file_serves_once_and_only_its_owner(call):
    first, second = call.issue(number="A"), call.issue(number="B")
    for invoice_id in (first, second):
        call.treat(invoice_id, "SUSPENDUE", motif="x")
    file_id = add_file(call)
    call.good("factures/completer", completion(first, file_id))
    assert call.refused("factures/completer", completion(second, file_id))[0] == 20003
    assert call.status_of(second) == "SUSPENDUE"


@pytest.mark.parametrize(
    "changes",
    [
        {"pieceJointeNom": "b" * 47 + ".pdf"},
        {"pieceJointeNom": "bon"},
        {"pieceJointeNom": ""},
        {"pieceJointeFichier": "###"},
        {"pieceJointeTypeMime": None},
        {"pieceJointeExtension": None},
    ],
)
def test_badly_described_attachment_is_400(call, changes):
    body = {
        "pieceJointeFichier": "AAAA",
        "pieceJointeNom": "bon.pdf",
        "pieceJointeTypeMime": "application/pdf",
        "pieceJointeExtension": "PDF",
        **changes,
    }
    assert call.status("transverses/ajouter/fichier", body) == 400


def test_comment_over_2000_characters_is_400(call):
    invoice_id = call.issue()
    call.treat(invoice_id, "SUSPENDUE", motif="x")
    body = {"identifiantFactureCPP": invoice_id, "commentaire": "x" * 2001}
    assert call.status("factures/completer", body) == 400


def test_recycled_invoice_keeps_its_number_and_goes_to_its_new_recipient(call, machine):
    invoice_id = call.issue()
    body = {"format": "PDF", "listeFacture": [{"idFacture": invoice_id}]}
    call.good("factures/telecharger/groupe", body, HALL)
    call.treat(invoice_id, "A_RECYCLER", motif="Mauvaise structure")
    call.drive("POST", "settings", {"provision_delay": 60})
    call.later(86400)
    wish = {
        "identifiantFactureCPP": invoice_id,
        "destinataire": {"codeDestinataire": seed.NOTHING_REQUIRED},
        "reference": {"numeroBonCommande": "EJ0000999"},
        "commentaire": "Nouvelle structure",
    }
    answer = call.good("factures/recycler", wish)
    assert (answer["statutFacture"], answer["dateDepot"]) == ("DEPOSEE", "2026-11-24")
    assert call.hall("factures/rechercher/recipiendaire", {})["codeRetour"] == 20000
    machine.time += 120
    (found,) = call.hall("factures/rechercher/recipiendaire", {})["listeFactures"]
    assert found["idFacture"] == invoice_id
    assert found["numeroFacture"] == "FA-2026-001"
    assert found["codeDestinataire"] == seed.NOTHING_REQUIRED
    assert found["numeroBonCommande"] == "EJ0000999"
    assert found["factureTelechargeeParDestinataire"] is False
    root = pivot_root(call, invoice_id)
    assert root.findtext(".//Renvoi") == "Recyclée"
    assert root.findtext(".//Debiteur/Identifiant") == seed.NOTHING_REQUIRED
    assert root.findtext(".//NumeroEngagement") == "EJ0000999"


@pytest.mark.parametrize(
    "destination",
    [
        {"codeDestinataire": "99999999900012"},
        {"codeDestinataire": seed.CLOSED_BODY},
        {"codeDestinataire": seed.OTHER_SUPPLIER},
        {"codeServiceExecutant": "NULLE_PART"},
        {"codeServiceExecutant": "ANCIEN"},
        {"codeDestinataire": seed.SERVICE_REQUIRED},
    ],
)
def test_recycling_to_nowhere_is_refused_and_changes_nothing(call, destination):
    invoice_id = call.issue()
    call.treat(invoice_id, "A_RECYCLER", motif="x")
    body = {"identifiantFactureCPP": invoice_id, "destinataire": destination}
    assert 20004 <= call.refused("factures/recycler", body)[0] <= 20014
    assert call.status_of(invoice_id) == "A_RECYCLER"


def test_recycling_for_want_of_an_engagement_or_of_either_is_refused(call):
    invoice_id = call.issue(engagement=None)
    call.treat(invoice_id, "A_RECYCLER", motif="x")
    for code in (seed.ENGAGEMENT_REQUIRED, seed.DEPARTMENT):
        wish = {"codeDestinataire": code}
        body = {"identifiantFactureCPP": invoice_id, "destinataire": wish}
        assert call.refused("factures/recycler", body)[0] in (20007, 20008)


def test_handled_rejection_is_flagged_and_written_as_an_action(call):
    invoice_id = call.issue()
    call.treat(invoice_id, "REJETEE", motif="Montant faux")
    body = {"listeDemandePaiement": [{"idDemandePaiement": invoice_id}]}
    call.good("factures/traiterRejet", body)
    flagged = call.good("factures/rechercher/fournisseur", {"rejetTraite": True})
    assert [f["rejetTraite"] for f in flagged["listeFactures"]] == [True]
    history = call.good("factures/consulter/historique", {"idFacture": invoice_id})
    assert history["derniereAction"]["derniereActionCode"] == "TRAITEMENT_REJET"


def test_rejections_are_handled_all_or_none(call):
    wrong, right = call.issue(number="A"), call.issue(number="B")
    call.treat(right, "REJETEE", motif="x")
    ids = [{"idDemandePaiement": right}, {"idDemandePaiement": wrong}]
    assert call.refused("factures/traiterRejet", {"listeDemandePaiement": ids})[0] != 0
    found = call.good("factures/rechercher/fournisseur", {"rejetTraite": True})
    assert found["listeFactures"] == []
