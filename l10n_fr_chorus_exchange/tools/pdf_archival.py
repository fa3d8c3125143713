"""What printing programs leave in a PDF and PDF/A-3 does not allow, mended.

wkhtmltopdf embeds its fonts; it only leaves links that do not say they are printed.
"""

from __future__ import annotations

from typing import Any

import pypdf
from pypdf.generic import NameObject, NumberObject

from .pdf_checks import HIDDEN, PRINTED, acts


def tidy(writer: pypdf.PdfWriter) -> None:
    """Take away what acts by itself and mark links and notes as printed."""
    root = writer.root_object
    root.pop(NameObject("/AA"), None)
    if acts(root.get("/OpenAction")):
        del root[NameObject("/OpenAction")]
    names = root.get("/Names")
    if names is not None:
        names.get_object().pop(NameObject("/JavaScript"), None)
    for page in writer.pages:
        page.pop(NameObject("/AA"), None)
        notes = page.get("/Annots")
        for note in notes.get_object() if notes is not None else ():
            _tidy_note(note.get_object())


def _tidy_note(note: Any) -> None:
    note.pop(NameObject("/AA"), None)
    if acts(note.get("/A")):
        del note[NameObject("/A")]
    flags = int(note.get("/F", 0))
    # What was hidden on purpose stays so: a reader must not see more than before.
    if not flags & HIDDEN:
        note[NameObject("/F")] = NumberObject(flags | PRINTED)
