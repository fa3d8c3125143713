"""Following what was sent: which invoices changed status on the portal."""

import logging
from datetime import timedelta
from functools import partial
from itertools import accumulate

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.records import SentInvoice
from ..lib.chorus_pro.services import invoices
from ..lib.chorus_pro.statuses import FINAL_STATUSES
from ..lib.chorus_pro.transitions import ON_THE_WAY
from ..tools.dates import paris_day, paris_minute, to_utc
from ..tools.transactions import commit, is_passing, write_down
from ..tools.windows import OVERLAP, SKEW, whole_window
from .l10n_fr_chorus_deposit import RHYTHM

_logger = logging.getLogger(__name__)

# Rows of one page: the portal takes pages of a thousand, and an answer stays below 5 MB.
PAGE = 1000
# Without a look for longer than that, several steps may hide behind one status.
LATE = timedelta(days=1)
# Our clock went back: how far the window starts before it.
CLOCK_DOUBT = timedelta(days=31)
# An invoice nothing was heard of for that long is asked for by itself, once.
SILENCE = timedelta(days=30)
# Histories of one run; the others have their turn in the next ones.
HISTORIES = 20
# How long an invoice on its way to the recipient is worth asking about in minutes.
FRESH = timedelta(hours=1)


class L10n_Fr_ChorusConnection(models.Model):
    """One search over a window of status changes answers for all invoices of an account.

    The cursor moves when everything the search brought is committed. Whatever breaks
    before, the same window is read again; what was written down already is no news then.
    Histories are read only where a row cannot tell all (see ``transitions``), where a
    person asks, and once for an invoice that has been silent for a month.
    """

    _inherit = "l10n_fr_chorus.connection"

    sent_cursor = fields.Datetime(
        string="Statuses known up to",
        readonly=True,
        copy=False,
        help="Status changes of sent invoices are known up to this moment.",
    )

    def _by_account(self):
        """These connections, in groups that see the same invoices on the portal."""
        return list(self.sudo().grouped(lambda one: one._account_key()).values())

    # -------------------------------------------------------------------------
    # WHAT CHANGED
    # -------------------------------------------------------------------------

    def _follow_statuses(self):
        """What changed on the portal since the last time, for the invoices sent from here.

        :param self: connections of one technical account
        """
        asking = self.filtered(lambda one: one._may_follow() and one._has_followed())
        if not asking:
            return
        now = fields.Datetime.now()
        since = min(one._window_start(now) for one in asking)
        late = {one.company_id.id for one in asking if one._is_late(now)}
        try:
            client = asking[0]._client()
        except errors.ChorusError as error:
            asking._each_failed(error)
            return
        # Nothing is held open in the database while the portal thinks.
        commit(self.env)
        cut = []
        try:
            rows = _changed_rows(client, since, now, cut.append)
        except errors.ChorusError as error:
            # The cursor stays: the next run asks for the same window.
            write_down(self.env, partial(asking._statuses_not_read, error))
            return
        asking._record_rows(rows, late)
        write_down(self.env, partial(asking._statuses_read, _cursor(self, now, cut)))
        asking._read_histories(client)
        asking._come_back_soon()

    def _may_follow(self):
        self.ensure_one()
        return (
            self.active and self.can_send and not self._is_paused() and self._may_look()
        )

    def _has_followed(self):
        questions = self.env["l10n_fr_chorus.question"]
        return bool(
            self.env["account.move"].search_count(
                [
                    *self._sent_domain(),
                    "|",
                    ("l10n_fr_chorus_status", "not in", _codes(FINAL_STATUSES)),
                    ("l10n_fr_chorus_history_due", "=", True),
                ],
                limit=1,
            )
            or questions._pending(self._sent_domain())
        )

    def _window_start(self, now):
        """First day of the window, in Paris."""
        self.ensure_one()
        cursor = self.sent_cursor or self._first_sent_at()
        if cursor > now:
            # Our clock went back: what the cursor says is worth nothing.
            return paris_day(now - CLOCK_DOUBT)
        return paris_day(cursor - OVERLAP)

    def _is_late(self, now):
        self.ensure_one()
        return bool(self.sent_cursor) and not (
            timedelta(0) <= now - self.sent_cursor <= LATE
        )

    def _record_rows(self, rows, late):
        """Write down what is news, one invoice each: what breaks there stays there.

        :param dict rows: ``{portal id: SentInvoice}``
        :param set late: ids of companies whose invoices were not looked at for long
        """
        # Read once: each commit forgets the company and its language.
        spoken = {one.company_id.id: one._speak().env for one in self}
        for known in self._known(rows):
            row = rows[known["l10n_fr_chorus_portal_id"]]
            if not _is_news(row, known):
                continue
            company = known["company_id"]
            move = spoken[company]["account.move"].browse(known["id"])
            with self.env["l10n_fr_chorus.deposit"]._alone():
                write_down(
                    self.env,
                    partial(
                        move._l10n_fr_chorus_record_row, row, is_late=company in late
                    ),
                )
                continue
            # It could not be written: its history says the same, another time.
            with self.env["l10n_fr_chorus.deposit"]._alone():
                write_down(
                    self.env,
                    partial(move.write, {"l10n_fr_chorus_history_due": True}),
                )

    def _known(self, rows):
        """What we know of the invoices of these rows; the queries follow the rows."""
        names = [
            "l10n_fr_chorus_portal_id",
            "l10n_fr_chorus_status",
            "l10n_fr_chorus_status_at",
            "company_id",
        ]
        return self.env["account.move"].search_read(
            [*self._sent_domain(), ("l10n_fr_chorus_portal_id", "in", list(rows))],
            names,
            load=None,
        )

    def _statuses_not_read(self, error):
        if isinstance(error, (errors.NotSentError, errors.OutcomeUnknownError)):
            self._each_failed(error)
            return
        _logger.warning(
            "Chorus Pro connections %s: statuses not read: %s", self.ids, error
        )

    def _each_failed(self, error):
        for connection in self:
            connection._speak()._failed(error)

    def _statuses_read(self, now):
        for connection in self:
            # Whoever holds the row: the same window is read again next time.
            if connection.try_lock_for_update(allow_referencing=True):
                connection.sent_cursor = now
            connection._worked()

    def _sent_domain(self):
        # Of this connection: the ids of another environment mean other invoices.
        return [
            ("move_type", "in", ("out_invoice", "out_refund")),
            ("l10n_fr_chorus_portal_id", "!=", False),
            ("l10n_fr_chorus_deposit_ids.connection_id", "in", self.ids),
        ]

    def _first_sent_at(self):
        first = self.env["l10n_fr_chorus.deposit"].search(
            [("connection_id", "=", self.id), ("sent_at", "!=", False)],
            order="sent_at",
            limit=1,
        )
        return first.sent_at or fields.Datetime.now()

    # -------------------------------------------------------------------------
    # HISTORIES
    # -------------------------------------------------------------------------

    def _read_histories(self, client):
        """A few histories: what people asked for, what is due, what has been silent.

        What cannot be read waits behind the others.
        """
        questions = self.env["l10n_fr_chorus.question"].sudo()
        pending = questions._pending(self._sent_domain())
        for move_id, portal_id in self._histories_due(list(pending)):
            if not self[0]._may_follow():
                return
            # Nothing is held open in the database while the portal thinks.
            commit(self.env)
            move = self._speaking_move(move_id)
            try:
                with self[0]._calls_about(move):
                    history = invoices.history(client, portal_id)
            except errors.NotSentError as error:
                write_down(self.env, partial(self._each_failed, error))
                return
            except errors.ChorusError as error:
                # A comfort that must not hide the status.
                _logger.info("Chorus Pro invoice %s: no history: %s", portal_id, error)
                history = None
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Chorus Pro invoice %s: its history", portal_id)
                history = None
            answered = questions.browse(pending.get(move_id, ()))
            _write_history(move, history, answered)

    def _histories_due(self, wanted=()):
        """
        :param wanted: ids of invoices somebody asked about
        :return: ``[(move id, portal id)]``: these, then the longest unasked first
        """
        moves = self.env["account.move"]
        due = moves.browse(wanted[:HISTORIES])
        if len(due) < HISTORIES:
            due += moves.search(
                [
                    *self._sent_domain(),
                    ("l10n_fr_chorus_history_due", "=", True),
                    ("id", "not in", due.ids),
                ],
                order="l10n_fr_chorus_asked_at nulls first, id",
                limit=HISTORIES - len(due),
            )
        if len(due) < HISTORIES:
            # A search with a limit of nought would find them all.
            due += moves.search(
                self._silent_domain() & Domain("id", "not in", due.ids),
                order="l10n_fr_chorus_asked_at nulls first, id",
                limit=HISTORIES - len(due),
            )
        return [(move.id, int(move.l10n_fr_chorus_portal_id)) for move in due]

    def _silent_domain(self):
        """Nothing was heard of them for long, and they were not asked for since then."""
        return (
            Domain(self._sent_domain())
            & Domain("l10n_fr_chorus_status", "not in", _codes(FINAL_STATUSES))
            & (
                Domain("l10n_fr_chorus_status_at", "=", False)
                | Domain(
                    "l10n_fr_chorus_status_at", "<", fields.Datetime.now() - SILENCE
                )
            )
            & Domain.custom(to_sql=_is_unasked)
        )

    def _speaking_move(self, move_id):
        move = self.env["account.move"].browse(move_id)
        connection = self.filtered(lambda one: one.company_id == move.company_id)
        return move.with_env(connection[:1]._speak().env)

    # -------------------------------------------------------------------------
    # WHEN
    # -------------------------------------------------------------------------

    def _come_back_soon(self):
        """An invoice on its way arrives within minutes: the cron comes back for it.

        After 1, 2, 5, 10 and 30 minutes; from then on its own rhythm is enough.
        """
        now = fields.Datetime.now()
        newest = self.env["account.move"].search(
            [
                *self._sent_domain(),
                ("l10n_fr_chorus_status", "in", _codes(ON_THE_WAY)),
                ("l10n_fr_chorus_status_at", ">", now - FRESH),
            ],
            order="l10n_fr_chorus_status_at desc",
            limit=1,
        )
        if newest:
            at = _next_look(newest.l10n_fr_chorus_status_at, now)
            self.env.ref("l10n_fr_chorus_exchange.ir_cron_follow")._trigger(at=at)


