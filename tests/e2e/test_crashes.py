"""Processes that die at the worst moment: nothing is lost, nothing is sent twice."""

from __future__ import annotations

from demo.sides import Supplier
from demo.stage import Stage
from e2e.journeys import (
    DEPOSIT,
    flows_with,
    integrated_invoice,
    on_portal,
    posted_invoice,
    restart,
)

# Seconds the portal keeps its answer back: longer than a test takes.
FOR_LONG = 600
# Seconds before it begins: longer than it takes to kill.
FOR_A_WHILE = 15


def test_odoo_killed_before_the_answer_finds_its_one_deposit_again(
    stage: Stage, supplier: Supplier
) -> None:
    invoice_id = posted_invoice(supplier)
    before = stage.simulator.count(DEPOSIT)
    stage.simulator.post(
        "faults", operation=DEPOSIT, kind="delay", seconds=FOR_LONG, times=1
    )
    supplier.send(invoice_id)
    sent = supplier.deposit(invoice_id)
    stage.wait(
        "the portal has the deposit and keeps its answer back",
        lambda: flows_with(stage, sent["sha256"]),
    )
    assert supplier.deposit(invoice_id)["state"] == "sending"

    stage.odoo.kill()
    restart(stage)
    deposit = supplier.wait_until_settled(invoice_id)

    assert deposit["state"] == "integrated", deposit["error"]
    assert len(supplier.deposits(invoice_id)) == 1
    assert len(flows_with(stage, sent["sha256"])) == 1
    assert stage.simulator.count(DEPOSIT) == before + 1
    invoice = supplier.move(invoice_id)
    assert invoice["l10n_fr_chorus_status"] == "MISE_A_DISPOSITION"
    assert len(on_portal(stage, invoice["name"])) == 1


def test_odoo_killed_before_the_portal_begins_finds_what_came_of_it(
    stage: Stage, supplier: Supplier
) -> None:
    invoice_id = posted_invoice(supplier)
    before = stage.simulator.count(DEPOSIT)
    stage.simulator.post(
        "faults",
        operation=DEPOSIT,
        kind="delay",
        seconds=FOR_A_WHILE,
        before_work=True,
        times=1,
    )
    supplier.send(invoice_id)
    sent = supplier.deposit(invoice_id)
    stage.wait(
        "the call is on the portal's doorstep",
        lambda: stage.simulator.count(DEPOSIT) > before,
    )

    stage.odoo.kill()
    assert not flows_with(stage, sent["sha256"])
    restart(stage)
    deposit = supplier.wait_until_settled(invoice_id)

    assert deposit["state"] == "integrated", deposit["error"]
    assert len(flows_with(stage, sent["sha256"])) == 1
    assert stage.simulator.count(DEPOSIT) == before + 1


def test_odoo_killed_right_after_the_order_to_send_sends_once(
    stage: Stage, supplier: Supplier
) -> None:
    invoice_id = posted_invoice(supplier)
    before = stage.simulator.count(DEPOSIT)
    supplier.send(invoice_id)
    sent = supplier.deposit(invoice_id)

    # Wherever the scheduler is: nothing begun, calling, or writing the answer down.
    stage.odoo.kill()
    restart(stage)
    deposit = supplier.wait_until_settled(invoice_id)

    assert deposit["state"] == "integrated", deposit["error"]
    assert len(flows_with(stage, sent["sha256"])) == 1
    assert stage.simulator.count(DEPOSIT) == before + 1


def test_a_killed_portal_comes_back_with_what_it_held(
    stage: Stage, supplier: Supplier
) -> None:
    invoice_id = integrated_invoice(supplier)
    invoice = supplier.move(invoice_id)
    [held] = on_portal(stage, invoice["name"])

    stage.simulator.kill()
    restart(stage)
    [found] = on_portal(stage, invoice["name"])
    stage.simulator.post(
        "invoices/status", id=found["id"], status="MANDATEE", mandate="M-2026-1"
    )

    assert found["id"] == held["id"]
    supplier.wait_for_status(invoice_id, "MANDATEE")


def test_a_deposit_without_an_answer_is_looked_for_and_not_repeated(
    stage: Stage, supplier: Supplier
) -> None:
    invoice_id = posted_invoice(supplier)
    before = stage.simulator.count(DEPOSIT)
    stage.simulator.post("faults", operation=DEPOSIT, kind="cut_after", times=1)

    supplier.send(invoice_id)
    unanswered = supplier.wait_until_deposited(invoice_id, "unknown", "integrated")
    deposit = supplier.wait_until_settled(invoice_id)

    assert deposit["state"] == "integrated", deposit["error"]
    assert len(flows_with(stage, unanswered["sha256"])) == 1
    assert stage.simulator.count(DEPOSIT) == before + 1
