"""Invoices that were entered by hand before they were received: one bill, not two."""

from odoo.tests import tagged

from ..lib.chorus_pro.codes import IdentifierType
from .common import seed
from .inbound_common import InboundCase

SIRET = "10000000900015"
SUPPLIER = ("1", SIRET, "Fournisseur connu", "FR")
KNOWN = "FR7630006000011234567890189"
OTHER = "FR7630001007941234567890185"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundTwin(InboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.known = cls.env["res.partner"].create(
            {"name": "Fournisseur connu", "is_company": True, "company_registry": SIRET}
        )

    def by_hand(self, ref, price=100, **values):
        """A bill that a person entered, of 120.00 with tax."""
        return self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "company_id": self.town_hall.id,
                "journal_id": self.town_hall_connection._purchase_journal().id,
                "partner_id": self.known.id,
                "ref": ref,
                "invoice_date": "2026-10-12",
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "À la main",
                            "price_unit": price,
                            "tax_ids": [(6, 0, self.default_tax.ids)],
                        },
                    )
                ],
                **values,
            }
        )

    def received_as(self, number, **values):
        return self.decoded(number=number, supplier=SUPPLIER, **values)

    def bills(self):
        return self.env["account.move"].search_count(
            [("commercial_partner_id", "=", self.known.id)]
        )

    def assert_linked(self, document, move):
        self.assertEqual(document.state, "imported", document.reason)
        self.assertEqual(document.move_id, move)
        self.assertTrue(document.was_there)
        self.assertEqual(self.bills(), 1)

    def assert_asked(self, document, move, *words):
        self.assertEqual(document.state, "to_settle", document.reason)
        self.assertEqual(document.existing_move_id, move)
        self.assertFalse(document.move_id)
        for word in words:
            self.assertIn(word, document.reason)

    def test_a_draft_entered_by_hand_is_linked_with_its_files_and_no_second_bill(self):
        move = self.by_hand("fa 2026/42")
        document = self.received_as("FA-2026-42", files=[("a.pdf", b"%PDF-1.4", "01")])
        self.assert_linked(document, move)
        self.assertEqual(move.l10n_fr_chorus_portal_id, document.portal_id)
        self.assertEqual(move.purchase_order_reference, "EJ-7")
        self.assertEqual(move.buyer_reference, "ACHATS")
        self.assertIn("a.pdf", move.attachment_ids.mapped("name"))
        self.assertIn("entered before", str(move.message_ids.mapped("body")))

    def test_a_posted_bill_is_linked_too_and_not_changed(self):
        move = self.by_hand("F-42", purchase_order_reference="BC-1")
        move.action_post()
        self.assert_linked(self.received_as("F-42"), move)
        self.assertEqual(move.purchase_order_reference, "BC-1")
        self.assertEqual(move.amount_total, 120)

    def test_a_bill_made_after_the_linked_one_was_deleted_was_not_there_before(self):
        move = self.by_hand("F-42")
        document = self.received_as("F-42")
        self.assert_linked(document, move)
        move.unlink()
        document.state = "fetched"
        document._decode()
        self.assertEqual(document.state, "imported", document.reason)
        self.assertFalse(document.was_there)

    def test_another_total_is_for_a_person_who_sees_both(self):
        move = self.by_hand("F-42", price=110)
        document = self.received_as("F-42")
        self.assert_asked(document, move, "132.00", "120.00", "Link this bill")
        self.assertEqual(self.bills(), 1)
        document.with_user(self.town_hall_user).action_link_existing()
        self.assertEqual(document.move_id, move)
        self.assertTrue(document.was_there)

    def test_a_bill_that_a_person_links_gets_files_references_and_the_account_alert(
        self,
    ):
        self.known.bank_ids = [(0, 0, {"acc_number": KNOWN, "allow_out_payment": True})]
        move = self.by_hand("F-42", price=110)
        document = self.received_as(
            "F-42", files=[("a.pdf", b"%PDF-1.4", "01")], account=OTHER
        )
        document.with_user(self.town_hall_user).action_link_existing()
        self.assertIn("a.pdf", move.attachment_ids.mapped("name"))
        self.assertEqual(move.purchase_order_reference, "EJ-7")
        self.assertEqual(move.l10n_fr_chorus_bank_told_id.sanitized_acc_number, OTHER)
        self.assertTrue(move.l10n_fr_chorus_bank_alert)
        self.assertEqual(move.amount_total, 132)

    def test_a_bill_linked_by_itself_tells_what_confirming_it_would_have_told(self):
        self.town_hall.l10n_fr_chorus_answer_posted = "SERVICE_FAIT"
        self.by_hand("F-42").action_post()
        document = self.received_as("F-42")
        self.assertEqual(document.treatment_ids.mapped("target"), ["SERVICE_FAIT"])

    def test_two_documents_of_one_batch_are_not_linked_to_one_bill(self):
        move = self.by_hand("F-42")
        documents = self.kept(number="F-42", supplier=SUPPLIER)
        documents += self.kept(number="F 42", supplier=SUPPLIER)
        documents._decode()
        self.assertEqual(documents.mapped("state"), ["imported", "fetched"])
        documents._decode()
        self.assertEqual(documents.mapped("state"), ["imported", "to_settle"])
        self.assertEqual(documents[1].existing_move_id, move)

    def test_a_bill_without_date_is_for_a_person(self):
        move = self.by_hand("F-42", invoice_date=False)
        self.assert_asked(self.received_as("F-42"), move)

    def test_another_currency_is_for_a_person(self):
        self.env.ref("base.USD").active = True
        move = self.by_hand("F-42", currency_id=self.env.ref("base.USD").id)
        self.assert_asked(self.received_as("F-42"), move)

    def test_a_bill_entered_with_the_day_it_came_after_new_year_is_for_a_person(self):
        move = self.by_hand("F-42", invoice_date="2027-01-04")
        self.assert_asked(self.received_as("F-42", issued="2026-12-29"), move)

    def test_another_year_another_number_or_a_cancelled_one_is_another_bill(self):
        self.by_hand("F-42", invoice_date="2025-10-12")
        self.by_hand("F-43")
        self.by_hand("F-42").button_cancel()
        document = self.received_as("F-42")
        self.assertEqual(document.state, "imported", document.reason)
        self.assertFalse(document.was_there)
        self.assertEqual(self.bills(), 4)

    def test_a_bill_of_another_establishment_is_for_a_person(self):
        self.known.company_registry = "10000000900023"
        move = self.by_hand("F-42")
        document = self.received_as("F-42")
        self.assert_asked(document, move, "Fournisseur connu")

    def test_the_same_number_of_another_supplier_is_another_bill(self):
        self.known.company_registry = "10000000300018"
        self.by_hand("F-42")
        self.assertEqual(self.received_as("F-42").state, "imported")

    def test_a_bill_of_another_document_is_for_a_person(self):
        first = self.received_as("F-42")
        second = self.received_as("f 42")
        self.assert_asked(second, first.move_id, first.portal_id)

    def test_two_bills_of_the_number_are_for_a_person(self):
        move = self.by_hand("F-42")
        self.by_hand("F 42")
        self.assert_asked(self.received_as("F-42"), move)

    def test_twins_of_one_batch_make_one_bill(self):
        both = self.kept(number="F-42", supplier=SUPPLIER)
        both |= self.kept(number="F 42", supplier=SUPPLIER)
        for _run in range(2):
            both._decode()
        self.assertEqual(both.mapped("state"), ["imported", "to_settle"])
        self.assertEqual(self.bills(), 1)

    def test_a_bill_of_another_company_is_not_meant(self):
        self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "company_id": self.supplier.id,
                "partner_id": self.known.id,
                "ref": "F-42",
                "invoice_date": "2026-10-12",
            }
        )
        document = self.received_as("F-42")
        self.assertEqual(document.state, "imported", document.reason)
        self.assertEqual(document.move_id.company_id, self.town_hall)

    def test_a_linked_bill_that_names_another_account_alerts(self):
        self.known.bank_ids = [
            (0, 0, {"acc_number": seed.IBAN, "allow_out_payment": True})
        ]
        move = self.by_hand("F-42")
        known = move.partner_bank_id
        self.received_as("F-42", account="FR7630001007941234567890185")
        self.assertEqual(move.partner_bank_id, known)
        self.assertTrue(move.l10n_fr_chorus_bank_alert)

    def test_a_second_bill_that_a_person_makes_all_the_same_says_so(self):
        move = self.by_hand("F-42", price=90)
        document = self.received_as("F-42")
        self.assertEqual(document.existing_move_id, move)
        document.action_make_bill_of_files()
        self.assertEqual(document.state, "imported")
        self.assertIn(
            "may be the same invoice as",
            str(document.move_id.message_ids.mapped("body")),
        )

    def test_what_cannot_be_read_is_linked_to_the_bill_entered_by_hand(self):
        document = self.kept(content=b"<html/>", number="F-42")
        document.write(
            {
                "supplier_siret": SIRET,
                "supplier_id_type": str(IdentifierType.SIRET),
                "invoice_date": "2026-10-12",
                "amount_total": 120,
            }
        )
        self.assertEqual(document.state, "quarantine")
        move = self.by_hand("F-42")
        document.action_make_bill_of_files()
        self.assert_linked(document, move)

    def test_a_credit_note_points_at_the_bill_of_that_number_typed_otherwise(self):
        self.by_hand("FA 42", invoice_date="2025-10-12")
        move = self.by_hand("FA 42")
        credit = self.received_as("AV-1", type_code="381", original="fa-42").move_id
        self.assertEqual(credit.reversed_entry_id, move)

    def test_looking_for_the_bills_of_forty_documents_is_one_query(self):
        documents = self.inbox.union(
            *[self.kept(number=f"F-{rank}", supplier=SUPPLIER) for rank in range(40)]
        )
        drafts = documents._drafts()
        suppliers = documents._bill_suppliers([one.pivot for one in drafts])
        self.env.flush_all()
        with self.assertQueryCount(1):
            errors = documents._twins(
                suppliers, [one.pivot for one in drafts], [one.plan for one in drafts]
            )
        self.assertEqual(errors, [None] * 40)
