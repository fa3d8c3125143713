"""What a specimen invoice says, whatever its vocabulary."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

EN16931 = "urn:cen.eu:en16931:2017"
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class SpecimenLine:
    """A line without allowance; ``rate`` is the VAT percentage."""

    name: str
    quantity: Decimal
    price: Decimal
    rate: Decimal
    reference: str | None = None

    @property
    def net(self) -> Decimal:
        return (self.quantity * self.price).quantize(_CENT)


@dataclass(frozen=True)
class Annex:
    """A file for BG-24."""

    name: str
    content: bytes
    mime: str = "application/pdf"
    description: str = "DOCUMENT_ANNEXE"


@dataclass(frozen=True)
class Party:
    """Supplier or buyer; ``legal`` is BT-30 or BT-47, ``ids`` (scheme, value) pairs."""

    name: str
    legal: str
    country: str
    ids: tuple[tuple[str, str], ...]
    address: str | None
    legal_scheme: str | None

    @property
    def scheme(self) -> dict[str, str]:
        """The attribute of the legal identifier."""
        return {"schemeID": self.legal_scheme} if self.legal_scheme else {}


def _default_lines() -> tuple[SpecimenLine, ...]:
    return (
        SpecimenLine("Papier A4", Decimal(10), Decimal("4.20"), Decimal(20), "PAP-A4"),
        SpecimenLine("Livres", Decimal(3), Decimal("18.90"), Decimal("5.5")),
    )


@dataclass(frozen=True)
class Specimen:
    """An invoice that a direct deposit accepts, unless something is changed."""

    number: str = "FA-2026-001"
    issue_date: date = date(2026, 10, 12)
    type_code: str = "380"
    cadre: str | None = "A1"
    profile: str = EN16931
    supplier_id: str = "73282932000074"
    supplier_name: str = "FOURNITURES EXEMPLE SAS"
    supplier_vat: str = "FR44732829320"
    supplier_scheme: str | None = "0009"
    supplier_country: str = "FR"
    # (scheme, value) of BT-29 and BT-46; (address) of BT-34 and BT-49, scheme 0225.
    supplier_ids: tuple[tuple[str, str], ...] = ()
    buyer_ids: tuple[tuple[str, str], ...] = ()
    buyer_scheme: str | None = "0009"
    supplier_address: str | None = None
    buyer_address: str | None = None
    # (code, text) of BT-21 and BT-22.
    notes: tuple[tuple[str, str], ...] = ()
    buyer_id: str = "12345678200051"
    buyer_name: str = "COMMUNE D'ESSAI"
    service: str | None = None
    engagement: str | None = None
    contract: str | None = None
    original: str | None = None
    payment_code: str | None = "30"
    iban: str | None = "FR7630006000011234567890189"
    due_date: date = date(2026, 11, 11)
    delivery_date: date = date(2026, 10, 10)
    prepaid: Decimal = Decimal("0.00")
    lines: tuple[SpecimenLine, ...] = field(default_factory=_default_lines)
    annexes: tuple[Annex, ...] = ()

    @property
    def supplier(self) -> Party:
        return Party(
            self.supplier_name,
            self.supplier_id,
            self.supplier_country,
            self.supplier_ids,
            self.supplier_address,
            self.supplier_scheme,
        )

    @property
    def buyer(self) -> Party:
        return Party(
            self.buyer_name,
            self.buyer_id,
            "FR",
            self.buyer_ids,
            self.buyer_address,
            self.buyer_scheme,
        )

    @property
    def untaxed(self) -> Decimal:
        return sum((line.net for line in self.lines), Decimal("0.00"))

    @property
    def breakdown(self) -> dict[Decimal, tuple[Decimal, Decimal]]:
        """VAT rate -> (base, amount)."""
        bases: dict[Decimal, Decimal] = {}
        for line in self.lines:
            bases[line.rate] = bases.get(line.rate, Decimal(0)) + line.net
        return {r: (b, (b * r / 100).quantize(_CENT)) for r, b in bases.items()}

    @property
    def vat(self) -> Decimal:
        return sum((vat for _base, vat in self.breakdown.values()), Decimal("0.00"))

    @property
    def taxed(self) -> Decimal:
        return self.untaxed + self.vat
