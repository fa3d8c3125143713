"""Engagements (commitments) that the portal knows."""

from __future__ import annotations

from dataclasses import dataclass

from .. import reading as r
from ..reading import Item


@dataclass(frozen=True)
class Engagement:
    """Row of ``engagementsJuridiques/rechercher``.

    No source describes the fields of a row: both are "" where the portal calls them
    otherwise than its exports do. That there is a row is what counts.
    """

    number: str
    status: str

    @classmethod
    def from_answer(cls, item: Item) -> Engagement:
        return cls(
            number=r.text(item, "numeroEngagementJuridique") or r.text(item, "numero"),
            status=r.text(item, "etatCourantEngagementJuridique")
            or r.text(item, "statut"),
        )
