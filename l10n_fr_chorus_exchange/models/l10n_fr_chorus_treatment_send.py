"""Answers on their way: sent once, looked for when no answer came."""

import logging
from datetime import timedelta
from functools import partial

from psycopg2 import OperationalError

from odoo import api, fields, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.codes import InvoiceStatus
from ..lib.chorus_pro.services import invoices
from ..tools.transactions import write_down
from .l10n_fr_chorus_treatment import PENDING_STATES
from .sentences import advise

_logger = logging.getLogger(__name__)

# Minutes before the next try or question, the last one repeated.
RHYTHM = (1, 5, 15, 60)


class L10n_Fr_ChorusTreatment(models.Model):
    _inherit = "l10n_fr_chorus.treatment"

    @api.model
    def _cron_answer(self):
        """Send what is ready, find out what became of what had no answer."""
        progress = self.env["ir.cron"]._commit_progress
        due = self.search(
            [
                ("connection_id.active", "=", True),
                "|",
                ("state", "=", "sending"),
                "&",
                ("state", "in", ("ready", "unknown")),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", fields.Datetime.now()),
            ],
            order="id",
        )
        progress(remaining=len(due))
        for connection, treatments in due.grouped("connection_id").items():
            # What is written down is read by the company's accountants.
            connection = connection._speak()
            answers = treatments.with_env(connection.env)
            with connection._exclusive("answer") as mine:
                if mine and not answers._answer_all(connection):
                    return
        # What was skipped waits for its date, its turn or its connection, not for us.
        progress(remaining=0)

    def _answer_all(self, connection):
        """:return: False when the cron's time is over"""
        progress = self.env["ir.cron"]._commit_progress
        for treatment in self:
            if connection._is_paused():
                self._wake_sender(at=connection.pause_until)
                break
            try:
                treatment._answer()
            except OperationalError as error:
                # Somebody changed it at the same moment: the next run goes on.
                self.env.cr.rollback()
                _logger.info("Chorus Pro answer %s: %s", treatment.id, error)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Chorus Pro answer %s", treatment.id)
                treatment._later(
                    self.env._(
                        "Unexpected error, see the server log (answer %s).",
                        treatment.id,
                    )
                )
            if not progress(1):
                return False
        return True

    def _answer(self):
        if self.state == "sending":
            # Nobody else holds the lock: whoever sent this one died before the answer.
            self.write({"state": "unknown", "next_try_at": False})
        if self._is_behind_another():
            return
        portal_id = int(self.inbound_id.portal_id)
        try:
            client = self.connection_id._client()
        except errors.ChorusError as error:
            self._not_asked(error)
            return
        history, error = self._ask(client, portal_id)
        if error is not None:
            write_down(self.env, partial(self._not_asked, error))
            return
        write_down(self.env, partial(self._settle, history))
        if self.state in ("ready", "unknown"):
            self._send(client, portal_id, history)
        if self.state in ("done", "refused") and self.inbound_id.history_due:
            self._show_result(client, portal_id)

    def _ask(self, client, portal_id):
        """The portal's history, and the error if there is none: one of them is None."""
        # Nothing is held open in the database while the portal thinks.
        self.env["ir.cron"]._commit_progress()
        try:
            return invoices.history(client, portal_id), None
        except errors.ChorusError as error:
            return None, error

    def _settle(self, history):
        """What the portal shows ends an answer, whoever gave it there.

        Somebody may have pressed a button meanwhile: what is over stays so.
        """
        self.inbound_id._record_history(history)
        if self.state not in ("ready", "unknown"):
            return
        if self._is_shown_by(history):
            self._done()
        elif self._is_outdated():
            self._withdraw(self.env._("The bill is no longer paid."))

    def _is_behind_another(self):
        """Answers to one invoice keep their order."""
        return bool(
            self.search_count(
                [
                    ("inbound_id", "=", self.inbound_id.id),
                    ("state", "in", PENDING_STATES),
                    ("id", "<", self.id),
                ],
                limit=1,
            )
        )

    def _is_outdated(self):
        """Whether a payment was undone in Odoo before it was announced."""
        return bool(
            self.target == InvoiceStatus.PAID
            and self.move_id
            and not self.move_id._l10n_fr_chorus_is_paid()
        )

    def _withdraw(self, sentence=False):
        self.write({"state": "cancelled", "error": sentence, "next_try_at": False})

    def _is_shown_by(self, history):
        """Whether the portal already has this status, or had it after our attempt."""
        if str(history.status) == self.target:
            return True
        if self.state != "unknown":
            return False
        entries = [str(entry.portal_event_id) for entry in history.entries]
        start = (
            entries.index(self.last_event_id) + 1
            if self.last_event_id in entries
            else 0
        )
        return any(str(entry.code) == self.target for entry in history.entries[start:])

    def _send(self, client, portal_id, history):
        """Commit the intent, call the portal, write down what came of it."""
        # In a new transaction: the lock is refused to one that is older than a change.
        self.env["ir.cron"]._commit_progress()
        treatment = self.try_lock_for_update().filtered_domain(
            [("state", "in", ("ready", "unknown"))]
        )
        if not treatment:
            return
        last = history.last
        call = partial(
            invoices.treat_received,
            client,
            portal_id,
            self.target,
            reason=self.reason or "",
            mandate_number=self.mandate_number or None,
        )
        self.write(
            {
                "state": "sending",
                "sent_at": fields.Datetime.now(),
                "tries": self.tries + 1,
                "last_event_id": str(last.portal_event_id) if last else False,
                "error": False,
            }
        )
        # The portal cannot be rolled back: the intent must outlive a crash.
        self.env["ir.cron"]._commit_progress()
        # From here to the answer the database is not asked anything.
        outcome = self._hand_over(call)
        write_down(self.env, partial(self._settle_sent, outcome))

    def _hand_over(self, call):
        """Call the portal once.

        :return: what to write down, as a callable: it may have to be done twice
        """
        try:
            call()
        except (errors.NotSentError, errors.InvalidCallError) as error:
            return partial(self._not_sent, error)
        except errors.RefusedError as error:
            return partial(self._refused_by_portal, error)
        except errors.OutcomeUnknownError as error:
            return partial(self._no_answer, error)
        except Exception:
            # Whatever broke, the request may have left: only the portal knows.
            _logger.exception("Chorus Pro: an answer broke off")
            return partial(self._no_answer, None)
        return self._received

    def _settle_sent(self, outcome):
        # It may have been settled otherwise while the portal was thinking.
        if self.state == "sending":
            outcome()

    def _received(self):
        self.connection_id._worked()
        self._done()
        self.inbound_id.history_due = True

    def _not_sent(self, error):
        self.state = "ready"
        self._not_asked(error)

    def _refused_by_portal(self, error):
        self._refused(advise(self.env, error))

    def _no_answer(self, error):
        self.state = "unknown"
        self._later(
            advise(self.env, error)
            if error
            else self.env._("Unexpected error, see the server log.")
        )

    def _done(self):
        _logger.info("Chorus Pro answer %s is known there", self.id)
        self.write({"state": "done", "error": False, "next_try_at": False})

    def _refused(self, sentence):
        self.write({"state": "refused", "error": sentence, "next_try_at": False})
        self.inbound_id.history_due = True
        if self.move_id:
            self.move_id._l10n_fr_chorus_warn(
                self.env._("Chorus Pro refused “%s”", self.label),
                sentence,
                self.create_uid,
            )

    def _show_result(self, client, portal_id):
        """The bill shows what the portal has, not what we asked for."""
        history, error = self._ask(client, portal_id)
        if error is not None:
            _logger.info("Chorus Pro answer %s: history later: %s", self.id, error)
            self.inbound_id._wake_receiver()
            return
        write_down(self.env, partial(self.inbound_id._record_history, history))

    def _not_asked(self, error):
        """Nothing was done over there: later, or never if the portal denies the document."""
        if self.state not in ("ready", "unknown"):
            return
        if isinstance(error, errors.RefusedError):
            self._refused(advise(self.env, error))
            return
        if isinstance(error, (errors.NotSentError, errors.InvalidCallError)):
            self.connection_id._failed(error)
        self._later(advise(self.env, error))

    def _later(self, sentence):
        for treatment in self:
            minutes = RHYTHM[min(treatment.tries, len(RHYTHM) - 1)]
            next_try = fields.Datetime.now() + timedelta(minutes=minutes)
            treatment.write({"error": sentence, "next_try_at": next_try})
            self._wake_sender(at=next_try)
