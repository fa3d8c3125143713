"""Every operation, answered well and refused, against the declared models."""

from __future__ import annotations

import base64
import sys

import pytest
from simulator_kit import deposit_body, invoice
from submission_kit import (
    LISTS,
    engagement,
    form,
    misrouted,
    own_structure,
    pdf,
    pdf_body,
    subcontract,
    to_validate,
)

from simulator import seed
from simulator.contract import contract
from simulator.documents.specimens import Annex, cii_xml
from simulator.routes import HANDLERS

HALL = seed.TOWN_HALL_ACCOUNT
UNKNOWN = 999_999_999


def suspended(call):
    invoice_id = call.issue(annexes=(Annex("bon.pdf", b"%PDF-1.4"),))
    call.treat(invoice_id, "SUSPENDUE", motif="Bon de livraison manquant")
    return invoice_id


def to_recycle(call):
    invoice_id = call.issue()
    call.treat(invoice_id, "A_RECYCLER", motif="Mauvais service")
    return invoice_id


def rejected(call):
    invoice_id = call.issue()
    call.treat(invoice_id, "REJETEE", motif="Montant faux")
    return invoice_id


def lived(call):
    """An invoice with statuses, an event and an action in its history."""
    invoice_id = suspended(call)
    call.good("factures/completer", {"identifiantFactureCPP": invoice_id})
    body = {"format": "PDF", "listeFacture": [{"idFacture": invoice_id}]}
    call.good("factures/telecharger/groupe", body, HALL)
    return invoice_id


def one_id(name, make):
    return lambda call: {name: make(call)}


def group(make):
    return lambda call: {
        "format": "PIVOT",
        "listeFacture": [{"idFacture": make(call)}],
    }


def rejected_flow(call):
    return {"numeroFluxDepot": call.deposit(cii_xml(invoice(service=None)))}


def town_hall_service(call):
    return {
        "idStructure": call.structure_id(seed.TOWN_HALL),
        "idService": call.service_id(seed.TOWN_HALL, "ACHATS"),
    }


def file_body(content=b"%PDF-1.4", **changes):
    return {
        "pieceJointeFichier": base64.b64encode(content).decode(),
        "pieceJointeNom": "bon.pdf",
        "pieceJointeTypeMime": "application/pdf",
        "pieceJointeExtension": "pdf",
        **changes,
    }


# operation, body made with a caller, account
GOOD = [
    ("factures/deposer/flux", lambda call: deposit_body(b"<a/>"), None),
    (
        "factures/deposer/flux",
        lambda call: deposit_body(b"x", "a.pdf", "IN_DP_PDFARCHIVE_CII_MUG"),
        None,
    ),
    ("factures/rechercher/fournisseur", lambda call: {"recupererTaille": True}, None),
    (
        "factures/rechercher/fournisseur",
        lambda call: call.issue() and {"recupererTaille": True},
        None,
    ),
    (
        "factures/rechercher/recipiendaire",
        lambda call: call.issue() and {"recupererTaille": True},
        HALL,
    ),
    ("factures/consulter/fournisseur", one_id("identifiantFactureCPP", lived), None),
    ("factures/consulter/recipiendaire", one_id("identifiantFactureCPP", lived), HALL),
    ("factures/consulter/historique", one_id("idFacture", lived), None),
    ("factures/consulter/historique", one_id("idFacture", lived), HALL),
    ("factures/telecharger/groupe", group(lived), HALL),
    ("transverses/telecharger/annuaire/destinataire", lambda _call: {}, None),
    (
        "factures/traiter/recue",
        lambda call: {"idFacture": call.issue(), "nouveauStatut": "SERVICE_FAIT"},
        HALL,
    ),
    ("factures/completer", one_id("identifiantFactureCPP", suspended), None),
    ("factures/recycler", one_id("identifiantFactureCPP", to_recycle), None),
    (
        "factures/traiterRejet",
        lambda call: {"listeDemandePaiement": [{"idDemandePaiement": rejected(call)}]},
        None,
    ),
    (
        "structures/rechercher",
        lambda call: {"structure": {"typeStructure": "PUBLIQUE"}},
        None,
    ),
    (
        "structures/rechercher",
        lambda call: {"structure": {"identifiantStructure": "00000000000000"}},
        None,
    ),
    (
        "structures/consulter",
        lambda call: {"idStructureCPP": call.structure_id(seed.SUPPLIER)},
        None,
    ),
    (
        "structures/rechercher/services",
        lambda call: {"idStructure": call.structure_id(seed.METROPOLIS)},
        None,
    ),
    ("structures/consulter/service", town_hall_service, None),
    ("transverses/health-check", lambda call: {}, None),
    ("transverses/consulterCRDetaille", rejected_flow, None),
    (
        "transverses/consulterCRDetaille",
        lambda call: {"numeroFluxDepot": call.deposit(b"not an invoice")},
        None,
    ),
    ("transverses/ajouter/fichier", lambda call: file_body(), None),
    (
        "transverses/recuperer/etats/traitement",
        lambda call: {"statutCourant": "MISE_A_DISPOSITION"},
        None,
    ),
    ("transverses/recuperer/tauxtva", lambda call: {"codeLangue": "fr"}, None),
    *((operation, lambda call: {}, None) for operation in LISTS),
    ("transverses/recuperer/typespj", lambda call: {"typeObjet": "FACTURE"}, None),
    ("transverses/recuperer/typespj", lambda call: {"typeObjet": "EJ"}, None),
    ("transverses/recuperer/coordbanc/valides", own_structure("idStructure"), None),
    ("factures/deposer/pdf", lambda call: pdf_body(), None),
    ("factures/deposer/pdf", lambda call: pdf_body(pdf("")), None),
    ("factures/soumettre", form, None),
    ("factures/soumettre", subcontract, None),
    ("factures/traiter/factureAValider", to_validate, seed.OTHER_SUPPLIER_ACCOUNT),
    ("factures/corriger/valideur/facture", misrouted, None),
    ("engagementsJuridiques/rechercher", engagement, None),
    ("transverses/recuperer/structures/actives/fournisseur", lambda call: {}, None),
    ("transverses/recuperer/structures/actives/destinataire", lambda call: {}, HALL),
    (
        "utilisateurs/monCompte/recuperer/rattachements",
        lambda call: {"parametresRecherche": {"triSens": "Ascendant"}},
        HALL,
    ),
]

