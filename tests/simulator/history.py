"""``factures/consulter/historique``: statuses, events and actions of an invoice."""

from __future__ import annotations

from typing import Any

from . import invoices
from .clock import minute
from .context import Context, demanded_id
from .paging import ascending, cut, wanted
from .replies import SUCCESS_PROCESSING, Json, success
from .state import Row


def read_history(context: Context, body: Json) -> Json:
    """The latest first unless asked otherwise; every sub-list has its own paging."""
    store = context.store
    row = invoices.visible(store, context.account, demanded_id(body, "idFacture"))
    cap = body.get("nbResultatsMaximum") or context.settings.search_cap
    statuses = [_status(context, e) for e in _events(context, "status_event", row)]
    actions = [_action(context, e) for e in _events(context, "action_event", row)]
    events = [_event(e) for e in _events(context, "other_event", row)]
    last = actions[-1] if actions else None
    return success(
        SUCCESS_PROCESSING,
        idFacture=row["id"],
        numeroFacture=row["number"],
        modeDepot=row["mode"],
        statutCourantCode=row["status"],
        historiquesDesStatuts=_list(
            statuses, body.get("paramRechercheHistoStatuts"), "HistoStatut", cap
        ),
        historiquesDesEvenementsComplementaires=_list(
            events,
            body.get("paramRechercheHistoEvenementsComplementaires"),
            "Evenement",
            cap,
            asked="HistoEvenement",
        ),
        historiquesDesActionsUtilisateurs=_list(
            actions,
            body.get("paramRechercheHistoActionsUtilisateurs"),
            "HistoAction",
            cap,
        ),
        derniereAction=last
        and {
            "derniereActionId": last["histoActionId"],
            "derniereActionCode": last["histoActionCode"],
        },
    )


_QUERIES = {
    "status_event": "SELECT * FROM status_event WHERE invoice_id = ? ORDER BY id",
    "action_event": "SELECT * FROM action_event WHERE invoice_id = ? ORDER BY id",
    "other_event": "SELECT * FROM other_event WHERE invoice_id = ? ORDER BY id",
}


def _events(context: Context, table: str, row: Row) -> list[Row]:
    """One kind of event of an invoice, the oldest first."""
    return context.store.all(_QUERIES[table], row["id"])


def _list(
    rows: list[Json], block: Any, name: str, cap: int, asked: str | None = None
) -> Json:
    """One sub-list; its members are named after it, those of the request too."""
    suffix = f"Liste{asked or name}"
    column = (block or {}).get(f"triColonne{suffix}")
    if column:
        member = column[0].lower() + column[1:]
        rows = sorted(rows, key=lambda row: str(row.get(member) or ""))
    if not ascending(block, f"triSens{suffix}"):
        rows = rows[::-1]
    found, page = cut(
        rows,
        wanted(block, f"pageResultatDemandee{suffix}", f"nbResultatsParPage{suffix}"),
        cap,
    )
    return {name[0].lower() + name[1:]: found, **page.fields(name)}


def _status(context: Context, event: Row) -> Json:
    return {
        "histoStatutId": event["id"],
        "histoStatutCode": event["status"],
        "histoStatutDatePassage": minute(event["at"]),
        "histoStatutCommentaire": event["comment"],
        **invoices.person(context.store, event["login"], "histoStatut"),
    }


def _action(context: Context, event: Row) -> Json:
    return {
        "histoActionId": event["id"],
        "histoActionCode": event["code"],
        "histoActionDateHeure": minute(event["at"]),
        **invoices.person(context.store, event["login"], "histoAction"),
    }


def _event(event: Row) -> Json:
    return {
        "evenementId": event["id"],
        "evenementLibelle": event["label"],
        "evenementQui": event["who"],
        "evenementDateHeure": minute(event["at"]),
    }
