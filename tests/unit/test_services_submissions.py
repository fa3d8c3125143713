from __future__ import annotations

import base64
import json
from datetime import date
from decimal import Decimal

import pytest
from unit.fakes import ok, reply

from chorus_pro import (
    BillingFramework,
    InvalidCallError,
    InvoiceKind,
    InvoiceStatus,
    OutcomeUnknownError,
    RefusedError,
    submissions,
)
from chorus_pro.codes import PaymentMode, PdfFormat, VatRegime
from chorus_pro.packing import MAX_ATTACHMENT_BYTES
from chorus_pro.records import (
    AttachmentType,
    BankAccount,
    OcrDraft,
    Submission,
    SubmissionLine,
    SubmissionReceipt,
    VatShare,
)
from chorus_pro.services.invoices import ComplementaryFile
from chorus_pro.writing import json_text

TOWN_HALL = "10000000200017"


def submission(**values):
    return Submission(
        **{
            "number": "FAC/2026/0012",
            "issue_date": date(2026, 11, 23),
            "recipient": TOWN_HALL,
            "supplier_id": 26200001,
            "currency": "EUR",
            "untaxed": Decimal("100.00"),
            "tax": Decimal("20.00"),
            "taxed": Decimal("120.00"),
            "payable": Decimal("120.00"),
            **values,
        }
    )


# --- amounts on the wire ----------------------------------------------------------


def test_amount_is_written_digit_by_digit():
    text = json_text({"a": [Decimal("0.070000"), Decimal("1E+3"), 1, None, "é"]})
    assert text == '{"a": [0.070000, 1000, 1, null, "\\u00e9"]}'
    long = Decimal("1234567890123456.789012")
    assert json.loads(json_text({"a": long}), parse_float=Decimal)["a"] == long


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), 0.1])
def test_what_is_no_exact_amount_is_not_written(value):
    with pytest.raises(InvalidCallError):
        json_text((value,))


# --- deposer/pdf ------------------------------------------------------------------


def test_pdf_is_stored_and_read(client, wire):
    wire.will(
        ok(
            numeroFacture="FAC 12",
            dateFacture="2026-11-23",
            codeDestinataire=TOWN_HALL,
            codeServiceExecutant="ACHATS",
            codeFournisseur="10000000100019",
            codeDeviseFacture="EUR",
            typeFacture="AVOIR",
            numeroBonCommande="EJ1",
            montantHtTotal=100,
            montantTVA=20.5,
            montantTtcAvantRemiseGlobalTTC=120.5,
            montantAPayer=110,
            pieceJointeId=5500002,
        )
    )
    draft = submissions.deposit_pdf(client, b"%PDF-1.7", "FAC-12.pdf")
    assert draft == OcrDraft(
        5500002,
        "FAC 12",
        date(2026, 11, 23),
        TOWN_HALL,
        "ACHATS",
        "10000000100019",
        "EUR",
        InvoiceKind.CREDIT_NOTE,
        "EJ1",
        Decimal(100),
        Decimal("20.5"),
        Decimal("120.5"),
        Decimal(110),
    )
    assert wire.paths == ["factures/v1/deposer/pdf"]
    assert wire.bodies == [
        {
            "fichierFacture": base64.b64encode(b"%PDF-1.7").decode(),
            "nomFichier": "FAC-12.pdf",
            "formatDepot": "PDF_NON_SIGNE",
        }
    ]


def test_pdf_that_nobody_could_read_is_stored_all_the_same(client, wire):
    wire.will(ok(numeroFacture=None, pieceJointeId=7))
    draft = submissions.deposit_pdf(client, b"%PDF", "f.pdf", PdfFormat.PADES)
    assert draft == OcrDraft(7)
    assert wire.bodies[0]["formatDepot"] == "PDF_SIGNE_PADES"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "f.pdf"),
        (bytes(MAX_ATTACHMENT_BYTES + 1), "f.pdf"),
        (b"%PDF", "f.docx"),
        (b"%PDF", "f" * 197 + ".pdf"),
    ],
)
def test_pdf_the_portal_would_not_take_is_not_sent(client, wire, content, name):
    with pytest.raises(InvalidCallError):
        submissions.deposit_pdf(client, content, name)
    assert not wire.requests


def test_pdf_too_large_for_the_portal_is_a_refusal(client, wire):
    wire.will(reply(b"", 413))
    with pytest.raises(RefusedError) as caught:
        submissions.deposit_pdf(client, b"%PDF", "f.pdf")
    assert caught.value.code == 413


