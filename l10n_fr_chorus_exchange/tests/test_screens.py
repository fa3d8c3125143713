"""What a French reader meets on the screens that take words from elsewhere."""

from odoo.tests import tagged

from .common import ChorusCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestScreens(ChorusCase):
    def setUp(self):
        super().setUp()
        self.speak_french(self.supplier)
        self.env["ir.module.module"]._load_module_terms(
            ["l10n_fr_chorus_exchange"], ["fr_FR"]
        )
        self.french = self.env(context={**self.env.context, "lang": "fr_FR"})

    def choices(self, model):
        told = self.french[model].fields_get(["environment"], ["selection"])
        return dict(told["environment"]["selection"])

    def test_guided_set_up_names_the_environments_in_french(self):
        choices = self.choices("l10n_fr_chorus.setup")
        self.assertEqual(choices["custom"], "Autres adresses")
        self.assertEqual(choices, self.choices("l10n_fr_chorus.connection"))
