"""What the window of Send says where Chorus Pro should be offered and is not."""

from odoo.tests import tagged

from .home_common import HomeCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSendClosed(HomeCase):
    def _alert(self, move, user=None):
        """That of the window about the missing method, if it has one."""
        wizards = self.env["account.move.send.wizard"].with_user(user or self.sender)
        window = wizards.create({"move_id": move.id})
        found = [
            alert
            for key, alert in (window.alerts or {}).items()
            if key.startswith("l10n_fr_chorus_closed")
        ]
        return found[0] if found else None

    @property
    def sender(self):
        return self.supplier_user

    def test_window_of_send_says_why_a_copy_does_not_offer_chorus_pro(self):
        move = self.invoice()
        self.assertIsNone(self._alert(move))
        self._copy()
        alert = self._alert(move)
        self.assertIn("not the database", alert["message"])
        # Whoever only sends has nothing to press there.
        self.assertNotIn("action", alert)

    def test_window_of_send_leads_whoever_may_cure_it_to_the_connection(self):
        move = self.invoice()
        self._copy()
        alert = self._alert(move, self._person("cures", "base.group_system"))
        self.assertEqual(alert["action"]["res_id"], self.connection.id)
        self.assertEqual(alert["action"]["res_model"], self.connection._name)

    def test_window_of_send_says_why_of_many_invoices_at_once(self):
        moves = self.invoice() + self.invoice()
        self._copy()
        window = (
            self.env["account.move.send.batch.wizard"]
            .with_user(self.sender)
            .create({"move_ids": [(6, 0, moves.ids)]})
        )
        [key] = [key for key in window.alerts if "_closed_" in key]
        self.assertIn("not the database", window.alerts[key]["message"])

    def test_window_of_send_says_why_to_customers_who_want_chorus_pro_only(self):
        customer = self.town_hall_partner.with_company(self.supplier)
        customer.invoice_sending_method = "chorus_pro"
        self.test_window_of_send_says_why_of_many_invoices_at_once()

    def test_window_of_send_says_that_the_environment_does_not_fit(self):
        move = self.invoice()
        self.connection.sudo().home_environment = "qualification"
        self.assertIn("environment", self._alert(move)["message"])

    def test_window_of_send_says_that_the_connection_is_read_only(self):
        move = self.invoice()
        self.connection.is_read_only = True
        self.assertIn("read only", self._alert(move)["message"])

    def test_window_of_send_says_that_the_database_is_neutralized(self):
        move = self.invoice()
        self.connection.write({"active": False, "environment": "production"})
        self.parameters.set_param("database.is_neutralized", "True")
        self.assertIn("neutralized", self._alert(move)["message"])
        self.parameters.set_param("database.is_neutralized", "False")
        # Somebody archived it, which needs no explanation.
        self.assertIsNone(self._alert(move))

    def test_window_of_send_says_nothing_of_customers_who_take_something_else(self):
        move = self.invoice(partner_id=self.partner_a.id)
        self._copy()
        self.assertIsNone(self._alert(move))
