"""Following what was sent: the report of a flow, then the statuses of its invoice."""

import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.report import Outcome, verdict
from ..lib.chorus_pro.services import invoices, transverse
from ..tools.dates import paris_day, to_utc
from ..tools.transactions import write_down
from .l10n_fr_chorus_deposit import OPEN_STATES, PENDING_ALERT, UNKNOWN_DELAY
from .sentences import advise

_logger = logging.getLogger(__name__)

# The window of status changes starts a day early: the portal counts in days of Paris,
# its clock is not ours, and reading twice is harmless.
OVERLAP = timedelta(days=1)


class L10n_Fr_ChorusDeposit(models.Model):
    _inherit = "l10n_fr_chorus.deposit"

    @api.model
    def _cron_follow(self):
        """Ask what became of deposits, then which sent invoices changed status."""
        progress = self.env["ir.cron"]._commit_progress
        due = self.search(
            [
                ("state", "in", OPEN_STATES),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", fields.Datetime.now()),
            ],
            order="id",
        )
        connections = self.env["l10n_fr_chorus.connection"].search(
            [("can_send", "=", True)]
        )
        progress(remaining=len(due) + len(connections))
        for deposit in due:
            deposit = deposit.with_env(deposit.connection_id._speak().env)
            with deposit._alone():
                deposit._ask_one()
            if not progress(1):
                return
        for connection in connections:
            with self._alone():
                connection._speak()._follow_statuses()
            if not progress(1):
                return

    def _ask_one(self):
        """One question about one deposit; a failure only postpones the next question."""
        if self.state not in OPEN_STATES or self.connection_id._is_paused():
            return
        try:
            client = self.connection_id._client()
        except errors.ChorusError as error:
            self._not_answered(error)
            return
        subject = (self.state, self.name, self.flow_number, self._supplier_siret())
        # Nothing is held open in the database while the portal thinks.
        self.env["ir.cron"]._commit_progress()
        write_down(self.env, self._ask(client, *subject))

    def _ask(self, client, state, number, flow_number, siret):
        """Ask the portal; nothing of the database is read or written here.

        :return: what to write down, as a callable
        """
        find = partial(_find, client, number, siret)
        try:
            if state == "unknown":
                return partial(self._settle_unknown, *find(number=number))
            report = transverse.flow_report(client, flow_number)
            if not report.is_final or report.is_rejected or report.must_be_sent_again:
                return partial(self._reported, report)
            return partial(self._integrated, report, *find(flow_number=flow_number))
        except errors.FlowNotFound:
            # Also said for a moment after the deposit.
            return self._not_known_yet
        except errors.ChorusError as error:
            return partial(self._not_answered, error)
        except Exception:
            _logger.exception("Chorus Pro: a question about a deposit broke off")
            return partial(
                self._ask_again, self.env._("Unexpected error, see the server log.")
            )

    def _supplier_siret(self):
        return self.company_id.partner_id.l10n_fr_chorus_siret

    # -------------------------------------------------------------------------
    # OUTCOMES
    # -------------------------------------------------------------------------

    def _not_answered(self, error):
        if isinstance(error, (errors.NotSentError, errors.InvalidCallError)):
            self.connection_id._failed(error)
        self._ask_again(advise(self.env, error))

    def _not_known_yet(self):
        self._ask_again(self.env._("Chorus Pro does not know this deposit yet."))

    def _settle_unknown(self, sent, history):
        if sent is not None:
            self._accepted(sent, history)
            return
        waited = fields.Datetime.now() - self.sent_at
        self._ask_again(
            self.env._(
                "No answer came to this deposit and Chorus Pro does not show the invoice "
                "after 24 hours. Look for it on the portal; if it is not there, press "
                "“Send again”."
            )
            if waited >= UNKNOWN_DELAY
            else self.env._(
                "No answer came to this deposit. Odoo is looking for the invoice on "
                "Chorus Pro and will not send it twice."
            )
        )
        if waited >= UNKNOWN_DELAY:
            self.move_id._l10n_fr_chorus_alert(self.error)

    def _reported(self, report):
        if report.is_final:
            self._rejected(report)
        else:
            self._still_pending(report)

    def _still_pending(self, report):
        self.flow_state = str(report.state)
        self._ask_again(False)
        if fields.Datetime.now() - self.sent_at >= PENDING_ALERT:
            self.move_id._l10n_fr_chorus_alert(
                self.env._(
                    "Chorus Pro has been processing this deposit for more than three days. "
                    "Ask its support, quoting flow %s.",
                    self.flow_number,
                )
            )

    def _rejected(self, report):
        reason = self._rejection_reason(report)
        self.write(
            {
                "state": "rejected",
                "flow_state": str(report.state),
                "error": reason,
                "asked_at": fields.Datetime.now(),
                "next_try_at": False,
            }
        )
        self.move_id._l10n_fr_chorus_alert(reason)

    def _rejection_reason(self, report):
        """The portal's own words, one per line; ours where it gave none."""
        found = verdict(report, self.name, searched=True)
        if found.outcome is Outcome.SEND_AGAIN:
            return self.env._(
                "Chorus Pro had a technical incident with this deposit. Send the invoice again."
            )
        if not found.reasons:
            return self.env._(
                "Chorus Pro gave no reason. Look at the report of flow %s on the portal.",
                self.flow_number,
            )
        return "\n".join([*found.reasons, *(["[…]"] if found.cut else [])])

    def _integrated(self, report, sent, history):
        if sent is None:
            # The portal sometimes forgets a rejected invoice in its report: what has no
            # portal identifier after the integration was not integrated.
            self._rejected(report)
            return
        self.flow_state = str(report.state)
        self._accepted(sent, history)

    def _accepted(self, sent, history):
        self.write(
            {
                "state": "accepted",
                "portal_id": str(sent.portal_id),
                "flow_number": self.flow_number or sent.flow_number,
                "error": False,
                "asked_at": fields.Datetime.now(),
                "next_try_at": False,
            }
        )
        move = self.move_id
        move.l10n_fr_chorus_portal_id = str(sent.portal_id)
        move._l10n_fr_chorus_record_history(history)
        move._l10n_fr_chorus_calm()

    def _ask_again(self, sentence):
        self.write(
            {
                "error": sentence,
                "questions": self.questions + 1,
                "asked_at": fields.Datetime.now(),
            }
        )
        self._ask_later()


