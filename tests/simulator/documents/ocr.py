"""What a portal makes of the text of a PDF that carries no data: guesses.

Scans have no text, hence no values. Labels are those of common French invoices; how
the real recognition works is not published.
"""

from __future__ import annotations

import io
import logging
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pypdf import PdfReader

from .containers import PDF_FAULTS
from .model import Unreadable

_logger = logging.getLogger(__name__)

MAX_PAGES = 5
MAX_TEXT = 50_000

_GAP = r"[\s:#°.]{0,12}"
_AMOUNT = r"(-?\d{1,3}(?:[ \u00a0\u202f.]\d{3})+(?:[,.]\d{2})|-?\d+(?:[,.]\d{2})?)"
_NUMBER = re.compile(
    rf"\b(?:facture|avoir)\s+(?:n\s*°?|num[ée]ro)?{_GAP}([A-Z0-9][A-Z0-9+_/-]{{2,19}})",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"date[^\n:\d]{{0,30}}{_GAP}(\d\d[/.]\d\d[/.]\d{{4}}|\d{{4}}-\d\d-\d\d)", re.I
)
_SIRET = re.compile(r"(?<!\d)(\d{3} ?\d{3} ?\d{3} ?\d{5})(?!\d)")
_SERVICE = re.compile(
    rf"\bservice(?:\s+ex[ée]cutant)?{_GAP}([A-Z0-9_-]{{2,100}})", re.I
)
_ORDER = re.compile(
    rf"\b(?:engagement(?:\s+juridique)?|bon\s+de\s+commande){_GAP}"
    r"([A-Z0-9][A-Z0-9_/-]{2,49})",
    re.IGNORECASE,
)
_AMOUNTS = {
    "untaxed": re.compile(rf"total\s+(?:h\.?t\.?|hors\s+taxes?){_GAP}{_AMOUNT}", re.I),
    "vat": re.compile(rf"(?:total|montant)\s+(?:de\s+la\s+)?tva{_GAP}{_AMOUNT}", re.I),
    "taxed": re.compile(rf"total\s+t\.?t\.?c\.?{_GAP}{_AMOUNT}", re.I),
    "payable": re.compile(
        rf"(?:net\s+[àa]\s+payer|reste\s+[àa]\s+payer){_GAP}{_AMOUNT}", re.I
    ),
}
_FORMATS = ("%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d")


@dataclass(frozen=True)
class Guesses:
    """What was recognised; None where nothing was. ``date`` is AAAA-MM-JJ."""

    number: str | None = None
    date: str | None = None
    sirets: tuple[str, ...] = ()
    service: str | None = None
    order: str | None = None
    currency: str | None = None
    is_credit_note: bool | None = None
    untaxed: Decimal | None = None
    vat: Decimal | None = None
    taxed: Decimal | None = None
    payable: Decimal | None = None


def read_pdf(content: bytes) -> Guesses:
    """Values recognised in a PDF.

    :raise Unreadable: not a PDF, damaged, encrypted or without a page
    """
    return guess(_text(content))


def guess(text: str) -> Guesses:
    """Values recognised in a text.

    >>> guess("Facture n° FA-2026-7\\nDate : 02/03/2026\\nTotal TTC : 1 200,00 €").taxed
    Decimal('1200.00')
    """
    if not text.strip():
        return Guesses()
    amounts = {name: _amount(_first(rule, text)) for name, rule in _AMOUNTS.items()}
    number = next((n for n in _NUMBER.findall(text) if any(map(str.isdigit, n))), None)
    title = re.search(r"\b(facture|avoir)\b", text, re.IGNORECASE)
    return Guesses(
        number=number,
        date=_date(_first(_DATE, text)),
        sirets=tuple(dict.fromkeys(n.replace(" ", "") for n in _SIRET.findall(text))),
        service=_first(_SERVICE, text),
        order=_first(_ORDER, text),
        currency="EUR" if "€" in text or "EUR" in text else None,
        is_credit_note=None if title is None else title[1].lower() == "avoir",
        **amounts,
    )


def _text(content: bytes) -> str:
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise Unreadable("le PDF est chiffré")
        pages = reader.pages[:MAX_PAGES]
        found = "\n".join(page.extract_text() for page in pages)
    except PDF_FAULTS as error:
        _logger.info("PDF not readable: %s", type(error).__name__)
        raise Unreadable("le PDF est endommagé") from error
    if not pages:
        raise Unreadable("le PDF n'a aucune page")
    return found[:MAX_TEXT]


def _first(rule: re.Pattern[str], text: str) -> str | None:
    found = rule.search(text)
    return found[1] if found else None


def _date(value: str | None) -> str | None:
    for form in _FORMATS if value else ():
        try:
            return datetime.strptime(value or "", form).date().isoformat()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def _amount(value: str | None) -> Decimal | None:
    if value is None:
        return None
    head, tail = value, ""
    if value[-3:-2] in (",", "."):
        head, tail = value[:-3], value[-2:]
    return Decimal(re.sub(r"[^\d-]", "", head) + (f".{tail}" if tail else ""))
