"""From an original to a bill, to the cent, or to quarantine with the reason."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .inbound_common import InboundCase, pivot_xml

LOGGER = "odoo.addons.l10n_fr_chorus_exchange.models.l10n_fr_chorus_inbound_bill"
PDF = b"%PDF-1.4\n%%EOF\n"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundBill(InboundCase):
    def amounts(self, move):
        return move.amount_untaxed, move.amount_tax, move.amount_total

    # -------------------------------------------------------------------------
    # AMOUNTS
    # -------------------------------------------------------------------------

    def test_one_rate_without_lines_makes_one_line_with_the_default_tax(self):
        move = self.bill()
        self.assertEqual(move.move_type, "in_invoice")
        self.assertEqual(move.state, "draft")
        self.assertEqual(self.amounts(move), (100, 20, 120))
        self.assertEqual(move.invoice_line_ids.tax_ids, self.default_tax)
        self.assertEqual(move.journal_id, self.town_hall_connection.purchase_journal_id)

    def test_several_rates_make_one_line_each(self):
        move = self.bill(
            untaxed="300.00",
            taxed="341.00",
            vat=(
                ("20.00", "150.00", "30.00"),
                ("10.0", "50.00", "5.00"),
                ("5.5", "100.00", "6.00"),
            ),
        )
        # 5.5 % of 100 is 5.50: the supplier's own 6.00 is kept.
        self.assertEqual(self.amounts(move), (300, 41, 341))
        self.assertEqual(
            sorted(move.invoice_line_ids.tax_ids.mapped("amount")), [5.5, 10, 20]
        )

    def test_lines_that_add_up_are_kept_with_quantity_and_price(self):
        move = self.bill(
            untaxed="117.50",
            taxed="136.68",
            vat=(("20", "87.50", "17.50"), ("5.5", "30.00", "1.68")),
            lines=(
                ("PAP-A4", "10", "8.75", "87.50", "20.00"),
                ("LIVRE", "2", "15.00", "30.00", "5.50"),
            ),
        )
        self.assertRecordValues(
            move.invoice_line_ids,
            [
                {
                    "name": "PAP-A4",
                    "quantity": 10,
                    "price_unit": 8.75,
                    "price_subtotal": 87.5,
                },
                {
                    "name": "LIVRE",
                    "quantity": 2,
                    "price_unit": 15,
                    "price_subtotal": 30,
                },
            ],
        )
        self.assertEqual(self.amounts(move), (117.5, 19.18, 136.68))

    def test_a_negative_line_stays_a_negative_line(self):
        move = self.bill(
            untaxed="90.00",
            taxed="108.00",
            vat=(("20", "90.00", "18.00"),),
            lines=(
                ("A", "1", "100", "100.00", "20"),
                ("REMISE", "-1", "10", "-10.00", "20"),
            ),
        )
        self.assertEqual(move.invoice_line_ids.mapped("quantity"), [1, -1])
        self.assertEqual(self.amounts(move), (90, 18, 108))

    def test_a_discounted_line_takes_its_net_price(self):
        move = self.bill(
            untaxed="90.00",
            taxed="108.00",
            vat=(("20", "90.00", "18.00"),),
            lines=(("A", "10", "10.00", "90.00", "20"),),
        )
        self.assertEqual(move.invoice_line_ids.quantity, 10)
        self.assertEqual(move.invoice_line_ids.price_unit, 9)

    def test_lines_that_do_not_add_up_give_way_to_one_line_per_rate(self):
        move = self.bill(
            untaxed="95.00",
            taxed="114.00",
            vat=(("20", "95.00", "19.00"),),
            lines=(("A", "1", "100", "100.00", "20"),),
        )
        self.assertEqual(len(move.invoice_line_ids), 1)
        self.assertEqual(move.invoice_line_ids.price_unit, 95)
        self.assertIn("one line was made per VAT rate", move.message_ids[0].body)

    def test_zero_rate_bears_no_vat(self):
        move = self.bill(
            untaxed="100.00", taxed="100.00", vat=(("0", "100.00", "0.00"),)
        )
        self.assertEqual(self.amounts(move), (100, 0, 100))

    def test_cents_of_the_supplier_go_onto_the_tax(self):
        move = self.bill(untaxed="33.33", taxed="40.01", vat=(("20", "33.33", "6.68"),))
        self.assertEqual(self.amounts(move), (33.33, 6.68, 40.01))
        payable = move.line_ids.filtered(
            lambda line: line.account_type == "liability_payable"
        )
        self.assertEqual(payable.credit, 40.01)

    def test_a_cent_between_totals_and_breakdown_becomes_a_rounding_line(self):
        move = self.bill(
            untaxed="100.01", taxed="120.01", vat=(("20", "100.00", "20.00"),)
        )
        self.assertEqual(move.amount_total, 120.01)
        self.assertEqual(move.invoice_line_ids[-1].price_unit, 0.01)
        self.assertFalse(move.invoice_line_ids[-1].tax_ids)

    def test_the_total_is_the_one_with_tax_even_when_part_is_prepaid(self):
        move = self.bill(payable="20.00")
        self.assertEqual(move.amount_total, 120)
        self.assertIn("20.00", move.message_ids[0].body)

    def test_an_adjusted_tax_survives_posting(self):
        move = self.bill(untaxed="33.33", taxed="40.01", vat=(("20", "33.33", "6.68"),))
        move.action_post()
        self.assertEqual(move.amount_total, 40.01)

    def test_amounts_hold_when_the_company_rounds_line_by_line(self):
        self.town_hall.tax_calculation_rounding_method = "round_per_line"
        move = self.bill(
            untaxed="0.15",
            taxed="0.18",
            vat=(("20", "0.15", "0.03"),),
            lines=tuple((f"L{n}", "1", "0.03", "0.03", "20") for n in range(5)),
        )
        self.assertEqual(self.amounts(move), (0.15, 0.03, 0.18))

    def test_foreign_currency_keeps_its_amounts_and_converts_the_balance(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "company_id": self.town_hall.id,
                "name": "2026-01-01",
                "rate": 2,
            }
        )
        move = self.bill(
            currency="USD",
            untaxed="33.33",
            taxed="40.01",
            vat=(("20", "33.33", "6.68"),),
        )
        self.assertEqual(move.currency_id, dollar)
        self.assertEqual(move.amount_total, 40.01)
        self.assertEqual(sum(move.line_ids.mapped("balance")), 0)
        tax_line = move.line_ids.filtered("tax_line_id")
        self.assertEqual((tax_line.amount_currency, tax_line.balance), (6.68, 3.34))

    def test_credit_note_is_a_refund_whatever_its_sign(self):
        for sign in "", "-":
            for type_code in "381", "380":
                if type_code == "380" and not sign:
                    continue
                with self.subTest(sign=sign, type_code=type_code):
                    move = self.bill(
                        number=f"A-{type_code}{sign and 'N'}",
                        type_code=type_code,
                        untaxed=f"{sign}33.33",
                        taxed=f"{sign}40.01",
                        vat=(("20", f"{sign}33.33", f"{sign}6.68"),),
                        lines=(("A", f"{sign}1", "33.33", f"{sign}33.33", "20"),),
                    )
                    self.assertEqual(move.move_type, "in_refund")
                    self.assertEqual(self.amounts(move), (33.33, 6.68, 40.01))

    def test_negative_totals_over_a_positive_breakdown_are_one_refund(self):
        move = self.bill(
            type_code="381",
            untaxed="-100.00",
            taxed="-120.00",
            vat=(("20", "100.00", "20.00"),),
        )
        self.assertEqual(self.amounts(move), (100, 20, 120))

    def test_credit_note_points_at_the_bill_it_corrects(self):
        original = self.bill(number="F-77")
        move = self.bill(number="A-78", type_code="381", original="F-77")
        self.assertEqual(move.reversed_entry_id, original)

    def test_credit_note_that_comes_first_points_at_its_bill_when_that_comes(self):
        move = self.bill(number="A-78", type_code="381", original="F 77")
        other = self.bill(number="A-79", type_code="381", original="F-78")
        self.assertFalse(move.reversed_entry_id)
        original = self.bill(number="F-77")
        self.assertEqual(move.reversed_entry_id, original)
        self.assertFalse(other.reversed_entry_id)

    def test_missing_vat_detail_is_implied_by_a_known_rate(self):
        move = self.bill(untaxed="100.00", taxed="105.50", vat=())
        self.assertEqual(move.invoice_line_ids.tax_ids.amount, 5.5)
        self.assertEqual(self.amounts(move), (100, 5.5, 105.5))

    def test_works_and_down_payment_types_are_bills(self):
        self.assertEqual(self.bill(type_code="386").move_type, "in_invoice")

    # -------------------------------------------------------------------------
    # TAXES
    # -------------------------------------------------------------------------

    def test_reverse_charge_and_included_taxes_are_never_chosen(self):
        taxes = self.inbox.new({"company_id": self.town_hall.id})._purchase_taxes()
        self.assertTrue(taxes)
        self.assertFalse(taxes.filtered("price_include"))
        for tax in taxes:
            parts = tax.invoice_repartition_line_ids.filtered(
                lambda line: line.repartition_type == "tax"
            )
            self.assertEqual(parts.mapped("factor_percent"), [100])

    def test_a_rate_without_tax_says_which_one_to_create(self):
        document = self.to_settle(
            "7 %",
            "Retry",
            untaxed="100.00",
            taxed="107.00",
            vat=(("7", "100.00", "7.00"),),
        )
        self.default_tax.copy({"name": "7 % achats", "amount": 7})
        document.state = "fetched"
        document._decode()
        self.assertEqual(document.state, "imported", document.reason)
        self.assertEqual(document.move_id.amount_total, 107)

    def test_vat_that_fits_no_rounding_is_put_aside(self):
        self.to_settle("25.00", "20", taxed="125.00", vat=(("20", "100.00", "25.00"),))

    def test_totals_that_contradict_each_other_are_put_aside(self):
        self.to_settle("100.00", "20.00", "130.00", taxed="130.00")

    def test_no_total_is_put_aside(self):
        self.to_settle("no total", taxed="")

    def test_totals_without_any_rate_are_put_aside(self):
        self.to_settle("no VAT detail", taxed="113.37", vat=())

    # -------------------------------------------------------------------------
    # WHAT IS WRITTEN
    # -------------------------------------------------------------------------

    def test_references_and_dates_are_filled(self):
        move = self.bill(number="2026/F 12")
        self.assertRecordValues(
            move,
            [
                {
                    "ref": "2026/F 12",
                    "buyer_reference": "ACHATS",
                    "purchase_order_reference": "EJ-7",
                    "contract_reference": "M-3",
                    "l10n_fr_chorus_status": "MISE_A_DISPOSITION",
                }
            ],
        )
        self.assertEqual(str(move.invoice_date), "2026-10-12")

    def test_files_are_attached_with_the_invoice_in_front(self):
        move = self.bill(
            files=(
                ("bon.pdf", PDF + b"2", "02"),
                ("facture.pdf", PDF, "01"),
                ("page.html", b"<html><script>1</script></html>", "02"),
            )
        )
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", move.id)]
        )
        self.assertEqual(
            set(files.mapped("name")), {"bon.pdf", "facture.pdf", "page.html"}
        )
        self.assertEqual(move.message_main_attachment_id.name, "facture.pdf")
        page = files.filtered(lambda file: file.name == "page.html")
        self.assertEqual(page.mimetype, "text/plain")

    def test_a_broken_file_is_named_and_the_bill_is_made(self):
        content = pivot_xml(portal_id=1, files=(("bon.pdf", PDF, "02"),))
        document = self.kept()
        document._keep(
            content.replace(
                b"<IdCPRO>1<", f"<IdCPRO>{document.portal_id}<".encode()
            ).replace(b"<Contenu>", b"<Contenu>!")
        )
        document.is_unpacked = False
        document._unpack()
        document._decode()
        self.assertEqual(document.state, "imported", document.reason)
        note = document.move_id.message_ids[0].body
        self.assertIn("bon.pdf", note)
        self.assertIn("its Base64 code is broken", note)

    def test_the_original_is_kept_with_its_hash(self):
        document = self.decoded()
        self.assertEqual(len(document.sha256), 64)
        self.assertIn(b"CPPFacturePivot", document.pivot_attachment_id.raw)
        self.assertEqual(document.pivot_attachment_id.mimetype, "text/plain")

    # -------------------------------------------------------------------------
    # QUARANTINE
    # -------------------------------------------------------------------------

    def test_what_is_no_pivot_is_put_aside_with_the_reason(self):
        self.quarantined("cannot be read", content=b"<html>Service indisponible</html>")

    def test_another_invoice_than_the_one_asked_for_is_put_aside(self):
        self.quarantined("holds another invoice", content=pivot_xml(portal_id=42))

    def test_a_currency_nobody_knows_is_put_aside(self):
        self.to_settle("“ZZZ”", currency="ZZZ")

    def test_an_inactive_currency_says_to_activate_it(self):
        self.env.ref("base.JPY").active = False
        self.to_settle("JPY", "Activate", currency="JPY")

    def test_a_bill_already_there_is_not_made_twice(self):
        first = self.bill(number="F-9")
        document = self.to_settle("may be already there", number="f-9")
        self.assertEqual(document.existing_move_id, first)

    def test_a_cancelled_bill_does_not_count(self):
        self.bill(number="F-9").button_cancel()
        self.bill(number="F-9")

    def test_the_same_number_of_another_year_is_another_bill(self):
        self.bill(number="F-9").invoice_date = "2025-10-12"
        self.bill(number="F-9")

    def test_a_bill_entered_by_hand_can_be_linked(self):
        by_hand = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "company_id": self.town_hall.id,
                "partner_id": self.supplier.partner_id.id,
                "ref": "F-9",
                "invoice_line_ids": [Command.create({"name": "x", "price_unit": 1})],
            }
        )
        document = self.to_settle("may be already there", number="F-9")
        document.with_user(self.town_hall_user).action_link_existing()
        self.assertEqual(document.state, "imported")
        self.assertEqual(document.move_id, by_hand)
        self.assertEqual(by_hand.l10n_fr_chorus_portal_id, document.portal_id)

    def test_a_journal_without_account_says_so(self):
        journal = self.town_hall_connection.purchase_journal_id
        journal.default_account_id = False
        self.to_settle(journal.name, "default expense account")

    def test_a_trouble_at_the_end_leaves_nothing_half_done(self):
        broken = patch.object(
            type(self.inbox), "_attach_files", side_effect=ValueError("disk full")
        )
        with broken, self.assertLogs(LOGGER, "ERROR"):
            self.quarantined(
                "server log",
                supplier=("1", "10000000900015", "Nouveau fournisseur", "FR"),
            )

    def test_an_amount_beyond_any_bill_is_put_aside(self):
        self.quarantined(untaxed="9e30", taxed="9e30", vat=(("0", "9e30", "0"),))