# operation, body, account, what it says
REFUSED = [
    (
        "transverses/recuperer/coordbanc/valides",
        own_structure("idStructure"),
        HALL,
        (20001, "GDP_MSG_11.005"),
    ),
    (
        "engagementsJuridiques/rechercher",
        engagement,
        HALL,
        (20001, "GDP_MSG_11.005"),
    ),
    (
        "factures/deposer/flux",
        lambda call: deposit_body(bytes(10 * 1024 * 1024 + 1)),
        None,
        (20001, "GDP_MSG_11.022"),
    ),
    (
        "factures/deposer/flux",
        lambda call: deposit_body(b"<a/>"),
        HALL,
        (20001, "GDP_MSG_11.005"),
    ),
    (
        "factures/rechercher/recipiendaire",
        lambda call: {},
        HALL,
        (20000, "TRA_MSG_00.015"),
    ),
    (
        "factures/rechercher/recipiendaire",
        lambda call: {"idDestinataire": call.structure_id(seed.TOWN_HALL)},
        None,
        (20001, "GDP_MSG_11.005"),
    ),
    (
        "factures/traiter/recue",
        lambda call: {"idFacture": rejected(call), "nouveauStatut": "MANDATEE"},
        HALL,
        (20002, "GDP_MSG_11.001"),
    ),
    (
        "factures/completer",
        one_id("identifiantFactureCPP", to_recycle),
        None,
        (20002, "GDP_MSG_11.033"),
    ),
    (
        "factures/recycler",
        one_id("identifiantFactureCPP", suspended),
        None,
        (20002, "GDP_MSG_11.001"),
    ),
    (
        "factures/traiterRejet",
        lambda call: {"listeDemandePaiement": [{"idDemandePaiement": suspended(call)}]},
        None,
        (20002, "GDP_MSG_11.001"),
    ),
    (
        "transverses/consulterCRDetaille",
        lambda call: {"numeroFluxDepot": "CPP0011117000000000000001"},
        None,
        (20001, "POQ_MSG_01.003 - Flux introuvable."),
    ),
]

BY_ID = {
    "factures/traiter/factureAValider": ("idFacture", None),
    "factures/corriger/valideur/facture": ("idFacture", None),
    "factures/consulter/fournisseur": ("identifiantFactureCPP", None),
    "factures/consulter/recipiendaire": ("identifiantFactureCPP", HALL),
    "factures/consulter/historique": ("idFacture", None),
    "factures/completer": ("identifiantFactureCPP", None),
    "factures/recycler": ("identifiantFactureCPP", None),
    "factures/traiter/recue": ("idFacture", HALL),
    "factures/telecharger/groupe": ("listeFacture", HALL),
    "factures/traiterRejet": ("listeDemandePaiement", None),
}

