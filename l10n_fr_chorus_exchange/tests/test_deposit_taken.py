"""A number the portal says it holds already: most of the time by our own invoice."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .road_common import RoadCase

FLOW = "factures/deposer/flux"
SUBMIT = "factures/soumettre"
HOURS = 3600


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDepositTaken(RoadCase):
    def follow(self, deposit, times=1):
        for _each in range(times):
            self.later(deposit)
            self.run_cron("ir_cron_follow")

    def pass_time(self, deposit, **span):
        deposit.sent_at = fields.Datetime.now() - timedelta(**span)

    def hide(self, seconds):
        self.drive("POST", "settings", {"search_delay": seconds})

    def sent_twice(self, move):
        """The first deposit arrived without a word and is not shown; a second one went."""
        operation = SUBMIT if self.supplier.l10n_fr_chorus_road == "pdf" else FLOW
        deposit = self.send(move)
        self.hide(30 * HOURS)
        self.fault(operation, "cut_after")
        self.run_cron("ir_cron_send")
        self.pass_time(deposit, minutes=31)
        self.follow(deposit)
        self.assertEqual(deposit.state, "ready")
        self.later(deposit)
        self.run_cron("ir_cron_send")
        self.assertEqual(self.calls(operation), 2)
        return deposit

    def test_an_invoice_the_portal_holds_and_does_not_show_yet_is_not_told_rejected(
        self,
    ):
        deposit = self.sent_twice(self.invoice())
        self.follow(deposit, times=8)
        self.assertEqual(deposit.state, "deposited", deposit.error)
        self.assertFalse(deposit.move_id.activity_ids)
        self.hide(0)
        self.follow(deposit)
        self.assertEqual(deposit.state, "integrated", deposit.error)
        self.assertEqual(self.calls(FLOW), 2)
        self.assertEqual(len(self.portal_invoices()), 1)

    def test_an_invoice_not_shown_for_three_days_is_told(self):
        deposit = self.sent_twice(self.invoice())
        self.pass_time(deposit, hours=73)
        self.follow(deposit)
        self.assertEqual(deposit.state, "rejected")
        self.assertTrue(deposit.move_id.activity_ids)

    def test_a_number_used_by_nothing_of_ours_is_told_after_a_few_searches(self):
        deposit = self.send(self.invoice())
        label = f"La facture {deposit.name} existe déjà pour ce fournisseur."
        self.fault(FLOW, "flow_rejected", label=label)
        self.run_cron("ir_cron_send")
        self.follow(deposit, times=4)
        self.assertEqual(deposit.state, "deposited")
        self.follow(deposit)
        self.assertEqual(deposit.state, "rejected")

    def test_a_second_flow_of_no_use_is_closed(self):
        deposit = self.send(self.invoice())
        self.fault(FLOW, "cut_after")
        self.fault(FLOW, "flow_pending", times=2)
        self.run_cron("ir_cron_send")
        self.pass_time(deposit, minutes=31)
        self.follow(deposit)
        self.later(deposit)
        self.run_cron("ir_cron_send")
        [first] = (
            one for one in self.deposits() if one["number"] != deposit.flow_number
        )
        self.drive("POST", "deposits", {"number": first["number"]})
        self.follow(deposit)
        self.assertEqual(deposit.state, "integrated", deposit.error)
        self.assertEqual(deposit.flow_id.state, "rejected")
        self.assertIn("was of no use", deposit.flow_id.error)

    # -------------------------------------------------------------------------
    # SECOND ROAD
    # -------------------------------------------------------------------------

    def test_a_submission_refused_by_its_own_invoice_is_looked_for(self):
        self.supplier.l10n_fr_chorus_road = "pdf"
        deposit = self.sent_twice(self.invoice())
        self.assertEqual(deposit.state, "unknown", deposit.error)
        self.pass_time(deposit, hours=2)
        self.follow(deposit, times=3)
        self.assertEqual(deposit.state, "unknown", "nothing is sent a third time")
        self.hide(0)
        self.follow(deposit)
        self.assertEqual(deposit.state, "integrated", deposit.error)
        self.assertFalse(deposit.raw_error)
        self.assertEqual(self.calls(SUBMIT), 2)

    def test_a_submission_refused_by_what_never_shows_is_told_after_three_days(self):
        self.supplier.l10n_fr_chorus_road = "pdf"
        deposit = self.sent_twice(self.invoice())
        self.pass_time(deposit, hours=73)
        self.follow(deposit)
        self.assertEqual(deposit.state, "rejected")
        self.assertTrue(deposit.move_id.activity_ids)
        self.assertEqual(deposit.flow_id.state, "refused")

    def test_a_submission_refused_by_another_invoice_is_told_when_that_one_shows(self):
        self.supplier.l10n_fr_chorus_road = "pdf"
        deposit = self.sent_twice(self.invoice())
        deposit.amount_total = "1.00"
        self.hide(0)
        self.follow(deposit)
        self.assertEqual(deposit.state, "rejected")
        self.assertIn("already holds another invoice", deposit.error)
