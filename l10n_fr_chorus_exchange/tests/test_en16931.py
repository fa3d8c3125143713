from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .en16931_common import (
    BREAKDOWN,
    LINE_ALLOWANCE,
    LINE_NET,
    PRICE,
    En16931Common,
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEn16931Lines(En16931Common):
    """Lines, discounts, roundings and totals."""

    def test_two_rates_a_discount_and_totals_add_up(self):
        move = self._invoice(
            self._line(100.0, quantity=3, discount=10),
            self._line(50.0, self.tax_55),
        )
        document = self._document(move)
        self.assertEqual(self._texts(document, *LINE_NET), ["270.00", "50.00"])
        self.assertEqual(
            self._texts(document, *BREAKDOWN, "BasisAmount"), ["270.00", "50.00"]
        )
        self.assertEqual(
            self._texts(document, *BREAKDOWN, "CalculatedAmount"), ["54.00", "2.75"]
        )
        self.assertEqual(
            self._texts(document, *BREAKDOWN, "RateApplicablePercent"),
            ["20.00", "5.50"],
        )
        self.assertEqual(self._summation(document, "TaxBasisTotalAmount"), ["320.00"])
        self.assertEqual(self._summation(document, "TaxTotalAmount"), ["56.75"])
        self.assertEqual(self._summation(document, "GrandTotalAmount"), ["376.75"])
        self.assertEqual(self._summation(document, "DuePayableAmount"), ["376.75"])
        self.assertEqual(self._summation(document, "TotalPrepaidAmount"), [])

    def test_a_line_discount_is_an_allowance_with_its_rate_and_reason(self):
        document = self._document(self._invoice(self._line(100.0, discount=12.5)))
        self.assertEqual(self._text(document, *LINE_ALLOWANCE, "ActualAmount"), "12.50")
        self.assertEqual(
            self._text(document, *LINE_ALLOWANCE, "CalculationPercent"), "12.50"
        )
        self.assertEqual(self._text(document, *LINE_ALLOWANCE, "BasisAmount"), "100.00")
        self.assertEqual(self._text(document, *LINE_ALLOWANCE, "ReasonCode"), "95")
        self.assertEqual(self._text(document, *LINE_NET), "87.50")

    def test_no_gross_price_is_ever_written(self):
        document = self._document(self._invoice(self._line(100.0, discount=10)))
        self.assertEqual(self._texts(document, "GrossPriceProductTradePrice"), [])

    def test_no_discount_makes_no_allowance(self):
        document = self._document(self._invoice(self._line(100.0)))
        self.assertEqual(self._texts(document, *LINE_ALLOWANCE), [])

    def test_a_rate_that_does_not_give_the_amount_is_left_out(self):
        # 10.005 less 10 % is 9.0045: 10.01 less 1.01, where 10 % of 10.01 is 1.00.
        document = self._document(self._invoice(self._line(10.005, discount=10)))
        self.assertEqual(self._text(document, *LINE_NET), "9.00")
        self.assertEqual(self._text(document, *LINE_ALLOWANCE, "ActualAmount"), "1.01")
        self.assertEqual(
            self._texts(document, *LINE_ALLOWANCE, "CalculationPercent"), []
        )

    def test_a_whole_discount_leaves_a_free_line(self):
        move = self._invoice(self._line(80.0, discount=100), self._line(10.0))
        document = self._document(move)
        self.assertEqual(self._texts(document, *LINE_NET), ["0.00", "10.00"])
        self.assertEqual(self._text(document, *LINE_ALLOWANCE, "ActualAmount"), "80.00")

    def test_a_negative_discount_is_a_charge(self):
        document = self._document(self._invoice(self._line(100.0, discount=-10)))
        self.assertEqual(self._text(document, *LINE_ALLOWANCE, "udt:Indicator"), "true")
        self.assertEqual(self._text(document, *LINE_NET), "110.00")

    def test_a_negative_price_turns_the_quantity(self):
        move = self._invoice(self._line(100.0), self._line(-30.0, quantity=2))
        document = self._document(move)
        self.assertEqual(self._texts(document, *PRICE), ["100.00", "30.00"])
        self.assertEqual(self._texts(document, "BilledQuantity"), ["1", "-2"])
        self.assertEqual(self._texts(document, *LINE_NET), ["100.00", "-60.00"])

    def test_a_discount_on_a_negative_line_is_a_charge(self):
        move = self._invoice(self._line(100.0), self._line(-30.0, discount=10))
        document = self._document(move)
        self.assertEqual(self._text(document, *LINE_ALLOWANCE, "ActualAmount"), "3.00")
        self.assertEqual(self._text(document, *LINE_ALLOWANCE, "udt:Indicator"), "true")
        self.assertEqual(self._texts(document, *LINE_NET), ["100.00", "-27.00"])

    def test_unit_prices_keep_six_decimals(self):
        move = self._invoice(self._line(0.123456, quantity=1000))
        document = self._document(move)
        self.assertEqual(self._text(document, *PRICE), "0.123456")
        self.assertEqual(self._text(document, *LINE_NET), "123.46")

    def test_quantities_keep_their_decimals(self):
        document = self._document(self._invoice(self._line(10.0, quantity=2.75)))
        self.assertEqual(self._text(document, "BilledQuantity"), "2.75")
        self.assertEqual(self._text(document, *LINE_NET), "27.50")

    def test_a_price_with_tax_included_becomes_a_price_without(self):
        included = self._tax(
            "20 % included", 20.0, price_include_override="tax_included"
        )
        document = self._document(self._invoice(self._line(10.0, included, quantity=3)))
        self.assertEqual(self._text(document, *PRICE), "8.333333")
        self.assertEqual(self._text(document, *LINE_NET), "25.00")
        self.assertEqual(self._summation(document, "GrandTotalAmount"), ["30.00"])

    def test_a_discounted_price_with_tax_included_adds_up(self):
        included = self._tax(
            "20 % included", 20.0, price_include_override="tax_included"
        )
        move = self._invoice(self._line(12.0, included, quantity=4, discount=25))
        document = self._document(move)
        self.assertEqual(self._text(document, *PRICE), "10.00")
        self.assertEqual(self._text(document, *LINE_ALLOWANCE, "ActualAmount"), "10.00")
        self.assertEqual(self._text(document, *LINE_NET), "30.00")

    def _assert_totals_are_those_of_the_books(self, move):
        document = self._document(move)
        self.assertEqual(
            self._summation(document, "GrandTotalAmount"),
            [f"{move.amount_total:.2f}"],
        )
        self.assertEqual(
            self._summation(document, "TaxBasisTotalAmount"),
            [f"{move.amount_untaxed:.2f}"],
        )
        self.assertEqual(
            self._summation(document, "TaxTotalAmount"), [f"{move.amount_tax:.2f}"]
        )

    def _awkward_lines(self):
        return [
            self._line(12.12, quantity=12.12),
            self._line(12.12, quantity=12.12),
            self._line(0.333, self.tax_55, quantity=7),
            self._line(1.115, self.tax_10, quantity=3, discount=7.77),
            self._line(33.335, self.tax_10),
        ]

    def test_global_rounding_gives_the_totals_of_the_books(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        self._assert_totals_are_those_of_the_books(
            self._invoice(*self._awkward_lines())
        )

    def test_the_cent_of_global_rounding_is_put_on_a_line(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        # Twice 146.8944: 293.7888 in all.
        line = self._line(12.12, quantity=12.12)
        document = self._document(self._invoice(line, line))
        self.assertEqual(sorted(self._texts(document, *LINE_NET)), ["146.89", "146.90"])
        self.assertEqual(self._summation(document, "TaxBasisTotalAmount"), ["293.79"])

    def test_rounding_per_line_gives_the_totals_of_the_books(self):
        self.company.tax_calculation_rounding_method = "round_per_line"
        self._assert_totals_are_those_of_the_books(
            self._invoice(*self._awkward_lines())
        )

    def test_a_tax_amount_corrected_by_hand_is_the_one_sent(self):
        move = self._invoice(self._line(100.0), post=False)
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
        document = self._document(move)
        self.assertEqual(self._summation(document, "TaxTotalAmount"), ["19.99"])
        self.assertEqual(self._summation(document, "GrandTotalAmount"), ["119.99"])

    def test_cash_rounding_on_a_line_is_the_rounding_of_the_payable_amount(self):
        move = self._invoice(
            self._line(10.01), invoice_cash_rounding_id=self.cash_rounding_a.id
        )
        document = self._document(move)
        self.assertEqual(self._summation(document, "GrandTotalAmount"), ["12.01"])
        self.assertEqual(self._summation(document, "RoundingAmount"), ["0.04"])
        self.assertEqual(self._summation(document, "DuePayableAmount"), ["12.05"])

    def test_cash_rounding_on_the_tax_changes_the_tax(self):
        move = self._invoice(
            self._line(10.01), invoice_cash_rounding_id=self.cash_rounding_b.id
        )
        document = self._document(move)
        self.assertEqual(self._summation(document, "DuePayableAmount"), ["12.00"])

    def test_a_contribution_per_piece_is_a_charge_of_its_line(self):
        contribution = self._tax(
            "Eco-contribution", 1.5, amount_type="fixed", include_base_amount=True
        )
        contribution.sequence = 0
        move = self._invoice(self._line(100.0, contribution + self.tax_20, quantity=2))
        document = self._document(move)
        self.assertEqual(self._text(document, *LINE_ALLOWANCE, "ActualAmount"), "3.00")
        self.assertEqual(self._text(document, *LINE_ALLOWANCE, "ReasonCode"), "AEO")
        self.assertEqual(self._text(document, *LINE_NET), "203.00")
        self.assertEqual(self._summation(document, "TaxTotalAmount"), ["40.60"])
        self.assertEqual(
            self._summation(document, "GrandTotalAmount"), [f"{move.amount_total:.2f}"]
        )

    def test_a_contribution_that_bears_no_vat_has_no_place(self):
        alone = self._tax("Deposit on bottles", 1.0, amount_type="fixed")
        move = self._invoice(self._line(100.0, alone + self.tax_20))
        with self.assertRaisesRegex(UserError, "Deposit on bottles"):
            move._l10n_fr_chorus_en16931()

    def test_lines_of_words_only_have_their_label_as_name(self):
        move = self._invoice(self._line(10.0, name="Pose\nen deux jours"))
        document = self._document(move)
        product = "SpecifiedTradeProduct"
        self.assertEqual(self._text(document, product, "Name"), "Pose")
        self.assertEqual(self._text(document, product, "Description"), "en deux jours")

    def test_a_product_gives_name_reference_and_barcode(self):
        self.product_a.write(
            {"name": "Volet", "default_code": "VOL-1", "barcode": "4006381333931"}
        )
        move = self._invoice(
            self._line(10.0, product_id=self.product_a.id, name="Volet bleu, 2 m")
        )
        document = self._document(move)
        product = "SpecifiedTradeProduct"
        self.assertEqual(self._text(document, product, "Name"), "Volet")
        self.assertEqual(self._text(document, product, "SellerAssignedID"), "VOL-1")
        self.assertEqual(self._text(document, product, "GlobalID"), "4006381333931")
        self.assertEqual(
            self._text(document, product, "Description"), "Volet bleu, 2 m"
        )

    def test_units_have_their_code(self):
        hour = self.env.ref("uom.product_uom_hour")
        move = self._invoice(self._line(10.0, product_uom_id=hour.id))
        document = self._document(move)
        [quantity] = document.iterfind(".//{*}BilledQuantity")
        self.assertEqual(quantity.get("unitCode"), "HUR")

    def test_sections_and_notes_go_with_the_line_they_belong_to(self):
        def words(kind, name, sequence):
            return Command.create(
                {"display_type": kind, "name": name, "sequence": sequence}
            )

        move = self._invoice(
            words("line_note", "Before all", 1),
            words("line_section", "A section", 2),
            words("line_subsection", "A part of it", 3),
            words("line_note", "Under the title", 4),
            self._line(10.0, sequence=5),
            words("line_note", "First note", 6),
            words("line_note", "Second note", 7),
            self._line(20.0, sequence=8),
            words("line_section", "Nothing below", 9),
        )
        document = self._document(move)
        self.assertEqual(self._texts(document, *LINE_NET), ["10.00", "20.00"])
        self.assertEqual(
            self._texts(
                document, "AssociatedDocumentLineDocument", "IncludedNote", "Content"
            ),
            ["A section\nA part of it\nUnder the title\nFirst note\nSecond note"],
        )
        self.assertEqual(
            self._texts(
                document, "rsm:ExchangedDocument", "ram:IncludedNote", "ram:Content"
            ),
            ["Before all", "Nothing below"],
        )

    def test_characters_that_xml_forbids_are_taken_out(self):
        self.town.name = (
            "Mairie d\u2019\u0152uvre & Fils <\u00c5s> \U0001f3db\x0b n\u00b01"
        )
        move = self._invoice(self._line(10.0, name="Vis\x01 à bois \x1f ½ \uffff"))
        document = self._document(move)
        self.assertEqual(
            self._text(document, "BuyerTradeParty", "Name"),
            "Mairie d\u2019\u0152uvre & Fils <\u00c5s> \U0001f3db n\u00b01",
        )
        self.assertEqual(
            self._text(document, "SpecifiedTradeProduct", "Name"), "Vis à bois ½"
        )

    def test_another_currency_also_states_the_vat_in_euros(self):
        dollar = self.setup_other_currency("USD", rates=[("2026-01-01", 1.25)])
        move = self._invoice(self._line(100.0), currency_id=dollar.id)
        document = self._document(move)
        self.assertEqual(self._text(document, "InvoiceCurrencyCode"), "USD")
        self.assertEqual(self._text(document, "TaxCurrencyCode"), "EUR")
        self.assertEqual(
            self._summation(document, "TaxTotalAmount"), ["20.00", "16.00"]
        )

    def test_a_currency_of_three_decimals_has_no_place(self):
        dinar = self.setup_other_currency("TND", rounding=0.001)
        move = self._invoice(self._line(100.0), currency_id=dinar.id)
        with self.assertRaisesRegex(UserError, "TND"):
            move._l10n_fr_chorus_en16931()

    def test_vat_lowered_for_a_discount_not_yet_taken_has_no_place(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "2 % within 10 days",
                "early_discount": True,
                "early_pay_discount_computation": "mixed",
                "discount_percentage": 2,
                "discount_days": 10,
            }
        )
        move = self._invoice(self._line(100.0), invoice_payment_term_id=terms.id)
        with self.assertRaisesRegex(UserError, "2 % within 10 days"):
            move._l10n_fr_chorus_en16931()
