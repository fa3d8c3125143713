"""A number the portal says it holds already: most of the time by our own invoice."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .road_common import RoadCase

FLOW = "factures/deposer/flux"
SUBMIT = "factures/soumettre"
SEARCH = "factures/rechercher/fournisseur"
HOURS = 3600
# Members of a search row without which nobody can tell whose invoice it is.
TELLING = ("identifiantFactureCPP", "numeroFacture", "montantTTC", "codeFournisseur")


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

    def told_too_little(self, operation, field):
        """No answer, and the searches since show our invoice without ``field``."""
        deposit = self.send(self.invoice())
        before = self.calls(operation)
        self.fault(operation, "cut_after")
        self.run_cron("ir_cron_send")
        self.fault(SEARCH, "blank_field", times=None, field=field)
        self.pass_time(deposit, minutes=31)
        self.follow(deposit, times=3)
        self.assertEqual(deposit.state, "unknown", field)
        self.drive("DELETE", "faults")
        self.follow(deposit)
        self.assertEqual(deposit.state, "integrated", deposit.error)
        self.assertEqual(self.calls(operation), before + 1)

    def test_a_row_that_says_too_little_is_no_proof_of_absence(self):
        for field in TELLING:
            with self.subTest(field):
                self.told_too_little(FLOW, field)

    def test_a_row_that_says_too_little_stops_a_second_submission(self):
        self.supplier.l10n_fr_chorus_road = "pdf"
        for field in TELLING:
            with self.subTest(field):
                self.told_too_little(SUBMIT, field)

    def test_what_a_search_of_many_leaves_unclear_is_asked_by_number(self):
        deposits = [self.send(self.invoice()) for _each in range(2)]
        self.fault(FLOW, "cut_after", times=2)
        self.run_cron("ir_cron_send")
        self.fault(SEARCH, "blank_field", times=1, field="montantTTC")
        for deposit in deposits:
            self.pass_time(deposit, minutes=31)
            self.later(deposit)
        self.run_cron("ir_cron_follow")
        self.assertEqual({deposit.state for deposit in deposits}, {"integrated"})
        self.assertEqual(self.calls(FLOW), 2)
