"""What several journeys have in common."""

from __future__ import annotations

from typing import Any

from demo import world
from demo.connections import test_connection as connection_after_test
from demo.sides import Supplier
from demo.stage import Stage

DEPOSIT = "factures/deposer/flux"


def restart(stage: Stage) -> None:
    """Start again what is not running, on the same port, state and database."""
    for server in (stage.simulator, stage.odoo):
        if not server.is_running:
            server.start()
            server.wait_until_ready()


def posted_invoice(supplier: Supplier) -> int:
    """An invoice that could go at once."""
    invoice_id = supplier.make_invoice(
        service=world.SERVICE, engagement=world.ENGAGEMENT, discount=5.0
    )
    supplier.post(invoice_id)
    return invoice_id


def integrated_invoice(supplier: Supplier) -> int:
    invoice_id = posted_invoice(supplier)
    supplier.send(invoice_id)
    deposit = supplier.wait_until_settled(invoice_id)
    assert deposit["state"] == "integrated", deposit["error"]
    return invoice_id


def on_portal(stage: Stage, number: str) -> list[dict[str, Any]]:
    """Invoices of that number that the portal holds."""
    rows = stage.simulator.get("invoices")["invoices"]
    return [row for row in rows if row["number"] == number]


def flows_with(stage: Stage, sha256: str) -> list[dict[str, Any]]:
    """Flows that brought these bytes to the portal."""
    rows = stage.simulator.get("deposits")["deposits"]
    return [row for row in rows if row["sha256"] == sha256]


def press_test(stage: Stage, company: world.Company) -> dict[str, Any]:
    """The administrator presses *Test the connection*, which also ends a pause."""
    return connection_after_test(stage, stage.log_in(world.ADMIN), company)
