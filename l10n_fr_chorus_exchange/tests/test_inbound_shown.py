"""What a person sees of the inbox: the PDF, the age, the clock, filters, counters."""

import json
from datetime import date, datetime, time, timedelta

from lxml import etree

from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import seed
from .inbound_common import InboundCase

PDF = b"%PDF-1.4\n%%EOF\n"
FILES = (("note.pdf", PDF + b"note", "02"), ("facture.pdf", PDF, "01"))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundShown(InboundCase):
    def ago(self, days):
        """In the middle of that day: the clocks of Paris may have changed since."""
        today = self.env["account.move"]._l10n_fr_chorus_today()
        return datetime.combine(today - timedelta(days=days), time(11))

    # -------------------------------------------------------------------------
    # FORM
    # -------------------------------------------------------------------------

    def test_the_invoice_itself_is_the_file_shown_beside_the_form(self):
        document = self.kept(files=FILES)
        self.assertEqual(document.message_main_attachment_id.name, "facture.pdf")

    def test_a_colleague_may_write_a_note_on_a_document_that_nobody_may_change(self):
        document = self.kept().with_user(self.town_hall_user)
        message = document.message_post(body="Vu avec le service")
        self.assertIn("Vu avec le service", message.body)
        self.assertFalse(document.has_access("write"))

    def test_what_the_robot_receives_has_no_follower_and_no_chatter(self):
        document = self.kept()
        self.assertFalse(document.message_follower_ids)
        self.assertFalse(document.message_ids)

    def test_the_time_to_pay_counts_from_the_day_it_was_made_available(self):
        document = self.kept()
        document.write({"status_at": self.ago(12), "deposit_date": date(2026, 1, 1)})
        today = self.env["account.move"]._l10n_fr_chorus_today()
        self.assertEqual(document.age, 12)
        self.assertEqual(document.available_on, today - timedelta(days=12))
        self.assertEqual(document.pay_by, today + timedelta(days=18))
        self.assertEqual((document.days_left, document.days_late), (18, 0))
        document.status_at = self.ago(33)
        self.assertEqual((document.days_left, document.days_late), (-3, 3))

    def test_a_document_with_a_bill_shows_the_clock_of_the_bill(self):
        document = self.kept()
        document.status_at = self.ago(3)
        document._decode()
        self.assertTrue(document.pay_by)
        document.move_id.sudo().l10n_fr_chorus_pay_by = date(2030, 1, 2)
        self.assertEqual(document.pay_by, date(2030, 1, 2))

    def test_nothing_is_left_to_pay_of_what_is_over(self):
        document = self.kept()
        document.write({"status_at": self.ago(12), "portal_status": "REJETEE"})
        self.assertFalse(document.pay_by)

    # -------------------------------------------------------------------------
    # FILTERS
    # -------------------------------------------------------------------------

    def test_waiting_for_an_answer_are_those_on_our_desk_and_not_yet_answered(self):
        lying, answered, ignored, withdrawn = (self.kept() for _ in range(4))
        billed = self.decoded()
        answered.portal_status = "SUSPENDUE"
        withdrawn.portal_status = "REJETEE"
        ignored.state = "ignored"
        found = self.documents(("awaits_answer", "=", True))
        self.assertEqual(found, lying + billed)
        every = self.documents()
        self.assertEqual(every.filtered("awaits_answer"), found)
        billed.move_id.sudo().l10n_fr_chorus_situation = False
        self.assertEqual(self.documents(("awaits_answer", "=", True)), lying)

    def test_every_filter_and_group_of_the_search_can_be_used(self):
        self.kept()
        inbox = self.inbox.with_user(self.town_hall_user)
        arch = inbox.get_view(view_type="search")["arch"]
        names = {"uid": self.town_hall_user.id}
        for node in etree.fromstring(arch).iter("filter"):
            with self.subTest(node.get("name")):
                if node.get("domain"):
                    inbox.search(safe_eval(node.get("domain"), names))
                if node.get("context"):
                    by = safe_eval(node.get("context"))["group_by"]
                    inbox.web_read_group([], [by])

    def test_groups_of_a_status_are_headed_by_its_label(self):
        self.kept()
        answer = self.inbox.web_read_group(
            [("connection_id", "=", self.town_hall_connection.id)], ["portal_status"]
        )
        self.assertIn("Made available", str(answer["groups"]))

    def test_mine_are_those_of_my_service_or_of_my_structure_without_another(self):
        self.know_structures()
        structure = self.town_hall_connection.structure_ids.filtered(
            lambda one: one.siret == seed.TOWN_HALL
        )
        other = self._create_billing_user("ecoles", self.town_hall)
        structure.user_id = self.town_hall_user
        of_structure, of_service = self.kept(), self.kept()
        (of_structure + of_service).structure_id = structure
        of_service.service_id = self.env["l10n_fr_chorus.service"].create(
            {
                "code": "MINE",
                "structure_id": structure.id,
                "partner_id": self.town_hall_partner.id,
                "user_id": other.id,
            }
        )
        self.assertEqual(of_structure.in_charge_id, self.town_hall_user)
        self.assertEqual(of_service.in_charge_id, other)
        domain = self.filter("mine")
        for user, mine in ((self.town_hall_user, of_structure), (other, of_service)):
            found = self.documents(*safe_eval(domain, {"uid": user.id}))
            self.assertEqual(found, mine)

    def filter(self, name):
        arch = self.inbox.get_view(view_type="search")["arch"]
        [node] = etree.fromstring(arch).xpath(f"//filter[@name='{name}']")
        return node.get("domain")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboxCounters(InboundCase):
    def counters(self, journal, user=None):
        journal = journal.with_user(user or self.town_hall_user)
        journal.invalidate_recordset(["kanban_dashboard"])
        return json.loads(journal.kanban_dashboard).get("l10n_fr_chorus_inbox")

    def setUp(self):
        super().setUp()
        self.journal = self.town_hall_connection._purchase_journal()

    def test_the_purchase_journal_counts_what_waits_and_nothing_else(self):
        self.kept()
        self.kept(content=b"<no pivot/>")
        self.kept()._to_settle("Something to decide")
        self.kept()._to_settle("Something to decide")
        self.decoded()
        self.assertEqual(
            self.counters(self.journal), {"new": 1, "quarantine": 1, "to_settle": 2}
        )
        other = self.company_data["default_journal_purchase"]
        self.assertFalse(self.counters(other, self.supplier_user))

    def test_a_structure_with_its_own_journal_is_counted_there(self):
        self.know_structures()
        structure = self.town_hall_connection.structure_ids[:1]
        own = self.journal.copy({"code": "ECO", "name": "Écoles"})
        structure.journal_id = own
        document = self.kept()
        document.structure_id = structure
        other = self.kept()
        (document + other)._to_settle("Something to decide")
        self.assertEqual(self.counters(own), {"to_settle": 1})
        self.assertEqual(self.counters(self.journal), {"to_settle": 1})
        for journal, mine in ((own, document), (self.journal, other)):
            action = journal.with_user(
                self.town_hall_user
            ).action_l10n_fr_chorus_inbox()
            self.assertEqual(self.documents(*action["domain"]), mine)

    def test_the_counter_keeps_the_filter_of_what_was_pressed(self):
        action = (
            self.journal.with_user(self.town_hall_user)
            .with_context(search_default_quarantine=1)
            .action_l10n_fr_chorus_inbox()
        )
        self.assertEqual(action["res_model"], "l10n_fr_chorus.inbound")
        self.assertEqual(action["context"], {"search_default_quarantine": 1})
        # Nothing waits: nothing of other journals is shown instead.
        self.kept().state = "ignored"
        self.assertFalse(self.documents(*action["domain"]))

    def test_whoever_reads_journals_and_not_the_inbox_has_no_counter(self):
        self.kept()
        self.env["ir.model.access"].create(
            {
                "name": "Journals for all",
                "model_id": self.env.ref("account.model_account_journal").id,
                "group_id": self.env.ref("base.group_user").id,
                "perm_read": True,
            }
        )
        reader = new_test_user(
            self.env,
            login="reader",
            groups="base.group_user",
            company_id=self.town_hall.id,
            company_ids=[(6, 0, self.town_hall.ids)],
        )
        self.assertTrue(
            self.journal.with_user(self.town_hall_user)._l10n_fr_chorus_inbox()
        )
        self.assertFalse(self.journal.with_user(reader)._l10n_fr_chorus_inbox())
