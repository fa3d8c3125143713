"""What a connection asks of the portal: each call noted, a budget for each day."""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, time

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ..tools.dates import PARIS, paris_day, to_utc

# Nobody publishes the portal's quota; that of an application is shown on its page of
# PISTE. This is a call every nine seconds, far below the two per second that are prudent.
CALLS_PER_DAY = 10_000
# Part of the budget that looking leaves to deposits and answers.
RESERVED = 5  # a fifth
KEPT_DAYS = 400
# A line must not wait for whoever holds its connection: rather no line.
LOCK_TIMEOUT = "2s"

# The record that the calls of this thread are about; see ``_calls_about``.
_ABOUT = ContextVar("l10n_fr_chorus_calls_about", default=(False, False))


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    calls_per_day = fields.Integer(
        "Calls per day",
        default=CALLS_PER_DAY,
        help="At most so many calls a day (Paris time) for this technical account. A fifth "
        "is kept for deposits and answers, which always go; following and receiving stop "
        "first and resume the next day. 0: no limit. The quota of your application is "
        "shown on PISTE.",
    )
    calls_today = fields.Integer("Calls today", compute="_compute_calls_today")
    calls_today_label = fields.Char("Used today", compute="_compute_calls_today")
    calls_share = fields.Integer("Share used (%)", compute="_compute_calls_today")
    budget_message = fields.Char("Budget", compute="_compute_calls_today")
    calls_kept_days = fields.Integer(
        "Days calls are kept",
        default=KEPT_DAYS,
        help="Older lines of the list of calls are removed, except those of deposits and "
        "answers. 0: keep all.",
    )

    @api.constrains("calls_per_day", "calls_kept_days")
    def _check_calls(self):
        for connection in self:
            if connection.calls_per_day < 0 or connection.calls_kept_days < 0:
                raise ValidationError(self.env._("Enter 0 or more."))

    @api.depends("calls_per_day")
    @api.depends_context("lang")
    def _compute_calls_today(self):
        for connection in self:
            count = connection._count_calls_today() if connection.ids else 0
            budget = connection.calls_per_day
            connection.calls_today = count
            connection.calls_share = count * 100 // budget if budget > 0 else 0
            connection.calls_today_label = connection._say_calls(count)
            connection.budget_message = connection._say_budget(count)

    def _say_calls(self, count):
        told = formatLang(self.env, count, digits=0)
        if not self.calls_per_day:
            return self.env._("%s calls today", told)
        return self.env._(
            "%(count)s of %(budget)s calls today",
            count=told,
            budget=formatLang(self.env, self.calls_per_day, digits=0),
        )

    def _say_budget(self, count):
        """What stands still because of the budget; False most of the time."""
        if self._is_within(count, self._calls_reserve()):
            return False
        if self._is_within(count):
            return self.env._(
                "Only the calls kept for deposits and answers are left today. Looking "
                "for news resumes tomorrow; to resume now, raise the calls per day."
            )
        return self.env._(
            "The calls of today are used up. Deposits and answers still go; looking for "
            "news resumes tomorrow. To resume now, raise the calls per day."
        )

    # -------------------------------------------------------------------------
    # BUDGET
    # -------------------------------------------------------------------------

    def _has_budget(self, reserve=0):
        """Whether another call may be made today.

        :param int reserve: calls that must be left over after it
        """
        self.ensure_one()
        return not self.calls_per_day or self._is_within(
            self._count_calls_today(), reserve
        )

    def _may_look(self):
        """Whether there is budget for what can wait: following, histories, the inbox.

        Never asked by deposits and answers: polling must not keep an invoice back.
        """
        return self._has_budget(self._calls_reserve())

    def _looks_left(self):
        """How many calls of today are left to what can wait; None: no limit."""
        self.ensure_one()
        if not self.calls_per_day:
            return None
        spent = self._count_calls_today() + self._calls_reserve()
        return max(0, self.calls_per_day - spent)

    def _calls_reserve(self):
        """Calls of a day that looking leaves to deposits and answers."""
        return self.calls_per_day // RESERVED

    def _is_within(self, count, reserve=0):
        return not self.calls_per_day or count + reserve < self.calls_per_day

    def _count_calls_today(self):
        """Calls since midnight in Paris, of all connections with this account."""
        self.ensure_one()
        # Whoever sees the connection may know how much was asked, not what.
        return (
            self.env["l10n_fr_chorus.call"]
            .sudo()
            .search_count(
                [
                    ("connection_id", "in", self._same_account().ids),
                    ("at", ">=", _midnight()),
                ]
            )
        )

    def _same_account(self):
        """Connections through which the same technical account calls; at least this one."""
        secret = self.sudo().with_context(active_test=False)
        key = secret._account_key()
        *_address, login = key
        if not login:
            return secret
        # The login may be kept by the server.
        return secret | secret.search(
            # In its form, while it is typed in, it is not the one that is stored.
            [("environment", "=", secret.environment), ("id", "!=", self._origin.id)]
        ).filtered(lambda one: one._account_key() == key)

    # -------------------------------------------------------------------------
    # NOTE
    # -------------------------------------------------------------------------

    @contextmanager
    def _calls_about(self, record):
        """Calls made inside are noted as being about ``record``.

        Only needed where the call itself names no document, as a deposit does.
        """
        token = _ABOUT.set((record._name, record.id))
        try:
            yield
        finally:
            _ABOUT.reset(token)

    def _call_observer(self):
        """What the client tells its calls to: a line each, in a transaction of its own.

        Not in the transaction of the caller, which may be rolled back, nor gathered until
        its commit, which may never come: the line of a deposit that was cut is the one
        that will be asked for.
        """
        self.ensure_one()
        common = {"connection_id": self.id, "company_id": self.company_id.id}
        # Otherwise the robot is read, each time, to learn its company.
        context = {"allowed_company_ids": self.company_id.ids}

        def note(record):
            with self._calls_cursor() as cr:
                cr.execute(
                    SQL("SELECT set_config('lock_timeout', %s, true)", LOCK_TIMEOUT)
                )
                env = api.Environment(cr, SUPERUSER_ID, context)
                line = env["l10n_fr_chorus.call"].create({**common, **_line(record)})
                line._keep_bodies(record)

        return note

    @contextmanager
    def _calls_cursor(self):
        """A cursor for one line, committed at the end. Tests plug their own here."""
        with self.env.registry.cursor() as cr:
            yield cr

    def action_l10n_fr_chorus_calls(self):
        """The calls of this connection."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "l10n_fr_chorus_exchange.l10n_fr_chorus_call_action"
            ),
            "domain": [("connection_id", "=", self.id)],
        }


def _line(record):
    """Values of a line.

    :param record: ``CallRecord`` of the library
    """
    res_model, res_id = _ABOUT.get()
    return {
        "at": to_utc(record.at),
        "method": record.method,
        "operation": record.operation,
        "http_status": _text(record.http_status),
        "code_retour": _text(record.code_retour),
        "duration_ms": record.duration_ms,
        "size": record.size,
        "size_sent": record.size_sent,
        "correlation_id": record.correlation_id or False,
        "attempt": record.attempt,
        "outcome": str(record.outcome),
        "writes": record.writes,
        "subject": record.subject or False,
        "res_model": res_model,
        "res_id": res_id,
    }


def _text(number):
    return False if number is None else str(number)


def _midnight():
    """When this day began in Paris, in naive UTC."""
    today = paris_day(fields.Datetime.now())
    return to_utc(datetime.combine(today, time.min, tzinfo=PARIS))
