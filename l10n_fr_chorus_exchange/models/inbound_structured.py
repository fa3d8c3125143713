"""A structured invoice (CII, UBL) in the terms of EN 16931, as content of a bill."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ..lib.chorus_pro.nodes import check_amount, check_day
from ..lib.chorus_pro.pivot import PivotAmounts
from ..lib.chorus_pro.reading import decimal_of
from .inbound_content import ON_INVOICE, ON_PAYMENT, Content, ContentLine, ContentVat

ZERO = Decimal(0)
# A GTIN in the list of ISO/IEC 6523.
GTIN_SCHEME = "0160"
EXIGIBILITIES = {"payment": ON_PAYMENT, "invoice": ON_INVOICE, "delivery": ON_INVOICE}
MAX_NAME = 1024
# Decimals that a bill line keeps of a discount in percent.
DISCOUNT_DIGITS = 2


class UnusableTermsError(ValueError):
    """A value of the file is not what its term asks for; ``args[0]`` is the term."""


def content_of(terms: Mapping[str, Any], source: str) -> Content:
    """:param terms: keyed by EN 16931 terms, as the `facturx` package reads them
    :param source: ``facturx``, ``cii`` or ``ubl``
    :raise UnusableTermsError: an amount that is no number
    :raise UnreadableDocument: an amount or a date that no invoice has
    """
    return Content(
        source=source,
        type_code=_one(terms, "BT-3"),
        amounts=PivotAmounts(
            untaxed=_number(terms, "BT-109"),
            taxed=_number(terms, "BT-112"),
            payable=_number(terms, "BT-115"),
        ),
        vat_lines=[_vat(row) for row in _rows(terms, "BG-23")],
        lines=_lines(terms),
        rounding=_number(terms, "BT-114") or ZERO,
        due_date=_day(terms, "BT-9"),
        payment_reference=_one(terms, "BT-83"),
        exigibility=EXIGIBILITIES.get(_one(terms, "BT-8"), ""),
        original_number=next(
            (_one(row, "BT-25") for row in _rows(terms, "BG-3") if row.get("BT-25")), ""
        ),
        categories=frozenset(
            _one(row, "BT-118") for row in _rows(terms, "BG-23") if row.get("BT-118")
        ),
        header=_header(terms),
    )


def _header(terms: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": _one(terms, "BT-1"),
        "date": _day(terms, "BT-2"),
        "currency": _one(terms, "BT-5"),
        "amount": _number(terms, "BT-112"),
        "untaxed": _number(terms, "BT-109"),
        "service": _one(terms, "BT-10"),
        "contract": _one(terms, "BT-12"),
        "engagement": _one(terms, "BT-13"),
    }


def _lines(terms: Mapping[str, Any]) -> list[ContentLine]:
    lines = [one for row in _rows(terms, "BG-25") for one in _line(row)]
    for group, sign in (("BG-20", -1), ("BG-21", 1)):
        lines += [
            _adjustment(row, sign, _number(row, "vat_rate"))
            for row in _rows(terms, group)
        ]
    return lines


def _line(row: Mapping[str, Any]) -> list[ContentLine]:
    """The line, then its charges and those allowances that are no short percentage:
    their sum is its net amount."""
    rate, net = _number(row, "BT-152"), _number(row, "BT-131")
    quantity, price = _number(row, "BT-129"), _unit_price(row)
    allowed = sum((_number(one, "amount") or ZERO for one in _rows(row, "BG-27")), ZERO)
    is_percent = not allowed or _is_percent(
        allowed, (quantity or ZERO) * (price or ZERO)
    )
    others = [
        _adjustment(one, sign, rate, _one(row, "BT-153"))
        for group, sign in (("BG-27", -1), ("BG-28", 1))
        for one in _rows(row, group)
        if _number(one, "amount") and not (sign < 0 and is_percent)
    ]
    apart = sum((line.untaxed or ZERO for line in others), ZERO)
    line = ContentLine(
        name=_name(row),
        reference=_one(row, "BT-155"),
        quantity=quantity,
        unit_price=price,
        untaxed=None if net is None else net - apart,
        vat_rate=rate,
        discount=allowed if is_percent else ZERO,
        unit=_one(row, "BT-130"),
        gtin=_one(row, "BT-157") if _one(row, "BT-157-1") == GTIN_SCHEME else "",
        buyer_reference=_one(row, "BT-156"),
    )
    return [line, *others]


def _is_percent(allowed: Decimal, gross: Decimal) -> bool:
    """Whether a bill line can hold the allowance as its discount."""
    percent = 100 * allowed / abs(gross) if gross else ZERO
    return 0 < percent <= 100 and percent == round(percent, DISCOUNT_DIGITS)


def _unit_price(row: Mapping[str, Any]) -> Decimal | None:
    """Net price of one unit: BT-146 is that of BT-149 units."""
    price, units = _number(row, "BT-146"), _number(row, "BT-149")
    return price / units if price is not None and units else price


def _name(row: Mapping[str, Any]) -> str:
    name, more = _one(row, "BT-153"), _one(row, "BT-154")
    texts = [name, more] if more and more != name else [name]
    return "\n".join(filter(None, texts))[:MAX_NAME]


def _adjustment(
    row: Mapping[str, Any], sign: int, rate: Decimal | None, name: str = ""
) -> ContentLine:
    """An allowance or a charge as a line of its own.

    :param name: what it is for, where it gives no reason
    """
    amount = _number(row, "amount")
    return ContentLine(
        name=_one(row, "reason") or name,
        quantity=Decimal(sign),
        unit_price=amount,
        untaxed=None if amount is None else sign * amount,
        vat_rate=rate,
    )


def _vat(row: Mapping[str, Any]) -> ContentVat:
    return ContentVat(
        rate=_number(row, "BT-119"),
        base=_number(row, "BT-116"),
        amount=_number(row, "BT-117"),
    )


def _rows(terms: Mapping[str, Any], term: str) -> list[Mapping[str, Any]]:
    found = terms.get(term) or []
    return [row for row in found if isinstance(row, Mapping)]


def _one(terms: Mapping[str, Any], term: str) -> str:
    """The text of a term; its first one where the file repeats it."""
    value = terms.get(term)
    if isinstance(value, list):
        value = value[0] if value else None
    return " ".join(str(value).split()) if value and not _is_group(value) else ""


def _is_group(value: Any) -> bool:
    return isinstance(value, (Mapping, date))


def _day(terms: Mapping[str, Any], term: str) -> date | None:
    value = terms.get(term)
    return check_day(value, term) if isinstance(value, date) else None


def _number(terms: Mapping[str, Any], term: str) -> Decimal | None:
    text = _one(terms, term)
    if not text:
        return None
    value = decimal_of(text)
    if value is None:
        raise UnusableTermsError(term)
    return check_amount(value, term)
