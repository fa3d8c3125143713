"""Rates, categories, exemptions, when VAT falls due."""

from __future__ import annotations

from odoo import fields

from .registry import shape


@shape(
    {
        "BG-23/*/BT-119": ["20.00", "10.00", "5.50", "2.10"],
        "BG-23/*/BT-117": ["20.00", "10.00", "5.50", "2.10"],
        "BG-23/*/BT-118": ["S", "S", "S", "S"],
    }
)
def all_rates_of_the_mainland(case):
    return case.bill(
        *[
            case.line(100.0, tax)
            for tax in (case.standard, case.intermediate, case.reduced, case.smallest)
        ]
    )


@shape({"BG-23/*/BT-119": ["8.50", "2.10", "1.75", "1.05"]})
def rates_of_the_overseas_departments(case):
    return case.bill(
        *[case.line(100.0, case.tax(rate)) for rate in (8.5, 2.1, 1.75, 1.05)]
    )


@shape({"BG-23/*/BT-119": ["13.00", "10.00", "2.10", "0.90"]})
def rates_of_corsica(case):
    return case.bill(
        *[case.line(100.0, case.tax(rate)) for rate in (13.0, 10.0, 2.1, 0.9)]
    )


@shape({"BG-23/*/BT-119": ["8.50"], "BT-110": "8.50"})
def a_supplier_of_la_reunion(case):
    case.supplier.partner_id.country_id = case.env.ref("base.re")
    return case.bill(case.line(100.0, case.tax(8.5)))


def _exempt(case, **values):
    return case.tax(0.0, **values)


@shape({"BG-23/0/BT-118": "E", "BG-23/0/BT-121": "VATEX-FR-CGI261-4", "BT-110": "0.00"})
def exempt_training(case):
    tax = _exempt(
        case,
        ubl_cii_tax_category_code="E",
        ubl_cii_tax_exemption_reason_code="VATEX-FR-CGI261-4",
    )
    return case.bill(case.line(500.0, tax))


@shape({"BG-23/0/BT-118": "E", "BG-23/0/BT-121": "VATEX-FR-FRANCHISE"})
def small_business_exempt_by_article_293_b(case):
    tax = _exempt(
        case,
        ubl_cii_tax_category_code="E",
        ubl_cii_tax_exemption_reason_code="VATEX-FR-FRANCHISE",
        invoice_legal_notes="<p>TVA non applicable, article 293 B du CGI</p>",
    )
    return case.bill(case.line(500.0, tax))


@shape({"BG-23/*/BT-118": ["S", "E"], "BT-110": "20.00", "BT-112": "320.00"})
def taxed_and_exempt_lines_together(case):
    tax = _exempt(
        case,
        ubl_cii_tax_category_code="E",
        ubl_cii_tax_exemption_reason_code="VATEX-FR-CGI261-7",
    )
    return case.bill(case.line(100.0), case.line(200.0, tax))


@shape({"BG-23/0/BT-118": "E", "BG-23/1/BT-118": None})
def two_exemptions_together(case):
    first, second = (
        _exempt(
            case,
            ubl_cii_tax_category_code="E",
            ubl_cii_tax_exemption_reason_code=f"VATEX-FR-CGI261-{article}",
        )
        for article in (4, 7)
    )
    return case.bill(case.line(100.0, first), case.line(200.0, second))


@shape({"BG-23/0/BT-118": "AE", "BG-23/0/BT-121": "VATEX-EU-AE"})
def reverse_charge_of_a_subcontractor(case):
    case.town_hall_partner.vat = "FR23334175221"
    tax = _exempt(case, ubl_cii_tax_category_code="AE")
    return case.bill(case.line(1000.0, tax))


@shape({"BG-23/0/BT-118": "K", "BG-23/0/BT-121": "VATEX-EU-IC"})
def intra_community_supply(case):
    case.town_hall_partner.vat = "FR23334175221"
    tax = _exempt(case, ubl_cii_tax_category_code="K")
    return case.bill(
        case.line(1000.0, tax), delivery_date=fields.Date.to_date("2026-03-04")
    )


