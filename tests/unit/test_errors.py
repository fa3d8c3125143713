from __future__ import annotations

import copy

import pytest

from chorus_pro import errors


@pytest.mark.parametrize(
    "kind",
    [
        errors.InvalidCallError,
        errors.NotSentError,
        errors.CredentialsError,
        errors.OutcomeUnknownError,
        errors.AnswerTooLargeError,
        errors.RefusedError,
        errors.FlowNotFound,
        errors.SearchCutError,
        errors.UnreadableDocument,
    ],
)
def test_everything_is_a_chorus_error(kind):
    assert issubclass(kind, errors.ChorusError)


def test_refused_credentials_may_be_sent_again():
    assert issubclass(errors.CredentialsError, errors.NotSentError)


def test_unknown_outcome_may_not_be_taken_for_not_sent():
    assert not issubclass(errors.OutcomeUnknownError, errors.NotSentError)


def test_refusal_tells_operation_label_and_code():
    error = errors.RefusedError(
        "GDP_MSG_11_022 - Fichier trop gros", code=20001, operation="factures/x"
    )
    assert str(error) == "factures/x: GDP_MSG_11_022 - Fichier trop gros [20001]"
    assert error.message_id == "GDP_MSG_11.022"


def test_refusal_without_label_has_no_message_id():
    error = errors.RefusedError("", code=413, operation="factures/x")
    assert str(error) == "factures/x: refused [413]"
    assert error.message_id is None


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy])
def test_refusal_survives_a_copy(again):
    error = again(errors.FlowNotFound("POQ_MSG_01.003", code=20001, operation="x"))
    assert type(error) is errors.FlowNotFound
    assert (error.code, error.operation, error.label) == (20001, "x", "POQ_MSG_01.003")


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy])
def test_unreadable_document_survives_a_copy(again):
    error = again(errors.UnreadableDocument(errors.Flaw.NOT_A_DATE, detail="Echeance"))
    assert (error.flaw, error.detail) == (errors.Flaw.NOT_A_DATE, "Echeance")
    assert str(error) == "Echeance is not a date"
