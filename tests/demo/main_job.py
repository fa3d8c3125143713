"""The main job: an invoice from Odoo to the town hall's Odoo, and the payment back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from demo import paper, world
from demo.protocol import Protocol, expect
from demo.sides import Supplier, TownHall

PAYMENT = "MISE_EN_PAIEMENT"
CENT = Decimal("0.01")
# Made available, paid, and what the portal did before that.
HISTORY_LENGTH = 3


def cents(amount: float) -> Decimal:
    """An amount as Odoo's JSON gives it, as exact euros and cents."""
    return Decimal(str(amount)).quantize(CENT)


def main_job(supplier: Supplier, town_hall: TownHall, protocol: Protocol) -> int:
    """Id of the supplier's invoice, paid at the end.

    :raise Stopped: a step failed
    """
    _look_up(supplier, protocol)
    invoice_id = _make_invoice(supplier, protocol)
    _send(supplier, invoice_id, protocol)
    _follow(supplier, invoice_id, protocol)
    bill_id = _receive(supplier, town_hall, invoice_id, protocol)
    _check_papers(town_hall, bill_id, protocol)
    _pay(town_hall, bill_id, protocol)
    _check_payment_seen(supplier, invoice_id, protocol)
    return invoice_id


def _look_up(supplier: Supplier, protocol: Protocol) -> None:
    with protocol.step("The supplier looks the town hall up on Chorus Pro") as step:
        found = supplier.look_up_customer()
        services = len(found["l10n_fr_chorus_service_ids"])
        step.saw(
            f"{found['l10n_fr_chorus_name']}: {found['l10n_fr_chorus_demands']}"
            f" {services} services"
        )
        expect(found["l10n_fr_chorus_is_public"], "not known as a public body")
        expect(services >= 3, "services are missing")


def _make_invoice(supplier: Supplier, protocol: Protocol) -> int:
    with protocol.step("Invoice: two VAT rates, discount, delivery note") as step:
        invoice_id = supplier.make_invoice(
            service=world.SERVICE, engagement=world.ENGAGEMENT, discount=10.0
        )
        supplier.attach(invoice_id, paper.NAME, paper.delivery_note())
        supplier.post(invoice_id)
        move = supplier.move(invoice_id)
        step.saw(
            f"{move['name']}: {move['amount_untaxed']:.2f} + {move['amount_tax']:.2f}"
            f" = {move['amount_total']:.2f} EUR, service {world.SERVICE},"
            f" engagement {world.ENGAGEMENT}"
        )
        # 24 × 148.50 less 10 %, and 60 × 12.35; 20 % and 5.5 %.
        expect(
            cents(move["amount_untaxed"]) == Decimal("3948.60"), "wrong untaxed total"
        )
        expect(cents(move["amount_tax"]) == Decimal("682.28"), "wrong VAT")
    return invoice_id


def _send(supplier: Supplier, invoice_id: int, protocol: Protocol) -> None:
    with protocol.step("Send & Print proposes Chorus Pro; the cron deposits") as step:
        wizard = supplier.send(invoice_id)
        methods = wizard["sending_methods"]
        expect(methods == ["chorus_pro"], f"the wizard proposes {methods}")
        deposit = supplier.wait_until_deposited(invoice_id)
        step.saw(
            f"{deposit['file_name']}, SHA-256 {deposit['sha256'][:12]}…,"
            f" flow {deposit['flow_number']}"
        )
        on_portal = _deposits_on_portal(supplier, deposit["sha256"])
        expect(
            len(on_portal) == 1, f"the portal got these bytes {len(on_portal)} times"
        )


def _deposits_on_portal(supplier: Supplier, sha256: str) -> list[dict[str, Any]]:
    rows = supplier.stage.simulator.get("deposits")["deposits"]
    return [row for row in rows if row["sha256"] == sha256]


def _follow(supplier: Supplier, invoice_id: int, protocol: Protocol) -> None:
    with protocol.step("Chorus Pro integrates it: number and status") as step:
        deposit = supplier.wait_until_settled(invoice_id)
        move = supplier.move(invoice_id)
        step.saw(
            f"{move['l10n_fr_chorus_portal_id']}: {move['l10n_fr_chorus_summary']}"
        )
        expect(
            deposit["state"] == "integrated", f"{deposit['state']}: {deposit['error']}"
        )
        expect(move["l10n_fr_chorus_portal_id"], "no number of the portal")
        expect(move["l10n_fr_chorus_status"], "no status of the portal")


