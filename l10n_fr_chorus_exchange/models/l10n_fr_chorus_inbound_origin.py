"""The bill a credit note corrects, whichever of the two comes first."""

from odoo import fields, models

from .l10n_fr_chorus_inbound_twin import _Wanted, number_key


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    # As ``number_key`` writes it; set while the bill it corrects is not there.
    original_key = fields.Char(
        "Waits for the bill", readonly=True, copy=False, index="btree_not_null"
    )

    def _link_original_invoice(self, move, number):
        """A credit note points at the bill it corrects, now or when that one comes.

        :param str number: of the invoice corrected, as the supplier writes it
        """
        self.ensure_one()
        if move.move_type != "in_refund" or not number:
            return
        key = number_key(number)
        origin = self._original_invoice(move, key)
        move.reversed_entry_id = origin
        self.original_key = False if origin else key

    def _original_invoice(self, refund, key):
        """``account.move`` of this number that the credit note may correct, or none."""
        wanted = _Wanted(key, None, False, None, refund.commercial_partner_id, None)
        moves = self._moves_numbered([wanted]).get(key, refund.browse())
        bills = moves.filtered(lambda one: one.move_type == "in_invoice")
        own = bills.filtered(
            lambda one: one.commercial_partner_id == refund.commercial_partner_id
        )
        # The same number comes again the next year: the last one before is meant.
        before = (own or bills).filtered(
            lambda one: (
                not (one.invoice_date and refund.invoice_date)
                or one.invoice_date <= refund.invoice_date
            )
        )
        return before.sorted(lambda one: (str(one.invoice_date or ""), one.id))[-1:]

    def _link_waiting_refunds(self, bills):
        """Credit notes that came before the bill they correct; one query for all."""
        keys = {
            number_key(bill.ref)
            for bill in bills
            if bill.move_type == "in_invoice" and bill.ref
        }
        if not keys:
            return
        waiting = self.env["l10n_fr_chorus.inbound"].search(
            [
                ("original_key", "in", sorted(keys)),
                ("company_id", "in", bills.company_id.ids),
                ("move_id.state", "!=", "cancel"),
            ]
        )
        for document in waiting:
            refund = document.move_id
            if not refund.reversed_entry_id:
                document._link_original_invoice(refund, document.original_key)
