"""What printing programs leave in a PDF and PDF/A-3 does not allow, mended.

wkhtmltopdf embeds its fonts; it only leaves links that do not say they are printed. A
file made elsewhere may hold more. A font that is not inside cannot be mended: nothing
says which one the reader would show.
"""

from __future__ import annotations

from typing import Any

import pypdf
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    NameObject,
    NumberObject,
    StreamObject,
)

from .pdf_checks import HIDDEN, MAX_DEPTH, PRINTED, acts

LZW = "/LZWDecode"
# Those that leave the bytes as they were before.
PLAIN_FILTERS = {LZW, "/FlateDecode", "/ASCII85Decode", "/ASCIIHexDecode"}


def tidy(writer: pypdf.PdfWriter) -> None:
    """Take away what acts by itself or is hidden, and mark the rest as printed."""
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
        if notes is not None:
            page[NameObject("/Annots")] = _tidy_notes(notes.get_object())
    _tidy_streams(writer)


def _tidy_notes(notes: Any) -> ArrayObject:
    """Hidden ones go: to show them would tell more than the page did before."""
    kept = ArrayObject()
    for note in notes:
        if int(note.get_object().get("/F", 0)) & HIDDEN:
            continue
        _tidy_note(note.get_object())
        kept.append(note)
    return kept


def _tidy_note(note: Any) -> None:
    # A box of a form may take its actions from what it belongs to.
    holder: Any = note
    for _level in range(MAX_DEPTH):
        holder.pop(NameObject("/AA"), None)
        if acts(holder.get("/A")):
            del holder[NameObject("/A")]
        if "/Parent" not in holder:
            break
        holder = holder["/Parent"].get_object()
    flags = int(note.get("/F", 0))
    note[NameObject("/F")] = NumberObject(flags | PRINTED)


def _tidy_streams(writer: pypdf.PdfWriter) -> None:
    """What LZW has compressed is compressed anew."""
    for place, stream in enumerate(writer._objects):
        if isinstance(stream, StreamObject) and LZW in _filters(stream):
            fresh = _compressed_anew(stream)
            if fresh is not None:
                writer._objects[place] = fresh
                fresh.indirect_reference = stream.indirect_reference


def _filters(stream: Any) -> list[str]:
    filters = stream.get("/Filter")
    filters = None if filters is None else filters.get_object()
    return (
        [str(one) for one in filters] if isinstance(filters, list) else [str(filters)]
    )


def _compressed_anew(stream: Any) -> StreamObject | None:
    """:return: None when the bytes cannot be had as they were"""
    if not PLAIN_FILTERS.issuperset(_filters(stream)) or "/DecodeParms" in stream:
        return None
    plain = DecodedStreamObject()
    plain.update({key: value for key, value in stream.items() if key != "/Filter"})
    plain.set_data(stream.get_data())
    return plain.flate_encode()
