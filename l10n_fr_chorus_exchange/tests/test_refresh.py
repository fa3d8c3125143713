"""What of the public bodies in use is asked again at night, and what is not."""

from odoo import fields

from .common import seed
from .test_drift import DriftCase


class TestRefresh(DriftCase):
    def asked(self):
        return self.calls("structures/rechercher")

    def night(self):
        self.drive("DELETE", "calls")
        self.refresh()

    def bodies(self, *sirets):
        partners = self.env["res.partner"]
        for siret in sirets:
            partners |= self._create_public_body(f"Body {siret}", siret)
        for partner in partners:
            partner.action_l10n_fr_chorus_lookup()
            self.draft(partner_id=partner.id)
        return partners

    def test_body_without_business_is_not_asked_about(self):
        self.night()
        self.assertEqual(self.asked(), 0)

    def test_draft_open_and_recent_invoices_make_a_body_worth_asking(self):
        today = fields.Date.today()
        for values in (
            {},
            {"auto_post": "monthly", "invoice_date": today},
            {"invoice_date": fields.Date.subtract(today, months=11)},
        ):
            with self.subTest(values=values):
                move = self.draft(**values)
                self.night()
                self.assertEqual(self.asked(), 1)
                move.unlink()

    def test_old_invoice_counts_as_long_as_it_is_not_paid(self):
        move = self.draft(
            invoice_date=fields.Date.subtract(fields.Date.today(), years=3)
        )
        move.action_post()
        self.night()
        self.assertEqual(self.asked(), 1)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({})._create_payments()
        move.payment_state = "paid"
        self.night()
        self.assertEqual(self.asked(), 0)

    def test_company_that_switched_it_off_asks_nothing(self):
        self.draft()
        self.supplier.l10n_fr_chorus_refresh = False
        self.night()
        self.assertFalse(self.all_calls())

    # -- branches ------------------------------------------------------------

    def branch(self, above=None, **values):
        branch = self.env["res.company"].create(
            {
                "name": f"Branch of {(above or self.supplier).name}",
                "parent_id": (above or self.supplier).id,
                "country_id": self.env.ref("base.fr").id,
                **values,
            }
        )
        self.cr.precommit.run()  # loads the chart of accounts of the branch
        self.env.user.company_ids |= branch
        return branch

    def draft_of(self, branch, **values):
        return self.draft(
            company_id=branch.id,
            journal_id=self.company_data["default_journal_sale"].id,
            **values,
        )

    def test_body_invoiced_by_a_branch_alone_is_watched_by_the_company_above(self):
        office = self.branch()
        below = self.branch(above=office)
        for branch in office, below:
            with self.subTest(branch=branch.display_name):
                move = self.draft_of(branch)
                self.night()
                self.assertEqual(self.asked(), 1)
                move.unlink()
        self.draft_of(office)
        self.change(services=[{"code": "ACHATS", "active": False}])
        self.refresh()
        [activity] = self.activities()
        self.assertEqual(activity.l10n_fr_chorus_problem, f"drift:{office.id}")

    def test_branch_with_its_own_connection_is_served_by_that_one(self):
        branch = self.branch()
        own = self._create_connection(branch, seed.ABROAD_ACCOUNT, can_send=True)
        below = self.branch(above=branch)
        for company, connection in (
            (self.supplier, self.supplier_connection),
            (branch, own),
            (below, own),
        ):
            with self.subTest(company=company.display_name):
                journal = self.company_data["default_journal_sale"]
                move = self.draft(company_id=company.id, journal_id=journal.id)
                self.night()
                self.assertEqual(self.asked(), 1)
                calls = self.env["l10n_fr_chorus.call"].search(
                    [("res_model", "=", "res.partner"), ("res_id", "=", self.body.id)]
                )
                self.assertEqual(calls.sorted("id")[-1:].connection_id, connection)
                move.unlink()
        # With its connection gone, the company above is back in charge.
        own.active = False
        served = self.supplier._l10n_fr_chorus_refreshed_with()
        self.assertEqual(served, self.supplier | branch | below)

    def test_branch_and_company_switch_it_off_each_for_itself(self):
        branch = self.branch(l10n_fr_chorus_refresh=False)
        self.draft_of(branch)
        self.night()
        self.assertEqual(self.asked(), 0)
        branch.l10n_fr_chorus_refresh = True
        self.supplier.l10n_fr_chorus_refresh = False
        self.night()
        self.assertEqual(self.asked(), 1)
        jobs = self.supplier_connection._health_jobs()
        self.assertIn("refresh", [job["key"] for job in jobs])

    def test_branch_that_invoices_a_customer_of_its_company_has_it_watched(self):
        branch = self.branch()
        self.body.company_id = self.supplier
        self.draft_of(branch)
        self.night()
        self.assertEqual(self.asked(), 1)
        # Also by its own connection.
        self._create_connection(branch, seed.ABROAD_ACCOUNT, can_send=True)
        self.night()
        self.assertEqual(self.asked(), 1)

    def test_body_looked_up_today_is_left_alone(self):
        self.draft()
        self.drive("DELETE", "calls")
        self.run_cron("ir_cron_refresh")
        self.assertFalse(self.all_calls())

    def test_only_services_in_use_and_a_few_others_cost_a_call(self):
        self.bodies(seed.METROPOLIS)
        self.night()
        self.assertEqual(self.calls("structures/consulter/service"), 3)

    def test_one_bad_body_does_not_stop_the_others(self):
        partners = self.bodies(seed.DEPARTMENT, seed.SYNDICATE)
        self.fault("structures/consulter", "refused", times=1)
        self.night()
        troubles = partners.mapped("l10n_fr_chorus_trouble")
        self.assertEqual(sum(map(bool, troubles)), 1, troubles)
        self.assertTrue(all(partners.mapped("l10n_fr_chorus_asked_at")))

    def test_refused_access_stops_the_night_and_tells_the_connection(self):
        self.bodies(seed.DEPARTMENT, seed.SYNDICATE)
        self.fault("structures/rechercher", "forbidden", times=None)
        self.night()
        self.assertEqual(self.asked(), 1)
        self.assertEqual(self.supplier_connection.state, "error")

    def test_unexpected_error_is_noted_and_the_next_goes_on(self):
        partners = self.bodies(seed.DEPARTMENT, seed.SYNDICATE)
        plain = type(partners)._l10n_fr_chorus_refreshed

        def stumble(partner, found):
            if partner == partners[0]:
                raise ValueError("nobody thought of this")
            return plain(partner, found)

        self.patch(type(partners), "_l10n_fr_chorus_refreshed", stumble)
        with self.assertLogs("odoo.addons.l10n_fr_chorus_exchange", "ERROR"):
            self.night()
        self.assertIn("server log", partners[0].l10n_fr_chorus_trouble)
        self.assertFalse(partners[1].l10n_fr_chorus_trouble)

    def test_half_of_the_calls_of_a_day_stay_for_the_day(self):
        self.bodies(seed.DEPARTMENT, seed.SYNDICATE)
        used = self.supplier_connection._count_calls_today()
        self.supplier_connection.calls_per_day = 2 * (used + 2)
        self.night()
        self.assertEqual(self.asked(), 1)

    def test_longest_unasked_comes_first(self):
        first, second = self.bodies(seed.DEPARTMENT, seed.SYNDICATE)
        self.night()
        second.l10n_fr_chorus_asked_at = "2020-01-01 00:00:00"
        due = self.env["res.partner"]._l10n_fr_chorus_due_for_refresh(self.supplier)
        self.assertFalse(due)
        (first | second).l10n_fr_chorus_checked_at = "2020-01-01 00:00:00"
        first.l10n_fr_chorus_asked_at = "2021-01-01 00:00:00"
        due = self.env["res.partner"]._l10n_fr_chorus_due_for_refresh(self.supplier)
        self.assertEqual(due, [second.id, first.id])

    def test_calls_are_noted_as_being_about_the_body(self):
        self.draft()
        self.night()
        about = self.env["l10n_fr_chorus.call"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.body.id)]
        )
        self.assertTrue(about)

    def test_next_run_is_at_night(self):
        cron = self.env.ref("l10n_fr_chorus_exchange.ir_cron_refresh")
        self.assertLess(cron.nextcall.hour, 5)
