"""A portal that is away, or has too much to do: everything waits and then goes on."""

from __future__ import annotations

from demo import world
from demo.sides import Supplier, TownHall
from demo.stage import Stage
from e2e.journeys import (
    DEPOSIT,
    flows_with,
    integrated_invoice,
    posted_invoice,
    press_test,
    restart,
)


def test_an_invoice_sent_during_an_outage_goes_when_the_portal_is_back(
    stage: Stage, supplier: Supplier
) -> None:
    invoice_id = posted_invoice(supplier)
    stage.simulator.stop()
    supplier.send(invoice_id)
    waiting = stage.wait(
        "the deposit tells about the outage",
        lambda: supplier.deposit(invoice_id),
        lambda deposit: deposit["state"] == "ready" and deposit["error"],
    )

    restart(stage)
    assert press_test(stage, world.SUPPLIER)["state"] == "ok"
    deposit = supplier.wait_until_settled(invoice_id)

    assert deposit["state"] == "integrated", deposit["error"]
    assert len(flows_with(stage, waiting["sha256"])) == 1


def test_a_bill_that_came_during_an_outage_is_received_afterwards(
    stage: Stage, supplier: Supplier, town_hall: TownHall
) -> None:
    portal_id = supplier.move(integrated_invoice(supplier))["l10n_fr_chorus_portal_id"]
    stage.simulator.stop()
    town_hall.fetch_now()
    stage.wait(
        "the connection of the town hall says that it waits",
        lambda: town_hall.odoo.search(
            "l10n_fr_chorus.connection", [], "is_paused", "last_message"
        )[0],
        lambda connection: connection["is_paused"] and connection["last_message"],
    )

    restart(stage)
    assert press_test(stage, world.TOWN_HALL)["state"] == "ok"
    town_hall.fetch_now()

    assert town_hall.wait_for_document(portal_id)["state"] == "imported"


def test_too_many_calls_are_repeated_after_the_time_the_portal_names(
    stage: Stage, supplier: Supplier
) -> None:
    invoice_id = posted_invoice(supplier)
    before = stage.simulator.count(DEPOSIT)
    stage.simulator.post(
        "faults", operation=DEPOSIT, kind="too_many", retry_after=2, times=1
    )

    supplier.send(invoice_id)
    deposit = supplier.wait_until_settled(invoice_id)

    assert deposit["state"] == "integrated", deposit["error"]
    assert stage.simulator.count(DEPOSIT) == before + 2
    assert len(flows_with(stage, deposit["sha256"])) == 1
