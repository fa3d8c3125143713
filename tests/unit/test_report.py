from __future__ import annotations

import pytest

from chorus_pro.codes import FlowState
from chorus_pro.records import FlowReport, InvoiceError, TechnicalError

ERROR = InvoiceError("F1", "s", "r", ("Service inconnu.", "Autre"), cut=True)
NAMELESS = InvoiceError("", "", "", ("Fichier illisible",), cut=False)
XSD = TechnicalError("nature", "ERR_XSD_001", "IRRECEVABILITE: élément inattendu")


def report(state, errors=(), technical=()):
    return FlowReport("CPP1", state, errors=errors, technical_errors=technical)


@pytest.mark.parametrize("state", [*FlowState, "IN_ETAT_NOUVEAU"])
def test_a_flow_is_over_in_a_state_known_as_final_only(state):
    known = isinstance(state, FlowState) and state.is_final
    assert report(state).is_final is known


def test_a_rejected_flow_gives_the_reasons_of_the_invoice_and_its_own():
    assert report(FlowState.REJECTED, (ERROR,), (XSD,)).reasons_for(" F1 ") == (
        (
            "Service inconnu.",
            "Autre",
            "ERR_XSD_001 – IRRECEVABILITE: élément inattendu",
        ),
        True,
    )


def test_a_failed_flow_is_to_be_sent_again_with_its_reason():
    found = report(FlowState.FAILED, technical=(XSD,))
    assert found.must_be_sent_again
    assert found.reason_for("F1")


def test_an_invoice_is_listed_by_its_own_number():
    found = report(FlowState.PARTLY_INTEGRATED, (ERROR,))
    assert (found.lists("F1"), found.lists("F2")) == (True, False)


def test_an_error_without_number_is_about_any_invoice():
    found = report(FlowState.REJECTED, (NAMELESS,))
    assert found.reason_for("F9") == "Fichier illisible"


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
