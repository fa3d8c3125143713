"""What happened to an invoice: its history, and the answers to what is done to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from .. import reading as r
from ..codes import HistoryAction, InvoiceStatus
from ..reading import Item

Status = InvoiceStatus | str


@dataclass(frozen=True)
class StatusEvent:
    """One step in the life of an invoice; ``at`` is aware, to the minute.

    The portal may leave out any of it: ``portal_event_id`` and ``at`` are None then,
    ``code`` is "". Whoever stores it must be ready for that.
    """

    portal_event_id: int | None
    code: Status
    at: datetime | None
    comment: str = ""
    author: str = field(default="", repr=False)  # a person's name

    @classmethod
    def from_answer(cls, item: Item) -> StatusEvent:
        return cls(
            portal_event_id=r.integer(item, "histoStatutId"),
            code=InvoiceStatus.parse(r.text(item, "histoStatutCode")),
            at=r.moment(item, "histoStatutDatePassage"),
            comment=r.text(item, "histoStatutCommentaire"),
            author=_person(item, "histoStatutUtilisateur"),
        )


@dataclass(frozen=True)
class ActionEvent:
    """Something a user did that changed no status."""

    portal_event_id: int | None
    code: HistoryAction | str
    at: datetime | None
    author: str = field(default="", repr=False)

    @classmethod
    def from_answer(cls, item: Item) -> ActionEvent:
        return cls(
            portal_event_id=r.integer(item, "histoActionId"),
            code=HistoryAction.parse(r.text(item, "histoActionCode")),
            at=r.moment(item, "histoActionDateHeure"),
            author=_person(item, "histoActionUtilisateur"),
        )


def _person(item: Item, prefix: str) -> str:
    return " ".join(
        filter(None, (r.text(item, prefix + "Prenom"), r.text(item, prefix + "Nom")))
    )


@dataclass(frozen=True)
class History:
    """Life of one invoice: ``entries`` and ``actions`` oldest first.

    An entry or action without date stands before all dated ones; two that are alike in
    every field count as one.
    """

    portal_id: int
    number: str
    status: Status
    entries: tuple[StatusEvent, ...] = ()
    actions: tuple[ActionEvent, ...] = ()

    @property
    def last(self) -> StatusEvent | None:
        """The latest step, which carries the reason of the current status."""
        return self.entries[-1] if self.entries else None


@dataclass(frozen=True)
class TreatmentReceipt:
    """Answer of ``traiter/recue``."""

    portal_id: int
    number: str
    status: Status
    treated_on: date | None

    @classmethod
    def from_answer(cls, item: Item) -> TreatmentReceipt:
        return cls(
            portal_id=r.needed_id(item, "idFacture"),
            number=r.text(item, "numeroFacture"),
            status=InvoiceStatus.parse(r.text(item, "nouveauStatut")),
            treated_on=r.day(item, "dateTraitement"),
        )


@dataclass(frozen=True)
class CorrectionReceipt:
    """Answer of ``completer`` or ``recycler``; ``status`` is "" when not told."""

    portal_id: int
    number: str
    status: Status
    treated_on: date | None

    @classmethod
    def from_answer(cls, item: Item) -> CorrectionReceipt:
        return cls(
            portal_id=r.needed_id(item, "identifiantFactureCPP"),
            number=r.text(item, "numeroFacture"),
            status=InvoiceStatus.parse(r.text(item, "statutFacture")),
            treated_on=r.day(item, "dateTraitement") or r.day(item, "dateDepot"),
        )
