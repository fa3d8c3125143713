"""Who may see, change and start what of the inbox; nothing leaks by another door."""

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..lib.chorus_pro.spool import Spool
from ..models import ir_attachment
from .test_inbound_receive import ReceiveCase
from .treatment_common import TreatmentCase

MODELS = (
    "l10n_fr_chorus.inbound",
    "l10n_fr_chorus.inbound.file",
    "l10n_fr_chorus.inbound.fetch",
    "l10n_fr_chorus.inbound.import",
    "l10n_fr_chorus.posting.rule",
    "l10n_fr_chorus.refusal.reason",
    "l10n_fr_chorus.structure",
    "l10n_fr_chorus.treatment",
    "l10n_fr_chorus.treatment.batch",
    "l10n_fr_chorus.treatment.target",
    "l10n_fr_chorus.treatment.wizard",
    "l10n_fr_chorus.treatment.wizard.line",
)
# What a robot writes and a person reads.
READ_ONLY = (
    "l10n_fr_chorus.inbound",
    "l10n_fr_chorus.inbound.file",
    "l10n_fr_chorus.treatment",
    "l10n_fr_chorus.treatment.batch",
)
# What the administrator of the exchange sets and whoever invoices only reads.
SETTINGS = (
    "l10n_fr_chorus.posting.rule",
    "l10n_fr_chorus.refusal.reason",
    "l10n_fr_chorus.structure",
)
RECEIVER = "l10n_fr_chorus_exchange.group_receiver"
SEARCH = "factures/rechercher/recipiendaire"
CHANGES = ("write", "create", "unlink")
INBOX_ACTIONS = (
    "action_accept_files",
    "action_fetch_now",
    "action_ignore",
    "action_make_bill_of_files",
    "action_retry",
)


