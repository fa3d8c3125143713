"""Until when a public body has to pay an invoice, and when it probably will."""

from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..lib.chorus_pro.payment_clock import ClockEvent, ClockState, read_clock
from ..lib.chorus_pro.statuses import InvoiceStatus
from ..tools.dates import paris_day
from .account_move_situation import SETTLED_PAYMENTS

# What a structure did that often is a habit; below, its legal time is the best guess.
HABIT_CASES = 3
# Older habits say little.
HABIT_YEARS = 2
CLOCKED = ("out_invoice", "in_invoice")
# Whoever changes one of these moves the clock.
WATCHED = {
    "l10n_fr_chorus_status",
    "l10n_fr_chorus_status_at",
    "l10n_fr_chorus_sent_to_id",
    "delivery_date",
}
BATCH = 500
# Context key: several of those change now, and whoever does it reads the clock at the end.
CLOCK_LATER = "l10n_fr_chorus_clock_later"


class AccountMove(models.Model):
    """The dates are plain columns that are written when the portal's history moves, so
    that invoices which never see Chorus Pro cost nothing, at posting or at upgrade."""

    _inherit = "account.move"

    l10n_fr_chorus_clock_start = fields.Date(
        "Received by the public body",
        readonly=True,
        copy=False,
        help="The day from which its time to pay counts.",
    )
    l10n_fr_chorus_pay_by = fields.Date(
        "Legal last day to pay",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Public procurement code, R2192-10 and following. Empty while the period "
        "is interrupted.",
    )
    l10n_fr_chorus_paid_on = fields.Date(
        "Payment announced on", readonly=True, copy=False
    )
    l10n_fr_chorus_days_stopped = fields.Integer(
        "Days interrupted",
        readonly=True,
        copy=False,
        help="Between the suspension and the completion that opened the period again.",
    )
    l10n_fr_chorus_expected_payment = fields.Date(
        "Expected payment",
        readonly=True,
        copy=False,
        help="From how long this public body took for its last invoices; without "
        "enough of them, its legal last day to pay.",
    )
    l10n_fr_chorus_days_left = fields.Integer(
        "Days left to pay",
        compute="_compute_l10n_fr_chorus_days_left",
        help="Below zero: days late.",
    )

    _l10n_fr_chorus_habit_idx = models.Index(
        "(commercial_partner_id, company_id) WHERE (l10n_fr_chorus_paid_on IS NOT NULL)"
    )

    @api.depends("l10n_fr_chorus_pay_by", "l10n_fr_chorus_paid_on")
    def _compute_l10n_fr_chorus_days_left(self):
        today = self._l10n_fr_chorus_today()
        for move in self:
            end = move.l10n_fr_chorus_paid_on or today
            due = move.l10n_fr_chorus_pay_by
            move.l10n_fr_chorus_days_left = (due - end).days if due else 0

    def _l10n_fr_chorus_today(self):
        # The periods of the law are counted in France, whoever looks.
        return paris_day(fields.Datetime.now())

    def write(self, vals):
        # EXTENDS 'account'
        res = super().write(vals)
        if WATCHED & vals.keys() and not self.env.context.get(CLOCK_LATER):
            self.filtered(
                lambda m: m.l10n_fr_chorus_status or m.l10n_fr_chorus_clock_start
            )._l10n_fr_chorus_refresh_clock()
        return res

    # -------------------------------------------------------------------------
    # CLOCK
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_clock(self):
        """``PaymentClock`` of this invoice, read from the portal's history."""
        self.ensure_one()
        move = self.sudo()
        payer = (
            move._l10n_fr_chorus_holder()
            if move.move_type == "out_invoice"
            else move.company_id.partner_id
        )
        return read_clock(
            move._l10n_fr_chorus_clock_events(),
            payer._l10n_fr_chorus_kind(),
            performed=move.delivery_date or None,
        )

    def _l10n_fr_chorus_clock_events(self):
        lines = self.l10n_fr_chorus_event_ids.filtered(
            lambda event: event.kind == "status" and event.at
        ).sorted(lambda event: (event.at, event.position, event.id))
        told = [(line.code, line.at) for line in lines]
        current = self._l10n_fr_chorus_current_status()
        # The history may be read later than the status, which then is all there is.
        if all(current) and (not told or told[-1][0] != current[0]):
            told.append(current)
        return [
            ClockEvent(InvoiceStatus.parse(code), at.replace(tzinfo=timezone.utc))
            for code, at in told
        ]

    def _l10n_fr_chorus_current_status(self):
        """:return: code and naive UTC date, as the last search told them"""
        if self.move_type == "in_invoice":
            document = self.l10n_fr_chorus_inbound_id
            return document.portal_status, document.status_at
        return self.l10n_fr_chorus_status, self.l10n_fr_chorus_status_at

    def _l10n_fr_chorus_refresh_clock(self):
        """Write down the dates that follow from the history, where they changed."""
        moves = self.sudo().filtered(lambda move: move.move_type in CLOCKED)
        clocks = [(move, move._l10n_fr_chorus_clock()) for move in moves]
        clocks = [(move, clock) for move, clock in clocks if _has_moved(move, clock)]
        running = moves.browse(
            move.id for move, clock in clocks if clock.state is ClockState.RUNNING
        )
        habits = running._l10n_fr_chorus_payment_habits()
        for move, clock in clocks:
            habit = habits.get((move.company_id.id, move.commercial_partner_id.id))
            vals = {
                **_dates(clock),
                "l10n_fr_chorus_expected_payment": _expected(move, clock, habit),
            }
            changed = {
                name: value for name, value in vals.items() if move[name] != value
            }
            if changed:
                move.write(changed)

    # -------------------------------------------------------------------------
    # HABITS
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_payment_habits(self):
        """How long the customers of these invoices take to pay, in one query.

        :return: ``{(company id, customer id): (median days, number of invoices)}``,
            only where there are enough invoices to call it a habit
        """
        moves = self.filtered(lambda move: move.move_type == "out_invoice")
        if not moves:
            return {}
        rows = self.env.execute_query(
            SQL(
                "%s SELECT company_id, customer_id, days, cases FROM habits",
                self._l10n_fr_chorus_habits_sql(
                    SQL(
                        "AND commercial_partner_id IN %s",
                        tuple(moves.commercial_partner_id.ids or [0]),
                    )
                ),
            )
        )
        return {(company, customer): (days, n) for company, customer, days, n in rows}

    def _l10n_fr_chorus_habits_sql(self, where):
        """Query part ``WITH habits (company_id, customer_id, days, cases)``.

        Days from the start of the clock to the announced payment, without those of an
        interruption; performance after the payment counts as nought.
        """
        self.flush_model(
            [
                "commercial_partner_id",
                "company_id",
                "l10n_fr_chorus_clock_start",
                "l10n_fr_chorus_days_stopped",
                "l10n_fr_chorus_expected_payment",
                "l10n_fr_chorus_paid_on",
                "l10n_fr_chorus_pay_by",
                "move_type",
                "payment_state",
                "state",
            ]
        )
        since = self._l10n_fr_chorus_today() - timedelta(days=365 * HABIT_YEARS)
        return SQL(
            """
            WITH habits AS (
                SELECT company_id,
                       commercial_partner_id AS customer_id,
                       ROUND(
                           (
                               PERCENTILE_CONT(0.5) WITHIN GROUP (
                                   ORDER BY GREATEST(
                                       0,
                                       l10n_fr_chorus_paid_on
                                       - l10n_fr_chorus_clock_start
                                       - COALESCE(l10n_fr_chorus_days_stopped, 0)
                                   )
                               )
                           )::numeric
                       )::int AS days,
                       COUNT(*) AS cases
                  FROM account_move
                 WHERE l10n_fr_chorus_paid_on >= %(since)s
                   AND l10n_fr_chorus_clock_start IS NOT NULL
                   AND move_type = 'out_invoice'
                   %(where)s
                 GROUP BY company_id, commercial_partner_id
                HAVING COUNT(*) >= %(cases)s
            )
            """,
            since=since,
            where=where,
            cases=HABIT_CASES,
        )

    @api.model
    def _l10n_fr_chorus_refresh_expectations(self):
        """What was paid lately moves what is expected; only that is written."""
        rows = self.env.execute_query(
            SQL(
                """
                %(habits)s
                SELECT COALESCE(
                           move.l10n_fr_chorus_clock_start + habits.days
                           + COALESCE(move.l10n_fr_chorus_days_stopped, 0),
                           move.l10n_fr_chorus_pay_by
                       ) AS expected,
                       ARRAY_AGG(move.id)
                  FROM account_move move
                  LEFT JOIN habits
                    ON habits.company_id = move.company_id
                   AND habits.customer_id = move.commercial_partner_id
                 WHERE move.l10n_fr_chorus_pay_by IS NOT NULL
                   AND move.l10n_fr_chorus_paid_on IS NULL
                   AND move.move_type = 'out_invoice'
                   AND move.state = 'posted'
                   AND move.payment_state NOT IN %(settled)s
                   AND move.l10n_fr_chorus_expected_payment IS DISTINCT FROM
                       COALESCE(
                           move.l10n_fr_chorus_clock_start + habits.days
                           + COALESCE(move.l10n_fr_chorus_days_stopped, 0),
                           move.l10n_fr_chorus_pay_by
                       )
                 GROUP BY 1
                """,
                habits=self._l10n_fr_chorus_habits_sql(SQL("")),
                settled=SETTLED_PAYMENTS,
            )
        )
        for expected, ids in rows:
            self.browse(ids).write({"l10n_fr_chorus_expected_payment": expected})

    @api.model
    def _cron_l10n_fr_chorus_expect(self):
        self._l10n_fr_chorus_refresh_expectations()

    @api.model
    def _l10n_fr_chorus_start_clocks(self):
        """Read the clocks of all that is on Chorus Pro, once, after an upgrade."""
        moves = self.search(
            [
                ("move_type", "in", CLOCKED),
                ("l10n_fr_chorus_clock_start", "=", False),
                "|",
                ("l10n_fr_chorus_status", "!=", False),
                ("l10n_fr_chorus_inbound_ids", "!=", False),
            ],
            order="id",
        )
        for batch in split_every(BATCH, moves.ids, self.browse):
            batch._l10n_fr_chorus_refresh_clock()
            self.env.invalidate_all()
        self._l10n_fr_chorus_refresh_expectations()


def _dates(clock):
    """The columns that follow from the history alone."""
    return {
        "l10n_fr_chorus_clock_start": clock.start or False,
        "l10n_fr_chorus_pay_by": clock.due or False,
        "l10n_fr_chorus_paid_on": clock.paid_on or False,
        "l10n_fr_chorus_days_stopped": clock.days_stopped,
    }


def _has_moved(move, clock):
    """Whether there is something to write; new habits alone wait for the night."""
    is_expected = bool(clock.paid_on or clock.due)
    return bool(move.l10n_fr_chorus_expected_payment) != is_expected or any(
        move[name] != value for name, value in _dates(clock).items()
    )


def _expected(move, clock, habit):
    """Day the money is expected, or False while nobody can tell."""
    if clock.paid_on:
        return clock.paid_on
    if not clock.due:
        return False
    if habit and move.move_type == "out_invoice":
        return clock.start + timedelta(days=habit[0] + clock.days_stopped)
    return clock.due
