"""The stages of an invoice above its form."""

import json
from datetime import timedelta

from odoo.fields import Datetime
from odoo.tools import mute_logger

from ..lib.chorus_pro.codes import InvoiceStatus
from ..models.timeline import MILESTONES, Event, steps_of
from .common import CODES_LOGGER
from .deposit_common import DepositCase

START = Datetime.to_datetime("2026-03-01 09:00:00")
WAY = [row[0] for row in MILESTONES]


def events(*codes):
    return [Event(code, START + timedelta(days=day)) for day, code in enumerate(codes)]


def shape(*codes):
    """``deposited available* suspended? ...``: * is current, ? is to come."""
    marks = {"done": "", "current": "*", "coming": "?"}
    return [step.key + marks[step.state] for step in steps_of(events(*codes))]


class TestSteps(DepositCase):
    def test_what_is_still_to_come_follows_the_current_stage(self):
        self.assertEqual(
            shape("DEPOSEE", "EN_COURS_ACHEMINEMENT", "MISE_A_DISPOSITION"),
            ["deposited", "available*", "service_done?", "ordered?", "paid?"],
        )

    def test_a_stage_that_was_skipped_is_not_shown_as_done(self):
        self.assertEqual(
            shape("DEPOSEE", "MISE_A_DISPOSITION", "MISE_EN_PAIEMENT"),
            ["deposited", "available", "paid"],
        )

    def test_detours_stand_where_they_happened(self):
        self.assertEqual(
            shape("DEPOSEE", "MISE_A_DISPOSITION", "SUSPENDUE", "COMPLETEE"),
            ["deposited", "available", "SUSPENDUE", "COMPLETEE*"]
            + [f"{key}?" for key in WAY[2:]],
        )

    def test_a_recycled_invoice_is_to_be_made_available_again(self):
        start = ("DEPOSEE", "MISE_A_DISPOSITION", "A_RECYCLER")
        self.assertEqual(
            shape(*start),
            ["deposited", "available", "A_RECYCLER*"] + [f"{key}?" for key in WAY[1:]],
        )
        self.assertEqual(shape(*start, "MISE_A_DISPOSITION")[3], "available*")

    def test_nothing_is_to_come_after_an_end(self):
        for code in ("REJETEE", "ABANDONNEE", "SUPPRIMEE", "REFUSEE_1", "NON_CONFORME"):
            with self.subTest(code=code):
                self.assertEqual(shape("DEPOSEE", code), ["deposited", f"{code}*"])

    def test_each_status_is_shown_and_only_one_stage_is_current(self):
        for status in InvoiceStatus:
            with self.subTest(status=status.value):
                shown = steps_of(events("DEPOSEE", status.value))
                current = [step for step in shown if step.state == "current"]
                self.assertEqual(len(current), status is not InvoiceStatus.PAID)
                codes = [event.code for step in shown for event in step.events]
                self.assertEqual(codes, ["DEPOSEE", status.value])

    @mute_logger(CODES_LOGGER)
    def test_an_unknown_status_is_a_detour_that_ends_nothing(self):
        self.assertEqual(
            shape("DEPOSEE", "NOUVEAU"),
            ["deposited", "NOUVEAU*"] + [f"{key}?" for key in WAY[1:]],
        )
        self.assertEqual(steps_of([]), [])


class TestTimeline(DepositCase):
    def line(self, move, **context):
        return move.with_context(**context).l10n_fr_chorus_timeline

    def test_an_invoice_that_never_left_has_no_stages(self):
        self.assertFalse(self.line(self.invoice()))

    def test_a_deposit_without_status_is_the_first_stage(self):
        move = self.invoice()
        self.send(move)
        self.assertFalse(self.line(move))
        self.run_cron("ir_cron_send")
        first = self.line(move)[0]
        self.assertEqual((first["key"], first["state"]), ("deposited", "current"))
        self.assertTrue(first["date"])

    def test_dates_and_reasons_are_in_the_details_on_the_clock_of_the_reader(self):
        move = self.invoice()
        move.l10n_fr_chorus_status = "SUSPENDUE"
        move.l10n_fr_chorus_status_at = Datetime.to_datetime("2025-03-05 23:30:00")
        move.l10n_fr_chorus_status_comment = "Il manque\nle bon"
        [step, *_coming] = self.line(move, tz="Europe/Paris")
        self.assertEqual(step["label"], "Suspended")
        self.assertEqual(step["severity"], "warning")
        self.assertEqual(step["date"], "Mar 6, 2025")
        self.assertIn("12:30", step["details"][0])
        self.assertTrue(step["details"][0].endswith("Il manque le bon"))
        json.dumps(self.line(move))

    def test_the_history_of_the_portal_gives_the_stages_and_their_dates(self):
        move = self.invoice()
        self.env["l10n_fr_chorus.event"].sudo().create(
            [
                {
                    "move_id": move.id,
                    "portal_event_id": f"{rank} {event.code}",
                    "code": event.code,
                    "at": event.at,
                }
                for rank, event in enumerate(
                    events("DEPOSEE", "MISE_A_DISPOSITION", "SUSPENDUE")
                )
            ]
        )
        move.l10n_fr_chorus_status = "SUSPENDUE"
        shown = self.line(move)
        self.assertEqual(
            # The year is told from the next one on.
            [(step["key"], step["date"].partition(",")[0]) for step in shown[:3]],
            [("deposited", "Mar 1"), ("available", "Mar 2"), ("SUSPENDUE", "Mar 3")],
        )
