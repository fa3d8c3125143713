"""Seller (BG-4), buyer (BG-7), place of delivery (BG-13)."""

from __future__ import annotations

import re

import phonenumbers

from odoo.tools import email_normalize

from ...lib.chorus_pro import identifiers
from .draft import Draft
from .text import one_line

# BR-CO-09: a VAT number starts with its country. "/" is how Odoo says "has none".
VAT_NUMBER = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,}")
# The one prefix that is not the code of its country.
GREEK_PREFIX = "EL"


def seller(draft: Draft) -> dict:
    supplier = draft.supplier
    terms = {
        **_legal_entity(draft, supplier),
        **_address(draft, supplier, supplier),
    }
    contact = _contact(draft)
    if contact:
        terms["contacts"] = [contact]
    return terms


def buyer(draft: Draft) -> dict:
    """The body that has the SIRET, at the address that the invoice was made out to."""
    customer = draft.customer
    invoiced = draft.move.partner_id
    address = invoiced if invoiced.city and invoiced.country_id else customer
    return {
        **_legal_entity(draft, customer),
        **_address(draft, customer, address),
    }


def delivery(draft: Draft, *, required: bool) -> dict | None:
    """Where the goods went, when it is not where the buyer is.

    :param required: an intra-community supply names the country (BR-IC-12)
    """
    move = draft.move
    place = move.partner_shipping_id
    if required and not place:
        place = move.partner_id
    elsewhere = place and place not in (move.partner_id, draft.customer)
    if not (required or (elsewhere and place.country_id)):
        return None
    name = one_line(place.name or place.commercial_partner_id.name)
    return {"name": name, **_address(draft, place, place)}


def _legal_entity(draft: Draft, partner) -> dict:
    siret = identifiers.clean_siret(partner.company_registry or "")
    if not identifiers.is_siret_shape(siret):
        draft.miss(draft.env._("Type the 14-digit SIRET of %s.", partner.display_name))
    return {
        "name": one_line(partner.name),
        "legal_identifier": siret,
        "legal_identifier_schemeid": draft.dialect.legal_id_scheme,
        "vat_identifier": vat_number(draft, partner),
    }


def vat_number(draft: Draft, partner) -> str | None:
    """BT-31, BT-48; what is not a VAT number is left out."""
    vat = re.sub(r"[\s.\-]", "", partner.vat or "").upper()
    if not VAT_NUMBER.fullmatch(vat):
        return None
    prefix = vat[:2]
    if prefix == GREEK_PREFIX:
        return vat
    known = draft.env["res.country"].search_count([("code", "=", prefix)], limit=1)
    return vat if known else None


def _address(draft: Draft, partner, address) -> dict:
    if not address.country_id:
        draft.miss(draft.env._("Fill in the country of %s.", partner.display_name))
    return {
        "addr_l1": one_line(address.street),
        "addr_l2": one_line(address.street2),
        "postcode": one_line(address.zip),
        "city": one_line(address.city),
        "country_subdivision": one_line(address.state_id.name),
        "country_code": address.country_id.code,
    }


def _contact(draft: Draft) -> dict | None:
    """Who to ask at the seller's: the salesperson, or the company itself."""
    company = draft.move.company_id
    person = draft.move.invoice_user_id
    phone = international_phone(person.phone or company.phone, company.country_id.code)
    email = email_normalize(person.email or "") or email_normalize(company.email or "")
    if not (phone or email):
        return None
    name = one_line(person.name or company.name)
    return {"name": name, "phone": phone, "email": email or None}


def international_phone(phone: str | None, country_code: str | None) -> str | None:
    """``+33123456789``, or None for what is not a telephone number.

    >>> international_phone("01 23 45 67 89", "FR")
    '+33123456789'
    >>> international_phone("see our site", "FR")
    """
    try:
        number = phonenumbers.parse(phone or "", country_code or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
