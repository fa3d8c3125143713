"""Answering by clicks, in a real browser: many bills at once, a bill that is cancelled."""

from odoo.tests import HttpCase, tagged

from .inbound_common import InboundCase

BILLS = "/odoo/vendor-bills"
# Also in the tours.
BILL_NUMBER = "FA-TOUR-1"
REASON = "Facture en double - déjà reçue en mai"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTreatmentTours(InboundCase, HttpCase):
    def run_cron(self, name):
        # A browser test is in the registry's test mode all along.
        self.env.ref(f"l10n_fr_chorus_exchange.{name}").method_direct_trigger()

    def clicks(self, tour):
        self.start_tour(BILLS, tour, login=self.town_hall_user.login)

    def test_two_bills_ticked_in_the_list_get_one_answer_each(self):
        documents = self.received() + self.received()
        self.clicks("l10n_fr_chorus_answer_many")
        treatments = documents.treatment_ids
        self.assertEqual(treatments.mapped("target"), ["SERVICE_FAIT"] * 2)
        self.run_cron("ir_cron_answer")
        self.assertEqual(treatments.mapped("state"), ["done"] * 2)

    def test_a_cancelled_bill_asks_and_is_rejected_over_there(self):
        document = self.received(number=BILL_NUMBER)
        self.clicks("l10n_fr_chorus_cancel_bill")
        self.assertEqual(document.move_id.state, "cancel")
        self.run_cron("ir_cron_answer")
        [told] = self.drive("GET", f"invoices?id={document.portal_id}")["invoices"]
        self.assertEqual(told["status"], "REJETEE")
        self.assertEqual(document.treatment_ids.reason, REASON)
