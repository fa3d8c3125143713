"""The pages of the portal for a person: deposits, invoices, structures, calls."""

from __future__ import annotations

from decimal import Decimal

from . import calls, codes, listings
from .clock import in_paris
from .directory import known_structure
from .markup import (
    Html,
    code,
    element,
    html,
    join,
    link,
    section,
    soft,
    table,
    tag,
)
from .state import Row, Store

PER_PAGE = 50

FLOW_LABELS = {
    "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP": ("En attente", "wait"),
    "IN_RECU": ("Reçu", "wait"),
    "IN_TRAITE_SE_CPP": ("Traité (SE CPP)", "wait"),
    "IN_EN_ATTENTE_TRAITEMENT_CPP": ("En attente de traitement", "wait"),
    "IN_EN_COURS_TRAITEMENT_CPP": ("En cours de traitement", "wait"),
    "IN_EN_ATTENTE_RETRAITEMENT_CPP": ("En attente de retraitement", "wait"),
    "IN_INCIDENTE": ("Incidenté", "bad"),
    "IN_REJETE": ("Rejeté", "bad"),
    "IN_INTEGRE": ("Intégré", "good"),
    "IN_INTEGRE_PARTIEL": ("Intégré partiellement", "wait"),
}
STATUS_KINDS = {
    codes.REJECTED: "bad",
    codes.SUSPENDED: "wait",
    codes.TO_RECYCLE: "wait",
    codes.PAID: "good",
    codes.MANDATED: "good",
    codes.POSTED: "good",
}


def status_tag(status: str) -> Html:
    return tag(codes.LABELS.get(status, status), STATUS_KINDS.get(status, ""))


def flow_tag(state: str) -> Html:
    return tag(*FLOW_LABELS.get(state, (state, "")))


def amount(text: str, currency: str) -> str:
    """``1 234,50 EUR``."""
    shown = f"{Decimal(text):,.2f}".replace(",", "\u202f").replace(".", ",")
    return f"{shown} {currency}"


def deposit_section(store: Store, limit: int) -> Html:
    rows = store.all("SELECT * FROM flow ORDER BY sequence DESC LIMIT ?", limit)
    if not rows:
        return section("Dépôts", soft("Aucun flux n'a encore été déposé."))
    return section(
        "Dépôts",
        table(
            ("Flux", "Fichier", "Reçu le", "État", "Résultat"),
            [_deposit(store, row) for row in rows],
        ),
    )


def _deposit(store: Store, flow: Row) -> tuple[object, ...]:
    number = flow["number"]
    return (
        join((code(number), Html("<br>"), soft(flow["login"]))),
        join(
            (
                link(f"/simulator/depots/{number}", flow["name"]),
                Html("<br>"),
                soft(flow["syntax"]),
            )
        ),
        french_moment(flow["deposited"]),
        flow_tag(flow["state"]),
        outcome(store, number),
    )


def outcome(store: Store, number: str) -> Html:
    """The invoices made of a flow, and what was wrong with the others."""
    made = [
        element(
            "li",
            link(f"/simulator/factures/{row['id']}", row["number"]),
            " ",
            status_tag(row["status"]),
        )
        for row in store.all(
            "SELECT id, number, status FROM invoice WHERE flow = ? ORDER BY id", number
        )
    ]
    wrong = [
        element(
            "li", element("strong", row["number"] or row["code"]), " : ", row["label"]
        )
        for row in store.all(
            "SELECT * FROM flow_error WHERE flow = ? ORDER BY id", number
        )
    ]
    found = [*made, *wrong]
    return element("ul", *found) if found else soft("rien encore")


_MATCHING = (
    "FROM invoice i JOIN structure s ON s.id = i.supplier_id "
    "WHERE i.number LIKE ? OR s.name LIKE ? OR i.status LIKE ?"
)


def count_invoices(store: Store, search: str) -> int:
    """How many invoices a search of the page finds."""
    pattern = f"%{search}%"
    row = store.one(
        "SELECT count(*) AS n " + _MATCHING,
        pattern,
        pattern,
        pattern,
    )
    return int(row["n"]) if row else 0


