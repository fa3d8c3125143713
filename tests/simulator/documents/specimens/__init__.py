"""Valid invoices made in code: what tests break one piece at a time.

A :class:`Specimen` says what the invoice is; ``cii_xml``, ``ubl_xml`` and
``facturx_pdf`` write it in the direct-deposit dialect.
"""

from .cii import cii_xml
from .containers import facturx_pdf, tar_gz
from .data import EN16931, Annex, Specimen, SpecimenLine
from .ubl import ubl_xml

__all__ = [
    "EN16931",
    "Annex",
    "Specimen",
    "SpecimenLine",
    "cii_xml",
    "facturx_pdf",
    "tar_gz",
    "ubl_xml",
]
