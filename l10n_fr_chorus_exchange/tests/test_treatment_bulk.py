"""The same answer to many bills: one confirmation, a list that fills, errors per line."""

import json

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.l10n_fr_chorus_treatment_batch import NOTICE
from .inbound_common import NUMBERS
from .treatment_common import TREAT, TreatmentCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTreatmentBulk(TreatmentCase):
    def run_bulk(self, moves):
        """What the entry of the list's Action menu opens for a user."""
        action = self.env.ref(
            "l10n_fr_chorus_exchange.l10n_fr_chorus_answer_bills_action"
        )
        return (
            action.with_user(self.town_hall_user)
            .with_context(
                active_model="account.move",
                active_ids=moves.ids,
                active_id=moves[:1].id,
            )
            .run()
        )

    def waiting_documents(self, count):
        """Documents without a bill, as many as it takes."""
        return self.inbox.create(
            [
                {
                    "connection_id": self.town_hall_connection.id,
                    "company_id": self.town_hall.id,
                    "portal_id": str(6_000_000_000 + next(NUMBERS)),
                    "number": f"B-{rank}",
                    "portal_status": "MISE_A_DISPOSITION",
                    "state": "quarantine",
                }
                for rank in range(count)
            ]
        )

    def batch_of(self, action):
        self.assertEqual(action["res_model"], "l10n_fr_chorus.treatment.batch")
        return self.env[action["res_model"]].sudo().browse(action["res_id"])

    def test_one_confirmation_answers_all_and_the_batch_fills(self):
        documents = self.document + self.received() + self.received()
        documents.move_id.action_post()
        wizard = self.window(self.run_bulk(documents.move_id), target="MANDATEE")
        self.assertEqual((wizard.answered_count, wizard.left_out_count), (3, 0))
        for rank, line in enumerate(wizard.line_ids):
            line.mandate_number = f"MDT-{rank}"
        batch = self.batch_of(wizard.action_confirm())
        self.assertEqual((batch.total, batch.waiting_count, batch.progress), (3, 3, 0))
        self.assertEqual(self.calls(TREAT), 0)
        self.answer()
        batch.invalidate_recordset()
        self.assertEqual((batch.done_count, batch.progress), (3, 100))
        self.assertEqual({self.status(one) for one in documents}, {"MANDATEE"})
        self.assertEqual(
            set(batch.treatment_ids.mapped("mandate_number")),
            {"MDT-0", "MDT-1", "MDT-2"},
        )

    def test_an_error_stays_on_its_line_and_the_others_go_on(self):
        other = self.received()
        wizard = self.window(
            self.run_bulk(self.move + other.move_id),
            target="SUSPENDUE",
            reason="Il manque le bon",
        )
        batch = self.batch_of(wizard.action_confirm())
        self.treat_on_portal(self.document.portal_id, "REJETEE", "Déjà rejetée")
        self.answer()
        batch.invalidate_recordset()
        states = {one.inbound_id: one.state for one in batch.treatment_ids}
        self.assertEqual(states, {self.document: "refused", other: "done"})
        self.assertEqual((batch.done_count, batch.refused_count), (1, 1))
        self.assertTrue(self.document.treatment_ids.error)

    def test_what_cannot_be_answered_is_left_out_with_its_reason(self):
        self.tell("suspend", reason="Il manque le bon")
        other = self.received()
        wizard = self.window(
            self.run_bulk(self.move + other.move_id),
            target="SUSPENDUE",
            reason="Il manque le bon",
        )
        self.assertEqual((wizard.answered_count, wizard.left_out_count), (1, 1))
        batch = self.batch_of(wizard.action_confirm())
        self.assertEqual(batch.treatment_ids.inbound_id, other)
        self.assertIn("already on its way", batch.left_out)

    def test_bills_that_did_not_come_from_the_portal_are_not_answered(self):
        other = self.move.copy({"invoice_date": self.move.invoice_date})
        with self.assertRaisesRegex(UserError, "None of these bills"):
            self.run_bulk(other)

    def test_whoever_gave_the_answers_is_told_once_for_each_commit(self):
        def told():
            self.env.flush_all()
            self.env.cr.precommit.run()
            messages = self.env["bus.bus"].sudo().search([("message", "like", NOTICE)])
            found = [(one.channel, json.loads(one.message)) for one in messages]
            messages.unlink()
            return found

        moves = self.move + self.received().move_id
        wizard = self.window(self.run_bulk(moves), target="SERVICE_FAIT")
        batch = self.batch_of(wizard.action_confirm())
        told()
        batch.treatment_ids.write({"state": "sending"})
        batch.treatment_ids.write({"state": "done"})
        [(channel, message)] = told()
        self.assertEqual(message["payload"], {"id": batch.id})
        partner = self.town_hall_user.partner_id
        self.assertEqual(
            json.loads(channel), [self.env.cr.dbname, "res.partner", partner.id]
        )
        batch.treatment_ids.write({"next_try_at": False})
        self.assertEqual(told(), [])

    def test_what_did_not_pass_is_sent_again_together(self):
        moves = self.move + self.received().move_id
        wizard = self.window(
            self.run_bulk(moves), target="SUSPENDUE", reason="Il manque le bon"
        )
        batch = self.batch_of(wizard.action_confirm())
        self.fault(TREAT, "refused", times=2, code=20002, label="GDP_MSG_11.001")
        self.answer()
        self.assertEqual(batch.treatment_ids.mapped("state"), ["refused"] * 2)
        self.as_user(batch).action_retry()
        self.answer()
        self.assertEqual(batch.treatment_ids.mapped("state"), ["done"] * 2)

    def test_the_batch_of_a_colleague_is_not_shown(self):
        wizard = self.window(
            self.run_bulk(self.move + self.received().move_id), target="SERVICE_FAIT"
        )
        batch = self.batch_of(wizard.action_confirm())
        batches = self.env["l10n_fr_chorus.treatment.batch"]
        self.assertTrue(
            batches.with_user(self.town_hall_user).search([("id", "=", batch.id)])
        )
        self.assertFalse(
            batches.with_user(self.supplier_user).search([("id", "=", batch.id)])
        )

    def test_five_hundred_are_queued_in_as_many_queries_as_fifty(self):
        def queries(count):
            documents = self.waiting_documents(count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            action = self.as_user(documents)._open_wizard("SERVICE_FAIT")
            wizard = self.as_user(
                self.env["l10n_fr_chorus.treatment.wizard"].browse(action["res_id"])
            )
            batch = self.batch_of(wizard.action_confirm())
            self.env.flush_all()
            self.assertEqual(len(batch.treatment_ids), count)
            return self.env.cr.sql_log_count - before

        queries(2)
        few, many = queries(50), queries(500)
        self.assertLess(many, few + 30)
