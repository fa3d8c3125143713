"""Finding a public body, and choosing its service, in a real browser."""

from odoo.tests import HttpCase, tagged

from .common import seed
from .search_common import SearchCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSearchTours(SearchCase, HttpCase):
    """In French, by somebody who invoices and may create contacts."""

    def setUp(self):
        super().setUp()
        self.speak_french(self.supplier)
        self.seller.lang = "fr_FR"

    def clicks(self, record, tour):
        self.start_tour(
            f"/odoo/{record._name}/{record.id}", tour, login="supplier_contacts"
        )

    def test_a_customer_is_found_on_the_portal_and_completed(self):
        partner = self._create_public_body("Destinataire", False, city=False)
        self.clicks(partner, "l10n_fr_chorus_directory_search")
        self.assertEqual(partner.l10n_fr_chorus_siret, seed.SERVICE_REQUIRED)
        self.assertEqual(partner.city, "MODELEVILLE")
        self.assertEqual(partner.name, "Destinataire")

    def test_a_service_is_chosen_on_an_invoice(self):
        self.town_hall_partner.with_user(self.seller).action_l10n_fr_chorus_lookup()
        move = self.posted_invoice(buyer_reference=False)
        move.button_draft()
        self.clicks(move, "l10n_fr_chorus_choose_service")
        self.assertEqual(move.buyer_reference, "VOIRIE")
        self.assertEqual(move.purchase_order_reference, "1000000123")

    def test_the_customer_of_an_invoice_is_found_in_the_directory(self):
        self.learn(
            seed.METROPOLIS, "METROPOLE DE MODELEVILLE", [{"code": "DIRECTION_01"}]
        )
        move = self.env["account.move"].create(
            {"move_type": "out_invoice", "company_id": self.supplier.id}
        )
        self.clicks(move, "l10n_fr_chorus_find_for_invoice")
        self.assertEqual(move.partner_id.l10n_fr_chorus_siret, seed.METROPOLIS)
        self.assertFalse(self.all_calls())
