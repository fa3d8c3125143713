"""Is the invoice of a deposit on the portal? Told from the rows of its searches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ..lib.chorus_pro.errors import OutcomeUnknownError
from ..lib.chorus_pro.identifiers import siren_of
from ..lib.chorus_pro.records import SentInvoice


def _supplier(identifier: str) -> str:
    """What all establishments of a supplier share."""
    return siren_of(identifier) or identifier


def readable(rows: Iterable[Any], number: str = "") -> list[SentInvoice]:
    """The rows of a search that can be read.

    :param number: the one that was searched; "" where all were of interest
    :raise OutcomeUnknownError: another row may be the invoice that is looked for, so
        that its absence from the others proves nothing
    """
    found = []
    for row in rows:
        if isinstance(row, SentInvoice):
            found.append(row)
        elif not number or row.number.strip() in ("", number):
            raise OutcomeUnknownError("a row of the search cannot be read")
    return found


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
            and sent.taxed is not None
            and abs(sent.taxed) == abs(self.total)
        )

    def may_be(self, sent: SentInvoice) -> bool:
        """Whether ``sent`` lacks just what would tell that it is this invoice."""
        return (
            not self.is_in(sent)
            and sent.number.strip() == self.number
            and sent.supplier.identifier in ("", self.siret)
            and sent.issue_date in (None, self.issue_date)
            and (sent.taxed is None or abs(sent.taxed) == abs(self.total))
        )

    def came_with(self, sent: SentInvoice) -> bool:
        """Whether our own flow brought ``sent``: its number is enough then."""
        return bool(self.flow_number) and (
            (sent.flow_number, sent.number.strip()) == (self.flow_number, self.number)
        )

    def clashes_with(self, sent: SentInvoice) -> bool:
        """Whether ``sent`` uses up the number of this invoice without being it.

        Numbers are counted by supplier: by SIREN, whatever its establishment.
        """
        return (
            sent.number.strip() == self.number
            and _supplier(sent.supplier.identifier) == _supplier(self.siret)
            and (
                sent.issue_date is None or sent.issue_date.year == self.issue_date.year
            )
            and not self.is_in(sent)
            and not self.may_be(sent)
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
        """The row that proves that the invoice is on the portal, or None.

        :raise OutcomeUnknownError: there may be one, but it says too little: such a
            search is no answer, and nothing may be sent on the strength of it
        """
        rows = self._rows.get(wanted.number, [])
        for proof in wanted.came_with, wanted.is_in:
            for row in rows:
                if proof(row):
                    return row
        if self.is_unclear(wanted):
            raise OutcomeUnknownError("a row of the search says too little")
        return None

    def is_unclear(self, wanted: Wanted) -> bool:
        """Whether only rows that say too little speak of this invoice."""
        rows = self._rows.get(wanted.number, [])
        return any(wanted.may_be(row) for row in rows) and not any(
            wanted.came_with(row) or wanted.is_in(row) for row in rows
        )

    def clashing(self, wanted: Wanted) -> SentInvoice | None:
        """A row of the same supplier, number and year that is another invoice."""
        rows = self._rows.get(wanted.number, [])
        return next((row for row in rows if wanted.clashes_with(row)), None)
