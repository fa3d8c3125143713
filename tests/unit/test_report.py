from __future__ import annotations

import pytest

from chorus_pro.codes import FlowState
from chorus_pro.records import FlowReport, InvoiceError, TechnicalError
from chorus_pro.report import Outcome, Verdict, verdict

ERROR = InvoiceError("F1", "s", "r", ("Service inconnu.", "Autre"), cut=True)
NAMELESS = InvoiceError("", "", "", ("Fichier illisible",), cut=False)
XSD = TechnicalError("nature", "ERR_XSD_001", "IRRECEVABILITE: élément inattendu")


def report(state, errors=(), technical=()):
    return FlowReport("CPP1", state, errors=errors, technical_errors=technical)


@pytest.mark.parametrize(
    "state", [s for s in FlowState if not s.is_final] + ["IN_ETAT_NOUVEAU"]
)
def test_flow_that_is_not_over_is_pending(state):
    assert verdict(report(state), "F1") == Verdict(Outcome.PENDING)


def test_portal_id_settles_everything():
    found = verdict(report("IN_RECU", [ERROR]), "F1", portal_id=5)
    assert found == Verdict(Outcome.INTEGRATED)


@pytest.mark.parametrize("state", [FlowState.REJECTED, FlowState.INADMISSIBLE])
def test_rejected_flow_rejects_the_invoice_with_its_reasons(state):
    assert verdict(report(state, (ERROR,), (XSD,)), " F1 ") == Verdict(
        Outcome.REJECTED,
        (
            "Service inconnu.",
            "Autre",
            "ERR_XSD_001 – IRRECEVABILITE: élément inattendu",
        ),
        cut=True,
    )


def test_failed_flow_is_to_be_sent_again():
    found = verdict(report(FlowState.FAILED, technical=(XSD,)), "F1")
    assert found.outcome is Outcome.SEND_AGAIN
    assert found.reasons


def test_listed_invoice_of_a_partial_flow_is_rejected():
    found = verdict(report(FlowState.PARTLY_INTEGRATED, (ERROR,)), "F1")
    assert found.outcome is Outcome.REJECTED


@pytest.mark.parametrize("state", [FlowState.INTEGRATED, FlowState.PARTLY_INTEGRATED])
def test_invoice_missing_from_the_report_is_looked_up(state):
    assert verdict(report(state, (ERROR,)), "F2") == Verdict(Outcome.LOOK_UP)


def test_invoice_that_the_search_did_not_find_was_rejected():
    found = verdict(report(FlowState.INTEGRATED), "F2", searched=True)
    assert found == Verdict(Outcome.REJECTED)


def test_error_without_number_is_about_any_invoice():
    found = verdict(report(FlowState.REJECTED, (NAMELESS,)), "F9")
    assert found.reasons == ("Fichier illisible",)


def test_reason_is_one_text_that_admits_being_cut():
    assert report(FlowState.REJECTED, (ERROR,)).reason_for("F1") == (
        "Service inconnu.\nAutre\n[...]"
    )
    assert report(FlowState.REJECTED).reason_for("F1") == ""


def test_technical_error_without_text_shows_its_nature():
    assert TechnicalError("nature", "", "").sentence == "nature"


def test_flow_report_reads_the_answer():
    found = FlowReport.from_answer(
        "CPP1",
        {
            "etatCourantDepotFlux": "IN_INTEGRE_PARTIEL",
            "dateDepotFlux": "2026-03-02T10:15:00.000+01:00",
            "dateHeureEtatCourantFlux": "2026-03-02T10:40:12.004+01:00",
            "nomFichier": "FSO1117A_CPP001_CPP1",
            "codeInterfaceDepotFlux": "FSO1117A",
            # A bare object instead of a list, as old samples have it.
            "listeErreurDP": {
                "numeroDP": "F1",
                "identifiantFournisseur": "s",
                "identifiantDestinataire": "r",
                "libelleErreurDP": "Service inconnu. |Autre[...]",
            },
            "listeErreurTechnique": None,
        },
    )
    assert found.errors == (ERROR,)
    assert found.technical_errors == ()
    assert found.is_partial
    assert found.state_at.isoformat() == "2026-03-02T10:40:12.004000+01:00"
    assert (found.is_accepted, found.is_rejected, found.must_be_sent_again) == (
        False,
        False,
        False,
    )


def test_flow_report_reads_technical_errors():
    found = FlowReport.from_answer(
        "CPP1",
        {
            "etatCourantDepotFlux": "IN_REJETE",
            "listeErreurTechnique": [
                {
                    "natureErreur": "nature",
                    "codeErreur": "ERR_XSD_001",
                    "libelleErreur": "IRRECEVABILITE: élément inattendu",
                }
            ],
        },
    )
    assert found.technical_errors == (XSD,)
    assert found.is_rejected
