"""Orders of a public body follow what changes about it on the portal."""

from odoo import fields

from odoo.addons.l10n_fr_chorus_exchange.tests.common import seed

from .test_sale_order import SaleCase


class TestSaleDrift(SaleCase):
    def refresh(self):
        """A night later."""
        before = fields.Datetime.subtract(fields.Datetime.now(), days=2)
        self.body.write(
            {"l10n_fr_chorus_checked_at": before, "l10n_fr_chorus_asked_at": before}
        )
        self.drive("DELETE", "calls")
        self.run_cron("ir_cron_refresh")
        self.env.invalidate_all()

    def close_service(self, code):
        self.drive(
            "POST",
            "structures",
            {
                "identifier": seed.TOWN_HALL,
                "services": [{"code": code, "active": False}],
            },
        )

    def test_body_with_an_open_order_is_refreshed(self):
        self.refresh()
        self.assertEqual(self.calls("structures/rechercher"), 0)
        self.order()
        self.refresh()
        self.assertEqual(self.calls("structures/rechercher"), 1)

    def test_closed_service_lists_quotations_and_orders_to_invoice(self):
        values = {"l10n_fr_chorus_service_code": "ACHATS"}
        quotation, ordered = self.order(**values), self.order(**values)
        cancelled, expired = self.order(**values), self.order(**values)
        other = self.order(l10n_fr_chorus_service_code="ECOLES")
        ordered.action_confirm()
        cancelled.action_cancel()
        expired.validity_date = "2020-01-01"
        self.close_service("ACHATS")
        self.refresh()
        note = self.body.activity_ids.note
        for order in quotation, ordered:
            self.assertIn(order.name, note)
        for order in cancelled, expired, other:
            self.assertNotIn(order.name, note)

    def test_invoiced_order_is_no_longer_touched(self):
        order = self.order(l10n_fr_chorus_service_code="ACHATS")
        order.action_confirm()
        order._create_invoices().button_cancel()
        self.assertEqual(order.invoice_status, "to invoice")
        order._create_invoices()
        self.assertEqual(order.invoice_status, "invoiced")
        kinds = {one.kind for one in self.body._l10n_fr_chorus_documents()}
        self.assertEqual(kinds, {"draft"})

    def test_salesperson_of_the_order_is_told(self):
        self.order(l10n_fr_chorus_service_code="ACHATS", user_id=self.seller.id)
        self.close_service("ACHATS")
        self.refresh()
        self.assertEqual(self.body.activity_ids.user_id, self.seller)

    def test_activity_closes_when_the_order_follows(self):
        order = self.order(l10n_fr_chorus_service_code="ACHATS")
        self.close_service("ACHATS")
        self.refresh()
        self.assertTrue(self.body.activity_ids)
        order.l10n_fr_chorus_service_code = "ECOLES"
        self.refresh()
        self.assertFalse(self.body.activity_ids)
