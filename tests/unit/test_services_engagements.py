from __future__ import annotations

import pytest
from unit.fakes import ok, refusal

from chorus_pro import InvalidCallError, RefusedError, engagements
from chorus_pro.records import Engagement


def test_known_commitment_is_found(client, wire):
    rows = [{"numero": "EJ1", "statut": "A_TRAITER"}, {"id": 3}, {"numero": "EJ12"}]
    wire.will(ok(listeEngagementJuridique=rows))
    found = engagements.search(client, 26200001, " EJ1 ")
    assert found == (Engagement("EJ1", "A_TRAITER"), Engagement("", ""))
    assert wire.paths == ["engagementsJuridiques/v1/rechercher"]
    assert wire.bodies == [
        {
            "structureReceptriceEngagementJuridique": "26200001",
            "numeroEngagementJuridique": "EJ1",
            "etatCourantEngagementJuridique": "COMMANDE",
        }
    ]


@pytest.mark.parametrize("answer", [ok(), refusal(20000, "TRA_MSG_00.015")])
def test_unknown_commitment_is_not_found(client, wire, answer):
    wire.will(answer)
    assert engagements.search(client, 26200001, "EJ1") == ()


def test_refused_look_up_of_a_commitment_is_told(client, wire):
    wire.will(refusal(20001, "GDP_MSG_11.005"))
    with pytest.raises(RefusedError):
        engagements.search(client, 26200001, "EJ1")


@pytest.mark.parametrize("number", [" ", "E" * 51])
def test_number_that_no_commitment_has_is_not_looked_up(client, wire, number):
    with pytest.raises(InvalidCallError):
        engagements.search(client, 26200001, number)
    assert not wire.requests
