"""What the inbox of a public body looks like: pages to take pictures of."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from demo import world
from demo.pages import ACTION, ROW, Page
from demo.protocol import expect
from demo.sides import TownHall
from simulator.documents import specimens

COUNTERS = "[name='l10n_fr_chorus_inbox_counters'] a"
DASHBOARD = "action-account.open_account_journal_dashboard_kanban"
DIFFERENCES = "[name='l10n_fr_chorus_differs'] button"
SUSPEND = ".o_statusbar_buttons button[name='action_l10n_fr_chorus_suspend']"
WINDOW = ".modal footer .btn-primary"
ACCOUNTS = ("FR7630006000011234567890189", "FR1420041010050500013M02606")
ODD_RATE = Decimal("7.5")
ENTERED = "FA-SAISIE-12"


def inbox_pages(town_hall: TownHall) -> Iterator[Page]:
    """The inbox with a document of each kind, and the bills that ask for a look."""
    rows = _fill(town_hall)
    user = world.TOWN_HALL.user
    at = f"{town_hall.stage.odoo.url}/odoo"
    inbox = f"{at}/{ACTION}.l10n_fr_chorus_inbound_action"
    bills = f"{at}/vendor-bills"
    yield Page("inbox", user, inbox, ROW)
    for name in ("odd-rate", "twin", "works", "broken"):
        yield Page(f"inbox-{name}", user, f"{inbox}/{rows[name]['id']}")
    yield Page("inbox-document", user, f"{inbox}/{rows['account']['id']}")
    yield Page("purchases-dashboard", user, f"{at}/{DASHBOARD}", COUNTERS)
    yield Page("bill-account", user, f"{bills}/{rows['account']['move_id'][0]}")
    yield Page(
        "suspend-window",
        user,
        f"{bills}/{rows['account']['move_id'][0]}",
        click=SUSPEND,
        shows=WINDOW,
    )
    twin = rows["twin"]["existing_move_id"]
    expect(twin, "no bill that may be the same")
    yield Page("bill-twin", user, f"{bills}/{twin[0]}")
    for name in ("fetch", "import"):
        window = f"{at}/{ACTION}.l10n_fr_chorus_inbound_{name}_action"
        yield Page(f"{name}-window", user, window, WINDOW)


def _fill(town_hall: TownHall) -> dict[str, dict[str, Any]]:
    """:return: rows of the inbox, by what is the matter with each"""
    first = _drop(town_hall, number="FA-COMPTE-1", iban=ACCOUNTS[0])
    supplier = _supplier(town_hall, first)
    _enter_by_hand(town_hall, supplier)
    dropped = {
        "account": _drop(town_hall, number="FA-COMPTE-2", iban=ACCOUNTS[1]),
        "twin": _drop(town_hall, number=ENTERED),
        "odd-rate": _drop(
            town_hall,
            number="FA-TAUX-1",
            lines=(
                specimens.SpecimenLine(
                    "Ramettes", Decimal(4), Decimal("25.00"), ODD_RATE
                ),
            ),
        ),
        "works": _drop(
            town_hall,
            {"works": {"MOE": world.SUPPLIER.siret, "MOA": world.TOWN_HALL.siret}},
            number="FT-CHANTIER-1",
            cadre="A4",
        ),
        "broken": _drop(town_hall, number="FA-ILLISIBLE-1"),
    }
    _break(town_hall, dropped["broken"])
    town_hall.fetch_now()
    return {name: _row(town_hall, one) for name, one in dropped.items()}


def _drop(
    town_hall: TownHall, more: dict[str, Any] | None = None, **values: Any
) -> str:
    """An invoice that reaches the portal another way; its id there."""
    specimen = specimens.Specimen(
        buyer_id=world.TOWN_HALL.siret, service=world.SERVICE, **values
    )
    answer = town_hall.stage.simulator.drop(
        name=f"{specimen.number}.pdf",
        content=base64.b64encode(specimens.facturx_pdf(specimen)).decode(),
        recipient=world.TOWN_HALL.siret,
        service=world.SERVICE,
        **(more or {}),
    )
    answer.raise_for_status()
    return str(answer.json()["id"])


def _break(town_hall: TownHall, portal_id: str) -> None:
    """Whatever is downloaded together with this invoice is cut in half, for ever."""
    town_hall.stage.simulator.post(
        "faults", kind="broken_download", invoice=int(portal_id), times=None
    )


def _row(town_hall: TownHall, portal_id: str) -> dict[str, Any]:
    row = town_hall.wait_for_document(portal_id)
    found = town_hall.odoo.read(
        "l10n_fr_chorus.inbound", row["id"], "move_id", "existing_move_id", "state"
    )
    return {**row, **found}


def _supplier(town_hall: TownHall, portal_id: str) -> int:
    town_hall.fetch_now()
    bill = town_hall.wait_for_document(portal_id)["move_id"]
    expect(bill, "no bill was made")
    return int(town_hall.move(bill[0], "partner_id")["partner_id"][0])


def _enter_by_hand(town_hall: TownHall, supplier: int) -> None:
    """A bill that a person typed, with another total than the invoice that follows."""
    town_hall.odoo.create(
        "account.move",
        {
            "move_type": "in_invoice",
            "partner_id": supplier,
            "ref": ENTERED,
            "invoice_date": str(specimens.Specimen().issue_date),
            "invoice_line_ids": [
                (0, 0, {"name": "Fournitures", "price_unit": 99.0, "tax_ids": False})
            ],
        },
        context={"default_move_type": "in_invoice"},
    )
