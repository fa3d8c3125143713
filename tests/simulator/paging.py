"""Pages as the portal cuts them: ten by default, never more than the cap in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from .replies import Broken, Json

DEFAULT_SIZE = 10

T = TypeVar("T")


@dataclass(frozen=True)
class Wanted:
    """What the client asks for: a page number from 1, and a size."""

    page: int
    size: int


@dataclass(frozen=True)
class Page:
    """Where the returned page stands among all results."""

    page: int
    pages: int
    size: int
    total: int

    def fields(self, suffix: str = "") -> Json:
        """The four fields, with the suffix that nested lists carry."""
        return {
            f"pageCourante{suffix}": self.page,
            f"pages{suffix}": self.pages,
            f"nbResultatsParPage{suffix}": self.size,
            f"total{suffix}": self.total,
        }


def wanted(
    block: Any,
    page_name: str = "pageResultatDemandee",
    size_name: str = "nbResultatsParPage",
) -> Wanted:
    """Read a paging block; page 0 has been seen and means the first one.

    Broken 400 for a negative page or size.
    """
    block = block or {}
    page = block.get(page_name) or 1
    size = block.get(size_name) or DEFAULT_SIZE
    if page < 0 or size < 0:
        raise Broken(400, f"{page_name}, {size_name}: valeur négative")
    return Wanted(page, size)


def cut(
    rows: Sequence[T], want: Wanted, cap: int | None = None
) -> tuple[list[T], Page]:
    """The asked page of the rows, the rows beyond the cap not counted."""
    seen = rows if cap is None else rows[:cap]
    start = (want.page - 1) * want.size
    pages = -(-len(seen) // want.size)
    page = Page(want.page, pages, want.size, len(seen))
    return list(seen[start : start + want.size]), page


def least(cap: int, forced: int) -> int:
    """The client's cap, unless the portal is told not to listen (0: it does)."""
    return min(cap, forced) if forced else cap


def ascending(block: Any, name: str = "triSens") -> bool:
    """Sorting is descending unless the client says otherwise."""
    return bool((block or {}).get(name) == "Ascendant")
