"""What a tax of 0 % means when nobody has said it: read from its data, or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .draft import Draft, plain

STANDARD = "S"
ZERO_RATED = "Z"
EXEMPT = "E"
REVERSE_CHARGE = "AE"
INTRA_COMMUNITY = "K"
EXPORT = "G"
OUTSIDE_SCOPE = "O"
# Taxes of the French chart of accounts, which come without a category.
CHART = {
    "tva_sale_good_export_0": EXPORT,
    "tva_sale_good_intra_0": INTRA_COMMUNITY,
    "tva_sale_service_intra_0": REVERSE_CHARGE,
}
FRANCHISE = "VATEX-FR-FRANCHISE"
# Legal notes of the tax, in French or in the English of the chart -> category and code
# of the reason. The first that is found counts.
WORDS = tuple(
    (re.compile(pattern, re.IGNORECASE), category, code)
    for pattern, category, code in (
        (r"\b293[\s-]*B\b", EXEMPT, FRANCHISE),
        (r"autoliquidation|reverse charge|\b283[\s-]*[12]\b", REVERSE_CHARGE, ""),
        (r"\b262[\s-]*ter\b|article 138\b", INTRA_COMMUNITY, ""),
        (r"\b262[\s-]*I\b", EXPORT, ""),
    )
)
ARTICLE_261 = re.compile(r"\b261[\s,-]+([1-5]|7|8)\b")
# French departments where VAT is not applied, and how that is said on invoices.
NO_VAT_COUNTRIES = ("GF", "YT")
NO_VAT_POSTCODES = ("973", "976")
NO_VAT = "TVA non applicable, article 294 du code général des impôts"


@dataclass(frozen=True)
class Guess:
    """:ivar reason_code: VATEX, empty when the category tells it or nothing does
    :ivar reason: French words for what no code is known of
    """

    category: str
    reason_code: str = ""
    reason: str = ""


def guess(draft: Draft, tax) -> Guess:
    """Category of a tax without one: by its legal notes, its place in the French
    chart, or where the supplier is; else exempt for a reason still to be given."""
    key = ("tax", tax.id)
    if key not in draft.memory:
        draft.memory[key] = _guess(draft, tax)
    return draft.memory[key]


def _guess(draft: Draft, tax) -> Guess:
    notes = plain(tax.invoice_legal_notes)
    for pattern, category, code in WORDS:
        if pattern.search(notes):
            return Guess(category, code)
    article = ARTICLE_261.search(notes)
    if article:
        return Guess(EXEMPT, f"VATEX-FR-CGI261-{article[1]}")
    known = tax.get_external_id().get(tax.id) or ""
    for name, category in CHART.items():
        if known.endswith(f"_{name}"):
            return Guess(category)
    if _is_without_vat(draft.supplier):
        return Guess(EXEMPT, reason=NO_VAT)
    return Guess(EXEMPT)


def _is_without_vat(supplier) -> bool:
    """Guyane and Mayotte, under their own country code or the French one."""
    code, postcode = supplier.country_id.code, (supplier.zip or "").replace(" ", "")
    return code in NO_VAT_COUNTRIES or (
        code == "FR" and postcode.startswith(NO_VAT_POSTCODES)
    )
