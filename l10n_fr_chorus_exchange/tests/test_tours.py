"""What a person clicks, in a real browser: sending, correcting, reading, suspending."""

from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, tagged

from .inbound_common import InboundCase

INVOICES = "/odoo/customer-invoices"
BILLS = "/odoo/vendor-bills"
# Also in the tours.
BILL_NUMBER = "FA-TOUR-1"
REASON = "Il manque le bon de livraison"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTours(InboundCase, HttpCase):
    """Each person has the least rights that allow the job, in one company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": cls.supplier.partner_id.id,
                "allow_out_payment": True,
            }
        )

    def setUp(self):
        super().setUp()
        # Odoo prints no PDF while it tests; a user's click must, or nothing is frozen.
        reports = self.env.registry["ir.actions.report"]
        draw = reports._pre_render_qweb_pdf

        def draw_really(self, *args, **kwargs):
            return draw(self.with_context(force_report_rendering=True), *args, **kwargs)

        self.startPatcher(patch.object(reports, "_pre_render_qweb_pdf", draw_really))
        # As the button of the form does: what the portal says of the town hall.
        self.town_hall_partner.action_l10n_fr_chorus_lookup()

    def run_cron(self, name):
        # A browser test is in the registry's test mode all along.
        self.env.ref(f"l10n_fr_chorus_exchange.{name}").method_direct_trigger()

    def invoice(self, **values):
        """A posted invoice of the town hall, not sent yet."""
        return self.posted_invoice(partner_bank_id=self.bank.id, **values)

    def supplier_clicks(self, tour):
        self.start_tour(INVOICES, tour, login=self.supplier_user.login)

    def town_hall_clicks(self, tour):
        self.start_tour(BILLS, tour, login=self.town_hall_user.login)

    def deposit_and_follow(self, move):
        """What the crons do between two looks of the supplier."""
        self.run_cron("ir_cron_send")
        # Invoicing users only read deposits; time passes for them as for anybody.
        move.sudo().l10n_fr_chorus_deposit_ids.next_try_at = fields.Datetime.now()
        self.run_cron("ir_cron_follow")

    def send(self, move):
        self.env["account.move.send"]._generate_and_send_invoices(
            move, sending_methods={"chorus_pro"}
        )
        self.deposit_and_follow(move)

    # -------------------------------------------------------------------------
    # SUPPLIER
    # -------------------------------------------------------------------------

    def test_a_click_on_send_puts_the_invoice_in_the_outbox_and_calls_nothing(self):
        move = self.invoice()
        before = self.all_calls()
        self.supplier_clicks("l10n_fr_chorus_send_invoice")
        self.assertEqual(move.l10n_fr_chorus_deposit_ids.state, "ready")
        self.assertEqual(self.all_calls(), before)

    def test_what_was_sent_by_clicks_is_read_with_its_history(self):
        move = self.invoice()
        self.supplier_clicks("l10n_fr_chorus_send_invoice")
        self.deposit_and_follow(move)
        self.assertEqual(move.l10n_fr_chorus_deposit_state, "integrated")
        move.action_l10n_fr_chorus_ask_now()
        self.run_cron("ir_cron_follow")
        self.supplier_clicks("l10n_fr_chorus_read_status")

    def test_a_suspension_on_the_portal_is_read_with_its_reason(self):
        move = self.invoice()
        self.send(move)
        self.treat_on_portal(move.l10n_fr_chorus_portal_id, "SUSPENDUE", REASON)
        self.run_cron("ir_cron_follow")
        self.supplier_clicks("l10n_fr_chorus_read_suspension")

    def test_a_rejected_invoice_is_corrected_and_sent_again_by_clicks(self):
        move = self.invoice(buyer_reference="NULLE_PART")
        self.send(move)
        self.assertEqual(move.l10n_fr_chorus_deposit_state, "rejected")
        self.supplier_clicks("l10n_fr_chorus_correct_rejected")
        self.assertEqual(move.buyer_reference, "ACHATS")
        self.deposit_and_follow(move)
        self.assertEqual(move.l10n_fr_chorus_deposit_state, "integrated")

    # -------------------------------------------------------------------------
    # TOWN HALL
    # -------------------------------------------------------------------------

    def test_a_bill_is_suspended_by_clicks_and_shows_it_afterwards(self):
        document = self.received(number=BILL_NUMBER)
        self.town_hall_clicks("l10n_fr_chorus_suspend_bill")
        treatment = document.treatment_ids
        self.assertEqual((treatment.state, treatment.reason), ("ready", REASON))
        self.run_cron("ir_cron_answer")
        self.assertEqual(self.portal_invoice(document.portal_id)["status"], "SUSPENDUE")
        self.town_hall_clicks("l10n_fr_chorus_read_answer")
