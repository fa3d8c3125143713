"""Received bills stay drafts, unless a rule of the company lets some be posted."""

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .inbound_common import InboundCase

SIRET = "10000000900015"
SUPPLIER = ("1", SIRET, "Fournisseur connu", "FR")
KNOWN = "FR7630006000011234567890189"
OTHER = "FR7630001007941234567890185"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundPosting(InboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.known = cls.env["res.partner"].create(
            {"name": "Fournisseur connu", "is_company": True, "company_registry": SIRET}
        )

    def rule(self, **values):
        return self.env["l10n_fr_chorus.posting.rule"].create(
            {
                "company_id": self.town_hall.id,
                "amount_max": 120,
                "is_order_required": False,
                **values,
            }
        )

    def state(self, number="F-1", **values):
        """State of the bill of a document of 120.00."""
        values.setdefault("supplier", SUPPLIER)
        return self.bill(number=number, **values).state

    def test_without_a_rule_every_bill_is_a_draft(self):
        self.assertEqual(self.state(), "draft")

    def test_a_rule_posts_up_to_its_amount_and_the_bill_says_so(self):
        self.rule()
        move = self.bill(supplier=SUPPLIER)
        self.assertEqual(move.state, "posted")
        self.assertIn("Posted by the rule", str(move.message_ids.mapped("body")))

    def test_a_cent_above_the_amount_stays_a_draft(self):
        self.rule(amount_max=119.99)
        self.assertEqual(self.state(), "draft")

    def test_a_rule_for_one_supplier_leaves_the_others(self):
        self.rule(partner_id=self.known.id)
        self.assertEqual(self.state(), "posted")
        other = ("1", "10000000300018", "Autre", "FR")
        self.assertEqual(self.state(supplier=other), "draft")

    def test_what_is_paid_or_ordered_paid_over_there_stays_a_draft(self):
        self.rule()
        for status in "MANDATEE", "COMPTABILISEE", "MISE_EN_PAIEMENT":
            with self.subTest(status):
                document = self.kept(supplier=SUPPLIER, number=f"F-{status}")
                document.portal_status = status
                document._decode()
                self.assertEqual(document.state, "imported")
                self.assertEqual(document.move_id.state, "draft")

    def test_a_rule_for_another_structure_or_service_does_not_count(self):
        structure = self.env["l10n_fr_chorus.structure"].create(
            {
                "connection_id": self.town_hall_connection.id,
                "portal_id": "77",
                "name": "Autre structure",
            }
        )
        rule = self.rule(structure_id=structure.id)
        self.assertEqual(self.state(), "draft")
        document = self.kept(number="F-2", supplier=SUPPLIER, issued="2026-10-13")
        document.structure_id = structure
        document._decode()
        self.assertEqual(document.move_id.state, "posted")
        rule.write({"structure_id": False, "amount_max": 500})
        rule.service_id = self.env["l10n_fr_chorus.service"].create(
            {
                "partner_id": self.town_hall_partner.id,
                "code": "ACHATS",
                "structure_id": structure.id,
            }
        )
        self.assertEqual(self.state(number="F-3", issued="2026-10-14"), "draft")

    def test_a_rule_of_another_company_or_an_archived_one_does_not_count(self):
        self.rule(company_id=self.supplier.id)
        self.rule(active=False)
        self.assertEqual(self.state(), "draft")

    def test_a_rule_that_wants_an_order_leaves_a_bill_without(self):
        self.rule(is_order_required=True)
        self.assertEqual(self.state(), "draft")

    def test_an_account_to_check_keeps_the_bill_a_draft(self):
        self.rule()
        self.known.bank_ids = [(0, 0, {"acc_number": KNOWN, "allow_out_payment": True})]
        self.assertEqual(self.state(account=OTHER), "draft")
        other_day = self.state(number="F-2", account=KNOWN, issued="2026-10-13")
        self.assertEqual(other_day, "posted")

    def test_a_difference_between_portal_and_file_keeps_the_bill_a_draft(self):
        self.rule()
        document = self.kept(supplier=SUPPLIER)
        rule = self.env["l10n_fr_chorus.posting.rule"].search([])
        [draft] = document._drafts()
        document._make_bills([draft])
        move = document.move_id
        move.button_draft()
        self.assertEqual(document._may_post(move), rule)
        self.env["l10n_fr_chorus.difference"].sudo()._found(
            move, ("service",), {"service": ("A", "B")}
        )
        self.assertFalse(document._may_post(move))

    def test_a_read_only_connection_posts_nothing(self):
        self.rule()
        self.town_hall_connection.is_read_only = True
        self.assertEqual(self.state(), "draft")

    def test_what_the_portal_holds_back_is_not_posted(self):
        self.rule()
        document = self.kept(supplier=SUPPLIER)
        document.portal_status = "SUSPENDUE"
        document._decode()
        self.assertEqual(document.move_id.state, "draft")

    def test_what_is_paid_already_is_for_a_person_whatever_it_asks_for(self):
        self.rule()
        self.assertEqual(self.state(cadre="A2", payable="120.00"), "draft")

    def test_what_the_portal_has_not_listed_is_for_a_person(self):
        self.rule()
        document = self.kept(supplier=SUPPLIER)
        document.portal_status = False
        document._decode()
        self.assertEqual(document.move_id.state, "draft")

    def test_a_broken_structured_invoice_is_for_a_person(self):
        self.rule()
        self.assertEqual(self.state(files=[("a.xml", b"<Invoice>", "01")]), "draft")

    def test_a_currency_without_rate_is_for_a_person(self):
        self.rule(amount_max=500)
        dollar = self.env.ref("base.USD")
        dollar.active = True
        dollar.rate_ids.unlink()
        move = self.bill(supplier=SUPPLIER, currency="USD")
        self.assertEqual(move.state, "draft")
        self.assertIn("No exchange rate of USD", move.message_ids[0].body)
        rate = {"name": "2026-01-01", "rate": 1.25, "company_id": self.town_hall.id}
        dollar.rate_ids = [(0, 0, rate)]
        self.assertEqual(
            self.state(number="F-2", currency="USD", issued="2026-10-13"), "posted"
        )

    def test_what_is_paid_in_part_already_is_for_a_person(self):
        self.rule()
        self.assertEqual(self.state(payable="20.00"), "draft")

    def test_a_file_that_cannot_be_read_is_for_a_person(self):
        self.rule()
        files = [("bon.zip", b"PK\x03\x04", "02")]
        document = self.kept(supplier=SUPPLIER, files=files)
        document._decode()
        self.assertTrue(any(document.file_ids.mapped("problem")))
        self.assertEqual(document.move_id.state, "draft")

    def test_an_archived_supplier_is_for_a_person(self):
        self.rule()
        self.known.active = False
        self.assertEqual(self.state(), "draft")

    def test_what_odoo_takes_for_a_duplicate_is_not_posted(self):
        self.rule()
        self.assertEqual(self.state(), "posted")
        # Same supplier, same amount, same day.
        self.assertEqual(self.state(number="F-2"), "draft")

    def test_what_odoo_refuses_to_post_stays_a_draft_and_says_why(self):
        self.rule()
        self.default_tax.invoice_repartition_line_ids.account_id.active = False
        move = self.bill(supplier=SUPPLIER)
        self.assertEqual(move.state, "draft")
        self.assertIn("Odoo does not", str(move.message_ids.mapped("body")))

    def test_an_amount_is_wanted(self):
        with self.assertRaises(ValidationError):
            self.rule(amount_max=0)

    def test_managers_write_rules_others_only_see_those_of_their_companies(self):
        self.rule(company_id=self.supplier.id)
        manager = new_test_user(
            self.env,
            login="rules_manager",
            groups="account.group_account_manager",
            company_id=self.town_hall.id,
            company_ids=[(6, 0, self.town_hall.ids)],
        )
        rules = self.env["l10n_fr_chorus.posting.rule"]
        with Form(
            rules.with_user(manager),
            view="l10n_fr_chorus_exchange.l10n_fr_chorus_posting_rule_view_list",
        ) as form:
            form.partner_id = self.known
            form.amount_max = 500
        own = rules.with_user(manager).search([])
        self.assertEqual(own.company_id, self.town_hall)
        self.assertIn("Fournisseur connu", own.display_name)
        with self.assertRaises(AccessError):
            own.with_user(self.town_hall_user).amount_max = 1
