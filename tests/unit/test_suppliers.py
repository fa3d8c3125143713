"""What each source says of a supplier, and which accounts are the same."""

from __future__ import annotations

import pytest
from lxml import etree

from chorus_pro.suppliers import (
    NO_DETAIL,
    SupplierDetail,
    clean_account,
    is_iban,
    same_account,
)

IBAN = "FR7630006000011234567890189"
OTHER = "BE68539007547034"

CII = f"""
<rsm:CrossIndustryInvoice xmlns:rsm="urn:rsm" xmlns:ram="urn:ram">
  <rsm:SupplyChainTradeTransaction>
    <ram:ApplicableHeaderTradeAgreement>
      <ram:SellerTradeParty>
        <ram:Name>Atelier  du Modèle</ram:Name>
        <ram:DefinedTradeContact>
          <ram:TelephoneUniversalCommunication>
            <ram:CompleteNumber>+33 1 99 00 00 00</ram:CompleteNumber>
          </ram:TelephoneUniversalCommunication>
          <ram:EmailURIUniversalCommunication>
            <ram:URIID>atelier@example.com</ram:URIID>
          </ram:EmailURIUniversalCommunication>
        </ram:DefinedTradeContact>
        <ram:PostalTradeAddress>
          <ram:PostcodeCode>99999</ram:PostcodeCode>
          <ram:LineOne>12 rue des Essais</ram:LineOne>
          <ram:LineThree>Porte B</ram:LineThree>
          <ram:CityName>Modeleville</ram:CityName>
          <ram:CountryID>fr</ram:CountryID>
        </ram:PostalTradeAddress>
        <ram:SpecifiedTaxRegistration>
          <ram:ID schemeID="FC">1234</ram:ID>
        </ram:SpecifiedTaxRegistration>
        <ram:SpecifiedTaxRegistration>
          <ram:ID schemeID="VA">FR 64 100000001</ram:ID>
        </ram:SpecifiedTaxRegistration>
      </ram:SellerTradeParty>
    </ram:ApplicableHeaderTradeAgreement>
    <ram:ApplicableHeaderTradeSettlement>
      <ram:PayeeTradeParty><ram:Name>Affacturage</ram:Name></ram:PayeeTradeParty>
      <ram:SpecifiedTradeSettlementPaymentMeans>
        <ram:PayeePartyCreditorFinancialAccount>
          <ram:ProprietaryID>{OTHER}</ram:ProprietaryID>
        </ram:PayeePartyCreditorFinancialAccount>
      </ram:SpecifiedTradeSettlementPaymentMeans>
      <ram:SpecifiedTradeSettlementPaymentMeans>
        <ram:PayeePartyCreditorFinancialAccount>
          <ram:IBANID>fr76 3000 6000 0112 3456 7890 189</ram:IBANID>
        </ram:PayeePartyCreditorFinancialAccount>
      </ram:SpecifiedTradeSettlementPaymentMeans>
    </ram:ApplicableHeaderTradeSettlement>
  </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>
"""

UBL = f"""
<CreditNote xmlns:cac="urn:cac" xmlns:cbc="urn:cbc">
  <cac:AccountingSupplierParty><cac:Party>
    <cac:PartyName><cbc:Name>Enseigne</cbc:Name></cac:PartyName>
    <cac:PostalAddress>
      <cbc:StreetName>12 rue des Essais</cbc:StreetName>
      <cbc:AdditionalStreetName>Bâtiment 2</cbc:AdditionalStreetName>
      <cbc:CityName>Modeleville</cbc:CityName>
      <cbc:PostalZone>99999</cbc:PostalZone>
      <cac:AddressLine><cbc:Line>Porte B</cbc:Line></cac:AddressLine>
      <cac:Country><cbc:IdentificationCode>BE</cbc:IdentificationCode></cac:Country>
    </cac:PostalAddress>
    <cac:PartyTaxScheme>
      <cbc:CompanyID>LOC</cbc:CompanyID><cac:TaxScheme><cbc:ID>LOC</cbc:ID></cac:TaxScheme>
    </cac:PartyTaxScheme>
    <cac:PartyTaxScheme>
      <cbc:CompanyID>BE0477472701</cbc:CompanyID>
      <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>
    </cac:PartyTaxScheme>
    <cac:Contact>
      <cbc:Telephone>1</cbc:Telephone><cbc:ElectronicMail>a@b</cbc:ElectronicMail>
    </cac:Contact>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:PayeeParty><cac:PartyName><cbc:Name>Payé</cbc:Name></cac:PartyName></cac:PayeeParty>
  <cac:PaymentMeans>
    <cac:PayeeFinancialAccount><cbc:ID>{OTHER}</cbc:ID></cac:PayeeFinancialAccount>
  </cac:PaymentMeans>
  <cac:PaymentMeans>
    <cac:PayeeFinancialAccount><cbc:ID>{OTHER}</cbc:ID></cac:PayeeFinancialAccount>
  </cac:PaymentMeans>
</CreditNote>
"""


def read(xml):
    return SupplierDetail.from_invoice(etree.fromstring(xml))


