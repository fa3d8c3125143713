"""The stages of an invoice on the portal, from its history: done, current, to come.

The usual way has five stages, two of them optional for the public body; whatever else
happened stands in between as a detour, in the order of the dates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from odoo.tools.translate import LazyTranslate

from ..lib.chorus_pro.codes import InvoiceStatus
from ..lib.chorus_pro.statuses import Stage

_lt = LazyTranslate(__name__)

# Key and statuses of each stage (API reference 4.3).
MILESTONES = (
    (
        "deposited",
        ("DEPOSEE", "EN_COURS_ACHEMINEMENT", "EN_COURS_TRAITEMENT_PIVOT_S"),
    ),
    ("available", ("MISE_A_DISPOSITION", "PRISE_EN_COMPTE_DESTINATAIRE")),
    ("service_done", ("SERVICE_FAIT",)),
    ("ordered", ("MANDATEE", "MISE_A_DISPOSITION_COMPTABLE", "COMPTABILISEE")),
    ("paid", ("MISE_EN_PAIEMENT",)),
)
# Short names, apart: the extraction of texts would take the codes beside them for more.
NAMES = {
    "deposited": _lt("Deposited"),
    "available": _lt("Available"),
    "service_done": _lt("Service done"),
    "ordered": _lt("Payment ordered"),
    "paid": _lt("Paid"),
}
MILESTONE_OF = {
    code: rank for rank, (_key, codes) in enumerate(MILESTONES) for code in codes
}
DEPOSITED, AVAILABLE = 0, 1
# Short names of the detours; the others have the label of their status.
DETOURS = {
    "SUSPENDUE": _lt("Suspended"),
    "COMPLETEE": _lt("Completed"),
    "REJETEE": _lt("Rejected"),
    "A_RECYCLER": _lt("To be recycled"),
}
# From where the way goes on after a detour.
BACK_TO = {
    "SUSPENDUE": AVAILABLE,
    "COMPLETEE": AVAILABLE,
    "A_RECYCLER": DEPOSITED,
    "EN_ATTENTE_RECYCLAGE_FOURNISSEUR": DEPOSITED,
}
# Nothing of the usual way is to be expected from these.
ENDS = (Stage.REFUSED, Stage.CLOSED, Stage.WORKS)


@dataclass
class Event:
    """One status the invoice had; ``at`` is naive UTC or None."""

    code: str
    at: datetime | None = None
    comment: str = ""


@dataclass
class Step:
    """A stage or a detour with what happened in it; no events: still to come."""

    key: str
    state: str  # done, current, coming
    events: list[Event] = field(default_factory=list)

    @property
    def rank(self) -> int | None:
        """Of a stage of the usual way; None for a detour."""
        return next(
            (rank for rank, row in enumerate(MILESTONES) if row[0] == self.key), None
        )


def steps_of(events: list[Event]) -> list[Step]:
    """:param events: oldest first; the last one is the current status"""
    steps: list[Step] = []
    reached = -1
    for event in events:
        rank = MILESTONE_OF.get(event.code)
        key = event.code if rank is None else MILESTONES[rank][0]
        reached = BACK_TO.get(event.code, reached) if rank is None else rank
        if not steps or steps[-1].key != key:
            steps.append(Step(key, "done"))
        steps[-1].events.append(event)
    if not steps:
        return []
    last = InvoiceStatus.parse(events[-1].code)
    if last is not InvoiceStatus.PAID:
        steps[-1].state = "current"
    if isinstance(last, InvoiceStatus) and (last.is_final or last.stage in ENDS):
        return steps
    return steps + [Step(key, "coming") for key, _codes in MILESTONES[reached + 1 :]]
