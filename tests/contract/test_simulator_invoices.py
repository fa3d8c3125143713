"""The life of an integrated invoice, seen from both sides."""

from __future__ import annotations

import base64
import io
import zipfile
from decimal import Decimal

import pytest
from lxml import etree
from simulator_kit import invoice

from simulator import downloads, seed
from simulator.documents.specimens import Annex, SpecimenLine, cii_xml, facturx_pdf

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


def pivot_root(call, *ids):
    body = {"format": "PIVOT", "listeFacture": [{"idFacture": i} for i in ids]}
    answer = call.good("factures/telecharger/groupe", body, HALL)
    content = base64.b64decode(answer["fichierResultat"])
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read("PivotS.xml")
    return etree.fromstring(content)


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
    answer = call.good(
        "factures/completer", completion(invoice_id, add_file(call))
    )
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
    machine.time += 86400
    wish = {
        "identifiantFactureCPP": invoice_id,
        "destinataire": {"codeDestinataire": seed.NOTHING_REQUIRED},
        "reference": {"numeroBonCommande": "EJ0000999"},
        "commentaire": "Nouvelle structure",
    }
    call._token = None
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


def test_history_is_paged_latest_first_and_says_who_and_why(call, machine):
    invoice_id = call.issue()
    for index in range(12):
        machine.time += 60
        call.treat(invoice_id, "MISE_A_DISPOSITION", motif=f"note {index}")
    history = call.good("factures/consulter/historique", {"idFacture": invoice_id})
    block = history["historiquesDesStatuts"]
    assert (block["pageCouranteHistoStatut"], block["pagesHistoStatut"]) == (1, 2)
    assert (block["nbResultatsParPageHistoStatut"], block["totalHistoStatut"]) == (10, 15)
    first = block["histoStatut"][0]
    assert first["histoStatutCommentaire"] == "note 11"
    assert first["histoStatutUtilisateurEmail"] == HALL
    assert first["histoStatutDatePassage"] == "2026-11-23 10:12"
    page = {
        "pageResultatDemandeeListeHistoStatut": 2,
        "nbResultatsParPageListeHistoStatut": 10,
    }
    body = {"idFacture": invoice_id, "paramRechercheHistoStatuts": page}
    rest = call.good("factures/consulter/historique", body)["historiquesDesStatuts"]
    assert [e["histoStatutCode"] for e in rest["histoStatut"]][-1] == "DEPOSEE"
    assert len(rest["histoStatut"]) == 5


def test_download_is_written_in_the_history_and_flags_the_recipient_s_copy(call):
    invoice_id = call.issue()
    body = {"format": "PDF", "listeFacture": [{"idFacture": invoice_id}]}
    call.good("factures/telecharger/groupe", body)
    search = {"factureTelechargeeParDestinataire": True}
    assert call.hall("factures/rechercher/recipiendaire", search)["codeRetour"] == 20000
    call.good("factures/telecharger/groupe", body, HALL)
    assert call.hall("factures/rechercher/recipiendaire", search)["total"] == 1
    history = call.good("factures/consulter/historique", {"idFacture": invoice_id})
    actions = history["historiquesDesActionsUtilisateurs"]["histoAction"]
    assert [a["histoActionCode"] for a in actions] == ["TELECHARGEMENT_FACTURE"] * 2


@pytest.mark.parametrize("delivery", ["zip", "xml"])
@pytest.mark.parametrize("attachments", ["zipped", "plain"])
def test_pivot_is_built_from_what_was_deposited(call, delivery, attachments):
    call.drive(
        "POST",
        "settings",
        {"pivot_delivery": delivery, "pivot_attachments": attachments},
    )
    annex = Annex("bon.pdf", b"%PDF-1.4 bon")
    pdf = facturx_pdf(invoice(annexes=(annex,)))
    number = call.deposit(pdf, "facture.pdf", "IN_DP_E2_CII_FACTURX")
    (found,) = call.invoices_of(number)
    root = pivot_root(call, found["identifiantFactureCPP"])
    assert root.findtext(".//IdCPRO") == str(found["identifiantFactureCPP"])
    files = {}
    for node in root.iter("PJ"):
        content = base64.b64decode(node.findtext("Contenu"))
        if attachments == "zipped":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                (name,) = archive.namelist()
                content = archive.read(name)
        files[node.findtext("NomPJ")] = content
    assert pdf in files.values()
    assert files["bon.pdf"] == annex.content


def test_several_invoices_come_in_one_pivot_each_once(call):
    first, second = call.issue(number="A"), call.issue(number="B")
    root = pivot_root(call, first, second, first)
    assert [node.text for node in root.iter("IdCPRO")] == [str(first), str(second)]


