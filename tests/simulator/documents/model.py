"""What the other modules of the package read, refuse and hand out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

MAIN = "01"
COMPLEMENTARY = "02"


class Family(str, Enum):
    """The two XML vocabularies of EN 16931."""

    CII = "cii"
    UBL = "ubl"


@dataclass(frozen=True)
class Attachment:
    """One file of an invoice.

    ``description`` is BT-123 when the file came from BG-24.
    """

    name: str
    content: bytes
    mime: str
    type_code: str = COMPLEMENTARY
    description: str = ""


@dataclass(frozen=True)
class VatLine:
    """One row of the VAT breakdown, BG-23. ``rate`` is a percentage."""

    rate: Decimal
    base: Decimal
    amount: Decimal
    category: str


@dataclass(frozen=True)
class Line:
    """One invoice line, BG-25.

    ``number`` counts from 1 in the order of the file; ``unit_price`` is for one
    unit (BT-146 divided by BT-149); ``discount`` is the sum of the line's
    allowances minus its charges, None when it has neither.
    """

    number: int
    reference: str | None
    name: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    net_amount: Decimal
    vat_rate: Decimal | None
    discount: Decimal | None


@dataclass(frozen=True)
class ReadInvoice:
    """One invoice as its XML states it; amounts in ``currency``, signs as written.

    Text fields are stripped; ``cadre`` is BT-23 as written (use ``pivot_cadre`` for
    the portal's own code); ``vat_due_code`` is BT-8 as 5, 29 or 72 in both families.
    """

    number: str
    issue_date: date
    type_code: str
    cadre: str | None
    currency: str
    supplier_id: str
    supplier_id_scheme: str | None
    supplier_name: str
    supplier_vat: str | None
    supplier_country: str | None
    buyer_id: str
    buyer_name: str
    service_code: str | None
    engagement: str | None
    contract: str | None
    original_number: str | None
    due_date: date | None
    payment_code: str | None
    iban: str | None
    vat_due_code: str | None
    total_untaxed: Decimal
    total_vat: Decimal
    total_taxed: Decimal
    prepaid: Decimal
    payable: Decimal
    vat_lines: tuple[VatLine, ...]
    lines: tuple[Line, ...]
    attachments: tuple[Attachment, ...]
    main: Attachment
    xml: bytes
    delivery_date: date | None
    notes: tuple[str, ...]
    # True when the deposit was XML and ``main`` is our rendering of it.
    is_xml_only: bool = False

    @property
    def is_credit_note(self) -> bool:
        """UNTDID 1001 codes that give money back."""
        return self.type_code in CREDIT_NOTE_TYPES


CREDIT_NOTE_TYPES = frozenset({"81", "83", "261", "296", "381", "396", "502", "503"})


@dataclass(frozen=True)
class PivotInvoice:
    """An invoice with what the portal knows about it, ready for the recipient.

    ``supplier_siret`` holds the portal's identifier, which is not always a SIRET;
    ``extra`` are the files added on the portal after the deposit.
    """

    invoice: ReadInvoice
    portal_id: int
    recipient_siret: str
    recipient_name: str
    service_code: str | None
    service_name: str | None
    supplier_siret: str
    supplier_name: str
    received: date
    recycled: bool = False
    extra: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class TechnicalError:
    """One line of ``listeErreurTechnique``."""

    nature: str
    code: str
    label: str


class Inadmissible(Exception):  # noqa: N818 - the portal's own word for it
    """The whole flow is refused; no invoice of it is looked at further."""

    def __init__(self, *errors: TechnicalError) -> None:
        super().__init__("; ".join(error.label for error in errors))
        self.errors = tuple(errors)


class Unreadable(Exception):  # noqa: N818 - reads as a verdict on a file
    """The file is not an invoice that can be read; ``reason`` is plain French."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
