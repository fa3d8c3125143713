"""Corrections: each done once, whatever happens to the calls and to the worker."""

from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..lib.chorus_pro.services import invoices
from .common import seed
from .correction_common import (
    ACKNOWLEDGE,
    COMPLETE,
    RECYCLE,
    UPLOAD,
    VALIDATOR,
    CorrectionCase,
    file_values,
)

ROBOT = "odoo.addons.l10n_fr_chorus_exchange.models.l10n_fr_chorus_wish_send"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCorrectionDoubt(CorrectionCase):
    def setUp(self):
        super().setUp()
        self.town_hall_partner.action_l10n_fr_chorus_lookup()

    def each_kind(self):
        """Operation, invoice and correction that waits, for each of the four."""
        move = self.suspended()
        yield COMPLETE, move, self.complete(move)
        move = self.to_recycle()
        yield RECYCLE, move, self.recycle(move, service_id=self.other_service())
        move = self.rejected()
        yield ACKNOWLEDGE, move, self.acknowledge(move)
        move = self.wrong_validator()
        partner = self.validator(seed.DEPARTMENT)
        yield VALIDATOR, move, self.name_validator(move, partner)

    def by_hand(self):
        """Somebody works on the portal itself, with the account of the supplier."""
        return self.supplier_connection._client()

    def line(self, name="bon.pdf"):
        return {"upload": file_values()["content"], "upload_name": name}

    # -------------------------------------------------------------------------
    # RHYTHM
    # -------------------------------------------------------------------------

    def test_the_longer_no_question_is_answered_the_rarer_it_is_asked(self):
        correction = self.complete(self.suspended())
        start = correction.create_date
        waits = []
        for minutes in 0, 2, 10, 30, 600:
            now = start + timedelta(minutes=minutes)
            with freeze_time(now):
                correction._later("Closed")
            waits.append((correction.next_try_at - now) / timedelta(minutes=1))
        self.assertEqual([round(wait) for wait in waits], [1, 5, 15, 60, 60])

    # -------------------------------------------------------------------------
    # UNKNOWN OUTCOME
    # -------------------------------------------------------------------------

    def test_no_answer_to_what_was_done_is_settled_by_looking(self):
        for operation, _move, correction in self.each_kind():
            with self.subTest(operation=operation):
                self.fault(operation, "cut_after")
                self.correct()
                self.assertEqual(correction.state, "unknown")
                self.assertIn("no answer", _move.l10n_fr_chorus_correction_summary)
                self.correct()
                self.assertEqual(correction.state, "done", correction.error)
                self.assertEqual(self.calls(operation), 1)

    def test_no_answer_to_what_was_not_done_is_sent_again_after_looking(self):
        for operation, _move, correction in self.each_kind():
            with self.subTest(operation=operation):
                self.fault(operation, "cut_before")
                self.correct()
                self.assertEqual(correction.state, "unknown")
                self.correct()
                self.assertEqual(correction.state, "done", correction.error)
                self.assertEqual(self.calls(operation), 2)

    def test_without_a_look_nothing_is_sent_again(self):
        for operation, _move, correction in self.each_kind():
            with self.subTest(operation=operation):
                self.fault(operation, "cut_before")
                self.correct()
                self.fault("factures/consulter/historique", "cut_before", times=5)
                self.correct()
                self.assertEqual(correction.state, "unknown")
                self.assertEqual(self.calls(operation), 1)
                self.drive("DELETE", "faults")
                self.correct()
                self.assertEqual(correction.state, "done", correction.error)

    def test_an_earlier_answer_is_not_taken_for_this_one(self):
        move = self.suspended()
        self.complete(move)
        self.correct()
        self.treat_on_portal(move.l10n_fr_chorus_portal_id, "SUSPENDUE", "Encore")
        self.read_again(move)
        second = self.complete(move, "Deuxième")
        self.fault(COMPLETE, "cut_before")
        self.correct()
        self.correct()
        self.assertEqual(second.state, "done", second.error)
        self.assertEqual(self.steps(move, "COMPLETEE"), 2)

    def test_a_worker_that_died_in_the_call_is_found_out_by_looking(self):
        move = self.suspended()
        correction = self.complete(move)
        correction.state = "sending"
        invoices.complete(
            self.by_hand(), int(move.l10n_fr_chorus_portal_id), comment="Voici le bon"
        )
        self.correct()
        self.assertEqual(correction.state, "done", correction.error)
        self.assertEqual(self.calls(COMPLETE), 1)

    def test_withdrawn_in_doubt_it_is_never_sent_again(self):
        for operation, move, correction in self.each_kind():
            with self.subTest(operation=operation):
                self.fault(operation, "cut_before")
                self.correct()
                self.assertEqual(correction.state, "unknown")
                correction.with_user(self.supplier_user).sudo(False).action_cancel()
                self.assertIn(
                    "withdrawn unless", move.l10n_fr_chorus_correction_summary
                )
                self.correct()
                self.assertEqual(correction.state, "cancelled", correction.error)
                self.assertIn("had not arrived", correction.error)
                self.assertEqual(self.calls(operation), 1)

    def test_withdrawn_after_it_arrived_it_stands_and_a_person_is_told(self):
        for operation, move, correction in self.each_kind():
            with self.subTest(operation=operation):
                self.fault(operation, "cut_after")
                self.correct()
                correction.with_user(self.supplier_user).sudo(False).action_cancel()
                self.correct()
                self.assertEqual(correction.state, "done", correction.error)
                self.assertIn("could not be withdrawn", correction.error)
                self.assertTrue(
                    move.activity_ids.filtered(
                        lambda one: "not withdrawn" in (one.summary or "")
                    )
                )
                self.assertEqual(self.calls(operation), 1)

    # -------------------------------------------------------------------------
    # ONCE
    # -------------------------------------------------------------------------

    def test_pressing_twice_is_one_correction(self):
        move = self.suspended()
        wizards = self.window(move, "action_l10n_fr_chorus_complete").create(
            [{"move_id": move.id, "comment": "Une fois"} for _time in range(2)]
        )
        wizards[0].action_confirm()
        with self.assertRaisesRegex(UserError, "already on its way"):
            wizards[1].action_confirm()
        self.correct()
        self.assertEqual(self.calls(COMPLETE), 1)

    @mute_logger("odoo.sql_db")
    def test_two_requests_at_the_same_moment_cannot_both_be_kept(self):
        correction = self.complete(self.suspended())
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            correction.copy({"file_ids": []}).flush_recordset()

    def test_a_second_worker_sends_nothing(self):
        correction = self.complete(self.suspended())

        @contextmanager
        def busy(_self, purpose=""):
            yield purpose != "correct"

        with patch.object(
            self.env.registry["l10n_fr_chorus.connection"], "_exclusive", busy
        ):
            self.correct()
        self.assertEqual(correction.state, "ready")
        self.assertEqual(self.calls(COMPLETE), 0)

    def test_a_correction_cancelled_while_the_portal_is_asked_does_not_leave(self):
        correction = self.complete(self.suspended())
        theirs = correction.with_user(self.supplier_user).sudo(False)
        self.meanwhile("consulter/historique", theirs.action_cancel)
        self.correct()
        self.assertEqual(correction.state, "cancelled")
        self.assertEqual(self.calls(COMPLETE), 0)

    def test_no_transaction_is_open_while_the_portal_thinks(self):
        correction = self.complete(self.suspended(), lines=[self.line()])
        open_calls = self.watch_transactions()
        self.correct()
        self.assertEqual(correction.state, "done", correction.error)
        self.assertEqual(open_calls, [])

    # -------------------------------------------------------------------------
    # ALREADY DONE, OVERTAKEN, REFUSED
    # -------------------------------------------------------------------------

    def test_a_suspension_answered_on_the_portal_is_done_and_says_what_was_not_sent(
        self,
    ):
        move = self.suspended()
        correction = self.complete(move)
        invoices.complete(
            self.by_hand(),
            int(move.l10n_fr_chorus_portal_id),
            comment="Par un collègue",
        )
        self.correct()
        self.assertEqual(correction.state, "done")
        self.assertIn("were not sent", correction.error)
        self.assertEqual(self.calls(COMPLETE), 1)
        self.assertEqual(move.l10n_fr_chorus_status, "COMPLETEE")

    def test_a_rejection_acknowledged_on_the_portal_is_done(self):
        move = self.rejected()
        correction = self.acknowledge(move)
        invoices.acknowledge_rejections(
            self.by_hand(), [int(move.l10n_fr_chorus_portal_id)]
        )
        self.correct()
        self.assertEqual(correction.state, "done")
        self.assertEqual(self.calls(ACKNOWLEDGE), 1)

    def test_an_invoice_sent_on_from_the_portal_is_done_only_if_it_went_there(self):
        for code, state in (("ECOLES", "done"), ("ACHATS", "cancelled")):
            with self.subTest(service=code):
                move = self.to_recycle()
                correction = self.recycle(move, service_id=self.other_service())
                invoices.recycle(
                    self.by_hand(),
                    int(move.l10n_fr_chorus_portal_id),
                    recipient=seed.TOWN_HALL,
                    service_code=code,
                )
                self.correct()
                self.assertEqual(correction.state, state, correction.error)
                self.assertEqual(
                    move.buyer_reference, "ECOLES" if state == "done" else "ACHATS"
                )
        self.assertEqual(self.calls(RECYCLE), 2)

    def test_a_service_that_the_portal_leaves_out_is_ours_only_once_it_was_sent(self):
        correction = self.recycle(self.to_recycle(), service_id=self.other_service())
        recipient = SimpleNamespace(identifier=seed.TOWN_HALL, service_code="")
        detail = SimpleNamespace(recipient=recipient, engagement="")
        self.assertFalse(correction._is_ours(detail))
        correction.state = "unknown"
        self.assertTrue(correction._is_ours(detail))
        recipient.service_code = "ACHATS"
        self.assertFalse(correction._is_ours(detail))

    def test_a_status_that_changed_before_leaving_costs_no_refused_call(self):
        move = self.suspended()
        correction = self.complete(move)
        self.treat_on_portal(move.l10n_fr_chorus_portal_id, "MISE_A_DISPOSITION")
        self.correct()
        self.assertEqual(correction.state, "cancelled")
        self.assertIn("Made available", correction.error)
        self.assertEqual(self.calls(COMPLETE), 0)
        self.assertEqual(move.l10n_fr_chorus_status, "MISE_A_DISPOSITION")

    def test_a_refused_step_reads_the_status_again_and_tells_a_person(self):
        move = self.suspended()
        correction = self.complete(move)
        self.meanwhile(
            "factures/v1/completer",
            lambda: self.treat_on_portal(
                move.l10n_fr_chorus_portal_id, "MISE_A_DISPOSITION"
            ),
        )
        self.correct()
        self.assertEqual(correction.state, "refused")
        self.assertIn("not suspended", correction.error)
        self.assertEqual(move.l10n_fr_chorus_status, "MISE_A_DISPOSITION")
        self.assertTrue(
            move.activity_ids.filtered(lambda a: "refused" in (a.summary or ""))
        )

    def test_words_of_the_portal_that_nobody_knows_are_shown(self):
        correction = self.complete(self.suspended())
        self.fault(COMPLETE, "refused", code=20099, label="Motif jamais vu")
        self.correct()
        self.assertEqual(correction.state, "refused")
        self.assertIn("Motif jamais vu", correction.error)

    def test_a_refused_answer_goes_again_with_its_files(self):
        move = self.suspended()
        correction = self.complete(move, lines=[self.line()])
        self.fault(COMPLETE, "refused", code=20003, label="Pièce jointe inconnue")
        self.correct()
        self.assertEqual(correction.state, "refused")
        correction.with_user(self.supplier_user).sudo(False).action_retry()
        self.correct()
        self.assertEqual(correction.state, "done", correction.error)
        self.assertEqual(len(self.portal_files(move)), 1)

    # -------------------------------------------------------------------------
    # FILES
    # -------------------------------------------------------------------------

    def test_a_worker_killed_after_the_uploads_does_not_upload_again(self):
        move = self.suspended()
        correction = self.complete(move, lines=[self.line(), self.line("plan.pdf")])
        wishes = self.env.registry["l10n_fr_chorus.correction"]
        with (
            self.assertLogs(ROBOT, "ERROR"),
            patch.object(wishes, "_send", side_effect=RuntimeError("killed")),
        ):
            self.correct()
        self.assertEqual(correction.state, "ready")
        self.assertTrue(all(correction.file_ids.mapped("portal_file_id")))
        self.correct()
        self.assertEqual(correction.state, "done", correction.error)
        self.assertEqual((self.calls(UPLOAD), self.calls(COMPLETE)), (2, 1))
        self.assertEqual(len(self.portal_files(move)), 2)

    def test_a_file_without_answer_keeps_those_that_went_before_it(self):
        move = self.suspended()
        correction = self.complete(move, lines=[self.line(), self.line("plan.pdf")])
        self.fault(UPLOAD, "cut_after", skip=1)
        self.correct()
        self.assertEqual(correction.state, "ready")
        self.assertEqual(self.calls(COMPLETE), 0)
        self.correct()
        self.assertEqual(correction.state, "done", correction.error)
        self.assertEqual(self.calls(UPLOAD), 3)
        self.assertEqual(len(self.portal_files(move)), 2)

    def test_a_file_the_portal_refuses_ends_the_answer_with_its_words(self):
        correction = self.complete(self.suspended(), lines=[self.line()])
        self.fault(UPLOAD, "refused", code=20003, label="Fichier refusé")
        self.correct()
        self.assertEqual(correction.state, "refused")
        self.assertIn("Fichier refusé", correction.error)
        self.assertEqual(self.calls(COMPLETE), 0)

    # -------------------------------------------------------------------------
    # CONNECTION
    # -------------------------------------------------------------------------

    def test_a_connection_with_a_correction_under_way_is_not_archived(self):
        move = self.suspended()
        correction = self.complete(move)
        with self.assertRaisesRegex(UserError, "Answers not told yet: 1"):
            self.supplier_connection.active = False
        correction._withdraw()
        self.supplier_connection.active = False
        self.assertFalse(move.l10n_fr_chorus_can_complete)

    def test_a_closed_portal_makes_it_wait_and_sends_nothing(self):
        correction = self.complete(self.suspended())
        self.fault(COMPLETE, "too_many", retry_after=900)
        self.correct()
        self.assertEqual(correction.state, "ready")
        self.assertTrue(self.supplier_connection.is_paused)
        self.correct()
        self.assertEqual(correction.state, "done", correction.error)
