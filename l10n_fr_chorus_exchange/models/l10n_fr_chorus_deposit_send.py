"""Handing over what is ready: one call per file, never two for one intent."""

import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.codes import FlowSyntax
from ..lib.chorus_pro.packing import attachment_name, pack_batch, split_batches
from ..lib.chorus_pro.services import invoices
from ..tools.transactions import commit, write_down
from .en16931.document import FLOW, PDF, Document
from .explanations import explain_refusal
from .l10n_fr_chorus_deposit import UNSENT_DELAY
from .sentences import REFUSAL_ADVICE, advise
from .wanted import Found, readable

_logger = logging.getLogger(__name__)

# Not found, wrong method, wrong type: the gateway speaks of its own trouble, not of the
# invoice, which the portal has not seen.
OF_GATEWAY = (404, 405, 415)
# Calls in a row without an answer after which the portal is left in peace.
MOST_UNANSWERED = 3


class L10n_Fr_ChorusDeposit(models.Model):
    _inherit = "l10n_fr_chorus.deposit"

    # -------------------------------------------------------------------------
    # CRON
    # -------------------------------------------------------------------------

    @api.model
    def _cron_send(self):
        """Send what is ready; turn what a dead process left behind into *unknown*."""
        progress = self.env["ir.cron"]._commit_progress
        now = fields.Datetime.now()
        due = self.search(
            [
                "|",
                ("state", "=", "sending"),
                "&",
                "&",
                "&",
                "&",
                ("state", "=", "ready"),
                ("connection_id.active", "=", True),
                ("connection_id.can_send", "=", True),
                ("connection_id.is_read_only", "=", False),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", now),
            ],
            order="id",
        )
        progress(remaining=len(due))
        self._tell_silent()
        for connection, deposits in due._in_turn():
            connection = connection._speak()
            with connection._exclusive("send") as mine:
                if not mine:
                    # Another worker is sending them.
                    progress(len(deposits))
                elif not deposits.with_env(connection.env)._send_all(connection):
                    return

    def _in_turn(self):
        """``[(connection, its deposits)]``, the connection that sent least lately first.

        A queue longer than a run of the cron must not keep the other companies waiting.
        """
        sent_at = dict(
            self.env["l10n_fr_chorus.flow"]._read_group(
                [("connection_id", "in", self.connection_id.ids)],
                ["connection_id"],
                ["started_at:max"],
            )
        )
        return sorted(
            self.grouped("connection_id").items(),
            key=lambda pair: (pair[0] in sent_at, sent_at.get(pair[0])),
        )

    def _send_all(self, connection):
        """Send these deposits of a connection that is locked for it.

        :return: False when the cron's time is over
        """
        progress = self.env["ir.cron"]._commit_progress
        # What the lock was waited for with may be over: look with new eyes.
        progress()
        orphans = self.filtered(lambda deposit: deposit.state == "sending")
        if not orphans._settle_orphans():
            return False
        if connection._is_paused():
            return progress(len(self - orphans))
        unanswered = 0
        for parcel in (self - orphans)._parcels(connection):
            with parcel._alone():
                unanswered = 0 if parcel._send() else unanswered + 1
            if unanswered >= MOST_UNANSWERED:
                # It may be down: what is left waits instead of piling up doubts.
                unanswered = 0
                with parcel._alone():
                    connection._failed(
                        errors.OutcomeUnknownError("no answer to several deposits")
                    )
            if not progress(len(parcel)):
                return False
        return True

    def _settle_orphans(self):
        """Nobody else holds the lock: whoever sent these died before the answer.

        :return: False when the cron's time is over
        """
        progress = self.env["ir.cron"]._commit_progress
        # The sender may have ended well just before it let go of the lock.
        progress()
        for deposit in self._each():
            with deposit._alone():
                locked = deposit.try_lock_for_update()
                locked.invalidate_recordset()
                if locked.state == "sending":
                    locked._outcome_unknown(
                        self.env._("Odoo stopped before the answer of Chorus Pro came.")
                    )
            if not progress(1):
                return False
        return True

    def _parcels(self, connection):
        """Recordsets to be sent in one call each: one deposit, or the group of an archive.

        An archive holds files of one syntax, with limits of number and size.
        """
        together = self.browse()
        if connection.group_deposits:
            together = self.filtered(
                lambda deposit: deposit.road == FLOW and not deposit.send_alone
            )
        parcels = list((self - together)._each())
        for deposits in together.grouped("syntax").values():
            sizes = [deposit.attachment_id.file_size for deposit in deposits]
            parcels += [
                self.browse([deposits.ids[place] for place in batch])
                for batch in split_batches(sizes)
            ]
        return parcels

    # -------------------------------------------------------------------------
    # ONE CALL
    # -------------------------------------------------------------------------

    def _send(self):
        """Commit the intent, call the portal, write down what came of it.

        :return: False when no answer came
        """
        # In a new transaction: the lock is refused to one that is older than a change.
        commit(self.env)
        deposits = self._lease()
        connection = deposits.connection_id
        if not deposits or connection._is_paused():
            return True
        document = deposits._document()
        if document is None:
            return True
        try:
            client = connection._client()
        except errors.ChorusError as error:
            deposits._not_sent(error)
            return True
        flow = deposits._begin(document)
        past = deposits._past()
        # The portal cannot be rolled back: the intent must outlive a crash.
        commit(self.env)
        # From here to the answer the database is not asked anything.
        with connection._calls_about(flow):
            outcome = deposits._hand_over(client, document, past)
        states = write_down(
            self.env,
            # A slow answer is still the answer, even if it was given up meanwhile.
            partial(deposits._if_still, ("sending", "unknown"), flow, outcome),
        )
        return "unknown" not in states

    def _lease(self):
        """Those that this transaction alone may send: ready, and locked until it ends."""
        locked = self.try_lock_for_update()
        # Read again: before the lock, somebody else may have sent them.
        locked.invalidate_recordset()
        return locked.filtered(lambda deposit: deposit.state == "ready")

    def _document(self):
        """What one call hands over for these deposits; None when nothing is left.

        A file that is not what was frozen is refused here, and stays behind.
        """
        frozen = {deposit: deposit._frozen() for deposit in self}
        for deposit in self:
            if frozen[deposit] is None:
                deposit._refused(
                    self.env._(
                        "The stored file has changed since it was made. Send again."
                    )
                )
        documents = [document for document in frozen.values() if document is not None]
        if len(documents) != len(self):
            # The rest goes with the next run.
            self.env.ref("l10n_fr_chorus_exchange.ir_cron_send")._trigger()
            return None
        for document in documents:
            if document.road == FLOW:
                FlowSyntax(document.syntax)
        return (
            _together(documents) if len(documents) > 1 else next(iter(documents), None)
        )

    def _begin(self, document):
        """Write the intent down: from its commit on, the portal may have the invoice."""
        flow = self.env["l10n_fr_chorus.flow"]._begin(self, document)
        for deposit in self:
            deposit.tries += 1
        self.write(
            {
                "state": "sending",
                "flow_id": flow.id,
                "flow_number": False,
                "flow_state": False,
                "sent_at": flow.started_at,
                "questions": 0,
                "lookups": 0,
                "error": False,
                "raw_error": False,
                "next_try_at": False,
            }
        )
        return flow

    def _past(self):
        """What to look for when this attempt is refused: an earlier one may have arrived.

        :return: :class:`.wanted.Wanted`; None where no earlier attempt is in doubt. Of an
            archive that is refused, each invoice goes again by itself.
        """
        return self._wanted() if len(self) == 1 and self._has_open_past() else None

    def _hand_over(self, client, document, past=None):
        """Call the portal once, for all these deposits; the database is left alone.

        :param past: see :meth:`_past`
        :return: what to write down, as a callable: it may have to be done twice
        """
        if document.road == PDF:
            return self._hand_over_pdf(client, document)
        try:
            receipt = invoices.deposit_flow(
                client,
                document.content,
                document.file_name,
                FlowSyntax(document.syntax),
            )
        except errors.RefusedError as error:
            return self._refused_or_found(client, past, error)
        except errors.OutcomeUnknownError as error:
            return partial(self._no_answer, error)
        except errors.ChorusError as error:
            return partial(self._not_sent, error)
        except Exception:
            # Whatever broke, bytes may have left: only the portal knows.
            _logger.exception("Chorus Pro: a deposit broke off")
            return partial(
                self._outcome_unknown,
                self.env._("Unexpected error, see the server log."),
            )
        return partial(self._received, receipt)

    def _refused_or_found(self, client, past, refusal):
        """A refusal says nothing of an attempt before, which may have arrived late."""
        if past is None:
            return partial(self._refused_by_portal, refusal)
        try:
            rows = invoices.search_sent(client, number=past.number)
            row = Found(readable(rows, past.number)).settling(past)
        except errors.ChorusError as error:
            # Not to be told to a person as refused while the invoice may be there.
            return partial(self._no_answer, error)
        if row:
            return partial(self._integrated, row)
        return partial(self._refused_by_portal, refusal)

    # -------------------------------------------------------------------------
    # OUTCOMES
    # -------------------------------------------------------------------------

    def _received(self, receipt):
        _logger.info("Chorus Pro deposit %s is flow %s", self.ids, receipt.flow_number)
        self.connection_id._worked()
        self.flow_id._answer("deposited", flow_number=receipt.flow_number, error=False)
        self._ask_later(
            state="deposited",
            flow_number=receipt.flow_number,
            error=False,
            # Whatever was told before is over; a long silence from now on is new.
            alerted=False,
        )

    def _not_sent(self, error):
        """Nothing was done over there: the same bytes go again, later."""
        self.connection_id._failed(error)
        sentence = advise(self.env, error)
        self.flow_id._answer("not_sent", error=sentence)
        self._go_again(sentence, not_before=_allowed_at(error))
        for deposit in self:
            if fields.Datetime.now() - deposit.create_date >= UNSENT_DELAY:
                deposit._alert_once(
                    self.env._(
                        "Not sent to Chorus Pro for more than a day: %s", sentence
                    )
                )

    def _no_answer(self, error):
        self._outcome_unknown(
            self._being_looked_for(), _allowed_at(error), detail=advise(self.env, error)
        )

    def _being_looked_for(self):
        return self.env._(
            "No answer came to this deposit. Odoo is looking for the invoice on "
            "Chorus Pro and will not send it twice."
        )

    def _outcome_unknown(self, sentence, not_before=None, detail=None):
        """:param detail: what the attempt itself keeps, for who looks closer"""
        self.flow_id._answer("unknown", error=detail or sentence)
        self._ask_later(not_before, state="unknown", error=sentence)

    def _refused_by_portal(self, error):
        if error.code in OF_GATEWAY:
            self._not_sent(errors.NotSentError(str(error)))
            return
        sentence = advise(self.env, error)
        if error.message_id not in REFUSAL_ADVICE:
            cures = explain_refusal(self.env, [error.label])
            sentence = "\n".join([*cures, sentence])
        self.flow_id._answer("refused", error=sentence)
        if len(self) > 1:
            # Of an archive nothing was kept; which invoice it was about, each will tell.
            self._go_again(sentence, alone=True)
        else:
            self._refused(sentence, error.label)

    def _refused(self, sentence, raw=""):
        self.write(
            {
                "state": "refused",
                "error": sentence,
                "raw_error": raw or False,
                "next_try_at": False,
            }
        )
        for deposit in self:
            deposit.move_id._l10n_fr_chorus_alert(sentence)

    def _go_again(self, sentence, *, not_before=None, alone=False, now=False):
        """Ready once more: the portal has nothing of the last attempt."""
        values = {"state": "ready", "error": sentence, "next_try_at": False}
        if alone:
            values["send_alone"] = True
        self.write(values)
        if now:
            self.env.ref("l10n_fr_chorus_exchange.ir_cron_send")._trigger()
        else:
            self._try_later(max(self.mapped("tries")), not_before)


def _allowed_at(error):
    """When the gateway lets us in again; None when it did not say."""
    seconds = getattr(error, "retry_after", None)
    return seconds and fields.Datetime.now() + timedelta(seconds=round(seconds))


def _together(documents):
    """One archive of several documents of the same syntax."""
    files = {}
    for document in documents:
        files[attachment_name(document.file_name, files)] = document.content
    first = documents[0]
    return Document(
        content=pack_batch(files),
        file_name=f"{first.file_name.rpartition('.')[0][:150]}-{len(files)}.tar.gz",
        syntax=first.syntax,
    )
