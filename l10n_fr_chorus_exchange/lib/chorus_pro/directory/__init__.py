"""The directory of public bodies as it is published: CSV, XLSX, or either in a ZIP.

Nothing is held in memory but one row at a time (and, of a workbook, its texts)::

    for sheet in read_sheets(stored):
        for row in sheet.rows():
            ...  # values in the order of ``sheet.fields``, or a BadRow
"""

from __future__ import annotations

from .age import published_in, published_on
from .columns import BODY_FIELDS, SERVICE_FIELDS, SheetKind
from .opening import LIMITS, Sheet, read_sheets
from .values import BadRow, RowFlaw, Value, siret_of

__all__ = [
    "BODY_FIELDS",
    "LIMITS",
    "SERVICE_FIELDS",
    "BadRow",
    "RowFlaw",
    "Sheet",
    "SheetKind",
    "Value",
    "published_in",
    "published_on",
    "read_sheets",
    "siret_of",
]