# Refusals whose number or words the reference does not give: only the shape counts.
REFUSED_IN_OUR_WORDS = [
    ("factures/deposer/pdf", lambda call: pdf_body(b"no PDF")),
    (
        "factures/soumettre",
        lambda call: form(call, dateFacture="2026-12-25"),
    ),
    ("structures/rechercher", lambda call: {"structure": {}}),
    ("structures/consulter", lambda call: {"idStructureCPP": UNKNOWN}),
    ("structures/rechercher/services", lambda call: {"idStructure": UNKNOWN}),
    (
        "structures/consulter/service",
        lambda call: {
            "idStructure": call.structure_id(seed.TOWN_HALL),
            "idService": UNKNOWN,
        },
    ),
    (
        "transverses/ajouter/fichier",
        lambda call: file_body(bytes(10 * 1024 * 1024 + 1)),
    ),
    ("transverses/ajouter/fichier", lambda call: file_body(pieceJointeExtension="exe")),
    ("transverses/ajouter/fichier", lambda call: file_body(b"")),
]

# They have no business error that the reference knows of.
NEVER_REFUSED = {
    *LISTS,
    "factures/rechercher/fournisseur",
    "transverses/health-check",
    "transverses/recuperer/etats/traitement",
    "transverses/recuperer/tauxtva",
    "transverses/recuperer/structures/actives/fournisseur",
    "transverses/recuperer/structures/actives/destinataire",
    "transverses/telecharger/annuaire/destinataire",
    "utilisateurs/monCompte/recuperer/rattachements",
}


def named(table):
    return [f"{index}-{entry[0]}" for index, entry in enumerate(table)]


@pytest.mark.parametrize(("operation", "make", "account"), GOOD, ids=named(GOOD))
def test_success_fits_the_models(call, operation, make, account):
    call.good(operation, make(call), account or seed.SUPPLIER_ACCOUNT)


@pytest.mark.parametrize(
    ("operation", "make", "account", "said"), REFUSED, ids=named(REFUSED)
)
def test_refusal_has_its_recorded_code_and_id(call, operation, make, account, said):
    body = make(call)
    assert call.refused(operation, body, account or seed.SUPPLIER_ACCOUNT) == said


@pytest.mark.parametrize(
    ("operation", "make"), REFUSED_IN_OUR_WORDS, ids=named(REFUSED_IN_OUR_WORDS)
)
def test_refusal_without_recorded_words_still_fits_the_models(call, operation, make):
    code, label = call.refused(operation, make(call))
    assert code >= 20000
    assert label


def body_for(name, invoice_id):
    if name == "listeFacture":
        return {"format": "PDF", "listeFacture": [{"idFacture": invoice_id}]}
    if name == "listeDemandePaiement":
        return {name: [{"idDemandePaiement": invoice_id}]}
    return {name: invoice_id, "nouveauStatut": "MANDATEE", "action": "VALIDATION"}


@pytest.mark.parametrize("operation", BY_ID)
def test_unknown_invoice_is_refused_everywhere(call, operation):
    name, account = BY_ID[operation]
    said = call.refused(
        operation, body_for(name, UNKNOWN), account or seed.SUPPLIER_ACCOUNT
    )
    assert said == (20000, "GDP_MSG_11.008")


@pytest.mark.parametrize("operation", BY_ID)
def test_invoice_of_others_is_refused_everywhere(call, operation):
    name, _account = BY_ID[operation]
    body = body_for(name, call.issue())
    said = call.refused(operation, body, seed.OTHER_SUPPLIER_ACCOUNT)
    assert said == (20001, "GDP_MSG_11.005")


def test_every_operation_played_is_in_these_tables():
    assert {entry[0] for entry in GOOD} == set(HANDLERS)
    refused = {entry[0] for entry in (*REFUSED, *REFUSED_IN_OUR_WORDS)} | set(BY_ID)
    assert refused | NEVER_REFUSED == set(HANDLERS)
    assert not refused & NEVER_REFUSED


def test_every_operation_described_is_played():
    assert set(contract().operations) == set(HANDLERS)


def test_declared_operations_that_are_not_played_answer_as_undeclared_ones(
    call, capsys
):
    left = contract().not_played
    with capsys.disabled():
        sys.stdout.write("\n".join(["\nDeclared, not played:", *left, ""]))
    assert len(left) == len(set(left))
    headers = call.headers(seed.SUPPLIER_ACCOUNT)
    for path in left:
        status, _headers, body = call.portal.dispatch("POST", path, headers, b"{}")
        assert (status, body) == (403, b""), path
