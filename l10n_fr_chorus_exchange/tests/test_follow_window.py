"""Which invoices changed on the portal: one window, whatever happens meanwhile."""

from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import l10n_fr_chorus_follow_status
from .common import CODES_LOGGER
from .follow_common import HISTORY, SEARCH, FollowCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFollowWindow(FollowCase):
    def test_a_step_that_follows_the_known_one_needs_no_history(self):
        move = self.sent_invoice()
        self.treat_on_portal(move.l10n_fr_chorus_portal_id, "MANDATEE")
        self.follow()
        self.assertEqual(move.l10n_fr_chorus_status, "MANDATEE")
        self.assertEqual(
            move.l10n_fr_chorus_event_ids.mapped("code"),
            ["MANDATEE", "MISE_A_DISPOSITION"],
        )
        self.assertFalse(self.calls(HISTORY))

    def test_a_jump_has_its_history_read(self):
        move = self.sent_invoice()
        for status in "MANDATEE", "MISE_EN_PAIEMENT":
            self.treat_on_portal(move.l10n_fr_chorus_portal_id, status)
        self.follow()
        self.assertEqual(self.calls(HISTORY), 1)
        self.assertEqual(
            move.l10n_fr_chorus_event_ids.mapped("code"),
            [
                "MISE_EN_PAIEMENT",
                "MANDATEE",
                "MISE_A_DISPOSITION",
                "EN_COURS_ACHEMINEMENT",
                "DEPOSEE",
            ],
        )
        self.assertFalse(move.l10n_fr_chorus_history_due)

    def test_a_refusal_without_a_reason_has_its_history_read(self):
        move = self.sent_invoice()
        self.treat_on_portal(move.l10n_fr_chorus_portal_id, "SUSPENDUE", "Manquant")
        self.fault(SEARCH, "blank_field", times=None, field="commentaireEtatCourant")
        self.follow()
        self.assertEqual(move.l10n_fr_chorus_status_comment, "Manquant")
        self.assertEqual(self.calls(HISTORY), 1)

    def test_a_missed_week_is_caught_up_with_all_its_steps(self):
        move = self.sent_invoice()
        portal_id = move.l10n_fr_chorus_portal_id
        self.follow()
        self.drive("POST", "clock", {"advance": 2 * 86400})
        self.treat_on_portal(portal_id, "SUSPENDUE", "Manquant")
        self.drive("POST", "clock", {"advance": 5 * 86400})
        with freeze_time(fields.Datetime.now() + timedelta(days=7)):
            self.follow()
        self.assertEqual(move.l10n_fr_chorus_status, "SUSPENDUE")
        # Much may hide behind one status after a week: the history was read.
        self.assertIn("DEPOSEE", move.l10n_fr_chorus_event_ids.mapped("code"))

    def test_a_search_cut_at_any_page_leaves_the_cursor_and_writes_nothing_twice(self):
        moves = self.many(5)
        for move in moves:
            self.treat_on_portal(move.l10n_fr_chorus_portal_id, "MANDATEE")
        self.patch(l10n_fr_chorus_follow_status, "PAGE", 2)
        for page in range(3):
            cursor = self.supplier_connection.sent_cursor
            self.fault(SEARCH, "cut_before", times=9, skip=page)
            self.supplier_connection.pause_until = False
            self.follow()
            self.drive("DELETE", "faults")
            self.assertEqual(self.supplier_connection.sent_cursor, cursor, page)
        self.supplier_connection.pause_until = False
        self.follow()
        self.assertEqual(set(moves.mapped("l10n_fr_chorus_status")), {"MANDATEE"})
        for move in moves:
            self.assertEqual(
                move.l10n_fr_chorus_event_ids.mapped("code").count("MANDATEE"), 1
            )

    def test_what_cannot_be_written_down_is_no_matter_of_another(self):
        wrong, right = self.sent_invoice(), self.sent_invoice()
        for move in wrong, right:
            self.treat_on_portal(move.l10n_fr_chorus_portal_id, "MANDATEE")
        model = self.env.registry["account.move"]
        real = model._l10n_fr_chorus_record_row

        def breaks(self, row, **options):
            if self == wrong:
                raise ValueError("not today")
            return real(self, row, **options)

        self.patch(model, "_l10n_fr_chorus_record_row", breaks)
        with self.assertLogs("odoo.addons.l10n_fr_chorus_exchange", "ERROR"):
            self.follow()
        self.assertEqual(right.l10n_fr_chorus_status, "MANDATEE")
        # Its history says the same: nothing is lost.
        self.assertEqual(wrong.l10n_fr_chorus_status, "MANDATEE")

    @mute_logger(CODES_LOGGER)
    def test_an_unknown_status_is_kept_verbatim_and_stops_nobody(self):
        odd, other = self.sent_invoice(), self.sent_invoice()
        store = self.portal.store
        now = self.portal.clock.now() + 60
        with store.transaction():
            store.run(
                "UPDATE invoice SET status = 'NOUVEAU_STATUT', status_at = ? WHERE id = ?",
                now,
                int(odd.l10n_fr_chorus_portal_id),
            )
        self.treat_on_portal(other.l10n_fr_chorus_portal_id, "MANDATEE")
        self.follow()
        self.assertEqual(odd.l10n_fr_chorus_status, "NOUVEAU_STATUT")
        self.assertEqual(odd.l10n_fr_chorus_status_label, "NOUVEAU_STATUT")
        self.assertEqual(other.l10n_fr_chorus_status, "MANDATEE")

    def test_what_a_search_remembers_does_not_undo_what_a_history_said(self):
        move = self.sent_invoice()
        self.follow()
        move.write(
            {
                "l10n_fr_chorus_status": "MANDATEE",
                "l10n_fr_chorus_status_at": fields.Datetime.now() + timedelta(hours=1),
            }
        )
        self.follow()
        self.assertEqual(move.l10n_fr_chorus_status, "MANDATEE")

    # -------------------------------------------------------------------------
    # WHO IS ASKED ABOUT
    # -------------------------------------------------------------------------

    def test_once_all_is_final_nothing_is_asked(self):
        move = self.sent_invoice()
        self.treat_on_portal(move.l10n_fr_chorus_portal_id, "REJETEE", "Doublon")
        self.follow()
        before = self.all_calls()
        self.follow()
        self.assertEqual(self.all_calls(), before)

    def test_an_order_for_payment_is_not_the_end(self):
        move = self.sent_invoice()
        self.treat_on_portal(move.l10n_fr_chorus_portal_id, "MANDATEE")
        self.follow()
        before = self.calls(SEARCH)
        self.follow()
        self.assertEqual(self.calls(SEARCH), before + 1)

    def test_companies_that_share_an_account_ask_once(self):
        move = self.sent_invoice()
        self.town_hall_connection.active = False
        self.env.flush_all()
        twin = self.supplier_connection.copy(
            {
                "company_id": self.town_hall.id,
                "client_id": self.supplier_connection.client_id,
                "client_secret": self.supplier_connection.client_secret,
                "login": self.supplier_connection.login,
                "password": self.supplier_connection.password,
            }
        )
        other = self._give_to(twin)
        for one in move, other:
            self.treat_on_portal(one.l10n_fr_chorus_portal_id, "MANDATEE")
        before = self.calls(SEARCH)
        self.follow()
        self.assertEqual(self.calls(SEARCH), before + 1)
        self.assertEqual(move.l10n_fr_chorus_status, "MANDATEE")
        self.assertEqual(other.l10n_fr_chorus_status, "MANDATEE")

    def _give_to(self, connection):
        """A sent invoice that belongs to the company of that connection."""
        other = self.sent_invoice()
        self.env.flush_all()
        for table in "account_move", "l10n_fr_chorus_deposit":
            key = "id" if table == "account_move" else "move_id"
            self.env.cr.execute(
                f"UPDATE {table} SET company_id = %s WHERE {key} = %s",  # noqa: S608
                (connection.company_id.id, other.id),
            )
        self.env.cr.execute(
            "UPDATE l10n_fr_chorus_deposit SET connection_id = %s WHERE move_id = %s",
            (connection.id, other.id),
        )
        self.env.invalidate_all()
        return other

    def test_an_invoice_silent_for_a_month_is_asked_for_once(self):
        move = self.sent_invoice()
        self.follow()
        later = fields.Datetime.now() + timedelta(days=31)
        with freeze_time(later):
            self.follow()
            self.follow()
        self.assertEqual(self.calls(HISTORY), 1)
        with freeze_time(later + timedelta(days=29)):
            self.follow()
        self.assertEqual(self.calls(HISTORY), 1)
        with freeze_time(later + timedelta(days=31)):
            self.follow()
        self.assertEqual(self.calls(HISTORY), 1)
        self.assertEqual(move.l10n_fr_chorus_status, "MISE_A_DISPOSITION")

    def test_an_invoice_that_falls_silent_again_is_asked_for_again(self):
        move = self.sent_invoice()
        later = fields.Datetime.now() + timedelta(days=31)
        with freeze_time(later):
            self.follow()
        self.assertEqual(self.calls(HISTORY), 1)
        move.sudo().l10n_fr_chorus_status_at = later + timedelta(days=1)
        with freeze_time(later + timedelta(days=30)):
            self.follow()
        self.assertEqual(self.calls(HISTORY), 1)
        with freeze_time(later + timedelta(days=32)):
            self.follow()
        self.assertEqual(self.calls(HISTORY), 2)

    def test_many_histories_that_are_due_leave_the_silent_ones_to_the_next_run(self):
        due, silent = self.sent_invoice(), self.sent_invoice()
        due.sudo().l10n_fr_chorus_history_due = True
        with (
            freeze_time(fields.Datetime.now() + timedelta(days=31)),
            patch.object(l10n_fr_chorus_follow_status, "HISTORIES", 1),
        ):
            self.follow()
            self.assertEqual(self.calls(HISTORY), 1)
            self.assertFalse(silent.l10n_fr_chorus_asked_at)
            self.follow()
        self.assertEqual(self.calls(HISTORY), 2)
        self.assertTrue(silent.l10n_fr_chorus_asked_at)

    def test_a_final_invoice_is_silent_without_being_asked_for(self):
        move = self.sent_invoice()
        other = self.sent_invoice()
        self.treat_on_portal(move.l10n_fr_chorus_portal_id, "REJETEE", "Doublon")
        self.follow()
        before = self.calls(HISTORY)
        with freeze_time(fields.Datetime.now() + timedelta(days=31)):
            self.follow()
        self.assertEqual(self.calls(HISTORY), before + 1)
        self.assertFalse(move.l10n_fr_chorus_asked_at)
        self.assertTrue(other.l10n_fr_chorus_asked_at)

    # -------------------------------------------------------------------------
    # CLOCKS
    # -------------------------------------------------------------------------

    def test_a_clock_that_was_ahead_does_not_close_the_window(self):
        move = self.sent_invoice()
        self.supplier_connection.sent_cursor = fields.Datetime.now() + timedelta(
            days=800
        )
        self.treat_on_portal(move.l10n_fr_chorus_portal_id, "MANDATEE")
        self.follow()
        self.assertEqual(move.l10n_fr_chorus_status, "MANDATEE")
        self.assertLess(
            self.supplier_connection.sent_cursor,
            fields.Datetime.now() + timedelta(minutes=1),
        )

    def test_a_status_at_midnight_of_either_change_of_time_is_seen(self):
        for day in "2027-03-28", "2026-10-25":
            for clock in "00:30", "23:30":
                with self.subTest(day=day, clock=clock):
                    self._see_status_at(f"{day}T{clock}:00")

    def _see_status_at(self, moment):
        """The portal's clock says ``moment``, on whatever time Paris has then."""
        self.drive("POST", "clock", {"now": moment, "speed": 0})
        at = datetime.fromtimestamp(self.portal.clock.now(), timezone.utc)
        now = at.replace(tzinfo=None)
        with freeze_time(now):
            self.supplier_connection.sent_cursor = False
            move = self.sent_invoice(invoice_date=now.date())
            self.follow()
        self.drive("POST", "clock", {"advance": 120})
        with freeze_time(now + timedelta(seconds=180)):
            self.treat_on_portal(move.l10n_fr_chorus_portal_id, "MANDATEE")
            self.follow()
        self.assertEqual(move.l10n_fr_chorus_status, "MANDATEE")

    def test_the_hour_that_comes_twice_is_not_news_each_time(self):
        # Whenever this runs: not asked about for having been silent for so long.
        self.patch(l10n_fr_chorus_follow_status, "SILENCE", timedelta(days=36500))
        # 02:30 in Paris for the second time: the histories do not say which one.
        self.drive("POST", "clock", {"now": "2026-10-25T02:30:00+01:00", "speed": 0})
        second = fields.Datetime.to_datetime("2026-10-25 01:30:00")
        move = self.sent_invoice(invoice_date="2026-10-25")
        self.assertEqual(move.l10n_fr_chorus_status_at, second)
        move.action_l10n_fr_chorus_ask_now()
        self.follow()
        self.assertEqual(self.calls(HISTORY), 1)
        codes = move.l10n_fr_chorus_event_ids.mapped("code")
        self.assertEqual(codes.count("MISE_A_DISPOSITION"), 1)
        notes = len(move.message_ids)
        self.supplier_connection.sent_cursor = second
        self.follow()
        self.assertEqual(len(move.message_ids), notes)
        self.assertEqual(move.l10n_fr_chorus_status_at, second)

    # -------------------------------------------------------------------------
    # RHYTHM
    # -------------------------------------------------------------------------

    def test_an_invoice_on_its_way_is_asked_about_within_minutes(self):
        self.drive("POST", "settings", {"provision_delay": 1800})
        with freeze_time(fields.Datetime.now()) as frozen:
            self.drive(
                "POST", "clock", {"now": f"{fields.Datetime.now().isoformat()}Z"}
            )
            move = self.sent_invoice()
            self.assertEqual(move.l10n_fr_chorus_status, "DEPOSEE")
            since = move.l10n_fr_chorus_status_at
            self._forget_triggers()
            frozen.tick(timedelta(minutes=2))
            self.follow()
            self.assertIn(since + timedelta(minutes=3), self._triggers())

    def test_an_invoice_that_arrived_wakes_nobody(self):
        self.sent_invoice()
        self._forget_triggers()
        self.follow()
        self.assertFalse(self._triggers())

    def _triggers(self):
        cron = self.env.ref("l10n_fr_chorus_exchange.ir_cron_follow")
        found = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        return found.mapped("call_at")

    def _forget_triggers(self):
        cron = self.env.ref("l10n_fr_chorus_exchange.ir_cron_follow")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
