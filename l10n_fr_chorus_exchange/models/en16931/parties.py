"""Seller (BG-4), buyer (BG-7), payee (BG-10), place of delivery (BG-13)."""

from __future__ import annotations

import re

import phonenumbers

from odoo.tools import email_normalize

from ...lib.chorus_pro.codes import IdentifierType
from ...lib.chorus_pro.identifiers import siren_of
from .draft import Draft
from .identity import SCHEMES
from .text import one_line

# BR-CO-09: a VAT number starts with its country. "/" is how Odoo says "has none".
VAT_NUMBER = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,}")
# The one prefix that is not the code of its country.
GREEK_PREFIX = "EL"


def seller(draft: Draft) -> dict:
    supplier = draft.supplier
    terms = {
        "name": one_line(supplier.name),
        **_supplier_identifier(draft),
        "vat_identifier": vat_number(draft, _vat_payer(draft)),
        **_address(draft, supplier, supplier),
    }
    contact = _seller_contact(draft)
    if contact:
        terms["contacts"] = [contact]
    return terms


def _vat_payer(draft: Draft):
    """The supplier; for a branch without a VAT number, the company above that has one.

    Odoo takes both for one taxpayer in the VAT return as well.
    """
    upwards = reversed(draft.move.company_id.sudo().parent_ids)
    return next((one for one in upwards if one.vat), draft.move.company_id).partner_id


def _supplier_identifier(draft: Draft) -> dict:
    """BT-30: a SIRET, or what the portal knows a company without SIRET by."""
    supplier = draft.supplier
    kind, value = draft.move.company_id._l10n_fr_chorus_identity()
    if kind is IdentifierType.SIRET:
        return _siret(draft, supplier, draft.move._l10n_fr_chorus_establishment())
    if not value:
        draft.miss(
            draft.env._(
                "Type the identifier of %s on Chorus Pro, in the settings.",
                supplier.display_name,
            ),
            draft.move.company_id,
            "l10n_fr_chorus_identifier",
        )
    return {
        "legal_identifier": value,
        "legal_identifier_schemeid": SCHEMES.get(kind),
    }


def buyer(draft: Draft) -> dict:
    """The body that has the SIRET, at the address that the invoice was made out to."""
    customer = draft.customer
    invoiced = draft.move.partner_id
    address = invoiced if invoiced.city and invoiced.country_id else customer
    terms = {
        "name": one_line(customer.name),
        **_siret(draft, customer),
        "vat_identifier": vat_number(draft, customer),
        **_address(draft, customer, address),
    }
    if invoiced != customer and not invoiced.is_company:
        contact = _contact(invoiced, invoiced.name, invoiced.phone, invoiced.email)
        if contact:
            terms["contacts"] = [contact]
    return terms


def payee(draft: Draft) -> dict | None:
    """BG-10: who is paid instead of the seller, the factor of the bank account."""
    factor = factor_of(draft)
    if not factor:
        return None
    terms = {"name": one_line(factor.name)}
    if factor.l10n_fr_chorus_siret:
        terms["legal_identifier"] = factor.l10n_fr_chorus_siret
        terms["legal_identifier_schemeid"] = draft.dialect.legal_id_scheme
    return terms


def factor_of(draft: Draft):
    """The factor named on the bank account, or whoever else the account belongs to.

    Nobody on a credit note: the account there is that of the customer.
    """
    account = draft.move.partner_bank_id
    supplier = draft.supplier.commercial_partner_id
    named = account.l10n_fr_chorus_factor_id.commercial_partner_id
    owner = account.partner_id.commercial_partner_id
    if draft.is_credit_note or supplier == (named or owner):
        return named.browse()
    return named or (owner.browse() if _is_supplier(draft, owner) else owner)


def _is_supplier(draft: Draft, partner) -> bool:
    """Whether they are one legal entity: a branch is often paid on the account of the
    company it belongs to."""
    supplier = draft.supplier.commercial_partner_id
    sirens = {siren_of(one.l10n_fr_chorus_siret or "") for one in (partner, supplier)}
    if "" not in sirens:
        return len(sirens) == 1
    # Whoever may read the invoice need not see the companies above.
    company = draft.move.company_id.sudo()
    return company.root_id in partner.sudo().ref_company_ids.root_id


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


def _siret(draft: Draft, partner, establishment: str = "") -> dict:
    siret = establishment or partner.l10n_fr_chorus_siret
    if not siret:
        draft.miss(
            draft.env._("Type the 14-digit SIRET of %s.", partner.display_name),
            partner,
            "company_registry",
        )
    return {
        "legal_identifier": siret or "",
        "legal_identifier_schemeid": draft.dialect.legal_id_scheme,
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
        draft.miss(
            draft.env._("Fill in the country of %s.", partner.display_name),
            address,
            "country_id",
        )
    return {
        "addr_l1": one_line(address.street),
        "addr_l2": one_line(address.street2),
        "postcode": one_line(address.zip),
        "city": one_line(address.city),
        "country_subdivision": one_line(address.state_id.name),
        "country_code": address.country_id.code,
    }


def _seller_contact(draft: Draft) -> dict | None:
    """Who to ask at the seller's: the salesperson, or the company itself."""
    company = draft.move.company_id
    # Who has left, and Odoo itself, answer nobody.
    person = draft.move.invoice_user_id.filtered("active")
    email = email_normalize(person.email or "") or company.email
    return _contact(
        company.partner_id,
        person.name or company.name,
        person.phone or company.phone,
        email,
    )


def _contact(partner, name, phone, email) -> dict | None:
    """BG-6, BG-9: somebody with a name that can be reached, or nobody."""
    number = international_phone(phone, partner.country_id.code)
    address = email_normalize(email or "") or None
    if not name or not (number or address):
        return None
    return {"name": one_line(name), "phone": number, "email": address}


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
