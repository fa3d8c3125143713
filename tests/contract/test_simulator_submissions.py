"""The second road: a PDF, what was read on it, then the form that makes an invoice."""

from __future__ import annotations

import base64
import io
from decimal import Decimal

import pytest
from pypdf import PdfReader, PdfWriter
from simulator_kit import pivot_root
from submission_kit import (
    PDF,
    SUBMIT,
    annex,
    form,
    line,
    main,
    pdf,
    pdf_body,
    stored_annex,
    stored_pdf,
)

from simulator import seed
from simulator.documents.ocr import guess
from simulator.submissions import _fingerprint

# deposer/pdf ---------------------------------------------------------------------


def test_values_printed_on_the_pdf_are_recognised(call):
    answer = call.good(PDF, pdf_body())
    del answer["pieceJointeId"]
    assert answer == {
        "codeRetour": 0,
        "libelle": "GCU_MSG_01_000",
        "numeroFacture": "FA-2026-777",
        "dateFacture": "2026-11-20",
        "codeDestinataire": seed.TOWN_HALL,
        "codeServiceExecutant": "ACHATS",
        "codeFournisseur": seed.SUPPLIER,
        "codeDeviseFacture": "EUR",
        "typeFacture": "FACTURE",
        "typeTva": None,
        "numeroBonCommande": "EJ0000123",
        "montantTtcAvantRemiseGlobalTTC": 1200,
        "montantAPayer": 1200,
        "montantHtTotal": 1000,
        "montantTVA": 200,
    }


def test_scan_has_an_id_and_nothing_but_nulls(call):
    answer = call.good(PDF, pdf_body(pdf("")))
    known = {name for name, value in answer.items() if value is not None}
    assert known == {"codeRetour", "libelle", "pieceJointeId"}


def test_credit_note_and_foreign_amounts_are_recognised():
    read = guess("AVOIR numéro AV.2026-1\nAvoir n° AV-2026-1\nTotal TTC -12.50")
    assert (read.is_credit_note, read.number) == (True, "AV-2026-1")
    assert (read.taxed, read.currency, read.date) == (Decimal("-12.50"), None, None)
    assert guess("Date : 31/02/2026").date is None


def test_draft_is_kept_until_it_is_submitted(call):
    file_id = stored_pdf(call)
    (draft,) = call.drive("GET", "drafts")["drafts"]
    assert (draft["file_id"], draft["status"]) == (file_id, "INTERPRETEE_OCR")
    assert draft["read"]["numeroFacture"] == "FA-2026-777"
    answer = call.good(SUBMIT, form(call, pieceJointePrincipale=main(file_id)))
    (draft,) = call.drive("GET", "drafts")["drafts"]
    assert draft["status"] is None
    stored_pdf(call)
    summary = call.drive("GET", "summary")
    assert summary["drafts"] == {"submitted": 1, "waiting": 1}
    assert draft["invoice"] == answer["identifiantFactureCPP"]


@pytest.mark.parametrize(
    "changes",
    [
        {"fichierFacture": None},
        {"fichierFacture": "x"},
        {"nomFichier": ""},
        {"nomFichier": "facture"},
        {"nomFichier": "dossier/facture.pdf"},
        {"nomFichier": "a" * 197 + ".pdf"},
        {"formatDepot": None},
        {"formatDepot": "PDF"},
    ],
)
def test_malformed_pdf_deposit_is_400(call, changes):
    assert call.status(PDF, pdf_body(**changes)) == 400
    assert call.drive("GET", "drafts")["drafts"] == []


def test_pdf_beyond_10_mb_is_413(call):
    body = pdf_body(bytes(10 * 1024 * 1024 + 1))
    assert call.raw(PDF, body)[0] == 413
    assert call.drive("GET", "drafts")["drafts"] == []


def encrypted():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.encrypt("secret")
    return written(writer)


def written(writer):
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"not a PDF", b"%PDF-1.4 torn", encrypted(), written(PdfWriter())],
    ids=["text", "torn", "encrypted", "without a page"],
)
def test_document_that_cannot_be_analysed_is_refused(call, content):
    code, label = call.refused(PDF, pdf_body(content))
    assert (code, "analysé" in label) == (20002, True)


def test_account_that_issues_for_nobody_deposits_no_pdf(call):
    refused = call.refused(PDF, pdf_body(), seed.TOWN_HALL_ACCOUNT)
    assert refused == (20001, "GDP_MSG_11.005")


