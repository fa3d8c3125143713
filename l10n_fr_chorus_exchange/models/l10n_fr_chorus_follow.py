"""Following what was sent: what became of a deposit."""

import logging
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from odoo import api, fields, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.records import SentInvoice
from ..lib.chorus_pro.report import Outcome, verdict
from ..lib.chorus_pro.services import invoices, transverse
from ..tools.transactions import write_down
from .l10n_fr_chorus_deposit import OPEN_STATES, STUCK_DELAY, UNKNOWN_DELAY
from .sentences import advise

_logger = logging.getLogger(__name__)

# A flow integrated in part may show its invoices a little later: so many searches
# without a trace, and the invoice counts as rejected.
FRUITLESS_SEARCHES = 4


@dataclass(frozen=True)
class Wanted:
    """What identifies the invoice of a deposit on the portal, as it was sent."""

    number: str
    siret: str
    issue_date: date
    total: Decimal

    def is_in(self, sent):
        """Whether ``sent`` is this very invoice.

        The portal's key is supplier, number and year: another supplier, or another
        year, may bear the number. Credit notes may come with either sign.
        """
        return (
            sent.number == self.number
            and sent.supplier.identifier == self.siret
            and sent.issue_date in (None, self.issue_date)
            and (sent.taxed is None or abs(sent.taxed) == self.total)
        )


class L10n_Fr_ChorusDeposit(models.Model):
    _inherit = "l10n_fr_chorus.deposit"

    @api.model
    def _cron_follow(self):
        """Ask what became of deposits, then which sent invoices changed status."""
        progress = self.env["ir.cron"]._commit_progress
        due = self.search(
            [
                ("connection_id.active", "=", True),
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
        state, flow_number, wanted = self.state, self.flow_number, self._wanted()
        # Nothing is held open in the database while the portal thinks.
        self.env["ir.cron"]._commit_progress()
        outcome = self._ask(client, state, flow_number, wanted)
        write_down(self.env, partial(self._if_still, state, outcome))

    def _wanted(self):
        return Wanted(
            number=self.name,
            siret=self.supplier_siret,
            issue_date=self.invoice_date,
            total=Decimal(self.amount_total),
        )

    def _ask(self, client, state, flow_number, wanted):
        """Ask the portal; nothing of the database is read or written here.

        :return: what to write down, as a callable
        """
        try:
            if state == "unknown":
                return partial(self._settle_unknown, _find_by_number(client, wanted))
            report = transverse.flow_report(client, flow_number)
            if not report.is_final:
                return partial(self._still_pending, report)
            found = _find_in_flow(client, flow_number, wanted)
            # A refused flow may be the second one of an invoice that is there already.
            found = found or _find_by_number(client, wanted)
            return partial(self._reported, report, found)
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

    # -------------------------------------------------------------------------
    # OUTCOMES
    # -------------------------------------------------------------------------

    def _not_answered(self, error):
        if isinstance(error, (errors.NotSentError, errors.InvalidCallError)):
            self.connection_id._failed(error)
        self._ask_again(advise(self.env, error))

    def _not_known_yet(self):
        self._ask_again(self.env._("Chorus Pro does not know this deposit yet."))

    def _settle_unknown(self, found):
        if found:
            self._accepted(*found)
            return
        if fields.Datetime.now() - self.sent_at < UNKNOWN_DELAY:
            self._ask_again(
                self.env._(
                    "No answer came to this deposit. Odoo is looking for the invoice on "
                    "Chorus Pro and will not send it twice."
                )
            )
            return
        self._ask_again(
            self.env._(
                "No answer came to this deposit and Chorus Pro does not show the invoice "
                "after 24 hours. Look for it on the portal; if it is not there, press "
                "“Send again”."
            )
        )
        self._alert_once(self.error)

    def _still_pending(self, report):
        self.flow_state = str(report.state)
        self._ask_again(False)

    def _reported(self, report, found):
        """The portal has finished with the flow: integrated, rejected, or it is unclear."""
        self.flow_state = str(report.state)
        if found:
            self._accepted(*found)
        elif self._may_still_appear(report):
            self.lookups += 1
            self._ask_again(
                self.env._(
                    "Chorus Pro says that the deposit is integrated and does not show the "
                    "invoice yet."
                )
            )
        else:
            self._rejected(report)

    def _may_still_appear(self, report):
        """Integrated, not named among the rejected, and not found by the searches.

        The portal sometimes forgets a rejected invoice in its report: after a partial
        integration, what does not appear was rejected. After a whole one, it was not.
        """
        if report.is_rejected or report.must_be_sent_again or report.lists(self.name):
            return False
        return report.is_accepted or self.lookups < FRUITLESS_SEARCHES

    def _rejected(self, report):
        reason = self._rejection_reason(report)
        self.write(
            {
                "state": "rejected",
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
        move._l10n_fr_chorus_record(sent, history)
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
        if fields.Datetime.now() - self.sent_at >= STUCK_DELAY:
            self._alert_once(
                self.env._(
                    "Chorus Pro has not said for more than three days what became of this "
                    "deposit (%s). Ask its support.",
                    self.flow_number or self.file_name,
                )
            )


def _find_in_flow(client, flow_number, wanted):
    """The invoice of a flow that holds one invoice only: its number is enough."""
    return _first(
        client, {"flow_number": flow_number}, lambda sent: sent.number == wanted.number
    )


def _find_by_number(client, wanted):
    return _first(client, {"number": wanted.number}, wanted.is_in)


def _first(client, criteria, fits):
    """:return: ``(SentInvoice, History | None)``, or None when the portal has it not"""
    for sent in invoices.search_sent(client, **criteria):
        if isinstance(sent, SentInvoice) and fits(sent):
            return sent, history_of(client, sent.portal_id)
    return None


def history_of(client, portal_id):
    """The history of one invoice, or None: a comfort that must not hide the status.

    :raise NotSentError: the portal cannot be reached at all
    """
    try:
        return invoices.history(client, portal_id)
    except errors.NotSentError:
        raise
    except errors.ChorusError as error:
        _logger.info("Chorus Pro invoice %s: no history: %s", portal_id, error)
        return None
