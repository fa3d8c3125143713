"""What an administrator clicks, in a real browser: setting up, and finding a mistake."""

import time
from unittest.mock import patch

from odoo.tests import HttpCase, new_test_user, tagged

from .common import BASE_URL, ChorusCase, seed

CONNECTIONS = "/odoo/action-l10n_fr_chorus_exchange.l10n_fr_chorus_connection_action"
CUSTOMER = seed.NOTHING_REQUIRED
# The issue of it all: nobody should need longer.
MOST_SECONDS = 300


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSetupTours(ChorusCase, HttpCase):
    def setUp(self):
        super().setUp()
        reports = self.env.registry["ir.actions.report"]
        draw = reports._pre_render_qweb_pdf

        def draw_really(self, *args, **kwargs):
            return draw(self.with_context(force_report_rendering=True), *args, **kwargs)

        self.startPatcher(patch.object(reports, "_pre_render_qweb_pdf", draw_really))
        self.admin = new_test_user(
            self.env,
            "setter",
            "base.group_system,account.group_account_manager,base.group_partner_manager,"
            "l10n_fr_chorus_exchange.group_sender",
            company_id=self.supplier.id,
            company_ids=[(6, 0, self.supplier.ids)],
        )
        self.speak_french(self.supplier)
        self.env["ir.module.module"]._load_module_terms(
            ["account", "l10n_fr_chorus_exchange"], ["fr_FR"]
        )
        self.admin.lang = "fr_FR"
        # Also in the tour.
        self.assertEqual(BASE_URL, "https://portal.test")

    def run_cron(self, name):
        # A browser test is in the registry's test mode all along.
        self.env.ref(f"l10n_fr_chorus_exchange.{name}").method_direct_trigger()

    def test_from_nothing_to_the_first_deposit(self):
        self.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": self.supplier.partner_id.id,
                "allow_out_payment": True,
            }
        )
        # Otherwise Odoo asks an administrator to choose one, at the first invoice.
        self.supplier.external_report_layout_id = self.env.ref(
            "web.external_layout_standard"
        )
        # As with any chart of accounts that is in use.
        sales = self.company_data["default_journal_sale"].default_account_id
        sales.tax_ids = self.tax_sale_a
        (self.supplier_connection | self.town_hall_connection).unlink()
        moves = self.env["account.move"]
        before = moves.search([])
        started = time.monotonic()
        self.start_tour(
            CONNECTIONS, "l10n_fr_chorus_set_up", login=self.admin.login, timeout=180
        )
        self.assertLess(time.monotonic() - started, MOST_SECONDS)
        connection = self.supplier.l10n_fr_chorus_connection_ids
        self.assertEqual((connection.state, connection.setup_step), ("ok", "done"))
        self.assertEqual(connection.structure_ids.siret, seed.SUPPLIER)
        [move] = moves.search([]) - before
        self.assertEqual(move.commercial_partner_id.l10n_fr_chorus_siret, CUSTOMER)
        self.assertEqual(move.l10n_fr_chorus_deposit_ids.state, "ready")
        self.run_cron("ir_cron_send")
        self.assertEqual(len(self.deposits()), 1)

    def test_a_wrong_secret_is_found_on_the_health_card(self):
        self.supplier_connection.client_secret = "not-the-secret"
        self.start_tour(
            f"{CONNECTIONS}/{self.supplier_connection.id}",
            "l10n_fr_chorus_health_card",
            login=self.admin.login,
        )
        self.assertEqual(self.supplier_connection.state, "ok")
