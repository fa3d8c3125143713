"""Wishes on their way: sent once, looked for when no answer came."""

import logging
from datetime import timedelta
from functools import partial
from itertools import accumulate

from psycopg2 import OperationalError

from odoo import api, fields, models

from ..lib.chorus_pro import errors
from ..tools.transactions import commit, write_down
from .l10n_fr_chorus_wish import PENDING_STATES
from .sentences import advise

_logger = logging.getLogger(__name__)

# Minutes before the next try or question, the last one repeated.
RHYTHM = (1, 5, 15, 60)
# The portal may still be at what gave no answer.
AT_WORK = timedelta(minutes=RHYTHM[0])


class L10n_Fr_ChorusWish(models.AbstractModel):
    _inherit = "l10n_fr_chorus.wish"

    # -------------------------------------------------------------------------
    # HOOKS
    # -------------------------------------------------------------------------

    def _question(self, client):
        """What is asked before sending, as a callable; it must not read the database."""
        raise NotImplementedError

    def _call(self, client):
        """The one call that does it, as a callable; it must not read the database."""
        raise NotImplementedError

    def _record(self, news):
        """Write down what the question brought, on the invoice."""
        raise NotImplementedError

    def _is_shown_by(self, news):
        """Whether the portal already has it, or had it after our attempt."""
        raise NotImplementedError

    def _overtaken(self, news):
        """Why it is no longer to be sent, as a sentence; False if it is."""
        raise NotImplementedError

    def _is_behind_another(self):
        """What is asked of one invoice leaves in the order it was asked."""
        raise NotImplementedError

    def _is_result_due(self):
        """Whether the invoice does not show yet what came of it."""
        raise NotImplementedError

    def _result_is_due(self):
        raise NotImplementedError

    def _warn(self, summary, sentence):
        """Tell a person what became of it, against what was asked for."""
        raise NotImplementedError

    def _trace(self, news):
        """What to keep of the portal's state before the attempt, as values."""
        return {}

    def _prepare(self, client):
        """Calls that must come first; False when it cannot be sent now."""
        return True

    # -------------------------------------------------------------------------
    # CRON
    # -------------------------------------------------------------------------

    @api.model
    def _run_wishes(self):
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
        for connection, wishes in due.grouped("connection_id").items():
            # What is written down is read by the company's accountants.
            connection = connection._speak()
            wishes = wishes.with_env(connection.env)
            with connection._exclusive(self._wish_purpose) as mine:
                if mine and not wishes._fulfil_all(connection):
                    return
        # What was skipped waits for its date, its turn or its connection, not for us.
        progress(remaining=0)

    def _fulfil_all(self, connection):
        """:return: False when the cron's time is over"""
        progress = self.env["ir.cron"]._commit_progress
        for wish in self:
            if connection._is_paused():
                if connection.pause_until:
                    self._wake_sender(at=connection.pause_until)
                break
            try:
                wish._fulfil()
            except OperationalError as error:
                # Somebody changed it at the same moment: the next run goes on.
                self.env.cr.rollback()
                _logger.info("Chorus Pro %s: %s", wish, error)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Chorus Pro %s", wish)
                wish._later(
                    self.env._(
                        "Unexpected error, see the server log (answer %s).", wish.id
                    )
                )
            if not progress(1):
                return False
        return True

    def _fulfil(self):
        if self.state == "sending":
            # Nobody else holds the lock: whoever sent this one died before the answer.
            self.write({"state": "unknown", "next_try_at": False})
        if self._is_behind_another():
            return
        try:
            client = self.connection_id._client()
        except errors.ChorusError as error:
            self._not_asked(error)
            return
        news, error = self._ask(self._question(client))
        if error is not None:
            write_down(self.env, partial(self._not_asked, error))
            return
        write_down(self.env, partial(self._settle, news))
        if self.state in ("ready", "unknown") and self._prepare(client):
            self._send(client, news)
        if self.state in ("done", "refused") and self._is_result_due():
            self._show_result(client)

    def _ask(self, question):
        """The portal's answer, and the error if there is none: one of them is None."""
        # Nothing is held open in the database while the portal thinks.
        commit(self.env)
        try:
            return question(), None
        except errors.ChorusError as error:
            return None, error

    def _settle(self, news):
        """What the portal shows ends a wish, whoever fulfilled it there.

        Somebody may have pressed a button meanwhile: what is over stays so.
        """
        self._record(news)
        if self.state not in ("ready", "unknown"):
            return
        if self._is_shown_by(news):
            self._arrived()
        elif self.is_withdrawn:
            self._withdraw(self.env._("Withdrawn: it had not arrived on Chorus Pro."))
        elif sentence := self._overtaken(news):
            self._withdraw(sentence)

    def _withdraw_unless_arrived(self):
        """Not sent again, whatever happens: the history tells what became of it."""
        now = fields.Datetime.now()
        for wish in self:
            ask_at = max(now, (wish.sent_at or now) + AT_WORK)
            wish.write({"is_withdrawn": True, "next_try_at": ask_at})
            self._wake_sender(at=ask_at)

    def _pending_before(self, domain):
        """Whether an older one with this domain is still pending."""
        return bool(
            self.search_count(
                [*domain, ("state", "in", PENDING_STATES), ("id", "<", self.id)],
                limit=1,
            )
        )

    # -------------------------------------------------------------------------
    # SEND
    # -------------------------------------------------------------------------

    def _send(self, client, news):
        """Commit the intent, call the portal, write down what came of it."""
        # In a new transaction: the lock is refused to one that is older than a change.
        commit(self.env)
        wish = self.try_lock_for_update().filtered_domain(
            [("state", "in", ("ready", "unknown")), ("is_withdrawn", "=", False)]
        )
        if not wish:
            return
        call = self._call(client)
        self.write(
            {
                "state": "sending",
                "sent_at": fields.Datetime.now(),
                "tries": self.tries + 1,
                "error": False,
                **self._trace(news),
            }
        )
        # The portal cannot be rolled back: the intent must outlive a crash.
        commit(self.env)
        # From here to the answer the database is not asked anything.
        outcome = self._hand_over(call)
        write_down(self.env, partial(self._settle_sent, outcome))

    def _hand_over(self, call):
        """Call the portal once.

        :return: what to write down, as a callable: it may have to be done twice
        """
        try:
            call()
        except errors.NOTHING_DONE as error:
            return partial(self._not_sent, error)
        except errors.RefusedError as error:
            return partial(self._refused_by_portal, error)
        except errors.OutcomeUnknownError as error:
            return partial(self._no_answer, error)
        except Exception:
            # Whatever broke, the request may have left: only the portal knows.
            _logger.exception("Chorus Pro: a call broke off")
            return partial(self._no_answer, None)
        return self._received

    # -------------------------------------------------------------------------
    # OUTCOMES
    # -------------------------------------------------------------------------

    def _settle_sent(self, outcome):
        # It may have been settled otherwise while the portal was thinking.
        if self.state == "sending":
            outcome()

    def _received(self):
        self.connection_id._worked()
        self._arrived()
        self._result_is_due()

    def _arrived(self):
        """The portal has it, also when it was to be withdrawn meanwhile."""
        is_late = self.is_withdrawn
        self._done()
        if is_late:
            self.error = self.env._(
                "“%s” could not be withdrawn: Chorus Pro has it.", self.label
            )
            self._warn(
                self.env._("Chorus Pro: “%s” was not withdrawn", self.label),
                self.error,
            )

    def _not_sent(self, error):
        self.state = "ready"
        self._not_asked(error)
        if self.is_withdrawn:
            self._withdraw()

    def _refused_by_portal(self, error):
        if self.is_withdrawn:
            # Perhaps because an earlier attempt has arrived: looked for, never sent.
            self._no_answer(error)
            return
        self._refused(advise(self.env, error))

    def _no_answer(self, error):
        self.state = "unknown"
        self._later(
            advise(self.env, error)
            if error
            else self.env._("Unexpected error, see the server log.")
        )

    def _done(self):
        _logger.info("Chorus Pro %s is known there", self)
        self._end("done")

    def _refused(self, sentence):
        self._end("refused", sentence)
        self._result_is_due()
        self._warn(self.env._("Chorus Pro refused “%s”", self.label), sentence)

    def _show_result(self, client):
        """The invoice shows what the portal has, not what we asked for."""
        news, error = self._ask(self._question(client))
        if error is not None:
            _logger.info("Chorus Pro %s: history later: %s", self, error)
            self._wake_reader()
            return
        write_down(self.env, partial(self._settle_result, news))

    def _settle_result(self, news):
        """Once it is known what a sent wish became.

        Refused because it was done already, by us or by somebody there, is done.
        """
        res = self._record(news)
        if self.state == "refused" and self._is_shown_by(news):
            self._done()
        return res

    def _wake_reader(self):
        """The result could not be read: whoever follows the invoice asks again."""

    def _not_asked(self, error):
        """Nothing was done over there: later, or never if the portal denies the document."""
        if self.state not in ("ready", "unknown"):
            return
        if isinstance(error, errors.RefusedError):
            self._refused(advise(self.env, error))
            return
        if isinstance(error, errors.NOTHING_DONE):
            self.connection_id._failed(error)
        self._later(advise(self.env, error))

    def _later(self, sentence):
        now = fields.Datetime.now()
        for wish in self:
            next_try = now + timedelta(minutes=wish._minutes_to_wait(now))
            wish.write({"error": sentence, "next_try_at": next_try})
            self._wake_sender(at=next_try)

    def _minutes_to_wait(self, now):
        """The longer it has been waiting, the rarer; a question is no try."""
        since = self.sent_at or self.create_date
        waited = (now - since) / timedelta(minutes=1)
        asked = sum(minutes <= waited for minutes in accumulate(RHYTHM))
        return RHYTHM[min(max(self.tries, asked), len(RHYTHM) - 1)]
