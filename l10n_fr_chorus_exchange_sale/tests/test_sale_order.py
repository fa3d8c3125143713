"""References of a public body on quotations, orders, and the invoices made of them."""

from odoo import Command
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.l10n_fr_chorus_exchange.tests.common import ChorusCase, seed

ENGAGEMENT = "1000000123"


@tagged("post_install_l10n", "post_install", "-at_install")
class SaleCase(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.paper = cls.env["product.product"].create(
            {"name": "Papier", "invoice_policy": "order", "list_price": 10.0}
        )
        cls.seller = new_test_user(
            cls.env,
            login="seller",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=cls.supplier.id,
            company_ids=[Command.set(cls.supplier.ids)],
        )

    def setUp(self):
        super().setUp()
        self.body = self.town_hall_partner
        self.body.action_l10n_fr_chorus_lookup()

    def order(self, partner=None, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": (partner or self.body).id,
                "company_id": self.supplier.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.paper.id,
                            "tax_ids": [Command.set(self.tax_sale_a.ids)],
                        }
                    )
                ],
                **values,
            }
        )

    def public_body(self, siret):
        partner = self._create_public_body(f"Body {siret}", siret)
        partner.action_l10n_fr_chorus_lookup()
        return partner

    def service(self, code, partner=None):
        return (partner or self.body).l10n_fr_chorus_service_ids.filtered(
            lambda one: one.code == code
        )