@shape({"BG-23/0/BT-118": "G", "BG-23/0/BT-121": "VATEX-EU-G"})
def export(case):
    tax = _exempt(case, ubl_cii_tax_category_code="G")
    return case.bill(case.line(1000.0, tax))


@shape({"BG-23/0/BT-118": "O", "BG-23/0/BT-119": None, "BG-4/vat_identifier": None})
def outside_the_scope_of_vat(case):
    tax = _exempt(case, ubl_cii_tax_category_code="O")
    return case.bill(case.line(1000.0, tax))


@shape({"BG-23/0/BT-118": "Z", "BG-23/0/BT-120": None})
def zero_rated(case):
    tax = _exempt(case, ubl_cii_tax_category_code="Z")
    return case.bill(case.line(1000.0, tax))


@shape(refused="two invoices")
def outside_the_scope_beside_taxed_lines(case):
    tax = _exempt(case, ubl_cii_tax_category_code="O")
    return case.bill(case.line(1000.0, tax), case.line(10.0))


@shape(refused="has no VAT")
def a_line_without_tax(case):
    return case.bill(case.line(10.0, case.env["account.tax"]))


@shape(refused="does not say why no VAT is due")
def no_reason_for_an_exemption(case):
    return case.bill(case.line(10.0, _exempt(case)))


@shape(refused="has no place in an electronic invoice")
def a_deposit_that_bears_no_vat(case):
    deposit = case.tax(1.0, amount_type="fixed")
    return case.bill(case.line(100.0, deposit + case.standard))


@shape({"BT-8": "invoice"})
def goods_due_on_the_invoice(case):
    return case.bill(case.line(100.0, product_id=case.goods.id))


@shape({"BT-8": "payment"})
def services_due_on_payment(case):
    tax = case.chart_tax("tva_normale_encaissement")
    return case.bill(case.line(100.0, tax, product_id=case.labour.id))


@shape({"BT-8": "invoice", "BG-23/0/BT-117": "40.00"})
def goods_and_services_together(case):
    tax = case.chart_tax("tva_normale_encaissement")
    return case.bill(
        case.line(100.0, product_id=case.goods.id),
        case.line(100.0, tax, product_id=case.labour.id),
    )


@shape({"BT-8": "invoice"})
def services_of_a_supplier_who_chose_the_debits(case):
    case.supplier.l10n_fr_chorus_vat_due = "on_invoice"
    tax = case.chart_tax("tva_normale_encaissement")
    return case.bill(case.line(100.0, tax, product_id=case.labour.id))


@shape({"BG-23/0/BT-118": "E", "BT-110": "0.00"})
def a_supplier_of_guyane(case):
    """VAT is not applied there (article 294 of the tax code)."""
    case.supplier.partner_id.country_id = case.env.ref("base.gf")
    return case.bill(case.line(100.0, _exempt(case)))


@shape({"BG-23/0/BT-118": "G"})
def export_by_the_tax_of_the_chart(case):
    return case.bill(case.line(100.0, case.chart_tax("tva_sale_good_export_0")))


@shape({"BG-23/0/BT-118": "AE"})
def reverse_charge_by_the_tax_of_the_chart(case):
    case.town_hall_partner.vat = "FR23334175221"
    return case.bill(case.line(100.0, case.chart_tax("tva_sale_service_intra_0")))


@shape({"BG-4/tax_identifier": "100000001", "BG-4/vat_identifier": None})
def small_business_without_vat_number(case):
    case.supplier.partner_id.vat = False
    tax = _exempt(
        case, invoice_legal_notes="<p>TVA non applicable, art. 293 B du CGI</p>"
    )
    return case.bill(case.line(500.0, tax))


@shape(refused="two VAT rates")
def two_rates_on_one_line(case):
    return case.bill(case.line(10.0, case.standard + case.reduced))


@shape(refused="is negative")
def a_tax_held_back(case):
    return case.bill(case.line(10.0, case.tax(-5.0)))
