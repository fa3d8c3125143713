"""Invoice lines (BG-25), document allowances and charges (BG-20, BG-21), their sums."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from stdnum import ean

from .draft import RATE_STEP, Draft, half_up, number
from .quantities import billed
from .text import clean, one_line
from .vat import Category, Subtotal, category, exemption
from .words import line_words

DISCOUNT_CODE = "95"  # UNTDID 5189
CONTRIBUTION_CODE = "AEO"  # UNTDID 7161: collection and recycling
GTIN_SCHEME = "0160"  # ISO 6523
PERCENT = Decimal(100)


@dataclass
class Lines:
    """The lines of the document and their sums."""

    terms: list[dict] = field(default_factory=list)
    line_total: Decimal = Decimal(0)  # BT-106
    allowances: list[dict] = field(default_factory=list)  # BG-20
    allowance_total: Decimal = Decimal(0)  # BT-107
    charges: list[dict] = field(default_factory=list)  # BG-21
    charge_total: Decimal = Decimal(0)  # BT-108
    rounding: Decimal = Decimal(0)  # BT-114: cash rounding
    subtotals: dict[Category, Subtotal] = field(
        default_factory=lambda: defaultdict(Subtotal)
    )
    first_notes: list[str] = field(default_factory=list)  # written above all lines

    @property
    def net(self) -> Decimal:
        """BT-109."""
        return self.line_total - self.allowance_total + self.charge_total


@dataclass
class LineTaxes:
    """The taxes of one line, sorted by what EN 16931 makes of them."""

    vat: list[dict] = field(default_factory=list)
    contributions: list[dict] = field(default_factory=list)

    @property
    def vat_tax(self):
        return self.vat[0]["tax"] if self.vat else None


def collect(draft: Draft, base_lines: list[dict]) -> Lines:
    """:param base_lines: of Odoo's tax engine, details computed and rounded."""
    found = Lines()
    words = line_words(draft)
    found.first_notes = words.pop(None, [])
    ordered = sorted(base_lines, key=lambda line: _place(line["record"]))
    ordinary = [
        line
        for line in ordered
        if not line["special_type"] and not _is_global(draft, line)
    ]
    for base_line in ordered:
        if base_line["special_type"] == "cash_rounding":
            found.rounding += _net(draft, base_line)
        elif base_line["special_type"]:
            _refuse_special(draft)
        elif ordinary and _is_global(draft, base_line):
            found.first_notes += words.pop(base_line["record"].id, [])
            _add_global(draft, found, base_line)
        else:
            _add(draft, found, base_line, words)
    # A line that is left out for its taxes was told of already.
    if all(line["special_type"] for line in base_lines):
        draft.miss(draft.env._("The invoice has no line."), field="invoice_line_ids")
    return found


def _is_global(draft: Draft, base_line: dict) -> bool:
    """A discount on the whole document, which Odoo books as a line of its own.

    Any other negative line (a deducted down payment, goods taken back) stays a line
    with a negative quantity: the recipient reads it where the supplier put it.
    """
    line = base_line["record"]
    if line._name != "account.move.line" or line.display_type != "product":
        return False
    key = (line.extra_tax_data or {}).get("computation_key") or ""
    return key.startswith("global_discount,") or (
        bool(line.product_id) and line.product_id in _discount_product(draft)
    )


def _discount_product(draft: Draft):
    """Of the sales application, when there is one."""
    company = draft.move.company_id
    if "sale_discount_product_id" in company._fields:
        return company.sale_discount_product_id
    return draft.env["product.product"]


def _place(record) -> tuple[int, int]:
    return record.sequence, record.id


def _refuse_special(draft: Draft) -> None:
    draft.miss(
        draft.env._(
            "The payment terms %s lower the VAT at once for a discount that the"
            " customer may or may not take: Chorus Pro cannot be told so. Use others.",
            draft.move.invoice_payment_term_id.display_name,
        ),
        field="invoice_payment_term_id",
    )


def _note(draft: Draft, notes: dict, base_line: dict) -> list[dict]:
    """BT-127: once per line in this profile."""
    note = "\n".join(notes.get(base_line["record"].id, []))
    return [{"BT-127": note[: draft.dialect.note_length].rstrip()}] if note else []


def _add(draft: Draft, found: Lines, base_line: dict, words: dict) -> None:
    taxes = _line_taxes(draft, base_line)
    if not taxes.vat:
        return
    its_category = category(draft, taxes.vat_tax)
    net = _net(draft, base_line)
    charges = [_contribution(draft, data) for data in taxes.contributions]
    total = net + sum(Decimal(charge["amount"]) for charge in charges)
    found.line_total += total
    _sum_up(draft, found.subtotals[its_category], taxes, its_category, total)
    found.terms.append(
        {
            "BT-126": str(len(found.terms) + 1),
            "BT-127-00": _note(draft, words, base_line),
            **_item(draft, base_line),
            **_price(draft, base_line, taxes, net, charges),
            **_period(base_line["record"]),
            "BT-131": str(total),
            "BT-151": its_category.code,
            "BT-152": its_category.rate_text,
        }
    )


def _add_global(draft: Draft, found: Lines, base_line: dict) -> None:
    """BG-20, or BG-21 for what is added: one for each VAT category."""
    taxes = _line_taxes(draft, base_line)
    if taxes.contributions or not taxes.vat:
        _add(draft, found, base_line, {})
        return
    its_category = category(draft, taxes.vat_tax)
    net = _net(draft, base_line)
    _sum_up(draft, found.subtotals[its_category], taxes, its_category, net)
    terms = {
        "amount": str(abs(net)),
        "reason": one_line(base_line["record"].name) or draft.move.env._("Discount"),
        "vat_category_code": its_category.code,
        "vat_rate": its_category.rate_text,
    }
    if net > 0:
        found.charge_total += net
        found.charges.append(terms)
    else:
        found.allowance_total -= net
        found.allowances.append({**terms, "reason_code": DISCOUNT_CODE})


