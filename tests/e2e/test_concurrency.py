"""Two people, or one with a nervous finger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from demo.sides import Supplier
from demo.stage import Stage
from e2e.expected_log import ExpectedLog
from e2e.journeys import flows_with, posted_invoice
from platform_kit.odoo_client import OdooRefusal

# The database refuses the second one, which is told to whoever pressed second.
CONFLICT = r"^odoo\.sql_db: bad query: .*l10n_fr_chorus_deposit|^odoo\.http: "


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
    assert deposit["state"] == "accepted", deposit["error"]
    assert len(supplier.deposits(invoice_id)) == 1
    assert len(flows_with(stage, deposit["sha256"])) == 1
