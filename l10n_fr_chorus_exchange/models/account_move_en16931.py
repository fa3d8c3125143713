from odoo import models

from .en16931 import frames, parties, payment, references, totals, vat
from .en16931 import lines as invoice_lines
from .en16931.dialect import DIRECT
from .en16931.draft import Draft, plain
from .en16931.prepaid import prepaid
from .en16931.text import one_line, pieces


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_fr_chorus_en16931(self):
        """This invoice in the terms of EN 16931, without its attachments.

        :return: dictionary keyed by BT and BG terms, as the `facturx` package takes it;
            amounts, prices and quantities are text
        :raise UserError: what has to be completed on the invoice, all at once
        """
        self.ensure_one()
        draft = self._l10n_fr_chorus_draft()
        terms = self._l10n_fr_chorus_terms(draft)
        draft.check()
        return terms

    def _l10n_fr_chorus_draft(self):
        """Texts in the language of the customer, problems in that of the user."""
        language = self.commercial_partner_id.lang or self.env.lang
        move = self.with_context(lang=language)
        return Draft(move=move, env=self.env, dialect=DIRECT)

    def _l10n_fr_chorus_terms(self, draft):
        """The terms of the direct dialect; what is missing is noted in ``draft``."""
        base_lines, _tax_lines = draft.move._get_rounded_base_and_tax_lines()
        lines = invoice_lines.collect(draft, base_lines)
        categories = {found.code for found in lines.subtotals}
        paid = prepaid(draft)
        frame = frames.framework(draft, paid)
        terms = {
            **self._l10n_fr_chorus_header(draft),
            **references.references(draft),
            "BT-8": vat.due_code(draft, draft.move.invoice_line_ids.tax_ids),
            "BT-23": frame.short,
            "BG-1": [
                *payment.notes(draft),
                *self._l10n_fr_chorus_notes(draft, lines.first_notes),
            ],
            "BG-4": parties.seller(draft),
            "BG-7": parties.buyer(draft),
            "BG-10": parties.payee(draft),
            "BG-13": parties.delivery(
                draft, required=vat.INTRA_COMMUNITY in categories
            ),
            "BG-20": lines.allowances,
            "BG-21": lines.charges,
            "BG-25": lines.terms,
            "BG-23": vat.breakdown(draft, lines.subtotals),
            **payment.payment(draft, frame, paid),
            **totals.totals(draft, lines, frame, paid),
        }
        vat.check_parties(draft, terms, categories)
        return {term: value for term, value in terms.items() if value}

    def _l10n_fr_chorus_header(self, draft):
        move = draft.move
        if not move.invoice_date:
            draft.miss(draft.env._("Fill in the invoice date."), field="invoice_date")
        start, end = move.l10n_fr_chorus_period_start, move.l10n_fr_chorus_period_end
        if start and end and start > end:
            draft.miss(
                draft.env._("The billing period ends before it starts."),
                field="l10n_fr_chorus_period_end",
            )
        return {
            "BT-1": one_line(move.name),
            "BT-2": move.invoice_date,
            "BT-3": references.type_code(draft),
            "BT-72": move.delivery_date,
            "BT-73": start,
            "BT-74": end,
        }

    def _l10n_fr_chorus_notes(self, draft, first_notes):
        texts = [*first_notes, plain(draft.move.narration)]
        return [
            {"BT-22": piece}
            for text in texts
            for piece in pieces(text, draft.dialect.note_length)
        ]
