"""Deposited files turned into invoices, or refused."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import cii, ubl
from .containers import (
    FACTURX_NAME,
    XML_NAMES,
    Embedded,
    embedded_files,
    is_batch,
    is_pdf,
    open_batch,
)
from .model import (
    MAIN,
    Attachment,
    Family,
    Inadmissible,
    ReadInvoice,
    TechnicalError,
    Unreadable,
)
from .norm import schema_errors
from .readable import readable_pdf
from .reform import is_reform
from .values import file_name
from .wordings import XSD_CODE, technical
from .xmlsafe import family_of, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.etree import _Element

MAX_XSD_ERRORS = 10
MAX_FILE = 120 * 1024 * 1024
# Stands for a readable PDF where nobody will look at it.
BLANK = b"%PDF-1.4\n%%EOF\n"


@dataclass(frozen=True)
class Syntax:
    """What a ``syntaxeFlux`` code promises about each file of the flow."""

    family: Family
    in_pdf: bool


# The 13 codes of the contract; None: the simulator knows it but cannot read it, and
# so refuses it rather than accept a file unread.
SYNTAXES: dict[str, Syntax | None] = {
    "IN_DP_E2_CII_FACTURX": Syntax(Family.CII, in_pdf=True),
    "IN_DP_E1_CII_16B": Syntax(Family.CII, in_pdf=False),
    "IN_DP_E1_UBL_INVOICE": Syntax(Family.UBL, in_pdf=False),
    "IN_DP_E1_CII": None,
    "IN_DP_E1_PES_FACTURE": None,
    "IN_DP_E1_XCBL": None,
    "IN_DP_E2_UBL_INVOICE_MIN": None,
    "IN_DP_E2_CII_MIN": None,
    "IN_DP_E2_CII_MIN_16B": None,
    "IN_DP_E2_PES_FACTURE_MIN": None,
    "IN_DP_E2_CPP_FACTURE_MIN": None,
    "IN_DP_PDFARCHIVE_UBL_INVOICE_MUG": None,
    "IN_DP_PDFARCHIVE_CII_MUG": None,
}


def read_flow(
    content: bytes, name: str, syntax: str, *, with_readable: bool = True
) -> list[ReadInvoice]:
    """Invoices of a deposited flow, in the order of the file.

    :param content: one PDF or XML file, or a tar.gz of such files
    :param name: ``nomFichier`` of the deposit; becomes the name of the main PDF
    :param syntax: ``syntaxeFlux``; every file must be what it says
    :param with_readable: draw a PDF of an XML that comes alone; else a blank page
    :raise Inadmissible: the flow is refused as a whole; one error per faulty file
        (up to ten when the schema is not respected)
    """
    promise = _promise(syntax)
    label = file_name(name, "flux")
    try:
        files = open_batch(content) if is_batch(content) else [(label, content)]
    except Unreadable as error:
        raise _refused(label, error) from error
    invoices: list[ReadInvoice] = []
    errors: list[TechnicalError] = []
    for member, data in files:
        try:
            read = _read_promised(data, member, syntax, promise)
            if read.is_xml_only:
                read = with_pdf(read) if with_readable else with_pdf(read, BLANK)
            invoices.append(read)
        except Inadmissible as refusal:
            errors += refusal.errors
        except Unreadable as error:
            errors += _refused(member, error).errors
    if errors:
        raise Inadmissible(*errors)
    return invoices


def read_any(content: bytes, name: str) -> ReadInvoice:
    """One CII, UBL or Factur-X invoice from anywhere; no rule is applied to it.

    :raise Unreadable: not such an invoice, or without number, date or total
    """
    label = file_name(name, "facture")
    if is_pdf(content):
        found = embedded_files(content)
        xml = _pick(found, XML_NAMES)
        main = _deposited(content, label)
        return _assemble(parse(xml.content), xml.content, main, _others(found, xml))
    return with_pdf(_assemble(parse(content), content, None, ()))


def _promise(syntax: str) -> Syntax:
    if syntax not in SYNTAXES:
        raise Inadmissible(technical("syntax_unknown", syntax=syntax))
    promise = SYNTAXES[syntax]
    if promise is None:
        raise Inadmissible(technical("syntax_unsupported", syntax=syntax))
    return promise


def _refused(name: str, error: Unreadable) -> Inadmissible:
    return Inadmissible(technical("unreadable", name=name, reason=error.reason))


def _mismatch(name: str, found: str, syntax: str) -> Inadmissible:
    return Inadmissible(
        technical("syntax_mismatch", name=name, found=found, syntax=syntax)
    )


def _read_promised(
    content: bytes, name: str, syntax: str, promise: Syntax
) -> ReadInvoice:
    if len(content) > MAX_FILE:
        raise Unreadable("le fichier est trop volumineux")
    if not content:
        raise Unreadable("le fichier est vide")
    if is_pdf(content) != promise.in_pdf:
        raise _mismatch(name, "PDF" if is_pdf(content) else "XML", syntax)
    if not promise.in_pdf:
        root = parse(content)
        _check_promise(root, name, syntax, promise)
        return _assemble(root, content, None, (), direct=True)
    found = embedded_files(content)
    xml = _pick(found, (FACTURX_NAME,))
    root = parse(xml.content)
    _check_promise(root, name, syntax, promise)
    main = _deposited(content, name)
    return _assemble(root, xml.content, main, _others(found, xml), direct=True)


def _check_promise(root: _Element, name: str, syntax: str, promise: Syntax) -> None:
    family = family_of(root)
    if family is not promise.family:
        raise _mismatch(name, family.name, syntax)
    errors = schema_errors(root)[:MAX_XSD_ERRORS]
    if errors:
        raise Inadmissible(
            *(
                technical("xsd", code=XSD_CODE, name=name, line=line, text=text)
                for line, text in errors
            )
        )


def _pick(found: Sequence[Embedded], names: Sequence[str]) -> Embedded:
    for name in names:
        for item in found:
            if item.name == name:
                return item
    raise Unreadable(f"le PDF ne contient pas de fichier {names[0]}")


def _others(found: Sequence[Embedded], xml: Embedded) -> tuple[Attachment, ...]:
    """Files embedded in the PDF beside its XML.

    Whether the portal forwards them is not documented; the simulator does.
    """
    return tuple(
        Attachment(name=item.name, content=item.content, mime=_mime(item))
        for item in found
        if item is not xml
    )


def _mime(item: Embedded) -> str:
    if item.mime != "application/octet-stream":
        return item.mime
    return mimetypes.guess_type(item.name)[0] or item.mime


def _deposited(content: bytes, name: str) -> Attachment:
    if not name.lower().endswith(".pdf"):
        name = f"{name}.pdf"
    return Attachment(
        name=name, content=content, mime="application/pdf", type_code=MAIN
    )


def _assemble(
    root: _Element,
    xml: bytes,
    main: Attachment | None,
    others: tuple[Attachment, ...],
    *,
    direct: bool = False,
) -> ReadInvoice:
    read = cii.read if family_of(root) is Family.CII else ubl.read
    fields = read(root, lenient=not direct)
    if direct and is_reform(fields["cadre"]):
        # The service code of that dialect stands in BT-46.
        fields = read(root, lenient=True)
    _complete_totals(fields, required=not direct)
    if fields["issue_date"] is None:
        raise Unreadable("la date de facture (BT-2) est absente ou illisible")
    if not fields["number"] and not direct:
        raise Unreadable("le numéro de facture (BT-1) est absent")
    if not fields["supplier_id"] and not direct:
        fields["supplier_id"] = _made_up_id(fields)
    fields["attachments"] = _merged(fields["attachments"], others)
    # The readable version of an invoice that is XML alone is made from what was read.
    placeholder = main or _deposited(b"", "facture.pdf")
    return ReadInvoice(**fields, main=placeholder, xml=xml, is_xml_only=main is None)


def _made_up_id(fields: dict[str, Any]) -> str:
    """Country and 16 characters of the name: the form for suppliers without number.

    :raise Unreadable: the supplier has no name either
    """
    if not fields["supplier_name"]:
        raise Unreadable("le fournisseur n'est pas identifié")
    return f"{fields['supplier_country'] or 'XX'}{fields['supplier_name'][:16]}"


def _complete_totals(fields: dict[str, Any], *, required: bool) -> None:
    """Totals a profile may leave out are deduced; the rest is a rule's business.

    :raise Unreadable: ``required`` and no total including VAT (BT-112)
    """
    if fields["total_taxed"] is None and required:
        raise Unreadable("le montant TTC (BT-112) est absent ou illisible")
    taxed = fields["total_taxed"] or Decimal(0)
    vat = fields["total_vat"]
    untaxed = fields["total_untaxed"]
    if vat is None:
        vat = Decimal(0) if untaxed is None else taxed - untaxed
    fields["total_vat"] = vat
    fields["total_untaxed"] = taxed - vat if untaxed is None else untaxed
    fields["total_taxed"] = taxed
    if fields["payable"] is None:
        fields["payable"] = taxed - fields["prepaid"]


def _merged(
    first: tuple[Attachment, ...], others: tuple[Attachment, ...]
) -> tuple[Attachment, ...]:
    """A file may stand both in BG-24 and in the PDF: kept once."""
    known = {item.content for item in first}
    return first + tuple(item for item in others if item.content not in known)


def with_pdf(invoice: ReadInvoice, content: bytes | None = None) -> ReadInvoice:
    """The invoice with a main PDF: the one given, or one drawn from its figures."""
    stem = "".join(c if c.isalnum() or c in "-_" else "-" for c in invoice.number)
    drawn = readable_pdf(invoice) if content is None else content
    return replace(invoice, main=_deposited(drawn, f"facture_{stem[:35]}.pdf"))
