"""Following what was sent: which invoices changed status on the portal."""

import logging
from datetime import timedelta
from functools import partial

from odoo import fields, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.records import SentInvoice
from ..lib.chorus_pro.services import invoices
from ..tools.dates import paris_day, to_utc
from ..tools.transactions import write_down
from ..tools.windows import whole_window
from .l10n_fr_chorus_follow import PAGE, history_of

_logger = logging.getLogger(__name__)

# The window of status changes starts a day early: the portal counts in days of Paris,
# its clock is not ours, and reading twice is harmless.
OVERLAP = timedelta(days=1)
# Histories that could not be read are asked for again, so many in a run.
HISTORIES_AGAIN = 20


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    sent_cursor = fields.Datetime(
        string="Statuses known up to",
        readonly=True,
        copy=False,
        help="Status changes of sent invoices are known up to this moment.",
    )

    def _follow_statuses(self):
        """What changed on the portal since the last time, for the invoices sent from here.

        One paged search for all, then the history of those that changed only.
        """
        self.ensure_one()
        known = self._known_statuses()
        if self._is_paused() or not known:
            return
        now = fields.Datetime.now()
        since = paris_day((self.sent_cursor or self._first_sent_at()) - OVERLAP)
        again = self._histories_due()
        try:
            client = self._client()
        except errors.ChorusError as error:
            self._failed(error)
            return
        # Nothing is held open in the database while the portal thinks.
        self.env["ir.cron"]._commit_progress()
        cut = []
        try:
            rows = _changed_rows(client, known, since, paris_day(now), cut.append)
            news = _with_histories(client, rows, again)
        except errors.ChorusError as error:
            # The cursor stays: the next run asks for the same window.
            write_down(self.env, partial(self._statuses_not_read, error))
            return
        # One invoice each: what cannot be written down of one is no matter of another.
        for portal_id, row, history in news:
            with self.env["l10n_fr_chorus.deposit"]._alone():
                write_down(
                    self.env, partial(self._record_news, portal_id, row, history)
                )
        if cut:
            # What was kept back is looked for again: the window starts at that day.
            now = fields.Datetime.to_datetime(min(cut))
            _logger.warning(
                "Chorus Pro connection %s: more changes on %s than the portal shows",
                self.id,
                min(cut),
            )
        write_down(self.env, partial(self._statuses_read, now))

    def _statuses_not_read(self, error):
        if isinstance(error, (errors.NotSentError, errors.OutcomeUnknownError)):
            self._failed(error)
            return
        _logger.warning(
            "Chorus Pro connection %s: statuses not read: %s", self.id, error
        )

    def _statuses_read(self, now):
        # The first statement of its transaction, so that no other cron can have changed
        # the row since. Whoever holds it: the same window is read again next time.
        if self.try_lock_for_update(allow_referencing=True):
            self.sent_cursor = now
        self._worked()

    def _record_news(self, portal_id, row, history):
        move = self.env["account.move"].search(
            [*self._sent_domain(), ("l10n_fr_chorus_portal_id", "=", portal_id)]
        )
        if move:
            move._l10n_fr_chorus_record(row, history)

    def _known_statuses(self):
        """:return: ``{portal id: (code, naive UTC date)}``"""
        names = [
            "l10n_fr_chorus_portal_id",
            "l10n_fr_chorus_status",
            "l10n_fr_chorus_status_at",
        ]
        moves = self.env["account.move"].search_read(self._sent_domain(), names)
        return {row[names[0]]: (row[names[1]], row[names[2]]) for row in moves}

    def _histories_due(self):
        moves = self.env["account.move"].search(
            [*self._sent_domain(), ("l10n_fr_chorus_history_due", "=", True)],
            limit=HISTORIES_AGAIN,
        )
        return moves.mapped("l10n_fr_chorus_portal_id")

    def _sent_domain(self):
        # Of this connection: the ids of another environment mean other invoices.
        return [
            ("move_type", "in", ("out_invoice", "out_refund")),
            ("l10n_fr_chorus_portal_id", "!=", False),
            ("l10n_fr_chorus_deposit_ids.connection_id", "=", self.id),
        ]

    def _first_sent_at(self):
        first = self.env["l10n_fr_chorus.deposit"].search(
            [("connection_id", "=", self.id), ("sent_at", "!=", False)],
            order="sent_at",
            limit=1,
        )
        return first.sent_at or fields.Datetime.now()


def _changed_rows(client, known, since, until, on_cut):
    """Rows of the portal that say something new about an invoice of ours."""

    def search(first, last):
        return invoices.search_sent(
            client, changed_from=first, changed_to=last, page_size=PAGE
        )

    rows = {
        str(sent.portal_id): sent
        for sent in whole_window(search, since, until, on_cut=on_cut)
        if isinstance(sent, SentInvoice)
    }
    return {
        portal_id: sent
        for portal_id, sent in rows.items()
        if _is_news(sent, known.get(portal_id))
    }


def _with_histories(client, rows, again):
    """:return: ``[(portal id, SentInvoice | None, History | None)]``"""
    wanted = [*rows, *(portal_id for portal_id in again if portal_id not in rows)]
    return [
        (portal_id, rows.get(portal_id), history_of(client, int(portal_id)))
        for portal_id in wanted
    ]


def _is_news(sent, known):
    """Whether the portal's status of an invoice of ours is not the one we hold.

    The history counts in minutes, the searches in milliseconds: a later minute is news.
    """
    if known is None:
        return False
    code, at = known
    return str(sent.status) != code or bool(
        sent.status_at and at and to_utc(sent.status_at) >= at + timedelta(minutes=1)
    )
