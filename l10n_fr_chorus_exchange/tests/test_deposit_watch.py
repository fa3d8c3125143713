"""Nothing on its way is lost from sight, and nobody is told in vain."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..lib.chorus_pro.errors import RefusedError
from ..lib.chorus_pro.services import invoices
from ..models import findings, rule_facts
from .common import ROLES_OF_BILLING
from .deposit_common import DepositCase

DEPOSIT = "factures/deposer/flux"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDepositWatch(DepositCase):
    def aged(self, deposit, **age):
        """As if it had been made, or sent, that long ago."""
        past = fields.Datetime.now() - timedelta(**age)
        if deposit.sent_at:
            deposit.sent_at = past
        else:
            self.env.cr.execute(
                "UPDATE l10n_fr_chorus_deposit SET create_date = %s WHERE id = %s",
                (past, deposit.id),
            )
            deposit.invalidate_recordset()

    # -------------------------------------------------------------------------
    # CONNECTION
    # -------------------------------------------------------------------------

    def test_a_connection_with_invoices_on_their_way_is_not_archived(self):
        deposit = self.send(self.invoice())
        with self.assertRaisesRegex(UserError, "cannot be archived yet"):
            self.supplier_connection.active = False
        self.run_cron("ir_cron_send")
        with self.assertRaisesRegex(UserError, "cannot be archived yet"):
            self.supplier_connection.action_archive()
        self.later(deposit)
        self.run_cron("ir_cron_follow")
        self.supplier_connection.active = False
        self.assertFalse(self.supplier_connection.active)

    def test_a_connection_that_sends_no_more_keeps_what_waits_and_says_so(self):
        move = self.invoice()
        deposit = self.send(move)
        self.supplier_connection.can_send = False
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "ready")
        self.assertEqual(self.calls(DEPOSIT), 0)
        move.invalidate_recordset()
        self.assertIn("switched off", move.l10n_fr_chorus_summary)
        deposit.next_try_at = fields.Datetime.now() + timedelta(hours=1)
        move.invalidate_recordset()
        self.assertNotIn("Next try", move.l10n_fr_chorus_summary)
        deposit.next_try_at = False
        self.supplier_connection.can_send = True
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "deposited")

    def test_what_waits_since_yesterday_untried_is_told_once(self):
        move = self.invoice()
        deposit = self.send(move)
        self.supplier_connection.can_send = False
        self.aged(deposit, hours=24)
        self.run_cron("ir_cron_follow")
        self.assertFalse(move.activity_ids)
        self.aged(deposit, hours=26)
        self.run_cron("ir_cron_follow")
        self.assertIn("more than a day", move.activity_ids.note)
        self.assertEqual(move.activity_ids.summary, "Chorus Pro: have a look")
        move.activity_ids.unlink()
        self.run_cron("ir_cron_follow")
        self.assertFalse(move.activity_ids)

    def test_what_nobody_asks_about_for_three_days_is_told(self):
        move = self.invoice()
        deposit = self.send(move)
        self.run_cron("ir_cron_send")
        self.aged(deposit, hours=74)
        self.run_cron("ir_cron_send")
        self.assertIn(deposit.flow_number, move.activity_ids.note)

    def test_a_long_silence_after_a_late_start_is_told_again(self):
        move = self.invoice()
        deposit = self.send(move)
        deposit.alerted = True
        self.run_cron("ir_cron_send")
        self.assertFalse(deposit.alerted)

    def test_the_connection_that_sent_least_lately_goes_first(self):
        first = self.sent(self.invoice())
        self.town_hall_connection.can_send = True
        deposits = self.env["l10n_fr_chorus.deposit"]
        other = first.copy(
            {
                "connection_id": self.town_hall_connection.id,
                "company_id": self.town_hall.id,
                "move_id": self.env["account.move"]
                .with_company(self.town_hall)
                .create({"move_type": "out_invoice"})
                .id,
                "state": "ready",
            }
        )
        both = deposits.union(first, other)
        turns = [connection for connection, _deposits in both._in_turn()]
        self.assertEqual(turns, [self.town_hall_connection, self.supplier_connection])

    def test_a_gateway_that_has_lost_the_way_refuses_no_invoice(self):
        for status in 404, 405, 415:
            with self.subTest(status=status):
                deposit = self.send(self.invoice())
                refusal = RefusedError("", code=status, operation=DEPOSIT)
                with patch.object(invoices, "deposit_flow", side_effect=refusal):
                    self.run_cron("ir_cron_send")
                self.assertEqual(deposit.state, "ready", deposit.error)
                self.assertEqual(deposit.flow_id.state, "not_sent")
                self.supplier_connection.pause_until = False
                self.later(deposit)
                self.run_cron("ir_cron_send")
                self.assertEqual(deposit.state, "deposited", deposit.error)

    # -------------------------------------------------------------------------
    # THE VERY INVOICE
    # -------------------------------------------------------------------------

    def test_a_doubt_about_an_invoice_with_cash_rounding_is_settled_by_the_portal(self):
        for kind in "out_invoice", "out_refund":
            with self.subTest(kind=kind):
                self.cash_rounding_a.rounding = 0.05
                move = self.invoice(
                    move_type=kind,
                    invoice_line_ids=[
                        Command.create(
                            {
                                "name": "Fournitures",
                                "price_unit": 10.01,
                                "tax_ids": self.tax_sale_a.ids,
                            }
                        )
                    ],
                    invoice_cash_rounding_id=self.cash_rounding_a.id,
                )
                self.assertIn("rounding", move.line_ids.mapped("display_type"))
                deposit = self.send(move)
                self.fault(DEPOSIT, "cut_after")
                self.run_cron("ir_cron_send")
                self.assertEqual(deposit.state, "unknown")
                self.later(deposit)
                self.run_cron("ir_cron_follow")
                self.assertEqual(deposit.state, "integrated", deposit.error)

    def test_a_second_attempt_refused_at_once_looks_for_the_first(self):
        deposit = self.send(self.invoice())
        self.drive("POST", "settings", {"search_delay": 3600})
        self.fault(DEPOSIT, "cut_after")
        self.run_cron("ir_cron_send")
        self.aged(deposit, minutes=31)
        self.later(deposit)
        self.run_cron("ir_cron_follow")
        self.assertEqual(deposit.state, "ready")
        self.drive("POST", "settings", {"search_delay": 0})
        self.fault(DEPOSIT, "refused", code=20001, label="GDP_MSG_11.022")
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "integrated", deposit.error)
        self.assertEqual(len(self.portal_invoices()), 1)

    def test_the_number_of_an_invoice_under_way_stays(self):
        move = self.invoice()
        deposit = self.send(move)
        with self.assertRaisesRegex(UserError, "under this number"):
            move.name = "FAC/2026/9999"
        move.button_draft()
        self.assertEqual(deposit.state, "cancelled")
        move.name = "FAC/2026/9999"
        self.assertEqual(move.name, "FAC/2026/9999")

    def test_a_number_made_up_by_the_portal_is_told_whatever_was_told_before(self):
        move = self.invoice()
        deposit = self.send(move)
        deposit.alerted = True
        deposit._tell_other_number("20260000000000000001", 26000001)
        self.assertIn("20260000000000000001", move.activity_ids.note)

    # -------------------------------------------------------------------------
    # WORDS
    # -------------------------------------------------------------------------

    def test_each_error_of_a_report_has_its_cure(self):
        move = self.invoice()
        deposit = self.send(move)
        self.fault(
            DEPOSIT,
            "flow_rejected",
            label="Le code service est obligatoire|Le mode de paiement est obligatoire",
        )
        self.run_cron("ir_cron_send")
        self.later(deposit)
        self.run_cron("ir_cron_follow")
        self.assertEqual(deposit.state, "rejected")
        self.assertIn("demands a service code", deposit.error)
        self.assertIn("payment means is missing", deposit.error)
        self.assertIn("Le mode de paiement est obligatoire", deposit.raw_error)

    def test_words_of_a_refusal_at_once_are_explained_and_kept(self):
        move = self.invoice()
        deposit = self.send(move)
        words = "Le mode de paiement est obligatoire <BT-81>"
        self.fault(DEPOSIT, "refused", code=20002, label=words)
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "refused")
        self.assertIn("payment means is missing", deposit.error)
        self.assertEqual(deposit.raw_error, words)
        self.assertIn("&lt;BT-81&gt;", move.activity_ids.note)

    # -------------------------------------------------------------------------
    # PERSON IN CHARGE
    # -------------------------------------------------------------------------

    def test_the_activity_goes_to_somebody_who_can_see_to_it(self):
        gone = new_test_user(
            self.env,
            "gone",
            groups=ROLES_OF_BILLING,
            company_id=self.supplier.id,
            company_ids=[self.supplier.id],
        )
        move = self.invoice(invoice_user_id=gone.id)
        self.assertEqual(move._l10n_fr_chorus_in_charge(), gone)
        gone.active = False
        self.assertNotEqual(move._l10n_fr_chorus_in_charge(), gone)
        move.invoice_user_id = new_test_user(
            self.env,
            "without_rights",
            groups="base.group_user",
            company_id=self.supplier.id,
            company_ids=[self.supplier.id],
        )
        in_charge = move._l10n_fr_chorus_in_charge()
        self.assertNotEqual(in_charge, move.invoice_user_id)
        self.assertTrue(move.with_user(in_charge).has_access("write"))

    def test_an_activity_made_by_hand_is_left_alone(self):
        move = self.invoice()
        mine = move.activity_schedule(
            "mail.mail_activity_data_todo", summary="Chorus Pro: call them"
        )
        mine.automated = False
        move._l10n_fr_chorus_alert("Refused")
        self.assertEqual(len(move.activity_ids), 2)
        move._l10n_fr_chorus_calm()
        self.assertEqual(move.activity_ids, mine)

    def test_a_cancelled_invoice_has_nothing_left_to_correct(self):
        move = self.invoice()
        self.send(move)
        self.fault(DEPOSIT, "refused", code=20001, label="GDP_MSG_11.022")
        self.run_cron("ir_cron_send")
        self.assertTrue(move.activity_ids)
        move.button_cancel()
        self.assertFalse(move.activity_ids)

    # -------------------------------------------------------------------------
    # RIGHTS
    # -------------------------------------------------------------------------

    def test_an_invoicing_user_presses_all_buttons_of_a_refused_invoice(self):
        move = self.invoice()
        deposit = self.send(move)
        self.fault(DEPOSIT, "refused", code=20001, label="GDP_MSG_11.022")
        self.run_cron("ir_cron_send")
        mine = move.with_user(self.supplier_user)
        deposit.with_user(self.supplier_user).action_ask_now()
        mine.action_l10n_fr_chorus_ask_now()
        self.assertEqual(deposit.state, "refused")
        self.assertTrue(deposit.attachment_id.with_user(self.supplier_user).raw)
        self.assertTrue(deposit.flow_ids.with_user(self.supplier_user).error)
        mine.action_l10n_fr_chorus_correct()
        self.assertEqual(move.state, "draft")
        mine.action_post()
        self._render(move)
        mine.env["account.move.send"]._generate_and_send_invoices(
            mine, sending_methods={"chorus_pro"}
        )
        again = move.l10n_fr_chorus_deposit_ids.sorted("id")[-1]
        self.assertNotEqual(again, deposit)
        self.run_cron("ir_cron_send")
        self.assertEqual(again.state, "deposited", again.error)

    def test_what_was_sent_is_seen_in_its_company_alone(self):
        deposit = self.sent(self.invoice())
        for record in deposit, deposit.flow_ids, deposit.attachment_id:
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self.town_hall_user).read(["display_name"])

    def test_a_salesperson_is_told_what_is_wrong_with_what_they_may_not_open(self):
        clerk = new_test_user(
            self.env,
            "sales_clerk",
            groups="base.group_user",
            company_id=self.supplier.id,
            company_ids=[self.supplier.id],
        )
        for model in "account.model_account_move", "account.model_account_move_line":
            self.env["ir.model.access"].sudo().create(
                {
                    "name": "reads invoices, as sales do",
                    "model_id": self.env.ref(model).id,
                    "group_id": self.env.ref("base.group_user").id,
                    "perm_read": True,
                }
            )
        self.supplier_connection.pause_until = fields.Datetime.now() + timedelta(days=1)
        moves = self.invoice() | self.invoice()
        for seen in moves[0].with_user(clerk), moves.with_user(clerk):
            seen.invalidate_recordset()
            found = {move: move._l10n_fr_chorus_findings() for move in seen}
            alerts = findings.alerts(seen.env, found, single=len(seen) == 1)
            told = " ".join(alert["message"] for alert in alerts.values())
            self.assertIn("does not work at the moment", told)
            models = {
                alert["action"]["res_model"]
                for alert in alerts.values()
                if "action" in alert
            }
            self.assertNotIn("l10n_fr_chorus.connection", models)

    def test_an_auditor_looks_and_changes_nothing(self):
        auditor = new_test_user(
            self.env,
            "auditor",
            groups="account.group_account_readonly",
            company_id=self.supplier.id,
            company_ids=[self.supplier.id],
        )
        move = self.invoice()
        deposit = self.send(move)
        self.assertTrue(move.with_user(auditor).l10n_fr_chorus_summary)
        with self.assertRaises(AccessError):
            move.with_user(auditor).action_l10n_fr_chorus_ask_now()
        with self.assertRaises(AccessError):
            deposit.with_user(auditor).write({"state": "cancelled"})
        with self.assertRaises(AccessError):
            move.with_user(auditor).button_draft()
        with self.assertRaises(AccessError):
            move.with_user(auditor).action_l10n_fr_chorus_correct()
        self.assertEqual((deposit.state, move.state), ("ready", "posted"))

    # -------------------------------------------------------------------------
    # RULES
    # -------------------------------------------------------------------------

    def test_rules_that_stumble_do_not_close_the_invoice(self):
        move = self.posted_invoice(partner_bank_id=self.bank.id)

        def stumble(_terms):
            raise KeyError("BT-146")

        with (
            patch.object(rule_facts, "_line", stumble),
            self.assertLogs("odoo.addons.l10n_fr_chorus_exchange", "ERROR"),
        ):
            found = move._l10n_fr_chorus_findings()
        self.assertIn("Unexpected error", found[0].sentence)

    def test_a_service_code_that_the_portal_gave_is_never_malformed(self):
        self.env["l10n_fr_chorus.service"].create(
            {
                "partner_id": self.town_hall_partner.id,
                "code": "SVC.1/A",
                "name": "Service of odd characters",
            }
        )
        move = self.posted_invoice(
            partner_bank_id=self.bank.id, buyer_reference="SVC.1/A"
        )
        ids = {finding.id for finding in move._l10n_fr_chorus_findings()}
        self.assertNotIn("CPX-SERVICE-FORMAT", ids)
