"""The official rules, run by an engine in a process of its own."""

import io
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_exchange.tools import schematron, schematron_worker

from .deposit_common import DepositCase
from .en16931_common import En16931Common

BROKEN = schematron.Violation("BR-CO-15", "Invoice total amount with VAT…", True)
DOUBTFUL = schematron.Violation("BR-FR-99", "A recommendation.", False)
EMPTY_REPORT = '<r xmlns:svrl="http://purl.oclc.org/dsdl/svrl">%s</r>'


def missing():
    return schematron.Unavailable(schematron.MISSING, "not installed")


class Rules:
    """An engine whose verdict is known, in place of the real one."""

    def __init__(self, *violations, error=None):
        self.violations = violations
        self.error = error
        self.asked = []

    def __call__(self, _xml, kind):
        self.asked.append(kind)
        if self.error:
            raise self.error
        return self.violations


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSchematron(En16931Common):
    """The tool itself, on documents of the mapping."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        move = cls._invoice(cls._line(100.0))
        cls.cii = move._l10n_fr_chorus_xml("cii")
        cls.ubl = move._l10n_fr_chorus_xml("ubl")

    def setUp(self):
        super().setUp()
        self.engine = schematron.Schematron()
        self.addCleanup(self.engine.close)

    def _rules(self, xml, kind):
        return [one.rule for one in self.engine.check(xml, kind) if one.fatal]

    def test_our_documents_respect_the_rules_in_both_grammars(self):
        self.assertIsNone(self.engine.obstacle())
        self.assertEqual(self._rules(self.cii, "en16931-cii"), [])
        self.assertEqual(self._rules(self.ubl, "en16931-ubl"), [])

    def test_the_direct_dialect_breaks_rules_of_the_reform(self):
        self.assertIn("BR-FR-08_BT-23", self._rules(self.cii, "br-fr-cii"))
        self.assertIn("BR-FR-08_BT-23", self._rules(self.ubl, "br-fr-ubl"))

    def test_a_wrong_total_is_told_with_its_rule_and_its_text(self):
        wrong = self.cii.replace(b">120.00<", b">121.00<")
        found = {one.rule: one for one in self.engine.check(wrong, "en16931-cii")}
        self.assertTrue(found["BR-CO-15"].fatal)
        self.assertIn("total amount with VAT", found["BR-CO-15"].text)
        self.assertFalse([one for one in found.values() if one.text.startswith("[")])

    def test_the_grammar_is_looked_at_first(self):
        [found] = self.engine.check(
            self.cii.replace(b">380<", b">380<ram:Foreign/><"), "en16931-cii"
        )
        self.assertEqual(found.rule, schematron.GRAMMAR)

    def test_what_is_no_invoice_is_told(self):
        for garbage in (b"", b"<a>", b"<a/>", b"<!DOCTYPE a><a/>"):
            [found] = self.engine.check(garbage, "en16931-ubl")
            self.assertEqual(found.rule, schematron.GRAMMAR, garbage)

    def test_a_value_the_engine_stumbles_on_makes_the_document_invalid(self):
        with patch.object(schematron, "_schema_violations", return_value=()):
            found = self.engine.check(
                self.cii.replace(b">120.00<", b">douze<"), "en16931-cii"
            )
        self.assertEqual([one.rule for one in found], [schematron.ENGINE])

    def test_attachments_are_not_handed_to_the_engine(self):
        note = self.env["ir.attachment"].create(
            {"name": "a.pdf", "raw": b"%PDF" * 5000, "mimetype": "application/pdf"}
        )
        move = self._invoice(self._line(100.0))
        seen = []
        real = schematron.Worker.ask

        def ask(worker, sheet, document):
            seen.append(len(document))
            return real(worker, sheet, document)

        with patch.object(schematron.Worker, "ask", ask):
            for form in ("cii", "ubl"):
                xml = move._l10n_fr_chorus_xml(form, attachments=note)
                self.assertGreater(len(xml), 20000)
                self.assertEqual(self._rules(xml, f"en16931-{form}"), [])
        self.assertLess(max(seen), 15000)

    def test_a_killed_engine_is_replaced(self):
        self.engine.obstacle()
        first = self.engine._worker.pid
        os.kill(first, signal.SIGKILL)
        self.engine._worker.process.wait()
        self.assertEqual(self._rules(self.cii, "en16931-cii"), [])
        self.assertNotEqual(self.engine._worker.pid, first)

    def test_an_engine_that_does_not_answer_is_ended(self):
        self.engine.obstacle()
        stuck = self.engine._worker
        os.kill(stuck.pid, signal.SIGSTOP)
        with patch.object(schematron, "TIME_LIMIT", 0.1):
            with self.assertRaises(schematron.Unavailable) as refusal:
                self.engine.check(self.cii, "en16931-cii")
        self.assertEqual(refusal.exception.cause, schematron.SLOW)
        self.assertEqual(stuck.process.returncode, -signal.SIGKILL)
        self.assertEqual(self._rules(self.cii, "en16931-cii"), [])

    def test_a_document_without_end_is_not_tried(self):
        with patch.object(schematron, "MAX_DOCUMENT", 100):
            with self.assertRaises(schematron.Unavailable) as refusal:
                self.engine.check(self.cii, "en16931-cii")
        self.assertEqual(refusal.exception.cause, schematron.LARGE)

    def test_an_engine_that_is_not_installed_is_told(self):
        with patch.object(schematron, "PACKAGE", "no_such_engine"):
            found = self.engine.obstacle()
        self.assertEqual(found.cause, schematron.MISSING)
        self.assertIn(schematron.ADVISED_VERSION, str(found))

    def _with_a_program(self, source):
        """An engine that is another program, written for the test."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        program = Path(folder.name) / "engine.py"
        program.write_text(source)
        self.startPatcher(patch.object(schematron_worker, "__file__", str(program)))

    def test_a_greedy_engine_is_told_apart_from_a_broken_one(self):
        self._with_a_program("raise SystemExit(99)")
        for version, cause in (
            ("13.1.1", schematron.MEMORY),
            ("12.10.1", schematron.FAILED),
        ):
            engine = schematron.Schematron()
            with patch.object(schematron.metadata, "version", return_value=version):
                self.assertEqual(engine.obstacle().cause, cause)

    def test_an_engine_that_did_not_start_is_not_tried_for_each_invoice(self):
        self._with_a_program("raise SystemExit(1)")
        with patch.object(schematron, "Worker", wraps=schematron.Worker) as started:
            for _time in range(3):
                self.assertTrue(self.engine.obstacle())
        self.assertEqual(started.call_count, 1)

    def test_the_engine_sees_nothing_of_the_environment(self):
        self._with_a_program(
            "import os, struct, sys\n"
            "said = b'-' + ' '.join(sorted(os.environ)).encode()\n"
            "sys.stdout.buffer.write(struct.pack('>I', len(said)) + said)\n"
        )
        with patch.dict(os.environ, {"PGPASSWORD": "secret"}):
            told = str(self.engine.obstacle())
        self.assertIn("LC_ALL", told)
        self.assertNotIn("PGPASSWORD", told)

    def test_a_forked_process_does_not_use_the_engine_of_its_parent(self):
        mine = schematron.schematron()
        child = os.fork()
        if not child:
            os._exit(0 if schematron.schematron() is not mine else 1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertIs(schematron.schematron(), mine)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSchematronWorker(En16931Common):
    """The program at the other end of the pipes."""

    def test_it_starts_within_the_memory_limit_of_odoo(self):
        folder = schematron._engine_folder()
        program = (
            "import resource, runpy, sys;"
            "resource.setrlimit(resource.RLIMIT_AS, (2684354560, 2684354560));"
            "sys.argv = sys.argv[1:];"
            "runpy.run_path(sys.argv[0], run_name='__main__')"
        )
        done = subprocess.run(  # noqa: S603 (our own program)
            [sys.executable, "-c", program, schematron_worker.__file__, folder],
            input=b"",
            capture_output=True,
            timeout=60,
            check=True,
        )
        self.assertEqual(done.stdout[4:5], b"+")

    def test_it_ends_when_nobody_asks_any_more(self):
        reading, writing = os.pipe()
        self.addCleanup(os.close, writing)
        target = io.BytesIO()
        with (
            patch.object(schematron_worker, "IDLE_SECONDS", 0),
            os.fdopen(reading, "rb", buffering=0) as source,
        ):
            schematron_worker.serve(None, source, target)
        self.assertEqual(target.getvalue(), b"")

    def test_a_frame_without_end_is_refused(self):
        stream = io.BytesIO(b"\xff\xff\xff\xff")
        with self.assertRaises(schematron_worker.FrameError):
            schematron_worker.read_frame(stream)

    def test_warnings_keep_their_flag_and_a_rule_is_told_once(self):
        failed = '<svrl:failed-assert id="%s" flag="%s"><svrl:text>T</svrl:text>'
        report = EMPTY_REPORT % "".join(
            f"{failed % found}</svrl:failed-assert>"
            for found in (("R008", "warning"), ("BR-1", "fatal"), ("BR-1", "fatal"))
        )
        self.assertEqual(
            schematron_worker.failed_asserts(report),
            [("R008", "T", "warning"), ("BR-1", "T", "fatal")],
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSchematronSending(DepositCase):
    """What the user sees of it."""

    def _rules(self, *violations, error=None):
        rules = Rules(*violations, error=error)
        self.startPatcher(patch.object(schematron, "check", rules))
        return rules

    def _obstacle(self, obstacle):
        self.startPatcher(patch.object(schematron, "obstacle", lambda: obstacle))

    def _wizard(self, move):
        return self.env["account.move.send.wizard"].create({"move_id": move.id})

    def test_a_broken_rule_keeps_the_invoice_here(self):
        self._rules(BROKEN)
        move = self.invoice()
        with self.assertRaisesRegex(UserError, "BR-CO-15.*total amount.*official text"):
            self.send(move)
        self.assertFalse(move.l10n_fr_chorus_deposit_ids)

    def test_a_warning_does_not(self):
        self._rules(DOUBTFUL)
        self.assertEqual(self.send(self.invoice()).state, "ready")

    def test_the_direct_dialect_is_held_to_the_norm_the_reform_to_both(self):
        rules = self._rules()
        self.send(self.invoice())
        self.assertEqual(rules.asked, ["en16931-cii"])
        rules.asked.clear()
        move = self.invoice()
        move._l10n_fr_chorus_check_norm(b"", "ubl", "reform")
        self.assertEqual(rules.asked, ["en16931-ubl", "br-fr-ubl"])

    def test_a_company_may_do_without(self):
        rules = self._rules(BROKEN)
        self.supplier.l10n_fr_chorus_schematron = False
        self._obstacle(missing())
        move = self.invoice()
        alerts = self._wizard(move).alerts or {}
        self.assertNotIn("l10n_fr_chorus_schematron", alerts)
        self.assertEqual(self.send(move).state, "ready")
        self.assertFalse(rules.asked)

    def test_without_an_engine_the_invoice_goes_and_the_window_says_so(self):
        self._rules(error=missing())
        self._obstacle(missing())
        move = self.invoice()
        alert = self._wizard(move).alerts["l10n_fr_chorus_schematron"]
        self.assertEqual(alert["level"], "info")
        self.assertIn("saxonche 12.10.1", alert["message"])
        self.assertEqual(self.send(move).state, "ready")

    def test_with_an_engine_the_window_says_nothing(self):
        self._obstacle(None)
        alerts = self._wizard(self.invoice()).alerts or {}
        self.assertNotIn("l10n_fr_chorus_schematron", alerts)

    def test_an_engine_that_fails_on_one_invoice_is_told_in_its_chatter(self):
        self._rules(error=schematron.Unavailable(schematron.SLOW, "slow"))
        move = self.invoice()
        self.assertEqual(self.send(move).state, "ready")
        self.assertIn("without the check", move.message_ids[0].body)

    def test_the_settings_say_whether_the_rules_can_be_checked(self):
        settings = self.env["res.config.settings"].with_company(self.supplier)
        self._obstacle(missing())
        self.assertIn(
            "saxonche 12.10.1", settings.create({}).l10n_fr_chorus_schematron_obstacle
        )
        self._obstacle(None)
        self.assertFalse(settings.create({}).l10n_fr_chorus_schematron_obstacle)

    def test_each_obstacle_has_its_cure(self):
        sentences = {
            self.env["res.company"]._l10n_fr_chorus_obstacle(
                schematron.Unavailable(cause, "")
            )
            for cause in (
                schematron.MISSING,
                schematron.MEMORY,
                schematron.FAILED,
                schematron.SLOW,
                schematron.LARGE,
            )
        }
        self.assertEqual(len(sentences), 5)
