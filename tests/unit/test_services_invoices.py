from __future__ import annotations

import base64
from datetime import date
from decimal import Decimal

import pytest
from unit.fakes import ok, refusal

from chorus_pro import (
    FlowSyntax,
    InvalidCallError,
    InvoiceKind,
    InvoiceStatus,
    OutcomeUnknownError,
    invoices,
)
from chorus_pro.codes import DepositMode, IdentifierType, RequestKind
from chorus_pro.errors import Flaw
from chorus_pro.records import UnreadableRow

ROW = {
    "typeDemandePaiement": "FACTURE",
    "codeFournisseur": "10000000100019",
    "typeIdentifiantFournisseur": "SIRET",
    "designationFournisseur": "ATELIER MODELE",
    "idDestinataire": 26100001,
    "codeDestinataire": "10000000200017",
    "designationDestinataire": "COMMUNE MODELE",
    "idServiceExecutant": 27000001,
    "codeServiceExecutant": "ACHATS",
    "nomServiceExecutant": "Achats",
    "typeFacture": "AVOIR",
    "numeroFacture": "FAC-2026-0042",
    "dateFacture": "2026-03-01",
    "dateDepot": "2026-03-02",
    "montantHT": 100.0,
    "montantTTC": 120.0,
    "montantAPayer": 119.99,
    "devise": "EUR",
    "statut": "SUSPENDUE",
    "numeroBonCommande": "EJ1",
    "numeroMarche": "M1",
    "dateHeureEtatCourant": "2026-03-02T11:02:45.674+01:00",
    "commentaireEtatCourant": "Bon de livraison manquant",
}


def one_page(row):
    return ok(listeFactures=[row], pages=1)


# --- deposit ----------------------------------------------------------------------


def test_deposit_sends_the_exact_bytes(client, wire):
    content = bytes(range(256)) * 40
    wire.will(
        ok(
            numeroFluxDepot="CPP0011117000000000777001",
            dateDepot="2026-03-02",
            syntaxeFlux="IN_DP_E2_CII_FACTURX",
        )
    )
    receipt = invoices.deposit_flow(client, content, "F.pdf", FlowSyntax.FACTURX)
    assert receipt.flow_number == "CPP0011117000000000777001"
    assert receipt.deposit_date == date(2026, 3, 2)
    assert receipt.syntax is FlowSyntax.FACTURX
    assert wire.paths == ["factures/v1/deposer/flux"]
    body = wire.bodies[0]
    assert "\n" not in body["fichierFlux"]
    assert base64.b64decode(body.pop("fichierFlux"), validate=True) == content
    assert body == {
        "nomFichier": "F.pdf",
        "syntaxeFlux": "IN_DP_E2_CII_FACTURX",
        "avecSignature": False,
    }


def test_deposit_without_flow_number_is_an_unknown_outcome(client, wire):
    wire.will(ok(dateDepot="2026-03-02"))
    with pytest.raises(OutcomeUnknownError, match="numeroFluxDepot"):
        invoices.deposit_flow(client, b"x", "F.pdf", FlowSyntax.FACTURX)


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "F.pdf"), (b"x", "F"), (b"x", "F" * 197 + ".pdf")]
)
def test_deposit_that_makes_no_sense_is_not_sent(client, wire, content, name):
    with pytest.raises(InvalidCallError):
        invoices.deposit_flow(client, content, name)
    assert wire.requests == []


# --- searches ---------------------------------------------------------------------


def test_sent_invoice_is_read(client, wire):
    wire.will(
        one_page(
            {
                **ROW,
                "identifiantFactureCPP": "9100001",
                "numeroFluxDepot": "CPP1",
                "numeroFactureOrigine": "FAC-1",
                "modeDepot": "UPLOAD_API",
                "rejetTraite": False,
            }
        )
    )
    (found,) = invoices.search_sent(client)
    assert found.portal_id == 9100001
    assert found.number == "FAC-2026-0042"
    assert found.status is InvoiceStatus.SUSPENDED
    assert found.status_at.isoformat() == "2026-03-02T11:02:45.674000+01:00"
    assert found.status_comment == "Bon de livraison manquant"
    assert found.kind is InvoiceKind.CREDIT_NOTE
    assert found.request_kind is RequestKind.INVOICE
    assert (found.issue_date, found.deposit_date) == (
        date(2026, 3, 1),
        date(2026, 3, 2),
    )
    assert (found.untaxed, found.taxed, found.payable) == (
        Decimal(100),
        Decimal(120),
        Decimal("119.99"),
    )
    assert (found.currency, found.contract, found.engagement) == ("EUR", "M1", "EJ1")
    assert found.supplier.identifier == "10000000100019"
    assert found.supplier.identifier_type is IdentifierType.SIRET
    assert found.recipient.portal_id == 26100001
    assert found.recipient.service_id == 27000001
    assert found.recipient.service_code == "ACHATS"
    assert (found.flow_number, found.original_number) == ("CPP1", "FAC-1")
    assert found.deposit_mode is DepositMode.API_UPLOAD
    assert found.rejection_treated is False


