"""A readable PDF of an invoice that was deposited as XML alone.

The portal needs such a rendering to show the invoice to people; ours is plain and
says what it is. Same input, same bytes.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from reportlab.lib import colors  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import getSampleStyleSheet  # type: ignore[import-untyped]
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.platypus import (  # type: ignore[import-untyped]
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from .model import Line, ReadInvoice

MAX_LINES = 500
MAX_TEXT = 300
_RIGHT_FROM = 1
_MARGIN = 15 * mm
# UN/ECE code of the unit that is no unit.
_PIECE = "C62"
_STYLES = getSampleStyleSheet()
_HEAD_COLOUR = colors.HexColor("#dfe6f0")


def readable_pdf(invoice: ReadInvoice) -> bytes:
    """One or more A4 pages in French with all that the XML says in figures."""
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=_shown(f"Facture {invoice.number}"),
        # Without date and random id: the same invoice gives the same bytes.
        invariant=1,
    )
    document.build(list(_story(invoice)))
    return buffer.getvalue()


def _story(invoice: ReadInvoice) -> Iterator[Any]:
    kind = "Avoir" if invoice.is_credit_note else "Facture"
    yield _paragraph(f"{kind} {invoice.number}", "Title")
    yield _paragraph("Représentation lisible produite par le simulateur", "Italic")
    yield Spacer(1, 4 * mm)
    yield _table(_facts(invoice), widths=(55 * mm, 120 * mm))
    yield Spacer(1, 4 * mm)
    if invoice.lines:
        yield _table(
            [("Désignation", "Quantité", "Prix unitaire", "TVA %", "Montant HT")]
            + [_line(line) for line in invoice.lines[:MAX_LINES]],
            widths=(80 * mm, 22 * mm, 27 * mm, 18 * mm, 28 * mm),
            has_head=True,
        )
    if len(invoice.lines) > MAX_LINES:
        left = len(invoice.lines) - MAX_LINES
        yield _paragraph(f"{left} lignes de plus figurent dans le fichier XML.")
    yield Spacer(1, 4 * mm)
    yield _table(_breakdown(invoice), widths=(30 * mm,) * 4, has_head=True)
    yield Spacer(1, 4 * mm)
    yield _table(_totals(invoice), widths=(55 * mm, 40 * mm))
    for note in invoice.notes[:20]:
        yield _paragraph(note)


def _facts(invoice: ReadInvoice) -> list[tuple[str, str]]:
    facts = [
        ("Date de facture", _day(invoice.issue_date)),
        ("Type (BT-3)", invoice.type_code),
        ("Cadre de facturation", invoice.cadre),
        ("Fournisseur", f"{invoice.supplier_name} ({invoice.supplier_id})"),
        ("TVA intracommunautaire", invoice.supplier_vat),
        ("Destinataire", f"{invoice.buyer_name} ({invoice.buyer_id})"),
        ("Code service", invoice.service_code),
        ("Numéro d'engagement", invoice.engagement),
        ("Numéro de marché", invoice.contract),
        ("Facture d'origine", invoice.original_number),
        ("Date d'échéance", _day(invoice.due_date)),
        ("Moyen de paiement (BT-81)", invoice.payment_code),
        ("IBAN", invoice.iban),
    ]
    return [(label, value) for label, value in facts if value]


def _line(line: Line) -> tuple[str, ...]:
    unit = "" if line.unit == _PIECE else line.unit
    rate = "" if line.vat_rate is None else _figure(line.vat_rate)
    return (
        line.name,
        f"{_figure(line.quantity)} {unit}".strip(),
        _figure(line.unit_price),
        rate,
        _figure(line.net_amount),
    )


def _breakdown(invoice: ReadInvoice) -> list[tuple[str, ...]]:
    head = ("Catégorie", "Taux %", "Base HT", "TVA")
    rows: list[tuple[str, ...]] = [head]
    rows += [
        (vat.category, _figure(vat.rate), _figure(vat.base), _figure(vat.amount))
        for vat in invoice.vat_lines
    ]
    return rows


def _totals(invoice: ReadInvoice) -> list[tuple[str, str]]:
    return [
        ("Total HT", f"{_figure(invoice.total_untaxed)} {invoice.currency}"),
        ("Total TVA", f"{_figure(invoice.total_vat)} {invoice.currency}"),
        ("Total TTC", f"{_figure(invoice.total_taxed)} {invoice.currency}"),
        ("Déjà payé", f"{_figure(invoice.prepaid)} {invoice.currency}"),
        ("Net à payer", f"{_figure(invoice.payable)} {invoice.currency}"),
    ]


def _figure(value: Decimal) -> str:
    return f"{value:f}".replace(".", ",")


def _day(value: Any) -> str:
    return "" if value is None else value.strftime("%d/%m/%Y")


def _shown(text: str) -> str:
    """Text the standard PDF fonts can draw; the XML keeps the rest."""
    return text[:MAX_TEXT].encode("cp1252", "replace").decode("cp1252")


def _paragraph(text: str, style: str = "Normal") -> Any:
    return Paragraph(escape(_shown(text)), _STYLES[style])


def _table(
    rows: Sequence[Sequence[str]], *, widths: Sequence[float], has_head: bool = False
) -> Any:
    cells = [
        [_paragraph(row[0]), *(_shown(cell) for cell in row[1:])]
        if has_head
        else [_paragraph(cell) for cell in row]
        for row in rows
    ]
    style = [
        ("GRID", (0, 0), (-1, -1), 0.25, colors.lightgrey),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    if has_head:
        style += [
            ("BACKGROUND", (0, 0), (-1, 0), _HEAD_COLOUR),
            ("ALIGN", (_RIGHT_FROM, 0), (-1, -1), "RIGHT"),
        ]
    return Table(
        cells,
        colWidths=list(widths),
        repeatRows=int(has_head),
        hAlign="LEFT",
        style=TableStyle(style),
    )
