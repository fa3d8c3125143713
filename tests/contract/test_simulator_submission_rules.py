"""``soumettre``: what is 400, what is a refusal, and what is neither."""

from __future__ import annotations

import pytest
from simulator_kit import pivot_root
from submission_kit import (
    OTHER,
    SUBMIT,
    annex,
    form,
    line,
    main,
    stored_annex,
    stored_pdf,
)

from simulator import seed

BAD_TYPES = [
    {"modeDepot": None},
    {"modeDepot": "UPLOAD_API"},
    {"destinataire": None},
    {"destinataire": {"codeDestinataire": None}},
    {"destinataire": {"codeServiceExecutant": "S" * 101}},
    {"fournisseur": None},
    {"fournisseur": {"idFournisseur": None}},
    {"fournisseur": {"idFournisseur": "1"}},
    {"cadreDeFacturation": None},
    {"cadreDeFacturation": {"codeCadreFacturation": "A4"}},
    {"references": None},
    {"references": {"deviseFacture": None}},
    {"references": {"typeFacture": "ACOMPTE"}},
    {"references": {"modePaiement": None}},
    {"references": {"typeTva": None}},
    {"references": {"numeroMarche": "M" * 51}},
    {"references": {"numeroBonCommande": "E" * 51}},
    {"montantTotal": None},
    {"montantTotal": {"montantAPayer": None}},
    {"montantTotal": {"montantAPayer": "1200"}},
    {"montantTotal": {"montantAPayer": 1200.0000001}},
    {"montantTotal": {"montantAPayer": 10**13}},
    {"commentaire": "x" * 2001},
    {"lignePoste": [line(lignePosteDenomination=None)]},
    {"lignePoste": [line(lignePosteUnite="")]},
    {"ligneTva": [{"ligneTvaTauxManuel": 20}]},
    # The Swagger's object: what works is a list of one.
    {"pieceJointePrincipale": main(1)[0]},
    {"pieceJointePrincipale": [{"pieceJointePrincipaleId": 1}]},
    {"pieceJointeComplementaire": [annex(1, pieceJointeComplementaireType="")]},
]


@pytest.mark.parametrize("changes", BAD_TYPES)
def test_malformed_submission_is_400(call, changes):
    assert call.status(SUBMIT, form(call, **changes)) == 400


def test_date_with_a_time_breaks_the_service(call):
    body = form(call, dateFacture="2026-11-20T00:00:00")
    assert call.status(SUBMIT, body) == 500


TOO_MUCH = {"montantHtTotal": 1001, "montantTtcTotal": 1201, "montantAPayer": 1201}
REFUSED = [
    (20010, {"numeroFactureSaisi": None}),
    (20010, {"numeroFactureSaisi": " "}),
    (20011, {"numeroFactureSaisi": "F" * 21}),
    (20011, {"numeroFactureSaisi": "FA#1"}),
    (20012, {"dateFacture": None}),
    (20013, {"dateFacture": "2026-11-24"}),
    (20014, {"dateFacture": "1999-12-31"}),
    (20017, {"fournisseur": {"idServiceFournisseur": 1}}),
    (20018, {"fournisseur": {"codeCoordonneesBancairesFournisseur": 1}}),
    (20019, {"destinataire": {"codeDestinataire": "00000000000000"}}),
    (20019, {"destinataire": {"codeDestinataire": seed.OTHER_SUPPLIER}}),
    (20019, {"destinataire": {"codeDestinataire": seed.CLOSED_BODY}}),
    (20020, {"destinataire": {"codeServiceExecutant": "INCONNU"}}),
    (20020, {"destinataire": {"codeServiceExecutant": "ANCIEN"}}),
    (20021, {"destinataire": {"codeServiceExecutant": ""}}),
    (
        20022,
        {
            "destinataire": {"codeServiceExecutant": "VOIRIE"},
            "references": {"numeroBonCommande": None},
        },
    ),
    (
        20023,
        {
            "destinataire": {
                "codeDestinataire": seed.DEPARTMENT,
                "codeServiceExecutant": None,
            },
            "references": {"numeroBonCommande": None},
        },
    ),
    (20027, {"cadreDeFacturation": {"codeStructureValideur": seed.OTHER_SUPPLIER}}),
    (20028, {"references": {"deviseFacture": "XXX"}}),
    (20029, {"references": {"numeroFactureOrigine": "FA-1"}}),
    (
        20030,
        {"references": {"motifExonerationTva": "RIEN", "typeTva": "EXONERATION"}},
    ),
    (20031, {"references": {"typeTva": "SANS_TVA"}}),
    (20031, {"references": {"motifExonerationTva": "EXO_261"}}),
    (20031, {"ligneTva": []}),
    (20032, {"modeDepot": "SAISIE_API"}),
    (20033, {"lignePoste": [line(lignePosteNumero=2)]}),
    (20034, {"lignePoste": [line(lignePosteTauxTva="TVA5")]}),
    (20034, {"lignePoste": [line(lignePosteTauxTvaManuel=None)]}),
    (
        20035,
        {"lignePoste": [line(lignePosteTauxTva="TVA9", lignePosteTauxTvaManuel=None)]},
    ),
    (20036, {"montantTotal": {"montantTtcTotal": 1300}}),
    (20036, {"montantTotal": {"montantAPayer": 1201}}),
    (20036, {"montantTotal": {"montantAPayer": -1}}),
    (20036, {"montantTotal": TOO_MUCH}),
    (20036, {"ligneTva": [], "references": {"typeTva": "SANS_TVA"}}),
    (20036, {"modeDepot": "SAISIE_API", "lignePoste": [line(lignePosteQuantite=3)]}),
    (
        20037,
        {"montantTotal": {"montantRemiseGlobaleTTC": 50, "montantAPayer": 1150}},
    ),
    (20039, {"pieceJointePrincipale": None}),
    (20040, {"pieceJointePrincipale": [*main(1), *main(2)]}),
    (20003, {"pieceJointePrincipale": main(1)}),
    (
        20042,
        {"pieceJointeComplementaire": [annex(1, pieceJointeComplementaireType="X")]},
    ),
    (
        20043,
        {
            "pieceJointeComplementaire": [
                annex(1, pieceJointeComplementaireNumeroLigneFacture=1)
            ]
        },
    ),
]


