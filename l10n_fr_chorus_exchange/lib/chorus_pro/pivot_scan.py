"""The PIVOT as a stream: invoices come out while it goes in.

Files go to the disk as they come, so that memory depends neither on their size nor on
how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .archives import Limits
from .contents import Incoming
from .errors import Flaw, UnreadableDocument
from .guarded_xml import GuardedParser
from .nodes import Node
from .pivot import PivotInvoice
from .pivot_units import PivotUnit

ROOT = "CPPFacturePivot"
UNIT = "CPPFacturePivotUnitaire"
# The number of a line, the kind of a bank account.
_MARKS = ("NumOrdre", "Type")
_MAX_MARK = 50

Found = PivotInvoice | UnreadableDocument


class PivotScan(GuardedParser):
    """One PIVOT; see :meth:`invoices`."""

    def __init__(self, limits: Limits, events: int = 0) -> None:
        super().__init__(limits, events)
        self._incoming = Incoming(limits)
        self._unit: PivotUnit | None = None
        self._unit_depth = 0
        self._found: list[Found] = []

    def invoices(self, pieces: Iterable[bytes]) -> Iterator[Found]:
        """Invoices as they are complete; a bad one is told in its place.

        :raise UnreadableDocument: the whole cannot be read on, after what came before
        """
        try:
            for piece in pieces:
                yield from self._step(piece)
            self.finish()
        finally:
            self._incoming.close()
            self._unit = None  # its files; the parser keeps us alive for a while

    def _step(self, piece: bytes) -> Iterator[Found]:
        problem: UnreadableDocument | None = None
        try:
            self.feed(piece)
        except UnreadableDocument as caught:
            problem = caught
        yield from self._found
        self._found.clear()
        if problem is not None:
            raise problem

    def opened(self, name: str, attributes: dict[str, str], depth: int) -> None:
        if depth == 1 and name != ROOT:
            raise UnreadableDocument(Flaw.NOT_A_PIVOT, detail=name[:40])
        if self._unit is None and name != UNIT:
            return
        marks = (attributes[one] for one in _MARKS if one in attributes)
        node = Node(name, next(marks, "").strip()[:_MAX_MARK], self.line)
        if self._unit is not None:
            self._unit.start(node)
        else:
            self._unit = PivotUnit(self._limits, self._incoming, node)
            self._unit_depth = depth

    def written(self, text: str) -> None:
        if self._unit is not None:
            self._unit.add(text)

    def closed(self, depth: int) -> None:
        if self._unit is None:
            return
        if depth == self._unit_depth:
            self._found.append(self._unit.result())
            self._unit = None
        else:
            self._unit.end()
