from __future__ import annotations

import pytest
from unit.fakes import ok, refusal

from chorus_pro import InvalidCallError, OutcomeUnknownError, RefusedError
from chorus_pro.services import validators

SIRET = "10000001700010"


def test_another_validator_is_named_by_its_siret(client, wire):
    wire.will(ok(idFacture=7))
    assert validators.correct_validator(client, 7, f" {SIRET} ") == 7
    assert wire.bodies[-1] == {
        "idFacture": 7,
        "typeIdentifiantStructure": "SIRET",
        "identifiantStructure": SIRET,
    }


def test_without_identifier_nothing_is_asked(client, wire):
    with pytest.raises(InvalidCallError):
        validators.correct_validator(client, 7, "  ")
    assert not wire.bodies


def test_a_refusal_of_the_validator_carries_the_words_of_the_portal(client, wire):
    wire.will(refusal(20001, "Valideur inconnu"))
    with pytest.raises(RefusedError, match="Valideur inconnu"):
        validators.correct_validator(client, 7, SIRET)


def test_an_answer_without_the_invoice_leaves_the_outcome_open(client, wire):
    wire.will(ok())
    with pytest.raises(OutcomeUnknownError):
        validators.correct_validator(client, 7, SIRET)