# --- soumettre --------------------------------------------------------------------

ANSWER = {
    "identifiantFactureCPP": 9100002,
    "numeroFacture": "FAC/2026/0012",
    "statutFacture": "DEPOSEE",
    "dateDepot": "2026-11-23",
    "identifiantStructure": "10000000100019",
}


WHOLE = {
    "kind": InvoiceKind.CREDIT_NOTE,
    "framework": BillingFramework.A9,
    "validator": "10000000300015",
    "validator_service": "TRAVAUX",
    "vat_regime": VatRegime.EXEMPT,
    "payment_mode": PaymentMode.CHEQUE,
    "service_code": "ACHATS",
    "supplier_service_id": 28000001,
    "bank_id": 140001,
    "exemption_code": "E1",
    "contract": "M-1",
    "engagement": "EJ0000123",
    "original_number": "FAC/2026/0001",
    "comment": "Livraison partielle",
    "discount": Decimal("0.02"),
    "discount_reason": "Arrondi",
    "lines": (
        SubmissionLine(
            "Écrou",
            Decimal("2.5"),
            "Kg",
            Decimal("44.444444"),
            "REF",
            Decimal("11.11"),
            Decimal("5.50"),
        ),
        SubmissionLine("Vis", Decimal(1), "lot", Decimal("0.00")),
    ),
    "vat": (VatShare(Decimal("5.50"), Decimal("100.00"), Decimal("5.50")),),
}
WHOLE_ON_THE_WIRE = {
    "modeDepot": "DEPOT_PDF_API",
    "numeroFactureSaisi": "FAC/2026/0012",
    "dateFacture": "2026-11-23",
    "destinataire": {
        "codeDestinataire": TOWN_HALL,
        "codeServiceExecutant": "ACHATS",
    },
    "fournisseur": {
        "idFournisseur": 26200001,
        "idServiceFournisseur": 28000001,
        "codeCoordonneesBancairesFournisseur": 140001,
    },
    "cadreDeFacturation": {
        "codeCadreFacturation": "A9_FACTURE_SOUSTRAITANT",
        "codeStructureValideur": "10000000300015",
        "codeServiceValideur": "TRAVAUX",
    },
    "references": {
        "deviseFacture": "EUR",
        "typeFacture": "AVOIR",
        "typeTva": "EXONERATION",
        "motifExonerationTva": "E1",
        "numeroMarche": "M-1",
        "numeroBonCommande": "EJ0000123",
        "numeroFactureOrigine": "FAC/2026/0001",
        "modePaiement": "CHEQUE",
    },
    "lignePoste": [
        {
            "lignePosteNumero": 1,
            "lignePosteReference": "REF",
            "lignePosteDenomination": "Écrou",
            "lignePosteQuantite": Decimal("2.5"),
            "lignePosteUnite": "Kg",
            "lignePosteMontantUnitaireHT": Decimal("44.444444"),
            "lignePosteMontantRemiseHT": Decimal("11.11"),
            "lignePosteTauxTvaManuel": Decimal("5.50"),
        },
        {
            "lignePosteNumero": 2,
            "lignePosteDenomination": "Vis",
            "lignePosteQuantite": 1,
            "lignePosteUnite": "lot",
            "lignePosteMontantUnitaireHT": Decimal("0.00"),
        },
    ],
    "ligneTva": [
        {
            "ligneTvaTauxManuel": Decimal("5.50"),
            "ligneTvaMontantBaseHtParTaux": Decimal("100.00"),
            "ligneTvaMontantTvaParTaux": Decimal("5.50"),
        }
    ],
    "montantTotal": {
        "montantHtTotal": Decimal("100.00"),
        "montantTVA": Decimal("20.00"),
        "montantTtcTotal": Decimal("120.00"),
        "montantRemiseGlobaleTTC": Decimal("0.02"),
        "motifRemiseGlobaleTTC": "Arrondi",
        "montantAPayer": Decimal("120.00"),
    },
    "commentaire": "Livraison partielle",
    "pieceJointePrincipale": [
        {
            "pieceJointePrincipaleDesignation": "Facture",
            "pieceJointePrincipaleId": 5500002,
        }
    ],
    "pieceJointeComplementaire": [
        {
            "pieceJointeComplementaireDesignation": "plan.docx",
            "pieceJointeComplementaireType": "DIVERS",
            "pieceJointeComplementaireId": 5500003,
        }
    ],
}


