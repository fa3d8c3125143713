"""The structured forms of a deposit, all written from one dictionary of terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...lib.chorus_pro import packing
from ...lib.chorus_pro.codes import FlowSyntax
from ...tools.facturx_gateway import CII, UBL

FACTURX = "facturx"
PDF_TYPE = "application/pdf"
# Reform, BR-FR-17: what BT-123 calls the one file that people read.
READABLE = "LISIBLE"


@dataclass(frozen=True)
class Form:
    """One way to write an invoice down.

    :ivar syntax: what the portal calls it on deposit
    :ivar grammar: of the XML: ``cii`` or ``ubl``
    :ivar extension: of the file deposited
    """

    key: str
    syntax: FlowSyntax
    grammar: str
    extension: str

    @property
    def is_pdf(self) -> bool:
        return self.key == FACTURX


FORMS: Mapping[str, Form] = {
    form.key: form
    for form in (
        Form(FACTURX, FlowSyntax.FACTURX, CII, "pdf"),
        Form(CII, FlowSyntax.CII, CII, "xml"),
        # The portal has one code for UBL, none for its credit notes. They are written as
        # CreditNote, not as Invoice of type 381, which EN 16931 refuses (BR-CL-01):
        # nothing published tells which of them the portal expects.
        Form(UBL, FlowSyntax.UBL, UBL, "xml"),
    )
}
BY_SYNTAX: Mapping[str, Form] = {form.syntax.value: form for form in FORMS.values()}
# Odoo's own list of e-invoice formats of a customer -> form.
PARTNER_FORMATS = {f"chorus_{key}": key for key in FORMS}

MOST_WORDS = 1024  # BT-20: characters
# BT-8: CII speaks UNTDID 2475, UBL speaks UNTDID 2005; the terms carry the former.
VAT_DUE_CODES_OF_UBL = {"5": "3", "29": "35", "72": "432"}


def in_grammar(terms: Mapping[str, Any], grammar: str) -> dict[str, Any]:
    """The terms as this grammar needs them; the given ones are left unchanged.

    Terms may be missing, as long as they are only looked at. UBL has its own codes for
    BT-8, and keeps BT-9 of a credit note inside the payment means, which credit notes
    to Chorus Pro do not have: the date is then told in words.

    >>> in_grammar({"BT-8": "72", "BT-3": "380"}, "ubl")["BT-8"]
    '432'
    """
    result = dict(terms)
    if grammar != UBL:
        return result
    code = result.get("BT-8")
    if code:
        result["BT-8"] = VAT_DUE_CODES_OF_UBL.get(code, code)
    if result.get("BT-3") == "381" and result.get("BT-9") and not result.get("BT-81"):
        due = f"Échéance : {result.pop('BT-9'):%d/%m/%Y}"
        words = (result.get("BT-20") or "")[: MOST_WORDS - len(due) - 1].rstrip()
        result["BT-20"] = f"{words}\n{due}".lstrip()
    return result


def readable(
    number: str, pdf: bytes, documents: list[dict[str, Any]]
) -> dict[str, Any]:
    """BG-24 entry of the PDF that people read, for a form that is XML only.

    The portal draws a page from such a flow with a style sheet that has to travel in
    it, and publishes none: the printed invoice goes along instead, so that the
    recipient sees what the supplier printed. Whether the portal shows it as the
    invoice or as an annex is not documented.

    :param documents: the other entries, whose names are taken
    """
    taken = [document["BT-125-2"] for document in documents]
    name = packing.attachment_name(packing.deposit_file_name(number), taken)
    return {
        "BT-122": name,
        "BT-123": READABLE,
        "BT-125": pdf,
        "BT-125-1": PDF_TYPE,
        "BT-125-2": name,
    }
