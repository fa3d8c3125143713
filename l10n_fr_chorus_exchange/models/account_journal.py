from odoo import api, fields, models


class AccountJournal(models.Model):
    """Numbers that Chorus Pro takes, seen to where numbering is set up."""

    _inherit = "account.journal"

    l10n_fr_chorus_number_warning = fields.Char(
        "Numbering and Chorus Pro", compute="_compute_l10n_fr_chorus_number_warning"
    )

    @api.depends("type", "code", "company_id", "refund_sequence")
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_number_warning(self):
        for journal in self:
            sentences = {
                finding.sentence
                for move in journal._l10n_fr_chorus_next_moves()
                for finding in move._l10n_fr_chorus_number_findings(
                    # The last number is the pattern of the next; the code is that of
                    # the first.
                    move._get_last_sequence() or journal._l10n_fr_chorus_first(move)
                )
            }
            journal.l10n_fr_chorus_number_warning = " ".join(sorted(sentences)) or False

    def _l10n_fr_chorus_next_moves(self):
        """The next invoice of this journal, and its next credit note if they differ."""
        moves = self.env["account.move"]
        connections = self.env["l10n_fr_chorus.connection"]
        if self.type != "sale" or not connections._for_company(self.company_id):
            return []
        kinds = ["out_invoice", *(["out_refund"] if self.refund_sequence else [])]
        today = fields.Date.context_today(self)
        return [
            moves.new({"move_type": kind, "journal_id": self._origin.id, "date": today})
            for kind in kinds
        ]

    def _l10n_fr_chorus_first(self, move):
        """First number of this journal, with the code that stands on the form."""
        before = move._get_starting_sequence().replace(
            f"{self._origin.code or ''}/", f"{self.code or ''}/", 1
        )
        return f"{before[:-1]}1"

    def _l10n_fr_chorus_serves_public(self):
        """Whether public bodies were invoiced in this journal."""
        self.ensure_one()
        return bool(
            self.env["account.move"].search_count(
                [
                    ("journal_id", "=", self._origin.id),
                    ("move_type", "in", ("out_invoice", "out_refund")),
                    ("commercial_partner_id.l10n_fr_chorus_is_public", "=", True),
                ],
                limit=1,
            )
        )
