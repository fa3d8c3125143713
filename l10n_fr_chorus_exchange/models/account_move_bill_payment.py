"""A bill that is paid tells its supplier, as the company's settings say."""

from odoo import models

from .l10n_fr_chorus_treatment import PAY

PAID_STATES = ("paid", "in_payment")
# Payments that pay nothing, yet or any more.
VOID_PAYMENT_STATES = ("draft", "canceled", "rejected")


class AccountMove(models.Model):
    _inherit = "account.move"

    def _invoice_paid_hook(self):
        # EXTENDS 'account'
        res = super()._invoice_paid_hook()
        # Whoever reconciles a payment need not see the inbox.
        connected = self._l10n_fr_chorus_connected().sudo()
        for move in connected.filtered("l10n_fr_chorus_inbound_ids"):
            move._l10n_fr_chorus_announce_payment()
        return res

    def _l10n_fr_chorus_is_payment_due(self):
        """Whether its payment is to be announced now: all of it, not a part."""
        self.ensure_one()
        if self.state != "posted" or self.payment_state not in PAID_STATES:
            return False
        company = self.company_id.sudo()
        return (
            company.l10n_fr_chorus_answer_paid and self._l10n_fr_chorus_is_reconciled()
        ) or (company.l10n_fr_chorus_answer_sent and self._l10n_fr_chorus_is_sent())

    def _l10n_fr_chorus_is_reconciled(self):
        return self.currency_id.is_zero(self.amount_residual)

    def _l10n_fr_chorus_is_sent(self):
        """Whether payments that left for the bank cover what is owed.

        A payment without a journal entry lowers no residual: it covers its bills when it
        is as large as what they still owe together.
        """
        payments = self.sudo().reconciled_payment_ids.filtered(
            lambda p: p.state not in VOID_PAYMENT_STATES
        )
        if not payments or not all(payments.mapped("is_sent")):
            return False
        if self._l10n_fr_chorus_is_reconciled():
            return True
        loose = payments.filtered(lambda p: not p.move_id)
        paid = sum(loose.mapped("amount_company_currency_signed"))
        owed = sum(loose.invoice_ids.mapped("amount_residual_signed"))
        return self.company_currency_id.compare_amounts(abs(paid), abs(owed)) >= 0

    def _l10n_fr_chorus_announce_payment(self):
        """Tell the supplier, once, that the payment is under way."""
        self.ensure_one()
        # Whoever may pay a bill only reads its answers.
        document = self.sudo().l10n_fr_chorus_inbound_id
        treatments = self.env["l10n_fr_chorus.treatment"].sudo()
        if (
            document
            and self._l10n_fr_chorus_is_payment_due()
            and not treatments._was_told(document, PAY)
            and treatments._is_possible(document, PAY)
        ):
            treatments._queue(document, PAY, is_automatic=True)

    def _l10n_fr_chorus_note_part(self):
        """A part of the bill is paid: said here, told there with the last part."""
        connected = self._l10n_fr_chorus_connected().sudo()
        for move in connected.filtered("l10n_fr_chorus_inbound_ids"):
            company = move.company_id
            if company.l10n_fr_chorus_answer_paid or company.l10n_fr_chorus_answer_sent:
                move._message_log(
                    body=self.env._(
                        "%(rest)s of %(total)s still to pay. Chorus Pro is told with "
                        "the last payment.",
                        rest=move.currency_id.format(move.amount_residual),
                        total=move.currency_id.format(move.amount_total),
                    )
                )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _reconcile_post_hook(self, data):
        # EXTENDS 'account'
        res = super()._reconcile_post_hook(data)
        data["not_paid_invoices"].filtered(
            lambda move: move.is_purchase_document() and move.payment_state == "partial"
        )._l10n_fr_chorus_note_part()
        return res


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def write(self, vals):
        # EXTENDS 'account': a batch sent to the bank marks its payments.
        newly = self.filtered(lambda p: not p.is_sent) if vals.get("is_sent") else ()
        res = super().write(vals)
        if newly:
            payments = newly.sudo()
            # Those without a journal entry are linked to their bills only.
            bills = payments.reconciled_bill_ids | payments.invoice_ids
            bills = bills._l10n_fr_chorus_connected()
            for move in bills.filtered("l10n_fr_chorus_inbound_ids"):
                move._l10n_fr_chorus_announce_payment()
        return res
