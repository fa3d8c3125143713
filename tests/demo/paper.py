"""The delivery note that goes along with the invoice: a real PDF, made here."""

from __future__ import annotations

import io

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

NAME = "bon-de-livraison-BL-2026-118.pdf"
LINES = (
    "Bon de livraison BL-2026-118",
    "Atelier du Modèle — 12 rue des Essais, 99999 Modeleville",
    "Livré à : école élémentaire, service Écoles et cantines",
    "24 bureaux d'écolier réglables",
    "60 manuels de lecture, cours préparatoire",
    "Reçu en bon état.",
)


def delivery_note() -> bytes:
    """One A4 page; the same bytes each time."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle(LINES[0])
    for row, line in enumerate(LINES):
        canvas.setFont("Helvetica-Bold" if row == 0 else "Helvetica", 12)
        canvas.drawString(25 * mm, A4[1] - (30 + 10 * row) * mm, line)
    canvas.save()
    return buffer.getvalue()