def _write_history(move, history, questions):
    """What cannot be written down is as one that could not be read: it has been asked."""
    try:
        write_down(
            move.env, partial(move._l10n_fr_chorus_history_asked, history, questions)
        )
    except Exception as error:
        move.env.cr.rollback()
        if is_passing(error):
            # Somebody changed it at the same moment: the next run goes on.
            _logger.info("Chorus Pro: %s: %s", move, error)
            return
        _logger.exception("Chorus Pro: %s: its history", move)
        if history is not None:
            _write_history(move, None, questions)


def _is_unasked(model, alias, query):
    """Not asked for since it fell silent: once for each silence."""
    asked = model._field_to_sql(alias, "l10n_fr_chorus_asked_at", query)
    since = model._field_to_sql(alias, "l10n_fr_chorus_status_at", query)
    return SQL(
        "(%(asked)s IS NULL OR %(asked)s < %(since)s + %(silence)s)",
        asked=asked,
        since=since,
        silence=SILENCE,
    )


def _codes(statuses):
    return sorted(str(status) for status in statuses)


def _next_look(since, now):
    """When a status of the last hour is asked about again, naive UTC."""
    looks = (since + timedelta(minutes=minutes) for minutes in accumulate(RHYTHM))
    return next(at for at in looks if at > now)