def _find(client, wanted, siret, **criteria):
    """The portal's invoice of a deposit among the answers, with its history.

    Matched by number *and* supplier: another supplier's invoice may bear the number.

    :return: ``(SentInvoice | None, History | None)``
    """
    for sent in invoices.search_sent(client, **criteria):
        if sent.number == wanted and sent.supplier.identifier == siret:
            return sent, invoices.history(client, sent.portal_id)
    return None, None


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    sent_cursor = fields.Datetime(
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
        try:
            client = self._client()
        except errors.ChorusError as error:
            self._failed(error)
            return
        # Nothing is held open in the database while the portal thinks.
        self.env["ir.cron"]._commit_progress()
        write_down(self.env, self._ask_statuses(client, known, since, now))

    def _ask_statuses(self, client, known, since, now):
        """Ask the portal; nothing of the database is read or written here.

        :param dict known: ``{portal id: (code, naive UTC date)}``
        :return: what to write down, as a callable
        """
        try:
            changed = [
                sent.portal_id
                for sent in invoices.search_sent(
                    client, changed_from=since, changed_to=paris_day(now)
                )
                if _is_news(sent, known.get(str(sent.portal_id)))
            ]
            histories = [invoices.history(client, portal_id) for portal_id in changed]
        except (errors.NotSentError, errors.OutcomeUnknownError) as error:
            # The cursor stays: the next run asks for the same window.
            return partial(self._failed, error)
        except errors.ChorusError as error:
            _logger.warning(
                "Chorus Pro connection %s: statuses not read: %s", self.id, error
            )
            return self._worked
        return partial(self._record_statuses, histories, now)

    def _record_statuses(self, histories, now):
        for history in histories:
            move = self._sent_moves(
                [("l10n_fr_chorus_portal_id", "=", str(history.portal_id))]
            )
            move._l10n_fr_chorus_record_history(history)
        self.sent_cursor = now
        self._worked()

    def _known_statuses(self):
        names = [
            "l10n_fr_chorus_portal_id",
            "l10n_fr_chorus_status",
            "l10n_fr_chorus_status_at",
        ]
        return {
            row["l10n_fr_chorus_portal_id"]: (
                row["l10n_fr_chorus_status"],
                row["l10n_fr_chorus_status_at"],
            )
            for row in self.env["account.move"].search_read(self._sent_domain(), names)
        }

    def _sent_moves(self, domain=()):
        return self.env["account.move"].search([*self._sent_domain(), *domain])

    def _sent_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("move_type", "in", ("out_invoice", "out_refund")),
            ("l10n_fr_chorus_portal_id", "!=", False),
        ]

    def _first_sent_at(self):
        first = self.env["l10n_fr_chorus.deposit"].search(
            [("connection_id", "=", self.id), ("sent_at", "!=", False)],
            order="sent_at",
            limit=1,
        )
        return first.sent_at or fields.Datetime.now()


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
