"""An invoice of the supplier on its way to the portal, for the tests of the outbox."""

from odoo import fields

from .common import ChorusCase
from .paper import print_invoice


class DepositCase(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.town_hall_partner.write(
            {
                "l10n_fr_chorus_is_public": True,
                "l10n_fr_chorus_requires_service": True,
            }
        )
        bank = cls.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": cls.supplier.partner_id.id,
                "allow_out_payment": True,
            }
        )
        cls.bank = bank

    def invoice(self, **values):
        move = self.posted_invoice(partner_bank_id=self.bank.id, **values)
        self._render(move)
        return move

    def _render(self, move):
        """The invoice is printed; tests make other paper of it."""
        print_invoice(move)

    def send(self, move):
        self.env["account.move.send"]._generate_and_send_invoices(
            move, sending_methods={"chorus_pro"}
        )
        # Seen by the test: an invoicing user may not change a deposit.
        return move.sudo().l10n_fr_chorus_deposit_ids.sorted("id")[-1]

    def later(self, deposit):
        deposit.next_try_at = fields.Datetime.now()

    def sent(self, move):
        """Deposited, integrated and followed; what a good day looks like."""
        deposit = self.send(move)
        self.run_cron("ir_cron_send")
        self.later(deposit)
        self.run_cron("ir_cron_follow")
        return deposit
