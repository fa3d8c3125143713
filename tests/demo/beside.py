"""Beside the main job: an invoice the portal rejects, and a credit note."""

from __future__ import annotations

from decimal import Decimal

from demo import world
from demo.main_job import cents, fetch_bill
from demo.protocol import Protocol, expect
from demo.sides import Supplier, TownHall

WORD = "service"


def rejected_then_corrected(supplier: Supplier, protocol: Protocol) -> int:
    """Id of the invoice, integrated at the end.

    :raise Stopped: a step failed
    """
    with protocol.step("An invoice for an unknown service is rejected") as step:
        invoice_id = supplier.make_invoice(
            service=world.UNKNOWN_SERVICE, engagement=world.ENGAGEMENT, discount=0.0
        )
        supplier.post(invoice_id)
        supplier.send(invoice_id)
        deposit = supplier.wait_until_settled(invoice_id)
        move = supplier.move(invoice_id)
        step.saw(f"{move['name']}: {move['l10n_fr_chorus_summary']}")
        expect(deposit["state"] == "rejected", f"it is {deposit['state']}")
        expect(
            WORD in (move["l10n_fr_chorus_summary"] or "").lower(),
            "the form does not tell the reason",
        )
    with protocol.step("Corrected and sent again, it is integrated") as step:
        number = supplier.move(invoice_id)["name"]
        supplier.stage.wait_until_quiet()
        supplier.correct(invoice_id, {"buyer_reference": world.SERVICE})
        supplier.send(invoice_id)
        deposit = supplier.wait_until_settled(invoice_id)
        move = supplier.move(invoice_id)
        step.saw(f"{move['name']}: {move['l10n_fr_chorus_summary']}")
        expect(
            deposit["state"] == "integrated", f"{deposit['state']}: {deposit['error']}"
        )
        expect(move["name"] == number, "the number has changed")
        states = [row["state"] for row in supplier.deposits(invoice_id)]
        expect(states == ["rejected", "integrated"], f"deposits: {states}")
    return invoice_id


def credit_note(
    supplier: Supplier, town_hall: TownHall, invoice_id: int, protocol: Protocol
) -> int:
    """Id of the supplier's credit note for a whole invoice.

    :raise Stopped: a step failed
    """
    with protocol.step("A credit note goes the same way") as step:
        supplier.stage.wait_until_quiet()
        refund_id = supplier.credit(invoice_id, "Commande annulée")
        supplier.send(refund_id)
        deposit = supplier.wait_until_settled(refund_id)
        move = supplier.move(refund_id)
        step.saw(f"{move['name']}: {move['l10n_fr_chorus_summary']}")
        expect(
            deposit["state"] == "integrated", f"{deposit['state']}: {deposit['error']}"
        )
    with protocol.step("The town hall gets a draft credit note") as step:
        bill_id = fetch_bill(town_hall, move["l10n_fr_chorus_portal_id"])
        bill = town_hall.move(bill_id, "move_type", "ref")
        step.saw(f"{bill['ref']}: {bill['amount_total']:.2f} EUR, {bill['move_type']}")
        expect(bill["move_type"] == "in_refund", "it is no credit note")
        expect(bill["state"] == "draft", f"it is {bill['state']}")
        expect(
            cents(bill["amount_total"]) == cents(move["amount_total"]) > Decimal(0),
            f"{bill['amount_total']} instead of {move['amount_total']}",
        )
    return refund_id
