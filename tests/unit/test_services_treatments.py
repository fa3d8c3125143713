from __future__ import annotations

import base64
from datetime import date

import pytest
from unit.fakes import ok, refusal

from chorus_pro import (
    InvalidCallError,
    InvoiceStatus,
    OutcomeUnknownError,
    RefusedError,
    invoices,
)
from chorus_pro.codes import HistoryAction
from chorus_pro.services.invoices import ComplementaryFile

# --- history ----------------------------------------------------------------------


def step(number, code, at, **more):
    return {
        "histoStatutId": number,
        "histoStatutCode": code,
        "histoStatutDatePassage": at,
        **more,
    }


def told(steps, pages=1, actions=()):
    return ok(
        idFacture=9100001,
        numeroFacture="F1",
        statutCourantCode="SUSPENDUE",
        historiquesDesStatuts={"histoStatut": steps, "pagesHistoStatut": pages},
        historiquesDesActionsUtilisateurs={"histoAction": list(actions)},
    )


SUSPENDED = step(
    3,
    "SUSPENDUE",
    "2026-03-05 09:12",
    histoStatutCommentaire="Bon de livraison manquant",
    histoStatutUtilisateurPrenom="Comptable",
    histoStatutUtilisateurNom="SERVICE",
)
AVAILABLE = step(2, "MISE_A_DISPOSITION", "2026-03-02 11:02")
DEPOSITED = step(1, "DEPOSEE", "2026-03-02 11:02")


def test_history_is_oldest_first_over_all_pages(client, wire):
    wire.will(told([SUSPENDED, AVAILABLE], pages=2), told([DEPOSITED], pages=2))
    found = invoices.history(client, 9100001)
    assert [entry.portal_event_id for entry in found.entries] == [1, 2, 3]
    assert found.status is InvoiceStatus.SUSPENDED
    assert found.last.comment == "Bon de livraison manquant"
    assert found.last.author == "Comptable SERVICE"
    assert found.last.at.isoformat() == "2026-03-05T09:12:00+01:00"
    assert len(wire.requests) == 2


def test_step_seen_on_two_pages_counts_once(client, wire):
    wire.will(told([SUSPENDED, AVAILABLE], 2), told([AVAILABLE, DEPOSITED], 2))
    assert len(invoices.history(client, 9100001).entries) == 3


def test_history_tells_what_users_did(client, wire):
    action = {
        "histoActionId": 7,
        "histoActionCode": "TELECHARGEMENT_FACTURE",
        "histoActionDateHeure": "2026-03-03 08:00",
        "histoActionUtilisateurNom": "SERVICE",
    }
    wire.will(told([DEPOSITED], actions=[action]))
    (found,) = invoices.history(client, 9100001).actions
    assert found.code is HistoryAction.DOWNLOADED
    assert (found.portal_event_id, found.author) == (7, "SERVICE")


def test_step_without_date_or_id_comes_first(client, wire):
    wire.will(told([DEPOSITED, {"histoStatutCode": "BROUILLON"}]))
    assert str(invoices.history(client, 1).entries[0].code) == "BROUILLON"


def test_empty_history_has_no_last_step(client, wire):
    wire.will(told([]))
    assert invoices.history(client, 9100001).last is None


def test_name_of_a_person_does_not_show(client, wire):
    wire.will(told([SUSPENDED]))
    assert "Comptable" not in repr(invoices.history(client, 9100001))


# --- download ---------------------------------------------------------------------


def test_pivot_is_downloaded_for_the_given_invoices(client, wire):
    wire.will(ok(fichierResultat=base64.b64encode(b"<x/>").decode()))
    assert invoices.download_pivot(client, [1, 2]).content == b"<x/>"
    assert wire.bodies == [
        {"format": "PIVOT", "listeFacture": [{"idFacture": 1}, {"idFacture": 2}]}
    ]
    assert (wire.requests[0].max_bytes, wire.requests[0].on_disk) == (10**9, True)


@pytest.mark.parametrize(("wanted", "word"), [(True, "OUI"), (False, "NON")])
def test_pdf_is_downloaded_with_or_without_attachments(client, wire, wanted, word):
    wire.will(ok(fichierResultat="JVBERg=="))
    assert invoices.download_pdf(client, [1], wanted).content == b"%PDF"
    assert wire.bodies[0]["avecPiecesJointesComplementaires"] == word
    assert wire.bodies[0]["format"] == "PDF"


@pytest.mark.parametrize("ids", [[], list(range(11))])
def test_download_takes_one_to_ten_invoices(client, wire, ids):
    with pytest.raises(InvalidCallError):
        invoices.download_pivot(client, ids)
    assert wire.requests == []


@pytest.mark.parametrize("fields", [{}, {"fichierResultat": "abc"}])
def test_download_without_a_file_is_an_unknown_outcome(client, wire, fields):
    wire.will(ok(**fields))
    with pytest.raises(OutcomeUnknownError):
        invoices.download_pivot(client, [1])


# --- treatment --------------------------------------------------------------------


