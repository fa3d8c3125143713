"""A specimen written as UBL 2.1."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from lxml import etree

from .writer import Writer

if TYPE_CHECKING:
    from decimal import Decimal

    from lxml.etree import _Element

    from .data import Party, Specimen, SpecimenLine

_STANDARD = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC = _STANDARD + "CommonAggregateComponents-2"
CBC = _STANDARD + "CommonBasicComponents-2"


def ubl_xml(specimen: Specimen) -> bytes:
    """The specimen as UBL Invoice, or CreditNote when its type is 381."""
    kind = "CreditNote" if specimen.type_code == "381" else "Invoice"
    namespace = f"{_STANDARD}{kind}-2"
    prefixes = {"cac": CAC, "cbc": CBC}
    nsmap: Any = {None: namespace, **prefixes}
    root = etree.Element(f"{{{namespace}}}{kind}", nsmap=nsmap)
    writer = Writer(root, prefixes)
    _header(writer, specimen, kind)
    _references(writer, specimen)
    _party(writer, "Supplier", specimen.supplier)
    _party(writer, "Customer", specimen.buyer)
    day = specimen.delivery_date.isoformat()
    writer.chain(root, "cac:Delivery/cbc:ActualDeliveryDate", day)
    if specimen.payment_code is not None:
        means = writer.put(root, "cac:PaymentMeans")
        writer.put(means, "cbc:PaymentMeansCode", specimen.payment_code)
        if specimen.iban is not None:
            writer.chain(means, "cac:PayeeFinancialAccount/cbc:ID", specimen.iban)
    _totals(writer, specimen)
    for rank, line in enumerate(specimen.lines, start=1):
        _line(writer, rank, line, kind)
    _add_supplier_vat(root, writer, specimen.supplier_vat)
    return writer.done()


def _header(writer: Writer, specimen: Specimen, kind: str) -> None:
    root = writer.root
    writer.put(root, "cbc:CustomizationID", specimen.profile)
    if specimen.cadre is not None:
        writer.put(root, "cbc:ProfileID", specimen.cadre)
    writer.put(root, "cbc:ID", specimen.number)
    writer.put(root, "cbc:IssueDate", specimen.issue_date.isoformat())
    if kind == "Invoice":
        writer.put(root, "cbc:DueDate", specimen.due_date.isoformat())
    writer.put(root, f"cbc:{kind}TypeCode", specimen.type_code)
    for code, text in specimen.notes:
        writer.put(root, "cbc:Note", f"#{code}#{text}")
    writer.put(root, "cbc:DocumentCurrencyCode", "EUR")
    if specimen.service is not None:
        writer.put(root, "cbc:BuyerReference", specimen.service)
    writer.chain(root, "cac:InvoicePeriod/cbc:DescriptionCode", "3")


def _references(writer: Writer, specimen: Specimen) -> None:
    root = writer.root
    if specimen.engagement is not None:
        writer.chain(root, "cac:OrderReference/cbc:ID", specimen.engagement)
    if specimen.original is not None:
        path = "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"
        writer.chain(root, path, specimen.original)
    if specimen.contract is not None:
        writer.chain(root, "cac:ContractDocumentReference/cbc:ID", specimen.contract)
    for annex in specimen.annexes:
        document = writer.put(root, "cac:AdditionalDocumentReference")
        writer.put(document, "cbc:ID", annex.name)
        writer.put(document, "cbc:DocumentDescription", annex.description)
        writer.chain(
            document,
            "cac:Attachment/cbc:EmbeddedDocumentBinaryObject",
            base64.b64encode(annex.content).decode("ascii"),
            mimeCode=annex.mime,
            filename=annex.name,
        )


def _party(writer: Writer, role: str, told: Party) -> None:
    path = f"cac:Accounting{role}Party/cac:Party"
    party = writer.chain(writer.root, path)
    if told.address:
        writer.put(party, "cbc:EndpointID", told.address, schemeID="0225")
    for scheme, value in told.ids:
        path = "cac:PartyIdentification/cbc:ID"
        writer.chain(party, path, value, schemeID=scheme)
    address = writer.put(party, "cac:PostalAddress")
    writer.put(address, "cbc:StreetName", "1 rue de l'Exemple")
    writer.put(address, "cbc:CityName", "LYON")
    writer.put(address, "cbc:PostalZone", "69002")
    writer.chain(address, "cac:Country/cbc:IdentificationCode", told.country)
    legal = writer.put(party, "cac:PartyLegalEntity")
    writer.put(legal, "cbc:RegistrationName", told.name)
    writer.put(legal, "cbc:CompanyID", told.legal, **told.scheme)


def _add_supplier_vat(root: _Element, writer: Writer, vat: str) -> None:
    """The tax scheme stands between the address and the legal entity."""
    legal = root.find(
        "{*}AccountingSupplierParty/{*}Party/{*}PartyLegalEntity",
    )
    if legal is None:
        raise ValueError("the document has no supplier")
    scheme = etree.Element(f"{{{CAC}}}PartyTaxScheme")
    writer.put(scheme, "cbc:CompanyID", vat)
    writer.chain(scheme, "cac:TaxScheme/cbc:ID", "VAT")
    legal.addprevious(scheme)


def _category(writer: Writer, parent: _Element, tag: str, rate: Decimal) -> None:
    category = writer.put(parent, tag)
    writer.put(category, "cbc:ID", "S")
    writer.put(category, "cbc:Percent", rate)
    writer.chain(category, "cac:TaxScheme/cbc:ID", "VAT")


def _totals(writer: Writer, specimen: Specimen) -> None:
    tax = writer.put(writer.root, "cac:TaxTotal")
    writer.put(tax, "cbc:TaxAmount", specimen.vat, currencyID="EUR")
    for rate, (base, vat) in specimen.breakdown.items():
        part = writer.put(tax, "cac:TaxSubtotal")
        writer.put(part, "cbc:TaxableAmount", base, currencyID="EUR")
        writer.put(part, "cbc:TaxAmount", vat, currencyID="EUR")
        _category(writer, part, "cac:TaxCategory", rate)
    total = writer.put(writer.root, "cac:LegalMonetaryTotal")
    for tag, value in (
        ("LineExtensionAmount", specimen.untaxed),
        ("TaxExclusiveAmount", specimen.untaxed),
        ("TaxInclusiveAmount", specimen.taxed),
        ("PrepaidAmount", specimen.prepaid),
        ("PayableAmount", specimen.taxed - specimen.prepaid),
    ):
        writer.put(total, f"cbc:{tag}", value, currencyID="EUR")


def _line(writer: Writer, rank: int, line: SpecimenLine, kind: str) -> None:
    quantity = "CreditedQuantity" if kind == "CreditNote" else "InvoicedQuantity"
    item = writer.put(writer.root, f"cac:{kind}Line")
    writer.put(item, "cbc:ID", rank)
    writer.put(item, f"cbc:{quantity}", line.quantity, unitCode="C62")
    writer.put(item, "cbc:LineExtensionAmount", line.net, currencyID="EUR")
    product = writer.put(item, "cac:Item")
    writer.put(product, "cbc:Name", line.name)
    if line.reference:
        path = "cac:SellersItemIdentification/cbc:ID"
        writer.chain(product, path, line.reference)
    _category(writer, product, "cac:ClassifiedTaxCategory", line.rate)
    writer.chain(item, "cac:Price/cbc:PriceAmount", line.price, currencyID="EUR")