def test_whole_submission_is_sent_in_the_words_of_the_portal(client, wire):
    wire.will(ok(**{**ANSWER, "statutFacture": "A_VALIDER_1"}))
    frozen = submissions.freeze(submission(**WHOLE))
    receipt = submissions.submit(
        client,
        frozen,
        5500002,
        [ComplementaryFile(5500003, "plan.docx", "DIVERS")],
    )
    assert receipt == SubmissionReceipt(
        9100002,
        "FAC/2026/0012",
        InvoiceStatus.TO_VALIDATE_1,
        date(2026, 11, 23),
        "10000000100019",
    )
    assert wire.paths == ["factures/v1/soumettre"]
    sent = json.loads(wire.requests[0].body, parse_float=Decimal)
    assert sent == WHOLE_ON_THE_WIRE


def test_what_is_not_given_is_not_sent(client, wire):
    wire.will(ok(**ANSWER))
    submissions.submit(client, submissions.freeze(submission()), 1)
    body = wire.bodies[0]
    assert set(body) == {
        "modeDepot",
        "numeroFactureSaisi",
        "dateFacture",
        "destinataire",
        "fournisseur",
        "cadreDeFacturation",
        "references",
        "montantTotal",
        "pieceJointePrincipale",
    }
    assert body["fournisseur"] == {"idFournisseur": 26200001}
    assert body["cadreDeFacturation"] == {
        "codeCadreFacturation": "A1_FACTURE_FOURNISSEUR"
    }


def test_digits_of_an_amount_survive_freezing_and_sending(client, wire):
    wire.will(ok(**ANSWER))
    frozen = submissions.freeze(submission(untaxed=Decimal("1234567890123456.70")))
    submissions.submit(client, frozen, 1)
    assert b'"montantHtTotal": 1234567890123456.70,' in wire.requests[0].body


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"number": ""}, "1 to 20"),
        ({"number": "F" * 21}, "1 to 20"),
        ({"kind": InvoiceKind.DOWN_PAYMENT}, "FACTURE or AVOIR"),
        ({"framework": BillingFramework.A4}, "A1, A2, A9 or A12"),
        ({"framework": BillingFramework.A12}, "have a validator"),
        ({"validator": TOWN_HALL}, "have a validator"),
        ({"original_number": "F1"}, "original"),
        ({"discount": Decimal(1)}, "reason"),
        ({"comment": "c" * 2001}, "2000"),
        ({"service_code": "s" * 101}, "100"),
        ({"contract": "m" * 51}, "50"),
        ({"engagement": "e" * 51}, "50"),
    ],
)
def test_what_the_service_does_not_take_is_not_frozen(values, rule):
    with pytest.raises(InvalidCallError, match=rule):
        submissions.freeze(submission(**values))


def test_too_long_a_designation_is_not_sent(client, wire):
    with pytest.raises(InvalidCallError, match="designation"):
        submissions.submit(client, "{}", 1, [ComplementaryFile(2, "d" * 101)])
    assert not wire.requests


def test_submission_is_never_repeated(client, wire):
    wire.will(reply(b"<html>", 502))
    with pytest.raises(OutcomeUnknownError):
        submissions.submit(client, submissions.freeze(submission()), 1)
    assert len(wire.requests) == 1


def test_success_without_an_invoice_id_is_no_success(client, wire):
    wire.will(ok(numeroFacture="FAC/2026/0012"))
    with pytest.raises(OutcomeUnknownError):
        submissions.submit(client, submissions.freeze(submission()), 1)


# --- what the portal offers -------------------------------------------------------


def test_attachment_types_of_an_invoice_are_listed(client, wire):
    row = {"codeTypePieceJointe": "DIVERS", "libelleTypePieceJointe": "Pièce standard"}
    wire.will(ok(listeTypePieceJointe=[row]))
    found = submissions.attachment_types(client)
    assert found == (AttachmentType("DIVERS", "Pièce standard"),)
    assert wire.paths == ["transverses/v1/recuperer/typespj"]
    assert wire.bodies == [{"typeObjet": "FACTURE"}]


def test_bank_accounts_of_a_structure_are_listed(client, wire):
    row = {"idCoordonneeBancaire": 140001, "nomCoordonneeBancaire": "Compte courant"}
    wire.will(ok(listeCoordonneeBancaire=row))
    found = submissions.bank_accounts(client, 26200001)
    assert found == (BankAccount(140001, "Compte courant"),)
    assert wire.paths == ["transverses/v1/recuperer/coordbanc/valides"]
    assert wire.bodies == [{"idStructure": 26200001}]