def _receive(
    supplier: Supplier, town_hall: TownHall, invoice_id: int, protocol: Protocol
) -> int:
    with protocol.step("The town hall fetches it: a draft bill") as step:
        invoice = supplier.move(invoice_id)
        bill = fetch_bill(town_hall, invoice["l10n_fr_chorus_portal_id"])
        names = ("move_type", "ref", "partner_id", "buyer_reference")
        more = town_hall.move(bill, *names, "purchase_order_reference")
        step.saw(
            f"{more['partner_id'][1]}, {more['ref']}: {more['amount_total']:.2f} EUR,"
            f" {more['state']}, service {more['buyer_reference']},"
            f" engagement {more['purchase_order_reference']}"
        )
        expect(more["move_type"] == "in_invoice", f"it is a {more['move_type']}")
        expect(more["state"] == "draft", f"it is {more['state']}")
        expect(more["ref"] == invoice["name"], "another number")
        expect(more["buyer_reference"] == world.SERVICE, "another service")
        expect(
            more["purchase_order_reference"] == world.ENGAGEMENT, "another engagement"
        )
        for name in ("amount_untaxed", "amount_tax", "amount_total"):
            expect(
                cents(more[name]) == cents(invoice[name]),
                f"{name}: {more[name]} instead of {invoice[name]}",
            )
    return bill


def fetch_bill(town_hall: TownHall, portal_id: str) -> int:
    """*Fetch now*, then the bill made of a document; NotSeen when there is none."""
    town_hall.fetch_now()
    document = town_hall.wait_for_document(portal_id)
    expect(
        document["state"] == "imported" and document["move_id"],
        f"{document['state']}: {document['reason']}",
    )
    return int(document["move_id"][0])


def _check_papers(town_hall: TownHall, bill_id: int, protocol: Protocol) -> None:
    with protocol.step("The bill has the PDF and the delivery note") as step:
        found = town_hall.attachments(bill_id)
        main = town_hall.move(bill_id, "message_main_attachment_id")
        main_attachment = main["message_main_attachment_id"]
        expect(main_attachment, "no main PDF")
        pdf = town_hall.attachment(main_attachment[0])
        notes = [row for row in found if row["name"] == paper.NAME]
        expect(notes, f"no {paper.NAME} among {[row['name'] for row in found]}")
        same = town_hall.attachment(notes[0]["id"]) == paper.delivery_note()
        step.saw(
            f"{main_attachment[1]} ({len(pdf)} bytes), {paper.NAME}"
            f" {'byte for byte' if same else 'CHANGED'}"
        )
        expect(pdf.startswith(b"%PDF-"), "the main attachment is no PDF")
        expect(same, "the delivery note is not the one that was sent")


def _pay(town_hall: TownHall, bill_id: int, protocol: Protocol) -> None:
    with protocol.step("The accountant posts and pays; Chorus Pro is told") as step:
        # A person reads the bill before; meanwhile the crons come to their end.
        town_hall.stage.wait_until_quiet()
        town_hall.post(bill_id)
        town_hall.pay(bill_id)
        paid = town_hall.move(bill_id)
        answer = town_hall.wait_until_answered(bill_id, PAYMENT)
        step.saw(
            f"{paid['name']} {paid['payment_state']}; {answer['target']}:"
            f" {answer['state']} {answer['error'] or ''}"
        )
        expect(paid["payment_state"] in ("paid", "in_payment"), "the bill is not paid")
        expect(answer["state"] == "done", "the portal did not take it")


def _check_payment_seen(
    supplier: Supplier, invoice_id: int, protocol: Protocol
) -> None:
    with protocol.step("The supplier's invoice ends at Mise en paiement") as step:
        move = supplier.wait_for_status(invoice_id, PAYMENT)
        # The steps that lie between are read after the status.
        history = supplier.stage.wait(
            "the history tells the steps before the payment",
            lambda: [event["code"] for event in supplier.events(invoice_id)],
            lambda codes: len(codes) >= HISTORY_LENGTH,
        )
        step.saw(f"{move['l10n_fr_chorus_summary']} History: {', '.join(history)}")
        expect(PAYMENT in history, "the history does not show it")
