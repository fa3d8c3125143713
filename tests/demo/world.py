"""Who plays in the demonstration: two companies, three users, two technical accounts.

Names and numbers are those the simulator starts with (``simulator.seed``).
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator import seed

LANGUAGE = "fr_FR"
TIME_ZONE = "Europe/Paris"
SERVICE = "ECOLES"
UNKNOWN_SERVICE = "SERVICE-INCONNU"
ENGAGEMENT = "ENG-2026-0042"
CONTRACT = "MARCHE-2026-07"


@dataclass(frozen=True)
class User:
    login: str
    password: str
    name: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Company:
    """One side of the exchange, with its own access to the portal."""

    name: str
    siret: str
    street: str
    zip: str
    city: str
    email: str
    account: str
    user: User
    vat: str = ""
    can_send: bool = False
    can_receive: bool = False
    # What the user of that company must see in the step "connection".
    iban: str = ""


SUPPLIER = Company(
    name="Atelier du Modèle",
    siret=seed.SUPPLIER,
    street="12 rue des Essais",
    zip="99999",
    city="Modeleville",
    email="atelier@example.com",
    account=seed.SUPPLIER_ACCOUNT,
    vat="FR64100000001",
    can_send=True,
    iban="FR7630006000011234567890189",
    user=User(
        "fournisseur",
        "fournisseur-demo",
        "Facturation de l'atelier",
        (
            "account.group_account_invoice",
            "l10n_fr_chorus_exchange.group_sender",
        ),
    ),
)
TOWN_HALL = Company(
    name="Commune de Modeleville",
    siret=seed.TOWN_HALL,
    street="1 place de l'Exemple",
    zip="99999",
    city="Modeleville",
    email="mairie@example.com",
    account=seed.TOWN_HALL_ACCOUNT,
    can_receive=True,
    iban="FR1420041010050500013M02606",
    user=User(
        "mairie",
        "mairie-demo",
        "Comptabilité de la mairie",
        (
            "account.group_account_user",
            "l10n_fr_chorus_exchange.group_receiver",
            "l10n_fr_chorus_exchange.group_answer",
        ),
    ),
)
COMPANIES = (SUPPLIER, TOWN_HALL)
ADMIN = User("admin", "admin", "Administration", ())

# name, price without tax, VAT rate
PRODUCTS = (
    ("Bureau d'écolier réglable", 148.50, 20.0),
    ("Manuel de lecture, cours préparatoire", 12.35, 5.5),
)
