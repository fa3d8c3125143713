"""The lines of bills, from the best source that there is."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from simulator.documents import specimens
from simulator.documents.specimens import Specimen, SpecimenLine

from .inbound_common import InboundCase

D = Decimal
LINES = (
    SpecimenLine("Papier A4", D("10"), D("8.75"), D("20"), "PAP-A4"),
    SpecimenLine("Livres", D("2"), D("15.00"), D("5.5")),
)
AMOUNTS = {
    "untaxed": "117.50",
    "taxed": "136.65",
    "vat": (("20", "87.50", "17.50"), ("5.5", "30.00", "1.65")),
}
PIVOT_LINES = (
    ("PAP-A4", "10", "8.75", "87.50", "20.00"),
    ("", "2", "15.00", "30.00", "5.50"),
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundLines(InboundCase):
    def specimen(self, **values):
        return Specimen(number="F-1", lines=LINES, iban=None, **values)

    def bill_with(self, xml, name="facture.xml", role="01", **values):
        return self.bill(**{**AMOUNTS, **values}, files=((name, xml, role),))

    def lines(self, move):
        return [
            (line.name, line.quantity, line.price_unit, line.tax_ids.amount)
            for line in move.invoice_line_ids.sorted("sequence")
        ]

    # -------------------------------------------------------------------------
    # SOURCES
    # -------------------------------------------------------------------------

    def test_lines_come_from_the_structured_file_whatever_its_grammar(self):
        specimen = self.specimen()
        for source, name, content in (
            ("cii", "facture.xml", specimens.cii_xml(specimen)),
            ("ubl", "facture.xml", specimens.ubl_xml(specimen)),
            ("facturx", "facture.pdf", specimens.facturx_pdf(specimen)),
        ):
            with self.subTest(source):
                number = f"F-{source}"
                xml = content
                if source == "facturx":
                    xml = specimens.facturx_pdf(replace(specimen, number=number))
                move = self.bill_with(xml, name, number=number)
                self.assertEqual(move.l10n_fr_chorus_source, source)
                self.assertEqual(
                    self.lines(move),
                    [
                        ("[PAP-A4] Papier A4", 10, 8.75, 20),
                        ("Livres", 2, 15, 5.5),
                    ],
                )
                self.assertEqual(move.amount_total, 136.65)

    def test_without_a_file_the_lines_of_the_pivot_make_the_bill(self):
        move = self.bill(**AMOUNTS, lines=PIVOT_LINES)
        self.assertEqual(move.l10n_fr_chorus_source, "pivot_lines")
        self.assertEqual(move.l10n_fr_chorus_inbound_id.source, "pivot_lines")

    def test_without_lines_the_vat_totals_make_the_bill(self):
        move = self.bill(**AMOUNTS)
        self.assertEqual(move.l10n_fr_chorus_source, "pivot_vat")
        self.assertEqual(len(move.invoice_line_ids), 2)

    def test_a_file_of_other_amounts_gives_way_to_the_portal(self):
        other = replace(
            self.specimen(),
            lines=(SpecimenLine("Autre", D("1"), D("99.00"), D("20")),),
        )
        move = self.bill_with(specimens.cii_xml(other), lines=PIVOT_LINES)
        self.assertEqual(move.l10n_fr_chorus_source, "pivot_lines")
        self.assertEqual(move.amount_total, 136.65)
        kinds = move.l10n_fr_chorus_difference_ids.mapped("kind")
        self.assertEqual(set(kinds), {"amount", "untaxed"})
        self.assertTrue(move.l10n_fr_chorus_has_difference)

    def test_a_structured_annex_of_another_number_is_another_invoice(self):
        annex = replace(self.specimen(), number="SOUS-TRAITANT-9")
        move = self.bill_with(specimens.cii_xml(annex), role="02", lines=PIVOT_LINES)
        self.assertEqual(move.l10n_fr_chorus_source, "pivot_lines")

    def test_a_broken_file_is_told_and_the_bill_is_made(self):
        xml = specimens.cii_xml(self.specimen()).replace(b"20261012", b"2026-10-12")
        move = self.bill_with(xml, lines=PIVOT_LINES)
        self.assertEqual(move.l10n_fr_chorus_source, "pivot_lines")
        self.assertIn("facture.xml cannot be read", move.message_ids[0].body)

    def test_a_broken_pdf_does_not_keep_the_bill_from_being_made(self):
        move = self.bill_with(b"%PDF-1.7 rubbish", "facture.pdf", lines=PIVOT_LINES)
        self.assertEqual(move.amount_total, 136.65)

    def test_entities_are_not_resolved(self):
        xml = specimens.ubl_xml(self.specimen()).split(b"?>", 1)[-1]
        xml = xml.replace(b"Papier A4", b"&x;")
        evil = b'<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + xml
        move = self.bill_with(evil, lines=PIVOT_LINES)
        self.assertEqual(move.l10n_fr_chorus_source, "pivot_lines")

    def test_words_of_the_file_name_the_lines_of_the_pivot(self):
        # Its VAT is in another order of rates: only its words can be used.
        xml = specimens.ubl_xml(self.specimen())
        xml = xml.replace(b">5.5<", b">7.7<")
        move = self.bill_with(xml, lines=PIVOT_LINES)
        self.assertEqual(move.l10n_fr_chorus_source, "pivot_lines")
        self.assertEqual(
            [line[0] for line in self.lines(move)], ["[PAP-A4] Papier A4", "Livres"]
        )

    # -------------------------------------------------------------------------
    # THE PORTAL'S CONSULTATION
    # -------------------------------------------------------------------------

    def told(self, **values):
        return {
            "untaxed": "100.00",
            "taxed": "120.00",
            "payable": "120.00",
            "due": "2026-11-20",
            "regime": "TVA_SUR_ENCAISSEMENT",
            "original": "",
            "supplier": {"accounts": []},
            "vat": [["20", "100.00", "20.00"]],
            "lines": [
                {
                    "name": "Conseil",
                    "reference": "",
                    "quantity": "4",
                    "unit_price": "25.00",
                    "untaxed": "100.00",
                    "vat_rate": "20",
                    "discount": "",
                }
            ],
            **values,
        }

    def test_what_the_download_leaves_out_is_asked_for(self):
        document = self.kept(untaxed="", vat=())
        document.is_consulted = False
        document._decode()
        self.assertEqual(document.state, "fetched")
        self.assertTrue(document.consultation_due)
        document._consulted(self.told())
        document._decode()
        move = document.move_id
        self.assertEqual(move.l10n_fr_chorus_source, "consultation")
        self.assertEqual(self.lines(move), [("Conseil", 4, 25, 20)])
        self.assertEqual(str(move.invoice_date_due), "2026-11-20")
        self.assertEqual(move.invoice_line_ids.tax_ids.tax_exigibility, "on_payment")

    def test_totals_only_make_a_bill_without_any_tax(self):
        move = self.bill(untaxed="", vat=())
        self.assertEqual(move.l10n_fr_chorus_source, "files")
        self.assertEqual(move.amount_total, 120)
        self.assertFalse(move.invoice_line_ids.tax_ids)
        self.assertIn("Complete the lines", move.message_ids[0].body)

    # -------------------------------------------------------------------------
    # HEADER
    # -------------------------------------------------------------------------

    def test_the_header_is_that_of_the_portal_and_differences_are_shown(self):
        specimen = replace(
            self.specimen(engagement="EJ-8", service="ECOLES"),
            number="F-1 BIS",
            issue_date=date(2026, 10, 11),
        )
        move = self.bill_with(specimens.cii_xml(specimen))
        self.assertRecordValues(
            move,
            [
                {
                    "ref": "F-1",
                    "purchase_order_reference": "EJ-7",
                    "buyer_reference": "ACHATS",
                    "l10n_fr_chorus_source": "cii",
                }
            ],
        )
        self.assertEqual(str(move.invoice_date), "2026-10-12")
        differences = {
            one.kind: (one.ours, one.theirs)
            for one in move.l10n_fr_chorus_difference_ids
        }
        self.assertEqual(differences["number"], ("F-1 BIS", "F-1"))
        self.assertEqual(differences["engagement"], ("EJ-8", "EJ-7"))
        self.assertEqual(differences["service"], ("ECOLES", "ACHATS"))
        self.assertEqual(set(differences), {"number", "engagement", "service", "date"})
        one = move.l10n_fr_chorus_difference_ids[:1]
        self.assertIn("in the supplier's file", one.label)
        self.assertFalse(one.can_take)

    def test_due_date_is_that_of_the_file(self):
        specimen = self.specimen(due_date=date(2026, 11, 5))
        move = self.bill_with(specimens.cii_xml(specimen))
        self.assertEqual(str(move.invoice_date_due), "2026-11-05")

    def test_without_a_due_date_the_law_gives_one(self):
        document = self.kept(**AMOUNTS)
        document.status_at = "2026-10-14 09:00:00"
        document._decode()
        self.assertEqual(str(document.move_id.invoice_date_due), "2026-11-13")

    def test_terms_agreed_with_the_supplier_win_over_the_law(self):
        terms = self.env["account.payment.term"].create(
            {"name": "10", "line_ids": [(0, 0, {"value_amount": 100, "nb_days": 10})]}
        )
        supplier = self.supplier.partner_id.with_company(self.town_hall)
        supplier.property_supplier_payment_term_id = terms
        document = self.kept(**AMOUNTS)
        document.status_at = "2026-10-14 09:00:00"
        document._decode()
        self.assertEqual(str(document.move_id.invoice_date_due), "2026-10-22")

    def test_an_invoice_paid_already_is_marked(self):
        move = self.bill(cadre="A2", payable="0.00")
        self.assertEqual(move.l10n_fr_chorus_paid_before, 120)
        self.assertIn("paid already", move.message_ids[0].body)

    # -------------------------------------------------------------------------
    # LINES OF THE FILE
    # -------------------------------------------------------------------------

    def test_a_discount_of_a_line_is_kept_in_percent(self):
        xml = specimens.cii_xml(
            replace(
                self.specimen(),
                lines=(SpecimenLine("Chaise", D("10"), D("9.00"), D("20")),),
            )
        )
        allowance = (
            b"<ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator>"
            b"<udt:Indicator>false</udt:Indicator></ram:ChargeIndicator>"
            b"<ram:ActualAmount>10.00</ram:ActualAmount>"
            b"</ram:SpecifiedTradeAllowanceCharge>"
        )
        summation = b"<ram:SpecifiedTradeSettlementLineMonetarySummation>"
        self.assertIn(summation, xml)
        xml = xml.replace(summation, allowance + summation)
        xml = xml.replace(b">9.00<", b">10.00<").replace(
            b"<ram:ChargeAmount>9<", b"<ram:ChargeAmount>10<"
        )
        move = self.bill_with(
            xml, untaxed="90.00", taxed="108.00", vat=(("20", "90.00", "18.00"),)
        )
        line = move.invoice_line_ids
        self.assertEqual((line.price_unit, line.discount), (10, 10))
        self.assertEqual(move.amount_untaxed, 90)

    def test_a_price_that_only_rounds_to_the_net_is_kept(self):
        for method in ("round_per_line", "round_globally"):
            with self.subTest(method):
                self.town_hall.tax_calculation_rounding_method = method
                move = self.bill(
                    number=f"F-{method}",
                    untaxed="12.19",
                    taxed="14.63",
                    vat=(("20", "12.19", "2.44"),),
                    lines=(("KWH", "123.46", "0.098712", "12.19", "20"),),
                )
                self.assertEqual(move.invoice_line_ids.quantity, 123.46)
                self.assertEqual(move.invoice_line_ids.price_unit, 0.098712)
                self.assertEqual(move.amount_total, 14.63)

    def test_prices_that_would_drift_give_way_to_one_times_the_net(self):
        self.town_hall.tax_calculation_rounding_method = "round_globally"
        move = self.bill(
            untaxed="1.02",
            taxed="1.22",
            vat=(("20", "1.02", "0.20"),),
            lines=(("A", "3", "0.112", "0.34", "20"),) * 3,
        )
        self.assertEqual(move.invoice_line_ids.mapped("price_unit"), [0.34] * 3)
        self.assertEqual(move.invoice_line_ids[0].name, "A (3 × 0.112)")
        self.assertEqual(move.amount_total, 1.22)

    def test_a_product_is_found_by_the_code_of_the_supplier(self):
        product = self.env["product.product"].create(
            {
                "name": "Ramette",
                "seller_ids": [
                    (
                        0,
                        0,
                        {
                            "partner_id": self.supplier.partner_id.id,
                            "product_code": "PAP-A4",
                            "company_id": False,
                        },
                    )
                ],
            }
        )
        move = self.bill_with(specimens.cii_xml(self.specimen()))
        self.assertEqual(move.invoice_line_ids[0].product_id, product)
        self.assertFalse(move.invoice_line_ids[1].product_id)
        self.assertEqual(move.amount_total, 136.65)

    def owed_by_buyer(self, **values):
        xml = specimens.cii_xml(
            replace(
                self.specimen(),
                lines=(SpecimenLine("Conseil", D("1"), D("100.00"), D("0")),),
            )
        )
        xml = xml.replace(b"CategoryCode>S<", b"CategoryCode>AE<")
        return self.bill_with(
            xml,
            untaxed="100.00",
            taxed="100.00",
            vat=(("0", "100.00", "0.00"),),
            **values,
        )

    def test_reverse_charge_is_told(self):
        move = self.owed_by_buyer()
        self.assertEqual(move.amount_total, 100)
        self.assertIn("choose the tax", move.message_ids[0].body)

    def test_no_rule_posts_a_bill_whose_reverse_charge_tax_is_to_be_chosen(self):
        self.env["l10n_fr_chorus.posting.rule"].create(
            {
                "company_id": self.town_hall.id,
                "amount_max": 500,
                "is_order_required": False,
            }
        )
        self.assertEqual(self.owed_by_buyer(number="F-2").state, "draft")
        self.assertEqual(self.bill(number="F-3").state, "posted")

    def test_reverse_charge_takes_the_tax_of_the_fiscal_position(self):
        move = self.owed_by_buyer(supplier=("2", "BE0477472701", "Atelier belge", "BE"))
        self.assertEqual(move.amount_total, 100)
        self.assertEqual(move.invoice_line_ids.tax_ids.amount, 20)
        self.assertEqual(
            sorted(move.line_ids.filtered("tax_line_id").mapped("balance")), [-20, 20]
        )
        self.assertIn("was taken", move.message_ids[0].body)

    # -------------------------------------------------------------------------
    # BY A PERSON
    # -------------------------------------------------------------------------

    def test_a_person_makes_a_bill_of_what_waits(self):
        document = self.to_settle(
            "no VAT detail",
            taxed="113.37",
            vat=(),
            files=(("facture.pdf", b"%PDF-1.4\n%%EOF\n", "01"),),
        )
        document.with_user(self.town_hall_user).action_make_bill_of_files()
        self.assertEqual(document.state, "imported")
        move = document.move_id
        self.assertEqual(move.state, "draft")
        self.assertEqual(move.amount_total, 113.37)
        self.assertEqual(move.invoice_line_ids.mapped("price_unit"), [100, 13.37])
        self.assertFalse(move.invoice_line_ids.tax_ids)
        self.assertEqual(move.l10n_fr_chorus_source, "files")
        self.assertEqual(move.message_main_attachment_id.name, "facture.pdf")
        self.assertEqual(move.partner_id, self.supplier.partner_id)

    def test_a_person_makes_a_bill_of_what_cannot_be_read(self):
        document = self.quarantined("cannot be read", content=b"<html>403</html>")
        document.amount_total = 48.5
        document.action_make_bill_of_files()
        move = document.move_id
        self.assertEqual(move.amount_total, 48.5)
        self.assertEqual(move.ref, "F-1")
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", move.id)]
        )
        self.assertEqual(files.raw, b"<html>403</html>")
