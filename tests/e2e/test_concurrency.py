"""Two people, or one with a nervous finger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from demo import world
from demo.sides import Supplier
from demo.stage import Stage
from e2e.expected_log import ExpectedLog
from e2e.journeys import DEPOSIT, flows_with, posted_invoice
from platform_kit.odoo_client import OdooClient, OdooRefusal

# Until then nothing is sent over a paused connection.
LATER = "2200-01-01 00:00:00"
# The database refuses the second one: it is tried again, or told to whoever pressed
# second. Which table they meet on depends on who is how far.
CONFLICT = (
    r"^odoo\.sql_db: bad query: .*(?:l10n_fr_chorus_|account_move|ir_attachment|ir_cron)"
    r"|^odoo\.http: "
)


def test_send_pressed_twice_at_once_deposits_once(
    stage: Stage, supplier: Supplier, odoo_log: ExpectedLog
) -> None:
    invoice_id = posted_invoice(supplier)
    people = [Supplier(stage), Supplier(stage)]
    wizards = [person.open_sending(invoice_id) for person in people]
    together = Barrier(len(people))

    def press(person: Supplier, wizard_id: int) -> str:
        together.wait(timeout=30)
        try:
            person.odoo.press(
                "account.move.send.wizard", wizard_id, "action_send_and_print"
            )
        except OdooRefusal as refusal:
            return str(refusal)
        return ""

    with odoo_log.expecting(CONFLICT), ThreadPoolExecutor(len(people)) as pool:
        told = list(pool.map(press, people, wizards))
    deposit = supplier.wait_until_settled(invoice_id)

    assert "" in told, told
    assert deposit["state"] == "integrated", deposit["error"]
    assert len(supplier.deposits(invoice_id)) == 1
    assert len(flows_with(stage, deposit["sha256"])) == 1


def test_three_workers_hand_each_invoice_over_once(
    stage: Stage, supplier: Supplier, odoo_log: ExpectedLog
) -> None:
    # What the scheduled action does, in requests of their own, beside the scheduler.
    admin = stage.log_in(world.ADMIN)
    action_id = admin.create(
        "ir.actions.server",
        {
            "name": "Deposit now",
            "model_id": admin.one_id(
                "ir.model", [("model", "=", "l10n_fr_chorus.deposit")]
            ),
            "state": "code",
            "code": "model.sudo()._cron_send()",
        },
    )
    before = stage.simulator.count(DEPOSIT)
    stage.simulator.post(
        "faults", operation=DEPOSIT, kind="delay", seconds=1, times=None
    )
    invoice_ids = [posted_invoice(supplier) for _each in range(3)]
    workers = [stage.log_in(world.ADMIN) for _each in range(3)]
    # Nobody may begin before all are queued: the workers find the same three.
    [connection] = admin.search(
        "l10n_fr_chorus.connection", [("can_send", "=", True)], "id"
    )
    admin.write("l10n_fr_chorus.connection", connection["id"], {"pause_until": LATER})
    for invoice_id in invoice_ids:
        supplier.send(invoice_id)
    stage.wait_until_quiet()
    assert [supplier.deposit(one)["state"] for one in invoice_ids] == ["ready"] * 3
    assert stage.simulator.count(DEPOSIT) == before
    admin.write("l10n_fr_chorus.connection", connection["id"], {"pause_until": False})
    together = Barrier(len(workers))

    def work(client: OdooClient) -> None:
        together.wait(timeout=30)
        client.call("ir.actions.server", "run", [action_id])

    with odoo_log.expecting(CONFLICT), ThreadPoolExecutor(len(workers)) as pool:
        list(pool.map(work, workers))
    deposits = [supplier.wait_until_settled(one) for one in invoice_ids]

    assert [deposit["state"] for deposit in deposits] == ["integrated"] * 3
    assert stage.simulator.count(DEPOSIT) == before + 3
    for deposit in deposits:
        assert len(flows_with(stage, deposit["sha256"])) == 1
