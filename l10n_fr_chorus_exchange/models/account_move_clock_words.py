"""The payment clock of an invoice in words."""

from odoo import api, fields, models
from odoo.tools import format_date

from ..lib.chorus_pro.payment_clock import ClockNote, ClockState
from .account_move_situation import SETTLED_PAYMENTS


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_fr_chorus_clock_sentence = fields.Char(
        "Payment period",
        compute="_compute_l10n_fr_chorus_clock_sentence",
        compute_sudo=True,
    )
    l10n_fr_chorus_clock_notes = fields.Text(
        "How it was counted",
        compute="_compute_l10n_fr_chorus_clock_sentence",
        compute_sudo=True,
    )
    l10n_fr_chorus_is_late = fields.Boolean(
        "Later than the law allows",
        compute="_compute_l10n_fr_chorus_clock_sentence",
        compute_sudo=True,
    )

    @api.depends(
        "l10n_fr_chorus_clock_start",
        "l10n_fr_chorus_pay_by",
        "l10n_fr_chorus_paid_on",
        "l10n_fr_chorus_expected_payment",
        "payment_state",
    )
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_clock_sentence(self):
        clocked = self.filtered("l10n_fr_chorus_clock_start")
        for move in self - clocked:
            move.l10n_fr_chorus_clock_sentence = False
            move.l10n_fr_chorus_clock_notes = False
            move.l10n_fr_chorus_is_late = False
        habits = clocked._l10n_fr_chorus_payment_habits()
        for move in clocked:
            clock = move._l10n_fr_chorus_clock()
            habit = habits.get((move.company_id.id, move.commercial_partner_id.id))
            move.l10n_fr_chorus_clock_sentence = move._l10n_fr_chorus_clock_words(
                clock, habit
            )
            move.l10n_fr_chorus_clock_notes = "\n".join(
                move._l10n_fr_chorus_clock_note(note, clock) for note in clock.notes
            )
            move.l10n_fr_chorus_is_late = bool(
                move.move_type == "out_invoice"
                and clock.late_days(move._l10n_fr_chorus_settled_on())
            )

    def _l10n_fr_chorus_settled_on(self):
        """Day that ends the period: payment announced, else received, else today."""
        if self.l10n_fr_chorus_paid_on:
            return self.l10n_fr_chorus_paid_on
        if self.payment_state in SETTLED_PAYMENTS:
            paid = self._get_reconciled_amls().mapped("date")
            if paid:
                return max(paid)
        return self._l10n_fr_chorus_today()

    def _l10n_fr_chorus_clock_words(self, clock, habit):
        """One sentence on where the period to pay stands."""
        if clock.state is ClockState.STOPPED:
            return self.env._(
                "Payment period interrupted on %s: it opens again when the invoice is "
                "completed.",
                format_date(self.env, clock.stopped_on),
            )
        if not clock.due:
            return False
        if clock.paid_on or self.payment_state in SETTLED_PAYMENTS:
            return self.env._(
                "%(outcome)s %(period)s",
                outcome=self._l10n_fr_chorus_paid_words(clock),
                period=self._l10n_fr_chorus_last_day_words(clock),
            )
        late = clock.late_days(self._l10n_fr_chorus_today())
        if late:
            return self.env._(
                "%(days)s day(s) late. %(period)s",
                days=late,
                period=self._l10n_fr_chorus_last_day_words(clock),
            )
        words = self._l10n_fr_chorus_due_words(clock)
        expected = self._l10n_fr_chorus_expected_words(habit)
        return " ".join(filter(None, [words, expected]))

    def _l10n_fr_chorus_due_words(self, clock):
        day = format_date(self.env, clock.due)
        if clock.days_stopped:
            return self.env._(
                "To be paid by %(day)s (%(days)s days, interrupted for %(stopped)s day(s)).",
                day=day,
                days=clock.days,
                stopped=clock.days_stopped,
            )
        return self.env._(
            "To be paid by %(day)s (%(days)s days).", day=day, days=clock.days
        )

    def _l10n_fr_chorus_last_day_words(self, clock):
        day = format_date(self.env, clock.due)
        if clock.days_stopped:
            return self.env._(
                "Legal last day: %(day)s (%(days)s days, interrupted for %(stopped)s "
                "day(s)).",
                day=day,
                days=clock.days,
                stopped=clock.days_stopped,
            )
        return self.env._(
            "Legal last day: %(day)s (%(days)s days).", day=day, days=clock.days
        )

    def _l10n_fr_chorus_paid_words(self, clock):
        day = format_date(self.env, self._l10n_fr_chorus_settled_on())
        late = clock.late_days(self._l10n_fr_chorus_settled_on())
        if clock.paid_on and late:
            return self.env._(
                "Payment announced on %(day)s, %(days)s day(s) late.",
                day=day,
                days=late,
            )
        if clock.paid_on:
            return self.env._("Payment announced on %s.", day)
        if late:
            return self.env._(
                "Paid on %(day)s, %(days)s day(s) late.", day=day, days=late
            )
        return self.env._("Paid on %s.", day)

    def _l10n_fr_chorus_expected_words(self, habit):
        day = self.l10n_fr_chorus_expected_payment
        if not habit or not day or self.move_type != "out_invoice":
            return ""
        values = {
            "day": format_date(self.env, day),
            "days": habit[0],
            "count": habit[1],
        }
        if day < self._l10n_fr_chorus_today():
            return self.env._(
                "Was expected about %(day)s: this public body takes %(days)s day(s) "
                "(median of %(count)s invoices).",
                **values,
            )
        return self.env._(
            "Expected about %(day)s: this public body takes %(days)s day(s) (median of "
            "%(count)s invoices).",
            **values,
        )

    def _l10n_fr_chorus_clock_note(self, note, clock):
        """What somebody who checks the dates must know, one sentence each."""
        sentences = {
            ClockNote.KIND_ASSUMED: self.env._(
                "%s days are assumed: choose the kind of public body on the partner.",
                clock.days,
            ),
            ClockNote.STATE_TIME_STAMP: self.env._(
                "Sent to the State as a file, it counts from the time stamp of the "
                "State's accounting system, which Chorus Pro does not tell; counted "
                "here from the day it was made available (R2192-15)."
            ),
            ClockNote.PERFORMED_LATER: self.env._(
                "Counted from the delivery date, which is later than the day it was made "
                "available (R2192-12, R2192-13)."
            ),
            ClockNote.DISPOSAL_NOT_TOLD: self.env._(
                "Chorus Pro does not tell when it was made available: counted from the "
                "first step of the public body."
            ),
            ClockNote.STARTED_AGAIN: self.env._(
                "Sent again after it came back: counted from the last time it was made "
                "available."
            ),
            ClockNote.COMPLETION_NOT_TOLD: self.env._(
                "Chorus Pro does not tell when it was completed: the period opens again "
                "with the next step of the public body."
            ),
            ClockNote.SECOND_SUSPENSION: self.env._(
                "Suspended again: the period can be interrupted only once (R2192-27), it "
                "goes on."
            ),
            ClockNote.SUSPENDED_AFTER_ORDER: self.env._(
                "Suspended after the payment order: the period is no longer interrupted "
                "(R2192-27)."
            ),
            ClockNote.SUSPENDED_AFTER_DUE: self.env._(
                "Suspended after the last day to pay: nothing was left to interrupt."
            ),
        }
        return sentences[note]