def test_pdf_of_several_invoices_is_a_zip_with_a_directory_each(call):
    ids = [call.issue(number="A"), call.issue(number="B")]
    body = {"format": "PDF", "listeFacture": [{"idFacture": i} for i in ids]}
    answer = call.good("factures/telecharger/groupe", body, HALL)
    content = base64.b64decode(answer["fichierResultat"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        folders = {name.split("/")[0] for name in archive.namelist()}
    assert len(folders) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "XML"},
        {"format": None},
        {"format": "PIVOTS"},
        {"listeFacture": []},
        {"listeFacture": [{}]},
        {"avecPiecesJointesComplementaires": "peut-être"},
    ],
)
def test_badly_asked_download_is_400(call, changes):
    body = {"format": "PDF", "listeFacture": [{"idFacture": 1}], **changes}
    assert call.status("factures/telecharger/groupe", body, HALL) == 400


def test_produced_file_over_the_limit_is_413(call, monkeypatch):
    invoice_id = call.issue()
    body = {"format": "PIVOT", "listeFacture": [{"idFacture": invoice_id}]}
    for limit in (10, 6000):
        monkeypatch.setattr(downloads, "MAX_PRODUCED", limit)
        monkeypatch.setattr(
            downloads.invoices, "size_of", lambda _store, _id: 100
        )
        assert call.status("factures/telecharger/groupe", body, HALL) == 413
    history = call.good("factures/consulter/historique", {"idFacture": invoice_id})
    assert "derniereAction" not in history


def test_consultation_shows_the_invoice_in_full(call):
    invoice_id = call.issue(contract="M-17", annexes=(Annex("bon.pdf", b"%PDF"),))
    body = {"identifiantFactureCPP": invoice_id}
    shown = call.good("factures/consulter/recipiendaire", body, HALL)["facture"]
    assert shown["montantTotal"] == {
        "montantHtTotal": 98.7,
        "montantTVA": 11.52,
        "montantTtcAvantRemiseGlobalTTC": 110.22,
        "montantTtcTotal": 110.22,
        "montantAPayer": 110.22,
    }
    rates = {
        line["ligneTvaTauxManuel"]: line["ligneTvaMontantTvaParTaux"]
        for line in shown["recapitulatifDeTva"]["ligneTva"]
    }
    assert rates == {20: 8.4, 5.5: 3.12}
    assert shown["references"]["numeroMarche"] == "M-17"
    assert shown["references"]["modePaiement"] == "VIREMENT"
    assert shown["references"]["dateEcheancePaiement"] == "2026-11-11"
    assert shown["cadreDeFacturation"]["codeCadreFacturation"] == "A1_FACTURE_FOURNISSEUR"
    assert shown["destinataire"]["destinataireEtat"] == "NON"
    assert shown["fournisseur"]["coordBancairesFournisseurCodePays"] == "FR"
    assert shown["lignesDePoste"]["totalLignesPoste"] == 2
    assert shown["listeDesPiecesJointes"]["totalListePiecesJointe"] == 1


def test_lines_are_paged_by_ten_under_the_block_of_each_side(call):
    lines = tuple(
        SpecimenLine(f"Article {n:02d}", Decimal(1), Decimal(n), Decimal(20))
        for n in range(1, 13)
    )
    invoice_id = call.issue(lines=lines)
    for operation, name, login in (
        ("factures/consulter/recipiendaire", "rechercheLignePoste", HALL),
        ("factures/consulter/fournisseur", "getpLignesPoste", seed.SUPPLIER_ACCOUNT),
    ):
        body = {"identifiantFactureCPP": invoice_id}
        first = call.good(operation, body, login)["facture"]["lignesDePoste"]
        assert (len(first["lignePoste"]), first["pagesLignesPoste"]) == (10, 2)
        body[name] = {
            "pageResultatDemandeeLignesPoste": 2,
            "triColonneListeLignesPoste": "LignePosteMontantUnitaireHT",
            "triSensListeLignesPoste": "Descendant",
        }
        last = call.good(operation, body, login)["facture"]["lignesDePoste"]
        assert [line["lignePosteNumero"] for line in last["lignePoste"]] == [2, 1]


def test_credit_note_follows_the_same_path(call):
    number = call.deposit(
        cii_xml(
            invoice(
                number="AV1", type_code="381", original="FA-1", payment_code=None, iban=None
            )
        )
    )
    (found,) = call.invoices_of(number)
    assert found["typeFacture"] == "AVOIR"
    assert found["numeroFactureOrigine"] == "FA-1"
    root = pivot_root(call, found["identifiantFactureCPP"])
    assert root.findtext(".//IdFactureOrigine") == "FA-1"


def test_supplier_is_told_whether_its_recipient_reports_payment(call):
    told = []
    for buyer, service in ((seed.TOWN_HALL, "ACHATS"), (seed.SYNDICATE, "TRAVAUX")):
        invoice_id = call.issue(number=buyer, buyer_id=buyer, service=service)
        body = {"identifiantFactureCPP": invoice_id}
        shown = call.good("factures/consulter/fournisseur", body)["facture"]
        told.append(shown["destinataire"]["miseEnPaiementDestinataire"])
    assert told == [True, False]
