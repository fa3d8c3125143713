"""Reader of UBL 2.1 Invoice and CreditNote."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lxml import etree

from .model import Attachment, Line, VatLine
from .values import (
    amount,
    content,
    day,
    embedded,
    identifier,
    node,
    nodes,
    number,
    per_unit,
    text,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

SUPPLIER = "AccountingSupplierParty/Party"
BUYER = "AccountingCustomerParty/Party"
MEANS = "PaymentMeans"
# UBL writes BT-8 with UNTDID 2005, the portal with UNTDID 2475.
_DUE_CODES = {"3": "5", "35": "29", "432": "72"}


def profile(root: _Element) -> str:
    """BT-24, empty when absent."""
    return text(root, "CustomizationID") or ""


def is_credit_note(root: _Element) -> bool:
    """True for a CreditNote document."""
    return etree.QName(root).localname == "CreditNote"


def legal_id(root: _Element, party: str) -> tuple[str | None, str | None]:
    """Identifier of ``party`` and its scheme.

    BT-30/BT-47, else the identification that the portal's older dialect
    numbers 1 (SIRET) to 6.
    """
    found = node(root, f"{party}/PartyLegalEntity/CompanyID")
    if found is not None:
        return content(found), found.get("schemeID")
    for other in nodes(root, f"{party}/PartyIdentification/ID"):
        if other.get("schemeName"):
            return content(other), other.get("schemeName")
    return None, None


def read(root: _Element, *, lenient: bool) -> dict[str, Any]:
    """Fields of :class:`ReadInvoice`; dates and totals may be None.

    :param lenient: take the service code from BT-46 when BT-10 is absent
    :raise Unreadable: an embedded attachment is not base64
    """
    return {
        **_header(root),
        **_parties(root),
        **_references(root, lenient=lenient),
        **_payment(root),
        **_totals(root),
        "vat_lines": _vat_lines(root),
        "lines": _lines(root),
        "attachments": _attachments(root),
    }


def _header(root: _Element) -> dict[str, Any]:
    default = "381" if is_credit_note(root) else "380"
    kind = text(root, "CreditNoteTypeCode") or text(root, "InvoiceTypeCode")
    return {
        "number": text(root, "ID") or "",
        "issue_date": day(text(root, "IssueDate")),
        "type_code": kind or default,
        "cadre": _cadre(root),
        "currency": text(root, "DocumentCurrencyCode") or "",
        "notes": tuple(note for n in nodes(root, "Note") if (note := content(n))),
    }


def _cadre(root: _Element) -> str | None:
    """BT-23; the portal's own UBL dialect puts it in an extension."""
    extension = "UBLExtensions/UBLExtension/ExtensionContent/CategoryCode"
    return text(root, extension) or text(root, "ProfileID")


def _party(root: _Element, path: str) -> tuple[str, str | None]:
    party = node(root, path)
    candidates = [legal_id(root, path)]
    candidates += [
        (content(n), n.get("schemeID") or n.get("schemeName"))
        for n in nodes(party, "PartyIdentification/ID")
    ]
    candidates.append((_vat_number(party), "VA"))
    endpoint = node(party, "EndpointID")
    if endpoint is not None:
        candidates.append((content(endpoint), endpoint.get("schemeID")))
    return identifier(candidates)


def _vat_number(party: _Element | None) -> str | None:
    for scheme in nodes(party, "PartyTaxScheme"):
        if text(scheme, "TaxScheme/ID") == "VAT":
            return text(scheme, "CompanyID")
    return None


def _party_name(root: _Element, path: str) -> str:
    legal = text(root, f"{path}/PartyLegalEntity/RegistrationName")
    return legal or text(root, f"{path}/PartyName/Name") or ""


def _parties(root: _Element) -> dict[str, Any]:
    supplier_id, scheme = _party(root, SUPPLIER)
    country = "PostalAddress/Country/IdentificationCode"
    return {
        "supplier_id": supplier_id,
        "supplier_id_scheme": scheme,
        "supplier_name": _party_name(root, SUPPLIER),
        "supplier_vat": _vat_number(node(root, SUPPLIER)),
        "supplier_country": text(root, f"{SUPPLIER}/{country}"),
        "buyer_id": _party(root, BUYER)[0],
        "buyer_name": _party_name(root, BUYER),
    }


def _references(root: _Element, *, lenient: bool) -> dict[str, Any]:
    service = text(root, "BuyerReference")
    if service is None and lenient:
        service = _routing_code(root)
    return {
        "service_code": service,
        "engagement": text(root, "OrderReference/ID"),
        "contract": text(root, "ContractDocumentReference/ID"),
        "original_number": text(root, "BillingReference/InvoiceDocumentReference/ID"),
        "delivery_date": day(text(root, "Delivery/ActualDeliveryDate")),
    }