def test_sent_search_sends_its_criteria(client, wire):
    wire.will(ok())
    list(
        invoices.search_sent(
            client,
            flow_number="CPP1",
            number="F1",
            supplier_id=7,
            statuses=[InvoiceStatus.REJECTED, "AUTRE"],
            changed_from=date(2026, 3, 1),
            changed_to=date(2026, 3, 5),
            deposited_from=date(2026, 2, 1),
            deposited_to=date(2026, 2, 28),
            page_size=50,
        )
    )
    block = wire.bodies[0].pop("rechercheFactureParFournisseur")
    assert block["nbResultatsParPage"] == 50
    assert wire.bodies[0] | {"rechercheFactureParFournisseur": None} == {
        "numeroFluxDepot": "CPP1",
        "numeroFacture": "F1",
        "idFournisseur": 7,
        "statutCourant": ["REJETEE", "AUTRE"],
        "periodeDateHeureEtatCourantDu": "2026-03-01",
        "periodeDateHeureEtatCourantAu": "2026-03-05T23:59:59",
        "periodeDateDepotDu": "2026-02-01",
        "periodeDateDepotAu": "2026-02-28",
        "rechercheFactureParFournisseur": None,
    }


def test_received_invoice_is_read(client, wire):
    wire.will(
        one_page(
            {
                **ROW,
                "idFacture": 9100001,
                "factureTelechargeeParDestinataire": True,
                "typeFactureTravaux": None,
            }
        )
    )
    (found,) = invoices.search_received(client, 26100001)
    assert (found.portal_id, found.downloaded, found.works_kind) == (9100001, True, "")


def test_parties_of_a_works_invoice_are_read(client, wire):
    wire.will(
        one_page(
            {
                **ROW,
                "idFacture": 9100002,
                "typeFactureTravaux": "ETAT_ACOMPTE",
                "codeMOE": "33333333300003",
                "typeIdentifiantMOE": "SIRET",
                "designationMOE": "Atelier de maîtrise d’œuvre",
                "designationMOA": "Commune",
            }
        )
    )
    (found,) = invoices.search_received(client, 26100001, kind=RequestKind.WORKS)
    manager, authority = found.project_manager, found.contracting_authority
    assert (manager.identifier, str(manager.identifier_type)) == (
        "33333333300003",
        "SIRET",
    )
    assert manager.name == "Atelier de maîtrise d’œuvre"
    assert (authority.identifier, authority.name) == ("", "Commune")


def test_received_search_sends_its_criteria(client, wire):
    wire.will(refusal(20000, "TRA_MSG_00.015"))
    found = invoices.search_received(
        client,
        26100001,
        kind=RequestKind.WORKS,
        statuses=[InvoiceStatus.AVAILABLE],
        service_id=27000001,
        number="F1",
        downloaded=False,
        changed_from=date(2026, 3, 1),
        changed_to=date(2026, 3, 5),
    )
    assert list(found) == []
    body = wire.bodies[0]
    assert body.pop("paramRecherche")["triColonne"] == "DateDepot"
    assert body == {
        "typeDemandePaiement": "FACTURE_TRAVAUX",
        "idDestinataire": 26100001,
        "idServiceExecutant": 27000001,
        "numeroFacture": "F1",
        "statutCourant": ["MISE_A_DISPOSITION"],
        "factureTelechargeeParDestinataire": False,
        "periodeDateHeureEtatCourantDu": "2026-03-01",
        "periodeDateHeureEtatCourantAu": "2026-03-05T23:59:59",
    }


def pages_around(bad, field):
    """A page with a good row before and after the bad one."""
    good = [{**ROW, field: 4}, {**ROW, field: 6}]
    return ok(listeFactures=[good[0], bad, good[1]], pages=1, total=3)


@pytest.mark.parametrize(
    ("field", "search"),
    [
        ("idFacture", lambda client: invoices.search_received(client, 1)),
        ("identifiantFactureCPP", invoices.search_sent),
    ],
)
@pytest.mark.parametrize("number", ["", None, "  "])
def test_row_without_number_hides_no_other(client, wire, field, search, number):
    wire.will(pages_around({**ROW, field: 5, "numeroFacture": number}, field))
    before, bad, after = search(client)
    assert (before.portal_id, after.portal_id) == (4, 6)
    assert bad == UnreadableRow(
        5, "", "the answer has no numeroFacture", Flaw.NO_NUMBER
    )


@pytest.mark.parametrize("portal_id", [None, "", "n/a", 1.5])
def test_row_without_id_hides_no_other(client, wire, portal_id):
    wire.will(pages_around({**ROW, "idFacture": portal_id}, "idFacture"))
    before, bad, after = invoices.search_received(client, 1)
    assert (before.portal_id, after.portal_id) == (4, 6)
    assert bad == UnreadableRow(
        None, "FAC-2026-0042", "the answer has no idFacture", None
    )


