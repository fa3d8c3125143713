"""The rows of the two invoice searches: filtered, sorted, capped, paged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from . import invoices
from .clock import day, instant
from .context import Context
from .criteria import matching
from .directory import known_structure, service_by_id
from .paging import Page, ascending, cut, least, wanted
from .replies import Json
from .state import Row, Store

Key = Callable[[Store, Row], Any]


def _column(name: str) -> Key:
    return lambda store, row: row[name] if row[name] is not None else ""


def _amount(name: str) -> Key:
    return lambda store, row: Decimal(row[name])


def _of_structure(link: str, name: str) -> Key:
    return lambda store, row: known_structure(store, row[link])[name]


def _service_name(store: Store, row: Row) -> str:
    service = service_by_id(store, row["service_id"])
    return str(service["name"]) if service else ""


# triColonne -> value to sort by; columns that a flow never fills sort by deposit.
SORTS: dict[str, Key] = {
    "TypeDemandePaiement": _column("kind"),
    "CodeFournisseur": _of_structure("supplier_id", "identifier"),
    "TypeIdentifiantFournisseur": _of_structure("supplier_id", "id_type"),
    "DesignationFournisseur": _of_structure("supplier_id", "name"),
    "Fournisseur": _of_structure("supplier_id", "name"),
    "CodeDestinataire": _of_structure("recipient_id", "identifier"),
    "DesignationDestinataire": _of_structure("recipient_id", "name"),
    "Destinataire": _of_structure("recipient_id", "name"),
    "CodeServiceExecutant": _column("service_code"),
    "NomServiceExecutant": _service_name,
    "TypeFacture": _column("type"),
    "NumeroFacture": _column("number"),
    "DateFacture": _column("issue_date"),
    "DateDepot": _column("deposited"),
    "MontantHT": _amount("untaxed"),
    "MontantTTC": _amount("taxed"),
    "MontantAPayer": _amount("payable"),
    "Devise": _column("currency"),
    "Statut": _column("status"),
    "NumeroMarche": _column("contract"),
    "NumeroBonCommande": _column("engagement"),
    "NumeroFluxDepot": _column("flow"),
    "NumeroFactureOrigine": _column("original_number"),
    "ModeDepot": _column("mode"),
    "NomPrenomUtilisateurCreateur": _column("creator"),
    "FactureTelechargeeParDestinataire": _column("downloaded"),
}


def search(
    context: Context, rows: list[Row], body: Json, block: Any, short_cadre: str | None
) -> tuple[list[Row], Page]:
    """One page of the rows that match, the latest deposit first by default."""
    settings = context.settings
    latest = context.now - settings.search_delay
    known = [row for row in rows if row["created"] <= latest]
    found = matching(known, body, short_cadre)
    key = SORTS.get((block or {}).get("triColonne") or "DateDepot", SORTS["DateDepot"])
    found.sort(
        key=lambda row: (key(context.store, row), row["id"]),
        reverse=not ascending(block),
    )
    cap = (block or {}).get("nbResultatsMaximum") or settings.search_cap
    given, page = cut(found, wanted(block), least(cap, settings.search_cap_forced))
    if settings.search_total == "found":
        page = replace(page, total=min(len(found), cap))
    return given, page


def common_fields(context: Context, row: Row, *, with_size: bool) -> Json:
    """The members both searches share."""
    store = context.store
    supplier = known_structure(store, row["supplier_id"])
    recipient = known_structure(store, row["recipient_id"])
    service = service_by_id(store, row["service_id"])
    return {
        "typeDemandePaiement": row["kind"],
        "codeFournisseur": supplier["identifier"],
        "typeIdentifiantFournisseur": supplier["id_type"],
        "designationFournisseur": supplier["name"],
        "idDestinataire": recipient["id"],
        "codeDestinataire": recipient["identifier"],
        "designationDestinataire": recipient["name"],
        "idServiceExecutant": row["service_id"],
        "codeServiceExecutant": row["service_code"],
        "nomServiceExecutant": service["name"] if service else None,
        "typeFacture": row["type"],
        "numeroFacture": row["number"],
        "dateFacture": row["issue_date"],
        "dateDepot": day(row["deposited"]),
        "montantHT": Decimal(row["untaxed"]),
        "montantTTC": Decimal(row["taxed"]),
        "montantAPayer": Decimal(row["payable"]),
        "devise": row["currency"],
        "statut": row["status"],
        "numeroMarche": row["contract"],
        "numeroBonCommande": row["engagement"],
        "taille": invoices.size_of(store, row["id"]) if with_size else None,
        "dateHeureEtatCourant": instant(row["status_at"]),
        "commentaireEtatCourant": row["comment"],
    }
