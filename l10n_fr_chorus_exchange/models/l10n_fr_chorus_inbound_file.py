from odoo import api, fields, models

from ..lib.chorus_pro.codes import AttachmentRole
from ..lib.chorus_pro.sniffing import PDF, remarks_of
from .sentences import flaw_words, remark_words

# What the browser shows beside a form.
SHOWN_MIMES = (PDF, "image/")
# In the words of the portal for an invoice and its visual.
INVOICE_CATEGORY = "FACTUR"


class L10n_Fr_ChorusInboundFile(models.Model):
    """One file of a received document, as it came out of the download.

    Kept from the moment of the download, before anything makes a bill; the bill gets
    attachments of its own on the same bytes (``ir.attachment``), which stay when the
    originals are purged. What could not be taken out is listed too, with its problem.
    """

    _name = "l10n_fr_chorus.inbound.file"
    _description = "File of a Chorus Pro document"
    _order = "inbound_id, is_main desc, id"

    inbound_id = fields.Many2one(
        "l10n_fr_chorus.inbound",
        "Document",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="inbound_id.company_id", store=True)
    name = fields.Char(required=True, readonly=True)
    category = fields.Char(
        readonly=True, help="What Chorus Pro calls it, such as “Bon de livraison”."
    )
    type_code = fields.Char("Type", readonly=True, help="01: the invoice; 02: annex.")
    mime = fields.Char("Kind of file", readonly=True)
    size = fields.Integer("Bytes", readonly=True)
    sha256 = fields.Char("SHA-256", readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment",
        "Content",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    is_main = fields.Boolean("The invoice itself", readonly=True)
    problem = fields.Char(
        readonly=True,
        help="Why the file could not be taken out of the download, or what to know "
        "before opening it.",
    )

    _content_uniq = models.UniqueIndex(
        "(inbound_id, sha256) WHERE sha256 IS NOT NULL",
        "This file is already on the document.",
    )

    def action_download(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "download",
        }

    def unlink(self):
        attachments = self.attachment_id
        res = super().unlink()
        attachments.unlink()
        return res

    @api.model
    def _take_in(self, document, pivot, accepted=()):
        """The files of one invoice; those the document has already are left alone.

        :param pivot: ``PivotInvoice``
        :param dict accepted: user by SHA-256, of files accepted before though not safe
        :return: the new records
        """
        known = set(document.file_ids.mapped("sha256"))
        main = pivot.main_attachment
        accepted = dict(accepted)
        new = {
            # Sent twice, or once more after a completion: kept once.
            file.sha256: file
            for file in reversed(pivot.attachments)
            if file.sha256 not in known
        }
        files = sorted(new.values(), key=lambda file: file is not main)
        attachments = self.env["ir.attachment"]._l10n_fr_chorus_store(
            document, [(file.name, file.mime, file.stored) for file in files]
        )
        made = self.create(
            [
                {
                    "inbound_id": document.id,
                    "name": file.name,
                    "category": file.category,
                    "type_code": str(file.type_code),
                    "mime": file.mime,
                    "size": file.size,
                    "sha256": file.sha256,
                    "is_main": file is main,
                    "problem": remark_words(self.env, file.remarks) or False,
                    "is_suspect": file.is_hostile,
                    "accepted_by_id": accepted.get(file.sha256),
                    "attachment_id": attachment.id,
                }
                for file, attachment in zip(files, attachments, strict=True)
            ]
        )
        return made + self._take_in_broken(document, pivot)

    @api.model
    def _take_in_alone(self, document, name, stored, mime):
        """The only file of a document that was imported by hand."""
        attachment = self.env["ir.attachment"]._l10n_fr_chorus_store(
            document, [(name, mime, stored)]
        )
        _mime, remarks = remarks_of(name, stored)
        return self.create(
            {
                "inbound_id": document.id,
                "name": name,
                "mime": mime,
                "size": stored.size,
                "sha256": stored.sha256,
                "is_main": True,
                "problem": remark_words(self.env, remarks) or False,
                "is_suspect": any(one.remark.is_hostile for one in remarks),
                "attachment_id": attachment.id,
            }
        )

    @api.model
    def _take_in_broken(self, document, pivot):
        known = set(document.file_ids.filtered(lambda f: not f.sha256).mapped("name"))
        return self.create(
            [
                {
                    "inbound_id": document.id,
                    "name": file.name,
                    "category": file.category,
                    "problem": flaw_words(self.env, file.flaw, file.detail),
                }
                for file in pivot.broken_attachments
                if file.name not in known
            ]
        )

    def _on_bills(self):
        """The same bytes as attachments of the bills; what a bill has is not repeated.

        Not through a message: that would have core decode the files into the bill.

        :return: ``{file: attachment}`` of what is new there
        """
        sources = (self - self._held()).filtered(
            lambda file: file.attachment_id and file._move()
        )
        known = {
            (attachment.res_id, attachment.checksum)
            for attachment in self.env["ir.attachment"].search(
                [
                    ("res_model", "=", "account.move"),
                    ("res_id", "in", sources.inbound_id.move_id.ids),
                ]
            )
        }
        new = sources.filtered(
            lambda file: (file._move().id, file.attachment_id.checksum) not in known
        )
        copies = self.env["ir.attachment"]._l10n_fr_chorus_share(
            [(file.attachment_id, file._move()) for file in new]
        )
        return dict(zip(new, copies, strict=True))

    def _move(self):
        return self.inbound_id.move_id

    def _main(self):
        """The invoice among these files, one a person can read before any other; may
        be empty.

        Beside an XML that is the invoice, its visual: the one called so, else any PDF.
        """

        def rank(file):
            is_shown = (file.mime or "").startswith(SHOWN_MIMES)
            is_invoice = file.type_code == AttachmentRole.MAIN
            is_named = INVOICE_CATEGORY in (file.category or "").upper()
            return (
                file.is_main and is_shown,
                is_invoice and is_shown,
                file.mime == PDF and is_named,
                file.mime == PDF,
                file.is_main,
                is_invoice,
            )

        readable = self.filtered(lambda file: file.attachment_id and any(rank(file)))
        return readable.sorted(rank, reverse=True)[:1]
