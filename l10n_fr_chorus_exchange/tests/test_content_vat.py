from odoo.tests import tagged

from ..models.en16931.tax_data import guess
from .content_common import ContentCase
from .en16931_common import BREAKDOWN


@tagged("post_install_l10n", "post_install", "-at_install")
class TestContentVat(ContentCase):
    def _breakdown(self, move):
        document = self.tree(move)
        return tuple(
            self._texts(document, *BREAKDOWN, tag)
            for tag in ("CategoryCode", "RateApplicablePercent", "ExemptionReasonCode")
        )

    def test_the_rates_of_the_overseas_departments_and_of_corsica_go(self):
        rates = (8.5, 2.1, 1.75, 1.05, 0.9, 10.0, 13.0)
        taxes = [self._tax(f"Rate {rate}", rate) for rate in rates]
        move = self._invoice(*(self._line(100.0, tax) for tax in taxes))
        codes, found, reasons = self._breakdown(move)
        self.assertEqual(set(codes), {"S"})
        self.assertEqual(
            found, ["13.00", "10.00", "8.50", "2.10", "1.75", "1.05", "0.90"]
        )
        self.assertEqual(reasons, [])

    def test_guyane_and_mayotte_have_no_vat_and_say_why(self):
        bare = self._tax("Nothing said", 0.0)
        for values in (
            {"country_id": self.env.ref("base.gf").id, "zip": "97300"},
            {"country_id": self.env.ref("base.yt").id, "zip": "97600"},
            {"country_id": self.env.ref("base.fr").id, "zip": "97 300"},
        ):
            self.company.partner_id.write({"vat": False, **values})
            move = self._invoice(self._line(100.0, bare))
            self.assertEqual(self._breakdown(move), (["E"], ["0.00"], []))
            [share] = self.terms(move)["BG-23"]
            self.assertIn("article 294", share["BT-120"])

    def test_elsewhere_nothing_is_made_up(self):
        bare = self._tax("Nothing said", 0.0)
        [problem] = self.problems(self._invoice(self._line(100.0, bare)))
        self.assertIn("Nothing said", problem.sentence)
        self.assertEqual(problem.record, bare)
        self.assertEqual(problem.field, "ubl_cii_tax_exemption_reason_code")

    def test_the_legal_notes_of_a_tax_tell_its_category(self):
        draft = self._invoice(self._line(1.0))._l10n_fr_chorus_draft()
        for notes, category, code in (
            ("TVA non applicable, art. 293 B du CGI", "E", "VATEX-FR-FRANCHISE"),
            ("Autoliquidation, article 283-2 nonies du CGI", "AE", ""),
            ("VAT Reverse charge - Article 196", "AE", ""),
            ("Exonération, article 262 ter I du CGI", "K", ""),
            ("Exonération, article 262 I du CGI", "G", ""),
            ("Exonération, article 261-4-4° du CGI", "E", "VATEX-FR-CGI261-4"),
            ("Exonération, article 261, 7-1° du CGI", "E", "VATEX-FR-CGI261-7"),
            ("Exonération, article 261 C du CGI", "E", ""),
            ("Une autre raison", "E", ""),
        ):
            tax = self._tax(notes, 0.0, invoice_legal_notes=f"<p>{notes}</p>")
            found = guess(draft, tax)
            self.assertEqual((found.category, found.reason_code), (category, code))

    def test_the_taxes_of_the_french_chart_have_their_category(self):
        draft = self._invoice(self._line(1.0))._l10n_fr_chorus_draft()
        chart = self.env["account.chart.template"].with_company(self.company)
        for name, category in (
            ("tva_sale_good_export_0", "G"),
            ("tva_sale_good_intra_0", "K"),
            ("tva_sale_service_intra_0", "AE"),
        ):
            tax = chart.ref(name)
            tax.invoice_legal_notes = False
            self.assertEqual(guess(draft, tax).category, category, name)

    def test_what_the_tax_says_wins_over_its_notes(self):
        tax = self._tax(
            "Zero",
            0.0,
            ubl_cii_tax_category_code="E",
            ubl_cii_tax_exemption_reason_code="VATEX-FR-CGI261-4",
            invoice_legal_notes="<p>Autoliquidation</p>",
        )
        move = self._invoice(self._line(1.0, tax))
        self.assertEqual(
            self._breakdown(move), (["E"], ["0.00"], ["VATEX-FR-CGI261-4"])
        )

    def test_a_self_assessed_tax_by_its_notes_goes_as_such(self):
        tax = self._tax(
            "Zero", 0.0, invoice_legal_notes="<p>Autoliquidation de la TVA</p>"
        )
        move = self._invoice(self._line(1.0, tax))
        self.assertEqual(self._breakdown(move), (["AE"], ["0.00"], ["VATEX-EU-AE"]))

    def test_the_option_of_the_company_says_when_vat_falls_due(self):
        move = self._invoice(self._line(1.0))
        self.assertEqual(self.read_back(move).vat_due_code, "5")
        self.company.l10n_fr_chorus_vat_due = "on_payment"
        self.assertEqual(self.read_back(move).vat_due_code, "72")
        self.tax_20.write(
            {
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": self.company_data[
                    "default_account_tax_sale"
                ]
                .copy({"reconcile": True})
                .id,
            }
        )
        self.company.l10n_fr_chorus_vat_due = "on_invoice"
        self.assertEqual(self.read_back(move).vat_due_code, "5")
        self.company.l10n_fr_chorus_vat_due = False
        self.assertEqual(self.read_back(move).vat_due_code, "72")