class TestSaleOrder(SaleCase):
    # -- asked early ---------------------------------------------------------

    def test_quotation_says_what_each_kind_of_body_demands(self):
        for siret, values, words in (
            (seed.NOTHING_REQUIRED, {}, False),
            (seed.ENGAGEMENT_REQUIRED, {}, "a commitment number"),
            (seed.ENGAGEMENT_REQUIRED, {"engagement": ENGAGEMENT}, False),
            (seed.SERVICE_REQUIRED, {}, "a service code"),
            (seed.DEPARTMENT, {}, "a service code or a commitment number"),
            (seed.DEPARTMENT, {"engagement": ENGAGEMENT}, False),
            (seed.DEPARTMENT, {"service_code": "ROUTES"}, False),
            (seed.TOWN_HALL, {"service_code": "ACHATS"}, False),
            (seed.TOWN_HALL, {"service_code": "VOIRIE"}, "commitment number"),
            (seed.TOWN_HALL, {"service_code": "NONE"}, "no service “NONE”"),
            (seed.TOWN_HALL, {"service_code": "ANCIEN"}, "closed"),
        ):
            with self.subTest(siret=siret, values=values):
                partner = (
                    self.body if siret == seed.TOWN_HALL else self.public_body(siret)
                )
                order = self.order(
                    partner,
                    **{f"l10n_fr_chorus_{name}": v for name, v in values.items()},
                )
                told = order.l10n_fr_chorus_missing
                if words:
                    self.assertIn(words, told)
                else:
                    self.assertFalse(told)
                if partner != self.body:
                    partner.active = False

    def test_what_is_missing_prevents_nothing(self):
        order = self.order()
        self.assertTrue(order.l10n_fr_chorus_missing)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertTrue(order._create_invoices())

    def test_customer_who_is_no_public_body_is_asked_nothing(self):
        order = self.order(self.partner_a)
        self.assertFalse(order.l10n_fr_chorus_is_public)
        self.assertFalse(order.l10n_fr_chorus_missing)

    def test_body_that_closed_is_told(self):
        order = self.order(l10n_fr_chorus_service_code="ACHATS")
        self.body.l10n_fr_chorus_is_public = False
        self.assertIn("no longer receives", order.l10n_fr_chorus_missing)

    def test_new_quotation_takes_the_default_service_of_the_body(self):
        self.body.l10n_fr_chorus_default_service_id = self.service("ECOLES")
        order = self.order()
        self.assertEqual(order.l10n_fr_chorus_service_code, "ECOLES")
        self.assertEqual(order.l10n_fr_chorus_service_id, self.service("ECOLES"))

    def test_contact_brings_its_own_service(self):
        self.body.l10n_fr_chorus_default_service_id = self.service("ECOLES")
        contact = self.env["res.partner"].create(
            {
                "name": "Voirie",
                "type": "invoice",
                "parent_id": self.body.id,
                "l10n_fr_chorus_default_service_id": self.service("VOIRIE").id,
            }
        )
        order = self.order()
        order.partner_invoice_id = contact
        self.assertEqual(order.l10n_fr_chorus_service_code, "VOIRIE")

    def test_service_stays_when_another_contact_of_the_body_is_chosen(self):
        order = self.order(l10n_fr_chorus_service_code="ACHATS")
        order.partner_invoice_id = self.env["res.partner"].create(
            {"name": "Comptabilité", "type": "invoice", "parent_id": self.body.id}
        )
        self.assertEqual(order.l10n_fr_chorus_service_code, "ACHATS")

    def test_typed_service_stays_when_the_body_was_never_looked_up(self):
        partner = self._create_public_body("Never looked up", seed.METROPOLIS)
        partner.l10n_fr_chorus_is_public = True
        order = self.order(partner, l10n_fr_chorus_service_code="TYPED")
        self.assertEqual(order.l10n_fr_chorus_service_code, "TYPED")

    def test_emptied_service_empties_the_code(self):
        order = self.order(l10n_fr_chorus_service_code="ACHATS")
        with Form(order) as form:
            form.l10n_fr_chorus_service_id = self.env["l10n_fr_chorus.service"]
        self.assertFalse(order.l10n_fr_chorus_service_code)

    def test_service_of_one_body_does_not_follow_to_another(self):
        order = self.order(l10n_fr_chorus_service_code="ACHATS")
        order.partner_id = self.public_body(seed.DEPARTMENT)
        self.assertFalse(order.l10n_fr_chorus_service_code)

    def test_copy_keeps_the_service_and_not_the_commitment(self):
        order = self.order(
            l10n_fr_chorus_service_code="ACHATS",
            l10n_fr_chorus_engagement=ENGAGEMENT,
        )
        copy = order.copy()
        self.assertEqual(copy.l10n_fr_chorus_service_code, "ACHATS")
        self.assertFalse(copy.l10n_fr_chorus_engagement)

    def test_seller_without_invoicing_rights_fills_them_in(self):
        order = self.order()
        with Form(order.with_user(self.seller)) as form:
            form.l10n_fr_chorus_service_id = self.service("VOIRIE")
            self.assertIn("commitment number", form.l10n_fr_chorus_missing)
            form.l10n_fr_chorus_engagement = ENGAGEMENT
            self.assertFalse(form.l10n_fr_chorus_missing)
        self.assertEqual(order.l10n_fr_chorus_service_code, "VOIRIE")

    # -- taken over ----------------------------------------------------------

    def test_invoice_takes_the_references_over(self):
        order = self.order(
            l10n_fr_chorus_service_code="VOIRIE",
            l10n_fr_chorus_engagement=ENGAGEMENT,
            l10n_fr_chorus_contract="2026-01",
        )
        order.action_confirm()
        invoice = order.with_user(self.seller)._create_invoices().sudo()
        self.assertEqual(invoice.buyer_reference, "VOIRIE")
        self.assertEqual(invoice.purchase_order_reference, ENGAGEMENT)
        self.assertEqual(invoice.contract_reference, "2026-01")

    def test_default_chosen_after_the_order_reaches_its_invoice(self):
        order = self.order()
        order.action_confirm()
        self.body.l10n_fr_chorus_default_service_id = self.service("ECOLES")
        self.assertEqual(order._create_invoices().buyer_reference, "ECOLES")

    def test_down_payment_takes_the_references_over(self):
        order = self.order(l10n_fr_chorus_service_code="ACHATS")
        order.action_confirm()
        self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        ).create(
            {"advance_payment_method": "percentage", "amount": 30}
        ).create_invoices()
        self.assertEqual(order.invoice_ids.buyer_reference, "ACHATS")

    def test_orders_of_two_commitments_are_never_one_invoice(self):
        orders = self.env["sale.order"]
        for number in (ENGAGEMENT, ENGAGEMENT, "1000000124", False):
            orders |= self.order(
                l10n_fr_chorus_service_code="ACHATS", l10n_fr_chorus_engagement=number
            )
        orders |= self.order(self.partner_a)
        orders |= self.order(self.partner_a)
        orders.action_confirm()
        invoices = orders._create_invoices()
        self.assertEqual(len(invoices), 4)
        same = orders[:2].invoice_ids
        self.assertEqual(len(same), 1)
        self.assertEqual(same.purchase_order_reference, ENGAGEMENT)

    def test_invoice_of_another_customer_gets_no_reference(self):
        order = self.order(self.partner_a)
        self.assertNotIn("buyer_reference", order._prepare_invoice())

    def test_printed_quotation_shows_the_references(self):
        order = self.order(
            l10n_fr_chorus_service_code="ACHATS", l10n_fr_chorus_engagement=ENGAGEMENT
        )
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "sale.report_saleorder", order.ids
        )
        self.assertIn(ENGAGEMENT, html.decode())
        self.assertIn("ACHATS", html.decode())
