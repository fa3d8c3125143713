"""Answers that hold several lists, each paged on its own: consultation and history."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

from .. import reading as r
from ..answers import Answer
from ..client import Client
from ..codes import InvoiceStatus
from ..reading import Item
from ..records import ActionEvent, History, InvoiceDetail, StatusEvent

_SIZE = 100
_MAX_PAGES = 200
_MAX_HISTORY = 10_000


@dataclass(frozen=True)
class _SubList:
    """One paged list: where it is asked for and where it is found."""

    request: str  # name of the block in the request
    page_field: str
    size_field: str
    container: str  # object in the answer
    rows: str  # list in that object
    pages: str  # number of pages, in that object


@dataclass(frozen=True)
class _Consultation:
    path: str
    vat_lines: _SubList
    attachments: _SubList
    lines: _SubList


def _consultation(path: str, vat: str, files: str, lines: str) -> _Consultation:
    return _Consultation(
        path=path,
        vat_lines=_SubList(
            vat,
            "pageResultatDemandeeListeRecapitulatifTVA",
            "nbResultatsParPageListeListeRecapitulatifTVA",  # "Liste" twice: real
            "recapitulatifDeTva",
            "ligneTva",
            "pagesLignesRecapitulativesTVA",
        ),
        attachments=_SubList(
            files,
            "pageResultatDemandeeListePieceJointe",
            "nbResultatsParPageListePieceJointe",
            "listeDesPiecesJointes",
            "pieceJointe",
            "pagesListePiecesJointe",
        ),
        lines=_SubList(
            lines,
            "pageResultatDemandeeLignesPoste",
            "nbResultatsParPageLignesPoste",
            "lignesDePoste",
            "lignePoste",
            "pagesLignesPoste",
        ),
    )


SENT = _consultation(
    "factures/v1/consulter/fournisseur",
    "getpLigneRecapTva",
    "getpListePiecesJointes",
    "getpLignesPoste",
)
RECEIVED = _consultation(
    "factures/v1/consulter/recipiendaire",
    "rechercheligneTvaRecap",
    "recherchePj",
    "rechercheLignePoste",
)
_STATUSES = _SubList(
    "paramRechercheHistoStatuts",
    "pageResultatDemandeeListeHistoStatut",
    "nbResultatsParPageListeHistoStatut",
    "historiquesDesStatuts",
    "histoStatut",
    "pagesHistoStatut",
)
_ACTIONS = _SubList(
    "paramRechercheHistoActionsUtilisateurs",
    "pageResultatDemandeeListeHistoAction",
    "nbResultatsParPageListeHistoAction",
    "historiquesDesActionsUtilisateurs",
    "histoAction",
    "pagesHistoAction",
)


@dataclass
class _Gathered:
    first: Item
    rows: dict[_SubList, list[Item]] = field(default_factory=dict)


def read_detail(client: Client, kind: _Consultation, portal_id: int) -> InvoiceDetail:
    """All pages of one consultation as one record."""
    lists = (kind.vat_lines, kind.attachments, kind.lines)
    body = {"identifiantFactureCPP": portal_id}
    all_of = _gather(client, kind.path, body, lists, holder="facture")
    return InvoiceDetail.from_answer(
        r.part(all_of.first, "facture"),
        vat_lines=all_of.rows[kind.vat_lines],
        lines=all_of.rows[kind.lines],
        attachments=all_of.rows[kind.attachments],
    )


def read_history(client: Client, portal_id: int) -> History:
    """All pages of one history as one record."""
    body = {"idFacture": portal_id, "nbResultatsMaximum": _MAX_HISTORY}
    path = "factures/v1/consulter/historique"
    all_of = _gather(client, path, body, (_STATUSES, _ACTIONS))
    return History(
        portal_id=r.needed_id(all_of.first, "idFacture"),
        number=r.text(all_of.first, "numeroFacture"),
        status=InvoiceStatus.parse(r.needed_text(all_of.first, "statutCourantCode")),
        entries=_in_order(map(StatusEvent.from_answer, all_of.rows[_STATUSES])),
        actions=_in_order(map(ActionEvent.from_answer, all_of.rows[_ACTIONS])),
    )


def _gather(
    client: Client,
    path: str,
    body: dict[str, Any],
    lists: tuple[_SubList, ...],
    holder: str = "",
) -> _Gathered:
    """Ask page after page until every list is complete."""
    first: Answer | None = None
    rows: dict[_SubList, list[Item]] = {one: [] for one in lists}
    waiting = set(lists)
    for page in range(1, _MAX_PAGES + 1):
        blocks = {
            one.request: {one.page_field: page, one.size_field: _SIZE} for one in lists
        }
        answer = client.read(path, {**body, **blocks})
        first = answer if first is None else first
        held = r.part(answer, holder) if holder else answer
        for one in sorted(waiting, key=lists.index):
            container = r.part(held, one.container)
            rows[one] += r.items(container, one.rows)
            if page >= (r.integer(container, one.pages) or 0):
                waiting.discard(one)
        if not waiting:
            break
    return _Gathered(first or {}, rows)


_LONG_AGO = datetime(1, 1, 2, tzinfo=timezone.utc)


def _in_order(events: Any) -> Any:
    """Oldest first, each once.

    Times are to the minute, so the portal's id settles the order of two steps of one
    minute; rows may come twice when a step is added while we read.
    """
    found = _second_hours(dict.fromkeys(events))
    return tuple(
        sorted(
            found,
            key=lambda event: (_instant(event.at), event.portal_event_id or 0),
        )
    )


def _second_hours(events: Any) -> Any:
    """Times without zone in the hour that comes twice in October: the second one where
    the first would stand before a step with a lower id."""
    last = _LONG_AGO
    for event in sorted(events, key=lambda event: event.portal_event_id or 0):
        told = event
        if event.portal_event_id and event.at and _instant(event.at) < last:
            later = event.at.replace(fold=1)
            if _instant(later) >= last:
                told = replace(event, at=later)
        last = max(last, _instant(told.at))
        yield told


def _instant(at: datetime | None) -> datetime:
    # In UTC: two times of one zone are compared without their fold.
    return at.astimezone(timezone.utc) if at else _LONG_AGO
