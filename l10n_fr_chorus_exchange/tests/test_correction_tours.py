"""What a person clicks to answer a suspension and to send an invoice on."""

from odoo.tests import HttpCase, tagged

from .correction_common import COMPLETE, CorrectionCase

INVOICES = "/odoo/customer-invoices"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCorrectionTours(CorrectionCase, HttpCase):
    """The supplier has the least rights that allow the job, in one company."""

    def run_cron(self, name):
        # A browser test is in the registry's test mode all along.
        self.env.ref(f"l10n_fr_chorus_exchange.{name}").method_direct_trigger()

    def clicks(self, tour):
        self.start_tour(INVOICES, tour, login=self.supplier_user.login)

    def test_a_suspension_is_answered_by_clicks(self):
        move = self.suspended()
        self.attach(move, "Bon de livraison.pdf")
        before = self.calls(COMPLETE)
        self.clicks("l10n_fr_chorus_answer_suspension")
        self.assertEqual(self.calls(COMPLETE), before)
        correction = move.sudo().l10n_fr_chorus_correction_ids
        self.assertEqual(correction.comment, "Voici le bon de livraison")
        self.correct()
        self.assertEqual(self.held(move)["status"], "COMPLETEE")
        self.assertEqual(len(self.portal_files(move)), 1)

    def test_an_invoice_is_sent_to_another_service_by_clicks(self):
        self.town_hall_partner.action_l10n_fr_chorus_lookup()
        move = self.to_recycle()
        self.clicks("l10n_fr_chorus_send_on")
        self.correct()
        self.assertEqual(move.buyer_reference, "ECOLES")
        self.assertEqual(self.held(move)["service_code"], "ECOLES")

    def test_a_rejected_invoice_is_credited_and_replaced_by_clicks(self):
        move = self.rejected()
        self.clicks("l10n_fr_chorus_invoice_again")
        new = move.l10n_fr_chorus_replaced_by_ids
        self.assertEqual(new.state, "draft")
        self.assertTrue(move.reversal_move_ids.l10n_fr_chorus_stays_out)
        self.correct()
        self.assertTrue(self.held(move)["rejection_handled"])
