"""Receiving: downloads in groups, files kept, start date, services, works invoices."""

import base64
import hashlib
import importlib.util
import json
import re
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..lib.chorus_pro import unpacking
from .common import seed
from .inbound_common import InboundCase, specimens

UNPACK_LOGGER = (
    "odoo.addons.l10n_fr_chorus_exchange.models.l10n_fr_chorus_inbound_unpack"
)
SEARCH = "factures/rechercher/recipiendaire"
DOWNLOAD = "factures/telecharger/groupe"


def migration(name, version="19.0.1.3.0"):
    """A script of the version that made files records of their own, or of another."""
    path = Path(__file__).parents[1] / "migrations" / version / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class ReceiveCase(InboundCase):
    def setUp(self):
        super().setUp()
        self.know_structures()
        self.structure = self.town_hall_connection.structure_ids.filtered(
            lambda structure: structure.siret == seed.TOWN_HALL
        )

    def files_of(self, move):
        return self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", move.id)]
        )

    def of_service(self, code):
        return self.structure.service_ids.filtered(lambda s: s.code == code)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundGroups(ReceiveCase):
    def post_several(self, count):
        return [self.post_on_portal() for _number in range(count)]

    def states(self, ids):
        return [self.document_of(portal_id).state for portal_id in ids]

    def test_a_day_of_invoices_costs_few_searches_and_a_download_for_ten(self):
        self.structure.connection_id.structure_ids.filtered(
            lambda s: s != self.structure
        ).active = False
        ids = self.post_several(23)
        before = self.calls(SEARCH), self.calls(DOWNLOAD)
        self.receive()
        self.assertEqual(self.states(ids), ["imported"] * 23)
        # One for each kind of payment request: the portal takes one kind a call.
        self.assertEqual(self.calls(SEARCH) - before[0], 2)
        self.assertEqual(self.calls(DOWNLOAD) - before[1], 3)

    def test_a_group_too_large_comes_one_by_one_at_once(self):
        ids = self.post_several(3)
        self.fault(DOWNLOAD, "refused", times=1, code=413, label="trop gros")
        self.receive()
        self.assertEqual(self.states(ids), ["imported"] * 3)
        self.assertEqual(self.calls(DOWNLOAD), 4)

    def test_one_that_cannot_be_downloaded_leaves_the_others_alone(self):
        first, second = self.post_several(2)
        self.fault(DOWNLOAD, "refused", times=None, invoice=first)
        self.receive()
        self.assertEqual(self.states([first, second]), ["seen", "imported"])
        self.assertTrue(self.document_of(first).next_try_at)

    def test_a_portal_that_answers_no_download_pauses_the_connection(self):
        ids = self.post_several(4)
        self.fault(DOWNLOAD, "server_error", times=None)
        self.receive()
        self.assertEqual(self.states(ids), ["seen"] * 4)
        self.assertTrue(self.town_hall_connection._is_paused())
        self.drive("DELETE", "faults")
        self.town_hall_connection.pause_until = False
        self.documents().next_try_at = False
        self.receive()
        self.assertEqual(self.states(ids), ["imported"] * 4)

    def test_one_that_spoils_the_group_is_read_alone_and_put_aside(self):
        ids = self.post_several(3)
        self.receive_spoilt(ids[1])
        self.receive()
        self.assertEqual(self.states(ids), ["imported", "quarantine", "imported"])
        bad = self.document_of(ids[1])
        self.assertTrue(bad.pivot_attachment_id)
        self.assertNotEqual(
            bad.pivot_attachment_id, self.document_of(ids[0]).pivot_attachment_id
        )

    def receive_spoilt(self, portal_id):
        """The PIVOT of the portal names no number for this one."""
        download = type(self.transport).send

        def spoil(transport, request):
            answer = download(transport, request)
            if DOWNLOAD.rsplit("/", 1)[-1] in request.url:
                return self.without_number(answer, portal_id)
            return answer

        self.startPatcher(patch.object(type(self.transport), "send", spoil))
        self.drive("POST", "settings", {"pivot_delivery": "xml"})

    def without_number(self, answer, portal_id):
        body = json.loads(answer.body)
        xml = base64.b64decode(body["fichierResultat"]).decode()
        xml = re.sub(
            rf"<Id>[^<]*</Id>(?=(?:(?!</DonneesFacture>).)*<IdCPRO>{portal_id}<)",
            "<Id></Id>",
            xml,
            flags=re.S,
        )
        body["fichierResultat"] = base64.b64encode(xml.encode()).decode()
        return replace(answer, body=json.dumps(body).encode())

    def test_one_on_which_the_reader_breaks_costs_the_others_nothing(self):
        ids = self.post_several(3)
        scan = unpacking.scan_pivot

        def breaking(source, **options):
            for found in scan(source, **options):
                if found.portal_id == ids[1]:
                    raise RecursionError("nobody foresaw it")
                yield found

        with (
            patch.object(unpacking, "scan_pivot", breaking),
            self.assertLogs(UNPACK_LOGGER, "ERROR"),
        ):
            for _run in range(7):
                self.documents().next_try_at = False
                self.receive()
        self.assertEqual(self.states(ids), ["imported", "quarantine", "imported"])
        self.assertIn("server log", self.document_of(ids[1]).reason)
        # The group, then once each for those that were not reached in it.
        self.assertEqual(self.calls(DOWNLOAD), 3)

    def test_an_original_gone_from_the_disk_is_downloaded_again(self):
        first_steps = ("_fetch", 3), ("_fetch", 1), ("_unpack", 2)
        for step, count in first_steps:
            with self.subTest(step=step, count=count):
                ids = self.post_several(count)
                self.receive_until(step)
                original = self.document_of(ids[0]).pivot_attachment_id
                Path(original._full_path(original.store_fname)).unlink()
                with self.assertLogs(UNPACK_LOGGER, "ERROR"):
                    self.receive()
                self.assertEqual(self.states(ids), ["imported"] * count)

    def receive_until(self, step):
        """A run that is stopped after this step."""
        run_step = type(self.inbox)._run_step
        steps = ["_fetch", "_unpack"]
        done = steps[: steps.index(step) + 1]

        def run(inbox, connection, domain, name, *args):
            if name in done:
                run_step(inbox, connection, domain, name, *args)

        with (
            patch.object(type(self.inbox), "_run_step", run),
            patch.object(type(self.inbox), "_bill_waiting", lambda *_args: None),
        ):
            self.run_cron("ir_cron_receive", is_cut=True)

    def test_documents_of_one_download_share_its_original(self):
        self.post_several(2)
        self.receive()
        documents = self.documents()
        self.assertEqual(len(documents.pivot_attachment_id), 1)
        original = documents.pivot_attachment_id.raw
        self.assertEqual(
            set(documents.mapped("sha256")), {hashlib.sha256(original).hexdigest()}
        )

    def test_a_second_worker_finds_nothing_to_do(self):
        self.post_several(2)
        held = self.env.registry.cursor()
        self.addCleanup(held.close)
        key = self.town_hall_connection._exclusive_key("receive")
        held.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])
        self.receive()
        self.assertFalse(self.documents())
        held.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])
        self.receive()
        self.assertEqual(self.documents().mapped("state"), ["imported"] * 2)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundFiles(ReceiveCase):
    def test_files_are_kept_with_their_checksums_and_shared_with_the_bill(self):
        note = specimens.Annex("bon_livraison.pdf", b"%PDF-1.4\nbon\n%%EOF")
        document = self.received(annexes=(note,))
        for file in document.file_ids:
            content = file.attachment_id.raw
            self.assertEqual(file.sha256, hashlib.sha256(content).hexdigest())
            self.assertEqual(file.size, len(content))
        self.assertEqual(len(document.file_ids.filtered("is_main")), 1)
        of_bill = self.files_of(document.move_id)
        self.assertEqual(
            sorted(of_bill.mapped("store_fname")),
            sorted(document.file_ids.attachment_id.mapped("store_fname")),
        )
        self.assertFalse(of_bill & document.file_ids.attachment_id)

    def test_files_are_there_before_any_bill(self):
        journal = self.town_hall_connection.purchase_journal_id
        journal.default_account_id = False
        portal_id = self.post_on_portal()
        self.receive()
        document = self.document_of(portal_id)
        self.assertEqual(document.state, "to_settle")
        self.assertTrue(document.file_ids.attachment_id)

    def test_a_file_that_cannot_be_taken_out_is_listed_with_its_problem(self):
        document = self.kept(files=[("bon.pdf", b"PK\x03\x04broken", "02")])
        self.assertTrue(document.file_ids.problem)
        self.assertFalse(document.file_ids.attachment_id)

    def test_whoever_sees_the_inbox_reads_its_files_and_nobody_else(self):
        document = self.received()
        file = document.file_ids[:1]
        self.assertTrue(file.with_user(self.town_hall_user).attachment_id.raw)
        found = self.env["l10n_fr_chorus.inbound.file"].with_user(self.supplier_user)
        self.assertFalse(found.search([("id", "=", file.id)]))

    def test_bills_of_an_earlier_version_stay_imported_and_are_not_read_again(self):
        document = self.received()
        document.flush_recordset()
        self.env.cr.execute(
            "UPDATE l10n_fr_chorus_inbound SET state = 'done', is_unpacked = NULL"
            " WHERE id = %s",
            [document.id],
        )
        for name in "pre-inbox", "post-inbox":
            migration(name).migrate(self.env.cr, "19.0.1.2.0")
        document.invalidate_recordset()
        self.assertEqual((document.state, document.is_unpacked), ("imported", True))

    def test_a_bill_of_an_earlier_version_is_no_longer_aside(self):
        billed, aside = self.received(), self.kept(content=b"<html/>")
        billed.write({"state": "ignored", "reason": "Rejected over there."})
        self.env.flush_all()
        migration("post-inbox", "19.0.1.4.0").migrate(self.env.cr, "19.0.1.3.0")
        self.env.invalidate_all()
        self.assertEqual((billed.state, billed.reason), ("imported", False))
        self.assertEqual(aside.state, "quarantine")
        self.assertTrue(aside.reason)

    def test_originals_go_after_their_time_and_the_bill_keeps_its_files(self):
        document = self.received()
        move, digest = document.move_id, document.sha256
        before = {file: file.raw for file in self.files_of(move)}
        self.town_hall.l10n_fr_chorus_original_months = 6
        document.write(
            {"portal_status": "MISE_EN_PAIEMENT", "status_at": "2026-01-01 08:00:00"}
        )
        self.inbox._gc_originals()
        self.assertFalse(document.pivot_attachment_id)
        self.assertFalse(document.file_ids.attachment_id)
        self.assertEqual(document.sha256, digest)
        self.assertTrue(document.purged_on)
        self.env["ir.attachment"]._gc_file_store_unsafe()
        move.invalidate_recordset()
        self.assertTrue(before)
        for file, content in before.items():
            file.invalidate_recordset()
            self.assertEqual(file.raw, content)

    def test_originals_stay_while_the_invoice_is_open_or_the_setting_is_off(self):
        document = self.received()
        document.status_at = "2026-01-01 08:00:00"
        self.town_hall.l10n_fr_chorus_original_months = 6
        self.inbox._gc_originals()
        self.assertTrue(document.pivot_attachment_id, "still open on the portal")
        self.town_hall.l10n_fr_chorus_original_months = 0
        document.portal_status = "MISE_EN_PAIEMENT"
        self.inbox._gc_originals()
        self.assertTrue(document.pivot_attachment_id, "kept for good")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundSettings(ReceiveCase):
    def test_services_come_from_the_portal(self):
        self.receive()
        self.assertIn("ACHATS", self.structure.service_ids.mapped("code"))
        self.assertEqual(self.of_service("ACHATS").company_id, self.town_hall)
        before = self.calls("structures/rechercher/services")
        self.receive()
        self.assertEqual(
            self.calls("structures/rechercher/services"), before, "once a day"
        )

    def test_services_that_cannot_be_read_hide_no_invoice(self):
        self.fault("structures/rechercher/services", "refused", times=None)
        self.assertTrue(self.received().move_id)

    def test_each_setting_comes_from_the_service_else_the_structure(self):
        self.receive()
        service = self.of_service("ACHATS")
        document = self.received()
        self.assertEqual(document.service_id, service)
        data = self.town_hall_data
        journal = data["default_journal_purchase"]
        self.assertEqual(document._settings()[0], journal)
        self.assertFalse(any(document._settings()[1:]))
        own = journal.copy({"code": "ACH"})
        account = data["default_account_expense"]
        self.structure.write({"journal_id": own.id, "expense_account_id": account.id})
        service.user_id = self.town_hall_user
        self.assertEqual(
            document._settings(), (own, account, self.town_hall_user, False)
        )
        service.journal_id = journal
        service.analytic_distribution = {"1": 100}
        self.assertEqual(
            document._settings(), (journal, account, self.town_hall_user, {"1": 100})
        )

    def test_a_service_that_is_not_received_is_listed_and_left_out(self):
        self.receive()
        self.of_service("ACHATS").is_received = False
        portal_id = self.post_on_portal()
        self.receive()
        document = self.document_of(portal_id)
        self.assertEqual(document.state, "ignored")
        self.assertIn("ACHATS", document.reason)
        self.treat_on_portal(portal_id, "SUSPENDUE", "Il manque le bon")
        self.receive()
        self.assertEqual(document.state, "ignored", "news change nothing about it")

    def test_what_was_deposited_before_the_start_stays_on_the_portal(self):
        old = self.post_on_portal()
        self.town_hall_connection.receive_from = fields.Date.add(
            fields.Date.today(), days=2
        )
        self.receive()
        self.assertFalse(self.document_of(old))
        self.town_hall_connection.receive_from = "2026-01-01"
        self.receive()
        self.assertEqual(self.document_of(old).state, "imported")

    def test_a_later_window_leaves_older_documents_out_and_follows_known_ones(self):
        known = self.received()
        self.town_hall_connection.receive_from = fields.Date.add(
            fields.Date.today(), days=2
        )
        late = self.post_on_portal()
        self.treat_on_portal(known.portal_id, "SUSPENDUE", "Il manque le bon")
        self.receive()
        self.assertFalse(self.document_of(late))
        self.assertEqual(known.portal_status, "SUSPENDUE")

    def test_a_read_only_connection_receives_and_may_not_write(self):
        self.town_hall_connection.is_read_only = True
        self.assertFalse(self.town_hall_connection._may_write())
        self.assertTrue(self.received().move_id)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundWorks(ReceiveCase):
    def test_a_works_invoice_is_shown_with_its_parties_and_no_bill_is_guessed(self):
        portal_id = self.post_on_portal(
            cadre="A6", works={"MOE": seed.SUPPLIER, "MOA": seed.SYNDICATE}
        )
        self.receive()
        document = self.document_of(portal_id)
        self.assertEqual(
            (document.kind, document.state), ("FACTURE_TRAVAUX", "to_settle")
        )
        self.assertEqual(document.moe_siret, seed.SUPPLIER)
        self.assertEqual(document.moa_siret, seed.SYNDICATE)
        self.assertTrue(document.moa_name)
        self.assertIn("Works invoice", document.reason)
        self.assertTrue(document.file_ids.attachment_id)
        self.assertFalse(document.move_id)
        self.assertFalse(document.can_refuse, "read only for now")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundBack(ReceiveCase):
    def test_a_completion_with_a_new_file_reopens_what_waited_for_a_person(self):
        portal_id = self.post_on_portal(
            lines=(
                specimens.SpecimenLine(
                    "x", *map(specimens.data.Decimal, ("1", "100", "7"))
                ),
            )
        )
        self.receive()
        document = self.document_of(portal_id)
        self.assertEqual(document.state, "to_settle")
        self.default_tax.copy({"name": "7 % achats", "amount": 7})
        self.treat_on_portal(portal_id, "SUSPENDUE", "Il manque le bon")
        self.receive()
        self.complete(document, "bon_signe.pdf", b"%PDF-1.4\nbon signe\n%%EOF")
        self.receive()
        self.assertEqual(document.state, "imported", document.reason)
        self.assertTrue(
            self.files_of(document.move_id).filtered(lambda f: "bon_signe" in f.name)
        )

    def test_a_recycled_invoice_is_one_bill_that_learns_its_new_service(self):
        document = self.received()
        move = document.move_id
        self.treat_on_portal(document.portal_id, "A_RECYCLER", "Autre service")
        self.receive()
        self.recycle(document)
        self.receive()
        self.assertEqual(document.service_code, "ECOLES")
        self.assertEqual(move.buyer_reference, "ECOLES")
        self.assertIn("ECOLES", move.message_ids[0].body + move.message_ids[1].body)
        self.assertEqual(
            self.env["account.move"].search_count([("ref", "=", document.number)]), 1
        )
        self.assertEqual(len(self.documents(("number", "=", document.number))), 1)