class Rights:
    def person(self, groups, company=None, **values):
        company = company or self.town_hall
        return new_test_user(
            self.env,
            login=f"person_{groups}_{company.id}",
            groups=groups,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
            **values,
        )

    def portal_user(self):
        return self.person("base.group_portal")

    def service_of_ours(self):
        return self.env["l10n_fr_chorus.service"].create(
            {
                "partner_id": self.town_hall.partner_id.id,
                "structure_id": self.structure.id,
                "code": "VOIRIE",
            }
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundRights(Rights, ReceiveCase):
    # -------------------------------------------------------------------------
    # MODELS
    # -------------------------------------------------------------------------

    def test_suppliers_on_the_website_and_plain_employees_see_no_model(self):
        for groups in "base.group_portal", "base.group_user":
            user = self.person(groups)
            for model in MODELS:
                with self.subTest(groups=groups, model=model):
                    self.assertFalse(self.env[model].with_user(user).has_access("read"))

    def test_whoever_invoices_changes_no_record_of_the_robot_and_no_setting(self):
        for model in READ_ONLY + SETTINGS:
            records = self.env[model].with_user(self.town_hall_user)
            self.assertTrue(records.has_access("read"), model)
            for operation in CHANGES:
                with self.subTest(model=model, operation=operation):
                    self.assertFalse(records.has_access(operation))

    @mute_logger("odoo.addons.base.models.ir_access")
    def test_buttons_of_the_inbox_are_denied_to_whoever_may_make_no_bill(self):
        document = self.kept()
        document._quarantine("Illisible")
        for user in self.portal_user(), self.auditor():
            for action in INBOX_ACTIONS:
                with self.subTest(user=user.login, action=action):
                    with self.assertRaises(AccessError):
                        getattr(document.with_user(user), action)()
        self.assertEqual(document.state, "quarantine")

    def test_originals_are_read_with_the_inbox_and_changed_by_nobody(self):
        document = self.received()
        original = document.pivot_attachment_id
        self.assertTrue(original.with_user(self.town_hall_user).raw)
        strangers = self.portal_user() | self.person("base.group_user")
        for user in strangers | self.supplier_user:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                original.with_user(user).read(["raw"])
        with self.assertRaises(AccessError):
            original.with_user(self.town_hall_user).raw = b"other"
        with self.assertRaises(AccessError):
            original.with_user(self.town_hall_user).unlink()

    # -------------------------------------------------------------------------
    # SERVICES
    # -------------------------------------------------------------------------

    def test_whoever_sends_does_not_say_where_received_bills_go(self):
        service = self.service_of_ours().with_user(self.town_hall_user)
        service.name = "Voirie et réseaux"
        for vals in (
            {"is_received": False},
            {"journal_id": self.town_hall_data["default_journal_purchase"].id},
            {"user_id": self.town_hall_user.id},
            {"structure_id": False},
        ):
            with self.subTest(**vals), self.assertRaises(AccessError):
                service.write(vals)
        with self.assertRaises(AccessError):
            service.create(
                {
                    "partner_id": self.town_hall.partner_id.id,
                    "structure_id": self.structure.id,
                    "code": "FAUX",
                }
            )
        service.create({"partner_id": self.town_hall.partner_id.id, "code": "PARCS"})

    def test_the_administrator_says_it_for_the_companies_that_are_his(self):
        group = "l10n_fr_chorus_exchange.group_administrator"
        service = self.service_of_ours()
        service.with_user(self.person(group)).is_received = False
        self.assertFalse(service.is_received)
        with self.assertRaises(AccessError):
            service.with_user(self.person(group, self.supplier)).is_received = True

    # -------------------------------------------------------------------------
    # FETCH, IMPORT
    # -------------------------------------------------------------------------

    def fetch(self, **values):
        wizards = self.env["l10n_fr_chorus.inbound.fetch"].with_user(self.supplier_user)
        return wizards.create({"number": "FA-1", **values}).action_fetch()

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_fetches_with_the_account_of_another_company(self):
        self.post_on_portal(number="FA-1")
        own = self.supplier_connection.structure_ids[:1]
        before = self.calls(SEARCH)
        with self.assertRaises(AccessError):
            self.fetch(connection_id=self.town_hall_connection.id, structure_id=own.id)
        self.assertEqual(self.calls(SEARCH), before)
        self.assertFalse(self.documents())

    def receiver_of_a_branch(self):
        branch = self.env["res.company"].create(
            {"name": "Mairie annexe", "parent_id": self.town_hall.id}
        )
        return self.person(f"account.group_account_invoice,{RECEIVER}", branch)

    def test_a_branch_fetches_no_bill_into_the_books_of_the_company_above(self):
        user = self.receiver_of_a_branch()
        self.post_on_portal(number="FA-1")
        before = self.calls(SEARCH)
        # It sends by this connection, and therefore reads it.
        self.assertTrue(self.town_hall_connection.with_user(user).has_access("read"))
        wizards = self.env["l10n_fr_chorus.inbound.fetch"].with_user(user)
        wizard = wizards.create(
            {"number": "FA-1", "connection_id": self.town_hall_connection.id}
        )
        with self.assertRaisesRegex(AccessError, "ask somebody who works in it"):
            wizard.action_fetch()
        self.assertEqual(self.calls(SEARCH), before)
        self.assertFalse(self.documents())

    def test_a_branch_imports_no_file_into_the_books_of_the_company_above(self):
        user = self.receiver_of_a_branch()
        file = self.env["ir.attachment"].with_user(user)
        file = file.create({"name": "F-1.pdf", "raw": b"%PDF-1.4\n%%EOF"})
        wizards = self.env["l10n_fr_chorus.inbound.import"].with_user(user)
        wizard = wizards.create(
            {
                "connection_id": self.town_hall_connection.id,
                "attachment_ids": [Command.link(file.id)],
            }
        )
        with self.assertRaisesRegex(AccessError, "ask somebody who works in it"):
            wizard.action_import()
        self.assertFalse(self.documents())

    def test_a_branch_is_not_proposed_the_connection_of_the_company_above(self):
        user = self.receiver_of_a_branch()
        siret = "10000000100020"
        user.company_id.company_registry = siret
        self.town_hall_connection.can_send = True
        self.structure.create(
            {
                "connection_id": self.town_hall_connection.id,
                "portal_id": "998",
                "siret": siret,
                "name": "Mairie annexe",
                "can_issue": True,
                "used_to_send": True,
            }
        )
        found = self.town_hall_connection._for_receiving(user.company_id)
        self.assertEqual(found, self.town_hall_connection)
        for name in "fetch", "import":
            wizards = self.env[f"l10n_fr_chorus.inbound.{name}"].with_user(user)
            with self.subTest(name):
                found = wizards.default_get(["connection_id"])
                self.assertFalse(found.get("connection_id"))

    def test_nothing_is_fetched_where_nothing_is_received(self):
        with self.assertRaisesRegex(UserError, "does not receive"):
            self.fetch(connection_id=self.supplier_connection.id)

    def test_a_structure_of_another_connection_is_not_searched(self):
        self.post_on_portal(number="FA-1")
        wizards = self.env["l10n_fr_chorus.inbound.fetch"]
        with self.assertRaisesRegex(UserError, "lists no such document"):
            wizards.create(
                {
                    "number": "FA-1",
                    "connection_id": self.town_hall_connection.id,
                    "structure_id": self.supplier_connection.structure_ids[:1].id,
                }
            ).action_fetch()

    def test_many_structures_are_not_all_searched_while_somebody_waits(self):
        wanted = self.post_on_portal(number="FA-1")
        self.structure.create(
            [
                {
                    "connection_id": self.town_hall_connection.id,
                    "portal_id": str(900 + rank),
                    "name": f"École {rank}",
                    "can_receive": True,
                }
                for rank in range(10)
            ]
        )
        before = self.calls(SEARCH)
        wizards = self.env["l10n_fr_chorus.inbound.fetch"].with_user(
            self.town_hall_user
        )
        values = {"number": "FA-1", "connection_id": self.town_hall_connection.id}
        with self.assertRaisesRegex(UserError, "to whom"):
            wizards.create(values).action_fetch()
        self.assertEqual(self.calls(SEARCH), before)
        wizards.create({**values, "structure_id": self.structure.id}).action_fetch()
        self.assertTrue(self.document_of(wanted))

    def test_an_imported_file_that_hangs_on_another_record_stays_there(self):
        attachments = self.env["ir.attachment"].with_user(self.town_hall_user)
        move = self.received().move_id
        mine = attachments.create(
            {
                "name": "note.pdf",
                "raw": b"%PDF-1.4\n%%EOF",
                "res_model": move._name,
                "res_id": move.id,
            }
        )
        wizards = self.env["l10n_fr_chorus.inbound.import"].with_user(
            self.town_hall_user
        )
        wizards.create(
            {
                "connection_id": self.town_hall_connection.id,
                "attachment_ids": [Command.link(mine.id)],
            }
        ).action_import()
        self.assertTrue(mine.exists())

    # -------------------------------------------------------------------------
    # FILES
    # -------------------------------------------------------------------------

    def test_two_files_made_to_share_a_name_are_not_taken_for_one_another(self):
        document = self.kept()
        attachments = self.inbox.env["ir.attachment"]
        spool = Spool()
        files = [spool.store([content]) for content in (b"honest", b"forged")]
        self.patch(
            ir_attachment,
            "_reference",
            lambda stored: {
                "checksum": f"{'0' * 32}{document.id:08d}",
                "store_fname": f"00/{'0' * 32}{document.id:08d}",
                "file_size": stored.size,
            },
        )
        [kept] = attachments._l10n_fr_chorus_store(document, [("a", "", files[0])])
        attachments._l10n_fr_chorus_store(document, [("a", "", files[0])])
        with self.assertRaisesRegex(UserError, "collides"):
            attachments._l10n_fr_chorus_store(document, [("b", "", files[1])])
        self.assertEqual(kept.raw, b"honest")

    def test_what_a_colleague_added_outlives_the_originals(self):
        document = self.received()
        message = document.with_user(self.town_hall_user).message_post(
            body="Bon retrouvé", attachments=[("bon.txt", b"signed")]
        )
        document._purge()
        self.assertFalse(document.pivot_attachment_id)
        self.assertFalse(document.file_ids.attachment_id)
        self.assertEqual(message.attachment_ids.raw, b"signed")

    # -------------------------------------------------------------------------
    # LIST
    # -------------------------------------------------------------------------

    def test_a_longer_list_costs_no_more_queries(self):
        inbox = self.inbox.with_user(self.town_hall_user)
        arch = etree.fromstring(inbox.get_view(view_type="list")["arch"])
        specification = {
            name: {"fields": {"display_name": {}}}
            if inbox._fields[name].relational
            else {}
            for name in arch.xpath("//field/@name")
        }

        def cost(count):
            documents = [self.kept(number=f"F-{rank}") for rank in range(count)]
            for document in documents[: count // 2]:
                document._decode()
            ids = [document.id for document in documents]
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            inbox.web_search_read([("id", "in", ids)], specification)
            return self.env.cr.sql_log_count - start

        cost(2)
        few, many = cost(4), cost(16)
        self.assertLessEqual(many, few + 2)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAnswerRights(Rights, TreatmentCase):
    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_the_window_to_answer_tells_nothing_of_another_company(self):
        wizards = self.env["l10n_fr_chorus.treatment.wizard"].with_user(
            self.supplier_user
        )
        for name in (
            "supplier_name",
            "amount_total",
            "portal_status_label",
            "problem",
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                wizard = wizards.create(
                    {
                        "target": "SUSPENDUE",
                        "line_ids": [Command.create({"inbound_id": self.document.id})],
                    }
                )
                self.env.invalidate_all()
                wizard.line_ids.read([name])

    def test_a_supplier_on_the_website_reads_nothing_of_our_troubles(self):
        self.move.action_post()
        supplier = self.person("base.group_portal")
        supplier.partner_id.parent_id = self.move.partner_id
        seen = self.env["account.move"].with_user(supplier).browse(self.move.id)
        self.tell("suspend", reason="Il manque le bon de livraison")
        self.assertTrue(self.user_move.l10n_fr_chorus_answer_summary)
        self.assertEqual(seen.ref, self.move.ref, "the website shows the bill itself")
        self.assertFalse(seen.l10n_fr_chorus_answer_summary)
        for name in (
            "l10n_fr_chorus_inbound_id",
            "l10n_fr_chorus_treatment_ids",
            "l10n_fr_chorus_bank_alert",
            "l10n_fr_chorus_difference_words",
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                seen.read([name])
