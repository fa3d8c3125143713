"""Which changes of status one row of a search tells whole."""

from __future__ import annotations

import pytest

from chorus_pro.statuses import InvoiceStatus
from chorus_pro.transitions import is_whole_story, may_bring_files


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "DEPOSEE"),
        ("", "MISE_A_DISPOSITION"),
        ("DEPOSEE", "EN_COURS_ACHEMINEMENT"),
        ("DEPOSEE", "MISE_A_DISPOSITION"),
        ("DEPOSEE", "A_VALIDER_1"),
        ("MISE_A_DISPOSITION", "SERVICE_FAIT"),
        ("COMPLETEE", "MANDATEE"),
        ("SUSPENDUE", "COMPLETEE"),
        ("A_RECYCLER", "DEPOSEE"),
        ("A_RECYCLER", "MISE_A_DISPOSITION"),
        ("COMPTABILISEE", "MISE_EN_PAIEMENT"),
    ],
)
def test_a_step_of_the_life_cycle_is_told_by_the_row(before: str, after: str) -> None:
    assert is_whole_story(InvoiceStatus.parse(before), InvoiceStatus.parse(after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "MISE_EN_PAIEMENT"),
        ("MISE_A_DISPOSITION", "COMPLETEE"),
        ("SUSPENDUE", "MISE_A_DISPOSITION"),
        ("SUSPENDUE", "MANDATEE"),
        ("MISE_A_DISPOSITION", "MISE_EN_PAIEMENT"),
        ("MISE_A_DISPOSITION", "DEPOSEE"),
        ("MISE_A_DISPOSITION", "MISE_A_DISPOSITION"),
        ("MISE_EN_PAIEMENT", "MANDATEE"),
        ("NOUVEAU_STATUT", "MANDATEE"),
        ("MISE_A_DISPOSITION", "NOUVEAU_STATUT"),
    ],
)
def test_where_steps_may_lie_between_the_history_is_read(
    before: str, after: str
) -> None:
    assert not is_whole_story(InvoiceStatus.parse(before), InvoiceStatus.parse(after))


@pytest.mark.parametrize("after", ["SUSPENDUE", "REJETEE", "A_RECYCLER"])
def test_a_refusal_without_a_reason_is_not_told_whole(after: str) -> None:
    desk = InvoiceStatus.AVAILABLE
    assert not is_whole_story(desk, InvoiceStatus(after), " ")
    assert is_whole_story(desk, InvoiceStatus(after), "Bon de livraison manquant")


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], False),
        (["COMPLETEE"], False),
        (["", "COMPLETEE"], True),
        (["SUSPENDUE", "COMPLETEE", "SERVICE_FAIT"], True),
        (["COMPLETEE", "SERVICE_FAIT", "MANDATEE"], False),
        (["MISE_A_DISPOSITION", "A_RECYCLER"], False),
        (["A_RECYCLER", "DEPOSEE", "MISE_A_DISPOSITION"], True),
        (["MISE_A_DISPOSITION", "A_RECYCLER", "MISE_A_DISPOSITION"], True),
    ],
)
def test_a_completion_or_a_recycling_may_bring_files(
    steps: list[str], expected: bool
) -> None:
    assert may_bring_files(steps) is expected
