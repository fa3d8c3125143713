from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.en16931 import parties
from .en16931_common import BREAKDOWN, En16931Common

REGISTRATION = ("SpecifiedTaxRegistration", "ID")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEn16931Vat(En16931Common):
    """Categories, exemptions, and when VAT falls due."""

    def _category(self, document):
        return (
            self._texts(document, *BREAKDOWN, "CategoryCode"),
            self._texts(document, *BREAKDOWN, "RateApplicablePercent"),
            self._texts(document, *BREAKDOWN, "ExemptionReasonCode"),
        )

    def _refused(self, move, words):
        with self.assertRaisesRegex(UserError, words):
            move._l10n_fr_chorus_en16931()

    def test_goods_are_due_on_the_invoice(self):
        document = self._document(self._invoice(self._line(10.0)))
        self.assertEqual(self._texts(document, *BREAKDOWN, "DueDateTypeCode"), ["5"])

    def _services(self):
        return self._tax(
            "20 % services",
            20.0,
            tax_exigibility="on_payment",
            cash_basis_transition_account_id=self.company_data[
                "default_account_tax_sale"
            ]
            .copy({"reconcile": True})
            .id,
        )

    def test_services_are_due_on_payment(self):
        move = self._invoice(self._line(10.0, self._services()))
        document = self._document(move)
        self.assertEqual(self._texts(document, *BREAKDOWN, "DueDateTypeCode"), ["72"])

    def test_goods_and_services_together_have_one_due_code(self):
        move = self._invoice(
            self._line(10.0, self._services()), self._line(20.0, self.tax_55)
        )
        document = self._document(move)
        self.assertEqual(
            self._texts(document, *BREAKDOWN, "DueDateTypeCode"), ["5", "5"]
        )

    def test_an_exempt_line_says_its_article(self):
        exempt = self._tax(
            "Training, exempt",
            0.0,
            ubl_cii_tax_category_code="E",
            ubl_cii_tax_exemption_reason_code="VATEX-FR-CGI261-4",
        )
        document = self._document(self._invoice(self._line(500.0, exempt)))
        self.assertEqual(
            self._category(document), (["E"], ["0.00"], ["VATEX-FR-CGI261-4"])
        )
        self.assertEqual(self._summation(document, "TaxTotalAmount"), ["0.00"])

    def test_the_legal_notes_of_the_tax_are_the_reason(self):
        exempt = self._tax(
            "Franchise",
            0.0,
            invoice_legal_notes="<p>TVA non applicable, article 293 B du CGI</p>",
        )
        document = self._document(self._invoice(self._line(500.0, exempt)))
        self.assertEqual(
            self._text(document, *BREAKDOWN, "ExemptionReason"),
            "TVA non applicable, article 293 B du CGI",
        )
        self.assertEqual(
            self._category(document), (["E"], ["0.00"], ["VATEX-FR-FRANCHISE"])
        )

    def test_a_zero_rate_without_reason_names_the_tax_to_complete(self):
        bare = self._tax("Zero without why", 0.0)
        self._refused(self._invoice(self._line(10.0, bare)), "Zero without why")

    def test_two_reasons_of_exemption_share_one_breakdown(self):
        first = self._tax(
            "Exempt one",
            0.0,
            invoice_legal_notes="<p>Article 261-4 du CGI</p>",
            ubl_cii_tax_exemption_reason_code="VATEX-FR-CGI261-4",
        )
        second = self._tax(
            "Exempt two",
            0.0,
            invoice_legal_notes="<p>Article 261-7 du CGI</p>",
            ubl_cii_tax_exemption_reason_code="VATEX-FR-CGI261-7",
        )
        move = self._invoice(self._line(10.0, first), self._line(20.0, second))
        document = self._document(move)
        self.assertEqual(self._category(document), (["E"], ["0.00"], []))
        self.assertEqual(
            self._text(document, *BREAKDOWN, "ExemptionReason"),
            "Article 261-4 du CGI / Article 261-7 du CGI",
        )

    def test_reverse_charge_says_so_by_itself(self):
        tax = self._tax("Subcontracting", 0.0, ubl_cii_tax_category_code="AE")
        document = self._document(self._invoice(self._line(10.0, tax)))
        self.assertEqual(self._category(document), (["AE"], ["0.00"], ["VATEX-EU-AE"]))

    def test_zero_rated_goods_give_no_reason(self):
        tax = self._tax("Zero rated", 0.0, ubl_cii_tax_category_code="Z")
        document = self._document(self._invoice(self._line(10.0, tax)))
        self.assertEqual(self._category(document), (["Z"], ["0.00"], []))

    def test_outside_the_scope_of_vat_there_is_neither_rate_nor_vat_number(self):
        self.town.vat = "FR23334175221"
        tax = self._tax("Subsidy", 0.0, ubl_cii_tax_category_code="O")
        document = self._document(self._invoice(self._line(10.0, tax)))
        self.assertEqual(self._category(document), (["O"], [], ["VATEX-EU-O"]))
        self.assertEqual(self._texts(document, *REGISTRATION), [])

    def test_outside_the_scope_of_vat_stands_alone(self):
        tax = self._tax("Subsidy", 0.0, ubl_cii_tax_category_code="O")
        move = self._invoice(self._line(10.0, tax), self._line(10.0))
        self._refused(move, "two invoices")

    def test_export_says_so_by_itself(self):
        tax = self._tax("Export", 0.0, ubl_cii_tax_category_code="G")
        document = self._document(self._invoice(self._line(10.0, tax)))
        self.assertEqual(self._category(document), (["G"], ["0.00"], ["VATEX-EU-G"]))

    def test_an_intra_community_supply_says_where_and_when_it_was_delivered(self):
        tax = self._tax("Intra", 0.0, ubl_cii_tax_category_code="K")
        self.town.vat = "FR23334175221"
        move = self._invoice(
            self._line(10.0, tax), delivery_date=fields.Date.to_date("2026-03-04")
        )
        document = self._document(move)
        self.assertEqual(self._category(document), (["K"], ["0.00"], ["VATEX-EU-IC"]))
        self.assertEqual(self._text(document, "ShipToTradeParty", "CountryID"), "FR")

    def test_an_intra_community_supply_needs_a_delivery_date(self):
        tax = self._tax("Intra", 0.0, ubl_cii_tax_category_code="K")
        move = self._invoice(self._line(10.0, tax))
        move.delivery_date = False
        self._refused(move, "delivery date")

    def test_a_line_without_tax_is_named(self):
        move = self._invoice(self._line(10.0, tax_ids=False, name="Free hand"))
        self._refused(move, "Free hand")

    def test_a_line_with_two_rates_is_named(self):
        move = self._invoice(
            self._line(10.0, self.tax_20 + self.tax_55, name="Both rates")
        )
        self._refused(move, "Both rates")

    def test_a_withholding_tax_is_named(self):
        tax = self._tax("Withheld", -5.0)
        self._refused(self._invoice(self._line(10.0, tax)), "Withheld")

    def test_a_category_that_contradicts_the_rate_is_named(self):
        tax = self._tax("Odd one", 20.0, ubl_cii_tax_category_code="E")
        self._refused(self._invoice(self._line(10.0, tax)), "Odd one")

    def test_a_category_of_another_country_is_named(self):
        tax = self._tax("Canary", 7.0, ubl_cii_tax_category_code="L")
        self._refused(self._invoice(self._line(10.0, tax)), "Canary")

    def test_a_seller_with_vat_needs_a_vat_number(self):
        self.company.vat = "/"
        move = self._invoice(self._line(10.0))
        self._refused(move, "VAT number of Menuiserie")

    def test_a_vat_number_is_written_without_spaces_and_left_out_if_it_is_none(self):
        expected = {
            "fr 23 334 175 221": "FR23334175221",
            "EL123456789": "EL123456789",
            "334175221": None,
            "ZZ334175221": None,
            False: None,
        }
        move = self._invoice(self._line(10.0))
        for typed, written in expected.items():
            # Odoo checks numbers on write; older data and imports hold such ones.
            partner = self.env["res.partner"].new({"vat": typed})
            draft = move._l10n_fr_chorus_draft()
            self.assertEqual(parties.vat_number(draft, partner), written, typed)

    def test_a_tax_that_cancels_itself_is_a_reverse_charge(self):
        shares = [("base", 100.0), ("tax", 100.0), ("tax", -100.0)]
        repartition = [
            Command.create({"repartition_type": kind, "factor_percent": percent})
            for kind, percent in shares
        ]
        tax = self._tax(
            "Cancelled",
            20.0,
            invoice_repartition_line_ids=repartition,
            refund_repartition_line_ids=repartition,
        )
        document = self._document(self._invoice(self._line(10.0, tax)))
        self.assertEqual(self._category(document), (["AE"], ["0.00"], ["VATEX-EU-AE"]))
        self.assertEqual(self._summation(document, "GrandTotalAmount"), ["10.00"])

    def test_a_contribution_in_a_price_with_tax_included_adds_up(self):
        included = {"price_include_override": "tax_included"}
        contribution = self._tax(
            "Eco", 1.2, amount_type="fixed", include_base_amount=True, **included
        )
        contribution.sequence = 0
        tax = self._tax("20 % included", 20.0, **included)
        move = self._invoice(self._line(121.2, contribution + tax, quantity=2))
        document = self._document(move)
        self.assertEqual(
            self._summation(document, "GrandTotalAmount"), [f"{move.amount_total:.2f}"]
        )
