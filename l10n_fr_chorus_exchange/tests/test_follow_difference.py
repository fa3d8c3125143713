"""Where the portal and Odoo disagree, and how that is settled."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .follow_common import FollowCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFollowDifference(FollowCase):
    def change_there(self, move, status="MANDATEE", **values):
        """The portal holds other values and a new status."""
        store = self.portal.store
        portal_id = int(move.l10n_fr_chorus_portal_id)
        with store.transaction():
            for name, value in values.items():
                store.run(
                    f"UPDATE invoice SET {name} = ? WHERE id = ?",  # noqa: S608
                    value,
                    portal_id,
                )
        self.treat_on_portal(move.l10n_fr_chorus_portal_id, status)
        self.follow()

    def test_an_invoice_as_it_was_sent_differs_in_nothing(self):
        move = self.sent_invoice()
        self.treat_on_portal(move.l10n_fr_chorus_portal_id, "MANDATEE")
        self.follow()
        self.assertFalse(move.l10n_fr_chorus_difference_ids)
        self.assertFalse(move.l10n_fr_chorus_has_difference)

    def test_another_total_is_shown_with_both_values(self):
        move = self.sent_invoice()
        self.change_there(move, taxed="361.5")
        [difference] = move.l10n_fr_chorus_difference_ids
        self.assertEqual((difference.kind, difference.state), ("amount", "open"))
        self.assertIn("360.00", difference.ours)
        self.assertIn("361.50", difference.theirs)
        self.assertTrue(move.l10n_fr_chorus_has_difference)
        with self.assertRaises(UserError):
            difference.action_take_theirs()

    def test_another_amount_to_pay_is_shown_and_a_later_payment_is_no_difference(self):
        move, paid = self.sent_invoice(), self.sent_invoice()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=paid.ids
        ).create({})._create_payments()
        self.change_there(paid)
        self.assertFalse(paid.l10n_fr_chorus_difference_ids)
        self.change_there(move, payable="300")
        [difference] = move.l10n_fr_chorus_difference_ids
        self.assertEqual(difference.kind, "due")
        self.assertIn("360.00", difference.ours)
        self.assertIn("300.00", difference.theirs)

    def test_what_was_paid_before_it_was_sent_is_no_difference(self):
        move = self.invoice()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"amount": 60})._create_payments()
        deposit = self.sent(move)
        self.assertEqual(float(deposit.amount_due), 300)
        self.change_there(move)
        self.assertFalse(move.l10n_fr_chorus_difference_ids)

    def test_the_service_of_the_portal_is_taken_by_who_may_change_the_invoice(self):
        move = self.sent_invoice()
        self.change_there(move, service_code="TECHNIQUE")
        difference = move.l10n_fr_chorus_difference_ids.with_user(self.supplier_user)
        self.assertEqual(difference.kind, "service")
        difference.action_take_theirs()
        self.assertEqual(move.buyer_reference, "TECHNIQUE")
        self.assertEqual(difference.state, "settled")
        self.assertEqual(difference.settled_by_id, self.supplier_user)
        self.assertFalse(move.l10n_fr_chorus_has_difference)

    def test_what_is_settled_does_not_come_back_unless_the_portal_changes(self):
        move = self.sent_invoice()
        self.change_there(move, engagement="EJ-1")
        move.l10n_fr_chorus_difference_ids.action_keep_ours()
        self.change_there(move, "MISE_A_DISPOSITION_COMPTABLE", engagement="EJ-1")
        self.assertFalse(move.l10n_fr_chorus_has_difference)
        self.change_there(move, "COMPTABILISEE", engagement="EJ-2")
        self.assertTrue(move.l10n_fr_chorus_has_difference)

    def test_a_difference_that_is_gone_settles_itself(self):
        move = self.sent_invoice()
        self.change_there(move, engagement="EJ-1")
        move.purchase_order_reference = "EJ-1"
        self.change_there(move, "MISE_A_DISPOSITION_COMPTABLE", engagement="EJ-1")
        self.assertEqual(move.l10n_fr_chorus_difference_ids.state, "settled")
        self.assertFalse(move.l10n_fr_chorus_difference_ids.settled_by_id)

    def test_a_payment_known_here_only_is_told_after_a_while(self):
        move = self.sent_invoice()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({})._create_payments()
        self.assertIn(move.payment_state, ("paid", "in_payment"))
        self.follow()
        self.assertFalse(move.l10n_fr_chorus_difference_ids)
        with freeze_time(fields.Datetime.now() + timedelta(days=32)):
            self.follow()
        self.assertEqual(move.l10n_fr_chorus_difference_ids.kind, "payment")
        self.assertTrue(move.l10n_fr_chorus_has_difference)

    def test_money_announced_there_and_not_received_is_told_and_settles_itself(self):
        move, other = self.sent_invoice(), self.sent_invoice()
        for status in "MANDATEE", "MISE_EN_PAIEMENT":
            self.treat_on_portal(move.l10n_fr_chorus_portal_id, status)
        self.follow()
        self.assertFalse(move.l10n_fr_chorus_difference_ids)
        later = fields.Datetime.now() + timedelta(days=32)
        with freeze_time(later):
            self.follow()
        self.assertEqual(move.l10n_fr_chorus_difference_ids.kind, "payment")
        self.assertFalse(other.l10n_fr_chorus_difference_ids)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({})._create_payments()
        with freeze_time(later + timedelta(days=1)):
            self.follow()
        self.assertFalse(move.l10n_fr_chorus_has_difference)

    def test_an_announced_payment_is_missed_also_when_nothing_else_is_followed(self):
        move = self.sent_invoice()
        for status in "MANDATEE", "MISE_EN_PAIEMENT":
            self.treat_on_portal(move.l10n_fr_chorus_portal_id, status)
        self.follow()
        self.assertFalse(move.l10n_fr_chorus_difference_ids)
        before = self.all_calls()
        with freeze_time(fields.Datetime.now() + timedelta(days=32)):
            self.follow()
        self.assertEqual(move.l10n_fr_chorus_difference_ids.kind, "payment")
        self.assertEqual(self.all_calls(), before)

    def test_another_company_neither_sees_nor_settles(self):
        move = self.sent_invoice()
        self.change_there(move, engagement="EJ-1")
        difference = move.l10n_fr_chorus_difference_ids.with_user(self.town_hall_user)
        with self.assertRaises(AccessError):
            difference.action_keep_ours()
        self.assertFalse(
            self.env["l10n_fr_chorus.difference"]
            .with_user(self.town_hall_user)
            .search([])
        )
