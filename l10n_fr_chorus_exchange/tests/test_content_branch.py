"""Branches: establishments of one legal entity, each a company of Odoo."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from .content_common import ContentCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestContentBranch(ContentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create(
            {
                "name": "Menuiserie du Vieux Port, agence de Lyon",
                "parent_id": cls.company.id,
                "company_registry": "123 456 782 00028",
                "street": "2 quai de Saône",
                "zip": "69001",
                "city": "Lyon",
                "country_id": cls.env.ref("base.fr").id,
            }
        )
        cls.cr.precommit.run()  # loads the chart of accounts of the branch
        cls.env.user.company_ids |= cls.branch

    def _of_branch(self):
        return self._invoice(
            self._line(100.0),
            company_id=self.branch.id,
            journal_id=self.company_data["default_journal_sale"].id,
        )

    def test_a_branch_has_its_siret_and_the_vat_number_of_its_company(self):
        self.assertFalse(self.branch.vat)
        seller = self.terms(self._of_branch())["BG-4"]
        self.assertEqual(seller["legal_identifier"], "12345678200028")
        self.assertEqual(seller["vat_identifier"], "FR23334175221")

    def test_a_branch_with_a_vat_number_gives_its_own(self):
        self.branch.vat = "FR88100000009"
        seller = self.terms(self._of_branch())["BG-4"]
        self.assertEqual(seller["vat_identifier"], "FR88100000009")

    def test_the_company_above_is_no_factor_of_its_branch(self):
        terms = self.terms(self._of_branch())
        self.assertEqual(terms["BT-84"], self.bank_account.sanitized_acc_number)
        self.assertNotIn("BG-10", terms)
        self.assertNotIn("BG-1", terms)

    def test_the_account_of_an_establishment_elsewhere_in_odoo_is_the_suppliers(self):
        office = self.env["res.partner"].create(
            {"name": "Siège", "company_registry": "123 456 782 00036"}
        )
        account = self.bank_account.copy({"partner_id": office.id})
        move = self._invoice(self._line(100.0))
        move.partner_bank_id = account
        self.assertNotIn("BG-10", self.terms(move))

    def test_another_legal_entity_above_is_the_payee(self):
        self.company.company_registry = "987 654 321 00013"
        terms = self.terms(self._of_branch())
        self.assertEqual(terms["BG-10"]["name"], self.company.name)

    def test_a_user_of_the_branch_alone_makes_its_document(self):
        user = new_test_user(
            self.env,
            login="branch_billing",
            groups="account.group_account_invoice",
            company_id=self.branch.id,
            company_ids=[Command.set(self.branch.ids)],
        )
        move = self._of_branch()
        self.env.invalidate_all()
        seller = self.terms(move.with_user(user))["BG-4"]
        self.assertEqual(seller["vat_identifier"], "FR23334175221")
