from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import formatLang

from ..lib.chorus_pro.statuses import FINAL_STATUSES, InvoiceStatus
from .account_move import READERS

COMPARED = ("amount", "due", "number", "recipient", "service", "engagement")
PAYMENT = [("kind", "=", "payment")]
# Told once, and not again after a person has decided.
PAYMENT_TOLD = [*PAYMENT, "|", ("state", "=", "open"), ("settled_by_id", "!=", False)]
RECEIVED = ("paid", "in_payment")
# Invoices of one run whose payment is compared; the others have their turn next day.
MOST_PAYMENTS = 200


class AccountMove(models.Model):
    """Where the portal and Odoo disagree about a customer invoice."""

    _inherit = "account.move"

    l10n_fr_chorus_difference_ids = fields.One2many(
        "l10n_fr_chorus.difference",
        "move_id",
        string="Differences with Chorus Pro",
        copy=False,
        groups=READERS,
    )
    # Written with the differences rather than computed: years of entries have none.
    l10n_fr_chorus_has_difference = fields.Boolean(
        "Differs from Chorus Pro", readonly=True, copy=False
    )

    def _l10n_fr_chorus_flag_differences(self):
        for move in self:
            has = any(
                one.state == "open" for one in move.sudo().l10n_fr_chorus_difference_ids
            )
            if move.l10n_fr_chorus_has_difference != has:
                move.l10n_fr_chorus_has_difference = has
            move._l10n_fr_chorus_tell_differences()

    def _l10n_fr_chorus_compare(self, row):
        """Differences between the invoice and the row of a search.

        :param row: ``SentInvoice`` of the library; what it leaves out is not compared
        """
        self.ensure_one()
        if not self.is_sale_document():
            return
        deposit = self.sudo().l10n_fr_chorus_deposit_ids.filtered(
            lambda one: one.state == "integrated"
        )[:1]
        if not deposit:
            return
        found = {}
        for kind, ours, theirs in (
            ("amount", deposit.amount_total, row.taxed),
            # Not known of deposits of the first versions.
            ("due", deposit.amount_due, row.payable),
        ):
            # The portal may write a credit note without its sign.
            if ours and theirs is not None and abs(theirs) != abs(Decimal(ours)):
                found[kind] = (
                    self._l10n_fr_chorus_money(ours),
                    self._l10n_fr_chorus_money(theirs),
                )
        for kind, ours, theirs in (
            ("number", deposit.name, row.number),
            (
                "recipient",
                self._l10n_fr_chorus_holder().l10n_fr_chorus_siret,
                row.recipient.identifier,
            ),
            ("service", self.buyer_reference, row.recipient.service_code),
            ("engagement", self.purchase_order_reference, row.engagement),
        ):
            ours, theirs = (ours or "").strip(), (theirs or "").strip()
            if theirs and ours != theirs:
                found[kind] = (ours, theirs)
        self.env["l10n_fr_chorus.difference"]._found(self, COMPARED, found)

    def _l10n_fr_chorus_holder(self):
        """The public body that has it: sent on from here, that is no difference."""
        return self.sudo().l10n_fr_chorus_sent_to_id or self.commercial_partner_id

    def _l10n_fr_chorus_money(self, amount):
        return formatLang(self.env, float(amount), currency_obj=self.currency_id)

    # -------------------------------------------------------------------------
    # PAYMENTS
    # -------------------------------------------------------------------------

    @api.model
    def _l10n_fr_chorus_compare_payments(self, company):
        """Paid on one side only, for longer than money usually takes."""
        days = company.l10n_fr_chorus_payment_lag
        if not days:
            return
        before = fields.Datetime.now() - timedelta(days=days)
        base = [
            ("company_id", "=", company.id),
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("l10n_fr_chorus_portal_id", "!=", False),
        ]
        paid = str(InvoiceStatus.PAID)
        announced = self.search(
            [
                *base,
                ("l10n_fr_chorus_status", "=", paid),
                ("l10n_fr_chorus_status_at", "<", before),
                ("payment_state", "in", ("not_paid", "partial")),
                ("l10n_fr_chorus_difference_ids", "not any", PAYMENT_TOLD),
            ],
            limit=MOST_PAYMENTS,
        )
        received = self.search(
            [
                *base,
                (
                    "l10n_fr_chorus_status",
                    "not in",
                    [str(status) for status in FINAL_STATUSES],
                ),
                ("invoice_date", "<", before.date()),
                ("payment_state", "in", RECEIVED),
                ("l10n_fr_chorus_difference_ids", "not any", PAYMENT_TOLD),
            ],
            limit=MOST_PAYMENTS,
        ).filtered(lambda move: move._l10n_fr_chorus_paid_on() < before.date())
        again = self.search(
            [
                *base,
                ("l10n_fr_chorus_difference_ids", "any", PAYMENT),
                ("l10n_fr_chorus_has_difference", "=", True),
            ]
        )
        for move in announced | received | again:
            move._l10n_fr_chorus_compare_payment()

    def _l10n_fr_chorus_compare_payment(self):
        paid_there = self.l10n_fr_chorus_status == str(InvoiceStatus.PAID)
        paid_here = self.payment_state in RECEIVED
        words = dict(self._fields["payment_state"]._description_selection(self.env))
        found = {}
        if paid_there != paid_here:
            found["payment"] = (
                words.get(self.payment_state, ""),
                self.l10n_fr_chorus_status_label,
            )
        self.env["l10n_fr_chorus.difference"]._found(self, ("payment",), found)

    def _l10n_fr_chorus_paid_on(self):
        """Date of the last payment; that of the invoice when nothing tells."""
        lines = self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        days = [
            *lines.matched_credit_ids.mapped("max_date"),
            *lines.matched_debit_ids.mapped("max_date"),
        ]
        return max(days, default=self.invoice_date)
