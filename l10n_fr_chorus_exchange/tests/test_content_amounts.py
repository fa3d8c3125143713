import datetime
from decimal import Decimal
from types import SimpleNamespace

from odoo.tests import tagged

from ..models.en16931 import lines
from .content_common import ContentCase
from .en16931_common import BREAKDOWN, LINE_NET, PRICE

ALLOWANCE = (
    "ApplicableHeaderTradeSettlement",
    "SpecifiedTradeAllowanceCharge",
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestContentAmounts(ContentCase):
    """Prices, quantities, discounts of the whole document."""

    def setUp(self):
        super().setUp()
        for name, digits in (("Product Price", 7), ("Product Unit", 5)):
            self.env["decimal.precision"].search([("name", "=", name)]).digits = digits

    def _amounts(self, move):
        found = self.read_back(move)
        self.assertEqual(found.total_untaxed, Decimal(str(move.amount_untaxed)))
        self.assertEqual(found.total_taxed, Decimal(str(move.amount_total)))
        return found

    def test_prices_that_binary_fractions_miss_keep_their_cent(self):
        for price, quantity, net in (
            (0.015, 21, "0.32"),
            (1.005, 100, "100.50"),
            (0.285, 3, "0.86"),
            (2.675, 1, "2.68"),
            (1.115, 1, "1.12"),
            (0.145, 7, "1.02"),
        ):
            move = self._invoice(self._line(price, quantity=quantity))
            [line] = self._amounts(move).lines
            self.assertEqual(line.net_amount, Decimal(net), (price, quantity))
            self.assertEqual(line.unit_price, Decimal(str(price)))
            self.assertEqual(line.quantity, quantity)

    def test_a_price_too_small_for_six_decimals_is_that_of_many_units(self):
        move = self._invoice(self._line(0.0000015, quantity=1000000))
        document = self.tree(move)
        self.assertEqual(self._text(document, *LINE_NET), "1.50")
        self.assertEqual(self._text(document, *PRICE), "0.000015")
        self.assertEqual(
            self._text(document, "NetPriceProductTradePrice", "BasisQuantity"), "10"
        )
        self.assertEqual(self._text(document, "BilledQuantity"), "1000000")

    def test_an_ordinary_price_has_no_basis_quantity(self):
        document = self.tree(self._invoice(self._line(0.123456, quantity=1000)))
        self.assertEqual(self._texts(document, "BasisQuantity"), [])

    def test_a_quantity_too_fine_for_four_decimals_is_named(self):
        move = self._invoice(self._line(1000.0, quantity=0.33333, name="Fine sand"))
        [problem] = self.problems(move)
        self.assertIn("Fine sand", problem.sentence)
        self.assertIn("four decimals", problem.sentence)

    def test_a_quantity_that_loses_nothing_by_rounding_goes(self):
        move = self._invoice(self._line(0.1, quantity=0.33333))
        self.assertEqual(self._amounts(move).lines[0].quantity, Decimal("0.3333"))

    def _discount(self, price, tax=None, **values):
        """A line as the sales application makes for a discount on the whole order."""
        key = {"computation_key": "global_discount,1,percent"}
        return self._line(
            price, tax, name="Remise de fin d'année", extra_tax_data=key, **values
        )

    def test_a_discount_on_the_whole_is_an_allowance_for_each_rate(self):
        move = self._invoice(
            self._line(100.0),
            self._line(50.0, self.tax_55),
            self._discount(-10.0),
            self._discount(-5.0, self.tax_55),
        )
        self._amounts(move)
        document = self.tree(move)
        self.assertEqual(self._texts(document, *LINE_NET), ["100.00", "50.00"])
        self.assertEqual(
            self._texts(document, *ALLOWANCE, "ActualAmount"), ["10.00", "5.00"]
        )
        self.assertEqual(
            self._texts(document, *ALLOWANCE, "RateApplicablePercent"),
            ["20.00", "5.50"],
        )
        self.assertEqual(
            self._texts(document, *ALLOWANCE, "Reason"), ["Remise de fin d'année"] * 2
        )
        self.assertEqual(self._texts(document, *ALLOWANCE, "ReasonCode"), ["95", "95"])
        self.assertEqual(self._summation(document, "LineTotalAmount"), ["150.00"])
        self.assertEqual(self._summation(document, "AllowanceTotalAmount"), ["15.00"])
        self.assertEqual(self._summation(document, "TaxBasisTotalAmount"), ["135.00"])
        self.assertEqual(
            self._texts(document, *BREAKDOWN, "BasisAmount"), ["90.00", "45.00"]
        )

    def test_what_is_added_on_the_whole_is_a_charge(self):
        move = self._invoice(self._line(100.0), self._discount(7.5))
        self._amounts(move)
        document = self.tree(move)
        self.assertEqual(self._summation(document, "ChargeTotalAmount"), ["7.50"])
        self.assertEqual(self._summation(document, "AllowanceTotalAmount"), [])
        self.assertEqual(self._summation(document, "TaxBasisTotalAmount"), ["107.50"])

    def test_a_discount_outside_the_scope_of_vat_has_no_rate(self):
        outside = self._tax("Outside", 0.0, ubl_cii_tax_category_code="O")
        move = self._invoice(self._line(100.0, outside), self._discount(-10.0, outside))
        self._amounts(move)
        self.assertEqual(
            self._texts(self.tree(move), *ALLOWANCE, "RateApplicablePercent"), []
        )

    def test_a_discount_alone_is_a_line(self):
        move = self._invoice(
            self._discount(10.0), move_type="out_refund", reversed_entry_id=False
        )
        document = self.tree(move)
        self.assertEqual(self._texts(document, *LINE_NET), ["10.00"])
        self.assertEqual(self._texts(document, *ALLOWANCE), [])

    def test_another_negative_line_stays_a_line(self):
        move = self._invoice(self._line(100.0), self._line(-30.0))
        document = self.tree(move)
        self.assertEqual(self._texts(document, *LINE_NET), ["100.00", "-30.00"])
        self.assertEqual(self._texts(document, *ALLOWANCE), [])

    def test_a_credit_note_has_positive_amounts_and_its_allowance(self):
        move = self._invoice(
            self._line(100.0), self._discount(-10.0), move_type="out_refund"
        )
        found = self._amounts(move)
        self.assertEqual((found.type_code, found.total_untaxed), ("381", 90))

    def test_free_lines_and_a_total_of_zero_go(self):
        found = self._amounts(self._invoice(self._line(0.0), self._line(0.0)))
        self.assertEqual((found.total_taxed, found.payable), (0, 0))
        self.assertEqual(len(found.lines), 2)

    def test_two_hundred_lines_add_up(self):
        lines = [self._line(0.015 + rank / 1000, quantity=21) for rank in range(200)]
        self.assertEqual(len(self._amounts(self._invoice(*lines)).lines), 200)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestContentPeriod(ContentCase):
    PERIOD = ("BillingSpecifiedPeriod", "udt:DateTimeString")

    def test_no_period_is_made_up(self):
        document = self.tree(self._invoice(self._line(1.0), delivery_date=False))
        self.assertEqual(self._texts(document, *self.PERIOD), [])
        self.assertEqual(self._texts(document, "ActualDeliverySupplyChainEvent"), [])

    def test_the_period_that_was_typed_goes(self):
        move = self._invoice(
            self._line(1.0),
            l10n_fr_chorus_period_start="2026-02-01",
            l10n_fr_chorus_period_end="2026-02-28",
        )
        self.assertEqual(
            self._texts(self.tree(move), *self.PERIOD), ["20260201", "20260228"]
        )

    def test_a_period_without_end_goes(self):
        move = self._invoice(self._line(1.0), l10n_fr_chorus_period_start="2026-02-01")
        self.assertEqual(self._texts(self.tree(move), *self.PERIOD), ["20260201"])

    def test_a_period_that_runs_backwards_is_named(self):
        move = self._invoice(
            self._line(1.0),
            l10n_fr_chorus_period_start="2026-02-28",
            l10n_fr_chorus_period_end="2026-02-01",
        )
        self.refused(move, "ends before it starts")

    def test_a_line_that_has_its_own_days_says_them(self):
        # Fields of an accounting add-on that spreads revenue over time.
        days = datetime.date(2026, 2, 1), datetime.date(2026, 2, 28)
        line = SimpleNamespace(
            _fields=("deferred_start_date", "deferred_end_date"),
            deferred_start_date=days[0],
            deferred_end_date=days[1],
        )
        found = lines._period(line)
        self.assertEqual((found["BT-134"], found["BT-135"]), days)
        self.assertEqual(lines._period(SimpleNamespace(_fields=())), {})
