"""The page of one invoice and of one deposit."""

from __future__ import annotations

from . import acts, codes, invoices
from .directory import known_structure, service_by_id
from .markup import (
    Html,
    choice,
    code,
    element,
    entry,
    facts,
    field,
    join,
    link,
    section,
    soft,
    table,
)
from .state import Row, Store
from .views import amount, flow_tag, french_day, french_moment, outcome, status_tag


def invoice_page(store: Store, invoice_id: int) -> Html | None:
    """Everything about one invoice, and the form to act for the public body."""
    row = store.one("SELECT * FROM invoice WHERE id = ?", invoice_id)
    if row is None:
        return None
    return join(
        (
            section(f"Facture {row['number']}", _facts(store, row)),
            _act_section(row),
            _history_section(store, row),
            _file_section(store, row),
        )
    )


def _facts(store: Store, row: Row) -> Html:
    supplier = known_structure(store, row["supplier_id"])
    recipient = known_structure(store, row["recipient_id"])
    service = service_by_id(store, row["service_id"])
    flow = row["flow"]
    return facts(
        (
            ("Statut", status_tag(row["status"])),
            ("Identifiant technique", code(row["id"])),
            ("Type", f"{row['type']} ({row['type_code']}), cadre {row['cadre']}"),
            ("Fournisseur", f"{supplier['name']} ({supplier['identifier']})"),
            ("Destinataire", f"{recipient['name']} ({recipient['identifier']})"),
            (
                "Service",
                f"{row['service_code']} {service['name'] if service else ''}"
                if row["service_code"]
                else None,
            ),
            ("Valideur", _validator(store, row)),
            ("Engagement", row["engagement"]),
            ("Marché", row["contract"]),
            ("Facture d'origine", row["original_number"]),
            ("Date de facture", french_day(row["issue_date"])),
            ("Montant HT", amount(row["untaxed"], row["currency"])),
            ("TVA", amount(row["vat"], row["currency"])),
            ("Montant TTC", amount(row["taxed"], row["currency"])),
            ("À payer", amount(row["payable"], row["currency"])),
            ("Numéro de mandat", row["mandate"]),
            ("Téléchargée", "oui" if row["downloaded"] else "non"),
            ("Flux", link(f"/simulator/depots/{flow}", flow) if flow else row["mode"]),
        )
    )


def _validator(store: Store, row: Row) -> str | None:
    if row["validator_id"] is None:
        return None
    validator = known_structure(store, row["validator_id"])
    return f"{validator['name']} ({validator['identifier']})"


def _act_section(row: Row) -> Html:
    targets = acts.targets(row["status"])
    title = "Agir pour l'organisme public"
    if row["status"] == codes.TO_VALIDATE:
        title = "Agir pour le valideur"
    if not targets:
        return section(
            title,
            soft("Aucun statut ne peut suivre celui-ci."),
        )
    return section(
        title,
        element(
            "form",
            entry("id", str(row["id"]), type="hidden"),
            field(
                "Nouveau statut",
                choice("status", [(item, codes.LABELS[item]) for item in targets]),
            ),
            field(
                "Motif (obligatoire pour rejeter, suspendre ou refuser)",
                entry("comment", class_="wide"),
            ),
            field("Numéro de mandat", entry("mandate")),
            element("button", "Appliquer"),
            method="post",
            action="/simulator/statut",
            class_="line",
        ),
    )


def _history_section(store: Store, row: Row) -> Html:
    events = store.all(
        "SELECT * FROM status_event WHERE invoice_id = ? ORDER BY id DESC", row["id"]
    )
    actions = store.all(
        "SELECT * FROM action_event WHERE invoice_id = ? ORDER BY id DESC", row["id"]
    )
    content: list[object] = [
        table(
            ("Date", "Statut", "Commentaire", "Par"),
            [
                (
                    french_moment(event["at"]),
                    status_tag(event["status"]),
                    event["comment"],
                    event["login"],
                )
                for event in events
            ],
        )
    ]
    if actions:
        content += [
            element("h3", "Actions des utilisateurs"),
            table(
                ("Date", "Action", "Par"),
                [
                    (french_moment(a["at"]), code(a["code"]), a["login"])
                    for a in actions
                ],
            ),
        ]
    return section("Historique", *content)


def _file_section(store: Store, row: Row) -> Html:
    kinds = {"main": "facture", "deposit": "pièce jointe", "complement": "complément"}
    return section(
        "Fichiers",
        table(
            ("Fichier", "Rôle", "Taille#"),
            [
                (
                    link(f"/simulator/fichiers/{item['file_id']}", item["name"]),
                    kinds[item["kind"]],
                    f"{item['size']:,} octets".replace(",", "\u202f"),
                )
                for item in invoices.files_of(store, row["id"])
            ],
        ),
    )


def deposit_page(store: Store, number: str) -> Html | None:
    """One flow: its states, what came of it, the deposited file."""
    flow = store.one("SELECT * FROM flow WHERE number = ?", number)
    if flow is None:
        return None
    shown = (
        ("État", flow_tag(flow["state"])),
        ("Numéro", code(number)),
        ("Syntaxe", code(flow["syntax"])),
        ("Compte", flow["login"]),
        ("Empreinte SHA-256", code(flow["sha256"])),
        (
            "Fichier déposé",
            link(f"/simulator/depots/{number}/fichier", flow["name"]),
        ),
        ("Résultat", outcome(store, number)),
    )
    states = store.all("SELECT * FROM flow_state WHERE flow = ? ORDER BY id", number)
    return join(
        (
            section(f"Dépôt {flow['name']}", facts(shown)),
            section(
                "États traversés",
                table(
                    ("Date", "État", "Code"),
                    [
                        (
                            french_moment(row["at"]),
                            flow_tag(row["state"]),
                            code(row["state"]),
                        )
                        for row in states
                    ],
                ),
            ),
        )
    )
