"""Do the totals of a document hold together, and are they those of the books?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
TINY = Decimal("0.0001")  # what binary numbers leave behind


def amount(terms: dict, key: str) -> Decimal:
    return Decimal(terms.get(key) or 0)


def broken_sums(terms: dict) -> list[str]:
    """Ids of the rules BR-CO-10 to BR-CO-17 that the terms break."""
    return [rule for rule, holds in _rules(terms) if not holds]


def _rules(terms: dict) -> Iterator[tuple[str, bool]]:
    lines, taxes = terms["BG-25"], terms["BG-23"]
    off, on = terms.get("BG-20", ()), terms.get("BG-21", ())
    net, vat, taxed = (amount(terms, f"BT-{number}") for number in (109, 110, 112))
    rounding, paid = amount(terms, "BT-114"), amount(terms, "BT-113")
    yield "BR-CO-10", amount(terms, "BT-106") == _sum(lines, "BT-131")
    yield "BR-CO-11", amount(terms, "BT-107") == _sum(off, "amount")
    yield "BR-CO-12", amount(terms, "BT-108") == _sum(on, "amount")
    after = amount(terms, "BT-106") - amount(terms, "BT-107") + amount(terms, "BT-108")
    yield "BR-CO-13", net == after
    yield from (
        (f"BT-131 of line {line['BT-126']}", _is_price_by_quantity(line))
        for line in lines
    )
    yield "BR-CO-14", vat == _sum(taxes, "BT-117")
    yield "BR-CO-15", taxed == net + vat
    yield "BR-CO-16", amount(terms, "BT-115") == taxed - paid + rounding
    for one in taxes:
        yield f"BR-CO-17 ({one.get('BT-119')} %)", _is_rate_of_base(one)


def _is_price_by_quantity(line: dict) -> bool:
    """Net amount = quantity x price - allowances + charges.

    Rounding for the whole invoice moves a cent from one line to another, and a price
    is written with six decimals: hence two cents.
    """
    units = amount(line, "BT-129") / (amount(line, "BT-149") or 1)
    wanted = units * amount(line, "BT-146")
    wanted += _sum(line.get("BG-28", ()), "amount") - _sum(
        line.get("BG-27", ()), "amount"
    )
    return abs(wanted - amount(line, "BT-131")) <= 2 * CENT


def _is_rate_of_base(tax: dict) -> bool:
    """The norm's own sheets allow one unit of currency, for rounding line by line."""
    wanted = amount(tax, "BT-116") * amount(tax, "BT-119") / 100
    wanted = wanted.quantize(CENT, ROUND_HALF_UP)
    return abs(wanted - amount(tax, "BT-117")) <= 1


def _sum(blocks: Any, key: str) -> Decimal:
    return sum((amount(block, key) for block in blocks), Decimal(0))


def apart_from_the_books(terms: dict, move) -> list[str]:
    """Where the totals are not those that Odoo booked, to the cent."""
    rounding = amount(terms, "BT-114")
    # A contribution that bears VAT is a tax to Odoo, a charge of the line to the norm.
    fixed = move.line_ids.filtered(lambda line: line.tax_line_id.amount_type == "fixed")
    contributions = move.direction_sign * sum(fixed.mapped("amount_currency"))
    pairs = {
        "BT-109": (
            amount(terms, "BT-109") + rounding,
            move.amount_untaxed + contributions,
        ),
        "BT-110": (amount(terms, "BT-110"), move.amount_tax - contributions),
        "BT-112": (amount(terms, "BT-112") + rounding, move.amount_total),
    }
    if terms.get("BT-6"):
        booked = abs(
            sum((move.line_ids.filtered("tax_line_id") - fixed).mapped("balance"))
        )
        pairs["BT-111"] = (amount(terms, "BT-111"), booked)
    return [
        f"{key} {told} is {booked} in Odoo"
        for key, (told, booked) in pairs.items()
        if abs(told - Decimal(repr(booked))) > TINY
    ]
