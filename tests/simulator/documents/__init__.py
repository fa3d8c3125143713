"""Invoice files as the imaginary portal reads, judges and hands them out.

Imports neither Odoo nor the client library: it must not share their mistakes.
"""

from .files import build_pdf
from .flow import SYNTAXES, read_any, read_flow
from .identifiers import identifier_kind
from .model import (
    COMPLEMENTARY,
    MAIN,
    Attachment,
    Inadmissible,
    Line,
    PivotInvoice,
    ReadInvoice,
    TechnicalError,
    Unreadable,
    VatLine,
)
from .pivot import build_pivot, pivot_cadre
from .rules import check_direct

__all__ = [
    "COMPLEMENTARY",
    "MAIN",
    "SYNTAXES",
    "Attachment",
    "Inadmissible",
    "Line",
    "PivotInvoice",
    "ReadInvoice",
    "TechnicalError",
    "Unreadable",
    "VatLine",
    "build_pdf",
    "build_pivot",
    "check_direct",
    "identifier_kind",
    "pivot_cadre",
    "read_any",
    "read_flow",
]
