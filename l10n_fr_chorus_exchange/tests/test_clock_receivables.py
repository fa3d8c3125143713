from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .clock_common import ClockCase


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-03-25 10:00:00")
class TestReceivables(ClockCase):
    def lines(self, moves):
        self.env.flush_all()
        return self.env["l10n_fr_chorus.receivable"].search(
            [("move_id", "in", moves.ids)]
        )

    def test_open_invoice_stands_with_amount_age_and_expected_day(self):
        move = self.clocked("2026-02-02 MISE_A_DISPOSITION")
        line = self.lines(move)
        self.assertEqual(line.partner_id, self.town_hall_partner)
        self.assertEqual(line.amount_due, move.amount_residual)
        self.assertEqual(line.days, 51)
        self.assertEqual((line.days_late, line.age), (21, "1_late"))
        self.assertEqual(line.expected_on, date(2026, 3, 4))

    def test_delays_have_their_bands(self):
        bands = {
            "2026-03-20": "0_open",
            "2026-02-10": "1_late",
            "2026-01-10": "2_late",
            "2025-12-10": "3_late",
        }
        for start, band in bands.items():
            move = self.clocked(f"{start} MISE_A_DISPOSITION")
            with self.subTest(start=start):
                self.assertEqual(self.lines(move).age, band)

    def test_suspended_invoice_has_no_expected_month(self):
        move = self.clocked("2026-03-05 MISE_A_DISPOSITION", "2026-03-06 SUSPENDUE")
        line = self.lines(move)
        self.assertEqual((line.age, line.expected_on), ("9_stopped", False))

    def test_invoice_not_sent_yet_is_expected_on_its_due_date(self):
        move = self.posted_invoice(invoice_date_due="2026-05-01")
        self.assertEqual(self.lines(move).expected_on, move.invoice_date_due)

    def test_nothing_is_expected_of_a_rejected_invoice(self):
        move = self.clocked("2026-03-05 MISE_A_DISPOSITION", "2026-03-06 REJETEE")
        move.l10n_fr_chorus_status = "REJETEE"
        line = self.lines(move)
        self.assertEqual((line.status, line.expected_on), ("REJETEE", False))

    def test_paid_drafts_and_private_customers_are_left_out(self):
        private = self.posted_invoice(partner_id=self.partner_a.id)
        paid = self.clocked("2026-03-05 MISE_A_DISPOSITION")
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=paid.ids
        ).create({})._create_payments()
        draft = self.posted_invoice()
        draft.button_draft()
        self.assertFalse(self.lines(private + paid + draft))

    def test_sum_by_structure_and_month_is_what_accounting_says(self):
        moves = self.clocked("2026-03-05 MISE_A_DISPOSITION") + self.clocked(
            "2026-03-20 MISE_A_DISPOSITION"
        )
        self.env.flush_all()
        groups = self.env["l10n_fr_chorus.receivable"].formatted_read_group(
            [("move_id", "in", moves.ids)],
            ["partner_id", "expected_on:month"],
            ["amount_due:sum"],
        )
        self.assertEqual(len(groups), 1)
        self.assertEqual(
            groups[0]["amount_due:sum"], sum(moves.mapped("amount_residual_signed"))
        )

    def test_each_company_sees_its_own(self):
        move = self.clocked("2026-03-05 MISE_A_DISPOSITION")
        lines = self.env["l10n_fr_chorus.receivable"]
        self.env.flush_all()
        domain = [("move_id", "=", move.id)]
        self.assertTrue(lines.with_user(self.supplier_user).search(domain))
        self.assertFalse(lines.with_user(self.town_hall_user).search(domain))

    def test_line_opens_its_invoice(self):
        move = self.clocked("2026-03-05 MISE_A_DISPOSITION")
        action = self.lines(move).action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("account.move", move.id)
        )
