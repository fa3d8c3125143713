"""Value added tax: which category a tax of Odoo is, and why none is due."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from odoo.addons.account_edi_ubl_cii.models.account_edi_common import (
    TAX_EXEMPTION_MAPPING,
)

from ...lib.chorus_pro.identifiers import siren_of
from .draft import RATE_STEP, Draft, half_up, plain
from .tax_data import (
    EXEMPT,
    EXPORT,
    INTRA_COMMUNITY,
    OUTSIDE_SCOPE,
    REVERSE_CHARGE,
    STANDARD,
    ZERO_RATED,
    guess,
)

# The others of the code list (Canary Islands, Ceuta, Italian split payment) are not
# French.
KNOWN = (
    STANDARD,
    ZERO_RATED,
    EXEMPT,
    REVERSE_CHARGE,
    INTRA_COMMUNITY,
    EXPORT,
    OUTSIDE_SCOPE,
)
# Categories whose name is the reason (EN 16931, BR-AE-10, BR-IC-10, BR-G-10, BR-O-10).
# An exemption has to name its article of law: nothing is supposed for it.
EVIDENT_REASONS = {
    REVERSE_CHARGE: "VATEX-EU-AE",
    INTRA_COMMUNITY: "VATEX-EU-IC",
    EXPORT: "VATEX-EU-G",
    OUTSIDE_SCOPE: "VATEX-EU-O",
}


@dataclass(frozen=True)
class Category:
    """What BG-23 groups by."""

    code: str  # BT-118, BT-151
    rate: Decimal  # BT-119, BT-152: percent

    @property
    def rate_text(self) -> str | None:
        """BR-O-05: what lies outside the scope of VAT has no rate, not even zero."""
        return None if self.code == OUTSIDE_SCOPE else str(self.rate)


@dataclass
class Subtotal:
    """One line of the VAT breakdown while it is summed up."""

    base: Decimal = Decimal(0)  # BT-116
    tax: Decimal = Decimal(0)  # BT-117
    tax_in_company_currency: Decimal = Decimal(0)
    reasons: list[str] = field(default_factory=list)  # BT-120
    reason_codes: list[str] = field(default_factory=list)  # BT-121

    def add_reason(self, reason: str, code: str) -> None:
        if reason and reason not in self.reasons:
            self.reasons.append(reason)
        if code and code not in self.reason_codes:
            self.reason_codes.append(code)


def category(draft: Draft, tax) -> Category:
    """Category and rate of a percentage tax; what contradicts EN 16931 is noted."""
    # Two repartition lines that cancel each other out: nothing is paid to the seller.
    cancelled = tax.has_negative_factor
    rate = half_up(Decimal(0 if cancelled else str(tax.amount)), RATE_STEP)
    code = tax.ubl_cii_tax_category_code
    if not code and rate:
        code = STANDARD
    if not code:
        code = REVERSE_CHARGE if cancelled else guess(draft, tax).category
    found = Category(code, rate)
    _check_category(draft, tax, found)
    return found


def _check_category(draft: Draft, tax, found: Category) -> None:
    env = draft.env
    if found.code not in KNOWN:
        draft.miss(
            env._(
                "The tax category %(code)s of the tax %(tax)s is not a French one.",
                code=found.code,
                tax=tax.display_name,
            ),
            tax,
            "ubl_cii_tax_category_code",
        )
    elif found.rate < 0:
        draft.miss(
            env._(
                "The tax %(tax)s is negative: an electronic invoice has no place for"
                " it. Take it off the invoice lines.",
                tax=tax.display_name,
            ),
            tax,
            "amount",
        )
    elif (found.code == STANDARD) != (found.rate > 0):
        draft.miss(
            env._(
                "The tax %(tax)s has a rate of %(rate)s %% and the category %(code)s:"
                " S goes with a positive rate, the others with 0 %%.",
                tax=tax.display_name,
                rate=found.rate,
                code=found.code,
            ),
            tax,
            "ubl_cii_tax_category_code",
        )


def exemption(draft: Draft, tax, found: Category) -> tuple[str, str]:
    """Why no VAT is due: text and code, the text from the legal notes of the tax first.

    The standard and the zero rate have none (BR-S-10, BR-Z-10).
    """
    if found.code in (STANDARD, ZERO_RATED):
        return "", ""
    guessed = guess(draft, tax)
    code = (
        tax.ubl_cii_tax_exemption_reason_code
        or EVIDENT_REASONS.get(found.code, "")
        or (guessed.reason_code if guessed.category == found.code else "")
    )
    text = (
        plain(tax.invoice_legal_notes)
        or TAX_EXEMPTION_MAPPING.get(code)
        or (guessed.reason if guessed.category == found.code else "")
    )
    if not (text or code):
        draft.miss(
            draft.env._(
                "The tax %(tax)s does not say why no VAT is due. Fill in its tax"
                " exemption reason code, or its legal notes.",
                tax=tax.display_name,
            ),
            tax,
            "ubl_cii_tax_exemption_reason_code",
        )
    return text, code


def breakdown(draft: Draft, subtotals: dict[Category, Subtotal]) -> list[dict]:
    """BG-23, the highest rate first."""
    _check_outside_scope(draft, subtotals)
    return [
        {
            "BT-116": str(subtotal.base),
            "BT-117": str(subtotal.tax),
            "BT-118": found.code,
            "BT-119": found.rate_text,
            "BT-120": " / ".join(subtotal.reasons) or None,
            # One reason per category: with several, the text says them all.
            "BT-121": subtotal.reason_codes[0]
            if len(subtotal.reason_codes) == 1
            else None,
        }
        for found, subtotal in sorted(
            subtotals.items(), key=lambda item: (-item[0].rate, item[0].code)
        )
    ]


def _check_outside_scope(draft: Draft, subtotals: dict[Category, Subtotal]) -> None:
    """BR-O-11: nothing else stands beside what is outside the scope of VAT."""
    codes = {found.code for found in subtotals}
    if OUTSIDE_SCOPE in codes and len(codes) > 1:
        draft.miss(
            draft.env._(
                "Lines outside the scope of VAT cannot share an invoice with others:"
                " make two invoices."
            ),
            field="invoice_line_ids",
        )


def due_code(draft: Draft, taxes) -> str | None:
    """BT-8, one for the document: on invoice, or on payment.

    The company's option wins: a supplier of services who chose the debits says so on
    all invoices. Else the taxes tell; where goods and services mix, those that bear VAT
    decide, and what makes VAT due first wins among them.
    """
    percentages = taxes.flatten_taxes_hierarchy().filtered(
        lambda tax: tax.amount_type == "percent"
    )
    bearing = percentages.filtered("amount") or percentages
    if not bearing:
        return None
    on_payment = all(tax.tax_exigibility == "on_payment" for tax in bearing)
    told = "on_payment" if on_payment else "on_invoice"
    return draft.dialect.vat_due_code(
        draft.move.company_id.l10n_fr_chorus_vat_due or told
    )


def check_parties(draft: Draft, terms: dict, categories: set[str]) -> None:
    """What each VAT category demands of the parties and dates (BR-S-02 and on)."""
    seller, buyer = terms["BG-4"], terms["BG-7"]
    if OUTSIDE_SCOPE in categories:
        # BR-O-02: no VAT number stands on what is outside the scope of VAT.
        seller["vat_identifier"] = buyer["vat_identifier"] = None
    elif categories and not seller["vat_identifier"]:
        _tax_number(draft, seller, categories)
    if INTRA_COMMUNITY in categories:
        if not buyer["vat_identifier"]:
            _miss_number(draft, draft.customer)
        if not draft.move.delivery_date:
            draft.miss(draft.env._("Fill in the delivery date."), field="delivery_date")


def _tax_number(draft: Draft, seller: dict, categories: set[str]) -> None:
    """BT-32 (BR-E-02): who never charges VAT may have no VAT number, but a SIREN."""
    siren = siren_of(seller["legal_identifier"])
    if siren and categories == {EXEMPT}:
        seller["tax_identifier"] = siren
    else:
        _miss_number(draft, draft.supplier)


def _miss_number(draft: Draft, partner) -> None:
    draft.miss(
        draft.env._("Fill in the VAT number of %s.", partner.display_name),
        partner,
        "vat",
    )
