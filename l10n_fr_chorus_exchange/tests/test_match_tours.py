"""Many customers at once, in a real browser and in French."""

from odoo.tests import HttpCase, tagged

from .common import seed
from .search_common import SearchCase

CUSTOMERS = "/odoo/action-account.res_partner_action_customer?view_type=list"
TESTVILLE = "21990009900017"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMatchTours(SearchCase, HttpCase):
    """By somebody who invoices and may edit contacts."""

    def run_cron(self, name):
        # A browser test is in the registry's test mode all along.
        self.env.ref(f"l10n_fr_chorus_exchange.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def test_selected_customers_are_looked_up_chosen_and_applied(self):
        self.speak_french(self.supplier)
        self.env["ir.module.module"]._load_module_terms(
            ["l10n_fr_chorus_exchange"], ["fr_FR"]
        )
        self.seller.lang = "fr_FR"
        self.learn(TESTVILLE, "COMMUNE DE TESTVILLE", zip="99999")
        self.learn(seed.DEPARTMENT, "DEPARTEMENT DU MODELE")
        found = self._create_public_body("Conseil départemental", seed.DEPARTMENT)
        proposed = self._create_public_body("Commune de Testville", False)
        lacking = self._create_public_body("Client sans rien", False)
        (found | proposed | lacking).customer_rank = 1
        self.start_tour(
            CUSTOMERS, "l10n_fr_chorus_match_start", login=self.seller.login
        )
        self.run_cron("ir_cron_match")
        match = self.env["l10n_fr_chorus.match"].search([], limit=1)
        url = f"/odoo/l10n_fr_chorus.match/{match.id}"
        self.start_tour(url, "l10n_fr_chorus_match_apply", login=self.seller.login)
        self.run_cron("ir_cron_match")
        self.start_tour(url, "l10n_fr_chorus_match_done", login=self.seller.login)
        self.assertEqual(proposed.l10n_fr_chorus_siret, TESTVILLE)
        self.assertTrue(found.l10n_fr_chorus_is_public)
        self.assertFalse(lacking.l10n_fr_chorus_is_public)