def _period(line) -> dict:
    """BT-134, BT-135: the days a subscription pays for, where an add-on keeps them."""
    if "deferred_start_date" not in line._fields:
        return {}
    return {
        "BT-134": line.deferred_start_date or None,
        "BT-135": line.deferred_end_date or None,
    }


def _sum_up(draft, subtotal: Subtotal, taxes: LineTaxes, its_category, total) -> None:
    company_currency = draft.move.company_currency_id
    subtotal.base += total
    for data in taxes.vat:
        subtotal.tax += draft.money(data["tax_amount_currency"])
        subtotal.tax_in_company_currency += draft.money(
            data["tax_amount"], company_currency
        )
    subtotal.add_reason(*exemption(draft, taxes.vat_tax, its_category))


def _net(draft: Draft, base_line: dict) -> Decimal:
    """Without any tax; the cent that global rounding moved onto the line included."""
    details = base_line["tax_details"]
    return draft.money(
        details["total_excluded_currency"] + details["delta_total_excluded_currency"]
    )


def _line_taxes(draft: Draft, base_line: dict) -> LineTaxes:
    """One VAT per line (BR-CO-04); amounts per piece become charges of the line."""
    found = LineTaxes()
    for data in base_line["tax_details"]["taxes_data"]:
        tax = data["tax"]
        if tax.amount_type == "percent":
            found.vat.append(data)
        elif tax.amount_type == "fixed" and tax.include_base_amount:
            found.contributions.append(data)
        else:
            draft.miss(
                draft.env._(
                    "The tax %s has no place in an electronic invoice: only percentages"
                    " and fixed amounts that VAT is computed on have one.",
                    tax.display_name,
                ),
                tax,
            )
    label = one_line(base_line["record"].name) or base_line["product_id"].display_name
    if not found.vat:
        draft.miss(
            draft.env._(
                "The line “%s” has no VAT: choose a tax, one of 0 %% if it bears none.",
                label,
            ),
            field="invoice_line_ids",
        )
    elif len({data["tax"].id for data in found.vat}) > 1:
        draft.miss(
            draft.env._(
                "The line “%s” has two VAT rates: keep one, or split it.", label
            ),
            field="invoice_line_ids",
        )
    return found


def _contribution(draft: Draft, data: dict) -> dict:
    """BG-28: a contribution per piece (packaging, electronic waste) that bears VAT."""
    return {
        "amount": str(draft.money(data["tax_amount_currency"])),
        "reason": one_line(data["tax"].invoice_label or data["tax"].name),
        "reason_code": CONTRIBUTION_CODE,
    }


def _item(draft: Draft, base_line: dict) -> dict:
    product = base_line["product_id"]
    label = clean(base_line["record"].name)
    first, _, rest = label.partition("\n")
    if product:
        name = one_line(product.name)
        named = first in (name, one_line(product.display_name))
        description = rest if named else label
    else:
        name, description = first, rest
    if not name:
        draft.miss(
            draft.env._("A line of the invoice has neither label nor product."),
            field="invoice_line_ids",
        )
    terms = {
        "BT-153": name,
        "BT-154": description or None,
        "BT-155": one_line(product.default_code) or None,
    }
    if product.barcode and ean.is_valid(product.barcode):
        terms.update({"BT-157": product.barcode, "BT-157-1": GTIN_SCHEME})
    return terms


def _price(
    draft: Draft, base_line: dict, taxes: LineTaxes, net: Decimal, charges: list[dict]
) -> dict:
    """Quantity, unit price before discount, discount as an allowance of the line.

    The portal refuses a gross price that comes without its discount: BT-147 and BT-148
    are never written.
    """
    quantity = billed(
        draft,
        base_line["record"],
        _unit_price(base_line, taxes),
        number(base_line["quantity"]),
    )
    gross = quantity.amount(draft.cent)
    allowances = []
    if base_line["discount"]:
        discount = gross - net
        terms = _discount(draft, base_line, discount, gross)
        if discount > 0:
            allowances.append({**terms, "reason_code": DISCOUNT_CODE})
        elif discount < 0:
            charges = [*charges, terms]
    return {
        **quantity.terms(draft.move.currency_id.decimal_places),
        "BT-130": draft.env["account.edi.common"]._get_uom_unece_code(
            base_line["product_uom_id"]
        ),
        "BG-27": allowances,
        "BG-28": charges,
    }


def _discount(draft: Draft, base_line: dict, discount: Decimal, gross: Decimal) -> dict:
    terms = {
        "amount": str(abs(discount)),
        "reason": draft.move.env._("Discount"),
    }
    rate = half_up(number(base_line["discount"]), RATE_STEP)
    # A rate that does not give the amount would be a second truth.
    if rate > 0 and half_up(gross * rate / PERCENT, draft.cent) == discount > 0:
        terms.update({"rate": str(rate), "base_amount": str(gross)})
    return terms


def _unit_price(base_line: dict, taxes: LineTaxes) -> Decimal:
    """Price of one unit before discount and without any tax."""
    price = number(base_line["price_unit"])
    included = [
        data
        for data in (*taxes.vat, *taxes.contributions)
        if data["price_include"] and not data["is_reverse_charge"]
    ]
    if not included:
        return price
    kept = 1 - number(base_line["discount"]) / PERCENT
    quantity = number(base_line["quantity"])
    if taxes.contributions and kept and quantity:
        raw = number(base_line["tax_details"]["raw_total_excluded_currency"])
        return raw / kept / quantity
    return price / (1 + number(taxes.vat_tax.amount) / PERCENT)
