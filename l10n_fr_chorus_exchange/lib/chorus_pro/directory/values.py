"""Cells to values: a flag, an identifier, a text of bounded length."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..codes import Code, IdentifierType
from ..identifiers import clean_siret, is_siret_shape, siret_checksum_ok
from .columns import FLAGS, Layout, SheetKind

Value = str | bool | None
Row = tuple[Value, ...]

_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_NUMBER = re.compile(
    r"[0-9]{1,20}(?:[.,][0-9]{1,20})?[eE]\+?[0-9]{1,2}|[0-9]{1,20}\.0+"
)
_FLAGS = {
    "": None,
    **dict.fromkeys(("true", "1", "oui", "vrai", "o"), True),
    **dict.fromkeys(("false", "0", "non", "faux", "n"), False),
}
# Longer ones are cut: addresses and names are for reading.
_LONGEST = {"name": 250, "street": 250, "street2": 250, "street3": 250, "city": 120}
_LONGEST |= {"zip": 20, "country_code": 2}
_MOST_IDENTIFIER = 80  # characters, as the portal's own search takes
_MOST_CODE = 100
_SHORTEST_SIRET = 10  # digits a spreadsheet may have left of one
_MOST_DETAIL = 80


class RowFlaw(Code):
    """Why a row is left out."""

    BROKEN = "broken"  # quotes that do not end
    WIDTH = "width"  # not the number of cells of the title line
    NO_IDENTIFIER = "no_identifier"
    NOT_A_SIRET = "not_a_siret"
    NO_NAME = "no_name"
    NO_CODE = "no_code"
    NOT_A_FLAG = "not_a_flag"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be used; ``line`` counts from 1, ``detail`` is what was there.

    ``identifier`` is the one of the row, "" when it cannot be told.
    """

    line: int
    flaw: RowFlaw
    detail: str = ""
    identifier: str = ""


class _Bad(Exception):  # noqa: N818  (a signal within this module)
    def __init__(self, flaw: RowFlaw, detail: str = "") -> None:
        super().__init__(flaw)
        self.flaw = flaw
        self.detail = detail[:_MOST_DETAIL]


def reader_of(layout: Layout) -> Callable[[int, Sequence[str]], Row | BadRow]:
    """A function from a line number and its cells to the values of ``layout.fields``.

    A flag that is not told is None; a text that is not told is empty.
    """
    steps = [(place, _step(field)) for field, place in layout.columns.items()]
    finish = _finish_body if layout.kind is SheetKind.BODIES else _finish_service
    fields = layout.fields

    def read(line: int, cells: Sequence[str]) -> Row | BadRow:
        try:
            values = [step(cells[place]) for place, step in steps]
            return finish(fields, values)
        except _Bad as bad:
            identifier = _text(cells[layout.columns["identifier"]])[:_MOST_IDENTIFIER]
            digits = clean_siret(identifier)
            if is_siret_shape(digits):
                identifier = digits
            return BadRow(line, bad.flaw, bad.detail, identifier)

    return read


def _step(field: str) -> Callable[[str], Value]:
    if field in FLAGS:
        return _flag
    if field == "identifier_type":
        return _identifier_type
    most = _LONGEST.get(field)
    if most is None:
        return _text
    return lambda cell: _shortened(_text(cell), most)


def _text(cell: str) -> str:
    """One line without invisible characters.

    >>> _text(" Mairie\\tde\\nVille ")
    'Mairie de Ville'
    """
    if not cell.isprintable():
        cell = _SPACE.sub(" ", cell)
    return " ".join(cell.split())


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rstrip()


def _flag(cell: str) -> bool | None:
    """
    >>> _flag(" Vrai "), _flag("0"), _flag("")
    (True, False, None)
    """
    if cell in _FLAGS:
        return _FLAGS[cell]
    word = cell.strip().lower()
    if word in _FLAGS:
        return _FLAGS[word]
    raise _Bad(RowFlaw.NOT_A_FLAG, cell)


def _identifier_type(cell: str) -> str:
    """As the API calls it; flows and maybe files count them.

    >>> _identifier_type("1"), _identifier_type("ridet"), _identifier_type("")
    ('SIRET', 'RIDET', 'SIRET')
    >>> _identifier_type("NEW")
    'AUTRE'
    """
    word = cell.strip().upper()
    if not word:
        return IdentifierType.SIRET.value
    found = IdentifierType.parse(word)
    if not isinstance(found, IdentifierType):
        found = IdentifierType.from_flow(word)
    if not isinstance(found, IdentifierType):
        found = IdentifierType.OTHER
    return found.value


def _finish_body(fields: Sequence[str], values: list[Value]) -> Row:
    row = dict(zip(fields, values, strict=True))
    kind = row.get("identifier_type", IdentifierType.SIRET.value)
    row["identifier"] = _identifier(str(row["identifier"]), str(kind))
    if not row["name"]:
        raise _Bad(RowFlaw.NO_NAME, str(row["identifier"]))
    return tuple(row.values())


def _finish_service(fields: Sequence[str], values: list[Value]) -> Row:
    row = dict(zip(fields, values, strict=True))
    # Of which type is not told here: as it is written, see :func:`siret_of`.
    row["identifier"] = _identifier(str(row["identifier"]), "")
    code = str(row["code"])
    if not code:
        raise _Bad(RowFlaw.NO_CODE, str(row["identifier"]))
    if len(code) > _MOST_CODE:
        raise _Bad(RowFlaw.TOO_LONG, code)
    if row.get("portal_id"):
        row["portal_id"] = _whole(str(row["portal_id"]))[:_MOST_CODE]
    return tuple(row.values())


def _identifier(text: str, kind: str) -> str:
    if not text:
        raise _Bad(RowFlaw.NO_IDENTIFIER)
    if kind == IdentifierType.SIRET.value:
        siret = siret_of(text)
        if not siret:
            raise _Bad(RowFlaw.NOT_A_SIRET, text)
        return siret
    if len(text) > _MOST_IDENTIFIER:
        raise _Bad(RowFlaw.TOO_LONG, text)
    return text


def siret_of(text: str) -> str:
    """The SIRET that a spreadsheet may have left so, "" when it can be none.

    Some numbers of another kind (a RIDET) read as one too: where the type is not told,
    a structure that is known by the number as it is written goes first.

    >>> siret_of("219 900 012 00019"), siret_of("2.1990001200019E13")
    ('21990001200019', '21990001200019')
    >>> siret_of("1999900000011"), siret_of("1999900000012")
    ('01999900000011', '')
    """
    digits = clean_siret(_whole(text))
    # A spreadsheet drops the zeros a number begins with.
    full = digits.zfill(14) if len(digits) >= _SHORTEST_SIRET else ""
    return full if is_siret_shape(digits) or siret_checksum_ok(full) else ""


def _whole(text: str) -> str:
    """A whole number as a spreadsheet may write it; any other text as it is.

    >>> _whole("2.1990001200019E13"), _whole("12.0"), _whole("12A")
    ('21990001200019', '12', '12A')
    """
    if not _NUMBER.fullmatch(text):
        return text
    number = Decimal(text.replace(",", "."))
    return format(number, ".0f") if number == number.to_integral_value() else text
