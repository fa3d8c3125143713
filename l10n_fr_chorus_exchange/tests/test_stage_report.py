"""How long invoices stay in each stage, from their history."""

from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import CODES_LOGGER
from .test_lists import ListCase


class TestStageReport(ListCase):
    def setUp(self):
        super().setUp()
        self.report = self.env["l10n_fr_chorus.stage.report"]
        self.start = fields.Datetime.now() - timedelta(days=20)

    def history(self, move, *steps):
        """Events of an invoice: ``(days after the start, code)``."""
        self.env["l10n_fr_chorus.event"].sudo().create(
            [
                {
                    "move_id": move.id,
                    "portal_event_id": f"{move.id}-{number}",
                    "code": code,
                    "at": self.start + timedelta(days=days),
                }
                for number, (days, code) in enumerate(steps)
            ]
        )
        self.env.flush_all()

    def lines(self, move):
        found = self.report.search([("move_id", "=", move.id)], order="date, id")
        return [(line.stage, round(line.days, 3), line.is_current) for line in found]

    def test_each_step_lasts_until_the_next_and_the_last_one_until_now(self):
        move = self.invoice_with("SUSPENDUE")
        self.history(
            move, (0, "DEPOSEE"), (0.5, "MISE_A_DISPOSITION"), (10, "SUSPENDUE")
        )
        *past, (stage, days, current) = self.lines(move)
        self.assertEqual(past, [("2_routing", 0.5, False), ("3_recipient", 9.5, False)])
        self.assertEqual((stage, current), ("4_supplier", True))
        self.assertAlmostEqual(days, 10, delta=0.01)

    @mute_logger(CODES_LOGGER)
    def test_a_final_status_lasts_no_time_and_an_unknown_one_counts_with_the_last(self):
        move = self.invoice_with("MISE_EN_PAIEMENT")
        self.history(
            move,
            (0, "MISE_A_DISPOSITION"),
            (2, "NOUVEAU"),
            (4, "MANDATEE"),
            (9, "MISE_EN_PAIEMENT"),
        )
        self.assertEqual(
            self.lines(move), [("3_recipient", 4, False), ("5_payment", 5, False)]
        )

    def test_steps_of_one_stage_are_one_time_and_a_stage_may_come_twice(self):
        move = self.invoice_with("MANDATEE")
        self.history(
            move,
            (0, "MISE_A_DISPOSITION"),
            (3, "SUSPENDUE"),
            (5, "COMPLETEE"),
            (6, "SERVICE_FAIT"),
            (8, "MANDATEE"),
        )
        self.assertEqual(
            self.lines(move)[:-1],
            [
                ("3_recipient", 3, False),
                ("4_supplier", 2, False),
                ("3_recipient", 3, False),
            ],
        )

    def test_stages_stand_in_the_order_of_an_invoice_s_life(self):
        move = self.invoice_with("MANDATEE")
        self.history(
            move,
            (0, "DEPOSEE"),
            (1, "MISE_A_DISPOSITION"),
            (2, "SUSPENDUE"),
            (3, "COMPLETEE"),
            (4, "MANDATEE"),
        )
        groups = self.report._read_group([("move_id", "=", move.id)], ["stage"])
        self.assertEqual(
            [stage for (stage,) in groups],
            ["2_routing", "3_recipient", "4_supplier", "5_payment"],
        )

    def test_the_average_is_by_structure_and_stage(self):
        for days in (2, 4):
            self.history(
                self.invoice_with("MANDATEE"),
                (0, "MISE_A_DISPOSITION"),
                (days, "MISE_EN_PAIEMENT"),
            )
        [(partner, _stage, average, longest, invoices)] = self.report._read_group(
            [
                ("stage", "=", "3_recipient"),
                ("partner_id", "=", self.town_hall_partner.id),
            ],
            ["partner_id", "stage"],
            ["days:avg", "days_max:max", "invoice_count:count_distinct"],
        )
        self.assertEqual(partner, self.town_hall_partner)
        self.assertEqual((round(average, 3), round(longest, 3)), (3, 4))
        self.assertEqual(invoices, 2)

    def test_accountants_read_the_times_of_their_company_only(self):
        move = self.invoice_with("MANDATEE")
        self.history(move, (0, "MISE_A_DISPOSITION"))
        domain = [("move_id", "=", move.id)]
        ours = self.report.with_user(self.supplier_user)
        self.assertEqual(ours.search_count(domain), 1)
        theirs = self.report.with_user(self.town_hall_user)
        self.assertEqual(theirs.search_count(domain), 0)
        seller = new_test_user(
            self.env, "seller", groups="base.group_user", company_id=self.supplier.id
        )
        self.assertFalse(self.report.with_user(seller).has_access("read"))
