"""Which fonts of a page show something, and which are only named.

Printing programs name fonts that they do not use, and scanners write the text they read
in letters that are not drawn: PDF/A wants only those inside that are seen.

Knows nothing of Odoo.
"""

from __future__ import annotations

from typing import Any

from pypdf.errors import PyPdfError
from pypdf.generic import ContentStream

SHOWS = (b"Tj", b"TJ", b"'", b'"')
NOT_DRAWN = 3  # mode of text


def shown_fonts(content: Any) -> set[str] | None:
    """Names, in its resources, of the fonts that a content shows text with.

    :param content: stream, or list of streams, of a page or of a form
    :return: None when that cannot be known: any of them may be shown
    """
    if content is None:
        return None
    try:
        operations = ContentStream(content.get_object(), None).operations
    except (
        PyPdfError,
        AttributeError,
        IndexError,
        KeyError,
        NotImplementedError,
        TypeError,
        ValueError,
    ):
        # pypdf says in many ways what it cannot read.
        return None
    return _shown(operations)


def _shown(operations: list[tuple[Any, bytes]]) -> set[str] | None:
    shown: set[str] = set()
    font, mode = "", 0
    kept: list[tuple[str, int]] = []
    for operands, operator in operations:
        if operator == b"Tf" and operands:
            font = str(operands[0])
        elif operator == b"Tr" and operands:
            mode = int(operands[0])
        elif operator == b"q":
            kept.append((font, mode))
        elif operator == b"Q" and kept:
            font, mode = kept.pop()
        elif operator in SHOWS and mode != NOT_DRAWN:
            if not font:
                # It comes from what this content is drawn in.
                return None
            shown.add(font)
    return shown