def invoice_section(
    store: Store, limit: int, offset: int = 0, search: str = ""
) -> Html:
    pattern = f"%{search}%"
    rows = store.all(
        "SELECT i.* " + _MATCHING + " ORDER BY i.id DESC LIMIT ? OFFSET ?",
        pattern,
        pattern,
        pattern,
        limit,
        offset,
    )
    if not rows:
        return section("Factures", soft("Aucune facture."))
    return section(
        "Factures",
        element(
            "p",
            soft("Ouvrez une facture pour agir à la place de l'organisme public."),
        ),
        table(
            ("Facture", "Fournisseur", "Destinataire", "Montant#", "Statut", "Depuis"),
            [_invoice(store, row) for row in rows],
        ),
    )


def _invoice(store: Store, row: Row) -> tuple[object, ...]:
    supplier = known_structure(store, row["supplier_id"])
    recipient = known_structure(store, row["recipient_id"])
    status = [status_tag(row["status"])]
    if row["comment"]:
        status += [Html("<br>"), soft(row["comment"])]
    return (
        join(
            (
                link(f"/simulator/factures/{row['id']}", row["number"]),
                Html("<br>"),
                soft("Avoir" if row["type"] == "AVOIR" else "Facture"),
                soft(f" du {french_day(row['issue_date'])}"),
            )
        ),
        join((supplier["name"], Html("<br>"), code(supplier["identifier"]))),
        join(
            (
                recipient["name"],
                Html("<br>"),
                soft(row["service_code"] or "sans code service"),
            )
        ),
        amount(row["taxed"], row["currency"]),
        join(status),
        in_paris(row["status_at"]).strftime("%d/%m/%Y %H:%M"),
    )


def french_moment(stamp: float) -> str:
    """``02/03/2026 10:15:00``, Paris time."""
    return in_paris(stamp).strftime("%d/%m/%Y %H:%M:%S")


def french_day(iso: str | None) -> str:
    return "/".join(reversed(iso.split("-"))) if iso else "—"


def structure_section(store: Store, *, detailed: bool) -> Html:
    heads = ["Structure", "Identifiant", "Exige", "État"]
    if detailed:
        heads.append("Services")
    rows = []
    for row in store.all("SELECT * FROM structure ORDER BY public DESC, name"):
        line: list[object] = [
            row["name"],
            code(row["identifier"]),
            _demands(row),
            tag("active", "good") if row["active"] else tag("inactive", "bad"),
        ]
        if detailed:
            line.append(_services(store, row["id"]))
        rows.append(line)
    return section("Structures", table(heads, rows))


def _demands(row: Row) -> str:
    if not row["public"]:
        return "structure privée"
    wanted = []
    if row["needs_service"]:
        wanted.append("code service")
    if row["needs_engagement"]:
        wanted.append("engagement")
    if row["needs_either"]:
        wanted.append("code service ou engagement")
    return " et ".join(wanted) or "rien"


def _services(store: Store, structure_id: int) -> Html:
    items = []
    for row in store.all(
        "SELECT * FROM service WHERE structure_id = ? ORDER BY id", structure_id
    ):
        notes = "" if row["active"] else " (inactif)"
        notes += " (engagement exigé)" if row["needs_engagement"] else ""
        items.append(element("li", code(row["code"]), f" {row['name']}{notes}"))
    return element("ul", *items) if items else soft("aucun")


def call_section(store: Store) -> Html:
    counted = calls.counts(store)
    latest = calls.latest(store, 60)
    return join(
        (
            section(
                "Appels par opération",
                table(
                    ("Opération", "Nombre#"), [(code(k), v) for k, v in counted.items()]
                )
                if counted
                else soft("Aucun appel."),
            ),
            section(
                "Derniers appels",
                table(
                    ("Date", "Opération", "Compte", "HTTP#", "codeRetour#", "Panne"),
                    [
                        (
                            call["at"],
                            code(
                                call["operation"]
                                if not call["operation"].startswith("(")
                                else call["path"]
                            ),
                            call["login"],
                            call["status"] or "coupé",
                            html(call["codeRetour"]),
                            call["fault"],
                        )
                        for call in latest
                    ],
                ),
            ),
        )
    )


def account_section(store: Store) -> Html:
    return section(
        "Comptes techniques",
        table(
            ("Compte", "Émet pour", "Reçoit pour"),
            [
                (
                    code(item["login"]),
                    ", ".join(item["issue"]),
                    ", ".join(item["receive"]),
                )
                for item in listings.account_list(store)
            ],
        ),
    )
