"""Several invoices in one archive: one call, and a verdict for each of them."""

import hashlib
import io
import tarfile
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .deposit_common import DepositCase

DEPOSIT = "factures/deposer/flux"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDepositGroup(DepositCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier_connection.group_deposits = True

    def queue(self, *moves):
        deposits = self.env["l10n_fr_chorus.deposit"].sudo()
        for move in moves:
            deposits |= self.send(move)
        return deposits

    def follow(self, deposits):
        self.later(deposits)
        self.run_cron("ir_cron_follow")

    def go_on(self, deposits, rounds=3):
        for _each in range(rounds):
            self.later(deposits.filtered(lambda d: d.state == "ready"))
            self.run_cron("ir_cron_send")
            self.follow(deposits.filtered(lambda d: d.state != "ready"))

    def test_waiting_invoices_go_in_one_archive_that_is_kept(self):
        deposits = self.queue(*(self.invoice() for _each in range(3)))
        self.run_cron("ir_cron_send")
        [flow] = deposits.flow_id
        self.assertEqual(self.calls(DEPOSIT), 1)
        self.assertEqual(flow.deposit_ids, deposits)
        self.assertTrue(flow.file_name.endswith(".tar.gz"))
        content = flow.attachment_id.raw
        self.assertEqual(hashlib.sha256(content).hexdigest(), flow.sha256)
        self.assertEqual(self.deposits()[0]["sha256"], flow.sha256)
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            members = {
                hashlib.sha256(archive.extractfile(one).read()).hexdigest()
                for one in archive.getmembers()
            }
        self.assertEqual(members, set(deposits.mapped("sha256")))
        self.follow(deposits)
        self.assertEqual(deposits.mapped("state"), ["integrated"] * 3)
        self.assertEqual(flow.state, "integrated")

    def test_a_lone_invoice_goes_as_it_is(self):
        [deposit] = self.queue(self.invoice())
        self.run_cron("ir_cron_send")
        self.assertEqual(self.deposits()[0]["sha256"], deposit.sha256)

    def test_two_syntaxes_never_share_an_archive(self):
        first, second = self.invoice(), self.invoice()
        deposits = self.queue(first)
        self.supplier.l10n_fr_chorus_form = "cii"
        deposits |= self.queue(second)
        self.run_cron("ir_cron_send")
        self.assertEqual(len(deposits.flow_id), 2)
        self.follow(deposits)
        self.assertEqual(deposits.mapped("state"), ["integrated"] * 2)

    def test_one_wrong_invoice_is_rejected_and_the_others_integrated(self):
        wrong = self.invoice(buyer_reference="NULLE_PART")
        deposits = self.queue(self.invoice(), wrong, self.invoice())
        self.run_cron("ir_cron_send")
        self.follow(deposits)
        self.assertEqual(
            deposits.mapped("state"), ["integrated", "rejected", "integrated"]
        )
        self.assertEqual(deposits.flow_id.state, "partial")
        self.assertEqual(deposits.flow_id.flow_state, "IN_INTEGRE_PARTIEL")
        self.assertTrue(wrong.activity_ids)

    def test_an_archive_refused_for_one_file_sends_the_others_alone(self):
        deposits = self.queue(*(self.invoice() for _each in range(3)))
        bad = deposits[1]
        bad.attachment_id.raw = b"%PDF-1.7 nothing inside"
        bad.sha256 = hashlib.sha256(b"%PDF-1.7 nothing inside").hexdigest()
        self.go_on(deposits)
        self.assertEqual(
            deposits.mapped("state"), ["integrated", "rejected", "integrated"]
        )
        self.assertEqual(len(self.portal_invoices()), 2)

    def test_an_archive_refused_at_once_sends_each_alone(self):
        deposits = self.queue(self.invoice(), self.invoice())
        self.fault(DEPOSIT, "refused", code=20001, label="GDP_MSG_11.022")
        self.run_cron("ir_cron_send")
        self.assertEqual(deposits.mapped("state"), ["ready"] * 2)
        self.assertEqual(deposits.flow_id.state, "refused")
        self.go_on(deposits, rounds=1)
        self.assertEqual(deposits.mapped("state"), ["integrated"] * 2)
        self.assertEqual(self.calls(DEPOSIT), 3)

    def test_an_archive_without_an_answer_is_settled_invoice_by_invoice(self):
        deposits = self.queue(*(self.invoice() for _each in range(3)))
        self.fault(DEPOSIT, "cut_after")
        self.run_cron("ir_cron_send")
        self.assertEqual(deposits.mapped("state"), ["unknown"] * 3)
        self.follow(deposits)
        self.assertEqual(deposits.mapped("state"), ["integrated"] * 3)
        self.assertEqual(deposits.flow_id.state, "integrated")
        self.assertEqual(self.calls(DEPOSIT), 1)

    def test_an_archive_that_never_arrived_goes_again(self):
        deposits = self.queue(self.invoice(), self.invoice())
        self.fault(DEPOSIT, "cut_before")
        self.run_cron("ir_cron_send")
        deposits.sent_at = fields.Datetime.now() - timedelta(minutes=31)
        self.follow(deposits)
        self.assertEqual(deposits.mapped("state"), ["ready"] * 2)
        self.go_on(deposits, rounds=1)
        self.assertEqual(deposits.mapped("state"), ["integrated"] * 2)
        self.assertEqual(len(self.portal_invoices()), 2)

    def test_an_incident_sends_each_alone(self):
        deposits = self.queue(self.invoice(), self.invoice())
        self.fault(DEPOSIT, "flow_pending")
        self.run_cron("ir_cron_send")
        self.drive(
            "POST",
            "deposits",
            {"number": deposits[0].flow_number, "state": "IN_INCIDENTE"},
        )
        self.follow(deposits)
        self.assertEqual(deposits.mapped("state"), ["ready"] * 2)
        self.go_on(deposits, rounds=1)
        self.assertEqual(deposits.mapped("state"), ["integrated"] * 2)
        self.assertEqual(len(deposits.flow_ids), 3)

    def test_a_changed_file_is_refused_and_the_others_go(self):
        deposits = self.queue(*(self.invoice() for _each in range(3)))
        deposits[0].attachment_id.raw = b"changed"
        self.go_on(deposits, rounds=2)
        self.assertEqual(
            deposits.mapped("state"), ["refused", "integrated", "integrated"]
        )