def test_rate_may_be_one_of_the_portal_s_own_codes(call):
    by_code = line(lignePosteTauxTva="TVA5", lignePosteTauxTvaManuel=None)
    answer = call.good(SUBMIT, form(call, lignePoste=[by_code]))
    root = pivot_root(call, answer["identifiantFactureCPP"])
    assert root.findtext(".//Ligne/TauxTVA") == "20"


# soumettre -----------------------------------------------------------------------


def test_submission_answers_with_the_invoice(call):
    answer = call.good(SUBMIT, form(call))
    assert answer["numeroFacture"] == "FA-2026-777"
    assert answer["statutFacture"] == "DEPOSEE"
    assert answer["dateDepot"] == "2026-11-23"
    assert answer["identifiantStructure"] == seed.SUPPLIER
    assert len(base64.b64decode(answer["empreinteCertificatDepot"])) == 32
    assert _fingerprint(1, "A", 0.0) != _fingerprint(2, "A", 0.0)


def test_submission_is_found_read_and_followed_like_any_invoice(call):
    invoice_id = call.good(SUBMIT, form(call))["identifiantFactureCPP"]
    body = {"numeroFacture": "FA-2026-777", "modeDepot": "DEPOT_PDF_API"}
    (found,) = call.good("factures/rechercher/fournisseur", body)["listeFactures"]
    assert found["identifiantFactureCPP"] == invoice_id
    assert found["modeDepot"] == "DEPOT_PDF_API"
    assert "numeroFluxDepot" not in found
    assert (found["montantHT"], found["montantTTC"]) == (1000, 1200)
    history = call.good("factures/consulter/historique", {"idFacture": invoice_id})
    assert history["modeDepot"] == "DEPOT_PDF_API"
    assert [
        one["histoStatutCode"]
        for one in history["historiquesDesStatuts"]["histoStatut"]
    ] == ["MISE_A_DISPOSITION", "EN_COURS_ACHEMINEMENT", "DEPOSEE"]
    body = {"identifiantFactureCPP": invoice_id}
    shown = call.good("factures/consulter/fournisseur", body)["facture"]
    assert shown["commentaire"] == "Livré le 19 novembre"
    references = shown["references"]
    assert references["typeTva"] == "TVA_SUR_DEBIT"
    assert references["modePaiement"] == "VIREMENT"
    assert references["numeroMarche"] == "M-2026-1"
    assert references["dateFacture"] == "2026-11-20"


def test_recipient_gets_the_pdf_and_every_attachment(call):
    content = b"<plan/>"
    first, second = stored_annex(call), stored_annex(call, "plan.xml", content)
    body = form(
        call,
        lignePoste=[line()],
        pieceJointeComplementaire=[
            annex(first),
            annex(second, pieceJointeComplementaireNumeroLigneFacture=1),
        ],
    )
    invoice_id = call.good(SUBMIT, body)["identifiantFactureCPP"]
    root = pivot_root(call, invoice_id)
    names = [item.text for item in root.iter("NomPJ")]
    assert names == ["FA-2026-777.pdf", "plan.docx", "plan.xml"]
    assert [item.text for item in root.iter("TypePJ")] == ["01", "02", "02"]
    assert root.findtext(".//DonneesFacture/Id") == "FA-2026-777"
    assert root.findtext(".//Montants/MontantTTC") == "1200"
    assert root.findtext(".//Fournisseur/Identifiant") == seed.SUPPLIER
    download = {"format": "PDF", "listeFacture": [{"idFacture": invoice_id}]}
    answer = call.good("factures/telecharger/groupe", download, seed.TOWN_HALL_ACCOUNT)
    assert base64.b64decode(answer["fichierResultat"]) == pdf()
    (kept,) = call.drive("GET", f"invoices?id={invoice_id}")["invoices"]
    assert [item["file_id"] for item in kept["attachments"]][1:] == [first, second]


def test_bank_account_of_the_supplier_reaches_the_recipient(call):
    supplier = call.structure_id(seed.SUPPLIER)
    listed = call.good(
        "transverses/recuperer/coordbanc/valides", {"idStructure": supplier}
    )
    (account,) = listed["listeCoordonneeBancaire"]
    number = account["idCoordonneeBancaire"]
    body = form(call, fournisseur={"codeCoordonneesBancairesFournisseur": number})
    invoice_id = call.good(SUBMIT, body)["identifiantFactureCPP"]
    assert pivot_root(call, invoice_id).findtext(".//Compte") == seed.IBAN


