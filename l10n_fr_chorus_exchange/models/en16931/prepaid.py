"""What was paid before the invoice is sent (BT-113)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .draft import Draft

# Money is booked in these journals. A credit note, a write-off or another entry set
# against the invoice lowers what Odoo expects, but nobody has paid: the public
# accountant gets the credit note by itself and would deduct it twice.
MONEY_JOURNALS = ("bank", "cash", "credit")
UNDER_WAY = ("in_process", "paid")


@dataclass(frozen=True)
class Prepaid:
    """:ivar amount: in the currency of the invoice, at most its total
    :ivar on: day of the last payment
    :ivar method: ``account.payment.method.line`` of the last payment that has one
    :ivar journal_type: where the last payment is booked
    """

    amount: Decimal = Decimal(0)
    on: date | None = None
    method: object = None
    journal_type: str | None = None


def prepaid(draft: Draft) -> Prepaid:
    """Payments of a customer invoice, nothing for a credit note."""
    if draft.is_credit_note or draft.move.state != "posted":
        return Prepaid()
    booked = _booked(draft)
    found = sorted([*booked, *_under_way(draft, booked)], key=lambda one: one.on)
    if not found:
        return Prepaid()
    total = draft.money(draft.move.amount_total)
    amount = min(sum((one.amount for one in found), Decimal(0)), total)
    last = found[-1]
    return Prepaid(amount, last.on, last.method, last.journal_type)


def _booked(draft: Draft) -> list[Prepaid]:
    # Whoever may read the invoice need not see payments.
    partials, _exchanges = draft.move.sudo()._get_reconciled_invoices_partials()
    return [
        Prepaid(
            draft.money(amount),
            line.date,
            line.move_id.origin_payment_id.payment_method_line_id,
            journal.type,
        )
        for _partial, amount, line in partials
        if (journal := _money_journal(line)).type in MONEY_JOURNALS
    ]


def _money_journal(line):
    """Where the money came in. The till books what invoices it made were paid with in
    its own journal; its payment methods have that of the bank or the cash box."""
    entry = line.move_id
    if "pos_payment_ids" in entry._fields and entry.pos_payment_ids:
        return entry.pos_payment_ids.payment_method_id.journal_id[:1] or line.journal_id
    return line.journal_id


def _under_way(draft: Draft, booked: list[Prepaid]) -> list[Prepaid]:
    """Payments that have no entry of their own until the bank statement comes.

    :param booked: those of statements among them: Odoo marks a payment of the same
        amount as paid then, and keeps it with the invoice
    """
    move = draft.move.sudo()
    on_statements = [one.amount for one in booked if not one.method]
    found = []
    for payment in move.matched_payment_ids:
        if payment.move_id or payment.state not in UNDER_WAY:
            continue
        if payment.state == "paid" and draft.money(payment.amount) in on_statements:
            on_statements.remove(draft.money(payment.amount))
            continue
        open_amount = sum(payment.invoice_ids.mapped("amount_residual"))
        same_currency = payment.currency_id == move.currency_id
        alone = payment.invoice_ids == move
        # Which of several invoices a payment in part is for is not known yet.
        whole = payment.currency_id.compare_amounts(payment.amount, open_amount) >= 0
        if same_currency and (alone or whole):
            amount = min(payment.amount, move.amount_residual)
            found.append(
                Prepaid(
                    draft.money(amount),
                    payment.date,
                    payment.payment_method_line_id,
                    payment.journal_id.type,
                )
            )
    return found