def test_seller_and_accounts_of_a_cii_are_read():
    assert read(CII) == SupplierDetail(
        name="Atelier du Modèle",
        vat="FR64100000001",
        street="12 rue des Essais",
        street2="Porte B",
        zip="99999",
        city="Modeleville",
        country="FR",
        email="atelier@example.com",
        phone="+33 1 99 00 00 00",
        payee="Affacturage",
        accounts=(IBAN, OTHER),
    )


def test_seller_and_accounts_of_a_ubl_are_read():
    assert read(UBL) == SupplierDetail(
        name="Enseigne",
        vat="BE0477472701",
        street="12 rue des Essais",
        street2="Bâtiment 2, Porte B",
        zip="99999",
        city="Modeleville",
        country="BE",
        email="a@b",
        phone="1",
        payee="Payé",
        accounts=(OTHER,),
    )


@pytest.mark.parametrize(
    "xml",
    [
        "<Invoice/>",
        "<CrossIndustryInvoice/>",
        "<CPPFacturePivot/>",
        "<Invoice><AccountingSupplierParty><Party><PartyTaxScheme/></Party>"
        "</AccountingSupplierParty></Invoice>",
    ],
)
def test_what_says_nothing_is_empty(xml):
    assert read(xml) == NO_DETAIL


def test_registered_name_comes_before_the_sign():
    found = read(
        "<Invoice><AccountingSupplierParty><Party>"
        "<PartyName><Name>Enseigne</Name></PartyName><PartyLegalEntity>"
        "<RegistrationName>Raison</RegistrationName></PartyLegalEntity>"
        "</Party></AccountingSupplierParty></Invoice>"
    )
    assert found.name == "Raison"


def test_long_texts_and_odd_countries_are_cut():
    found = read(
        "<Invoice><AccountingSupplierParty><Party><PostalAddress>"
        f"<StreetName>{'x' * 5000}</StreetName><Country>"
        "<IdentificationCode>FRANCE</IdentificationCode></Country></PostalAddress>"
        "</Party></AccountingSupplierParty></Invoice>"
    )
    assert (len(found.street), found.country) == (255, "")


CONSULTED = {
    "designationFournisseur": "Atelier",
    "adresseFournisseurDetail": "12 rue des Essais",
    "adresseFournisseurComplement1": None,
    "adresseFournisseurComplement2": "Porte B",
    "adresseFournisseurCodePostal": "99999",
    "adresseFournisseurVille": "Modeleville",
    "adresseFournisseurCodePays": "FR",
    "coordBancairesFournisseurCodePays": "FR",
    "coordBancairesFournisseurCleIban": "76",
    "coordBancairesFournisseurCompteBancaire": IBAN[4:],
}


def test_address_and_account_of_a_consultation_are_read():
    found = SupplierDetail.from_answer(
        CONSULTED, {"affactureurRaisonSociale": "Affacturage"}
    )
    assert found == SupplierDetail(
        name="Atelier",
        street="12 rue des Essais",
        street2="Porte B",
        zip="99999",
        city="Modeleville",
        country="FR",
        payee="Affacturage",
        accounts=(IBAN,),
    )


def bank(**pieces):
    answer = {f"coordBancaires{name}": value for name, value in pieces.items()}
    return SupplierDetail.from_answer(answer, {}).accounts


def test_an_iban_is_put_together_from_what_comes():
    assert bank(FournisseurCompteBancaire=IBAN) == (IBAN,)
    assert bank(
        FournisseurCodePays="FR",
        FournisseurCleIban=76,
        FournisseurCodeBanque="30006",
        CodeGuichet="00001",
        FournisseurCompteBancaire="12345678901",
        FournisseurCleRib="89",
    ) == (IBAN,)


def test_pieces_that_make_no_iban_make_no_account():
    assert bank(FournisseurCompteBancaire="12345678901") == ()
    assert bank() == ()


def test_a_person_is_known_by_the_other_name():
    answer = {"raisonSocialeFournisseur": "Raison"}
    assert SupplierDetail.from_answer(answer, {}).name == "Raison"


def test_one_source_completes_another():
    first = SupplierDetail(name="A", accounts=(IBAN,))
    second = SupplierDetail(
        name="B", vat="FR1", city="Modeleville", payee="Autre", accounts=(OTHER,)
    )
    assert first.completed_by(second) == SupplierDetail(
        name="A", vat="FR1", city="Modeleville", accounts=(IBAN,)
    )
    assert NO_DETAIL.completed_by(second) == second


def test_an_address_is_taken_whole():
    first = SupplierDetail(city="Ici")
    second = SupplierDetail(street="12 rue", zip="99999", city="Là", country="BE")
    assert first.completed_by(second) == first


@pytest.mark.parametrize("known", [IBAN, OTHER, "30006000011234567890189", ""])
def test_accounts_of_other_numbers_differ(known):
    assert not same_account(known, "FR7630001007941234567890185")


def test_the_national_number_names_the_account_in_an_iban():
    assert same_account(IBAN, IBAN)
    assert same_account(OTHER, OTHER[4:])
    assert same_account(IBAN, IBAN[14:25])
    assert not same_account(OTHER, OTHER[14:])


@pytest.mark.parametrize("text", ["", "FR76", "FR76 '3000é", "x" * 1000])
def test_no_iban(text):
    assert not is_iban(clean_account(text))


def test_accounts_stay_out_of_the_repr():
    assert IBAN not in repr(SupplierDetail(accounts=(IBAN,)))
