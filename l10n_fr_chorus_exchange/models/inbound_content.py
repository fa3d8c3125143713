"""What a received document says, in one shape whatever it was read from.

Four places tell of one invoice: the structured file that travels with it, the lines of
the PIVOT, its totals, and the portal's consultation. Nothing here touches the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from ..lib.chorus_pro.codes import VatRegime
from ..lib.chorus_pro.nodes import check_amount, check_day
from ..lib.chorus_pro.suppliers import SupplierDetail

# Where the lines of a bill come from, the best first.
SOURCES = ("facturx", "cii", "ubl", "pivot_lines", "pivot_vat", "consultation", "files")
# When VAT becomes due, as the file says it (BT-8) and as the portal says it (typeTva).
ON_PAYMENT = "on_payment"
ON_INVOICE = "on_invoice"
LINE_FIGURES = ("quantity", "unit_price", "untaxed", "vat_rate", "discount")
_REGIMES = {VatRegime.ON_DEBITS: ON_INVOICE, VatRegime.ON_RECEIPTS: ON_PAYMENT}


@dataclass(frozen=True)
class ContentVat:
    """Base and VAT of one rate, in percent."""

    rate: Decimal | None
    base: Decimal | None
    amount: Decimal | None


@dataclass(frozen=True)
class ContentLine:
    """One line; ``untaxed`` is its net amount after ``discount``, an amount as well."""

    name: str = ""
    reference: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    untaxed: Decimal | None = None
    vat_rate: Decimal | None = None
    discount: Decimal = Decimal(0)
    unit: str = ""  # UN/ECE recommendation 20
    gtin: str = ""
    buyer_reference: str = ""


@dataclass(frozen=True)
class Content:
    """What one place tells; amounts in ``currency``, unsigned or not, as written."""

    source: str
    type_code: str
    amounts: Any  # untaxed, taxed, payable
    vat_lines: Sequence[ContentVat] = ()
    lines: Sequence[ContentLine] = ()
    rounding: Decimal = Decimal(0)
    due_date: date | None = None
    payment_reference: str = ""
    exigibility: str = ""
    original_number: str = ""
    # VAT categories (UNTDID 5305) that are told.
    categories: frozenset[str] = frozenset()
    # What this place says of the header: {kind of difference: text, date or amount}.
    header: dict[str, Any] = field(default_factory=dict)
    supplier: SupplierDetail = field(default_factory=SupplierDetail)


def of_pivot(pivot: Any) -> Content:
    """:param pivot: ``PivotInvoice`` of the library"""
    return Content(
        source="pivot_lines",
        type_code=pivot.type_code,
        amounts=pivot.amounts,
        vat_lines=[
            ContentVat(line.rate, line.base, line.amount) for line in pivot.vat_lines
        ],
        lines=[
            ContentLine(
                reference=line.reference,
                quantity=line.quantity,
                unit_price=line.unit_price,
                untaxed=line.untaxed,
                vat_rate=line.vat_rate,
            )
            for line in pivot.lines
        ],
        original_number=pivot.original_number,
    )


def of_consultation(told: dict[str, Any], pivot: Any) -> Content:
    """:param told: as :func:`told_by` made it"""
    content = Content(
        source="consultation",
        type_code=pivot.type_code,
        amounts=pivot.amounts,
        vat_lines=[ContentVat(*map(_decimal, row)) for row in told["vat"]],
        lines=[_told_line(row) for row in told["lines"]],
        due_date=date.fromisoformat(told["due"]) if told["due"] else None,
        exigibility=_REGIMES.get(VatRegime.parse(told["regime"]), ""),
        original_number=told["original"],
        supplier=SupplierDetail(
            **{**told["supplier"], "accounts": tuple(told["supplier"]["accounts"])}
        ),
    )
    missing = {
        name: _decimal(told[name])
        for name in ("untaxed", "taxed", "payable")
        if getattr(pivot.amounts, name) is None
    }
    return replace(content, amounts=replace(pivot.amounts, **missing))


def told_by(detail: Any) -> dict[str, Any]:
    """What of a consultation makes a bill, in plain values that a record can keep.

    :param detail: ``InvoiceDetail`` of the library
    :raise UnreadableDocument: an amount or a date that no invoice has
    """
    due = detail.due_date
    return {
        "untaxed": _text(detail.untaxed, "montantHtTotal"),
        "taxed": _text(detail.taxed, "montantTtcTotal"),
        "payable": _text(detail.payable, "montantAPayer"),
        "due": check_day(due, "dateEcheancePaiement").isoformat() if due else "",
        "regime": str(detail.vat_regime or ""),
        "original": detail.original_number,
        "supplier": asdict(detail.supplier_detail),
        "vat": [
            [_text(value, "TVA") for value in (one.rate, one.base, one.amount)]
            for one in detail.vat_lines
        ],
        "lines": [
            {
                "name": line.name,
                "reference": line.reference,
                **{
                    name: _text(getattr(line, name), "lignePoste")
                    for name in LINE_FIGURES
                },
            }
            for line in detail.lines
        ],
    }


def _told_line(row: dict[str, Any]) -> ContentLine:
    return ContentLine(
        name=row["name"],
        reference=row["reference"],
        quantity=_decimal(row["quantity"]),
        unit_price=_decimal(row["unit_price"]),
        untaxed=_decimal(row["untaxed"]),
        vat_rate=_decimal(row["vat_rate"]),
        discount=_decimal(row["discount"]) or Decimal(0),
    )


def under(content: Content, pivot: Content) -> Content:
    """A file under the header of the portal, whose amounts win where it has any."""
    told = {
        name: getattr(content.amounts, name)
        for name in ("untaxed", "taxed", "payable")
        if getattr(pivot.amounts, name) is None
    }
    return replace(
        content,
        type_code=pivot.type_code or content.type_code,
        amounts=replace(pivot.amounts, **told),
        vat_lines=pivot.vat_lines or content.vat_lines,
        original_number=pivot.original_number or content.original_number,
    )


def named_like(content: Content, others: Sequence[Content]) -> Content:
    """The same lines with the words of another place that has the same lines.

    The PIVOT has no descriptions. Those of a file are taken only where its lines are
    those of the PIVOT, one by one and to the cent.
    """
    for other in others:
        if _same_lines(content.lines, other.lines):
            named = [
                replace(line, name=twin.name)
                for line, twin in zip(content.lines, other.lines, strict=True)
            ]
            return replace(content, lines=named)
    return content


def _same_lines(lines: Sequence[ContentLine], others: Sequence[ContentLine]) -> bool:
    return (
        bool(lines)
        and len(lines) == len(others)
        and all(
            line.untaxed is not None
            and other.untaxed is not None
            and abs(line.untaxed) == abs(other.untaxed)
            for line, other in zip(lines, others, strict=True)
        )
    )


def _text(value: Decimal | None, name: str) -> str:
    return "" if value is None else str(check_amount(value, name))


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
