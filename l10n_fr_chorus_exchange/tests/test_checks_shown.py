"""Where a person is told what is wrong with an invoice: the form, Send & Print."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .common import seed
from .deposit_common import DepositCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPoints(DepositCase):
    def draft(self, **values):
        move = self.posted_invoice(partner_bank_id=self.bank.id, **values)
        move.button_draft()
        return move

    # -------------------------------------------------------------------------
    # FORM
    # -------------------------------------------------------------------------

    def readiness(self, move):
        move.invalidate_recordset()
        return move.l10n_fr_chorus_readiness_level, move.l10n_fr_chorus_readiness

    def test_the_form_says_ready_of_a_good_draft_and_of_what_was_not_sent(self):
        draft = self.draft()
        self.assertEqual(self.readiness(draft), ("ready", "ready."))
        self.assertFalse(draft.l10n_fr_chorus_points)
        self.assertEqual(self.readiness(self.invoice()), ("ready", "ready."))

    def test_the_form_counts_what_is_to_settle_and_leads_there(self):
        self.town_hall_partner.company_registry = False
        draft = self.draft(buyer_reference=False)
        self.assertEqual(self.readiness(draft), ("settle", "2 points to settle."))
        points = list(draft.l10n_fr_chorus_points.values())
        self.assertIn("SIRET", points[0]["message"])
        self.assertEqual(points[0]["action"]["res_id"], self.town_hall_partner.id)
        # The invoice is open already.
        self.assertNotIn("action", points[1])
        draft.buyer_reference = "ACHATS"
        self.assertEqual(self.readiness(draft), ("settle", "1 point to settle."))

    def test_a_draft_is_not_told_to_have_no_number_or_date(self):
        draft = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.supplier.id,
                "partner_id": self.town_hall_partner.id,
                "partner_bank_id": self.bank.id,
                "buyer_reference": "ACHATS",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Pose",
                            "price_unit": 10,
                            "tax_ids": [Command.set(self.tax_sale_a.ids)],
                        }
                    )
                ],
            }
        )
        self.assertFalse(draft.invoice_date)
        self.assertEqual(draft._l10n_fr_chorus_findings(), [])

    def test_saving_the_form_checks_the_invoice_again(self):
        draft = self.draft()
        with Form(draft) as form:
            self.assertEqual(form.l10n_fr_chorus_readiness_level, "ready")
            form.buyer_reference = False
            form.save()
            self.assertEqual(form.l10n_fr_chorus_readiness_level, "settle")

    def test_nothing_is_said_where_chorus_pro_has_no_part(self):
        private = self.invoice(partner_id=self.partner_a.id)
        self.assertFalse(self.readiness(private)[0])
        sent = self.invoice()
        self.send(sent)
        self.assertFalse(self.readiness(sent)[0])
        unsent = self.invoice()
        sent.sudo().l10n_fr_chorus_deposit_ids.state = "cancelled"
        self.supplier_connection.active = False
        self.assertFalse(self.readiness(unsent)[0])

    def test_an_invoicing_user_reads_the_points_and_a_salesperson_none(self):
        move = self.invoice(buyer_reference=False)
        mine = move.with_user(self.supplier_user)
        self.assertEqual(self.readiness(mine), ("settle", "1 point to settle."))
        seller = new_test_user(
            self.env,
            "seller_under_test",
            groups="base.group_user",
            company_id=self.supplier.id,
            company_ids=[Command.set(self.supplier.ids)],
        )
        shown = self.env["account.move"].with_user(seller).fields_get()
        self.assertNotIn("l10n_fr_chorus_points", shown)

    def queries(self, move):
        """How often the database is asked for the findings of one invoice, cold."""
        move._l10n_fr_chorus_findings()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        move._l10n_fr_chorus_findings()
        return self.env.cr.sql_log_count - before

    def test_looking_at_an_invoice_asks_the_portal_nothing(self):
        move = self.invoice()
        before = self.all_calls()
        self.readiness(move)
        self.alerts(move)
        self.assertEqual(self.all_calls(), before)

    def test_a_long_invoice_asks_the_database_no_more_than_a_short_one(self):
        line = {
            "name": "Pose",
            "price_unit": 10,
            "tax_ids": [Command.set(self.tax_sale_a.ids)],
        }
        short, long = (
            self.invoice(invoice_line_ids=[Command.create(line)] * count)
            for count in (2, 40)
        )
        self.queries(short)  # what the registry keeps is read once
        few = self.queries(short)
        self.assertLessEqual(self.queries(long), few)
        self.assertLessEqual(few, 45)

    # -------------------------------------------------------------------------
    # SEND & PRINT
    # -------------------------------------------------------------------------

    def wizard(self, moves):
        if len(moves) > 1:
            return self.env["account.move.send.batch.wizard"].create(
                {"move_ids": [Command.set(moves.ids)]}
            )
        wizard = self.env["account.move.send.wizard"].create({"move_id": moves.id})
        wizard.sending_method_checkboxes = {"chorus_pro": {"checked": True}}
        return wizard

    def alerts(self, moves):
        return {
            key: alert
            for key, alert in (self.wizard(moves).alerts or {}).items()
            if key.startswith("l10n_fr_chorus_CPX")
        }

    def test_what_the_portal_did_not_take_is_not_called_ready(self):
        move = self.invoice()
        self.assertEqual(move.l10n_fr_chorus_readiness_level, "ready")
        self.send(move).state = "rejected"
        move.invalidate_recordset()
        self.assertFalse(move.l10n_fr_chorus_readiness_level)
        move.button_draft()
        move.invalidate_recordset()
        self.assertEqual(move.l10n_fr_chorus_readiness_level, "ready")

    def test_send_shows_errors_in_red_warnings_in_yellow_each_leading_to_its_record(
        self,
    ):
        self.town_hall_partner.company_registry = False
        self.know_structures()
        self.supplier_connection.structure_ids.can_issue = False
        alerts = self.alerts(self.invoice(buyer_reference=False))
        self.assertEqual(
            [
                (one["level"], one.get("action", {}).get("res_model"))
                for one in alerts.values()
            ],
            [
                ("danger", "res.partner"),
                ("danger", None),
                ("warning", "l10n_fr_chorus.connection"),
            ],
        )

    def test_an_error_stops_send_a_warning_does_not(self):
        self.know_structures()
        self.supplier_connection.structure_ids.can_issue = False
        move = self.invoice()
        self.wizard(move).action_send_and_print()
        self.assertEqual(move.l10n_fr_chorus_deposit_state, "ready")
        with self.assertRaisesRegex(UserError, "service code"):
            self.wizard(self.invoice(buyer_reference=False)).action_send_and_print()

    def test_many_invoices_have_one_alert_per_kind_with_their_list(self):
        department = self._create_public_body(
            "Département du Modèle",
            seed.DEPARTMENT,
            l10n_fr_chorus_is_public=True,
            l10n_fr_chorus_requires_service=True,
        )
        bad = self.invoice(buyer_reference=False) | self.invoice(
            buyer_reference=False, partner_id=department.id
        )
        alerts = self.alerts(bad | self.invoice())
        [alert] = alerts.values()
        self.assertEqual(alert["level"], "danger")
        self.assertIn("Service code demanded", alert["message"])
        for move in bad:
            self.assertIn(move.name, alert["message"])
        self.assertEqual(alert["action"]["domain"], [["id", "in", bad.ids]])

    def test_many_invoices_of_one_body_are_told_its_fault_once(self):
        self.town_hall_partner.company_registry = False
        moves = self.env["account.move"].union(*(self.invoice() for _ in range(12)))
        [alert] = self.alerts(moves).values()
        self.assertIn("SIRET of Commune de Modeleville", alert["message"])
        self.assertIn("2 more", alert["message"])
        self.assertEqual(alert["action"]["res_id"], self.town_hall_partner.id)

    def test_whoever_sends_without_the_window_is_told_the_same(self):
        with self.assertRaisesRegex(UserError, "demands a service code"):
            self.send(self.invoice(buyer_reference=False))
