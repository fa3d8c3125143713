"""One document on its way to a bill: what was read, what was decided, what to tell."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from ..lib.chorus_pro.codes import BillingFramework
from .inbound_content import Content
from .inbound_plan import BillPlan

# VAT categories (UNTDID 5305): with VAT; reverse charge at home, within the Union.
TAXED = frozenset({"S", "L", "M"})
OWED_BY_BUYER = frozenset({"AE", "K"})


class NeedsConsultationError(Exception):
    """The files leave something out that the portal's consultation may tell."""


@dataclass
class Books:
    """What one batch asks of the company's books, each asked once."""

    taxes: dict[Any, Any] = field(default_factory=dict)
    currencies: dict[str, Any] = field(default_factory=dict)
    journals: dict[Any, Any] = field(default_factory=dict)  # by connection


@dataclass
class BillDraft:
    """Records are of the models their names say; filled in step by step."""

    document: Any  # l10n_fr_chorus.inbound
    pivot: Any  # PivotInvoice of the library, without the bytes of its files
    contents: list[Content]  # the best first, the PIVOT among them
    unreadable: tuple[str, ...] = ()
    plan: BillPlan | None = None
    content: Content | None = None
    currency: Any = None
    is_rate_missing: bool = False
    journal: Any = None
    account: Any = None
    user: Any = None
    analytic: Any = False
    taxes: dict[Any, Any] = field(default_factory=dict)
    supplier: Any = None
    bank: dict[str, Any] = field(default_factory=dict)
    move: Any = None
    reverse_tax: Any = None
    is_vat_adjusted: bool = False

    @property
    def is_paid(self) -> bool:
        """Whether the supplier says that the invoice is paid already."""
        return self.pivot.cadre is BillingFramework.A2

    @property
    def is_owed_by_buyer(self) -> bool:
        """Whether the file says that the buyer declares the VAT, all that bears none."""
        told = self.file.categories - TAXED if self.file else frozenset()
        return bool(told) and told <= OWED_BY_BUYER

    @property
    def is_for_person(self) -> bool:
        """Whether the document leaves something to choose before its bill is posted."""
        is_tax_missing = self.is_owed_by_buyer and not self.reverse_tax
        return (
            self.is_paid
            or is_tax_missing
            or self.is_rate_missing
            or bool(self.unreadable)
        )

    def again(self) -> BillDraft:
        """The same before anything was written, for another attempt."""
        return replace(self, supplier=None, bank={}, move=None)

    @property
    def file(self) -> Content | None:
        """What the structured file says, where there is one."""
        return next((one for one in self.contents if one.header), None)

    @property
    def supplier_detail(self) -> Any:
        """What is told of the supplier beyond the PIVOT, all places together."""
        detail = self.contents[0].supplier
        for content in self.contents[1:]:
            detail = detail.completed_by(content.supplier)
        return detail

    def told(self, name: str) -> Any:
        """The first place that tells this."""
        return next(
            (getattr(one, name) for one in self.contents if getattr(one, name)), None
        )
