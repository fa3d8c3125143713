import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.chorus_pro import packing
from ..lib.chorus_pro.packing import AttachmentProblem
from ..lib.chorus_pro.records.submissions import MAX_DESIGNATION
from ..lib.chorus_pro.services.invoices import MAX_COMMENT
from ..models.en16931.attachments import sent_name
from ..models.l10n_fr_chorus_attachment_type import STANDARD_TYPE
from ..models.l10n_fr_chorus_correction import COMPLETE
from ..tools.notifications import closing


class L10n_Fr_ChorusCompleteWizard(models.TransientModel):
    """The answer to a suspension: a comment, and the documents that were missing."""

    _name = "l10n_fr_chorus.complete.wizard"
    _description = "Answer a suspension on Chorus Pro"

    move_id = fields.Many2one("account.move", "Invoice", required=True, readonly=True)
    reason = fields.Char(
        "Asked for",
        related="move_id.l10n_fr_chorus_status_comment",
        related_sudo=False,
        readonly=True,
    )
    comment = fields.Text("Your answer")
    line_ids = fields.One2many(
        "l10n_fr_chorus.complete.wizard.line", "wizard_id", "Documents"
    )
    choice_ids = fields.Many2many(
        related="move_id.l10n_fr_chorus_attachment_choice_ids",
        related_sudo=False,
    )
    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection", compute="_compute_connection_id", compute_sudo=True
    )

    @api.depends("move_id")
    def _compute_connection_id(self):
        corrections = self.env["l10n_fr_chorus.correction"]
        for wizard in self:
            wizard.connection_id = corrections._connection_of(wizard.move_id)

    @api.onchange("comment")
    def _onchange_comment(self):
        if len(self.comment or "") > MAX_COMMENT:
            return {"warning": {"title": "Chorus Pro", "message": self._say_too_long()}}
        return {}

    def _say_too_long(self):
        return self.env._(
            "The answer has %(length)s characters; Chorus Pro takes %(most)s.",
            length=len(self.comment),
            most=MAX_COMMENT,
        )

    def action_confirm(self):
        """Queue the answer; the cron uploads the documents and sends it."""
        self.ensure_one()
        moves = self.move_id._l10n_fr_chorus_check_may_correct(COMPLETE)
        self._check_content()
        self.env["l10n_fr_chorus.correction"].sudo()._queue(
            moves, COMPLETE, comment=self.comment, files=self.line_ids._as_files()
        )
        return closing(self.env._("Will be sent within minutes."))

    def _check_content(self):
        """:raise UserError: nothing to send, or something Chorus Pro does not take"""
        if not (self.comment or "").strip() and not self.line_ids:
            raise UserError(self.env._("Write an answer or add a document."))
        if len(self.comment or "") > MAX_COMMENT:
            raise UserError(self._say_too_long())


class L10n_Fr_ChorusCompleteWizardLine(models.TransientModel):
    """A document: one of the invoice, or a new one."""

    _name = "l10n_fr_chorus.complete.wizard.line"
    _description = "Document that answers a suspension"

    wizard_id = fields.Many2one(
        "l10n_fr_chorus.complete.wizard", required=True, ondelete="cascade"
    )
    # What may be chosen is on the window: a line that is not saved yet knows no invoice.
    attachment_id = fields.Many2one("ir.attachment", "Document of the invoice")
    upload = fields.Binary("New document", attachment=False)
    upload_name = fields.Char("File name")
    type_id = fields.Many2one(
        "l10n_fr_chorus.attachment.type",
        "Kind of document",
        help="Empty: the standard kind (DIVERS).",
    )

    def _as_files(self):
        """Values of ``l10n_fr_chorus.correction.file``, checked.

        :raise UserError: a document that Chorus Pro does not take
        """
        taken, files, total = set(), [], 0
        for line in self:
            label, name, content = line._file(taken)
            taken.add(name)
            total += len(content)
            line._check(label, name, len(content))
            files.append(
                {
                    "name": name,
                    "designation": " ".join(label.split())[:MAX_DESIGNATION],
                    "type_code": line._type_code(),
                    "content": base64.b64encode(content),
                }
            )
        if total > packing.MAX_INVOICE_BYTES:
            raise UserError(self.env._("These documents are too large together."))
        return files

    def _type_code(self):
        """Of the list of this connection; the standard kind otherwise."""
        kind = self.type_id
        is_ours = kind.connection_id == self.wizard_id.connection_id
        return (is_ours and kind.code) or STANDARD_TYPE

    def _file(self, taken):
        """Name as people read it, name for the portal, content."""
        attachment = self.attachment_id
        if attachment:
            # Only what hangs on this invoice, and what its reader may open.
            attachment.check_access("read")
            if attachment not in self.wizard_id.choice_ids:
                raise UserError(
                    self.env._("%s does not belong to this invoice.", attachment.name)
                )
            return (
                attachment.name,
                sent_name(attachment, taken),
                attachment.raw or b"",
            )
        if not self.upload:
            raise UserError(self.env._("Choose a document in each line."))
        label = self.upload_name or "document"
        content = base64.b64decode(self.with_context(bin_size=False).upload)
        return label, packing.attachment_name(label, taken), content

    def _check(self, label, name, size):
        problems = packing.attachment_problems(name, size)
        if not problems:
            return
        sentences = {
            AttachmentProblem.BAD_EXTENSION: self.env._(
                "Chorus Pro does not take this kind of file: %s.", label
            ),
            AttachmentProblem.EMPTY: self.env._("The file %s is empty.", label),
            AttachmentProblem.TOO_LARGE: self.env._(
                "The file %s is larger than 10 MB, which Chorus Pro does not take.",
                label,
            ),
        }
        known = [sentences[problem] for problem in problems if problem in sentences]
        raise UserError(
            "\n".join(known) or self.env._("Give the file %s another name.", label)
        )
