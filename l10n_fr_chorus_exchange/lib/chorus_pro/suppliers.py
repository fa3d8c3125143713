"""Who a supplier is, beyond its identifier: address, VAT number, bank accounts.

The PIVOT tells a name and an account; the invoice file (CII or UBL) and the consultation
tell the rest. Each is read into a :class:`SupplierDetail`, empty where it says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace

from lxml import etree

from . import reading as r
from .reading import Item

# ISO 13616: the longest account number in use.
LONGEST_ACCOUNT = 34
SHORTEST_ACCOUNT = 5
# What a contact of the recipient's books may hold of one value.
LONGEST_TEXT = 255

_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Za-z]+")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}")
_FRENCH_IBAN = re.compile(r"(?:FR|MC)[0-9]{12}[A-Z0-9]{11}[0-9]{2}")


@dataclass(frozen=True)
class SupplierDetail:
    """A supplier as one source describes it; "" or () where that source is silent.

    ``country`` is a code of two letters. ``accounts`` are account numbers without spaces,
    IBANs as a rule, and ``payee`` is who holds them when it is somebody else, such as a
    factoring company.
    """

    name: str = ""
    vat: str = ""
    street: str = ""
    street2: str = ""
    zip: str = ""
    city: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""
    payee: str = ""
    accounts: tuple[str, ...] = field(default=(), repr=False)

    def completed_by(self, other: SupplierDetail) -> SupplierDetail:
        """The same, with what is missing here taken from ``other``.

        An address is taken whole or not at all.
        """
        here = {one.name: getattr(self, one.name) for one in fields(self)}
        has_address = bool(self.street or self.zip or self.city)
        taken = {
            name: getattr(other, name)
            for name, value in here.items()
            if not value and not (has_address and name in _ADDRESS)
        }
        if self.accounts:
            taken.pop("payee", None)
        return replace(self, **taken)

    @classmethod
    def from_answer(cls, supplier: Item, factor: Item) -> SupplierDetail:
        """``fournisseur`` of a consultation (chorus-pro-api 2.2.7) and its factor."""
        account = _told_account(supplier)
        first, *others = _lines(
            r.text(supplier, f"adresseFournisseur{part}")
            for part in ("Detail", "Complement1", "Complement2")
        )
        return cls(
            name=_cut(
                r.text(supplier, "designationFournisseur")
                or r.text(supplier, "raisonSocialeFournisseur")
            ),
            street=first,
            street2=_cut(", ".join(others)),
            zip=_cut(r.text(supplier, "adresseFournisseurCodePostal")),
            city=_cut(r.text(supplier, "adresseFournisseurVille")),
            country=_country(r.text(supplier, "adresseFournisseurCodePays")),
            payee=_cut(r.text(factor, "affactureurRaisonSociale")),
            accounts=(account,) if account else (),
        )

    @classmethod
    def from_invoice(cls, root: etree._Element) -> SupplierDetail:
        """Seller and payment accounts of a CII or UBL document; empty for another."""
        kind = etree.QName(root).localname
        if kind == "CrossIndustryInvoice":
            return _from_cii(root)
        if kind in ("Invoice", "CreditNote"):
            return _from_ubl(root)
        return cls()


NO_DETAIL = SupplierDetail()
_ADDRESS = frozenset({"street", "street2", "zip", "city", "country"})


def clean_account(text: str) -> str:
    """An account number as it is compared, "" when no account looks like that.

    >>> clean_account("fr76 3000 6000 0112 3456 7890 189")
    'FR7630006000011234567890189'
    >>> clean_account("x" * 50), clean_account("12")
    ('', '')
    """
    if len(text) > 4 * LONGEST_ACCOUNT:
        return ""
    number = _NOT_ALPHANUMERIC.sub("", text).upper()
    return number if SHORTEST_ACCOUNT <= len(number) <= LONGEST_ACCOUNT else ""


def is_iban(number: str) -> bool:
    """Shape and check digits (ISO 7064); the number as :func:`clean_account` returns it.

    >>> is_iban("FR7630006000011234567890189"), is_iban("FR7630006000011234567890188")
    (True, False)
    """
    if not _IBAN.fullmatch(number):
        return False
    turned = number[4:] + number[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def same_account(known: str, told: str) -> bool:
    """Whether ``told`` names the account ``known``, both cleaned.

    The portal's flows do not say whether they write an IBAN, the national number in it,
    or, for France, the account within that.

    >>> same_account("FR7630006000011234567890189", "30006000011234567890189")
    True
    >>> same_account("FR7630006000011234567890189", "12345678901")
    True
    >>> same_account("FR7630006000011234567890189", "12345678902")
    False
    """
    if known == told:
        return True
    forms = {known[4:]} if is_iban(known) else set()
    if _FRENCH_IBAN.fullmatch(known):
        forms.add(known[14:25])
    return told in forms


def _told_account(supplier: Item) -> str:
    """The IBAN of a consultation, out of its pieces; "" when they make none.

    Which pieces come is not documented: what has the right check digits is an IBAN.
    """
    prefix = "coordBancairesFournisseur"
    number = r.text(supplier, f"{prefix}CompteBancaire")
    start = r.text(supplier, f"{prefix}CodePays") + r.text(supplier, f"{prefix}CleIban")
    bank = r.text(supplier, f"{prefix}CodeBanque")
    bank += r.text(supplier, "coordBancairesCodeGuichet")
    key = r.text(supplier, f"{prefix}CleRib")
    for pieces in (number, start + number, start + bank + number + key):
        account = clean_account(pieces)
        if is_iban(account):
            return account
    return ""


def _from_cii(root: etree._Element) -> SupplierDetail:
    trade = "{*}SupplyChainTradeTransaction/{*}ApplicableHeaderTrade"
    seller = _found(root, f"{trade}Agreement/{{*}}SellerTradeParty")
    settlement = _found(root, f"{trade}Settlement")
    contact = _found(seller, "{*}DefinedTradeContact")
    address = _found(seller, "{*}PostalTradeAddress")
    first, *others = _lines(
        _text(address, f"{{*}}Line{rank}") for rank in ("One", "Two", "Three")
    )
    creditor = (
        "{*}SpecifiedTradeSettlementPaymentMeans/{*}PayeePartyCreditorFinancialAccount"
    )
    return SupplierDetail(
        name=_text(seller, "{*}Name"),
        vat=_vat(_text(seller, "{*}SpecifiedTaxRegistration/{*}ID[@schemeID='VA']")),
        street=first,
        street2=_cut(", ".join(others)),
        zip=_text(address, "{*}PostcodeCode"),
        city=_text(address, "{*}CityName"),
        country=_country(_text(address, "{*}CountryID")),
        email=_text(contact, "{*}EmailURIUniversalCommunication/{*}URIID"),
        phone=_text(contact, "{*}TelephoneUniversalCommunication/{*}CompleteNumber"),
        payee=_text(settlement, "{*}PayeeTradeParty/{*}Name"),
        accounts=_accounts(
            settlement, f"{creditor}/{{*}}IBANID", f"{creditor}/{{*}}ProprietaryID"
        ),
    )


def _from_ubl(root: etree._Element) -> SupplierDetail:
    party = _found(root, "{*}AccountingSupplierParty/{*}Party")
    address = _found(party, "{*}PostalAddress")
    contact = _found(party, "{*}Contact")
    first, *others = _lines(
        _text(address, path)
        for path in (
            "{*}StreetName",
            "{*}AdditionalStreetName",
            "{*}AddressLine/{*}Line",
        )
    )
    return SupplierDetail(
        name=_text(party, "{*}PartyLegalEntity/{*}RegistrationName")
        or _text(party, "{*}PartyName/{*}Name"),
        vat=_vat(_ubl_vat(party)),
        street=first,
        street2=_cut(", ".join(others)),
        zip=_text(address, "{*}PostalZone"),
        city=_text(address, "{*}CityName"),
        country=_country(_text(address, "{*}Country/{*}IdentificationCode")),
        email=_text(contact, "{*}ElectronicMail"),
        phone=_text(contact, "{*}Telephone"),
        payee=_text(root, "{*}PayeeParty/{*}PartyName/{*}Name"),
        accounts=_accounts(root, "{*}PaymentMeans/{*}PayeeFinancialAccount/{*}ID"),
    )


def _ubl_vat(party: etree._Element) -> str:
    for scheme in party.iterfind("{*}PartyTaxScheme"):
        if _text(scheme, "{*}TaxScheme/{*}ID") == "VAT":
            return _text(scheme, "{*}CompanyID")
    return ""


def _found(element: etree._Element, path: str) -> etree._Element:
    """The element, or an empty one: what is missing is read as empty."""
    found = element.find(path)
    return etree.Element("missing") if found is None else found


def _text(element: etree._Element, path: str) -> str:
    return _cut(str(element.findtext(path) or ""))


def _accounts(element: etree._Element, *paths: str) -> tuple[str, ...]:
    told = (
        clean_account(str(found.text or ""))
        for path in paths
        for found in element.iterfind(path)
    )
    return tuple(dict.fromkeys(filter(None, told)))


def _lines(texts: Iterable[str]) -> list[str]:
    """Lines of an address without the empty ones; at least one, which may be empty."""
    return list(filter(None, map(_cut, texts))) or [""]


def _cut(text: str) -> str:
    return " ".join(text[: 4 * LONGEST_TEXT].split())[:LONGEST_TEXT]


def _vat(text: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", text).upper()


def _country(text: str) -> str:
    code = text.strip().upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""
