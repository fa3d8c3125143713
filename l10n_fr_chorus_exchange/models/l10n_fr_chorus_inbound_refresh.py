"""What follows the bill: its files, its history, what the supplier adds later."""

from functools import partial

from odoo import api, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.services import invoices
from ..tools.dates import to_utc
from ..tools.transactions import write_down
from .l10n_fr_chorus_inbound_file import SHOWN_MIMES
from .sentences import advise


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

    def _read_history(self, client):
        """The portal's history on the bill; network first, one write after."""
        if not self._has_portal_id():
            self.history_due = False
            return
        portal_id = int(self.portal_id)
        # Nothing is held open in the database while the portal thinks.
        self.env["ir.cron"]._commit_progress()
        try:
            history = invoices.history(client, portal_id)
        except errors.NotSentError:
            raise
        except errors.ChorusError as error:
            write_down(self.env, partial(self._history_not_read, error))
            return
        write_down(self.env, partial(self._record_history, history))

    def _history_not_read(self, error):
        self.filtered("history_due")._try_later(advise(self.env, error))

    def _record_history(self, history):
        """:param history: ``History`` of the library"""
        status = str(history.status or "")
        for document in self:
            if document.history_due:
                document.write({"tries": 0, "next_try_at": False, "history_due": False})
            if status and document.portal_status != status:
                # Otherwise the search's date stays: it counts in seconds, this in minutes.
                document.write(
                    {
                        **document._history_vals(history),
                        **document._files_due_vals(status),
                    }
                )
            if document.move_id:
                document._record_on_bill(history, status)

    def _record_on_bill(self, history, status):
        is_news = self.move_id.l10n_fr_chorus_status != status
        self.move_id._l10n_fr_chorus_record_history(history)
        if is_news:
            # Paid meanwhile, and the portal would not hear of it: it may now.
            self.move_id._l10n_fr_chorus_announce_payment()
        self._answer_if_due()

    @api.model
    def _history_vals(self, history):
        last = history.last
        return {
            "portal_status": str(history.status),
            "status_at": to_utc(last.at) if last else False,
            "status_comment": last.comment if last else False,
        }
