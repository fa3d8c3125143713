"""Files that would do something, or are not what they are called: a person decides."""

from odoo import api, fields, models

from ..lib.chorus_pro.spool import Spool, pieces_of
from .inbound_by_hand import trouble_in


class L10n_Fr_ChorusInboundFile(models.Model):
    _inherit = "l10n_fr_chorus.inbound.file"

    is_suspect = fields.Boolean(
        "Not safe",
        readonly=True,
        help="A program, a PDF that would run something, or another kind of file than "
        "its name says.",
    )
    accepted_by_id = fields.Many2one("res.users", "Accepted by", readonly=True)

    def _held(self):
        """Those that go on no bill before somebody accepted them."""
        return self.filtered(lambda file: file.is_suspect and not file.accepted_by_id)


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    can_accept_files = fields.Boolean(
        "Has files to accept", compute="_compute_can_accept_files"
    )

    @api.depends("state", "file_ids.is_suspect", "file_ids.accepted_by_id")
    def _compute_can_accept_files(self):
        for document in self:
            document.can_accept_files = document.state in (
                "quarantine",
                "to_settle",
                "imported",
            ) and bool(document.file_ids._held())

    def _stop_at_suspects(self):
        """Put the document aside when it came with files that are not safe.

        A bill that is there stays, and waits for these files only.

        :return: whether it did
        """
        self.ensure_one()
        held = self.file_ids._held()
        if not held:
            return False
        sentence = self._suspect_sentence(held)
        if self.move_id:
            self.reason = sentence
        else:
            self._quarantine(sentence)
        return True

    def _suspect_sentence(self, held):
        return self.env._(
            "%(files)s\nIf you expected this, press “Accept these files”; otherwise ask "
            "the supplier, reject the invoice on Chorus Pro, or make a bill without them.",
            files="\n".join(f"{file.name}: {file.problem}" for file in held),
        )

    def action_accept_files(self):
        """The files that are not safe are wanted all the same: the document goes on."""
        documents = self._check_may_act().filtered("can_accept_files")
        for document in documents:
            held = document.file_ids._held()
            held.accepted_by_id = self.env.user
            document._message_log(
                body=self.env._(
                    "Files accepted as they are: %s",
                    " ".join(f"{file.name} ({file.problem})" for file in held),
                )
            )
            document._go_on_with_files()
        self._wake_receiver()

    def _go_on_with_files(self):
        if self.move_id:
            self.reason = False
            self._attach_files()
        elif self.state != "quarantine":
            # Something else is to be decided as well, and it says what.
            return
        elif self.file_kind and not self.pivot_attachment_id:
            self.write(self._plain_vals(self._trouble_in_file()))
        else:
            # Once more from the original, if it is still there.
            state = "fetched" if self.pivot_attachment_id else "seen"
            self.write({**self._reopened_vals(), "state": state})

    def _trouble_in_file(self):
        """As for a file without invoice data that is imported by hand."""
        file = self.file_ids[:1]
        with file.attachment_id._l10n_fr_chorus_open() as source:
            stored = Spool().store(pieces_of(source))
        return trouble_in(file.name, stored, file.mime)
