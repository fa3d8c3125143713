"""From the quotation to the invoice, in a real browser and in French."""

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .test_sale_order import ENGAGEMENT, SaleCase

ADDONS = ["l10n_fr_chorus_exchange", "l10n_fr_chorus_exchange_sale"]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSaleTours(SaleCase, HttpCase):
    def test_service_and_commitment_asked_on_the_order_are_on_its_invoice(self):
        self.speak_french(self.supplier)
        self.env["ir.module.module"]._load_module_terms(ADDONS, ["fr_FR"])
        new_test_user(
            self.env,
            login="office",
            lang="fr_FR",
            groups="sales_team.group_sale_salesman_all_leads,"
            "account.group_account_invoice,l10n_fr_chorus_exchange.group_sender",
            company_id=self.supplier.id,
            company_ids=[Command.set(self.supplier.ids)],
        )
        order = self.order()
        self.start_tour(
            f"/odoo/sale.order/{order.id}", "l10n_fr_chorus_sale_order", login="office"
        )
        self.assertRecordValues(
            order.invoice_ids,
            [{"buyer_reference": "VOIRIE", "purchase_order_reference": ENGAGEMENT}],
        )
