"""The second road to the end: uploads, one submission, and never a second one."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from ..lib.chorus_pro.services import submissions, transverse
from ..lib.chorus_pro.services.invoices import ComplementaryFile
from ..models.l10n_fr_chorus_deposit import sha256
from .common import PortalTransport
from .road_common import A9, SIX_TYPES, RoadCase

FILE = "transverses/ajouter/fichier"
PDF = "factures/deposer/pdf"
SUBMIT = "factures/soumettre"
FLOW = "factures/deposer/flux"
SEARCH = "factures/rechercher/fournisseur"


class CountingTransport(PortalTransport):
    """Notes how many SQL queries had been made when each request left."""

    def __init__(self, portal, cr):
        super().__init__(portal)
        self.cr = cr
        self.queries = []

    def send(self, request):
        if "oauth" not in request.url:
            self.queries.append(self.cr.sql_log_count)
        return super().send(request)


class TestRoadDeposit(RoadCase):
    def ready(self, *names, **values):
        """An invoice of the second road in the outbox."""
        move = self.invoice(**values)
        move.l10n_fr_chorus_attachment_ids = self.files(*(names or ("plan.docx",)))
        return self.send(move)

    def send_again(self, deposit):
        self.later(deposit)
        self.run_cron("ir_cron_send")

    def doubt(self, deposit):
        """The time of doubt is over, and the portal was searched."""
        deposit.sent_at = fields.Datetime.now() - timedelta(minutes=31)
        self.later(deposit)
        self.run_cron("ir_cron_follow")

    def assert_one_invoice(self, deposit):
        self.assertEqual(deposit.state, "integrated", deposit.error)
        [invoice] = self.portal_invoices()
        self.assertEqual(deposit.portal_id, str(invoice["id"]))
        self.assertEqual(deposit.move_id.l10n_fr_chorus_portal_id, str(invoice["id"]))

    def activities(self, move):
        return move.activity_ids.mapped("note")

    # -------------------------------------------------------------------------
    # A GOOD DAY
    # -------------------------------------------------------------------------

    def test_files_of_any_allowed_type_arrive_with_their_bytes(self):
        deposit = self.ready("plan.docx", "photos.zip", "bon.pdf")
        self.assertEqual(deposit.road, "pdf")
        before = self.all_calls()
        self.run_cron("ir_cron_send")
        self.assert_one_invoice(deposit)
        made = {
            operation: count - before.get(operation, 0)
            for operation, count in self.all_calls().items()
            if count != before.get(operation, 0)
        }
        self.assertEqual(made, {FILE: 3, PDF: 1, SUBMIT: 1})
        [invoice] = self.portal_invoices()
        self.assertEqual(invoice["mode"], "DEPOT_PDF_API")
        arrived = {one["name"]: one["sha256"] for one in invoice["attachments"]}
        sent = deposit.attachment_id | deposit.annex_ids
        self.assertEqual(arrived, {one.name: sha256(one.raw) for one in sent})
        self.assertEqual(
            deposit.annex_ids.mapped("raw"),
            deposit.move_id.l10n_fr_chorus_attachment_ids.mapped("raw"),
        )

    def test_first_status_is_shown_at_once_and_the_next_ones_follow(self):
        deposit = self.ready()
        self.run_cron("ir_cron_send")
        move = deposit.move_id
        self.assertEqual(move.l10n_fr_chorus_status, "DEPOSEE")
        self.treat_on_portal(deposit.portal_id, "MANDATEE")
        self.run_cron("ir_cron_follow")
        self.assertEqual(move.l10n_fr_chorus_status, "MANDATEE")
        self.assertIn("DEPOSEE", move.l10n_fr_chorus_event_ids.mapped("code"))

    def test_invoice_of_a_subcontractor_waits_for_its_validator(self):
        move = self.invoice(
            l10n_fr_chorus_framework=A9,
            l10n_fr_chorus_validator_id=self.contractor.id,
        )
        deposit = self.send(move)
        self.run_cron("ir_cron_send")
        self.assert_one_invoice(deposit)
        self.assertEqual(move.l10n_fr_chorus_status, "A_VALIDER_1")
        self.assertIn(move.l10n_fr_chorus_status_label, move.l10n_fr_chorus_summary)
        body = {"id": int(deposit.portal_id), "action": "VALIDATION"}
        self.drive("POST", "validations", body)
        self.run_cron("ir_cron_follow")
        self.assertNotEqual(move.l10n_fr_chorus_status, "A_VALIDER_1")

    def test_attachments_of_the_six_types_go_inside_the_file(self):
        deposit = self.ready(*SIX_TYPES)
        self.assertEqual(deposit.road, "flow")
        self.run_cron("ir_cron_send")
        self.assertEqual(self.calls(FLOW), 1)
        self.assertFalse(self.calls(SUBMIT))

    def test_attempt_is_kept_with_what_was_sent(self):
        deposit = self.ready("plan.docx")
        self.assertEqual(deposit.annex_ids.mapped("name"), ["plan.docx"])
        self.run_cron("ir_cron_send")
        [flow] = deposit.flow_ids
        self.assertEqual((flow.state, flow.flow_number), ("integrated", False))
        self.assertEqual(flow.sha256, deposit.sha256)

    def test_database_is_left_alone_from_the_first_upload_to_the_answer(self):
        deposit = self.ready("a.zip", "b.docx")
        self.transport = CountingTransport(self.portal, self.env.cr)
        connections = self.env.registry["l10n_fr_chorus.connection"]
        # The list of calls is written by a cursor of its own.
        with patch.object(connections, "_call_observer", lambda _self: None):
            self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "integrated")
        first_four = self.transport.queries[:4]
        self.assertEqual(len(set(first_four)), 1, first_four)

    # -------------------------------------------------------------------------
    # BAD DAYS
    # -------------------------------------------------------------------------

    def test_cut_before_or_after_any_upload_is_not_sent_and_goes_again(self):
        for operation in (FILE, PDF):
            for kind in ("cut_before", "cut_after", "server_error"):
                with self.subTest(operation=operation, kind=kind):
                    deposit = self.ready("a.zip")
                    known = len(self.portal_invoices())
                    self.fault(operation, kind)
                    self.run_cron("ir_cron_send")
                    self.assertEqual(deposit.state, "ready", deposit.error)
                    self.assertGreater(deposit.next_try_at, fields.Datetime.now())
                    self.assertEqual(deposit.flow_id.state, "not_sent")
                    self.supplier_connection.pause_until = False
                    self.send_again(deposit)
                    self.assertEqual(deposit.state, "integrated", deposit.error)
                    self.assertEqual(len(self.portal_invoices()), known + 1)

    def test_submission_cut_before_the_work_goes_again_after_the_doubt(self):
        deposit = self.ready()
        self.fault(SUBMIT, "cut_before")
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "unknown")
        self.send_again(deposit)
        self.assertEqual(deposit.state, "unknown", "never while it is unknown")
        self.assertEqual(self.calls(SUBMIT), 1)
        self.doubt(deposit)
        self.assertEqual(deposit.state, "ready")
        self.send_again(deposit)
        self.assertEqual(self.calls(SUBMIT), 2)
        self.assert_one_invoice(deposit)

    def test_submission_cut_after_the_work_is_found_by_its_number(self):
        deposit = self.ready()
        self.fault(SUBMIT, "cut_after")
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "unknown")
        self.later(deposit)
        self.run_cron("ir_cron_follow")
        self.assertEqual(self.calls(SUBMIT), 1)
        self.assert_one_invoice(deposit)
        self.assertEqual(deposit.flow_id.state, "integrated")

    def test_invoice_that_shows_up_after_the_doubt_is_not_submitted_again(self):
        deposit = self.ready()
        self.drive("POST", "settings", {"search_delay": 3600})
        self.fault(SUBMIT, "cut_after")
        self.run_cron("ir_cron_send")
        self.doubt(deposit)
        self.assertEqual(deposit.state, "ready")
        self.drive("POST", "settings", {"search_delay": 0})
        self.send_again(deposit)
        self.assertEqual(self.calls(SUBMIT), 1)
        self.assert_one_invoice(deposit)

    def test_whatever_troubles_the_submission_one_invoice_is_made(self):
        troubles = {
            "unauthorized": {"integrated"},  # a new token, and again
            "forbidden": {"ready"},
            "too_many": {"ready"},
            "server_error": {"unknown"},
            "half_answer": {"unknown"},
            "cut_before": {"unknown"},
            "cut_after": {"unknown"},
        }
        for made, (kind, states) in enumerate(troubles.items(), 1):
            with self.subTest(kind=kind):
                deposit = self.ready(invoice_line_ids=[self.line(10 + made)])
                self.fault(SUBMIT, kind)
                self.run_cron("ir_cron_send")
                self.assertIn(deposit.state, states, deposit.error)
                for _time in range(2):
                    self.supplier_connection.pause_until = False
                    if deposit.state == "unknown":
                        self.doubt(deposit)
                    if deposit.state == "ready":
                        self.send_again(deposit)
                self.assertEqual(deposit.state, "integrated", deposit.error)
                self.assertEqual(len(self.portal_invoices()), made)

    def test_answer_without_the_invoice_id_is_a_doubt(self):
        deposit = self.ready()
        self.fault(SUBMIT, "blank_field", field="identifiantFactureCPP")
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "unknown")
        self.later(deposit)
        self.run_cron("ir_cron_follow")
        self.assert_one_invoice(deposit)

    def test_process_killed_at_any_step_leaves_one_invoice(self):
        """What a dead process leaves: the committed intent, and what it had called."""
        for made, steps in enumerate(range(4), 1):
            with self.subTest(calls=steps):
                deposit = self.ready(invoice_line_ids=[self.line(10 + made)])
                document = deposit._frozen()
                deposit._begin(document)
                client = self.supplier_connection._client()
                file_id = steps > 0 and transverse.add_file(client, b"PK", "a.zip")
                if steps > 1:
                    draft = submissions.deposit_pdf(client, document.content, "f.pdf")
                if steps > 2:
                    annex = ComplementaryFile(file_id, "a.zip")
                    submissions.submit(client, document.payload, draft.file_id, [annex])
                self.run_cron("ir_cron_send")
                self.assertEqual(deposit.state, "unknown")
                self.doubt(deposit)
                self.send_again(deposit)
                self.assertEqual(deposit.state, "integrated", deposit.error)
                self.assertEqual(len(self.portal_invoices()), made)

    def test_second_submission_refused_because_of_the_first_ends_integrated(self):
        deposit = self.ready()
        client = self.supplier_connection._client()
        file_id = transverse.add_file(client, b"PDF", "other.pdf")
        submissions.submit(client, deposit.payload, file_id)
        self.run_cron("ir_cron_send")
        self.assert_one_invoice(deposit)

    def test_refusal_without_a_look_at_the_portal_is_a_doubt(self):
        deposit = self.ready(buyer_reference="INCONNU")
        self.fault(SEARCH, "server_error", times=None)
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "unknown")

    def test_refused_submission_is_told_and_nothing_is_on_the_portal(self):
        deposit = self.ready(buyer_reference="INCONNU")
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "refused")
        self.assertEqual(deposit.flow_id.state, "refused")
        self.assertTrue(deposit.move_id.activity_ids)
        self.assertFalse(self.portal_invoices())

    def test_file_the_portal_refuses_is_told_before_anything_is_submitted(self):
        deposit = self.ready()
        self.fault(FILE, "refused")
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "refused", deposit.error)
        self.assertFalse(self.calls(SUBMIT))

    def test_number_made_up_by_the_portal_is_told_to_a_person(self):
        self.drive("POST", "settings", {"assigned_number": "always"})
        deposit = self.ready()
        self.run_cron("ir_cron_send")
        self.assert_one_invoice(deposit)
        [invoice] = self.portal_invoices()
        self.assertNotEqual(invoice["number"], deposit.name)
        [note] = self.activities(deposit.move_id)
        self.assertIn(invoice["number"], note)

    def test_made_up_number_and_no_answer_still_make_one_invoice(self):
        self.drive("POST", "settings", {"assigned_number": "always"})
        other = self.ready()  # alike but for its number
        self.run_cron("ir_cron_send")
        self.assertEqual(other.state, "integrated")
        deposit = self.ready()
        self.fault(SUBMIT, "cut_after")
        self.run_cron("ir_cron_send")
        self.doubt(deposit)
        self.assertEqual(deposit.state, "ready", "no search by our number finds it")
        self.send_again(deposit)
        self.assertEqual(deposit.state, "integrated")
        self.assertEqual(self.calls(SUBMIT), 2)
        self.assertEqual(len(self.portal_invoices()), 2)
        self.assertNotEqual(deposit.portal_id, other.portal_id)
        self.assertTrue(self.activities(deposit.move_id))

    def test_invoicing_user_sends_by_the_second_road(self):
        move = self.invoice()
        move.l10n_fr_chorus_attachment_ids = self.files("plan.docx")
        deposit = self.send(move.with_user(self.supplier_user))
        self.assertEqual(deposit.road, "pdf")
        self.run_cron("ir_cron_send")
        self.assert_one_invoice(deposit)

    def test_figures_changed_since_they_were_frozen_are_not_sent(self):
        deposit = self.ready()
        deposit.payload = deposit.payload.replace("360.00", "999.00")
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "refused")
        self.assertFalse(self.calls(SUBMIT))

    def test_figures_the_service_would_not_take_are_refused_for_good(self):
        deposit = self.ready()
        deposit.file_name = "facture.docx"
        told = "odoo.addons.l10n_fr_chorus_exchange.models.l10n_fr_chorus_deposit_pdf"
        with self.assertLogs(told, "WARNING"):
            self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "refused")
        self.assertFalse(self.calls(PDF))
