"""A person wants a bill of what could not be turned into one: its files, its totals."""

from decimal import Decimal

from odoo import models

from ..lib.chorus_pro.errors import UnreadableDocument
from ..lib.chorus_pro.pivot import PivotAmounts, PivotInvoice, PivotParty
from .inbound_content import of_pivot
from .inbound_draft import BillDraft, Books
from .inbound_plan import BillPlan, UnplannableError, totals_plan
from .l10n_fr_chorus_inbound import WAITING_STATES


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    def action_make_bill_of_files(self):
        """Draft bills with what is certain, and every file; lines are for the person."""
        documents = self._check_may_act().filtered(
            lambda d: d.state in WAITING_STATES and not d.move_id
        )
        for document in documents:
            document._make_bill_of_files()
        self._wake_receiver()
        if len(documents) != 1:
            return None
        return documents.with_env(self.env).action_open_move()

    def _make_bill_of_files(self):
        """:raise UserError: no journal, no such currency"""
        self.ensure_one()
        draft = self._bare_draft()
        [draft.supplier] = self._bill_suppliers([draft.pivot])
        [twin] = self._twins([draft.supplier], [draft.pivot], [draft.plan])
        if twin and twin.is_certain:
            self._link_bill(twin.move, twin.args[0], draft.pivot)
            return
        if draft.supplier:
            [draft.bank] = self._bill_banks(
                [draft.supplier], [draft.pivot], [draft.plan.is_refund]
            )
        moves = self.env["account.move"].with_context(mail_create_nolog=True)
        draft.move = moves.create([self._bill_vals(draft, {})]).with_env(self.env)
        self._finish([draft])
        if twin:
            draft.move._message_log(
                body=self.env._(
                    "Made although it may be the same invoice as %s: check before you "
                    "confirm.",
                    twin.move.display_name,
                )
            )
        if not self.file_ids.attachment_id and self.pivot_attachment_id:
            # All there is: what was downloaded, as it came.
            self.env["ir.attachment"]._l10n_fr_chorus_share(
                [(self.pivot_attachment_id, draft.move)]
            )

    def _bare_draft(self):
        try:
            pivot = self._read_original()
        except UnreadableDocument:
            pivot = self._listed()
        content = of_pivot(pivot)
        draft = BillDraft(document=self, pivot=pivot, contents=[content])
        books = Books()
        draft.currency = self._bill_currency(pivot, books)
        self._take_settings(draft)
        draft.content = content
        try:
            draft.plan = totals_plan(content, self._house(draft.currency, books))
        except UnplannableError:
            draft.plan = BillPlan(
                is_refund=self.document_type == "credit_note",
                lines=(),
                vat={},
                total=Decimal(0),
                is_detailed=False,
                source="files",
                untaxed=Decimal(0),
            )
        return draft

    def _listed(self):
        """What the portal's list said of a document whose download cannot be read."""
        total = Decimal(str(self.amount_total)) if self.amount_total else None
        return PivotInvoice(
            portal_id=None,
            number=self.number,
            type_code="381" if self.document_type == "credit_note" else "380",
            cadre="",
            issue_date=self.invoice_date or None,
            delivery_date=None,
            received_date=None,
            currency=self.currency_code or "",
            supplier=PivotParty(
                self.supplier_siret or "",
                self.supplier_id_type or "",
                self.supplier_name or "",
            ),
            recipient=PivotParty("", "", "", service_code=self.service_code or ""),
            amounts=PivotAmounts(untaxed=None, taxed=total, payable=None),
            engagement="",
            contract="",
            original_number="",
            payment_code="",
            payment_label="",
            account="",
        )
