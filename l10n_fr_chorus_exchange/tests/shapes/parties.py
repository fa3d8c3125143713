"""Suppliers, recipients, contacts, beneficiaries."""

from __future__ import annotations

from odoo.tests import new_test_user

from .registry import shape
from .world import seed


@shape(
    {
        "BG-4/legal_identifier": seed.SUPPLIER,
        "BG-7/legal_identifier": seed.TOWN_HALL,
        "BG-4/legal_identifier_schemeid": "0009",
    }
)
def identifiers_typed_with_spaces(case):
    case.supplier.company_registry = "100 000 001 00012"
    case.town_hall_partner.company_registry = "200 000 002 00014"
    return case.bill()


@shape(
    {"BG-4/contacts/0/phone": "+33199000001", "BG-4/contacts/0/email": "v@example.com"}
)
def a_salesperson_with_a_telephone(case):
    person = new_test_user(
        case.env,
        login="shapes_sales",
        groups="account.group_account_invoice",
        company_id=case.supplier.id,
        company_ids=[(6, 0, case.supplier.ids)],
        email="v@example.com",
    )
    person.partner_id.phone = "01 99 00 00 01"
    return case.bill(invoice_user_id=person.id)


@shape({"BG-4/contacts/0/phone": None})
def what_is_no_telephone_number(case):
    case.supplier.partner_id.phone = "voir notre site"
    case.supplier.phone = "voir notre site"
    return case.bill(invoice_user_id=False)


@shape({"BG-7/addr_l1": "8 rue des Finances", "BG-7/legal_identifier": seed.TOWN_HALL})
def made_out_to_an_address_of_the_recipient(case):
    address = case.env["res.partner"].create(
        {
            "name": "Direction des finances",
            "parent_id": case.town_hall_partner.id,
            "type": "invoice",
            "street": "8 rue des Finances",
            "street2": "Bâtiment C",
            "zip": "99997",
            "city": "Modeleville",
            "country_id": case.env.ref("base.fr").id,
        }
    )
    return case.bill(partner_id=address.id)


@shape({"BG-4/name": "Société " + "très longue " * 8 + "& fils"})
def a_very_long_name(case):
    case.supplier.partner_id.name = "Société " + "très longue " * 8 + "& fils"
    return case.bill()


@shape({"BG-7/country_code": "GP"})
def a_recipient_of_guadeloupe(case):
    case.town_hall_partner.country_id = case.env.ref("base.gp")
    return case.bill(case.line(100.0, case.tax(8.5)))


@shape({"BG-7/addr_l1": None, "BG-7/city": None})
def a_recipient_of_which_only_the_country_is_known(case):
    case.town_hall_partner.write({"street": False, "zip": False, "city": False})
    return case.bill()


@shape(refused="Type the 14-digit SIRET")
def a_recipient_without_siret(case):
    case.town_hall_partner.company_registry = False
    return case.bill()


@shape(refused="Fill in the VAT number")
def a_supplier_without_vat_number(case):
    case.supplier.partner_id.vat = False
    return case.bill()


def _foreign_supplier(case, country, identifier, kind, **values):
    """The company lies elsewhere; the portal knows it by that identifier."""
    case.supplier.company_registry = False
    case.supplier.partner_id.write(
        {
            "vat": False,
            "company_registry": False,
            "country_id": case.env.ref(f"base.{country}").id,
            **values,
        }
    )
    case.known_to_portals += [
        ("structures", {"identifier": identifier, "id_type": kind}),
        (
            "accounts",
            {
                "login": seed.SUPPLIER_ACCOUNT,
                "password": seed.ACCOUNTS[seed.SUPPLIER_ACCOUNT],
                "issue": [seed.SUPPLIER, identifier],
            },
        ),
    ]


# The reform is for suppliers with a SIREN.
NO_SIREN = {"refused_in_reform": "SIREN"}


def _outside(case):
    return case.tax(0.0, ubl_cii_tax_category_code="O")


@shape({"BG-4/legal_identifier": "BE0477472701", "BG-23/0/BT-118": "AE"}, **NO_SIREN)
def a_supplier_of_the_european_union(case):
    number = "BE0477472701"
    _foreign_supplier(case, "be", number, "UE_HORS_FRANCE", vat=number)
    case.town_hall_partner.vat = "FR23334175221"
    return case.bill(case.line(100.0, case.tax(0.0, ubl_cii_tax_category_code="AE")))


@shape({"BG-4/legal_identifier": "CHSupplier under t"}, **NO_SIREN)
def a_supplier_outside_the_european_union(case):
    _foreign_supplier(case, "ch", "CHSupplier under t", "HORS_UE")
    return case.bill(case.line(100.0, _outside(case)))


@shape({"BG-4/legal_identifier": "0123456001"}, **NO_SIREN)
def a_supplier_of_new_caledonia(case):
    _foreign_supplier(
        case, "nc", "0123456001", "RIDET", company_registry="0 123 456.001"
    )
    return case.bill(case.line(100.0, _outside(case)))


@shape({"BG-4/legal_identifier": "A12345"}, **NO_SIREN)
def a_supplier_of_french_polynesia(case):
    _foreign_supplier(case, "pf", "A12345", "TAHITI", company_registry="A12345")
    return case.bill(case.line(100.0, _outside(case)))


@shape({"BG-4/legal_identifier": "FRWFSupplier under"}, **NO_SIREN)
def a_supplier_of_wallis_and_futuna(case):
    _foreign_supplier(case, "wf", "FRWFSupplier under", "AUTRE")
    return case.bill(case.line(100.0, _outside(case)))


@shape({"BG-4/legal_identifier": "IREP0001"}, **NO_SIREN)
def an_individual(case):
    _foreign_supplier(case, "fr", "IREP0001", "PARTICULIER")
    case.supplier.write(
        {
            "l10n_fr_chorus_identifier_type": "PARTICULIER",
            "l10n_fr_chorus_identifier": "IREP0001",
        }
    )
    return case.bill(case.line(100.0, _outside(case)))


@shape(
    {
        "BG-7/contacts/0/name": "Service des marchés",
        "BG-7/contacts/0/email": "marches@example.com",
    }
)
def a_contact_at_the_recipient(case):
    contact = case.env["res.partner"].create(
        {
            "name": "Service des marchés",
            "parent_id": case.town_hall_partner.id,
            "type": "contact",
            "email": "marches@example.com",
            "phone": "01 99 00 00 09",
        }
    )
    return case.bill(partner_id=contact.id)
