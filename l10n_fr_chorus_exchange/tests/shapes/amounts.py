"""Quantities, prices, discounts, contributions, roundings, and their traps."""

from __future__ import annotations

from odoo import Command

from .registry import shape


@shape({"BT-106": "300.00", "BT-110": "60.00", "BT-112": "360.00", "BT-3": "380"})
def plain_invoice(case):
    return case.bill(case.line(100.0, quantity=3))


@shape(
    {
        "BG-25/0/BT-153": "Volet roulant",
        "BG-25/0/BT-155": "VOL-180",
        "BG-25/1/BT-153": "Pose de volets",
        "BG-25/1/BT-155": None,
    }
)
def lines_with_and_without_a_product(case):
    return case.bill(
        case.line(100.0, product_id=case.goods.id, name="Volet roulant"),
        case.line(50.0),
    )


@shape({"BG-25/0/BT-146": "0.123456", "BG-25/0/BT-131": "123.46"})
def unit_price_of_six_decimals(case):
    return case.bill(case.line(0.123456, quantity=1000))


@shape({"BG-25/0/BT-129": "2.7182", "BG-25/0/BT-131": "27.18"})
def quantity_of_four_decimals(case):
    case.env.ref("uom.decimal_product_uom").digits = 4
    return case.bill(case.line(10.0, quantity=2.7182))


@shape({"BT-106": "0.32", "BT-110": "0.06", "BT-112": "0.38"})
def trap_of_fifteen_thousandths_times_twenty_one(case):
    case.env.ref("product.decimal_price").digits = 6
    return case.bill(case.line(0.015, quantity=21))


@shape({"BT-106": "100.00", "BT-112": "120.00"})
def trap_of_three_thirds(case):
    case.env.ref("product.decimal_price").digits = 6
    return case.bill(case.line(33.333, quantity=3))


def _awkward(case):
    case.env.ref("product.decimal_price").digits = 6
    return [
        case.line(12.12, quantity=12.12),
        case.line(12.12, quantity=12.12),
        case.line(0.333, case.reduced, quantity=7),
        case.line(1.115, case.intermediate, quantity=3, discount=7.77),
        case.line(33.331, case.intermediate),
    ]


@shape({"BT-106": "332.54"})
def taxes_rounded_for_the_whole_invoice(case):
    case.supplier.tax_calculation_rounding_method = "round_globally"
    return case.bill(*_awkward(case))


@shape({"BT-106": "332.53"})
def taxes_rounded_line_by_line(case):
    case.supplier.tax_calculation_rounding_method = "round_per_line"
    return case.bill(*_awkward(case))


@shape({"BG-25/0/BT-131": "25.00", "BG-25/0/BT-146": "8.333333", "BT-112": "30.00"})
def price_with_tax_included(case):
    included = case.chart_tax("tva_normale_ttc")
    return case.bill(case.line(10.0, included, quantity=3))


@shape({"BG-25/0/BT-131": "30.00", "BG-25/0/BG-27/0/amount": "10.00"})
def discounted_price_with_tax_included(case):
    included = case.chart_tax("tva_normale_ttc")
    return case.bill(case.line(12.0, included, quantity=4, discount=25))


@shape({"BT-112": "29.97"})
def awkward_prices_with_tax_included(case):
    case.supplier.tax_calculation_rounding_method = "round_globally"
    included = case.chart_tax("tva_normale_ttc")
    return case.bill(*[case.line(9.99, included) for _rank in range(3)])


@shape(
    {
        "BG-25/0/BG-27/0/amount": "12.50",
        "BG-25/0/BG-27/0/rate": "12.50",
        "BG-25/0/BG-27/0/reason_code": "95",
        "BT-106": "87.50",
    }
)
def line_discount(case):
    return case.bill(case.line(100.0, discount=12.5))


@shape({"BG-25/0/BG-27/0/amount": "33.33", "BT-106": "66.67"})
def line_discount_of_a_third(case):
    return case.bill(case.line(100.0, discount=33.33))


@shape({"BG-25/0/BT-131": "0.00", "BT-106": "10.00"})
def line_given_away(case):
    return case.bill(case.line(80.0, discount=100), case.line(10.0))


@shape({"BG-25/0/BT-146": "0.00", "BG-25/0/BT-131": "0.00", "BT-112": "12.00"})
def line_without_price(case):
    return case.bill(case.line(0.0, name="Échantillon offert"), case.line(10.0))


@shape({"BG-25/0/BG-28/0/amount": "10.00", "BT-106": "110.00"})
def line_charge(case):
    return case.bill(case.line(100.0, discount=-10))


@shape({"BT-106": "40.00", "BT-112": "48.00"})
def negative_line(case):
    return case.bill(case.line(100.0), case.line(-30.0, quantity=2))


@shape({"BT-106": "70.00", "BT-112": "84.00"})
def returned_quantity(case):
    return case.bill(case.line(100.0), case.line(30.0, quantity=-1))


@shape({"BT-109": "270.00", "BT-112": "310.95"})
def global_discount_by_rate(case):
    """What Odoo's global discount makes: one negative line per tax."""
    return case.bill(
        case.line(200.0),
        case.line(100.0, case.reduced),
        case.line(-20.0, name="Remise de 10 %"),
        case.line(-10.0, case.reduced, name="Remise de 10 %"),
    )


