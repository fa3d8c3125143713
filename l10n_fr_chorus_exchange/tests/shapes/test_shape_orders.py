"""Received bills and the purchase orders they name; Purchase is installed along."""

from odoo.tests import tagged

from ..inbound_common import InboundCase, pivot_xml

SIRET = "10000000900015"
SUPPLIER = ("1", SIRET, "Fournisseur connu", "FR")
# Two lines: 2 × 40.00 and 1 × 20.00, taxed at 20 %.
LINES = (("PAP", "2", "40.00", "80.00", "20"), ("STY", "1", "20.00", "20.00", "20"))


@tagged("chorus_shapes", "post_install", "-at_install", "-standard")
class TestInboundOrders(InboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.known = cls.env["res.partner"].create(
            {"name": "Fournisseur connu", "is_company": True, "company_registry": SIRET}
        )
        cls.paper, cls.pens = cls.env["product.product"].create(
            [
                {"name": name, "type": "consu", "purchase_method": "purchase"}
                for name in ("Papier", "Stylos")
            ]
        )

    def order(self, quantities=(2, 1), partner=None, **values):
        """A confirmed order of paper at 40 and pens at 20; 120.00 with tax."""
        order = self.env["purchase.order"].create(
            {
                "partner_id": (partner or self.known).id,
                "company_id": self.town_hall.id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": product.id,
                            "product_qty": quantity,
                            "price_unit": price,
                            "tax_ids": [(6, 0, self.default_tax.ids)],
                        },
                    )
                    for product, quantity, price in zip(
                        (self.paper, self.pens), quantities, (40, 20), strict=True
                    )
                ],
                **values,
            }
        )
        order.button_confirm()
        return order

    def received_for(self, engagement, contract="", **values):
        values.setdefault("supplier", SUPPLIER)
        values.setdefault("lines", LINES)
        return self.bill(engagement=engagement, contract=contract, **values)

    def assert_matched(self, move, order):
        self.assertEqual(move.l10n_fr_chorus_order_state, "matched")
        self.assertEqual(move.line_ids.purchase_line_id.order_id, order)
        self.assertEqual(order.invoice_ids, move)
        self.assertEqual(move.amount_total, 120)

    def test_the_order_of_the_number_is_linked_whole(self):
        order = self.order()
        move = self.received_for(order.name)
        self.assert_matched(move, order)
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertEqual(move.invoice_line_ids.product_id, self.paper | self.pens)

    def test_an_invoice_sent_on_under_another_number_finds_its_order(self):
        order = self.order()
        told = {"supplier": SUPPLIER, "lines": LINES, "contract": ""}
        document = self.decoded(engagement="EJ-?", **told)
        self.assertEqual(document.move_id.l10n_fr_chorus_order_state, "none")
        document._keep(
            pivot_xml(portal_id=document.portal_id, engagement=order.name, **told)
        )
        document.is_unpacked = False
        document._unpack()
        self.assertEqual(document.move_id.purchase_order_reference, order.name)
        self.assert_matched(document.move_id, order)

    def test_what_the_portal_says_of_the_bill_stays(self):
        order = self.order(note="Note de la commande")
        move = self.received_for(order.name, number="F-77")
        self.assert_matched(move, order)
        self.assertEqual(move.ref, "F-77")
        self.assertEqual(str(move.invoice_date), "2026-10-12")
        self.assertFalse(move.narration)
        self.assertEqual(move.partner_id, self.known)

    def test_a_bill_of_a_part_of_the_order_links_its_lines(self):
        order = self.order(quantities=(10, 1))
        move = self.received_for(order.name)
        self.assert_matched(move, order)
        self.assertEqual(order.order_line[0].qty_invoiced, 2)

    def test_the_reference_of_the_supplier_or_the_origin_will_do(self):
        for number, values in enumerate(
            ({"partner_ref": "EJ-2026-7"}, {"origin": "EJ-2026-8"})
        ):
            order = self.order(**values)
            [reference] = values.values()
            move = self.received_for(reference, number=f"F-{number}")
            self.assert_matched(move, order)

    def test_the_contract_counts_when_the_commitment_names_nothing(self):
        order = self.order(origin="M-2026")
        self.assert_matched(self.received_for("EJ-?", contract="M-2026"), order)

    def test_a_cent_of_rounding_goes_onto_the_vat(self):
        order = self.order()
        move = self.received_for(
            order.name, taxed="120.01", vat=(("20", "100.00", "20.01"),)
        )
        self.assertEqual(move.l10n_fr_chorus_order_state, "matched")
        self.assertEqual(move.amount_total, 120.01)
        self.assertEqual(move.amount_untaxed, 100)

    def test_cents_of_two_rates_stay_each_with_its_own(self):
        low = self.default_tax.copy({"name": "5,5 % achats", "amount": 5.5})
        order = self.order()
        order.order_line[1].tax_ids = low
        move = self.received_for(
            order.name,
            taxed="117.11",
            vat=(("20", "80.00", "16.02"), ("5.5", "20.00", "1.09")),
            lines=(LINES[0], (*LINES[1][:4], "5.5")),
        )
        self.assertEqual(move.l10n_fr_chorus_order_state, "matched")
        taxes = {
            line.tax_line_id.amount: line.amount_currency
            for line in move.line_ids.filtered("tax_line_id")
        }
        self.assertEqual(taxes, {20.0: 16.02, 5.5: 1.09})

    def test_other_amounts_leave_the_bill_as_it_came(self):
        order = self.order()
        lines = (
            ("PAP", "2", "41.00", "82.00", "20"),
            ("STY", "1", "18.00", "18.00", "20"),
        )
        move = self.received_for(order.name, lines=lines)
        # The same total by chance: what was ordered is what is linked.
        self.assert_matched(move, order)
        other = self.order()
        move = self.received_for(
            other.name,
            number="F-2",
            untaxed="110.00",
            taxed="132.00",
            vat=(("20", "110.00", "22.00"),),
            lines=(),
        )
        self.assertEqual(move.l10n_fr_chorus_order_state, "differs")
        self.assertIn(other.name, move.l10n_fr_chorus_order_alert)
        self.assertFalse(move.line_ids.purchase_line_id)
        self.assertEqual(move.amount_total, 132)
        self.assertFalse(move.invoice_origin)

    def test_an_order_of_another_vat_leaves_the_bill_as_it_came(self):
        order = self.order()
        order.order_line[0].price_unit = 50
        order.order_line.tax_ids = False
        self.assertEqual(order.amount_total, 120)
        move = self.received_for(order.name)
        self.assertEqual(move.l10n_fr_chorus_order_state, "differs")
        self.assertEqual((move.amount_untaxed, move.amount_total), (100, 120))
        self.assertEqual(len(move.invoice_line_ids), 2)
        self.assertFalse(order.invoice_ids)

    def test_another_order_of_the_same_total_does_not_stand_in(self):
        named, other = self.order(), self.order()
        for line in named.order_line:
            line.price_unit += 1
        move = self.received_for(named.name)
        self.assertEqual(move.l10n_fr_chorus_order_state, "differs")
        self.assertFalse(other.invoice_ids)

    def test_what_fits_of_an_order_is_linked_and_the_rest_is_told(self):
        order = self.order(quantities=(1, 7))
        move = self.received_for(order.name)
        self.assertEqual(move.l10n_fr_chorus_order_state, "differs")
        self.assertEqual(order.order_line[1].qty_invoiced, 1)
        self.assertEqual(move.amount_total, 120)

    def test_several_orders_are_suggested_and_none_is_chosen(self):
        orders = self.order(origin="M-2026") | self.order(origin="M-2026")
        move = self.received_for("", contract="M-2026")
        self.assertEqual(move.l10n_fr_chorus_order_state, "choose")
        for order in orders:
            self.assertIn(order.name, move.l10n_fr_chorus_order_alert)
        self.assertFalse(move.line_ids.purchase_line_id)

    def test_the_suggestion_goes_when_a_person_has_linked_the_lines(self):
        orders = self.order(origin="M-2026") | self.order(origin="M-2026")
        move = self.received_for("", contract="M-2026")
        for line, ordered in zip(
            move.invoice_line_ids, orders[0].order_line, strict=True
        ):
            line.purchase_line_id = ordered
        self.assertFalse(move.l10n_fr_chorus_order_alert)

    def test_an_order_of_the_same_total_is_not_guessed(self):
        self.order()
        move = self.received_for("EJ-?")
        self.assertEqual(move.l10n_fr_chorus_order_state, "none")
        self.assertIn("No confirmed", move.l10n_fr_chorus_order_alert)
        self.assertFalse(move.line_ids.purchase_line_id)

    def test_an_order_of_another_supplier_is_not_linked(self):
        other = self.env["res.partner"].create({"name": "Autre", "is_company": True})
        order = self.order(partner=other)
        move = self.received_for(order.name)
        self.assertEqual(move.l10n_fr_chorus_order_state, "none")
        self.assertFalse(order.invoice_ids)

    def test_an_order_billed_already_is_not_billed_again(self):
        order = self.order()
        self.received_for(order.name)
        move = self.received_for(order.name, number="F-2", issued="2026-10-13")
        self.assertEqual(move.l10n_fr_chorus_order_state, "differs")
        self.assertEqual(order.order_line[0].qty_invoiced, 2)

    def test_a_document_without_references_asks_nothing(self):
        self.order()
        move = self.received_for("", contract="")
        self.assertFalse(move.l10n_fr_chorus_order_state)

    def test_a_rule_that_wants_an_order_posts_the_bill_that_has_one(self):
        self.env["l10n_fr_chorus.posting.rule"].create(
            {"company_id": self.town_hall.id, "amount_max": 500}
        )
        order = self.order()
        self.assertEqual(self.received_for(order.name).state, "posted")
        late = self.received_for("EJ-?", number="F-2", issued="2026-10-13")
        self.assertEqual(late.state, "draft")
