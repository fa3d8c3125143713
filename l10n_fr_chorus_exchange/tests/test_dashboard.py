"""Counters of the journals and lines of the digest."""

import json

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .test_lists import ListCase


class TestDashboard(ListCase):
    def setUp(self):
        super().setUp()
        self.sales = self.company_data["default_journal_sale"]

    def counters(self, journal, user=None):
        journal = journal.with_user(user or self.supplier_user)
        journal.invalidate_recordset(["kanban_dashboard"])
        return json.loads(journal.kanban_dashboard).get("l10n_fr_chorus")

    def test_the_journal_counts_what_waits_for_a_person_and_nothing_else(self):
        self.posted_invoice()
        self.invoice_with("SUSPENDUE")
        self.invoice_with("A_RECYCLER")
        self.invoice_with("REJETEE")
        self.invoice_with("MANDATEE")
        self.assertEqual(
            self.counters(self.sales), {"to_send": 1, "to_settle": 2, "refused": 1}
        )

    def test_bills_are_counted_in_the_journal_of_purchases(self):
        bill = self.bill_with("MISE_A_DISPOSITION")
        self.assertEqual(
            self.counters(bill.journal_id, self.town_hall_user), {"to_settle": 1}
        )

    def test_no_counter_without_count_or_without_connection(self):
        self.assertFalse(self.counters(self.sales))
        self.posted_invoice()
        self.assertTrue(self.counters(self.sales))
        self.supplier_connection.active = False
        self.assertFalse(self.counters(self.sales))

    def test_all_journals_are_counted_by_one_query(self):
        self.posted_invoice()
        journals = self.sales
        for code in ("CP1", "CP2"):
            journals |= self.sales.copy({"code": code, "name": code})

        def cost(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some._l10n_fr_chorus_counts()
            return self.cr.sql_log_count - before

        cost(journals)
        self.assertEqual(cost(journals), cost(self.sales))

    def test_a_counter_opens_the_list_that_it_counts(self):
        action = self.sales.with_context(
            search_default_l10n_fr_chorus_to_settle=1, search_default_out_invoice=0
        ).open_action()
        self.assertEqual(action["context"]["search_default_out_invoice"], 0)
        moves = self.invoice_with("SUSPENDUE") + self.posted_invoice()
        self.assertEqual(moves.filtered_domain(action["domain"]), moves)
        self.assertEqual(action["res_model"], "account.move")


class TestDigest(ListCase):
    def digest(self, user=None):
        day = fields.Datetime.now()
        digest = self.env["digest.digest"].create(
            {
                "name": "Monday",
                "company_id": self.supplier.id,
                "kpi_l10n_fr_chorus_to_settle": True,
            }
        )
        return digest.with_user(user or self.supplier_user).with_context(
            start_datetime=fields.Datetime.subtract(day, days=1),
            end_datetime=fields.Datetime.add(day, minutes=1),
        )

    def test_the_digest_counts_for_its_company_only(self):
        self.invoice_with("SUSPENDUE")
        self.invoice_with("MISE_EN_PAIEMENT")
        self.posted_invoice()
        self.bill_with("MISE_A_DISPOSITION")
        digest = self.digest().sudo()
        self.assertEqual(digest.kpi_l10n_fr_chorus_to_settle_value, 1)
        self.assertEqual(digest.kpi_l10n_fr_chorus_to_send_value, 1)
        self.assertEqual(digest.kpi_l10n_fr_chorus_paid_value, 1)

    def test_the_lines_are_off_until_somebody_ticks_them(self):
        default = self.env.ref("digest.digest_digest_default")
        self.assertFalse(default.kpi_l10n_fr_chorus_to_settle)
        self.assertFalse(default.kpi_l10n_fr_chorus_paid)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDashboardTour(ListCase, HttpCase):
    def test_a_click_on_the_counter_opens_the_invoices_it_counts(self):
        suspended = self.invoice_with("SUSPENDUE")
        self.posted_invoice()
        person = new_test_user(
            self.env,
            "dashboard_reader",
            groups="account.group_account_invoice",
            company_id=self.supplier.id,
            company_ids=[self.supplier.id],
        )
        # What the tour looks for.
        suspended.payment_reference = "TOUR"
        self.start_tour(
            "/odoo/accounting", "l10n_fr_chorus_dashboard_counter", login=person.login
        )