@pytest.mark.parametrize(("code", "changes"), REFUSED)
def test_rule_of_the_form_is_a_refusal(call, code, changes):
    body = form(call, **changes)
    assert call.refused(SUBMIT, body)[0] == code
    assert call.drive("GET", "invoices")["invoices"] == []


def test_rounding_of_many_lines_is_no_contradiction(call):
    lines = [
        line(
            lignePosteNumero=rank,
            lignePosteQuantite=1,
            lignePosteMontantUnitaireHT=333.334,
        )
        for rank in (1, 2, 3)
    ]
    body = form(call, modeDepot="SAISIE_API", lignePoste=lines)
    call.good(SUBMIT, body)


def test_discount_including_vat_has_a_reason_and_lowers_what_is_due(call):
    total = {
        "montantRemiseGlobaleTTC": 50,
        "motifRemiseGlobaleTTC": "Fidélité",
        "montantAPayer": 1150,
    }
    answer = call.good(SUBMIT, form(call, montantTotal=total))
    root = pivot_root(call, answer["identifiantFactureCPP"])
    assert root.findtext(".//MontantNetAPayer") == "1150"


def test_supplier_unknown_closed_or_of_others_is_refused(call):
    def refused(number):
        return call.refused(SUBMIT, form(call, fournisseur={"idFournisseur": number}))

    assert refused(1)[0] == 20001
    other = call.structure_id(seed.OTHER_SUPPLIER)
    assert refused(other) == (20001, "GDP_MSG_11.005")
    call.drive("POST", "structures", {"identifier": seed.SUPPLIER, "active": False})
    assert refused(call.structure_id(seed.SUPPLIER))[0] == 20016


def test_files_belong_to_the_account_and_serve_once(call):
    file_id = stored_annex(call)
    stored = stored_pdf(call)
    body = form(
        call,
        fournisseur={"idFournisseur": call.structure_id(seed.OTHER_SUPPLIER)},
        pieceJointePrincipale=main(stored),
    )
    assert call.refused(SUBMIT, body, OTHER)[0] == 20003
    twice = form(call, pieceJointeComplementaire=[annex(file_id), annex(file_id)])
    assert call.refused(SUBMIT, twice)[0] == 20003
    not_pdf = form(call, pieceJointePrincipale=main(file_id))
    assert call.refused(SUBMIT, not_pdf)[0] == 20041
    unknown = form(call, pieceJointeComplementaire=[annex(999_999_999)])
    assert call.refused(SUBMIT, unknown)[0] == 20003


def test_invoice_and_attachments_beyond_120_mb_are_refused(call, portal):
    file_id = stored_annex(call)
    portal.store.run(
        "UPDATE file SET content = zeroblob(?) WHERE id = ?", 120 * 2**20, file_id
    )
    body = form(call, pieceJointeComplementaire=[annex(file_id)])
    assert call.refused(SUBMIT, body)[0] == 20044
