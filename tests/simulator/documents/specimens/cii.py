"""A specimen written as Cross Industry Invoice."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from lxml import etree

from .writer import Writer

if TYPE_CHECKING:
    from datetime import date

    from lxml.etree import _Element

    from .data import Annex, Party, Specimen, SpecimenLine

_STANDARD = "urn:un:unece:uncefact:data:standard:"
RSM = _STANDARD + "CrossIndustryInvoice:100"
RAM = _STANDARD + "ReusableAggregateBusinessInformationEntity:100"
UDT = _STANDARD + "UnqualifiedDataType:100"


def cii_xml(specimen: Specimen) -> bytes:
    """The specimen as Cross Industry Invoice."""
    prefixes = {"rsm": RSM, "ram": RAM, "udt": UDT}
    root = etree.Element(f"{{{RSM}}}CrossIndustryInvoice", nsmap=prefixes)
    writer = Writer(root, prefixes)
    _header(writer, specimen)
    trade = writer.put(root, "rsm:SupplyChainTradeTransaction")
    for rank, line in enumerate(specimen.lines, start=1):
        _line(writer, trade, rank, line)
    _agreement(writer, trade, specimen)
    delivery = writer.put(trade, "ram:ApplicableHeaderTradeDelivery")
    event = writer.put(delivery, "ram:ActualDeliverySupplyChainEvent")
    _day(writer, event, "ram:OccurrenceDateTime", specimen.delivery_date)
    _settlement(writer, trade, specimen)
    return writer.done()


def _day(writer: Writer, parent: _Element, tag: str, day: date) -> None:
    path = f"{tag}/udt:DateTimeString"
    writer.chain(parent, path, f"{day:%Y%m%d}", format="102")


def _header(writer: Writer, specimen: Specimen) -> None:
    context = writer.put(writer.root, "rsm:ExchangedDocumentContext")
    if specimen.cadre is not None:
        tag = "ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"
        writer.chain(context, tag, specimen.cadre)
    tag = "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"
    writer.chain(context, tag, specimen.profile)
    document = writer.put(writer.root, "rsm:ExchangedDocument")
    writer.put(document, "ram:ID", specimen.number)
    writer.put(document, "ram:TypeCode", specimen.type_code)
    _day(writer, document, "ram:IssueDateTime", specimen.issue_date)
    for code, text in specimen.notes:
        note = writer.put(document, "ram:IncludedNote")
        writer.put(note, "ram:Content", text)
        writer.put(note, "ram:SubjectCode", code)


def _line(writer: Writer, trade: _Element, rank: int, line: SpecimenLine) -> None:
    item = writer.put(trade, "ram:IncludedSupplyChainTradeLineItem")
    writer.chain(item, "ram:AssociatedDocumentLineDocument/ram:LineID", rank)
    product = writer.put(item, "ram:SpecifiedTradeProduct")
    if line.reference:
        writer.put(product, "ram:SellerAssignedID", line.reference)
    writer.put(product, "ram:Name", line.name)
    writer.chain(
        item,
        "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount",
        line.price,
    )
    path = "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"
    writer.chain(item, path, line.quantity, unitCode="C62")
    settlement = writer.put(item, "ram:SpecifiedLineTradeSettlement")
    tax = writer.put(settlement, "ram:ApplicableTradeTax")
    writer.put(tax, "ram:TypeCode", "VAT")
    writer.put(tax, "ram:CategoryCode", "S")
    writer.put(tax, "ram:RateApplicablePercent", line.rate)
    path = "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
    writer.chain(settlement, path, line.net)


def _agreement(writer: Writer, trade: _Element, specimen: Specimen) -> None:
    agreement = writer.put(trade, "ram:ApplicableHeaderTradeAgreement")
    if specimen.service is not None:
        writer.put(agreement, "ram:BuyerReference", specimen.service)
    seller = _party(writer, agreement, "Seller", specimen.supplier)
    path = "ram:SpecifiedTaxRegistration/ram:ID"
    writer.chain(seller, path, specimen.supplier_vat, schemeID="VA")
    _party(writer, agreement, "Buyer", specimen.buyer)
    if specimen.engagement is not None:
        path = "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"
        writer.chain(agreement, path, specimen.engagement)
    if specimen.contract is not None:
        path = "ram:ContractReferencedDocument/ram:IssuerAssignedID"
        writer.chain(agreement, path, specimen.contract)
    for annex in specimen.annexes:
        _annex(writer, agreement, annex)


def _party(writer: Writer, agreement: _Element, role: str, told: Party) -> _Element:
    party = writer.put(agreement, f"ram:{role}TradeParty")
    for scheme, value in told.ids:
        writer.put(party, "ram:GlobalID", value, schemeID=scheme)
    writer.put(party, "ram:Name", told.name)
    path = "ram:SpecifiedLegalOrganization/ram:ID"
    writer.chain(party, path, told.legal, **told.scheme)
    address = writer.put(party, "ram:PostalTradeAddress")
    writer.put(address, "ram:PostcodeCode", "69002")
    writer.put(address, "ram:LineOne", "1 rue de l'Exemple")
    writer.put(address, "ram:CityName", "LYON")
    writer.put(address, "ram:CountryID", told.country)
    if told.address:
        path = "ram:URIUniversalCommunication/ram:URIID"
        writer.chain(party, path, told.address, schemeID="0225")
    return party


def _annex(writer: Writer, agreement: _Element, annex: Annex) -> None:
    document = writer.put(agreement, "ram:AdditionalReferencedDocument")
    writer.put(document, "ram:IssuerAssignedID", annex.name)
    writer.put(document, "ram:TypeCode", "916")
    writer.put(document, "ram:Name", annex.description)
    writer.put(
        document,
        "ram:AttachmentBinaryObject",
        base64.b64encode(annex.content).decode("ascii"),
        mimeCode=annex.mime,
        filename=annex.name,
    )


def _settlement(writer: Writer, trade: _Element, specimen: Specimen) -> None:
    settlement = writer.put(trade, "ram:ApplicableHeaderTradeSettlement")
    writer.put(settlement, "ram:InvoiceCurrencyCode", "EUR")
    if specimen.payment_code is not None:
        means = writer.put(settlement, "ram:SpecifiedTradeSettlementPaymentMeans")
        writer.put(means, "ram:TypeCode", specimen.payment_code)
        if specimen.iban is not None:
            path = "ram:PayeePartyCreditorFinancialAccount/ram:IBANID"
            writer.chain(means, path, specimen.iban)
    for rate, (base, vat) in specimen.breakdown.items():
        tax = writer.put(settlement, "ram:ApplicableTradeTax")
        writer.put(tax, "ram:CalculatedAmount", vat)
        writer.put(tax, "ram:TypeCode", "VAT")
        writer.put(tax, "ram:BasisAmount", base)
        writer.put(tax, "ram:CategoryCode", "S")
        writer.put(tax, "ram:DueDateTypeCode", "5")
        writer.put(tax, "ram:RateApplicablePercent", rate)
    terms = writer.put(settlement, "ram:SpecifiedTradePaymentTerms")
    _day(writer, terms, "ram:DueDateDateTime", specimen.due_date)
    total = writer.put(
        settlement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation"
    )
    writer.put(total, "ram:LineTotalAmount", specimen.untaxed)
    writer.put(total, "ram:TaxBasisTotalAmount", specimen.untaxed)
    writer.put(total, "ram:TaxTotalAmount", specimen.vat, currencyID="EUR")
    writer.put(total, "ram:GrandTotalAmount", specimen.taxed)
    writer.put(total, "ram:TotalPrepaidAmount", specimen.prepaid)
    writer.put(total, "ram:DuePayableAmount", specimen.taxed - specimen.prepaid)
    if specimen.original is not None:
        path = "ram:InvoiceReferencedDocument/ram:IssuerAssignedID"
        writer.chain(settlement, path, specimen.original)
