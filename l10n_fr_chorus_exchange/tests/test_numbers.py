"""Numbers as a person reads them."""

from decimal import Decimal

from odoo.tests import TransactionCase

from ..models.inbound_advice import plan_advice
from ..models.inbound_plan import UnplannableError
from ..tools.numbers import rate_words


class TestNumbers(TransactionCase):
    def test_a_rate_has_no_more_decimals_than_it_needs(self):
        for rate, words in (
            (Decimal("5.50"), "5.5"),
            (Decimal(20), "20"),
            (Decimal("1E+2"), "100"),
            (2.15, "2.15"),
            (Decimal("0.00"), "0"),
        ):
            with self.subTest(rate=rate):
                self.assertEqual(rate_words(self.env, rate), words)

    def test_a_french_reader_sees_a_comma(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        env = self.env(context={**self.env.context, "lang": "fr_FR"})
        self.assertEqual(rate_words(env, Decimal("5.5")), "5,5")

    def test_figures_that_do_not_add_up_are_told_as_the_reader_writes_them(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        env = self.env(context={**self.env.context, "lang": "fr_FR"})
        error = UnplannableError(
            "vat", rate=Decimal("5.5"), base=Decimal("100.00"), vat=Decimal("20.00")
        )
        sentence = plan_advice(env, error)
        for words in "5,5", "100,00", "20,00":
            self.assertIn(words, sentence)