def test_received_invoice_is_treated(client, wire):
    wire.will(
        ok(
            idFacture=5,
            numeroFacture="F1",
            dateTraitement="2026-03-05",
            nouveauStatut="SUSPENDUE",
        )
    )
    receipt = invoices.treat_received(
        client, 5, InvoiceStatus.SUSPENDED, reason=" Bon de livraison manquant "
    )
    assert receipt.status is InvoiceStatus.SUSPENDED
    assert receipt.treated_on == date(2026, 3, 5)
    assert wire.bodies == [
        {
            "idFacture": 5,
            "nouveauStatut": "SUSPENDUE",
            "motif": "Bon de livraison manquant",
        }
    ]


def test_reason_is_empty_rather_than_null(client, wire):
    wire.will(ok(idFacture=5))
    invoices.treat_received(client, 5, "MANDATEE", mandate_number="DP7")
    assert wire.bodies[0]["motif"] == ""
    assert wire.bodies[0]["numeroDPMandat"] == "DP7"


def test_reason_longer_than_the_portal_keeps_is_cut(client, wire):
    wire.will(ok(idFacture=5))
    invoices.treat_received(client, 5, "REJETEE", reason=" " + "é" * 300)
    assert wire.bodies[0]["motif"] == "é" * 255


@pytest.mark.parametrize("status", [InvoiceStatus.REJECTED, "SUSPENDUE"])
def test_rejection_without_reason_is_not_sent(client, wire, status):
    with pytest.raises(InvalidCallError, match="reason"):
        invoices.treat_received(client, 5, status, reason="  ")
    assert wire.requests == []


def test_treatment_the_portal_does_not_allow_is_a_refusal(client, wire):
    wire.will(refusal(20005, "GDP_MSG_11.001"))
    with pytest.raises(RefusedError):
        invoices.treat_received(client, 5, "MANDATEE")


# --- correction by the supplier ---------------------------------------------------


def test_suspended_invoice_is_completed(client, wire):
    wire.will(
        ok(identifiantFactureCPP=5, numeroFacture="F1", dateTraitement="2026-03-06")
    )
    receipt = invoices.complete(
        client,
        5,
        comment="Voici",
        attachments=[ComplementaryFile(55, "Bon"), ComplementaryFile(56, "B", "X", 2)],
    )
    assert (receipt.portal_id, receipt.status) == (5, "")
    assert receipt.treated_on == date(2026, 3, 6)
    assert wire.bodies[0] == {
        "identifiantFactureCPP": 5,
        "commentaire": "Voici",
        "pieceJointeComplementaire": [
            {
                "pieceJointeComplementaireDesignation": "Bon",
                "pieceJointeComplementaireType": "DIVERS",
                "pieceJointeComplementaireId": 55,
            },
            {
                "pieceJointeComplementaireDesignation": "B",
                "pieceJointeComplementaireType": "X",
                "pieceJointeComplementaireNumeroLigneFacture": 2,
                "pieceJointeComplementaireId": 56,
            },
        ],
    }


def test_comment_too_long_is_not_sent(client, wire):
    with pytest.raises(InvalidCallError):
        invoices.complete(client, 5, comment="x" * 2001)
    assert wire.requests == []


def test_invoice_is_recycled_to_another_service(client, wire):
    wire.will(
        ok(identifiantFactureCPP=5, statutFacture="DEPOSEE", dateDepot="2026-03-07")
    )
    receipt = invoices.recycle(
        client, 5, recipient="10000000200025", service_code="VOIRIE", engagement="EJ9"
    )
    assert receipt.status is InvoiceStatus.DEPOSITED
    assert receipt.treated_on == date(2026, 3, 7)
    assert wire.bodies[0] == {
        "identifiantFactureCPP": 5,
        "destinataire": {
            "codeDestinataire": "10000000200025",
            "codeServiceExecutant": "VOIRIE",
        },
        "reference": {"numeroBonCommande": "EJ9"},
    }


def test_service_without_structure_is_not_sent(client, wire):
    with pytest.raises(InvalidCallError):
        invoices.recycle(client, 5, service_code="VOIRIE")
    assert wire.requests == []


def test_rejections_are_acknowledged_together(client, wire):
    wire.will(ok())
    invoices.acknowledge_rejections(client, [1, 2])
    assert wire.bodies[0] == {
        "listeDemandePaiement": [{"idDemandePaiement": 1}, {"idDemandePaiement": 2}]
    }


def test_acknowledging_nothing_is_not_sent(client, wire):
    with pytest.raises(InvalidCallError):
        invoices.acknowledge_rejections(client, [])
    assert wire.requests == []


@pytest.mark.parametrize(
    "call",
    [
        lambda c: invoices.deposit_flow(c, b"x", "F.pdf"),
        lambda c: invoices.treat_received(c, 5, "MANDATEE"),
        lambda c: invoices.complete(c, 5),
        lambda c: invoices.recycle(c, 5),
        lambda c: invoices.acknowledge_rejections(c, [5]),
    ],
)
def test_what_changes_the_portal_is_sent_once(client, wire, call):
    wire.will(OutcomeUnknownError("cut"))
    with pytest.raises(OutcomeUnknownError):
        call(client)
    assert len(wire.requests) == 1
