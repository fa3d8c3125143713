"""What follows the bill: its files, its history, what the supplier adds later."""

from functools import partial

from odoo import api, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.errors import UnreadableDocument
from ..lib.chorus_pro.services import invoices
from ..tools.dates import to_utc
from ..tools.transactions import write_down
from .l10n_fr_chorus_treatment import DESK_STATUSES
from .sentences import advise


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    # -------------------------------------------------------------------------
    # FILES
    # -------------------------------------------------------------------------

    def _attach_files(self, move, pivot, known=()):
        """Every file of the document on the bill, the readable invoice in front.

        Not through a message: that would have core decode the files into the bill.

        :param known: checksums of the files that are already there
        """
        # Never shown as a page: what a supplier sends is not ours.
        attachments = self.env["ir.attachment"].with_context(
            attachments_mime_plainxml=True
        )
        created = {}
        for file in pivot.attachments:
            if attachments._compute_checksum(file.content) not in known:
                created[file.name] = attachments.create(
                    {
                        "name": file.name,
                        "raw": file.content,
                        "res_model": move._name,
                        "res_id": move.id,
                    }
                )
        main = pivot.main_attachment and created.get(pivot.main_attachment.name)
        if main and not known:
            move._message_set_main_attachment_id(main, force=True, filter_xml=False)
        return attachments.union(*created.values())

    def _fetch_again(self, client):
        """The supplier completed the invoice: bring the files that are new."""
        content, error = self._download(client)
        write_down(self.env, partial(self._fetched_again, content, error))
        if isinstance(error, errors.NotSentError):
            raise error

    def _fetched_again(self, content, error):
        for document in self.filtered_domain(
            [("files_due", "=", True), ("move_id", "!=", False)]
        ):
            if error is None:
                document._add_files(content)
            else:
                document._not_fetched(error)

    def _add_files(self, content):
        self._keep(content)
        self.write({"files_due": False, "tries": 0, "next_try_at": False})
        move = self.move_id
        known = self.env["ir.attachment"].search(
            [("res_model", "=", move._name), ("res_id", "=", move.id)]
        )
        try:
            with self.env.cr.savepoint():
                new = self._attach_files(
                    move, self._read_original(), set(known.mapped("checksum"))
                )
        except UnreadableDocument as error:
            move._message_log(body=advise(self.env, error))
            return
        if new:
            move._message_log(
                body=self.env._(
                    "The supplier completed the invoice on Chorus Pro: %s.",
                    ", ".join(new.mapped("name")),
                )
            )

    # -------------------------------------------------------------------------
    # HISTORY
    # -------------------------------------------------------------------------

    def _read_history(self, client):
        """The portal's history on the bill; network first, one write after."""
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
        if is_news and status in DESK_STATUSES:
            # Paid meanwhile, and the portal would not hear of it: it may now.
            self.move_id._l10n_fr_chorus_announce_payment()

    @api.model
    def _history_vals(self, history):
        last = history.last
        return {
            "portal_status": str(history.status),
            "status_at": to_utc(last.at) if last else False,
            "status_comment": last.comment if last else False,
        }
