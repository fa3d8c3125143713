"""What is read from an invoice, whatever it is written in."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, NameObject

from simulator.documents import COMPLEMENTARY, MAIN, Unreadable, read_any
from simulator.documents.specimens import (
    Annex,
    Specimen,
    SpecimenLine,
    cii_xml,
    facturx_pdf,
    ubl_xml,
)

NOTE = Annex("bl-77.pdf", b"%PDF-1.4 delivery", description="BON_LIVRAISON")
FULL = Specimen(
    service="SERVICE_1",
    engagement="1234567890",
    contract="2026-M-017",
    original="FA-2026-000",
    annexes=(NOTE,),
)
WRITERS = [cii_xml, ubl_xml, facturx_pdf]


@pytest.fixture(params=WRITERS, ids=lambda writer: writer.__name__)
def write(request):
    return request.param


def broken(xml, path, text):
    """The document with the text at ``path`` (local names) replaced."""
    root = etree.fromstring(xml)
    steps = "/".join(f"{{*}}{step}" for step in path.split("/"))
    found = root.find(".//" + steps)
    assert found is not None, path
    found.text = text
    return etree.tostring(root)


def test_header_fields_are_read(write):
    invoice = read_any(write(FULL), "f")
    assert (invoice.number, invoice.issue_date) == ("FA-2026-001", date(2026, 10, 12))
    assert (invoice.type_code, invoice.cadre, invoice.currency) == ("380", "A1", "EUR")


def test_parties_are_read(write):
    invoice = read_any(write(FULL), "f")
    assert invoice.supplier_id == "73282932000074"
    assert invoice.supplier_id_scheme == "0009"
    assert invoice.supplier_name == "FOURNITURES EXEMPLE SAS"
    assert invoice.supplier_vat == "FR44732829320"
    assert invoice.supplier_country == "FR"
    assert invoice.buyer_id == "12345678200051"
    assert invoice.buyer_name == "COMMUNE D'ESSAI"


def test_references_are_read(write):
    invoice = read_any(write(FULL), "f")
    assert invoice.service_code == "SERVICE_1"
    assert invoice.engagement == "1234567890"
    assert invoice.contract == "2026-M-017"
    assert invoice.original_number == "FA-2026-000"
    assert invoice.delivery_date == date(2026, 10, 10)


def test_payment_terms_are_read(write):
    invoice = read_any(write(FULL), "f")
    assert invoice.payment_code == "30"
    assert invoice.iban == "FR7630006000011234567890189"
    assert invoice.due_date == date(2026, 11, 11)


def test_vat_due_code_is_the_same_in_both_vocabularies(write):
    assert read_any(write(FULL), "f").vat_due_code == "5"


def test_totals_are_read_to_the_cent(write):
    invoice = read_any(write(replace(FULL, prepaid=Decimal("10.22"))), "f")
    assert invoice.total_untaxed == Decimal("98.70")
    assert invoice.total_vat == Decimal("11.52")
    assert invoice.total_taxed == Decimal("110.22")
    assert invoice.prepaid == Decimal("10.22")
    assert invoice.payable == Decimal("100.00")


def test_vat_breakdown_is_read_by_rate(write):
    found = {v.rate: (v.base, v.amount) for v in read_any(write(FULL), "f").vat_lines}
    assert found == {
        Decimal("20"): (Decimal("42.00"), Decimal("8.40")),
        Decimal("5.5"): (Decimal("56.70"), Decimal("3.12")),
    }


def test_lines_are_read_in_order(write):
    first, second = read_any(write(FULL), "f").lines
    assert (first.number, first.reference, first.name) == (1, "PAP-A4", "Papier A4")
    assert (first.quantity, first.unit) == (Decimal(10), "C62")
    assert (first.unit_price, first.net_amount) == (Decimal("4.20"), Decimal("42.00"))
    assert (second.number, second.reference, second.vat_rate) == (
        2,
        None,
        Decimal("5.5"),
    )


def test_embedded_annex_is_complementary_and_intact(write):
    (annex,) = read_any(write(FULL), "f").attachments
    assert (annex.name, annex.content) == ("bl-77.pdf", NOTE.content)
    assert (annex.mime, annex.type_code) == ("application/pdf", COMPLEMENTARY)


def test_deposited_pdf_is_the_main_document():
    content = facturx_pdf(FULL)
    main = read_any(content, "ma facture.pdf").main
    assert (main.name, main.content, main.type_code) == (
        "ma facture.pdf",
        content,
        MAIN,
    )


def test_xml_of_a_pdf_is_kept_as_it_was_embedded():
    assert read_any(facturx_pdf(FULL), "f.pdf").xml == cii_xml(FULL)


@pytest.mark.parametrize("writer", [cii_xml, ubl_xml])
def test_xml_alone_gets_a_readable_pdf_with_its_figures(writer):
    main = read_any(writer(FULL), "f.xml").main
    text = PdfReader(io.BytesIO(main.content)).pages[0].extract_text()
    assert "FA-2026-001" in text
    assert "110,22 EUR" in text


def test_readable_pdf_is_the_same_for_the_same_invoice():
    first, second = (read_any(cii_xml(FULL), "f").main for _time in range(2))
    assert first.content == second.content


def test_readable_pdf_of_a_long_invoice_says_what_is_left_out():
    line = SpecimenLine("x", Decimal(1), Decimal("1.00"), Decimal(20))
    invoice = read_any(cii_xml(replace(FULL, lines=(line,) * 503)), "f")
    reader = PdfReader(io.BytesIO(invoice.main.content))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "3 lignes de plus" in text


def test_text_outside_the_pdf_fonts_does_not_stop_the_readable_pdf():
    invoice = read_any(cii_xml(replace(FULL, supplier_name="Ελληνική <b>&</b>")), "f")
    assert invoice.supplier_name == "Ελληνική <b>&</b>"
    assert invoice.main.content.startswith(b"%PDF-")


def test_ubl_credit_note_is_read_as_381():
    credit = replace(FULL, type_code="381")
    xml = ubl_xml(credit)
    assert b"CreditNote-2" in xml
    invoice = read_any(xml, "f")
    assert (invoice.type_code, len(invoice.lines)) == ("381", 2)
    assert invoice.is_credit_note


def test_file_embedded_in_the_pdf_alone_is_an_attachment():
    extra = Annex("plan.png", b"\x89PNG")
    invoice = read_any(facturx_pdf(Specimen(), extra=[extra]), "f.pdf")
    assert [(a.name, a.mime) for a in invoice.attachments] == [
        ("plan.png", "image/png")
    ]


def test_file_both_in_the_xml_and_in_the_pdf_is_kept_once():
    invoice = read_any(facturx_pdf(FULL, extra=[NOTE]), "f.pdf")
    assert len(invoice.attachments) == 1


def test_xml_reached_through_associated_files_only_is_found():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(facturx_pdf(FULL))))
    root = writer.root_object
    pairs = root["/Names"]["/EmbeddedFiles"]["/Names"]
    root[NameObject("/AF")] = ArrayObject([pairs[1]])
    del root["/Names"]
    buffer = io.BytesIO()
    writer.write(buffer)
    assert read_any(buffer.getvalue(), "f.pdf").number == "FA-2026-001"


def test_siret_of_the_reform_dialect_wins_over_the_siren():
    xml = cii_xml(FULL).replace(
        b'<ram:SpecifiedLegalOrganization><ram:ID schemeID="0009">73282932000074',
        b'<ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">732829320',
    )
    root = etree.fromstring(xml)
    seller = root.find(".//{*}SellerTradeParty")
    identifier = etree.Element(seller[0].tag.replace("Name", "GlobalID"))
    identifier.set("schemeID", "0009")
    identifier.text = "73282932000074"
    seller.insert(0, identifier)
    assert read_any(etree.tostring(root), "f").supplier_id == "73282932000074"


def test_service_code_of_the_reform_dialect_is_read():
    root = etree.fromstring(cii_xml(Specimen()))
    buyer = root.find(".//{*}BuyerTradeParty")
    code = etree.Element(buyer[0].tag.replace("Name", "GlobalID"), schemeID="0224")
    code.text = "ACHATS"
    buyer.insert(0, code)
    assert read_any(etree.tostring(root), "f").service_code == "ACHATS"


def test_price_is_brought_back_to_one_unit():
    root = etree.fromstring(cii_xml(Specimen()))
    price = root.find(".//{*}NetPriceProductTradePrice")
    base = etree.SubElement(
        price, price[0].tag.replace("ChargeAmount", "BasisQuantity")
    )
    base.text = "3"
    assert read_any(etree.tostring(root), "f").lines[0].unit_price == Decimal(
        "1.400000"
    )


def test_line_allowance_is_read_as_a_discount():
    root = etree.fromstring(cii_xml(Specimen()))
    settlement = root.find(".//{*}SpecifiedLineTradeSettlement")
    ram = settlement.tag.removesuffix("SpecifiedLineTradeSettlement")
    block = etree.SubElement(settlement, ram + "SpecifiedTradeAllowanceCharge")
    indicator = etree.SubElement(block, ram + "ChargeIndicator")
    etree.SubElement(indicator, ram + "Indicator").text = "false"
    etree.SubElement(block, ram + "ActualAmount").text = "2.50"
    lines = read_any(etree.tostring(root), "f").lines
    assert [line.discount for line in lines] == [Decimal("2.50"), None]


def test_group_lines_are_not_counted_twice():
    root = etree.fromstring(cii_xml(Specimen()))
    document = root.find(".//{*}AssociatedDocumentLineDocument")
    tag = document[0].tag.replace("LineID", "LineStatusReasonCode")
    etree.SubElement(document, tag).text = "GROUP"
    assert [line.name for line in read_any(etree.tostring(root), "f").lines] == [
        "Livres"
    ]


def test_supplier_without_any_number_gets_country_and_name():
    xml = cii_xml(FULL).replace(b"73282932000074", b"").replace(b"FR44732829320", b"")
    assert read_any(xml, "f").supplier_id == "FRFOURNITURES EXEM"


# Refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "mal formé"),
        (b"not a document", "mal formé"),
        (b"<a><b></a>", "mal formé"),
        (b"<a/>", "n'est pas une facture"),
        (b"<CPPFacturePivot/>", "n'est pas une facture"),
        (b"<Invoice/>", "n'est pas une facture"),
        (b"%PDF-1.7 then nothing", "endommagé"),
        (b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', "DOCTYPE"),
        (b"<a>" * 300 + b"</a>" * 300, "trop imbriqué"),
    ],
)
def test_what_is_not_an_invoice_is_refused_with_a_reason(content, reason):
    with pytest.raises(Unreadable, match=reason):
        read_any(content, "f")


def test_external_entity_is_never_fetched(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden")
    xml = cii_xml(FULL).split(b"?>", 1)[1]
    attack = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'.encode()
    with pytest.raises(Unreadable, match="DOCTYPE"):
        read_any(attack + xml.replace(b"FA-2026-001", b"&e;"), "f")


def test_pdf_without_xml_is_refused():
    plain = read_any(cii_xml(FULL), "f").main.content
    with pytest.raises(Unreadable, match=r"factur-x\.xml"):
        read_any(plain, "f.pdf")


def test_encrypted_pdf_is_refused():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(facturx_pdf(FULL))))
    writer.encrypt("secret", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    with pytest.raises(Unreadable, match="chiffré"):
        read_any(buffer.getvalue(), "f.pdf")


@pytest.mark.parametrize("cut", [200, 1000, 2500])
def test_truncated_pdf_is_refused_or_read_never_a_crash(cut):
    content = facturx_pdf(FULL)[:-cut]
    try:
        assert read_any(content, "f.pdf").number == "FA-2026-001"
    except Unreadable as error:
        assert error.reason


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("ExchangedDocument/ID", " ", "BT-1"),
        ("IssueDateTime/DateTimeString", "20260230", "BT-2"),
        ("GrandTotalAmount", "1E99999999", "BT-112"),
        ("GrandTotalAmount", "12,50", "BT-112"),
        ("AttachmentBinaryObject", "@@@", "base64"),
    ],
)
def test_missing_or_absurd_essentials_are_refused(path, text, reason):
    with pytest.raises(Unreadable, match=reason):
        read_any(broken(cii_xml(FULL), path, text), "f")


def test_attachment_name_cannot_climb_out_of_a_folder():
    xml = cii_xml(FULL).replace(b'filename="bl-77.pdf"', b'filename="../../bl.pdf"')
    assert read_any(xml, "f").attachments[0].name == "bl.pdf"