def _cursor(connection, now, cut):
    """Up to where everything is known now.

    :param list cut: days of which the portal kept rows back
    """
    if not cut:
        return now
    # What was kept back is looked for again: the window starts at that day.
    _logger.warning(
        "Chorus Pro connections %s: more changes on %s than the portal shows",
        connection.ids,
        min(cut),
    )
    return fields.Datetime.to_datetime(min(cut))


def _changed_rows(client, since, now, on_cut):
    """:return: ``{portal id: SentInvoice}`` of all that changed in these days"""

    def search(first, last):
        return invoices.search_sent(
            client, changed_from=first, changed_to=last, page_size=PAGE
        )

    return {
        str(sent.portal_id): sent
        for sent in whole_window(search, since, paris_day(now + SKEW), on_cut=on_cut)
        if isinstance(sent, SentInvoice)
    }


def _is_news(sent, known):
    """Whether the portal's status of an invoice of ours is not the one we hold.

    Histories count in minutes on a clock in Paris, searches in milliseconds: a later
    minute is news, an earlier one is what the search still remembers.
    """
    at = known["l10n_fr_chorus_status_at"]
    if not sent.status_at:
        return str(sent.status) != known["l10n_fr_chorus_status"]
    if not at:
        return True
    there, here = paris_minute(to_utc(sent.status_at)), paris_minute(at)
    if there == here:
        return str(sent.status) != known["l10n_fr_chorus_status"]
    return to_utc(sent.status_at) > at
