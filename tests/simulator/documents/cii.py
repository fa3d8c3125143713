"""Reader of Cross Industry Invoice (D16B, D22B, every Factur-X profile)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

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

_TRADE = "SupplyChainTradeTransaction/"
AGREEMENT = _TRADE + "ApplicableHeaderTradeAgreement"
DELIVERY = _TRADE + "ApplicableHeaderTradeDelivery"
SETTLEMENT = _TRADE + "ApplicableHeaderTradeSettlement"
LINES = _TRADE + "IncludedSupplyChainTradeLineItem"
MEANS = SETTLEMENT + "/SpecifiedTradeSettlementPaymentMeans"
SUMMATION = SETTLEMENT + "/SpecifiedTradeSettlementHeaderMonetarySummation"
NET_PRICE = "SpecifiedLineTradeAgreement/NetPriceProductTradePrice"
QUANTITY = "SpecifiedLineTradeDelivery/BilledQuantity"

# Lines of these kinds repeat or comment amounts that other lines carry.
_NOT_DETAIL = frozenset({"GROUP", "INFORMATION"})


def profile(root: _Element) -> str:
    """BT-24, empty when absent."""
    path = "ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID"
    return text(root, path) or ""


def legal_id(root: _Element, party: str) -> tuple[str | None, str | None]:
    """BT-30 (``SellerTradeParty``) or BT-47 (``BuyerTradeParty``) and its scheme."""
    found = node(root, f"{AGREEMENT}/{party}/SpecifiedLegalOrganization/ID")
    return content(found), None if found is None else found.get("schemeID")


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
    context = (
        "ExchangedDocumentContext/BusinessProcessSpecifiedDocumentContextParameter"
    )
    return {
        "number": text(root, "ExchangedDocument/ID") or "",
        "issue_date": day(text(root, "ExchangedDocument/IssueDateTime/DateTimeString")),
        "type_code": text(root, "ExchangedDocument/TypeCode") or "",
        "cadre": text(root, context + "/ID"),
        "currency": text(root, SETTLEMENT + "/InvoiceCurrencyCode") or "",
        "notes": tuple(
            note
            for found in nodes(root, "ExchangedDocument/IncludedNote/Content")
            if (note := content(found))
        ),
    }


def _party(root: _Element, name: str) -> tuple[str, str | None]:
    party = node(root, f"{AGREEMENT}/{name}")
    candidates = [legal_id(root, name)]
    for path in ("GlobalID", "ID"):
        candidates += [(content(n), n.get("schemeID")) for n in nodes(party, path)]
    candidates.append((_vat_number(party), "VA"))
    return identifier(candidates)


def _vat_number(party: _Element | None) -> str | None:
    for found in nodes(party, "SpecifiedTaxRegistration/ID"):
        if found.get("schemeID") == "VA":
            return content(found)
    return None


def _parties(root: _Element) -> dict[str, Any]:
    seller = node(root, AGREEMENT + "/SellerTradeParty")
    supplier_id, scheme = _party(root, "SellerTradeParty")
    return {
        "supplier_id": supplier_id,
        "supplier_id_scheme": scheme,
        "supplier_name": text(seller, "Name") or "",
        "supplier_vat": _vat_number(seller),
        "supplier_country": text(seller, "PostalTradeAddress/CountryID"),
        "buyer_id": _party(root, "BuyerTradeParty")[0],
        "buyer_name": text(root, AGREEMENT + "/BuyerTradeParty/Name") or "",
    }


def _references(root: _Element, *, lenient: bool) -> dict[str, Any]:
    agreement = node(root, AGREEMENT)
    service = text(agreement, "BuyerReference")
    if service is None and lenient:
        service = _routing_code(root)
    moment = "ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString"
    return {
        "service_code": service,
        "engagement": text(agreement, "BuyerOrderReferencedDocument/IssuerAssignedID"),
        "contract": text(agreement, "ContractReferencedDocument/IssuerAssignedID"),
        "original_number": text(
            root, SETTLEMENT + "/InvoiceReferencedDocument/IssuerAssignedID"
        ),
        "delivery_date": day(text(root, f"{DELIVERY}/{moment}")),
    }


def _routing_code(root: _Element) -> str | None:
    """Service code as the 2026 reform writes it: BT-46 with scheme 0224."""
    for found in nodes(root, AGREEMENT + "/BuyerTradeParty/GlobalID"):
        if found.get("schemeID") == "0224":
            return content(found)
    return None


def _payment(root: _Element) -> dict[str, Any]:
    means = list(nodes(root, MEANS))
    codes = [code for block in means if (code := text(block, "TypeCode"))]
    accounts = [account for block in means if (account := account_of(block))]
    due = "SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString"
    due_codes = nodes(root, SETTLEMENT + "/ApplicableTradeTax/DueDateTypeCode")
    return {
        "due_date": day(text(root, f"{SETTLEMENT}/{due}")),
        "payment_code": codes[0] if codes else None,
        "iban": accounts[0] if accounts else None,
        "vat_due_code": next((c for n in due_codes if (c := content(n))), None),
    }


def account_of(means: _Element) -> str | None:
    """BT-84 of a payment means block: IBAN, else the proprietary number."""
    account = node(means, "PayeePartyCreditorFinancialAccount")
    return text(account, "IBANID") or text(account, "ProprietaryID")


def _totals(root: _Element) -> dict[str, Any]:
    summation = node(root, SUMMATION)
    untaxed = amount(summation, "TaxBasisTotalAmount")
    if untaxed is None:
        untaxed = amount(summation, "LineTotalAmount")
    return {
        "total_untaxed": untaxed,
        "total_vat": _total_vat(root, summation),
        "total_taxed": amount(summation, "GrandTotalAmount"),
        "prepaid": amount(summation, "TotalPrepaidAmount") or Decimal(0),
        "payable": amount(summation, "DuePayableAmount"),
    }


def _total_vat(root: _Element, summation: _Element | None) -> Decimal | None:
    """BT-110; BT-111 stands beside it in another currency."""
    currency = text(root, SETTLEMENT + "/InvoiceCurrencyCode")
    found = list(nodes(summation, "TaxTotalAmount"))
    for total in found:
        if total.get("currencyID") in (None, currency):
            return number(content(total))
    return number(content(found[0])) if found else None


def _vat_lines(root: _Element) -> tuple[VatLine, ...]:
    return tuple(
        VatLine(
            rate=amount(tax, "RateApplicablePercent") or Decimal(0),
            base=amount(tax, "BasisAmount") or Decimal(0),
            amount=amount(tax, "CalculatedAmount") or Decimal(0),
            category=text(tax, "CategoryCode") or "",
        )
        for tax in nodes(root, SETTLEMENT + "/ApplicableTradeTax")
    )


def _lines(root: _Element) -> tuple[Line, ...]:
    kind = "AssociatedDocumentLineDocument/LineStatusReasonCode"
    kept = (n for n in nodes(root, LINES) if text(n, kind) not in _NOT_DETAIL)
    return tuple(_line(rank, item) for rank, item in enumerate(kept, start=1))


def _line(rank: int, item: _Element) -> Line:
    product = node(item, "SpecifiedTradeProduct")
    quantity = node(item, QUANTITY)
    settlement = node(item, "SpecifiedLineTradeSettlement")
    price = amount(item, NET_PRICE + "/ChargeAmount") or Decimal(0)
    total = "SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount"
    return Line(
        number=rank,
        reference=text(product, "SellerAssignedID"),
        name=text(product, "Name") or "",
        quantity=amount(item, QUANTITY) or Decimal(0),
        unit="" if quantity is None else quantity.get("unitCode") or "",
        unit_price=per_unit(price, amount(item, NET_PRICE + "/BasisQuantity")),
        net_amount=amount(settlement, total) or Decimal(0),
        vat_rate=amount(settlement, "ApplicableTradeTax/RateApplicablePercent"),
        discount=_discount(settlement),
    )


def _discount(settlement: _Element | None) -> Decimal | None:
    found = list(nodes(settlement, "SpecifiedTradeAllowanceCharge"))
    if not found:
        return None
    total = Decimal(0)
    for item in found:
        value = amount(item, "ActualAmount") or Decimal(0)
        is_charge = text(item, "ChargeIndicator/Indicator") == "true"
        total += -value if is_charge else value
    return total


def _attachments(root: _Element) -> tuple[Attachment, ...]:
    found = []
    for document in nodes(root, AGREEMENT + "/AdditionalReferencedDocument"):
        binary = node(document, "AttachmentBinaryObject")
        if binary is None:
            continue
        found.append(
            embedded(
                binary,
                name=text(document, "IssuerAssignedID"),
                description=text(document, "Name"),
            )
        )
    return tuple(found)
