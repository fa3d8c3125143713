"""Quantity and unit price (BT-129, BT-146, BT-149) within the decimals allowed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .draft import PRICE_STEP, QUANTITY_STEP, Draft, decimal_text, half_up

# A price too small for six decimals is given for so many units (BT-149).
BASES = tuple(Decimal(10) ** power for power in range(7))
HALF = Decimal(2)


@dataclass(frozen=True)
class Billed:
    """:ivar price: of ``base`` units, never negative (BR-27): the quantity is"""

    quantity: Decimal
    price: Decimal
    base: Decimal

    def amount(self, cent: Decimal) -> Decimal:
        return half_up(self.quantity * self.price / self.base, cent)

    def terms(self, places: int) -> dict:
        terms = {
            "BT-129": decimal_text(self.quantity),
            "BT-146": decimal_text(self.price, places),
        }
        if self.base != 1:
            terms["BT-149"] = decimal_text(self.base)
        return terms


def billed(draft: Draft, line, price: Decimal, quantity: Decimal) -> Billed:
    """What was typed, rounded to what is allowed; a difference that shows is noted.

    :param price: of one unit, before discount and without tax
    """
    if price < 0:
        price, quantity = -price, -quantity
    exact = price * quantity
    kept = half_up(quantity, QUANTITY_STEP)
    for base in BASES:
        found = Billed(kept, half_up(price * base, PRICE_STEP), base)
        lost = kept * found.price / base - kept * price
        if abs(lost) < draft.cent / HALF:
            break
    if abs(kept * price - exact) >= draft.cent:
        draft.miss(
            draft.env._(
                "The quantity of the line “%s” has more than four decimals, which"
                " changes its amount: round it, or use a smaller unit.",
                line.display_name,
            ),
            field="invoice_line_ids",
        )
    return found
