"""A CSV that a French spreadsheet opens as it is, and that cannot run anything there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# What a spreadsheet takes for the beginning of a formula, wide forms included.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def plain_text(value: object) -> str:
    """A cell that is shown as it was written, whatever somebody typed.

    >>> plain_text("=1+1"), plain_text(" @SUM(A1)"), plain_text("Mairie"), plain_text(None)
    ("'=1+1", "' @SUM(A1)", 'Mairie', '')
    """
    text = "" if value is None or value is False else str(value)
    starts_formula = text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if starts_formula else text


def csv_file(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The whole file: UTF-8 with its mark, semicolons, lines as Windows ends them.

    >>> csv_file(["Nom"], [["Éts; =1"]]).decode("utf-8-sig")
    'Nom\\r\\n"Éts; =1"\\r\\n'
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for row in (header, *rows):
        writer.writerow([plain_text(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")
