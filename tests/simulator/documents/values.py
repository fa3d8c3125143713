"""Text of an XML file turned into values, without ever trusting it."""

from __future__ import annotations

import base64
import binascii
import mimetypes
import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from .model import Attachment, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

# Written out in full: an exponent such as 1E999999 would be short in the file and
# endless once formatted.
_NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})")
_SIRET = re.compile(r"\d{14}")
_DATE_FORMATS = ("%Y%m%d", "%Y-%m-%d")
MAX_ATTACHMENT = 40 * 1024 * 1024


def steps(path: str) -> str:
    """``A/B`` as a search by local names: older dialects move the namespaces.

    >>> steps("A/B")
    '{*}A/{*}B'
    """
    return "/".join(f"{{*}}{step}" for step in path.split("/"))


def node(parent: _Element | None, path: str) -> _Element | None:
    """First element at ``path`` below ``parent``."""
    return None if parent is None else parent.find(steps(path))


def nodes(parent: _Element | None, path: str) -> Iterator[_Element]:
    """All elements at ``path`` below ``parent``."""
    if parent is not None:
        yield from parent.iterfind(steps(path))


def text(parent: _Element | None, path: str) -> str | None:
    """Stripped text at ``path``, None when absent or blank."""
    return content(node(parent, path))


def content(element: _Element | None) -> str | None:
    """Stripped text of ``element``, None when absent or blank."""
    if element is None or element.text is None:
        return None
    return element.text.strip() or None


def number(value: str | None) -> Decimal | None:
    """A plain decimal, None for anything else.

    >>> number("12.50"), number("12,50"), number("1E9")
    (Decimal('12.50'), None, None)
    """
    if value is None or not _NUMBER.fullmatch(value):
        return None
    return Decimal(value)


def amount(parent: _Element | None, path: str) -> Decimal | None:
    """Decimal at ``path``, None when absent or not a number."""
    return number(text(parent, path))


def per_unit(price: Decimal, base: Decimal | None) -> Decimal:
    """Price of one unit, six decimals, from a price of ``base`` units (BT-149).

    >>> per_unit(Decimal("10.00"), Decimal("3")), per_unit(Decimal("10.00"), None)
    (Decimal('3.333333'), Decimal('10.00'))
    """
    if not base or base == 1:
        return price
    return (price / base).quantize(Decimal("0.000001"))


def day(value: str | None) -> date | None:
    """A day written AAAAMMJJ or AAAA-MM-JJ; what follows the day is dropped.

    >>> day("20261012"), day("2026-10-12+01:00"), day("20260230")
    (datetime.date(2026, 10, 12), datetime.date(2026, 10, 12), None)
    """
    if value is None:
        return None
    head = value[:10] if "-" in value[:5] else value[:8]
    for form in _DATE_FORMATS:
        try:
            return datetime.strptime(head, form).date()  # noqa: DTZ007 - a day, no hour
        except ValueError:
            continue
    return None


def identifier(
    candidates: Iterable[tuple[str | None, str | None]],
) -> tuple[str, str | None]:
    """The first SIRET among (value, scheme) pairs, else the first value.

    >>> identifier([("552100554", "0002"), ("552 100 554 00013", "0009")])
    ('55210055400013', '0009')
    """
    known = [(value, scheme) for value, scheme in candidates if value]
    for value, scheme in known:
        packed = "".join(value.split())
        if _SIRET.fullmatch(packed):
            return packed, scheme
    return known[0] if known else ("", None)


def is_siret(value: str | None) -> bool:
    """Fourteen digits; the check digit is not looked at, as in qualification."""
    return bool(value and _SIRET.fullmatch(value))


def unpack(encoded: str | None, name: str) -> bytes:
    """Strict base64.

    :raise Unreadable: not base64, or larger than ``MAX_ATTACHMENT``
    """
    packed = "".join((encoded or "").split())
    if len(packed) > MAX_ATTACHMENT * 4 // 3 + 4:
        raise Unreadable(f"la pièce jointe {name} est trop volumineuse")
    try:
        return base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable(f"la pièce jointe {name} n'est pas du base64") from error


def file_name(value: str | None, default: str) -> str:
    """Last part of a path, without control characters.

    >>> file_name("C:\\\\tmp\\\\bon.pdf", "x"), file_name("../", "x")
    ('bon.pdf', 'x')
    """
    tail = re.split(r"[/\\]", value or "")[-1]
    kept = "".join(char for char in tail if char.isprintable()).strip(" .")
    return kept or default


def short_name(name: str, limit: int = 50) -> str:
    """At most ``limit`` characters, the extension kept.

    >>> short_name("a" * 60 + ".pdf", 10)
    'aaaaaa.pdf'
    """
    if len(name) <= limit:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 8:
        return name[:limit]
    return f"{stem[: limit - len(extension) - 1]}.{extension}"


def embedded(
    binary: _Element, *, name: str | None, description: str | None
) -> Attachment:
    """The file of a BG-24 block.

    :raise Unreadable: content that is not base64
    """
    label = file_name(binary.get("filename") or name, "piece-jointe")
    mime = binary.get("mimeCode") or mimetypes.guess_type(label)[0]
    return Attachment(
        name=label,
        content=unpack(binary.text, label),
        mime=mime or "application/octet-stream",
        description=description or "",
    )
