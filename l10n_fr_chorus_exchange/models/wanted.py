"""Is the invoice of a deposit on the portal? Told from the rows of its searches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ..lib.chorus_pro.records import SentInvoice


@dataclass(frozen=True)
class Wanted:
    """What identifies the invoice of a deposit on the portal, as it was sent.

    :ivar state: of the deposit, when it was asked about
    :ivar flow_id: the attempt that was asked about, an id of ours
    :ivar flow_number: of that attempt; "" when no answer came
    """

    number: str
    siret: str
    issue_date: date
    total: Decimal
    state: str = ""
    flow_id: int | bool = False
    flow_number: str = ""

    @classmethod
    def of(cls, deposit: Any) -> Wanted:
        """:param deposit: one record of the outbox"""
        return cls(
            number=deposit.name.strip(),
            siret=deposit.supplier_siret,
            issue_date=deposit.invoice_date,
            total=Decimal(deposit.amount_total),
            state=deposit.state,
            flow_id=deposit.flow_id.id,
            flow_number=deposit.flow_number or "",
        )

    def is_in(self, sent: SentInvoice) -> bool:
        """Whether ``sent`` is this very invoice, whatever flow brought it.

        The portal's key is supplier, number and year: another supplier, or another
        year, may bear the number. Credit notes may come with either sign.
        """
        return (
            self._bears_number(sent)
            and sent.issue_date in (None, self.issue_date)
            and (sent.taxed is None or abs(sent.taxed) == abs(self.total))
        )

    def came_with(self, sent: SentInvoice) -> bool:
        """Whether our own flow brought ``sent``: its number is enough then."""
        return bool(self.flow_number) and (
            (sent.flow_number, sent.number.strip()) == (self.flow_number, self.number)
        )

    def clashes_with(self, sent: SentInvoice) -> bool:
        """Whether ``sent`` uses up the number of this invoice without being it."""
        return (
            self._bears_number(sent)
            and (
                sent.issue_date is None or sent.issue_date.year == self.issue_date.year
            )
            and not self.is_in(sent)
        )

    def _bears_number(self, sent: SentInvoice) -> bool:
        return (
            sent.number.strip() == self.number
            and sent.supplier.identifier == self.siret
        )


class Found:
    """Rows of a search, by number.

    :ivar is_whole: whether the portal showed all there is
    """

    def __init__(self, rows: Iterable[SentInvoice], *, is_whole: bool = True) -> None:
        self.is_whole = is_whole
        self._rows: dict[str, list[SentInvoice]] = defaultdict(list)
        for row in rows:
            self._rows[row.number.strip()].append(row)

    @classmethod
    def nothing(cls) -> Found:
        return cls(())

    def settling(self, wanted: Wanted) -> SentInvoice | None:
        """The row that proves that the invoice is on the portal."""
        rows = self._rows.get(wanted.number, [])
        for proof in wanted.came_with, wanted.is_in:
            for row in rows:
                if proof(row):
                    return row
        return None

    def clashing(self, wanted: Wanted) -> SentInvoice | None:
        """A row of the same supplier, number and year that is another invoice."""
        rows = self._rows.get(wanted.number, [])
        return next((row for row in rows if wanted.clashes_with(row)), None)
