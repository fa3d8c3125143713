"""The menus of the add-on: one tidy tree, and a word where a list is empty."""

from odoo.tests import TransactionCase, tagged

MODULE = "l10n_fr_chorus_exchange"
SECTIONS = ("menu_sales", "menu_inbox", "menu_configuration")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMenus(TransactionCase):
    def own(self, model):
        """Records of this model that the add-on brings."""
        data = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", model)]
        )
        return self.env[model].browse(data.mapped("res_id")).exists()

    def test_every_entry_stands_under_one_of_three_headings(self):
        sections = self.env["ir.ui.menu"].union(
            *(self.env.ref(f"{MODULE}.l10n_fr_chorus_{name}") for name in SECTIONS)
        )
        report = self.env.ref("account.account_reports_management_menu")
        for menu in self.own("ir.ui.menu") - sections:
            self.assertIn(menu.parent_id, sections + report, menu.complete_name)
            self.assertTrue(menu.action, menu.complete_name)

    def test_no_two_entries_of_a_heading_stand_in_the_same_place(self):
        for parent, menus in self.own("ir.ui.menu").grouped("parent_id").items():
            places = menus.mapped("sequence")
            self.assertEqual(len(places), len(set(places)), parent.complete_name)

    def test_every_list_says_what_to_do_when_it_is_empty(self):
        for action in self.own("ir.actions.act_window"):
            if action.target == "new" or action.binding_model_id:
                continue
            with self.subTest(action.name):
                self.assertIn("o_view_nocontent_smiling_face", action.help or "")
                self.assertIn("</p>", action.help.partition("</p>")[2])
