"""An invoice file that came without the portal's data, in the terms of a PIVOT.

Whoever imports a Factur-X, a CII or a UBL by hand has what the supplier wrote and
nothing else: it takes the place of the portal's header.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ..lib.chorus_pro.codes import AttachmentRole, IdentifierType
from ..lib.chorus_pro.errors import Flaw, UnreadableDocument
from ..lib.chorus_pro.guarded_xml import read_xml
from ..lib.chorus_pro.identifiers import clean_siret
from ..lib.chorus_pro.nodes import check_day
from ..lib.chorus_pro.pivot import (
    MAX_NAME,
    PivotAttachment,
    PivotInvoice,
    PivotParty,
    too_long,
)
from ..lib.chorus_pro.sniffing import remarks_of
from ..lib.chorus_pro.spool import Stored
from ..tools import facturx_gateway
from .inbound_sources import candidates
from .inbound_structured import UnusableTermsError, content_of

SIRET_LENGTH = 14


def invoice_of(name: str, stored: Stored, mime: str) -> PivotInvoice | None:
    """What the first readable invoice of a file says, with the file attached.

    :return: None when there is none, or it names neither its number nor its supplier
    """
    _mime, remarks = remarks_of(name, stored)
    file = PivotAttachment(name, stored, "", AttachmentRole.MAIN, mime, remarks)
    for xml, _is_embedded in candidates(file):
        try:
            terms = facturx_gateway.read_terms(read_xml(xml))
            invoice = _invoice(terms, file)
        except (UnreadableDocument, UnusableTermsError, ValueError, LookupError):
            # Told later, with the other files: the bill is not made from this one.
            continue
        if _is_named(invoice):
            return invoice
    return None


def _is_named(invoice: PivotInvoice) -> bool:
    """Whether number and supplier are there, in texts that a register can hold."""
    is_there = invoice.number and invoice.supplier.identifier
    return bool(is_there) and not _overlong(invoice)


def _overlong(invoice: PivotInvoice) -> UnreadableDocument | None:
    """What to say of the first name no register can hold; None when all fit."""
    names = {
        "BT-1": invoice.number,
        "BT-27": invoice.supplier.name,
        "BT-29": invoice.supplier.identifier,
    }
    for term, text in names.items():
        if len(text) > MAX_NAME:
            return too_long(term, text)
    return None


def trouble_in(name: str, stored: Stored, mime: str) -> UnreadableDocument | None:
    """What is wrong with the XML of a file that holds no readable invoice.

    :return: None when nothing in it is meant for a program
    """
    file = PivotAttachment(name, stored, "", AttachmentRole.MAIN, mime)
    # Well-formed, but not what an invoice needs: its number, its supplier.
    incomplete = UnreadableDocument(Flaw.NO_NUMBER)
    for xml, _is_embedded in candidates(file):
        try:
            invoice = _invoice(facturx_gateway.read_terms(read_xml(xml)), file)
        except UnreadableDocument as error:
            return error
        except UnusableTermsError as error:
            return UnreadableDocument(Flaw.NOT_A_NUMBER, detail=str(error))
        except (ValueError, LookupError):
            return incomplete
        return _overlong(invoice) or incomplete
    return None


def _invoice(terms: Mapping[str, Any], file: PivotAttachment) -> PivotInvoice:
    content = content_of(terms, "cii")
    header = content.header
    return PivotInvoice(
        portal_id=None,
        number=header["number"],
        type_code=content.type_code,
        cadre=_text(terms, "BT-23"),
        issue_date=header["date"],
        delivery_date=_day(terms, "BT-72"),
        received_date=None,
        currency=header["currency"],
        supplier=_party(terms.get("BG-4")),
        recipient=_party(terms.get("BG-7")),
        amounts=content.amounts,
        engagement=header["engagement"],
        contract=header["contract"],
        original_number=content.original_number,
        payment_code=_text(terms, "BT-81"),
        payment_label=_text(terms, "BT-82"),
        account="",
        attachments=(file,),
    )


def _party(group: Any) -> PivotParty:
    """A SIRET where there is one, else the VAT number, else whatever identifies it.

    :param group: BG-4 or BG-7 as the `facturx` package reads them
    """
    group = group if isinstance(group, Mapping) else {}
    others = group.get("identifiers")
    told = [
        group.get("legal_identifier"),
        *(others.values() if isinstance(others, Mapping) else ()),
    ]
    ids = [str(one) for one in told if one]
    sirets = [siret for one in ids if _is_siret(siret := clean_siret(one))]
    if sirets:
        identifier, kind = sirets[0], IdentifierType.SIRET
    elif number := _text(group, "vat_identifier"):
        identifier, kind = number, IdentifierType.EU
    else:
        identifier, kind = (ids or [""])[0], IdentifierType.OTHER
    return PivotParty(
        identifier=identifier,
        identifier_type=kind,
        name=_text(group, "name"),
        country=_text(group, "country_code"),
    )


def _is_siret(text: str) -> bool:
    return len(text) == SIRET_LENGTH and text.isdecimal()


def _text(terms: Mapping[str, Any], term: str) -> str:
    value = terms.get(term)
    if isinstance(value, list):
        value = value[0] if value else None
    return " ".join(value.split()) if isinstance(value, str) else ""


def _day(terms: Mapping[str, Any], term: str) -> date | None:
    value = terms.get(term)
    return check_day(value, term) if isinstance(value, date) else None
