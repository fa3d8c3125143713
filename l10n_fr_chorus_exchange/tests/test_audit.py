"""The audit file: whole, checkable, without secrets, for those who may read it."""

import csv
import hashlib
import io
import json
import zipfile
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ..lib.chorus_pro.records import FlowReport
from ..tools.audit_file import AuditFile, safe_name
from .deposit_common import DepositCase
from .inbound_common import InboundCase
from .road_common import RoadCase


def archive(move):
    """The ZIP of this invoice, as ``{path: bytes}``."""
    target = io.BytesIO()
    move._l10n_fr_chorus_write_audit(target)
    with zipfile.ZipFile(target) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


class AuditChecks:
    """What every audit file must be."""

    def assert_sums_are_right(self, files):
        lines = files["SHA256SUMS"].decode().splitlines()
        told = dict(reversed(line.split("  ", 1)) for line in lines)
        self.assertEqual(
            told,
            {
                path: hashlib.sha256(content).hexdigest()
                for path, content in files.items()
                if path != "SHA256SUMS"
            },
        )

    def assert_no_secret(self, files, connection):
        secrets = [value for value, _source in connection._access().values()]
        for path, content in files.items():
            for secret in secrets:
                self.assertNotIn(secret.encode(), content, path)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAudit(AuditChecks, DepositCase):
    def accountant(self, company, groups="account.group_account_invoice"):
        return new_test_user(
            self.env,
            login=f"audit_{groups}_{company.id}",
            groups=groups,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def test_all_that_proves_a_deposit_is_in_the_file(self):
        deposit = self.sent(self.invoice())
        move = deposit.move_id
        files = archive(move.with_user(self.supplier_user))
        sent = files[f"deposits/1/{safe_name(deposit.file_name)}"]
        self.assertEqual(sent, deposit.attachment_id.raw)
        self.assertEqual(hashlib.sha256(sent).hexdigest(), deposit.sha256)
        told = json.loads(files["deposits/1/deposit.json"])
        self.assertEqual(told["sha256_of_the_file"], deposit.sha256)
        self.assertEqual(told["flow_number"], deposit.flow_number)
        self.assertEqual(told["attempts"][0]["state"], "integrated")
        history = json.loads(files["history.json"])
        self.assertEqual(history["invoice"]["number"], move.name)
        self.assertEqual(history["invoice"]["portal_id"], move.l10n_fr_chorus_portal_id)
        self.assertEqual(
            [event["code"] for event in history["events"]],
            move.l10n_fr_chorus_event_ids.sorted(
                lambda event: (event.at, event.position)
            ).mapped("code"),
        )
        self.assert_sums_are_right(files)
        self.assert_no_secret(files, self.supplier_connection)

    def test_steps_of_one_minute_keep_the_order_of_the_portal(self):
        move = self.sent(self.invoice()).move_id
        lines = [("MANDATEE", 8, "status"), ("TELECHARGEMENT_FACTURE", 0, "action")]
        lines += [("SERVICE_FAIT", 7, "status")]
        for code, position, kind in lines:
            self.env["l10n_fr_chorus.event"].sudo().create(
                {
                    "move_id": move.id,
                    "kind": kind,
                    "portal_event_id": code,
                    "position": position,
                    "code": code,
                    "at": "2999-03-05 09:00:00",
                }
            )
        history = json.loads(archive(move)["history.json"])
        self.assertEqual(
            [event["code"] for event in history["events"]][-3:],
            ["TELECHARGEMENT_FACTURE", "SERVICE_FAIT", "MANDATEE"],
        )

    def test_calls_of_the_invoice_are_listed_and_those_of_others_are_not(self):
        deposit = self.sent(self.invoice())
        other = self.sent(self.invoice())
        files = archive(deposit.move_id)
        calls = json.loads(files["calls.json"])
        [sent] = [call for call in calls if call["operation"].endswith("deposer/flux")]
        self.assertEqual(sent["about"], deposit.flow_number)
        self.assertEqual((sent["http_status"], sent["code_retour"]), ("200", "0"))
        self.assertTrue(sent["time"].endswith("Z"))
        self.assertGreaterEqual(sent["duration_ms"], 0)
        self.assertNotIn(other.flow_number, files["calls.csv"].decode())
        rows = csv.DictReader(
            io.StringIO(files["calls.csv"].decode("utf-8-sig")), delimiter=";"
        )
        self.assertEqual(
            [row["operation"] for row in rows], [call["operation"] for call in calls]
        )

    def test_a_deposit_without_answer_has_its_call(self):
        self.fault("factures/deposer/flux", "cut_after")
        deposit = self.send(self.invoice())
        self.run_cron("ir_cron_send")
        [call] = [
            call
            for call in json.loads(archive(deposit.move_id)["calls.json"])
            if call["operation"].endswith("deposer/flux")
        ]
        self.assertEqual(call["outcome"], "unknown")

    def test_the_report_of_a_rejection_is_kept_as_read(self):
        deposit = self.sent(self.invoice(buyer_reference="NULLE_PART"))
        self.assertEqual(deposit.state, "rejected")
        told = json.loads(archive(deposit.move_id)["deposits/1/deposit.json"])
        report = told["attempts"][0]["report"]
        self.assertEqual(report["flow_number"], deposit.flow_number)
        self.assertTrue(report["errors"][0]["texts"])

    def test_a_report_too_long_is_cut_and_stays_readable(self):
        deposit = self.sent(self.invoice())
        flow = deposit.flow_id
        long_one = FlowReport(flow.flow_number, "IN_REJETE", file_name="x" * 300_000)
        flow._report(long_one)
        self.assertTrue(flow.report.endswith("[cut]"))
        told = json.loads(archive(deposit.move_id)["deposits/1/deposit.json"])
        self.assertIn("[cut]", told["attempts"][0]["report"])

    def test_a_group_tells_nothing_of_the_other_invoices(self):
        self.supplier_connection.group_deposits = True
        self.supplier.l10n_fr_chorus_form = "cii"
        deposits = self.send(self.invoice()) | self.send(
            self.invoice(buyer_reference="NULLE_PART")
        )
        self.run_cron("ir_cron_send")
        self.later(deposits)
        self.run_cron("ir_cron_follow")
        first, second = deposits.sorted("id")
        self.assertEqual(first.flow_ids, second.flow_ids)
        files = archive(first.move_id)
        self.assertFalse([path for path in files if path.endswith(".tar.gz")])
        everything = b"".join(files.values())
        self.assertNotIn(second.name.encode(), everything)
        self.assertNotIn(b"NULLE_PART", everything)

    def test_the_page_is_readable_and_escapes_the_words_of_the_portal(self):
        deposit = self.sent(self.invoice())
        move = deposit.move_id
        self.env["l10n_fr_chorus.event"].sudo().create(
            {
                "move_id": move.id,
                "portal_event_id": "x1",
                "code": "SUSPENDUE",
                "comment": "<script>alert(1)</script>",
            }
        )
        page = archive(move)["history.html"].decode()
        self.assertTrue(page.startswith("<!DOCTYPE html>"))
        self.assertIn(move.name, page)
        self.assertIn(deposit.flow_number, page)
        self.assertIn("&lt;script&gt;", page)
        self.assertNotIn("<script", page)

    def test_the_page_speaks_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        move = self.sent(self.invoice()).move_id
        page = archive(move.with_context(lang="fr_FR"))["history.html"].decode()
        self.assertIn('lang="fr-FR"', page)

    def test_only_accountants_of_the_company_get_it(self):
        move = self.sent(self.invoice()).move_id
        stranger = self.town_hall_user
        # Whoever sells may see the invoice, and not what is behind its status.
        salesman = self.accountant(self.supplier, "base.group_user")
        auditor = self.accountant(self.supplier, "account.group_account_readonly")
        for user in stranger, salesman:
            with self.assertRaises(AccessError):
                move.with_user(user).action_l10n_fr_chorus_audit_file()
            with self.assertRaises(AccessError):
                archive(move.with_user(user))
        for user in self.supplier_user, auditor:
            action = move.with_user(user).action_l10n_fr_chorus_audit_file()
            self.assertEqual(action["url"], f"/l10n_fr_chorus/audit/{move.id}")
            self.assertIn("README.txt", archive(move.with_user(user)))

    def test_an_invoice_that_never_left_has_none(self):
        with self.assertRaises(UserError):
            self.invoice().action_l10n_fr_chorus_audit_file()

    def test_the_same_content_gives_the_same_bytes(self):
        move = self.sent(self.invoice()).move_id
        first, second = io.BytesIO(), io.BytesIO()
        move._l10n_fr_chorus_write_audit(first)
        move._l10n_fr_chorus_write_audit(second)
        self.assertEqual(first.getvalue(), second.getvalue())

    def test_what_is_too_large_is_named_and_left_out(self):
        deposit = self.sent(self.invoice())
        path = "odoo.addons.l10n_fr_chorus_exchange.models.account_move_audit.AuditFile"
        size = len(deposit.attachment_id.raw)
        with patch(path, lambda target: AuditFile(target, size - 1)):
            files = archive(deposit.move_id)
        name = f"deposits/1/{safe_name(deposit.file_name)}"
        self.assertNotIn(name, files)
        self.assertIn(f"{deposit.sha256}  {name}", files["README.txt"].decode())
        self.assert_sums_are_right(files)

    def test_two_files_of_one_name_stay_two(self):
        target = io.BytesIO()
        audit = AuditFile(target)
        self.assertEqual(audit.add("a/x.pdf", b"1"), "a/x.pdf")
        self.assertEqual(audit.add("a/x.pdf", b"2"), "a/x-2.pdf")
        self.assertEqual(audit.add("SHA256SUMS", b"3"), "SHA256SUMS-2")
        audit.close()

    def test_names_are_safe_whatever_they_were(self):
        for name, safe in (
            ("../../etc/passwd", "etc_passwd"),
            ("Été 2026/é.pdf", "Ete_2026_e.pdf"),
            ("..", "file"),
            ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
            ("a\r\nb.xml", "a_b.xml"),
        ):
            self.assertEqual(safe_name(name), safe)

    def test_a_cell_is_never_a_formula(self):
        target = io.BytesIO()
        audit = AuditFile(target)
        audit.add_csv("c.csv", [{"about": "=1+1", "size": 3, "none": None}])
        audit.close()
        with zipfile.ZipFile(target) as opened:
            text = opened.read("c.csv").decode("utf-8-sig")
        self.assertEqual(text, "about;size;none\r\n'=1+1;3;\r\n")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAuditSecondRoad(AuditChecks, RoadCase):
    def test_data_annexes_and_certificate_are_in_the_file(self):
        move = self.invoice()
        plan = self.files("plan.docx")
        move.l10n_fr_chorus_attachment_ids = plan
        deposit = self.send_by_second_road(move)
        self.assertEqual(deposit.state, "integrated")
        files = archive(move)
        self.assertEqual(files["deposits/1/annexes/plan.docx"], plan.raw)
        data = json.loads(files["deposits/1/data.json"])
        self.assertEqual(data["numeroFactureSaisi"], move.name)
        told = json.loads(files["deposits/1/deposit.json"])
        certificate = told["attempts"][0]["fingerprint_of_the_deposit_certificate"]
        self.assertEqual(certificate, deposit.flow_id.certificate)
        self.assertTrue(certificate)
        self.assertNotIn("No fingerprint", files["README.txt"].decode())
        self.assert_sums_are_right(files)
        self.assert_no_secret(files, self.supplier_connection)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAuditBill(AuditChecks, InboundCase):
    def test_a_bill_has_its_original_and_its_answers(self):
        self.know_structures()
        document = self.received()
        move = document.move_id
        self.env["l10n_fr_chorus.treatment"].sudo()._queue(
            document, "SUSPENDUE", reason="Bon de livraison absent"
        )
        self.run_cron("ir_cron_answer")
        files = archive(move.with_user(self.town_hall_user))
        original = files[f"received/{document.pivot_attachment_id.name}"]
        self.assertEqual(hashlib.sha256(original).hexdigest(), document.sha256)
        [answer] = json.loads(files["answers.json"])
        self.assertEqual(
            (answer["target"], answer["reason"], answer["state"]),
            ("SUSPENDUE", "Bon de livraison absent", "done"),
        )
        self.assertIn("answers.json", files["history.html"].decode())
        operations = {call["operation"] for call in json.loads(files["calls.json"])}
        self.assertIn("factures/v1/telecharger/groupe", operations)
        self.assertIn("factures/v1/traiter/recue", operations)
        self.assertIn("factures/v1/rechercher/recipiendaire", operations)
        self.assert_sums_are_right(files)
        self.assert_no_secret(files, self.town_hall_connection)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAuditDownload(DepositCase, HttpCase):
    def run_cron(self, name):
        # A test over HTTP is in the registry's test mode all along.
        self.env.ref(f"l10n_fr_chorus_exchange.{name}").method_direct_trigger()

    def test_the_file_is_downloaded_by_those_who_may(self):
        move = self.sent(self.invoice()).move_id
        self.supplier_user.password = "a long password"
        self.authenticate(self.supplier_user.login, "a long password")
        answer = self.url_open(f"/l10n_fr_chorus/audit/{move.id}")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        self.assertIn("chorus-pro-audit-", answer.headers["Content-Disposition"])
        with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
            self.assertIsNone(opened.testzip())
            self.assertIn("history.html", opened.namelist())

    def test_others_find_nothing_there(self):
        move = self.sent(self.invoice()).move_id
        never_sent = self.invoice()
        self.town_hall_user.password = "a long password"
        self.authenticate(self.town_hall_user.login, "a long password")
        for move_id in move.id, never_sent.id, 2_000_000_000:
            answer = self.url_open(f"/l10n_fr_chorus/audit/{move_id}")
            self.assertEqual(answer.status_code, 404)
