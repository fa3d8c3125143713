from __future__ import annotations

import logging

import pytest

from chorus_pro import codes
from chorus_pro.codes import (
    BillingFramework,
    FlowState,
    FlowSyntax,
    IdentifierType,
    InvoiceStatus,
    Stage,
)


def test_all_56_statuses_are_known():
    assert len(InvoiceStatus) == 56


@pytest.mark.parametrize("status", InvoiceStatus)
def test_each_status_says_what_it_is(status):
    assert status.label
    assert status.stage in Stage
    assert status.set_by in codes.Actor
    assert str(status) == status.value


def test_numeric_ids_are_unique():
    numbers = [s.number for s in InvoiceStatus if s.number]
    assert len(numbers) == len(set(numbers)) == 39
    assert InvoiceStatus.PAID.number == 11
    assert InvoiceStatus.ABANDONED.number is None


def test_status_without_published_label_shows_its_code_in_words():
    assert InvoiceStatus.REPLACED_BY_A22.label == "Remplacee par a22"
    assert InvoiceStatus.SUSPENDED.label == "Suspendue"


def test_final_statuses_are_those_after_which_nothing_comes():
    assert {str(s) for s in InvoiceStatus if s.is_final} == {
        "REJETEE",
        "MISE_EN_PAIEMENT",
        "ABANDONNEE",
        "SUPPRIMEE",
    }


@pytest.mark.parametrize("code", ["A_RECYCLER", "SUSPENDUE", "REJETEE", "NON_CONFORME"])
def test_supplier_has_to_act_on_what_comes_back(code):
    assert InvoiceStatus(code).needs_supplier


@pytest.mark.parametrize("code", ["MISE_A_DISPOSITION", "MANDATEE", "DEPOSEE"])
def test_supplier_has_nothing_to_do_while_the_body_works(code):
    assert not InvoiceStatus(code).needs_supplier


def test_unknown_code_stays_text_and_is_told_once(caplog):
    caplog.set_level(logging.WARNING)
    for _ in range(3):
        assert InvoiceStatus.parse("NOUVEAU_2027") == "NOUVEAU_2027"
    assert [record.getMessage() for record in caplog.records] == [
        "Chorus Pro uses an unknown InvoiceStatus: NOUVEAU_2027"
    ]


def test_missing_code_is_not_worth_a_line(caplog):
    assert InvoiceStatus.parse("") == ""
    assert not caplog.records


@pytest.mark.parametrize("state", FlowState)
def test_each_flow_state_has_a_label(state):
    assert state.label


def test_flow_is_over_in_five_states():
    assert {str(s) for s in FlowState if s.is_final} == {
        "IN_INCIDENTE",
        "IN_REJETE",
        "IN_INTEGRE",
        "IN_INTEGRE_PARTIEL",
        "QP_IRRECEVABLE",
    }


def test_thirteen_syntaxes_may_be_deposited():
    assert len(FlowSyntax) == 13
    assert str(FlowSyntax.FACTURX) == "IN_DP_E2_CII_FACTURX"


@pytest.mark.parametrize("wrong", ["IN_DP_E1_CII_FACTURX", "IN_DP_E2_FACTURX"])
def test_syntaxes_that_only_circulate_are_not_members(wrong):
    assert wrong not in {str(syntax) for syntax in FlowSyntax}


def test_billing_frameworks_have_two_spellings():
    assert len(BillingFramework) == 26
    assert BillingFramework.from_short(" A12 ") is BillingFramework.A12
    assert BillingFramework.A12.short == "A12"
    assert BillingFramework.NONE.short == ""
    assert BillingFramework.from_short("NONE") == "NONE"
    assert BillingFramework.from_short("S1") == "S1"


@pytest.mark.parametrize("framework", [f for f in BillingFramework if f.short])
def test_long_code_starts_with_the_short_one(framework):
    assert framework.value.startswith(framework.short + "_")


def test_flow_digit_of_an_identifier_is_understood():
    assert IdentifierType.from_flow("01") is IdentifierType.SIRET
    assert IdentifierType.from_flow("7") == "7"
