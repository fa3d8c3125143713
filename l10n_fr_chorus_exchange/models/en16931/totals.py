"""Totals of the document (BG-22), held against those of Odoo."""

from __future__ import annotations

from decimal import Decimal

from ...lib.chorus_pro.codes import BillingFramework
from .draft import Draft
from .lines import Lines
from .prepaid import Prepaid

MOST_DECIMALS = 2  # BR-DEC-09 and its kin


def totals(draft: Draft, lines: Lines, frame: BillingFramework, paid: Prepaid) -> dict:
    move = draft.move
    currency, own_currency = move.currency_id, move.company_currency_id
    vat = sum((one.tax for one in lines.subtotals.values()), Decimal(0))
    taxed = lines.net + vat
    _check(draft, taxed + lines.rounding)
    terms = {
        "BT-5": currency.name,
        "BT-106": str(lines.line_total),
        "BT-107": str(lines.allowance_total) if lines.allowances else None,
        "BT-108": str(lines.charge_total) if lines.charges else None,
        "BT-109": str(lines.net),
        "BT-110": str(vat),
        "BT-112": str(taxed),
        **_due(taxed, lines.rounding, frame, paid.amount),
    }
    if currency != own_currency:
        own_vat = sum(
            (one.tax_in_company_currency for one in lines.subtotals.values()),
            Decimal(0),
        )
        terms.update({"BT-6": own_currency.name, "BT-111": str(own_vat)})
    return terms


def _due(
    taxed: Decimal, rounding: Decimal, frame: BillingFramework, paid: Decimal
) -> dict:
    """BT-113 to 115: what is left to pay (BR-CO-16).

    In the framework "already paid" the prepaid amount is the total with VAT and
    nothing is due: a cash rounding would stand between them, and is left to the page.
    """
    if frame is BillingFramework.A2:
        return {"BT-113": str(taxed), "BT-115": str(taxed - taxed)}
    return {
        "BT-113": str(paid) if paid else None,
        "BT-114": str(rounding) if rounding else None,
        "BT-115": str(taxed - paid + rounding),
    }


def _check(draft: Draft, payable: Decimal) -> None:
    """What the lines add up to is what the books say, or nothing is sent."""
    if draft.move.currency_id.decimal_places > MOST_DECIMALS:
        draft.miss(
            draft.env._(
                "Electronic invoices have no more than two decimals: %s has three.",
                draft.move.currency_id.name,
            ),
            field="currency_id",
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