def _routing_code(root: _Element) -> str | None:
    """Service code as the 2026 reform writes it: BT-46 with scheme 0224."""
    for found in nodes(root, BUYER + "/PartyIdentification/ID"):
        if found.get("schemeID") == "0224":
            return content(found)
    return None


def _payment(root: _Element) -> dict[str, Any]:
    means = list(nodes(root, MEANS))
    codes = [code for block in means if (code := text(block, "PaymentMeansCode"))]
    accounts = [account for block in means if (account := account_of(block))]
    due = text(root, "DueDate") or text(root, "PaymentMeans/PaymentDueDate")
    code = text(root, "InvoicePeriod/DescriptionCode")
    return {
        "due_date": day(due),
        "payment_code": codes[0] if codes else None,
        "iban": accounts[0] if accounts else None,
        "vat_due_code": None if code is None else _DUE_CODES.get(code, code),
    }


def account_of(means: _Element) -> str | None:
    """BT-84 of a payment means block."""
    return text(means, "PayeeFinancialAccount/ID")


def _totals(root: _Element) -> dict[str, Any]:
    total = node(root, "LegalMonetaryTotal")
    untaxed = amount(total, "TaxExclusiveAmount")
    if untaxed is None:
        untaxed = amount(total, "LineExtensionAmount")
    return {
        "total_untaxed": untaxed,
        "total_vat": _total_vat(root),
        "total_taxed": amount(total, "TaxInclusiveAmount"),
        "prepaid": amount(total, "PrepaidAmount") or Decimal(0),
        "payable": amount(total, "PayableAmount"),
    }


def _total_vat(root: _Element) -> Decimal | None:
    """BT-110; BT-111 stands beside it in another currency."""
    currency = text(root, "DocumentCurrencyCode")
    found = list(nodes(root, "TaxTotal/TaxAmount"))
    for total in found:
        if total.get("currencyID") in (None, currency):
            return number(content(total))
    return number(content(found[0])) if found else None


def _vat_lines(root: _Element) -> tuple[VatLine, ...]:
    return tuple(
        VatLine(
            rate=amount(tax, "TaxCategory/Percent") or Decimal(0),
            base=amount(tax, "TaxableAmount") or Decimal(0),
            amount=amount(tax, "TaxAmount") or Decimal(0),
            category=text(tax, "TaxCategory/ID") or "",
        )
        for tax in nodes(root, "TaxTotal/TaxSubtotal")
    )


def line_tag(root: _Element) -> tuple[str, str]:
    """Names of the line element and of its quantity."""
    if is_credit_note(root):
        return "CreditNoteLine", "CreditedQuantity"
    return "InvoiceLine", "InvoicedQuantity"


def _lines(root: _Element) -> tuple[Line, ...]:
    tag, quantity = line_tag(root)
    return tuple(
        _line(rank, item, quantity)
        for rank, item in enumerate(nodes(root, tag), start=1)
    )


def _line(rank: int, item: _Element, quantity_tag: str) -> Line:
    quantity = node(item, quantity_tag)
    price = amount(item, "Price/PriceAmount") or Decimal(0)
    return Line(
        number=rank,
        reference=text(item, "Item/SellersItemIdentification/ID"),
        name=text(item, "Item/Name") or text(item, "Item/Description") or "",
        quantity=amount(item, quantity_tag) or Decimal(0),
        unit="" if quantity is None else quantity.get("unitCode") or "",
        unit_price=per_unit(price, amount(item, "Price/BaseQuantity")),
        net_amount=amount(item, "LineExtensionAmount") or Decimal(0),
        vat_rate=amount(item, "Item/ClassifiedTaxCategory/Percent"),
        discount=_discount(item),
    )


def _discount(item: _Element) -> Decimal | None:
    found = list(nodes(item, "AllowanceCharge"))
    if not found:
        return None
    total = Decimal(0)
    for block in found:
        value = amount(block, "Amount") or Decimal(0)
        total += -value if text(block, "ChargeIndicator") == "true" else value
    return total


def _attachments(root: _Element) -> tuple[Attachment, ...]:
    found = []
    for document in nodes(root, "AdditionalDocumentReference"):
        binary = node(document, "Attachment/EmbeddedDocumentBinaryObject")
        if binary is None:
            continue
        found.append(
            embedded(
                binary,
                name=text(document, "ID"),
                description=text(document, "DocumentDescription"),
            )
        )
    return tuple(found)