@shape({"BG-25/1/BG-28/0/amount": "3.00", "BT-106": "73.00"})
def discount_on_a_negative_line(case):
    return case.bill(case.line(100.0), case.line(-30.0, discount=10))


def contribution(case, amount, **values):
    """A fixed amount per piece that bears VAT, such as the eco-contribution."""
    return case.tax(
        amount,
        amount_type="fixed",
        include_base_amount=True,
        sequence=0,
        invoice_label="Éco-participation",
        **values,
    )


@shape(
    {
        "BG-25/0/BG-28/0/amount": "3.00",
        "BG-25/0/BG-28/0/reason": "Éco-participation",
        "BG-25/0/BG-28/0/reason_code": "AEO",
        "BT-106": "203.00",
        "BT-110": "40.60",
    }
)
def eco_contribution(case):
    taxes = contribution(case, 1.5) + case.standard
    return case.bill(case.line(100.0, taxes, quantity=2))


@shape({"BG-25/0/BG-28/0/amount": "3.00", "BT-112": "240.00"})
def eco_contribution_included_in_the_price(case):
    included = case.chart_tax("tva_normale_ttc")
    taxes = contribution(case, 1.5, price_include_override="tax_included") + included
    return case.bill(case.line(120.0, taxes, quantity=2))


@shape({"BT-106": "0.00", "BT-110": "0.00", "BT-112": "0.00", "BT-115": "0.00"})
def zero_total(case):
    return case.bill(case.line(100.0), case.line(-100.0))


@shape({"BT-112": "0.01", "BT-110": "0.00"})
def one_cent(case):
    return case.bill(case.line(0.01))


@shape({"BT-106": "12345678901.23"})
def very_large_amounts(case):
    return case.bill(case.line(12345678901.23))


def _lines(case, count):
    taxes = [case.standard, case.intermediate, case.reduced, case.smallest]
    return [
        case.line(
            1.0 + rank * 1.37,
            taxes[rank % len(taxes)],
            quantity=1 + rank % 7,
            discount=(rank % 5) * 2.5,
            name=f"Fourniture n° {rank + 1}",
        )
        for rank in range(count)
    ]


@shape(
    {"BG-25/199/BT-126": "200", "BG-23/*/BT-119": ["20.00", "10.00", "5.50", "2.10"]}
)
def two_hundred_lines(case):
    return case.bill(*_lines(case, 200))


@shape({"BT-114": "0.04", "BT-112": "12.01", "BT-115": "12.05"})
def cash_rounding_on_a_line(case):
    return case.bill(case.line(10.01), invoice_cash_rounding_id=case.cash_rounding_a.id)


@shape({"BT-114": None, "BT-115": "12.00"})
def cash_rounding_on_the_tax(case):
    return case.bill(case.line(10.01), invoice_cash_rounding_id=case.cash_rounding_b.id)


@shape({"BT-110": "19.99", "BT-112": "119.99"})
def tax_amount_corrected_by_hand(case):
    move = case.bill(case.line(100.0), post=False)
    tax_line = move.line_ids.filtered("tax_line_id")
    due = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
    move.write(
        {
            "line_ids": [
                Command.update(tax_line.id, {"amount_currency": -19.99}),
                Command.update(due.id, {"amount_currency": 119.99}),
            ]
        }
    )
    move.action_post()
    return move


def _foreign(case, name, rate):
    return case.setup_other_currency(name, rates=[("2026-01-01", rate)])


@shape({"BT-5": "USD", "BT-6": "EUR", "BT-110": "20.00", "BT-111": "16.00"})
def another_currency(case):
    return case.bill(case.line(100.0), currency_id=_foreign(case, "USD", 1.25).id)


@shape({"BT-3": "381", "BT-5": "CHF", "BT-110": "7.33", "BT-111": "7.72"})
def credit_note_in_another_currency(case):
    franc = _foreign(case, "CHF", 0.95)
    origin = case.bill(case.line(36.65), currency_id=franc.id)
    return case.credit(case.line(36.65), origin=origin, currency_id=franc.id)


@shape({"BT-5": "JPY", "BT-112": "1200", "BT-111": "1.25"})
def a_currency_without_decimals(case):
    yen = _foreign(case, "JPY", 160.0)
    yen.rounding = 1.0
    return case.bill(case.line(1000.0), currency_id=yen.id)


@shape(refused="no more than two decimals")
def a_currency_of_three_decimals(case):
    return case.bill(
        case.line(100.0),
        currency_id=case.setup_other_currency("KWD", rounding=0.001).id,
    )


UNITS = ("hour", "kgm", "meter", "dozen")


@shape({"BG-25/*/BT-130": ["HUR", "KGM", "MTR", "DZN"]})
def units_of_measure(case):
    return case.bill(
        *[
            case.line(
                10.0,
                product_uom_id=case.env.ref(f"uom.product_uom_{unit}").id,
                quantity=1.5,
            )
            for unit in UNITS
        ]
    )


@shape({"BT-106": "0.27", "BT-110": "0.05", "BT-112": "0.32"})
def trap_of_small_prices_with_tax_included(case):
    case.env.ref("product.decimal_price").digits = 6
    included = case.chart_tax("tva_normale_ttc")
    return case.bill(case.line(0.015, included, quantity=21))


@shape({"BG-25/0/BT-131": "66.66"})
def trap_of_three_thirds_with_a_discount(case):
    case.env.ref("product.decimal_price").digits = 6
    return case.bill(case.line(33.333, quantity=3, discount=33.34))
