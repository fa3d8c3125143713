"""Totals of the document (BG-22), held against those of Odoo."""

from __future__ import annotations

from decimal import Decimal

from .draft import Draft
from .lines import Lines

MOST_DECIMALS = 2  # BR-DEC-09 and its kin


def totals(draft: Draft, lines: Lines) -> dict:
    move = draft.move
    currency, own_currency = move.currency_id, move.company_currency_id
    vat = sum((one.tax for one in lines.subtotals.values()), Decimal(0))
    taxed = lines.net + vat
    _check(draft, taxed + lines.rounding)
    terms = {
        "BT-5": currency.name,
        "BT-106": str(lines.net),
        "BT-109": str(lines.net),
        "BT-110": str(vat),
        "BT-112": str(taxed),
        "BT-114": str(lines.rounding) if lines.rounding else None,
        # Frame A1: nothing is paid beforehand, so all of it is due.
        "BT-115": str(taxed + lines.rounding),
    }
    if currency != own_currency:
        own_vat = sum(
            (one.tax_in_company_currency for one in lines.subtotals.values()),
            Decimal(0),
        )
        terms.update({"BT-6": own_currency.name, "BT-111": str(own_vat)})
    return terms


def _check(draft: Draft, payable: Decimal) -> None:
    """What the lines add up to is what the books say, or nothing is sent."""
    if draft.move.currency_id.decimal_places > MOST_DECIMALS:
        draft.miss(
            draft.env._(
                "Electronic invoices have no more than two decimals: %s has three.",
                draft.move.currency_id.name,
            )
        )
        return
    booked = draft.money(draft.move.amount_total)
    if not draft.problems and payable != booked:
        draft.miss(
            draft.env._(
                "The lines add up to %(lines)s, the invoice to %(booked)s: reset it to"
                " draft and check its tax amounts.",
                lines=payable,
                booked=booked,
            )
        )
