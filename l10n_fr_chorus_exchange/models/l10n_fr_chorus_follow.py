"""Following what was sent: what became of the deposits."""

import logging
from collections import Counter
from functools import partial

from odoo import api, fields, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.records import SentInvoice
from ..lib.chorus_pro.services import invoices, transverse
from ..tools.dates import paris_day
from ..tools.transactions import commit, write_down
from ..tools.windows import SKEW, whole_window
from .l10n_fr_chorus_deposit import OLD, OPEN_STATES
from .sentences import advise
from .wanted import Found, Wanted, readable

_logger = logging.getLogger(__name__)

# What a question may bring that is nothing new.
PENDING = "pending"
FAILED = "failed"
# Questions of that kind in a row, after which the others are not asked: the portal takes
# flows in their order. They get their turn, the longest unasked first.
MOST_IN_VAIN = 3
# Rows of one page of the search that confirms deposits: the portal takes large ones.
PAGE = 500


class L10n_Fr_ChorusDeposit(models.Model):
    _inherit = "l10n_fr_chorus.deposit"

    @api.model
    def _cron_follow(self):
        """Ask what became of deposits, then which sent invoices changed status."""
        progress = self.env["ir.cron"]._commit_progress
        connections = self.env["l10n_fr_chorus.connection"].search(
            [("active", "=", True)]
        )
        due = self.search(
            [
                ("connection_id", "in", connections.ids),
                ("state", "in", OPEN_STATES),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", fields.Datetime.now()),
            ],
            # The longest unasked first: everybody gets a turn.
            order="asked_at NULLS FIRST, id",
        )
        senders = connections.filtered("can_send")
        accounts = senders._by_account()
        progress(remaining=len(due) + len(accounts) + 1)
        self._tell_unsent()
        self._find_orphans(connections)
        progress(1)
        for connection, deposits in due.grouped("connection_id").items():
            connection = connection._speak()
            if not deposits.with_env(connection.env)._follow(connection):
                return
        for connections in accounts:
            with self._alone():
                connections._follow_statuses()
            if not progress(1):
                return

    def _find_orphans(self, connections):
        """Whose sender died: nobody holds the lock of those that send."""
        for connection in connections:
            orphans = self.search(
                [("connection_id", "=", connection.id), ("state", "=", "sending")]
            )
            if not orphans:
                continue
            connection = connection._speak()
            with connection._exclusive("send") as mine:
                if mine:
                    orphans.with_env(connection.env)._settle_orphans()

    def _follow(self, connection):
        """Questions about these due deposits of one connection.

        One search shows all that were integrated; the others are asked about one by one.

        :return: False when the cron's time is over
        """
        progress = self.env["ir.cron"]._commit_progress
        if connection._is_paused() or not connection._has_budget():
            return progress(len(self))
        try:
            client = connection._client()
        except errors.ChorusError as error:
            with self._alone():
                self._not_answered(error)
            return progress(len(self))
        young = self.filtered(lambda deposit: not deposit._is_old())
        if len(young) < 2:
            return self._ask_each(client, searched=False)
        confirmed = young._confirm(connection, client)
        if confirmed is None:
            return False
        left = (self - confirmed).filtered(lambda d: d.state in OPEN_STATES)
        return left._ask_each(client, searched=True)

    def _is_old(self):
        return fields.Datetime.now() - self.sent_at > OLD

    # -------------------------------------------------------------------------
    # ALL AT ONCE
    # -------------------------------------------------------------------------

    def _confirm(self, connection, client):
        """One paged search over the days these were sent on; settles what it shows.

        :return: the deposits that are done with for this time; None: no time left
        """
        progress = self.env["ir.cron"]._commit_progress
        since = paris_day(min(self.mapped("sent_at")) - SKEW)
        until = paris_day(fields.Datetime.now() + SKEW)
        # Others of these days are settled on the way, due or not.
        candidates = self | self.search(
            [
                ("connection_id", "=", connection.id),
                ("state", "in", OPEN_STATES),
                ("sent_at", ">=", min(self.mapped("sent_at"))),
            ]
        )
        wanted = {deposit.id: deposit._wanted() for deposit in candidates}
        # Nothing is held open in the database while the portal thinks.
        progress()
        try:
            found = _rows_of(client, since, until)
        except errors.ChorusError as error:
            with self._alone():
                write_down(self.env, partial(self._not_answered, error))
            return self if progress(len(self)) else None
        done = self.browse()
        for deposit in candidates._each():
            if found.is_unclear(wanted[deposit.id]):
                continue
            row = found.settling(wanted[deposit.id])
            if not row:
                continue
            done |= deposit
            with deposit._alone():
                deposit._write_down(
                    wanted[deposit.id], partial(deposit._integrated, row)
                )
            if not progress(int(deposit in self)):
                return None
        return done | (self - done)._not_there_yet(wanted, found)

    def _not_there_yet(self, wanted, found):
        """Those without an answer for which a whole search is answer enough this time."""
        waiting = self.filtered(
            lambda d: (
                found.is_whole
                and wanted[d.id].state == "unknown"
                and not found.is_unclear(wanted[d.id])
                and not d._is_doubt_over()
            )
        )
        for deposit in waiting._each():
            with deposit._alone():
                deposit._write_down(
                    wanted[deposit.id],
                    partial(deposit._settle_unknown, Found.nothing()),
                )
            self.env["ir.cron"]._commit_progress(1)
        return waiting

    # -------------------------------------------------------------------------
    # ONE BY ONE
    # -------------------------------------------------------------------------

    def _ask_each(self, client, *, searched):
        """A question about each flow, and about each deposit without a flow number.

        :param searched: the window search was done and did not show these
        :return: False when the cron's time is over
        """
        progress = self.env["ir.cron"]._commit_progress
        flows = self.grouped(lambda deposit: deposit.flow_number or deposit.id)
        parcels = [deposits.ids for deposits in flows.values()]
        search_first = not searched and len(parcels) == 1
        in_vain = Counter()
        for ids in parcels:
            deposits = self.browse(ids)
            with deposits._alone():
                if deposits._is_worth_asking(in_vain):
                    told = deposits._ask_one(client, search_first)
                    in_vain = Counter({told: in_vain[told] + 1} if told else {})
                else:
                    # Its turn has not come; what it says of itself stays true.
                    deposits._put_off()
            if not progress(len(deposits)):
                return False
        return True

    def _is_worth_asking(self, in_vain):
        """Not while the portal answers nothing, nor while it is not that far."""
        first = self[:1]
        if in_vain[FAILED] >= MOST_IN_VAIN:
            return False
        return (
            first.state == "unknown"
            or first._is_old()
            or in_vain[PENDING] < MOST_IN_VAIN
        )

    def _ask_one(self, client, search_first):
        """One question about the deposits of one flow; a failure postpones the next one.

        :param search_first: one search may be enough
        :return: ``PENDING`` or ``FAILED`` when nothing new was learned, else None
        """
        if self[:1].state not in OPEN_STATES or self.connection_id._is_paused():
            return None
        wanted = {deposit.id: deposit._wanted() for deposit in self}
        # Nothing is held open in the database while the portal thinks.
        commit(self.env)
        outcomes, told = self._ask(client, wanted, search_first)
        for deposit in self._each():
            with deposit._alone():
                deposit._write_down(wanted[deposit.id], outcomes[deposit.id])
        return told

    def _ask(self, client, wanted, search_first):
        """Ask the portal; nothing of the database is read or written here.

        :return: ``({deposit id: what to write down}, PENDING | FAILED | None)``
        """
        try:
            return self._ask_portal(client, wanted, search_first)
        except errors.FlowNotFound:
            # Also said for a moment after the deposit.
            return self._same_for_all("_not_known_yet"), PENDING
        except errors.ChorusError as error:
            return self._same_for_all("_not_answered", error), FAILED
        except Exception:
            _logger.exception("Chorus Pro: a question about a deposit broke off")
            sentence = self.env._("Unexpected error, see the server log.")
            return self._same_for_all("_ask_again", sentence), FAILED

    def _same_for_all(self, outcome, *args):
        return {one.id: partial(getattr(one, outcome), *args) for one in self._each()}

    def _ask_portal(self, client, wanted, search_first):
        first = next(iter(wanted.values()))
        if first.state == "unknown" or (search_first and len(wanted) == 1):
            [deposit] = self
            found = _rows_by_number(client, first)
            row = found.settling(first)
            if row:
                return {deposit.id: partial(deposit._integrated, row)}, None
            if first.state == "unknown":
                return {deposit.id: partial(deposit._settle_unknown, found)}, None
        report = transverse.flow_report(client, first.flow_number)
        if not report.is_final:
            return self._same_for_all("_still_pending", report), PENDING
        found = Found.nothing()
        if len(wanted) > 1:
            found = _rows_of_flow(client, first.flow_number)
        outcomes = {}
        for deposit in self._each():
            one = wanted[deposit.id]
            rows = found if found.settling(one) else _rows_by_number(client, one)
            # A refused flow may be the second one of an invoice that is there already.
            outcomes[deposit.id] = partial(
                deposit._reported, report, rows.settling(one), rows.clashing(one)
            )
        return outcomes, None

    def _write_down(self, wanted, outcome):
        """Commit ``outcome``, unless the deposit is no longer what was asked about."""
        flow = self.env["l10n_fr_chorus.flow"].browse(wanted.flow_id)
        write_down(self.env, partial(self._if_still, (wanted.state,), flow, outcome))

    def _not_answered(self, error):
        if isinstance(error, errors.NOTHING_DONE):
            self.connection_id._failed(error)
        self._ask_again(advise(self.env, error))

    def _wanted(self):
        self.ensure_one()
        return Wanted.of(self)


def _rows_of(client, since, until):
    """Every invoice the portal has of these days; whether it showed them all, too."""
    cut = []

    def search(first, last):
        return invoices.search_sent(
            client, deposited_from=first, deposited_to=last, page_size=PAGE
        )

    rows = list(whole_window(search, since, until, on_cut=cut.append))
    # A row that cannot be read may be anybody's: what is missing is asked for by number.
    found = [row for row in rows if isinstance(row, SentInvoice)]
    return Found(found, is_whole=not cut and len(found) == len(rows))


def _rows_by_number(client, wanted):
    rows = invoices.search_sent(client, number=wanted.number)
    return Found(readable(rows, wanted.number))


def _rows_of_flow(client, flow_number):
    return Found(readable(invoices.search_sent(client, flow_number=flow_number)))
