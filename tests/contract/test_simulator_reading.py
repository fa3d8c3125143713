"""What either side reads of an invoice: history, downloads, consultation."""

from __future__ import annotations

import base64
import io
import zipfile
from decimal import Decimal

import pytest
from lxml import etree
from simulator_kit import download, invoice, pivot_root

from simulator import downloads, seed
from simulator.documents.specimens import Annex, SpecimenLine, cii_xml, facturx_pdf

HALL = seed.TOWN_HALL_ACCOUNT


def test_history_is_paged_latest_first_and_says_who_and_why(call, machine):
    invoice_id = call.issue()
    for index in range(12):
        machine.time += 60
        call.treat(invoice_id, "MISE_A_DISPOSITION", motif=f"note {index}")
    history = call.good("factures/consulter/historique", {"idFacture": invoice_id})
    block = history["historiquesDesStatuts"]
    assert (block["pageCouranteHistoStatut"], block["pagesHistoStatut"]) == (1, 2)
    assert (block["nbResultatsParPageHistoStatut"], block["totalHistoStatut"]) == (
        10,
        15,
    )
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
    for limit in (10, 200):
        monkeypatch.setattr(downloads, "MAX_PRODUCED", limit)
        monkeypatch.setattr(downloads.invoices, "size_of", lambda _store, _id: 100)
        assert call.status("factures/telecharger/groupe", body, HALL) == 413
    history = call.good("factures/consulter/historique", {"idFacture": invoice_id})
    assert "derniereAction" not in history


def test_a_download_is_cut_in_half_only_where_the_invoice_is_in_it(call):
    broken, good = call.issue(number="A"), call.issue(number="B")
    whole = download(call, broken)
    fault = {"kind": "broken_download", "invoice": broken, "times": None}
    call.drive("POST", "faults", fault)
    pivot_root(call, good)
    for ids in ((broken,), (good, broken)):
        with pytest.raises((etree.XMLSyntaxError, zipfile.BadZipFile)):
            pivot_root(call, *ids)
    assert len(download(call, broken)) == pytest.approx(len(whole) / 2, rel=0.05)


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
    assert (
        shown["cadreDeFacturation"]["codeCadreFacturation"] == "A1_FACTURE_FOURNISSEUR"
    )
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
                number="AV1",
                type_code="381",
                original="FA-1",
                payment_code=None,
                iban=None,
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
