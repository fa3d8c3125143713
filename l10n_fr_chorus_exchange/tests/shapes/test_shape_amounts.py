import os
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as draw

from odoo import Command

from . import sums
from .amounts import contribution
from .round_trip import read_back
from .world import ShapeCase

# Invoices drawn per property: some seconds in the suite; more for a long search.
FEW = 30
EXAMPLES = int(os.environ.get("CHORUS_SHAPES_EXAMPLES", FEW))
PROPERTY = settings(
    max_examples=EXAMPLES,
    # Looking for the smallest counterexample takes minutes: in a long search only.
    phases=set(Phase)
    - {Phase.explain}
    - ({Phase.shrink} if EXAMPLES == FEW else set()),
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def _decimals(least, most, places):
    return draw.decimals(
        min_value=Decimal(least), max_value=Decimal(most), places=places
    ).map(float)


PRICES = draw.one_of(_decimals("-999.99", "9999.99", 2), _decimals(0, 99, 6))
QUANTITIES = draw.one_of(
    draw.integers(-5, 999).map(float), _decimals("0.0001", "99.9999", 4)
)
DISCOUNTS = draw.one_of(
    draw.just(0.0), draw.sampled_from((5.0, 33.33, 100.0)), _decimals(-10, 100, 2)
)
TAXES = (
    "standard",
    "reduced",
    "smallest",
    "exempt",
    "included",
    "reduced included",
    "with contribution",
    "included with contribution",
)
LINES = draw.lists(
    draw.tuples(PRICES, QUANTITIES, DISCOUNTS, draw.sampled_from(TAXES)),
    min_size=1,
    max_size=8,
)


class TestShapeAmounts(ShapeCase):
    """Whatever the lines, the document's totals are those of Odoo, and hold together."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("product.decimal_price").digits = 6
        cls.env.ref("uom.decimal_product_uom").digits = 4
        included = cls.chart_tax("tva_normale_ttc")
        exempt = cls.tax(
            0.0,
            ubl_cii_tax_category_code="E",
            ubl_cii_tax_exemption_reason_code="VATEX-FR-CGI261-4",
        )
        cls.taxes = {
            "standard": cls.standard,
            "reduced": cls.reduced,
            "smallest": cls.smallest,
            "exempt": exempt,
            "included": included,
            "reduced included": cls.chart_tax("tva_reduite_ttc"),
            "with contribution": contribution(cls, 1.23) + cls.standard,
            "included with contribution": included
            + contribution(cls, 0.57, price_include_override="tax_included"),
        }
        # One draft for all examples: its lines are replaced, which costs less.
        cls.draft = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": cls.supplier.id,
                "partner_id": cls.town_hall_partner.id,
                "invoice_date": cls.today,
                "name": "ESSAI/1",
                "partner_bank_id": cls.bank.id,
                "buyer_reference": "ACHATS",
            }
        )

    def _drawn(self, lines, rounding):
        self.supplier.tax_calculation_rounding_method = rounding
        self.draft.invoice_line_ids = [
            Command.clear(),
            *(
                self.line(price, self.taxes[tax], quantity, discount=discount)
                for price, quantity, discount, tax in lines
            ),
        ]
        return self.draft

    def _assert_holds(self, form, lines, rounding):
        move = self._drawn(lines, rounding)
        terms = read_back(move._l10n_fr_chorus_xml(form, "direct"))
        self.assertEqual(sums.broken_sums(terms), [])
        self.assertEqual(sums.apart_from_the_books(terms, move), [])

    def test_totals_hold_whatever_the_lines_when_rounding_for_the_whole_invoice(self):
        @PROPERTY
        @given(LINES)
        def holds(lines):
            self._assert_holds("cii", lines, "round_globally")

        holds()

    def test_totals_hold_whatever_the_lines_when_rounding_line_by_line(self):
        @PROPERTY
        @given(LINES)
        def holds(lines):
            self._assert_holds("ubl", lines, "round_per_line")

        holds()