# --- consultation -----------------------------------------------------------------

INVOICE = {
    "identifiantFactureCPP": 9100001,
    "numeroFacture": "FAC-2026-0042",
    "statutFacture": "MANDATEE",
    "modeDepot": "UPLOAD_API",
    "rejetTraite": None,
    "commentaire": "merci",
    "destinataire": {
        "idDestinataire": 26100001,
        "codeDestinataire": "10000000200017",
        "libelleDestinataire": "COMMUNE MODELE",
        "codeServiceExecutant": "ACHATS",
    },
    "fournisseur": {
        "codeFournisseur": "10000000100019",
        "typeIdentifiantFournisseur": "SIRET",
        "raisonSocialeFournisseur": "ATELIER MODELE",
    },
    "cadreDeFacturation": {"codeCadreFacturation": "A1_FACTURE_FOURNISSEUR"},
    "references": {
        "dateFacture": "2026-03-01",
        "dateDepot": "2026-03-02",
        "dateEcheancePaiement": "2026-04-01",
        "codeDeviseFacture": "EUR",
        "typeFacture": "FACTURE",
        "typeTva": "TVA_SUR_DEBIT",
        "modePaiement": "VIREMENT",
        "numeroDpMandat": "DP7",
    },
    "montantTotal": {
        "montantHtTotal": 100,
        "montantTVA": 20,
        "montantTtcTotal": 120,
        "montantAPayer": 120,
    },
    "listeDesPiecesJointes": {
        "pieceJointe": {
            "pieceJointeId": 5500001,
            "pieceJointeDesignation": "Bon",
            "pieceJointeExtension": "pdf",
            "pieceJointeTypeCode": "DIVERS",
            "pieceJointeTypeLibelle": "Pièce jointe standard",
        }
    },
    "recapitulatifDeTva": {
        "ligneTva": [
            {
                "ligneTvaTauxManuel": 20,
                "ligneTvaMontantBaseHtParTaux": 80,
                "ligneTvaMontantTvaParTaux": 16,
            },
            {
                "ligneTvaTauxRefCode": "TVA5",
                "ligneTvaTauxRefLibelle": "5,5",
                "ligneTvaTauxRefValeur": 5.5,
            },
        ]
    },
}


def with_lines(page, pages):
    line = {
        "lignePosteNumero": page,
        "lignePosteReference": "R",
        "lignePosteDenomination": f"Article {page}",
        "lignePosteQuantite": 2,
        "lignePosteUniteLibelle": "lot",
        "lignePosteMontantUnitaireHT": 50,
        "lignePosteMontantRemiseHT": 0,
        "lignePosteTauxTva": "TVA20",
        "lignePosteTauxTvaManuel": None,
        "lignePosteMontantHtApresRemise": 100,
        "lignePosteMontantTva": 20,
        "lignePosteMontantTtcApresRemise": 120,
    }
    lines = {"lignePoste": [line], "pagesLignesPoste": pages}
    return ok(facture={**INVOICE, "lignesDePoste": lines})


def test_consultation_gathers_the_pages_of_each_list(client, wire):
    wire.will(with_lines(1, 2), with_lines(2, 2))
    found = invoices.read_sent(client, 9100001)
    assert [line.name for line in found.lines] == ["Article 1", "Article 2"]
    assert len(found.attachments) == 1
    assert [line.rate for line in found.vat_lines] == [Decimal(20), Decimal("5.5")]
    assert wire.paths == ["factures/v1/consulter/fournisseur"] * 2
    assert [
        body["getpLignesPoste"]["pageResultatDemandeeLignesPoste"]
        for body in wire.bodies
    ] == [1, 2]


def test_consultation_reads_parties_references_and_totals(client, wire):
    wire.will(with_lines(1, 1))
    found = invoices.read_received(client, 9100001)
    assert found.status is InvoiceStatus.MANDATED
    assert str(found.framework) == "A1_FACTURE_FOURNISSEUR"
    assert found.supplier.name == "ATELIER MODELE"
    assert found.recipient.name == "COMMUNE MODELE"
    assert found.due_date == date(2026, 4, 1)
    assert (found.mandate_number, found.comment) == ("DP7", "merci")
    assert (found.untaxed, found.vat, found.taxed) == (100, 20, 120)
    assert set(wire.bodies[0]) == {
        "identifiantFactureCPP",
        "rechercheligneTvaRecap",
        "recherchePj",
        "rechercheLignePoste",
    }


def test_consultation_without_invoice_is_not_trusted(client, wire):
    wire.will(ok(facture=None))
    with pytest.raises(OutcomeUnknownError):
        invoices.read_sent(client, 1)


def test_lists_without_end_are_left(client, wire):
    wire.will(*[with_lines(page, 9999) for page in range(200)])
    assert len(invoices.read_sent(client, 9100001).lines) == 200
