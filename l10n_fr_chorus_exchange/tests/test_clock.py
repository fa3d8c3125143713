from datetime import date
from unittest.mock import patch

from freezegun import freeze_time
from lxml import etree

from odoo import Command
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .clock_common import ClockCase
from .inbound_common import InboundCase


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-03-25 10:00:00")
class TestClock(ClockCase):
    def dates(self, move):
        return (
            move.l10n_fr_chorus_clock_start,
            move.l10n_fr_chorus_pay_by,
            move.l10n_fr_chorus_paid_on,
        )

    def test_disposal_starts_the_period_of_thirty_days(self):
        move = self.clocked("2026-03-02 DEPOSEE", "2026-03-05 MISE_A_DISPOSITION")
        self.assertEqual(self.dates(move), (date(2026, 3, 5), date(2026, 4, 4), False))
        self.assertEqual(move.l10n_fr_chorus_days_left, 10)

    def test_invoice_told_only_by_its_status_has_a_clock_as_well(self):
        move = self.posted_invoice()
        move.write(
            {
                "l10n_fr_chorus_status": "MISE_A_DISPOSITION",
                "l10n_fr_chorus_status_at": "2026-03-05 11:00:00",
            }
        )
        self.assertEqual(move.l10n_fr_chorus_pay_by, date(2026, 4, 4))

    def test_disposal_near_midnight_counts_for_the_day_in_paris(self):
        move = self.posted_invoice()
        move.write(
            {
                "l10n_fr_chorus_status": "MISE_A_DISPOSITION",
                "l10n_fr_chorus_status_at": "2026-03-05 23:30:00",
            }
        )
        self.assertEqual(move.l10n_fr_chorus_clock_start, date(2026, 3, 6))

    def test_suspension_takes_the_last_day_away_and_completion_gives_another(self):
        move = self.clocked("2026-03-05 MISE_A_DISPOSITION", "2026-03-28 SUSPENDUE")
        self.assertFalse(move.l10n_fr_chorus_pay_by)
        self.assertFalse(move.l10n_fr_chorus_expected_payment)
        self.assertIn("interrupted on 03/28/2026", move.l10n_fr_chorus_clock_sentence)
        self.tell(move, "2026-04-03 COMPLETEE")
        self.assertEqual(move.l10n_fr_chorus_pay_by, date(2026, 5, 3))
        self.assertIn(
            "To be paid by 05/03/2026 (30 days, interrupted for 6 day(s)).",
            move.l10n_fr_chorus_clock_sentence,
        )

    def test_rejected_invoice_is_not_expected_any_more(self):
        move = self.clocked("2026-03-05 MISE_A_DISPOSITION", "2026-03-08 REJETEE")
        self.assertEqual(self.dates(move), (False, False, False))
        self.assertFalse(move.l10n_fr_chorus_clock_sentence)

    def test_delivery_after_the_disposal_starts_the_period(self):
        move = self.clocked("2026-03-05 MISE_A_DISPOSITION")
        move.delivery_date = "2026-03-20"
        self.assertEqual(move.l10n_fr_chorus_pay_by, date(2026, 4, 19))
        self.assertIn("delivery date", move.l10n_fr_chorus_clock_notes)

    def test_kind_of_public_body_moves_the_last_day_of_what_is_unpaid(self):
        unpaid = self.clocked("2026-03-05 MISE_A_DISPOSITION")
        paid = self.paid_in(3)
        self.assertIn("are assumed", unpaid.l10n_fr_chorus_clock_notes)
        self.town_hall_partner.l10n_fr_chorus_payer_kind = "health"
        self.assertEqual(unpaid.l10n_fr_chorus_pay_by, date(2026, 4, 24))
        self.assertEqual(paid.l10n_fr_chorus_pay_by, date(2026, 4, 1))
        self.assertFalse(unpaid.l10n_fr_chorus_clock_notes)

    def test_name_proposes_a_kind_and_fills_in_nothing(self):
        hospital = self._create_public_body("Centre hospitalier", "99999999900014")
        self.assertEqual(hospital.l10n_fr_chorus_payer_kind_proposed, "health")
        self.assertFalse(hospital.l10n_fr_chorus_payer_kind)
        hospital.action_l10n_fr_chorus_take_payer_kind()
        self.assertEqual(hospital.l10n_fr_chorus_payer_kind, "health")
        self.assertFalse(hospital.l10n_fr_chorus_payer_kind_proposed)

    def test_second_suspension_is_told_and_stops_nothing(self):
        move = self.clocked(
            "2026-03-02 MISE_A_DISPOSITION",
            "2026-03-03 SUSPENDUE",
            "2026-03-05 COMPLETEE",
            "2026-03-06 SUSPENDUE",
        )
        self.assertEqual(move.l10n_fr_chorus_pay_by, date(2026, 4, 4))
        self.assertIn("only once", move.l10n_fr_chorus_clock_notes)

    def test_payment_in_time_and_payment_late_are_told(self):
        in_time = self.paid_in(10)
        self.assertIn(
            "Payment announced on 03/12/2026.", in_time.l10n_fr_chorus_clock_sentence
        )
        self.assertFalse(in_time.l10n_fr_chorus_is_late)
        late = self.paid_in(40, start="2026-01-02")
        self.assertIn("10 day(s) late.", late.l10n_fr_chorus_clock_sentence)
        self.assertTrue(late.l10n_fr_chorus_is_late)

    def test_overdue_invoice_says_by_how_many_days(self):
        move = self.clocked("2026-02-01 MISE_A_DISPOSITION")
        self.assertTrue(
            move.l10n_fr_chorus_clock_sentence.startswith("22 day(s) late."),
            move.l10n_fr_chorus_clock_sentence,
        )
        self.assertEqual(move.l10n_fr_chorus_days_left, -22)

    def test_payment_that_only_odoo_knows_ends_the_delay(self):
        move = self.clocked("2026-02-20 MISE_A_DISPOSITION")
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"payment_date": "2026-03-24"})._create_payments()
        self.assertIn(
            "Paid on 03/24/2026, 2 day(s) late.", move.l10n_fr_chorus_clock_sentence
        )

    # -------------------------------------------------------------------------
    # EXPECTED PAYMENT
    # -------------------------------------------------------------------------

    def test_three_payments_make_a_habit_and_two_do_not(self):
        self.paid_in(20)
        self.paid_in(24)
        first = self.clocked("2026-03-05 MISE_A_DISPOSITION")
        self.assertEqual(first.l10n_fr_chorus_expected_payment, date(2026, 4, 4))
        self.paid_in(21, start="2026-01-02")
        second = self.clocked("2026-03-05 MISE_A_DISPOSITION")
        self.assertEqual(second.l10n_fr_chorus_expected_payment, date(2026, 3, 26))
        self.assertIn(
            "takes 21 day(s) (median of 3 invoices)",
            second.l10n_fr_chorus_clock_sentence,
        )

    def test_interruption_is_no_part_of_a_habit_and_comes_on_top_of_it(self):
        for _count in range(3):
            self.clocked(
                "2026-01-05 MISE_A_DISPOSITION",
                "2026-01-06 SUSPENDUE",
                "2026-01-16 COMPLETEE",
                "2026-01-25 MISE_EN_PAIEMENT",
            )
        move = self.clocked(
            "2026-03-10 MISE_A_DISPOSITION",
            "2026-03-11 SUSPENDUE",
            "2026-03-14 COMPLETEE",
        )
        self.assertEqual(move.l10n_fr_chorus_expected_payment, date(2026, 3, 23))
        self.assertIn(
            "Was expected about 03/23/2026: this public body takes 10 day(s)",
            move.l10n_fr_chorus_clock_sentence,
        )
        self.env["account.move"].sudo()._cron_l10n_fr_chorus_expect()
        self.assertEqual(move.l10n_fr_chorus_expected_payment, date(2026, 3, 23))

    def test_time_to_pay_is_that_of_the_body_it_was_sent_on_to(self):
        move = self.clocked("2026-03-05 MISE_A_DISPOSITION")
        hospital = self._create_public_body(
            "Hôpital", "99999999900022", l10n_fr_chorus_payer_kind="health"
        )
        move.l10n_fr_chorus_sent_to_id = hospital
        self.assertEqual(move.l10n_fr_chorus_pay_by, date(2026, 4, 24))
        hospital.l10n_fr_chorus_payer_kind = "public_company"
        self.assertEqual(move.l10n_fr_chorus_pay_by, date(2026, 5, 4))

    def test_habits_are_those_of_one_customer(self):
        for days in 4, 5, 6:
            self.paid_in(days)
        other = self._create_public_body("Autre commune", "99999999900022")
        move = self.clocked("2026-03-05 MISE_A_DISPOSITION", partner_id=other.id)
        self.assertEqual(move.l10n_fr_chorus_expected_payment, date(2026, 4, 4))

    def test_expectations_follow_new_payments_every_night_and_write_no_more(self):
        waiting = self.clocked("2026-03-05 MISE_A_DISPOSITION")
        stopped = self.clocked("2026-03-05 MISE_A_DISPOSITION", "2026-03-06 SUSPENDUE")
        for days in 4, 6, 8:
            self.paid_in(days)
        self.assertEqual(waiting.l10n_fr_chorus_expected_payment, date(2026, 4, 4))
        self.env["account.move"].sudo()._cron_l10n_fr_chorus_expect()
        self.assertEqual(waiting.l10n_fr_chorus_expected_payment, date(2026, 3, 11))
        self.assertFalse(stopped.l10n_fr_chorus_expected_payment)
        with patch.object(self.env.registry["account.move"], "write") as write:
            self.env["account.move"].sudo()._cron_l10n_fr_chorus_expect()
        write.assert_not_called()

    def test_expectations_of_many_invoices_cost_the_same_queries_as_of_one(self):
        self.clocked("2026-03-05 MISE_A_DISPOSITION")
        many = [self.clocked("2026-03-05 MISE_A_DISPOSITION") for _count in range(5)]
        for days in 4, 6, 8:
            self.paid_in(days)
        self.env.flush_all()
        self.env.invalidate_all()
        moves = self.env["account.move"].browse([move.id for move in many])
        moves.mapped("commercial_partner_id")
        with self.assertQueryCount(1):
            self.assertEqual(
                set(moves._l10n_fr_chorus_payment_habits().values()), {(6, 3)}
            )

    # -------------------------------------------------------------------------
    # COST
    # -------------------------------------------------------------------------

    def test_invoice_that_never_saw_the_portal_is_not_looked_at(self):
        clock = patch.object(self.env.registry["account.move"], "_l10n_fr_chorus_clock")
        with clock as read:
            move = self.posted_invoice(partner_id=self.partner_a.id)
            move.delivery_date = "2026-03-20"
            self.assertFalse(move.l10n_fr_chorus_clock_sentence)
        read.assert_not_called()

    def test_what_is_told_twice_is_written_once(self):
        move = self.clocked("2026-03-05 MISE_A_DISPOSITION")
        with patch.object(self.env.registry["account.move"], "write") as write:
            move._l10n_fr_chorus_refresh_clock()
        write.assert_not_called()

    def test_upgrade_starts_the_clocks_of_what_is_there(self):
        move = self.clocked("2026-03-05 MISE_A_DISPOSITION")
        move.l10n_fr_chorus_status = "MISE_A_DISPOSITION"
        names = ["clock_start", "pay_by", "expected_payment"]
        move.write({f"l10n_fr_chorus_{name}": False for name in names})
        self.env["account.move"].sudo()._l10n_fr_chorus_start_clocks()
        self.assertEqual(move.l10n_fr_chorus_pay_by, date(2026, 4, 4))

    def test_salesperson_reads_when_the_invoice_is_paid(self):
        move = self.clocked("2026-03-05 MISE_A_DISPOSITION")
        person = new_test_user(
            self.env,
            login="reads_invoices",
            groups="base.group_user",
            company_id=self.supplier.id,
            company_ids=[Command.set(self.supplier.ids)],
        )
        move.invoice_user_id = person
        # Whatever lets a person read an invoice: the dates ask for no more than that.
        values = move.with_user(person).sudo()
        self.assertIn("04/04/2026", values.l10n_fr_chorus_clock_sentence)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestClockOfThePortal(ClockCase):
    def test_portal_moves_the_clock_of_a_sent_invoice(self):
        move = self.invoice()
        self.sent(move)
        self.assertTrue(move.l10n_fr_chorus_clock_start)
        self.assertTrue(move.l10n_fr_chorus_pay_by)
        self.treat_on_portal(move.l10n_fr_chorus_portal_id, "SUSPENDUE", "Bon manquant")
        self.run_cron("ir_cron_follow")
        self.assertEqual(move.l10n_fr_chorus_status, "SUSPENDUE")
        self.assertFalse(move.l10n_fr_chorus_pay_by)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestClockOfBills(InboundCase):
    def test_bill_shows_its_payer_the_same_clock(self):
        document = self.decoded()
        document.status_at = "2026-03-05 11:00:00"
        move = document.move_id
        self.assertEqual(move.l10n_fr_chorus_pay_by, date(2026, 4, 4))
        self.town_hall.partner_id.l10n_fr_chorus_payer_kind = "health"
        self.assertEqual(move.l10n_fr_chorus_pay_by, date(2026, 4, 24))
        self.assertEqual(move.l10n_fr_chorus_expected_payment, date(2026, 4, 24))
        self.assertIn("(50 days)", move.l10n_fr_chorus_clock_sentence)
        self.assertFalse(move.l10n_fr_chorus_is_late)

    def test_payer_reads_the_days_left_on_the_page_of_the_bill(self):
        move = self.received().move_id
        arch = self.env["account.move"].with_user(self.town_hall_user)
        arch = etree.fromstring(arch.get_view(view_type="form")["arch"])
        [field] = arch.xpath(
            "//page[@name='l10n_fr_chorus']//field[@name='l10n_fr_chorus_days_left']"
        )
        names = ["clock_start", "pay_by", "paid_on", "portal_id", "deposit_state"]
        shown = move.with_user(self.town_hall_user).read(
            [f"l10n_fr_chorus_{name}" for name in names]
            + ["l10n_fr_chorus_is_public", "move_type", "payment_state"]
        )[0]
        for node in (field, *field.iterancestors("group", "page")):
            hidden = node.get("invisible")
            with self.subTest(hidden=hidden):
                self.assertFalse(hidden and safe_eval(hidden, dict(shown)))
        self.assertGreater(move.l10n_fr_chorus_days_left, 0)

    def test_bill_received_on_the_portal_has_its_clock_at_once(self):
        self.assertTrue(self.received().move_id.l10n_fr_chorus_pay_by)
