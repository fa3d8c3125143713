"""Rules of a direct deposit: a valid invoice with one piece broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from simulator.documents import check_direct, read_any, read_flow
from simulator.documents.specimens import (
    Annex,
    Specimen,
    SpecimenLine,
    cii_xml,
    facturx_pdf,
    ubl_xml,
)

TODAY = date(2026, 11, 23)
SYNTAX = {
    cii_xml: "IN_DP_E1_CII_16B",
    ubl_xml: "IN_DP_E1_UBL_INVOICE",
    facturx_pdf: "IN_DP_E2_CII_FACTURX",
}
TRADE = "FichierXml.SupplyChainTradeTransaction."
AGREEMENT = TRADE + "ApplicableHeaderTradeAgreement."
SETTLEMENT = TRADE + "ApplicableHeaderTradeSettlement."


@pytest.fixture(params=[cii_xml, ubl_xml], ids=["cii", "ubl"])
def write(request):
    return request.param


def told(write, specimen):
    (invoice,) = read_flow(write(specimen), "f", SYNTAX[write])
    return check_direct(invoice, SYNTAX[write], today=TODAY)


def one(write, specimen):
    """The only sentence; fails when there are others."""
    (sentence,) = told(write, specimen)
    return sentence


@pytest.mark.parametrize("writer", SYNTAX, ids=lambda writer: writer.__name__)
@pytest.mark.parametrize(
    "change",
    [
        {},
        {"service": "SERVICE_1", "engagement": "1234567890", "contract": "M-17"},
        {"number": "AZaz09 -+_/"},
        {"type_code": "381", "payment_code": None, "iban": None, "original": "FA-1"},
        {"cadre": "A25"},
        {"payment_code": "49", "iban": None},
        {"annexes": (Annex("bon.pdf", b"%PDF-"),)},
        {"issue_date": TODAY},
        {"service": "Réseau d'eau".replace("'", " ")},
    ],
    ids=str,
)
def test_valid_invoice_is_accepted(writer, change):
    assert told(writer, replace(Specimen(), **change)) == []


def test_invoice_already_paid_is_accepted(write):
    paid = Specimen(cadre="A2", payment_code="48", iban=None, prepaid=Specimen().taxed)
    assert told(write, paid) == []


# Number, date, type -------------------------------------------------------------


def test_number_of_21_characters_is_refused_with_the_live_path():
    assert one(cii_xml, Specimen(number="F" * 21)) == (
        "L'element FichierXml.ExchangedDocument.ID.value"
        " ne doit pas depasser 20 caracteres"
    )


def test_number_of_20_characters_is_accepted(write):
    assert told(write, Specimen(number="F" * 20)) == []


@pytest.mark.parametrize("number", ["FA#1", "FÀ1", "FA.1", "FA\\1", "FA;1"])
def test_number_with_another_character_is_refused(write, number):
    assert "caracteres non autorises" in one(write, Specimen(number=number))


def test_issue_date_of_tomorrow_is_refused(write):
    tomorrow = Specimen(issue_date=date(2026, 11, 24), due_date=date(2026, 12, 31))
    assert "posterieur a la date du jour" in one(write, tomorrow)


@pytest.mark.parametrize("year", [1999, 2100])
def test_issue_date_outside_the_century_is_refused(write, year):
    sentence = one(write, Specimen(issue_date=date(year, 5, 1)))
    assert "compris entre 2000 et 2099" in sentence


@pytest.mark.parametrize("code", ["384", "386", "389"])
def test_type_that_is_not_proven_is_refused_by_default(write, code):
    assert f"({code}) n'est pas un type de facture" in one(
        write, Specimen(type_code=code)
    )


def test_accepted_types_can_be_widened():
    (invoice,) = read_flow(cii_xml(Specimen(type_code="384")), "f", SYNTAX[cii_xml])
    types = {"380", "381", "384"}
    assert check_direct(invoice, SYNTAX[cii_xml], today=TODAY, types=types) == []


# Cadre --------------------------------------------------------------------------


def test_absent_cadre_is_refused():
    assert one(cii_xml, Specimen(cadre=None)) == (
        "L'element FichierXml.ExchangedDocumentContext"
        ".BusinessProcessSpecifiedDocumentContextParameter.ID.value est obligatoire"
    )


def test_absent_cadre_is_refused_in_ubl():
    assert "ProfileID.value est obligatoire" in one(ubl_xml, Specimen(cadre=None))


@pytest.mark.parametrize("cadre", ["B1", "S1", "M1", "A0", "A26", "a1", "A1_FACTURE"])
def test_cadre_outside_the_list_is_refused(write, cadre):
    assert f"({cadre}) n'appartient pas" in one(write, Specimen(cadre=cadre))


def test_cadre_already_paid_with_something_to_pay_is_refused(write):
    assert "doit etre nul pour le cadre" in one(write, Specimen(cadre="A2"))


# Identifiers --------------------------------------------------------------------


@pytest.mark.parametrize("siret", ["732829320", "7328293200007", "7328293200007X"])
def test_supplier_without_full_siret_is_refused(write, siret):
    sentence = one(write, Specimen(supplier_id=siret))
    assert f"({siret}) est inconnu ou mal forme" in sentence
    assert "Seller" in sentence or "Supplier" in sentence


def test_buyer_siren_is_refused(write):
    sentence = one(write, Specimen(buyer_id="123456782"))
    assert "(123456782) est inconnu ou mal forme" in sentence
    assert "Buyer" in sentence or "Customer" in sentence


@pytest.mark.parametrize(
    ("party", "path"), [("Seller", "supplier"), ("Buyer", "buyer")]
)
def test_absent_legal_identifier_is_refused(party, path):
    root = etree.fromstring(cii_xml(Specimen()))
    legal = root.find(f".//{{*}}{party}TradeParty/{{*}}SpecifiedLegalOrganization")
    legal.getparent().remove(legal)
    invoice = read_any(etree.tostring(root), "f")
    assert check_direct(invoice, SYNTAX[cii_xml], today=TODAY) == [
        f"L'element {AGREEMENT}{party}TradeParty.SpecifiedLegalOrganization.ID.value"
        " est obligatoire"
    ]


def foreign(identifier, scheme="0223"):
    """An invoice of a German supplier."""
    root = etree.fromstring(cii_xml(Specimen(supplier_vat="DE123456789")))
    seller = root.find(".//{*}SellerTradeParty")
    legal = seller.find("{*}SpecifiedLegalOrganization/{*}ID")
    legal.text = identifier
    legal.set("schemeID", scheme)
    seller.find(".//{*}CountryID").text = "DE"
    return read_any(etree.tostring(root), "f")


def test_foreign_supplier_is_accepted_with_its_vat_number():
    invoice = foreign("DE123456789")
    assert check_direct(invoice, SYNTAX[cii_xml], today=TODAY) == []


def test_foreign_identifier_over_18_characters_is_refused():
    invoice = foreign("DE12345678901234567")
    (sentence,) = check_direct(invoice, SYNTAX[cii_xml], today=TODAY)
    assert "ne doit pas depasser 18 caracteres" in sentence


# References ---------------------------------------------------------------------


@pytest.mark.parametrize("service", ["SERV#1", "a/b", "x.y"])
def test_service_code_with_odd_characters_is_refused(service):
    assert one(cii_xml, Specimen(service=service)) == (
        f"L'element {AGREEMENT}BuyerReference.value doit etre alphanumerique"
    )


def test_service_code_over_100_characters_is_refused(write):
    sentence = one(write, Specimen(service="S" * 101))
    assert "BuyerReference.value ne doit pas depasser 100" in sentence


@pytest.mark.parametrize("field", ["engagement", "contract"])
def test_reference_over_50_characters_is_refused(write, field):
    sentence = one(write, replace(Specimen(), **{field: "1" * 51}))
    assert "ne doit pas depasser 50 caracteres" in sentence


@pytest.mark.parametrize("field", ["engagement", "contract"])
def test_reference_of_50_characters_is_accepted(write, field):
    assert told(write, replace(Specimen(), **{field: "1" * 50})) == []


# Payment ------------------------------------------------------------------------


def test_invoice_without_payment_code_is_refused_in_the_recorded_words():
    assert one(cii_xml, Specimen(payment_code=None)) == (
        f"L'element {SETTLEMENT}SpecifiedTradeSettlementPaymentMeans.TypeCode.value"
        " est obligatoire"
    )


def test_ubl_invoice_without_payment_code_is_refused():
    sentence = one(ubl_xml, Specimen(payment_code=None))
    assert sentence.endswith("PaymentMeansCode.value est obligatoire")


def test_payment_block_without_code_is_refused_in_the_recorded_words():
    xml = cii_xml(Specimen()).replace(b"<ram:TypeCode>30</ram:TypeCode>", b"")
    (invoice,) = read_flow(xml, "f", SYNTAX[cii_xml])
    sentences = check_direct(invoice, SYNTAX[cii_xml], today=TODAY)
    assert sentences[0].endswith(
        "SpecifiedTradeSettlementPaymentMeans.TypeCode.value est obligatoire"
    )


@pytest.mark.parametrize("code", ["1", "57", "68", "ZZZ"])
def test_payment_code_outside_the_list_is_refused(write, code):
    sentence = one(write, Specimen(payment_code=code))
    assert f"({code}) n'appartient pas a la liste des modes de paiement" in sentence


@pytest.mark.parametrize("code", ["31", "42"])
def test_transfer_without_iban_is_refused(write, code):
    sentences = told(write, Specimen(payment_code=code, iban=None))
    assert "obligatoire pour un paiement par virement" in sentences[0]


@pytest.mark.parametrize(
    "iban", ["30006000011234567890189", "FR76", "fr7630006000011234"]
)
def test_account_that_is_not_an_iban_is_refused(write, iban):
    assert one(write, Specimen(iban=iban)).endswith("doit etre un IBAN")


# Figures ------------------------------------------------------------------------


def lines(quantity="10", price="4.20"):
    line = SpecimenLine("x", Decimal(quantity), Decimal(price), Decimal(20))
    return Specimen(lines=(line,))


def test_quantity_of_5_decimals_is_refused(write):
    assert "plus de 4 decimales" in one(write, lines(quantity="1.00001"))


def test_quantity_of_4_decimals_is_accepted(write):
    assert told(write, lines(quantity="1.0001")) == []


def test_unit_price_of_7_decimals_is_refused(write):
    assert "plus de 6 decimales" in one(write, lines(price="4.2000001"))


def test_unit_price_of_6_decimals_is_accepted(write):
    assert told(write, lines(price="4.200001")) == []


def test_amount_of_20_positions_is_refused(write):
    sentences = told(write, lines(quantity="1", price="123456789012345678.00"))
    assert any("19 positions" in sentence for sentence in sentences)


def test_gross_price_without_discount_is_refused_in_the_recorded_words():
    root = etree.fromstring(cii_xml(lines()))
    agreement = root.find(".//{*}SpecifiedLineTradeAgreement")
    net = agreement[0]
    gross = etree.Element(net.tag.replace("Net", "Gross"))
    etree.SubElement(gross, net[0].tag).text = "4.20"
    agreement.insert(0, gross)
    (invoice,) = read_flow(etree.tostring(root), "f", SYNTAX[cii_xml])
    (sentence,) = check_direct(invoice, SYNTAX[cii_xml], today=TODAY)
    assert sentence.startswith(
        "L'element (AppliedTradeAllowanceCharge.ActualAmount.value) est obligatoire"
        " si l'element ("
    )
    assert sentence.endswith("GrossPriceProductTradePrice) est renseigne")


# Attachments --------------------------------------------------------------------


def test_attachment_name_over_50_characters_is_refused(write):
    annex = Annex("a" * 47 + ".pdf", b"%PDF-")
    assert "depasse 50 caracteres" in one(write, Specimen(annexes=(annex,)))


@pytest.mark.parametrize("name", ["virus.exe", "bon", ".pdf.", "pdf"])
def test_attachment_extension_outside_the_list_is_refused(name):
    annex = Annex(name, b"%PDF-")
    assert "n'est pas autorisee" in one(cii_xml, Specimen(annexes=(annex,)))


def test_empty_attachment_is_refused():
    sentences = told(cii_xml, Specimen(annexes=(Annex("vide.pdf", b""),)))
    assert "La piece jointe vide.pdf est vide" in sentences


def test_attachment_over_10_megabytes_is_refused():
    annex = Annex("gros.pdf", b"x" * (10 * 1024 * 1024 + 1))
    assert one(cii_xml, Specimen(annexes=(annex,))).endswith("depasse 10 Mo")


# EN 16931 -----------------------------------------------------------------------


def test_total_that_does_not_add_up_breaks_the_norm():
    xml = cii_xml(Specimen()).replace(
        b"<ram:GrandTotalAmount>110.22", b"<ram:GrandTotalAmount>111.22"
    )
    (invoice,) = read_flow(xml, "f", SYNTAX[cii_xml])
    sentences = check_direct(invoice, SYNTAX[cii_xml], today=TODAY)
    assert [sentence.split(" : ")[0] for sentence in sentences] == [
        "Regle BR-CO-15",
        "Regle BR-CO-16",
    ]


def test_every_fault_of_an_invoice_is_told_at_once(write):
    sentences = told(write, Specimen(number="F" * 21, cadre="B1"))
    assert len(sentences) == 2


def test_own_rules_are_told_before_those_of_the_norm():
    xml = cii_xml(Specimen(cadre="B1")).replace(
        b"<ram:GrandTotalAmount>110.22", b"<ram:GrandTotalAmount>111.22"
    )
    (invoice,) = read_flow(xml, "f", SYNTAX[cii_xml])
    sentences = check_direct(invoice, SYNTAX[cii_xml], today=TODAY)
    assert "cadre de facturation" in sentences[0]
