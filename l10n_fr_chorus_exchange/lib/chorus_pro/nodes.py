"""A small tree of elements read from XML, and the values in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from . import reading as r
from .errors import Flaw, UnreadableDocument

# Beyond, a float no longer holds the cents.
MAX_AMOUNT = Decimal(10) ** 12
# The portal's first invoices are of 2012; deliveries and works may be older.
FIRST_YEAR, LAST_YEAR = 2000, 2099


def check_amount(amount: Decimal, name: str, *, line: int | None = None) -> Decimal:
    """The amount, rate or quantity as it is.

    :param name: of the element or term, for the reason
    :raise UnreadableDocument: no invoice holds that much
    """
    if abs(amount) >= MAX_AMOUNT:
        raise UnreadableDocument(Flaw.ABSURD_NUMBER, detail=name, line=line)
    return amount


def check_day(day: date, name: str, *, line: int | None = None) -> date:
    """The day as it is.

    :param name: of the element or term, for the reason
    :raise UnreadableDocument: not a day of our time
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UnreadableDocument(Flaw.ABSURD_DATE, detail=name, line=line)
    return day


class Node:
    """An element; ``name`` without its prefix, ``text`` before its first child.

    ``mark`` is its only attribute of interest, "" when it has none. Nothing more is
    kept: there may be some hundred thousands.
    """

    __slots__ = ("children", "line", "mark", "name", "text")

    def __init__(self, name: str, mark: str = "", line: int = 0) -> None:
        self.name = name
        self.mark = mark
        self.line = line
        self.text = ""
        self.children: Sequence[Node] = ()

    def append(self, child: Node) -> None:
        """One more element inside."""
        if not isinstance(self.children, list):
            self.children = []
        self.children.append(child)

    def drop(self, child: Node) -> None:
        """Forget the last element inside, if it is this one."""
        if self.children[-1:] == [child]:
            self.children = self.children[:-1]

    def all(self, *path: str) -> Iterator[Node]:
        """Elements at the end of a path of names, the first one at each step."""
        *steps, last = path
        parent = self.at(*steps)
        return (child for child in parent.children if child.name == last)

    def at(self, *path: str) -> Node:
        """The first element at the end of a path; an empty one when there is none."""
        current = self
        for name in path:
            found = (child for child in current.children if child.name == name)
            current = next(found, _NOTHING)
        return current

    def value(self, *path: str) -> str:
        """Text without outer spaces, "" when absent."""
        return self.at(*path).text.strip()

    def number(self, *path: str) -> Decimal | None:
        """Amount, rate or quantity, None when absent.

        :raise UnreadableDocument: not a number, or one that no invoice holds
        """
        node = self.at(*path)
        text = node.text.strip()
        if not text:
            return None
        found = r.decimal_of(text)
        if found is None:
            raise UnreadableDocument(Flaw.NOT_A_NUMBER, detail=path[-1], line=node.line)
        return check_amount(found, path[-1], line=node.line)

    def day(self, *path: str) -> date | None:
        """Calendar day, None when absent.

        :raise UnreadableDocument: not a date, or one that no invoice has
        """
        node = self.at(*path)
        text = node.text.strip()
        if not text:
            return None
        found = r.day_of(text)
        if found is None:
            raise UnreadableDocument(Flaw.NOT_A_DATE, detail=path[-1], line=node.line)
        return check_day(found, path[-1], line=node.line)


_NOTHING = Node("")