def test_typed_invoice_gets_its_number_and_its_pdf_from_the_portal(call):
    body = form(
        call,
        modeDepot="SAISIE_API",
        dateFacture=None,
        pieceJointePrincipale=None,
        lignePoste=[line()],
    )
    first, second = call.good(SUBMIT, body), call.good(SUBMIT, body)
    assert first["numeroFacture"] == "20260000000000000001"
    assert second["numeroFacture"] == "20260000000000000002"
    root = pivot_root(call, first["identifiantFactureCPP"])
    assert root.findtext(".//DateEmissionFacture") == "2026-11-23"
    assert [item.text for item in root.iter("NomPJ")] == [
        "facture_20260000000000000001.pdf"
    ]
    assert root.findtext(".//Ligne/PrixUnitaire") == "250"


@pytest.mark.parametrize(
    ("setting", "mode", "number"),
    [
        ("typed_in", "DEPOT_PDF_API", "FA-2026-777"),
        ("always", "DEPOT_PDF_API", "20260000000000000001"),
        ("never", "SAISIE_API", "FA-2026-777"),
    ],
)
def test_who_gives_the_number_is_a_setting(call, setting, mode, number):
    call.drive("POST", "settings", {"assigned_number": setting})
    body = form(call, modeDepot=mode, lignePoste=[line()])
    assert call.good(SUBMIT, body)["numeroFacture"] == number


def test_signed_mode_is_shown_as_such(call):
    file_id = call.good(PDF, pdf_body(formatDepot="PDF_SIGNE_PADES"))["pieceJointeId"]
    body = form(
        call, modeDepot="DEPOT_PDF_SIGNE_API", pieceJointePrincipale=main(file_id)
    )
    invoice_id = call.good(SUBMIT, body)["identifiantFactureCPP"]
    (kept,) = call.drive("GET", f"invoices?id={invoice_id}")["invoices"]
    assert kept["mode"] == "DEPOT_PDF_SIGNE_API"


def test_credit_note_names_its_invoice(call):
    references = {"typeFacture": "AVOIR", "numeroFactureOrigine": "FA-2026-1"}
    invoice_id = call.good(SUBMIT, form(call, references=references))[
        "identifiantFactureCPP"
    ]
    (kept,) = call.drive("GET", f"invoices?id={invoice_id}")["invoices"]
    assert (kept["type"], kept["type_code"]) == ("AVOIR", "381")
    assert kept["original_number"] == "FA-2026-1"


def test_paid_invoice_has_nothing_left_to_pay(call):
    frame = {"codeCadreFacturation": "A2_FACTURE_FOURNISSEUR_DEJA_PAYEE"}
    body = form(call, cadreDeFacturation=frame, montantTotal={"montantAPayer": 0})
    invoice_id = call.good(SUBMIT, body)["identifiantFactureCPP"]
    assert pivot_root(call, invoice_id).findtext(".//Cadre") == "A2"
    code, _label = call.refused(
        SUBMIT, form(call, numeroFactureSaisi="FA-2", cadreDeFacturation=frame)
    )
    assert code == 20038


def test_exempt_and_untaxed_invoices_say_so(call):
    untaxed = {
        "montantHtTotal": 1000,
        "montantTVA": 0,
        "montantTtcTotal": 1000,
        "montantAPayer": 1000,
    }
    exempt = {"typeTva": "EXONERATION", "motifExonerationTva": "EXO_FRANCHISE"}
    none = {"typeTva": "SANS_TVA"}
    for rank, references in enumerate((exempt, none)):
        body = form(
            call,
            numeroFactureSaisi=f"FA-{rank}",
            references=references,
            ligneTva=[],
            montantTotal=untaxed,
        )
        call.good(SUBMIT, body)


def test_number_in_use_is_refused_whatever_road_it_took(call):
    call.issue(number="FA-2026-777")
    assert call.refused(SUBMIT, form(call))[0] == 20015
    call.good(SUBMIT, form(call, numeroFactureSaisi="FA-2026-778"))
    assert (
        call.refused(SUBMIT, form(call, numeroFactureSaisi="FA-2026-778"))[0] == 20015
    )


def test_refused_submission_leaves_its_files_to_be_used_again(call):
    file_id = stored_pdf(call)
    wrong = form(call, dateFacture="2027-01-01", pieceJointePrincipale=main(file_id))
    assert call.refused(SUBMIT, wrong)[0] == 20013
    call.good(SUBMIT, {**wrong, "dateFacture": "2026-11-23"})
    again = {**wrong, "dateFacture": "2026-11-23", "numeroFactureSaisi": "FA-3"}
    assert call.refused(SUBMIT, again)[0] == 20003
