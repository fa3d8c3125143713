"""The terms of an invoice as the figures that go beside its PDF (``soumettre``).

Nothing is computed that the terms do not say already, but for what the service has no
place for: an allowance or charge of the document, or a charge of a line, becomes a line
of its own, so that the lines still add up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ...lib.chorus_pro.codes import (
    BillingFramework,
    InvoiceKind,
    PaymentMode,
    VatRegime,
)
from ...lib.chorus_pro.records import Submission, SubmissionLine, VatShare
from ...lib.chorus_pro.records.submissions import MAX_COMMENT
from .text import one_line

Terms = Mapping[str, Any]

KINDS = {"380": InvoiceKind.INVOICE, "381": InvoiceKind.CREDIT_NOTE}

# BT-81 (UNTDID 4461). What is absent or another means is a transfer, as the portal
# itself reads it in a flow.
PAYMENT_MODES = {
    "01": PaymentMode.OTHER,
    "10": PaymentMode.CASH,
    "20": PaymentMode.CHEQUE,
    "30": PaymentMode.TRANSFER,
    "31": PaymentMode.TRANSFER,
    "42": PaymentMode.TRANSFER,
    "48": PaymentMode.OTHER,
    "49": PaymentMode.DIRECT_DEBIT,
    "58": PaymentMode.TRANSFER,
    "59": PaymentMode.DIRECT_DEBIT,
    "97": PaymentMode.CARRY_FORWARD,
}

ON_RECEIPTS = ("72", "432")  # BT-8, in CII and in UBL
WITHOUT_VAT = ("E", "O", "AE", "K", "G")

# BT-130 (UN/ECE Rec 20) as the portal shows it: a free label, in French.
UNITS = {
    "C62": "unité",
    "H87": "pièce",
    "DZN": "douzaine",
    "GRM": "g",
    "KGM": "kg",
    "TNE": "t",
    "LTR": "l",
    "MTQ": "m³",
    "CMT": "cm",
    "MTR": "m",
    "KMT": "km",
    "MTK": "m²",
    "MIN": "minute",
    "HUR": "heure",
    "DAY": "jour",
    "WEE": "semaine",
    "MON": "mois",
    "ANN": "année",
    "KWH": "kWh",
    "MWH": "MWh",
    "SET": "lot",
    "LS": "forfait",
}
ONE = "C62"
PRICE_STEP = Decimal("0.000001")
ROUNDING = "Arrondi"
UNNAMED = {True: "Remise", False: "Frais"}


@dataclass(frozen=True)
class Sender:
    """The supplier as the portal numbers it; ``exemption`` is a code of its list."""

    structure_id: int
    service_id: int | None = None
    bank_id: int | None = None
    exemption: str = ""


@dataclass(frozen=True)
class Validator:
    """Who has a say before the recipient (A9, A12)."""

    siret: str = ""
    service: str = ""


def submission(terms: Terms, sender: Sender, validator: Validator) -> Submission:
    """What ``soumettre`` is told beside the PDF.

    :param terms: of the direct dialect, complete
    :raise KeyError: a type of document that the service does not know
    """
    framework = BillingFramework.from_short(terms["BT-23"])
    regime = _regime(terms, sender)
    no_vat = regime is VatRegime.NO_VAT
    rounding = cash_rounding(terms)
    return Submission(
        number=terms["BT-1"],
        issue_date=terms["BT-2"],
        kind=KINDS[terms["BT-3"]],
        framework=framework,
        recipient=terms["BG-7"]["legal_identifier"],
        service_code=terms.get("BT-10") or "",
        supplier_id=sender.structure_id,
        supplier_service_id=sender.service_id,
        bank_id=sender.bank_id,
        validator=validator.siret,
        validator_service=validator.service,
        currency=terms["BT-5"],
        vat_regime=regime,
        exemption_code=sender.exemption if regime is VatRegime.EXEMPT else "",
        contract=terms.get("BT-12") or "",
        engagement=terms.get("BT-13") or "",
        original_number=_original(terms),
        payment_mode=PAYMENT_MODES.get(terms.get("BT-81"), PaymentMode.TRANSFER),
        lines=tuple(_lines(terms)),
        vat=() if no_vat else tuple(_shares(terms)),
        untaxed=Decimal(terms["BT-109"]),
        tax=Decimal(terms.get("BT-110") or 0),
        taxed=Decimal(terms["BT-112"]),
        payable=Decimal(terms["BT-115"]),
        discount=-rounding if rounding < 0 else None,
        discount_reason=ROUNDING if rounding < 0 else "",
        comment=_comment(terms),
    )


def cash_rounding(terms: Terms) -> Decimal:
    """BT-114: below zero it is a discount, above it has no place in a submission."""
    return Decimal(terms.get("BT-114") or 0)


def _regime(terms: Terms, sender: Sender) -> VatRegime:
    """When the tax becomes due, or why there is none.

    A reason has to be one of the portal's own codes; without it the service only knows
    *no VAT*, and takes no summary then.
    """
    categories = {share["BT-118"] for share in terms["BG-23"]}
    if categories <= set(WITHOUT_VAT):
        exempt = sender.exemption and "O" not in categories
        return VatRegime.EXEMPT if exempt else VatRegime.NO_VAT
    if terms.get("BT-8") in ON_RECEIPTS:
        return VatRegime.ON_RECEIPTS
    return VatRegime.ON_DEBITS


def _original(terms: Terms) -> str:
    """Only a credit note has one here."""
    if KINDS[terms["BT-3"]] is not InvoiceKind.CREDIT_NOTE:
        return ""
    return next((one["BT-25"] for one in terms.get("BG-3") or ()), "")


def _shares(terms: Terms) -> Iterator[VatShare]:
    """One per rate: the service knows no categories."""
    bases: dict[Decimal, Decimal] = defaultdict(Decimal)
    taxes: dict[Decimal, Decimal] = defaultdict(Decimal)
    for share in terms["BG-23"]:
        rate = Decimal(share["BT-119"] or 0)
        bases[rate] += Decimal(share["BT-116"])
        taxes[rate] += Decimal(share["BT-117"])
    for rate, base in bases.items():
        yield VatShare(rate=rate, base=base, tax=taxes[rate])


def _lines(terms: Terms) -> Iterator[SubmissionLine]:
    for line in terms["BG-25"]:
        yield from _line(line)
    for group, sign in (("BG-20", -1), ("BG-21", 1)):
        for entry in terms.get(group) or ():
            yield _extra(entry, sign, _rate(entry.get("vat_rate")))


def _line(line: Terms) -> Iterator[SubmissionLine]:
    rate = _rate(line.get("BT-152"))
    allowances = [Decimal(one["amount"]) for one in line.get("BG-27") or ()]
    yield SubmissionLine(
        name=line["BT-153"],
        reference=line.get("BT-155") or "",
        quantity=Decimal(line["BT-129"]),
        unit=UNITS.get(line["BT-130"], line["BT-130"]),
        price=_price(line),
        discount=sum(allowances, Decimal(0)) if allowances else None,
        rate=rate,
    )
    for charge in line.get("BG-28") or ():
        yield _extra(charge, 1, rate)


def _price(line: Terms) -> Decimal:
    """Of one unit: there is no place for "per hundred"."""
    price = Decimal(line["BT-146"])
    base = line.get("BT-149")
    return (price / Decimal(base)).quantize(PRICE_STEP) if base else price


def _extra(entry: Terms, sign: int, rate: Decimal) -> SubmissionLine:
    return SubmissionLine(
        name=one_line(entry.get("reason")) or UNNAMED[sign < 0],
        quantity=Decimal(sign),
        unit=UNITS[ONE],
        price=Decimal(entry["amount"]),
        rate=rate,
    )


def _rate(percent: str | None) -> Decimal:
    return Decimal(percent or 0)


def _comment(terms: Terms) -> str:
    """The notes of the document, as many as there is room for."""
    notes = [note["BT-22"] for note in terms.get("BG-1") or ()]
    return "\n".join(notes)[:MAX_COMMENT].strip()
