"""What a supplier does on the portal: complete, recycle, acknowledge, validator."""

from dataclasses import replace
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..lib.chorus_pro.codes import InvoiceStatus
from ..lib.chorus_pro.services import invoices
from ..lib.chorus_pro.status_actions import SupplierAction, supplier_actions
from .common import CODES_LOGGER
from .correction_common import COMPLETE, RECYCLE, CorrectionCase, file_values


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCorrection(CorrectionCase):
    # -------------------------------------------------------------------------
    # BUTTONS
    # -------------------------------------------------------------------------

    @mute_logger(CODES_LOGGER)
    def test_each_status_shows_the_buttons_of_what_is_possible_and_no_other(self):
        move = self.invoice()
        deposit = self.send(move)
        deposit.state = "integrated"
        move.l10n_fr_chorus_portal_id = "1"
        for status in (*InvoiceStatus, "NOUVEAU_STATUT"):
            move.l10n_fr_chorus_status = str(status)
            shown = {
                action
                for action in SupplierAction
                if move[f"l10n_fr_chorus_can_{action.value}"]
            }
            with self.subTest(status=str(status)):
                self.assertEqual(shown, set(supplier_actions(status)))

    def test_an_invoice_the_portal_does_not_hold_has_no_button(self):
        move = self.invoice()
        move.l10n_fr_chorus_status = "SUSPENDUE"
        self.assertFalse(move.l10n_fr_chorus_can_complete)
        with self.assertRaisesRegex(UserError, "not possible now"):
            move.action_l10n_fr_chorus_complete()

    def test_the_buttons_go_while_something_is_on_its_way(self):
        move = self.suspended()
        self.assertTrue(move.l10n_fr_chorus_can_complete)
        self.complete(move)
        self.assertFalse(move.l10n_fr_chorus_can_complete)
        self.assertIn("within minutes", move.l10n_fr_chorus_correction_summary)

    # -------------------------------------------------------------------------
    # COMPLETE
    # -------------------------------------------------------------------------

    def test_a_suspension_is_answered_with_a_comment_and_documents(self):
        move = self.suspended()
        attached = self.attach(move, "Bon de livraison n° 12.pdf")
        self.run_cron("ir_cron_correct")
        kind = self.supplier_connection.attachment_type_ids[:1]
        correction = self.complete(
            move,
            "Voici le bon",
            [
                {"attachment_id": attached.id, "type_id": kind.id},
                {"upload": file_values()["content"], "upload_name": "plan.pdf"},
            ],
        )
        self.assertEqual(self.calls(COMPLETE), 0)
        self.correct()
        self.assertEqual(correction.state, "done", correction.error)
        self.assertEqual(move.l10n_fr_chorus_status, "COMPLETEE")
        held = self.held(move)
        self.assertEqual(held["status"], "COMPLETEE")
        sent = {
            (one["designation"], one["type_code"]) for one in self.portal_files(move)
        }
        self.assertEqual(
            sent, {("Bon de livraison n° 12.pdf", kind.code), ("plan.pdf", "DIVERS")}
        )
        self.assertIn("Voici le bon", self.chatter(move))
        self.assertFalse(move.l10n_fr_chorus_correction_summary)

    def test_the_kinds_of_files_are_read_once_and_kept(self):
        for _run in range(3):
            self.run_cron("ir_cron_correct")
        self.assertEqual(self.calls("transverses/recuperer/typespj"), 1)
        codes = self.supplier_connection.attachment_type_ids.mapped("code")
        self.assertIn("DIVERS", codes)

    def test_a_portal_that_does_not_tell_the_kinds_is_asked_the_next_day(self):
        self.fault("transverses/recuperer/typespj", "server_error", times=None)
        self.run_cron("ir_cron_correct")
        asked = self.calls("transverses/recuperer/typespj")
        self.run_cron("ir_cron_correct")
        self.assertEqual(self.calls("transverses/recuperer/typespj"), asked)
        self.assertFalse(self.supplier_connection.attachment_type_ids)

    def test_what_chorus_pro_would_not_take_is_said_in_the_window(self):
        move = self.suspended()
        cases = [
            ("", [], "Write an answer"),
            ("x" * 2001, [], "2001 characters"),
            ("Voici", [{"upload": b"eA==", "upload_name": "a.exe"}], "kind of file"),
            ("Voici", [{"upload_name": "vide.pdf"}], "Choose a document"),
        ]
        for comment, lines, words in cases:
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self.complete(move, comment, lines)
        self.assertFalse(move.l10n_fr_chorus_correction_ids)

    def test_a_document_of_another_invoice_does_not_go(self):
        move = self.suspended()
        other = self.attach(self.invoice(), "secret.pdf")
        with self.assertRaisesRegex(UserError, "does not belong"):
            self.complete(move, "Voici", [{"attachment_id": other.id}])

    # -------------------------------------------------------------------------
    # RECYCLE
    # -------------------------------------------------------------------------

    def test_an_invoice_is_sent_to_another_service_under_the_same_number(self):
        move = self.to_recycle()
        self.town_hall_partner.action_l10n_fr_chorus_lookup()
        service = self.other_service()
        number = move.name
        correction = self.recycle(
            move, service_id=service, engagement="EJ-2026-7", comment="Autre service"
        )
        self.correct()
        self.assertEqual(correction.state, "done", correction.error)
        self.assertEqual(move.buyer_reference, service.code)
        self.assertEqual(move.purchase_order_reference, "EJ-2026-7")
        self.assertEqual(move.name, number)
        self.assertEqual(self.held(move)["number"], number)
        self.assertNotEqual(move.l10n_fr_chorus_status, "A_RECYCLER")
        self.assertIn("under the same number", self.chatter(move))
        self.assertFalse(move.l10n_fr_chorus_sent_to_id)

    def test_another_public_body_is_shown_and_the_customer_of_the_books_stays(self):
        move = self.to_recycle()
        body = self._create_public_body(
            "Autre organisme", self.other_body(), l10n_fr_chorus_is_public=True
        )
        self.recycle(move, partner_id=body, service_code="ROUTES")
        self.correct()
        correction = move.l10n_fr_chorus_correction_ids
        self.assertEqual(correction.state, "done", correction.error)
        self.assertEqual(move.l10n_fr_chorus_sent_to_id, body)
        move.l10n_fr_chorus_status = "SUSPENDUE"
        self.assertIn("Autre organisme", move.l10n_fr_chorus_summary)
        self.assertEqual(move.partner_id, self.town_hall_partner)
        self.assertEqual(move.buyer_reference, "ROUTES")

    def test_the_demands_of_the_new_address_are_checked_before_it_leaves(self):
        move = self.to_recycle()
        self.town_hall_partner.l10n_fr_chorus_requires_engagement = True
        with self.assertRaisesRegex(UserError, "commitment number"):
            self.recycle(move, engagement=False)
        self.assertEqual(self.calls(RECYCLE), 0)

    # -------------------------------------------------------------------------
    # REJECTED
    # -------------------------------------------------------------------------

    def test_a_rejection_is_acknowledged_and_the_button_goes(self):
        move = self.rejected()
        self.as_user(move).action_l10n_fr_chorus_acknowledge()
        self.correct()
        correction = move.l10n_fr_chorus_correction_ids
        self.assertEqual(correction.state, "done", correction.error)
        self.assertTrue(self.held(move)["rejection_handled"])
        self.assertFalse(move.l10n_fr_chorus_can_acknowledge)
        self.assertEqual(move.l10n_fr_chorus_status, "REJETEE")

    def test_a_rejected_invoice_is_credited_and_invoiced_again(self):
        move = self.rejected()
        action = self.as_user(move).action_l10n_fr_chorus_reinvoice()
        wizard = Form(
            self.env["account.move.reversal"]
            .with_user(self.supplier_user)
            .with_context(**action["context"])
        ).save()
        self.assertTrue(wizard.l10n_fr_chorus_is_refused)
        new = self.env["account.move"].browse(wizard.modify_moves()["res_id"])
        self.assertEqual(new.l10n_fr_chorus_corrected_id, move)
        self.assertEqual(move.l10n_fr_chorus_replaced_by_ids, new)
        new.action_post()
        self.assertNotEqual(new.name, move.name)
        credit = move.reversal_move_ids
        self.assertEqual(credit.state, "posted")
        self.assertTrue(credit.l10n_fr_chorus_stays_out)
        self.assertFalse(credit._l10n_fr_chorus_can_send())
        self.assertTrue(new._l10n_fr_chorus_can_send())
        self.assertFalse(move.l10n_fr_chorus_can_reinvoice)
        self.correct()
        self.assertTrue(self.held(move)["rejection_handled"])

    def test_the_credit_note_is_sent_when_the_person_wants_it(self):
        move = self.rejected()
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create(
                {
                    "journal_id": move.journal_id.id,
                    "l10n_fr_chorus_send_credit_note": True,
                }
            )
        )
        wizard.refund_moves()
        self.assertFalse(move.reversal_move_ids.l10n_fr_chorus_stays_out)

    # -------------------------------------------------------------------------
    # VALIDATOR
    # -------------------------------------------------------------------------

    def test_the_invoice_says_who_has_to_validate_it_and_since_when(self):
        move = self.accepted()
        move.l10n_fr_chorus_validator_id = self.validator()
        move.l10n_fr_chorus_status = "A_VALIDER_1"
        move.l10n_fr_chorus_status_at = "2026-03-05 09:00:00"
        self.assertIn("Entreprise principale", move.l10n_fr_chorus_validation_sentence)
        self.assertIn("03/05/2026", move.l10n_fr_chorus_validation_sentence)
        move.l10n_fr_chorus_status = "VALIDEE_1"
        self.assertFalse(move.l10n_fr_chorus_validation_sentence)

    def test_another_validator_is_named_and_asked_again(self):
        move = self.wrong_validator()
        validator = self.validator(self.other_body())
        correction = self.name_validator(move, validator)
        self.correct()
        self.assertEqual(correction.state, "done", correction.error)
        self.assertEqual(move.l10n_fr_chorus_status, "A_VALIDER_1")
        self.assertEqual(move.l10n_fr_chorus_validator_id, validator)

    def test_a_second_validator_does_not_take_the_place_of_the_first(self):
        first, second = self.validator(), self.validator(self.other_body())
        second.name = "Mandataire du groupement"
        move = self.accepted()
        move.l10n_fr_chorus_validator_id = first
        move.l10n_fr_chorus_status = "ERREUR_COTRAITANT_SUR_VALIDEUR"
        self.assertTrue(move.l10n_fr_chorus_can_correct_validator)
        window = Form(self.window(move, "action_l10n_fr_chorus_correct_validator"))
        self.assertFalse(window.former_id)
        correction = self.name_validator(move, second)
        correction._done()
        self.assertEqual(move.l10n_fr_chorus_validator_id, first)
        self.assertIn(second.name, self.chatter(move))
        move.l10n_fr_chorus_status = "A_VALIDER_2"
        self.assertNotIn(first.name, move.l10n_fr_chorus_validation_sentence)
        self.assertIn(second.name, move.l10n_fr_chorus_validation_sentence)

    def test_the_portal_tells_who_the_second_validator_is(self):
        move = self.accepted()
        move.l10n_fr_chorus_validator_id = self.validator()
        client = self.supplier_connection._client()
        [row] = [
            one
            for one in invoices.search_sent(client, flow_number=self.flow_of(move))
            if str(one.portal_id) == move.l10n_fr_chorus_portal_id
        ]
        row = replace(row, status=InvoiceStatus.TO_VALIDATE_2)
        row = replace(row, status_at=row.status_at + timedelta(hours=1))
        move.sudo()._l10n_fr_chorus_record_row(row)
        self.assertEqual(move.l10n_fr_chorus_status, "A_VALIDER_2")
        self.assertIn("The second validator", move.l10n_fr_chorus_validation_sentence)
        later = row.status_at + timedelta(hours=1)
        row = replace(row, second_validator="Mandataire SA", status_at=later)
        move.sudo()._l10n_fr_chorus_record_row(row)
        self.assertIn("Mandataire SA", move.l10n_fr_chorus_validation_sentence)

    def flow_of(self, move):
        return move.l10n_fr_chorus_deposit_ids.flow_number

    # -------------------------------------------------------------------------
    # WHO
    # -------------------------------------------------------------------------

    def test_nobody_of_another_company_and_no_auditor_acts(self):
        move = self.suspended()
        correction = self.complete(move)
        self.assertFalse(
            correction.with_user(self.town_hall_user).search(
                [("id", "=", correction.id)]
            )
        )
        auditor = self.auditor()
        for user in self.town_hall_user, auditor:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                move.with_user(user).sudo(False).action_l10n_fr_chorus_complete()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                correction.with_user(user).sudo(False).action_cancel()

    def test_the_windows_tell_nothing_of_the_invoices_of_another_company(self):
        moves = {
            "complete": self.suspended(),
            "recycle": self.to_recycle(),
            "validator": self.wrong_validator(),
        }
        partner = self.town_hall_partner
        for kind, move in moves.items():
            model = self.env[f"l10n_fr_chorus.{kind}.wizard"]
            model = model.with_user(self.town_hall_user)
            vals = {"move_id": move.id}
            if "partner_id" in model._fields:
                vals["partner_id"] = partner.id
            with self.subTest(kind=kind), self.assertRaises(AccessError):
                wizard = model.create(vals)
                wizard.invalidate_recordset()
                wizard.read(["reason"])

    def test_an_invoicing_user_changes_no_correction_by_hand(self):
        correction = self.complete(self.suspended()).with_user(self.supplier_user)
        correction = correction.sudo(False)
        with self.assertRaises(AccessError):
            correction.state = "done"
        with self.assertRaises(AccessError):
            correction.create({"move_id": correction.move_id.id, "kind": "complete"})
        correction.action_cancel()
        self.assertEqual(correction.state, "cancelled")

    def test_lines_of_a_window_are_checked_with_the_rights_of_the_person(self):
        move = self.suspended()
        hidden = self.env["ir.attachment"].create(
            {
                "name": "hidden.pdf",
                "raw": b"%PDF-1.4",
                "res_model": "res.company",
                "res_id": self.town_hall.id,
            }
        )
        wizard = (
            self.env["l10n_fr_chorus.complete.wizard"]
            .with_user(self.supplier_user)
            .create(
                {
                    "move_id": move.id,
                    "comment": "Voici",
                    "line_ids": [Command.create({"attachment_id": hidden.id})],
                }
            )
        )
        with self.assertRaises(UserError):
            wizard.action_confirm()
