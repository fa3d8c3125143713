"""Invoice files as the imaginary portal reads, judges and hands them out.

Imports neither Odoo nor the client library: it must not share their mistakes.
"""

from .files import build_pdf
from .flow import SYNTAXES, read_any, read_flow, with_pdf
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
from .ocr import Guesses, read_pdf
from .pivot import build_pivot, pivot_cadre
from .rules import EXTENSIONS, check_direct
from .values import short_name
from .wordings import FILE_CODE, NATURE, PREFIX

__all__ = [
    "COMPLEMENTARY",
    "EXTENSIONS",
    "FILE_CODE",
    "MAIN",
    "NATURE",
    "PREFIX",
    "SYNTAXES",
    "Attachment",
    "Guesses",
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
    "read_pdf",
    "short_name",
    "with_pdf",
]
