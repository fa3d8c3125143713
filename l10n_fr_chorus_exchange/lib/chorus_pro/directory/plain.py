"""A workbook as programs write it, row by row without a tree, which takes most of the time.

Only the plainest XML is known here. At the first stretch that has anything else, a
comment, a formula, a run of fonts, the parser takes over: it gets what stands before the
elements, and everything from that stretch on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, product
from string import ascii_uppercase
from typing import TypeVar

MOST_COLUMNS = 200
MAX_HELD = 1_000_000  # bytes without the end of an element
_MOST_SHAPES = 1_000

# Only where a file begins: looked for everywhere, it would be looked for without end.
_ENCODING = re.compile(
    rb"(?:\xef\xbb\xbf)?<\?xml[^>]* encoding=[\"'](?!(?i:utf-8)[\"'])"
)
_TEXT = re.compile(
    r'\s*<si><t(?:/>|(?: xml:space="preserve")?>([^<]*)</t>)</si>|(.+)', re.DOTALL
)
_ROW = re.compile(r'\s*<row(?: r="([0-9]{1,7})")?((?: [^<>/]*)?)>')
# Column, type, value, text that stands in the cell; and whatever is none of this.
_CELL = re.compile(
    r'<c(?: r="([A-Z]{1,3})[0-9]{1,7}")?'
    r'(?: s="[0-9]{1,6}")?(?: t="([A-Za-z]{1,12})")?(?: s="[0-9]{1,6}")?'
    r"(?:/>|>(?:<v>([^<]*)</v>"
    r'|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
    r"|(.+)",
    re.DOTALL,
)
_ENTITY = re.compile(r"&([a-z]{2,4};)?")
_ENTITIES = {"amp;": "&", "lt;": "<", "gt;": ">", "quot;": '"', "apos;": "'"}
# Place of a cell after the letters of its reference: A, B… Z, AA, AB…
_NAMES = [*ascii_uppercase, *map("".join, product(ascii_uppercase, repeat=2))]
PLACES = {name: place for place, name in enumerate(_NAMES[:MOST_COLUMNS])}

Row = tuple[str, list[str]]
_Found = TypeVar("_Found")


class _Odd(Exception):  # noqa: N818  (a signal within this module)
    """Something for the parser."""


class Plain:
    """What is plain of one file of a workbook; the :meth:`rest` is for the parser.

    :param pieces: the file
    :param name: of its elements, ``row`` or ``si``
    :param opening: name of the element they stand in
    """

    def __init__(self, pieces: Iterator[bytes], name: str, opening: str) -> None:
        self._pieces = pieces
        self._start = f"<{name}".encode()
        self._end = f"</{name}>".encode()
        self._before = re.compile(rb"<%b(?: [^<>]*)?(?<!/)>\s*\Z" % opening.encode())
        self._head = b""
        self._held = b""
        self.read = 0  # bytes

    def texts(self) -> Iterator[list[str]]:
        """Texts of one stretch of ``si`` after the other."""
        return self._taken(_texts_in)

    def rows(self, texts: Mapping[str, str]) -> Iterator[list[Row]]:
        """Number ("" where it is not told) and cells of one stretch of ``row`` after
        the other.

        :param texts: those that stand apart, by their place
        """
        return self._taken(_RowsIn(texts))

    def rest(self) -> Iterator[bytes]:
        """The file without what was plain, once there is no more of it."""
        first = self._head + self._held
        self.read -= len(first)
        return chain([first] if first else [], self._pieces)

    def _taken(self, parse: Callable[[str], list[_Found]]) -> Iterator[list[_Found]]:
        if not self._is_plain_before():
            return
        goes_on = True
        while goes_on:
            cut = self._held.rfind(self._end) + len(self._end)
            if cut >= len(self._end):
                try:
                    found = parse(self._held[:cut].decode())
                except (_Odd, UnicodeDecodeError):
                    return
                self._held = self._held[cut:]
                yield found
            goes_on = self._takes_more()

    def _is_plain_before(self) -> bool:
        """Whether nothing but the usual stands before the first element."""
        place = -1
        while place < 0:
            if not self._takes_more():
                return False
            place = self._held.find(self._start)
        head = self._held[:place]
        # A comment, or a type declaration, may hold what looks like an element.
        if b"<!" in head or _ENCODING.match(head) or not self._before.search(head):
            return False
        self._head, self._held = head, self._held[place:]
        return True

    def _takes_more(self) -> bool:
        piece = next(self._pieces, b"") if len(self._held) < MAX_HELD else b""
        self._held += piece
        self.read += len(piece)
        return bool(piece)


def _texts_in(stretch: str) -> list[str]:
    found = _TEXT.findall(stretch)
    if any(odd for _text, odd in found):
        raise _Odd
    return [_plain_text(text) if "&" in text else text for text, _odd in found]


class _RowsIn:
    """The rows in a stretch of a sheet."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        # What columns a row has is the same in most rows.
        self._shapes: dict[tuple[str, ...], tuple[int, list[int | None]]] = {}

    def __call__(self, stretch: str) -> list[Row]:
        # After the last end of a row there is nothing.
        return list(map(self._row, stretch.split("</row>")[:-1]))

    def _row(self, text: str) -> Row:
        start = _ROW.match(text)
        if start is None or ' r="' in start[2]:
            raise _Odd
        found = _CELL.findall(text, start.end())
        if not found:
            return start[1] or "", []
        letters, types, values, texts, odd = zip(*found, strict=True)
        if any(odd):
            raise _Odd
        if "&" in text:
            values = tuple(map(_plain_text, values))
            texts = tuple(map(_plain_text, texts))
        apart = self._texts
        cells = [
            apart[value] if type_ == "s" else value or inside
            for type_, value, inside in zip(types, values, texts, strict=True)
        ]
        return start[1] or "", self._placed(letters, cells)

    def _placed(self, letters: tuple[str, ...], cells: list[str]) -> list[str]:
        shape = self._shapes.get(letters)
        if shape is None:
            shape = _shape_of(letters)
            if len(letters) <= MOST_COLUMNS and len(self._shapes) < _MOST_SHAPES:
                self._shapes[letters] = shape
        width, places = shape
        if width < 0:
            return cells
        row = [""] * width
        for place, cell in zip(places, cells, strict=True):
            if place is not None:
                row[place] = cell
        return row


def _shape_of(letters: Sequence[str]) -> tuple[int, list[int | None]]:
    """How many cells a row has, and at which place each of those told stands; -1 where
    they stand as they are told."""
    width = 0
    places: list[int | None] = []
    for name in letters:
        place = PLACES.get(name, MOST_COLUMNS) if name else width
        fits = width <= place < MOST_COLUMNS
        places.append(place if fits else None)
        width = place + 1 if fits else width
    return (-1 if places == [*range(len(places))] else width), places


def _plain_text(text: str) -> str:
    return _ENTITY.sub(_entity, text)


def _entity(match: re.Match[str]) -> str:
    try:
        return _ENTITIES[match[1]]
    except KeyError:
        # A character by its number, or something broken.
        raise _Odd from None
