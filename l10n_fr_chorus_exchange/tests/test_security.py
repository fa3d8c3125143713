from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.l10n_fr_chorus_connection_access import ACCESS as SECRETS
from .common import ChorusCase, seed


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSecurity(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="supplier_manager",
            groups="account.group_account_manager",
            company_id=cls.supplier.id,
            company_ids=[(6, 0, cls.supplier.ids)],
        )
        cls.employee = new_test_user(
            cls.env,
            login="supplier_employee",
            groups="base.group_user",
            company_id=cls.supplier.id,
            company_ids=[(6, 0, cls.supplier.ids)],
        )

    def test_secrets_are_read_by_the_system_group_only(self):
        for user in self.supplier_user, self.manager:
            connection = self.supplier_connection.with_user(user)
            for name in SECRETS:
                with self.subTest(user=user.login, field=name):
                    with self.assertRaises(AccessError):
                        connection.read([name])
                    self.assertNotIn(name, connection.fields_get())

    def test_secrets_cannot_be_guessed_by_searching(self):
        connection = self.supplier_connection.with_user(self.manager)
        with self.assertRaises(AccessError):
            connection.search([("password", "like", "demo%")])

    def test_billing_user_reads_the_state_of_the_connection(self):
        connection = self.supplier_connection.with_user(self.supplier_user)
        self.assertEqual(connection.state, "draft")

    @mute_logger("odoo.addons.base.models.ir_access")
    def test_billing_user_changes_no_connection(self):
        connection = self.supplier_connection.with_user(self.supplier_user)
        with self.assertRaises(AccessError):
            connection.write({"can_send": False})
        with self.assertRaises(AccessError):
            connection.action_test_connection()

    def test_employee_without_invoicing_sees_no_connection(self):
        with self.assertRaises(AccessError):
            self.supplier_connection.with_user(self.employee).read(["name"])

    def test_connections_and_structures_of_another_company_are_not_seen(self):
        self.know_structures()
        for model in "l10n_fr_chorus.connection", "l10n_fr_chorus.structure":
            seen = self.env[model].with_user(self.supplier_user).search([])
            self.assertEqual(seen.company_id, self.supplier)
        with self.assertRaises(AccessError):
            self.town_hall_connection.with_user(self.supplier_user).read(["name"])

    def test_manager_chooses_the_journal_of_a_structure(self):
        self.know_structures()
        structure = self.supplier_connection.structure_ids.with_user(self.manager)
        structure.journal_id = self.company_data["default_journal_purchase"]
        self.assertTrue(structure.journal_id)

    def test_secrets_show_in_no_log_line(self):
        with self.assertLogs(level="DEBUG") as logs:
            self.supplier_connection.action_test_connection()
        written = "\n".join(logs.output)
        self.assertIn("health-check", written)
        self.assertNotIn(seed.CLIENT_SECRET, written)
        self.assertNotIn(seed.ACCOUNTS[seed.SUPPLIER_ACCOUNT], written)
