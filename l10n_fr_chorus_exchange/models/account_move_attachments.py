import re

from odoo import api, fields, models

from .en16931.attachments import sendable
from .l10n_fr_chorus_deposit import FAILED_STATES

# Pictures pasted into a text of the invoice are attachments as well.
PASTED = re.compile(r"/web/image/(\d+)")


class AccountMove(models.Model):
    """Which documents go along with the invoice.

    By default those attached by hand; what came with a message of the chatter does not,
    nor what Odoo made itself. The user's choice is kept: a document that was unticked
    stays so, one that is attached later is ticked. Once a deposit is made of the
    invoice, what is ticked is what was put into it.
    """

    _inherit = "account.move"

    l10n_fr_chorus_attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Supporting documents",
        compute="_compute_l10n_fr_chorus_attachment_ids",
        inverse="_inverse_l10n_fr_chorus_attachment_ids",
        search="_search_l10n_fr_chorus_attachment_ids",
        help="Sent to Chorus Pro with the invoice: delivery notes, time sheets…",
    )
    l10n_fr_chorus_attachment_choice_ids = fields.Many2many(
        "ir.attachment",
        string="Documents of this invoice",
        compute="_compute_l10n_fr_chorus_attachment_ids",
    )
    l10n_fr_chorus_attachment_unfit_ids = fields.Many2many(
        "ir.attachment",
        string="Documents of a kind Chorus Pro does not take",
        compute="_compute_l10n_fr_chorus_attachment_ids",
    )
    l10n_fr_chorus_attachment_kept_ids = fields.Many2many(
        "ir.attachment",
        "l10n_fr_chorus_move_attachment_rel",
        "move_id",
        "attachment_id",
        string="Documents chosen for Chorus Pro",
        # Reading it would otherwise look through all attachments of the database.
        bypass_search_access=True,
        copy=False,
    )
    l10n_fr_chorus_attachment_left_ids = fields.Many2many(
        "ir.attachment",
        "l10n_fr_chorus_move_attachment_left_rel",
        "move_id",
        "attachment_id",
        string="Documents kept from Chorus Pro",
        bypass_search_access=True,
        copy=False,
    )

    @api.depends(
        "attachment_ids.res_field",
        "move_type",
        "name",
        "narration",
        "l10n_fr_chorus_attachment_kept_ids",
        "l10n_fr_chorus_attachment_left_ids",
        "l10n_fr_chorus_deposit_state",
    )
    def _compute_l10n_fr_chorus_attachment_ids(self):
        found = self._l10n_fr_chorus_attached()
        posted = self._l10n_fr_chorus_in_messages(found)
        for move in self:
            kept = move.l10n_fr_chorus_attachment_kept_ids
            attached = found.get(move._origin.id, kept.browse())
            new = kept.browse()
            if not move._l10n_fr_chorus_is_frozen():
                left = move.l10n_fr_chorus_attachment_left_ids
                new = attached - posted - left - kept
            fit = new.filtered(sendable)
            move.l10n_fr_chorus_attachment_ids = (kept | fit).sorted("id")
            move.l10n_fr_chorus_attachment_unfit_ids = (new - fit).sorted("id")
            move.l10n_fr_chorus_attachment_choice_ids = (kept | attached).sorted("id")

    def _inverse_l10n_fr_chorus_attachment_ids(self):
        for move in self:
            chosen = move.l10n_fr_chorus_attachment_ids
            found = move._l10n_fr_chorus_attached()
            left = found.get(move._origin.id, chosen.browse()) - chosen
            # Every new entry of the books comes by here, most with nothing to keep.
            if left != move.l10n_fr_chorus_attachment_left_ids:
                move.l10n_fr_chorus_attachment_left_ids = left
            if chosen != move.l10n_fr_chorus_attachment_kept_ids:
                move.l10n_fr_chorus_attachment_kept_ids = chosen

    @api.constrains("l10n_fr_chorus_attachment_kept_ids")
    def _check_l10n_fr_chorus_attachment_kept_ids(self):
        # Later a cron, which may read all, sends what was chosen.
        self.l10n_fr_chorus_attachment_kept_ids.check_access("read")

    def _search_l10n_fr_chorus_attachment_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        files = self.env["ir.attachment"].browse(filter(None, value))
        at_home = files.filtered(lambda file: file.res_model == "account.move")
        moves = self.search(
            [
                "|",
                ("id", "in", at_home.mapped("res_id")),
                ("l10n_fr_chorus_attachment_kept_ids", "in", files.ids),
            ]
        )
        going = moves.filtered(lambda move: move.l10n_fr_chorus_attachment_ids & files)
        return [("id", "in", going.ids)]

    def _l10n_fr_chorus_is_frozen(self):
        """Whether what goes to the portal can no longer be changed."""
        state = self.l10n_fr_chorus_deposit_state
        return bool(state) and state not in FAILED_STATES

    def _l10n_fr_chorus_attached(self):
        """Files that hang on these invoices, without what Odoo made itself.

        :return: ``{id of the invoice: attachments}``, for customer invoices and credit
            notes
        """
        moves = self.filtered(lambda move: move.is_sale_document())._origin
        if not moves:
            return {}
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "account.move"),
                ("res_id", "in", moves.ids),
                ("res_field", "=", False),
                ("type", "=", "binary"),
            ]
        )
        files -= self._l10n_fr_chorus_edi_files(moves)
        report = self.env.ref("account.account_invoices") if files else None
        result = {}
        for move_id, attached in files.grouped("res_id").items():
            move = self.browse(move_id)
            made = move._l10n_fr_chorus_made_names(report)
            pasted = set(map(int, PASTED.findall(move.narration or "")))
            result[move_id] = attached.filtered(
                lambda file, made=made, pasted=pasted: (
                    file.name not in made and file.id not in pasted
                )
            )
        return result

    def _l10n_fr_chorus_made_names(self, report):
        """File names of the printed invoice, where a report keeps a copy.

        :param report: the usual one; the customer may have another
        """
        self.ensure_one()
        report = self.partner_id.invoice_template_pdf_report_id or report
        return {
            self._get_invoice_report_filename(report=report),
            self._get_invoice_proforma_pdf_report_filename(),
            "factur-x.xml",  # core's own, kept beside the invoice at times
        }

    @api.model
    def _l10n_fr_chorus_edi_files(self, moves):
        """Files of the older EDI framework, where it is installed."""
        if "edi_document_ids" not in moves._fields:
            return self.env["ir.attachment"]
        return moves.sudo().edi_document_ids.attachment_id.sudo(False)

    @api.model
    def _l10n_fr_chorus_in_messages(self, found):
        """Those files that came with a message: mails received or sent, notes."""
        files = self.env["ir.attachment"].union(*found.values())
        if not files:
            return files
        # A message may be hidden from who reads the invoice; that it holds the file
        # tells nothing of it.
        messages = (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("model", "=", "account.move"),
                    ("res_id", "in", list(found)),
                    ("attachment_ids", "in", files.ids),
                ]
            )
        )
        return files & messages.attachment_ids.sudo(False)
