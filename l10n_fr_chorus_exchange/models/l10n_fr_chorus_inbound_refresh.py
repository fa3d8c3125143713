"""What follows the bill: its files, its history, what the supplier adds later."""

import logging
import time
from functools import partial
from itertools import islice

from odoo import api, models
from odoo.tools import split_every

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.services import invoices
from ..tools.dates import to_utc
from ..tools.transactions import is_passing, write_down
from .l10n_fr_chorus_inbound_fetch import MOST_UNANSWERED, is_out_of_reach
from .l10n_fr_chorus_inbound_file import SHOWN_MIMES
from .sentences import advise

_logger = logging.getLogger(__name__)

# As many as come in one download: what a conflict with another transaction undoes stays
# small, and is read once more.
HISTORIES_TOGETHER = 10
# Then what has come is written down, and the others wait for the next group.
MOST_SECONDS = 15


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    # -------------------------------------------------------------------------
    # FILES
    # -------------------------------------------------------------------------

    def _attach_files(self, move=None, _pivot=None):
        """Every file of the documents on their bills, the readable invoice in front.

        The bills have the same bytes as the inbox, by reference; any number of documents
        costs the same few queries.

        :param move: the bill of a single document that does not know it yet
        """
        if move and not self.move_id:
            self.move_id = move
        made = self.file_ids._on_bills()
        for document in self:
            document._show_main(made)
            held = document.file_ids._held()
            if held:
                document.reason = document._suspect_sentence(held)

    def _show_main(self, made):
        """The readable invoice in front of the bill, if it is one of the new files.

        :param dict made: new attachments of bills by file
        """
        main = made.get((self.file_ids - self.file_ids._held())._main())
        if main:
            # Nothing of the books changes: core need not compute them again.
            self.move_id.with_context(
                skip_invoice_sync=True, check_move_validity=False
            )._message_set_main_attachment_id(main, force=True, filter_xml=False)

    def _files_added(self, files):
        """The supplier completed the invoice, or sent it on: bring what is new."""
        made = files._on_bills()
        shown = self.move_id.message_main_attachment_id.mimetype or ""
        if not shown.startswith(SHOWN_MIMES):
            self._show_main(made)
        if made:
            self.move_id._message_log(
                body=self.env._(
                    "The supplier completed the invoice on Chorus Pro: %s.",
                    ", ".join(file.name for file in made),
                )
            )

    # -------------------------------------------------------------------------
    # HISTORY
    # -------------------------------------------------------------------------

    def _in_groups(self):
        """Recordsets whose histories are written down together."""
        return [
            self.browse(ids).with_prefetch(ids)
            for ids in split_every(HISTORIES_TOGETHER, self.ids)
        ]

    def _read_histories(self, client):
        """The portal's histories on the bills: network first, one write for all after.

        :raise errors.ChorusError: the connection's trouble; what came before it is kept
        """
        for document in self.filtered(lambda one: not one._has_portal_id()):
            document.history_due = False
        portal_ids = {
            document.id: int(document.portal_id)
            for document in self
            if document._has_portal_id()
        }
        known = {document.id: document._as_known() for document in self}
        left = self[:1].connection_id._looks_left()
        # Nothing is held open in the database while the portal thinks.
        self.env["ir.cron"]._commit_progress()
        answers, trouble = _ask_histories(
            client, dict(islice(portal_ids.items(), left))
        )
        self.browse(list(answers))._write_histories(answers, known)
        if trouble:
            raise trouble

    def _write_histories(self, answers, known):
        """All at once; when something is wrong with one of them, one by one.

        :param dict answers: ``History`` or error of the library, by id of document
        :param dict known: ``_as_known`` of each document, before it was asked about
        """
        try:
            write_down(self.env, partial(self._record_answers, answers, known))
        except Exception as error:
            self.env.cr.rollback()
            if is_passing(error) or len(self) == 1:
                raise
            _logger.info("Chorus Pro inbox, histories one by one after: %r", error)
            for document in self:
                document._write_alone(answers, known)

    def _write_alone(self, answers, known):
        try:
            self._write_histories(answers, known)
        except Exception as error:
            if is_passing(error):
                # Somebody changed it at the same moment: the next run tries again.
                return
            _logger.exception("Chorus Pro inbox document %s: history", self.id)
            write_down(self.env, partial(self._history_not_read, error))

    def _record_answers(self, answers, known):
        # Somebody wrote it down meanwhile, an answer say: what was read before that may
        # be out of date. Asking once more costs a call, and undoes nothing.
        overtaken = self.filtered(lambda one: one._as_known() != known[one.id])
        overtaken.history_due = True
        told = (self - overtaken).filtered(
            lambda one: not isinstance(answers[one.id], Exception)
        )
        for document in self - overtaken - told:
            document._history_not_read(answers[document.id])
        told._record_histories([answers[document.id] for document in told])

    def _as_known(self):
        """What is no longer the same once somebody wrote this document down.

        The date is that of a transaction, which may write more than once.
        """
        return self.write_date, self.portal_status, self.status_at

    def _history_not_read(self, error):
        for document in self.filtered("history_due"):
            if isinstance(error, errors.ChorusError):
                document._try_later(advise(self.env, error))
            else:
                document._try_later(
                    self.env._(
                        "Unexpected error, see the server log (document %s).",
                        document.id,
                    )
                )

    def _record_history(self, history):
        """:param history: ``History`` of the library, of each of these documents"""
        self._record_histories([history] * len(self))

    def _record_histories(self, histories):
        """:param histories: one ``History`` of the library for each of these documents"""
        self.filtered("history_due").write(
            {"tries": 0, "next_try_at": False, "history_due": False}
        )
        for document, history in zip(self, histories, strict=True):
            status = str(history.status or "")
            if status and document.portal_status != status:
                # Otherwise the search's date stays: it counts in seconds, this in minutes.
                document.write(document._history_vals(history))
            document._note_files_of(history)
        billed = self.filtered("move_id")
        billed._record_on_bills(
            [
                history
                for document, history in zip(self, histories, strict=True)
                if document in billed
            ]
        )

    def _record_on_bills(self, histories):
        news = self.env["account.move"]
        for document, history in zip(self, histories, strict=True):
            if document.move_id.l10n_fr_chorus_status != str(history.status or ""):
                news |= document.move_id
        # One bill of two documents comes twice.
        moves = self.env["account.move"].browse([one.move_id.id for one in self])
        moves._l10n_fr_chorus_record_histories(histories)
        for move in news:
            # Paid meanwhile, and the portal would not hear of it: it may now.
            move._l10n_fr_chorus_announce_payment()
        self._answer_if_due()

    @api.model
    def _history_vals(self, history):
        last = history.last
        return {
            "portal_status": str(history.status),
            "status_at": to_utc(last.at) if last else False,
            "status_comment": last.comment if last else False,
        }


def _ask_histories(client, portal_ids):
    """Nothing of the database is read or written here.

    Not for long: what was read is written down before the scheduler's time is over.

    :param dict portal_ids: by id of document
    :return: ``({id of document: History or error}, error of the connection or None)``
    """
    answers, silences = {}, 0
    until = time.monotonic() + MOST_SECONDS
    for document_id, portal_id in portal_ids.items():
        try:
            answers[document_id] = invoices.history(client, portal_id)
            silences = 0
        except errors.NotSentError as error:
            return answers, error
        except errors.ChorusError as error:
            answers[document_id] = error
            silences = silences + 1 if is_out_of_reach(error) else 0
        except Exception as error:
            _logger.exception("Chorus Pro document %s: its history", portal_id)
            answers[document_id], silences = error, 0
        is_late = time.monotonic() >= until
        if silences == MOST_UNANSWERED or (silences and is_late):
            # It is the portal, and no fault of a document.
            return answers, answers[document_id]
        if is_late:
            break
    return answers, None
