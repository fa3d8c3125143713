"""What a queue of invoices costs: calls to the portal, queries to the database."""

from functools import partial
from unittest.mock import patch

from odoo.tests import tagged

from ..lib.chorus_pro.packing import split_batches
from ..models import l10n_fr_chorus_deposit_send
from .deposit_common import DepositCase

DEPOSIT = "factures/deposer/flux"
SEARCH = "factures/rechercher/fournisseur"
REPORT = "transverses/consulterCRDetaille"
HISTORY = "factures/consulter/historique"
# Per invoice, from the queue to its integration: no more than this, however many.
MOST_CALLS = 1.05
MOST_QUERIES = 58


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDepositVolume(DepositCase):
    def queue(self, count):
        """So many invoices waiting to be sent; XML files, which are made faster."""
        self.supplier.l10n_fr_chorus_form = "cii"
        deposits = self.env["l10n_fr_chorus.deposit"].sudo()
        for _each in range(count):
            deposits |= self.send(self.invoice())
        self.drive("DELETE", "calls")
        return deposits

    def settle(self, deposits):
        self.run_cron("ir_cron_send")
        self.later(deposits)
        self.run_cron("ir_cron_follow")
        self.assertEqual(set(deposits.mapped("state")), {"integrated"})

    def test_sixty_invoices_cost_hardly_more_than_a_call_each(self):
        self.settle(self.queue(60))
        calls = self.all_calls()
        self.assertEqual(calls[DEPOSIT], 60)
        self.assertNotIn(REPORT, calls)
        self.assertNotIn(HISTORY, calls)
        self.assertLessEqual(sum(calls.values()) / 60, MOST_CALLS, calls)

    def test_grouped_invoices_cost_a_call_for_each_archive(self):
        self.supplier_connection.group_deposits = True
        deposits = self.queue(25)
        by_ten = partial(split_batches, most_files=10)
        with patch.object(l10n_fr_chorus_deposit_send, "split_batches", by_ten):
            self.settle(deposits)
        calls = self.all_calls()
        self.assertEqual(calls[DEPOSIT], 3)
        self.assertEqual(
            sorted(len(flow.deposit_ids) for flow in deposits.flow_id), [5, 10, 10]
        )
        self.assertLessEqual(sum(calls.values()), 6, calls)

    def test_a_slow_portal_is_not_asked_about_each_invoice(self):
        deposits = self.queue(12)
        self.drive("POST", "settings", {"integration_delay": 3600})
        self.run_cron("ir_cron_send")
        for _each in range(4):
            self.later(deposits)
            self.run_cron("ir_cron_follow")
        calls = self.all_calls()
        self.assertEqual(set(deposits.mapped("state")), {"deposited"})
        self.assertEqual(calls[REPORT], 12, "three each time")
        self.drive("POST", "clock", {"advance": 6 * 3600})
        self.later(deposits)
        self.run_cron("ir_cron_follow")
        self.assertEqual(set(deposits.mapped("state")), {"integrated"})

    def test_only_what_a_search_does_not_show_is_asked_about(self):
        wrong = self.invoice(buyer_reference="NULLE_PART")
        deposits = self.queue(10)
        deposits |= self.send(wrong)
        self.run_cron("ir_cron_send")
        self.later(deposits)
        self.run_cron("ir_cron_follow")
        self.assertEqual(deposits.mapped("state"), ["integrated"] * 10 + ["rejected"])
        self.assertEqual(self.calls(REPORT), 1)

    def test_questions_gather_so_that_the_cron_wakes_once(self):
        deposits = self.queue(12)
        triggers = self.env["ir.cron.trigger"]
        follow = self.env.ref("l10n_fr_chorus_exchange.ir_cron_follow")
        triggers.search([("cron_id", "=", follow.id)]).unlink()
        self.run_cron("ir_cron_send")
        self.assertLessEqual(len(set(deposits.mapped("next_try_at"))), 2)
        self.assertLessEqual(triggers.search_count([("cron_id", "=", follow.id)]), 2)

    def test_queries_per_invoice_stay_the_same(self):
        costs = {}
        for count in 10, 20:
            deposits = self.queue(count)
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.settle(deposits)
            costs[count] = (self.cr.sql_log_count - before) / count
        self.assertLessEqual(costs[20], costs[10] * 1.05)
        self.assertLessEqual(costs[20], MOST_QUERIES, costs)

    def test_the_cron_stops_when_its_time_is_over_and_goes_on_next_time(self):
        deposits = self.queue(4)
        cron = self.env.registry["ir.cron"]
        left = iter([*[60.0] * 9, *[0.0] * 200])
        real = cron._commit_progress

        def short(self, *args, **kwargs):
            real(self, *args, **kwargs)
            return next(left)

        with (
            patch.object(cron, "_commit_progress", short),
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
        ):
            deposits.with_env(self.env(cr=cr, su=True))._cron_send()
        deposits.invalidate_recordset()
        states = deposits.mapped("state")
        self.assertIn("deposited", states)
        self.assertIn("ready", states)
        self.run_cron("ir_cron_send")
        self.assertEqual(set(deposits.mapped("state")), {"deposited"})
        self.assertEqual(self.calls(DEPOSIT), 4)
