"""What each side can do, over the whole list of statuses."""

from __future__ import annotations

import pytest

from chorus_pro.status_actions import (
    RECIPIENT,
    SUPPLIER,
    concerns,
    recipient_targets,
    supplier_actions,
)
from chorus_pro.statuses import InvoiceStatus, Severity

ALL = frozenset(str(status) for status in InvoiceStatus)
SUPPLIER_MAY = {
    "SUSPENDUE": ("complete",),
    "A_RECYCLER": ("recycle",),
    "REJETEE": ("acknowledge", "reinvoice"),
    "REFUSEE_1": ("reinvoice",),
    "REFUSEE_2": ("reinvoice",),
    "ERREUR_FOURNISSEUR_SUR_VALIDEUR": ("correct_validator",),
    "ERREUR_COTRAITANT_SUR_VALIDEUR": ("correct_validator",),
}
DESK = {"MISE_A_DISPOSITION", "COMPLETEE", "PRISE_EN_COMPTE_DESTINATAIRE"}
# The row that the portal publishes for MISE_A_DISPOSITION, and SERVICE_FAIT.
PUBLISHED = {
    "MISE_A_DISPOSITION",
    "SUSPENDUE",
    "REJETEE",
    "MANDATEE",
    "MISE_EN_PAIEMENT",
    "COMPTABILISEE",
    "MISE_A_DISPOSITION_COMPTABLE",
    "A_RECYCLER",
    "SERVICE_FAIT",
}
PAYMENT_LEFT = {
    "MANDATEE": {"MISE_A_DISPOSITION_COMPTABLE", "COMPTABILISEE", "MISE_EN_PAIEMENT"},
    "MISE_A_DISPOSITION_COMPTABLE": {"COMPTABILISEE", "MISE_EN_PAIEMENT"},
    "COMPTABILISEE": {"MISE_EN_PAIEMENT"},
    "SUSPENDUE": {"MISE_EN_PAIEMENT"},
}
DANGER = {
    "REJETEE",
    "NON_CONFORME",
    "ABANDONNEE",
    "SUPPRIMEE",
    "REFUSEE_1",
    "REFUSEE_2",
    "REFUSEE_MOE",
    "REFUSEE_MOA",
    "REFUSEE_FOURNISSEUR",
}


@pytest.mark.parametrize("code", sorted(ALL))
def test_supplier_may_do_what_the_table_says_and_nothing_else(code):
    assert supplier_actions(code) == SUPPLIER_MAY.get(code, ())


@pytest.mark.parametrize("code", sorted(ALL))
def test_recipient_may_give_the_published_next_statuses(code):
    expected = PAYMENT_LEFT.get(code, set())
    if code in DESK or code == "SERVICE_FAIT":
        expected = PUBLISHED
    assert {str(target) for target in recipient_targets(code)} == expected


@pytest.mark.parametrize("code", sorted(ALL))
def test_severity_follows_what_the_status_means_for_the_supplier(code):
    severity = InvoiceStatus(code).severity
    assert (severity is Severity.DANGER) == (code in DANGER)
    assert (severity is Severity.SUCCESS) == (code == "MISE_EN_PAIEMENT")
    asked = code.startswith(("ERREUR_", "ABSENCE_")) or code in {
        "A_RECYCLER",
        "SUSPENDUE",
        "A_COMPLETER",
        "EN_ATTENTE_RECYCLAGE_FOURNISSEUR",
    }
    if code != "ERREUR_MOE_SUR_MOA":  # between two other parties
        assert (severity is Severity.WARNING) == asked


@pytest.mark.parametrize("code", sorted(ALL))
def test_what_can_still_change_is_followed(code):
    ended = {"REJETEE", "MISE_EN_PAIEMENT", "ABANDONNEE", "SUPPRIMEE"}
    assert InvoiceStatus(code).is_followed == (code not in ended)
    assert InvoiceStatus(code).is_final == (code in ended)


def test_whoever_can_act_is_concerned():
    for code in SUPPLIER_MAY:
        assert concerns(code, SUPPLIER), code
    assert concerns("NON_CONFORME", SUPPLIER)
    assert not concerns("MANDATEE", SUPPLIER)
    assert {code for code in ALL if concerns(code, RECIPIENT)} == DESK


def test_unknown_status_allows_nothing_and_concerns_nobody():
    assert supplier_actions("NOUVEAU_STATUT") == ()
    assert recipient_targets("NOUVEAU_STATUT") == ()
    assert not concerns("NOUVEAU_STATUT", SUPPLIER)
    assert not concerns("NOUVEAU_STATUT", RECIPIENT)
