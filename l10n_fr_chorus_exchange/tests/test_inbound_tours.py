"""The inbox by clicks, in a real browser: from the invoice that arrives to its payment,
and from the quarantine to a bill."""

from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from .correction_common import CorrectionCase
from .paper import printed_page

INVOICES = "/odoo/customer-invoices"
INBOX = "/odoo/action-l10n_fr_chorus_exchange.l10n_fr_chorus_inbound_action"
# Also in the tours.
ANNEX = "Bon de livraison.pdf"
# The portal takes no spaces.
ANNEX_THERE = "Bon-de-livraison.pdf"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundTours(CorrectionCase, HttpCase):
    """Both sides have the least rights that allow the job, in one company each."""

    # Room for the PDF beside the form.
    browser_size = "1920x1080"

    def setUp(self):
        super().setUp()
        # Drawing bar codes takes a library that is not everywhere.
        banks = self.env.registry["res.partner.bank"]
        self.startPatcher(
            patch.object(banks, "build_qr_code_base64", lambda *_args, **_kwargs: None)
        )

    def run_cron(self, name):
        # A browser test is in the registry's test mode all along.
        self.env.ref(f"l10n_fr_chorus_exchange.{name}").method_direct_trigger()

    def clicks(self, tour, url=INBOX):
        self.start_tour(
            url, f"l10n_fr_chorus_inbox_{tour}", login=self.town_hall_user.login
        )

    def answer(self, document, status):
        """What the cron does between two looks of a person."""
        document.treatment_ids.next_try_at = False
        self.town_hall_connection.pause_until = False
        self.run_cron("ir_cron_answer")
        self.assertEqual(self.portal_invoice(document.portal_id)["status"], status)

    def look(self):
        """The portal is asked again; time has passed."""
        self.drive("POST", "clock", {"advance": 3600})
        self.town_hall_connection.looked_at = False
        self.run_cron("ir_cron_receive")

    def test_a_bill_arrives_is_suspended_completed_mandated_and_paid(self):
        invoice = self.accepted()
        self.clicks("fetch")
        self.run_cron("ir_cron_receive")
        document = self.document_of(invoice.l10n_fr_chorus_portal_id)
        self.assertEqual(document.state, "imported", document.reason)
        self.clicks("suspend")
        self.answer(document, "SUSPENDUE")
        # The supplier's turn.
        self.read_again(invoice)
        # A browser wide enough shows it.
        self.attach(invoice, ANNEX).raw = printed_page("Bon de livraison")
        self.start_tour(
            INVOICES,
            "l10n_fr_chorus_answer_suspension",
            login=self.supplier_user.login,
        )
        self.correct()
        self.assertEqual(self.held(invoice)["status"], "COMPLETEE")
        # The same document, the same bill, one more file.
        self.look()
        bill = document.move_id
        self.assertEqual(self.documents(), document)
        self.assertIn(ANNEX_THERE, bill.attachment_ids.mapped("name"))
        self.clicks("mandate")
        self.assertEqual(bill.state, "posted")
        self.answer(document, "MANDATEE")
        self.clicks("pay")
        self.answer(document, "MISE_EN_PAIEMENT")
        self.read_again(invoice)
        self.assertEqual(invoice.l10n_fr_chorus_status, "MISE_EN_PAIEMENT")

    def test_the_quarantine_is_settled_by_a_person(self):
        document = self.kept(content=b"<CPPFacturePivot><broken")
        document.write({"amount_total": 120, "supplier_name": "Atelier du Modèle"})
        self.assertEqual(document.state, "quarantine")
        self.clicks("quarantine", "/odoo/accounting")
        self.assertEqual(document.state, "imported")
        self.assertEqual(document.move_id.amount_total, 120)
        self.assertFalse(document.activity_ids)
