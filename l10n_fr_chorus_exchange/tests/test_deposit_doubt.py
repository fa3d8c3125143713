"""What the portal says late, in part, or not at all: never two deposits, nothing lost."""

from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import file_open

from ..lib.chorus_pro.errors import RefusedError
from ..tools.transactions import write_down
from .deposit_common import DepositCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDepositDoubt(DepositCase):
    def follow(self, deposit, times=1):
        for _each in range(times):
            self.later(deposit)
            self.run_cron("ir_cron_follow")

    # -------------------------------------------------------------------------
    # INTEGRATED OR NOT
    # -------------------------------------------------------------------------

    def test_an_integrated_flow_without_its_invoice_yet_is_asked_again(self):
        self.drive("POST", "settings", {"search_delay": 3600})
        deposit = self.sent(self.invoice())
        self.follow(deposit, times=6)
        self.assertEqual(deposit.state, "deposited")
        self.drive("POST", "settings", {"search_delay": 0})
        self.follow(deposit)
        self.assertEqual(deposit.state, "integrated", deposit.error)

    def test_a_siret_corrected_meanwhile_does_not_hide_the_invoice(self):
        deposit = self.send(self.invoice())
        self.run_cron("ir_cron_send")
        self.supplier.partner_id.company_registry = "10000000300018"
        self.follow(deposit)
        self.assertEqual(deposit.state, "integrated", deposit.error)

    def test_a_second_deposit_refused_because_of_the_first_ends_integrated(self):
        move = self.invoice()
        deposit = self.send(move)
        self.fault("factures/deposer/flux", "flow_pending")
        self.fault("factures/deposer/flux", "cut_after")
        self.run_cron("ir_cron_send")
        deposit.sent_at = fields.Datetime.now() - timedelta(minutes=31)
        self.follow(deposit)
        self.assertEqual(deposit.state, "ready")
        [first] = self.deposits()
        self.drive("POST", "deposits", {"number": first["number"], "stuck": False})
        self.run_cron("ir_cron_send")
        self.follow(deposit, times=2)
        self.assertEqual(deposit.state, "integrated", deposit.error)
        self.assertEqual(len(self.portal_invoices()), 1)

    def test_an_unknown_deposit_is_not_settled_by_another_invoice_of_that_number(self):
        old = self.invoice(invoice_date="2025-03-04")
        self.sent(old)
        self.assertTrue(old.l10n_fr_chorus_portal_id)
        deposit = self.send(self.invoice())
        deposit.name = old.name
        self.fault("factures/deposer/flux", "cut_before")
        self.run_cron("ir_cron_send")
        self.follow(deposit)
        self.assertEqual(deposit.state, "unknown")

    def test_only_the_very_invoice_that_was_sent_settles_a_deposit(self):
        wanted = self.send(self.invoice())._wanted()
        same = {
            "number": wanted.number,
            "supplier": SimpleNamespace(identifier=wanted.siret),
            "issue_date": wanted.issue_date,
            "taxed": wanted.total,
        }
        self.assertTrue(wanted.is_in(SimpleNamespace(**same)))
        self.assertTrue(
            wanted.is_in(SimpleNamespace(**same | {"taxed": -wanted.total}))
        )
        for other in (
            {"number": "X"},
            {"supplier": SimpleNamespace(identifier="10000000300018")},
            {"issue_date": wanted.issue_date - timedelta(days=365)},
            {"taxed": wanted.total + 1},
        ):
            with self.subTest(other=list(other)):
                self.assertFalse(wanted.is_in(SimpleNamespace(**same | other)))

    def test_an_answer_that_comes_after_the_matter_was_settled_changes_nothing(self):
        deposit = self.send(self.invoice())
        deposit.state = "cancelled"
        refusal = RefusedError("late", code=20001, operation="factures/deposer/flux")
        deposit._if_still(
            ("sending", "unknown"),
            deposit.flow_id,
            lambda: deposit._refused_by_portal(refusal),
        )
        self.assertEqual(deposit.state, "cancelled")

    def test_a_conflict_while_writing_an_answer_down_does_not_lose_it(self):
        deposit = self.send(self.invoice())
        refused = []

        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            later = deposit.with_env(self.env(cr=cr, su=True))

            def work():
                if not refused:
                    refused.append(True)
                    raise SerializationFailure
                later.error = "written"

            write_down(later.env, work)
        deposit.invalidate_recordset()
        self.assertEqual(deposit.error, "written")

    def test_a_document_that_cannot_be_made_does_not_keep_the_next_from_going(self):
        bad, good = self.invoice(), self.invoice()
        moves_type = type(bad)
        made = moves_type._l10n_fr_chorus_document

        def breaks_on_one(move, pdf, attachments, form=None):
            if move == bad:
                raise ValueError("broken")
            return made(move, pdf, attachments, form)

        with (
            patch.object(moves_type, "_l10n_fr_chorus_document", breaks_on_one),
            self.assertLogs("odoo.addons.l10n_fr_chorus_exchange", "ERROR"),
        ):
            self.env["account.move.send"]._generate_and_send_invoices(
                bad | good, sending_methods={"chorus_pro"}, allow_fallback_pdf=True
            )
        self.assertFalse(bad.l10n_fr_chorus_deposit_ids)
        self.assertEqual(good.l10n_fr_chorus_deposit_state, "ready")

    # -------------------------------------------------------------------------
    # STUCK
    # -------------------------------------------------------------------------

    def test_a_deposit_unclear_for_three_days_is_told_to_a_person_once(self):
        move = self.invoice()
        deposit = self.send(move)
        self.fault("factures/deposer/flux", "flow_pending")
        self.run_cron("ir_cron_send")
        deposit.sent_at = fields.Datetime.now() - timedelta(hours=73)
        self.follow(deposit)
        self.assertEqual(len(move.activity_ids), 1)
        move.activity_ids.action_feedback()
        self.follow(deposit)
        self.assertFalse(move.activity_ids)

    def test_a_deposit_that_cannot_leave_for_a_day_is_told_to_a_person(self):
        move = self.invoice()
        deposit = self.send(move)
        self.fault("token", "invalid_client", times=None)
        self.env.cr.execute(
            "UPDATE l10n_fr_chorus_deposit SET create_date = create_date - interval '25 h'"
        )
        deposit.invalidate_recordset()
        self.run_cron("ir_cron_send")
        self.assertTrue(move.activity_ids)
        self.assertIn("Not sent yet", move.l10n_fr_chorus_summary)

    def test_an_archived_connection_deposits_nothing(self):
        deposit = self.send(self.invoice())
        # As after a restored backup: the form refuses while something is on its way.
        self.env.cr.execute(
            "UPDATE l10n_fr_chorus_connection SET active = false WHERE id = %s",
            [self.supplier_connection.id],
        )
        self.env.invalidate_all()
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "ready")
        self.assertFalse(self.all_calls())

    def test_what_was_handed_over_cannot_be_deleted(self):
        move = self.invoice(buyer_reference="NULLE_PART")
        self.sent(move)
        move.button_draft()
        with self.assertRaisesRegex(UserError, "keeps its trace"):
            move.with_context(force_delete=True).unlink()

    def test_a_neutralised_copy_sends_nothing_and_lets_invoices_be_worked_with(self):
        move = self.invoice()
        deposit = self.send(move)
        self.fault("factures/deposer/flux", "cut_before")
        self.run_cron("ir_cron_send")
        waiting = self.send(self.invoice())
        self.env.flush_all()
        with file_open("l10n_fr_chorus_exchange/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertEqual((deposit | waiting).mapped("state"), ["cancelled"] * 2)
        move.button_draft()
        self.assertEqual(move.state, "draft")

    # -------------------------------------------------------------------------
    # STATUSES
    # -------------------------------------------------------------------------

    def test_one_unreadable_history_does_not_hide_the_statuses_of_the_others(self):
        first, second = self.invoice(), self.invoice()
        self.sent(first)
        self.sent(second)
        for move in first, second:
            self.treat_on_portal(move.l10n_fr_chorus_portal_id, "SUSPENDUE", "Manquant")
            move.action_l10n_fr_chorus_ask_now()
        self.fault(
            "factures/consulter/historique",
            "refused",
            times=None,
            code=20001,
            label="GDP_MSG_11.005",
            invoice=int(first.l10n_fr_chorus_portal_id),
        )
        self.run_cron("ir_cron_follow")
        self.assertEqual(first.l10n_fr_chorus_status, "SUSPENDUE")
        self.assertTrue(first.l10n_fr_chorus_history_due)
        self.assertEqual(second.l10n_fr_chorus_status, "SUSPENDUE")
        self.assertEqual(self.supplier_connection.state, "ok")
        self.drive("DELETE", "faults")
        self.run_cron("ir_cron_follow")
        self.assertFalse(first.l10n_fr_chorus_history_due)
        self.assertIn("SUSPENDUE", first.l10n_fr_chorus_event_ids.mapped("code"))

    def test_a_search_cut_by_the_portal_is_asked_again_by_smaller_windows(self):
        moves = [self.invoice() for _each in range(3)]
        for move in moves:
            self.sent(move)
            self.drive("POST", "clock", {"advance": 2 * 86400})
        for move in moves:
            self.treat_on_portal(move.l10n_fr_chorus_portal_id, "SUSPENDUE", "Manquant")
            self.drive("POST", "clock", {"advance": 2 * 86400})
        self.drive("POST", "settings", {"search_cap_forced": 1})
        later = fields.Datetime.now() + timedelta(days=14)
        with freeze_time(later):
            self.run_cron("ir_cron_follow")
        self.assertEqual(
            [move.l10n_fr_chorus_status for move in moves], ["SUSPENDUE"] * 3
        )

    def test_a_history_line_without_date_is_kept_without_one(self):
        move = self.invoice()
        self.sent(move)
        self.treat_on_portal(move.l10n_fr_chorus_portal_id, "SUSPENDUE", "Manquant")
        self.fault(
            "factures/consulter/historique",
            "blank_field",
            times=None,
            field="histoStatutDatePassage",
        )
        self.run_cron("ir_cron_follow")
        self.assertEqual(move.l10n_fr_chorus_status, "SUSPENDUE")
        self.assertIn("SUSPENDUE", move.l10n_fr_chorus_event_ids.mapped("code"))

    # -------------------------------------------------------------------------
    # RIGHTS
    # -------------------------------------------------------------------------

    def test_another_company_does_not_see_the_history(self):
        move = self.invoice()
        self.sent(move)
        move.action_l10n_fr_chorus_ask_now()
        self.run_cron("ir_cron_follow")
        events = self.env["l10n_fr_chorus.event"]
        own = events.with_user(self.supplier_user).search([("move_id", "=", move.id)])
        self.assertTrue(own)
        self.assertFalse(events.with_user(self.town_hall_user).search([]))

    def test_whoever_only_reads_invoices_sees_the_status_and_can_open_send(self):
        move = self.invoice()
        self.sent(move)
        reader = new_test_user(
            self.env,
            login="chorus_reader",
            groups="base.group_user",
            company_id=self.supplier.id,
            company_ids=[(6, 0, self.supplier.ids)],
        )
        self.env["ir.model.access"].sudo().create(
            {
                "name": "reads invoices, as sales do",
                "model_id": self.env.ref("account.model_account_move").id,
                "group_id": self.env.ref("base.group_user").id,
                "perm_read": True,
            }
        )
        seen = move.with_user(reader)
        seen.invalidate_recordset()
        self.assertIn("Made available", seen.l10n_fr_chorus_summary)
        self.assertFalse(seen.l10n_fr_chorus_can_suspend)
        self.assertTrue(seen.l10n_fr_chorus_locked)
        self.env["account.move.send"].with_user(reader)._is_applicable_to_company(
            "chorus_pro", self.supplier
        )
