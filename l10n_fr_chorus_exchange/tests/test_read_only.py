"""A connection that only reads: nothing leaves for the portal, nothing is lost."""

from odoo.tests import tagged

from ..lib.chorus_pro.errors import InvalidCallError
from ..lib.chorus_pro.services import invoices
from .correction_common import CorrectionCase

DEPOSIT = "factures/deposer/flux"
COMPLETE = "factures/completer"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReadOnly(CorrectionCase):
    def close(self):
        self.supplier_connection.is_read_only = True

    def open(self):
        self.supplier_connection.is_read_only = False

    def test_sending_is_not_offered(self):
        send = self.env["account.move.send"]
        self.assertTrue(send._is_applicable_to_company("chorus_pro", self.supplier))
        self.close()
        self.assertFalse(send._is_applicable_to_company("chorus_pro", self.supplier))

    def test_a_deposit_that_waits_leaves_once_writing_is_allowed(self):
        deposit = self.send(self.invoice())
        self.close()
        self.run_cron("ir_cron_send")
        self.assertEqual((deposit.state, self.calls(DEPOSIT)), ("ready", 0))
        self.open()
        self.run_cron("ir_cron_send")
        self.assertEqual((deposit.state, self.calls(DEPOSIT)), ("deposited", 1))

    def test_a_correction_that_waits_leaves_once_writing_is_allowed(self):
        corrections = self.env["l10n_fr_chorus.correction"].sudo()
        move = self.in_status("SUSPENDUE")
        correction = corrections._queue(move, "complete", comment="Voici le bon")
        self.close()
        self.assertFalse(corrections._is_possible(move, "complete"))
        self.run_cron("ir_cron_correct")
        self.assertEqual((correction.state, self.calls(COMPLETE)), ("ready", 0))
        self.open()
        self.run_cron("ir_cron_correct")
        self.assertEqual(self.calls(COMPLETE), 1)

    def test_whoever_forgets_to_ask_is_stopped_before_the_network(self):
        self.close()
        client = self.supplier_connection._client()
        before = self.all_calls()
        with self.assertRaises(InvalidCallError):
            invoices.deposit_flow(client, b"<x/>", "x.xml")
        self.assertEqual(self.all_calls(), before)
