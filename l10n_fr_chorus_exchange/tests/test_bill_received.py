"""What a received bill shows above its lines, with what to press."""

from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from simulator.documents import specimens

from .treatment_common import TreatmentCase

SIRET = "10000000900015"
SUPPLIER = ("1", SIRET, "Fournisseur connu", "FR")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBillReceived(TreatmentCase):
    def as_person(self, records):
        return self.as_user(records)

    def by_hand(self, price):
        known = self.env["res.partner"].create(
            {"name": "Fournisseur connu", "is_company": True, "company_registry": SIRET}
        )
        return self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "company_id": self.town_hall.id,
                "journal_id": self.town_hall_connection._purchase_journal().id,
                "partner_id": known.id,
                "ref": "F-42",
                "invoice_date": "2026-10-12",
                "invoice_line_ids": [
                    (0, 0, {"name": "À la main", "price_unit": price, "tax_ids": False})
                ],
            }
        )

    # -------------------------------------------------------------------------
    # TWIN
    # -------------------------------------------------------------------------

    def test_a_bill_shows_the_document_that_may_be_it_until_they_are_linked(self):
        move = self.by_hand(119)
        document = self.decoded(number="F-42", supplier=SUPPLIER)
        self.assertEqual(document.existing_move_id, move)
        user_move = self.as_person(move)
        self.assertEqual(user_move.l10n_fr_chorus_twin_id, document)
        self.assertEqual(user_move.l10n_fr_chorus_twin_number, "F-42")
        opened = user_move.action_l10n_fr_chorus_open_twin()
        self.assertEqual(opened["res_id"], document.id)
        user_move.action_l10n_fr_chorus_link_twin()
        self.assertEqual(document.move_id, move)
        self.env.invalidate_all()
        self.assertFalse(user_move.l10n_fr_chorus_twin_id)
        with self.assertRaises(UserError):
            user_move.action_l10n_fr_chorus_link_twin()

    def test_a_bill_without_a_twin_shows_none(self):
        self.decoded()
        self.assertFalse(self.user_move.l10n_fr_chorus_twin_id)

    # -------------------------------------------------------------------------
    # DIFFERENCES
    # -------------------------------------------------------------------------

    def differing(self):
        specimen = specimens.Specimen(
            number="F-1 BIS",
            iban=None,
            engagement="EJ-8",
            lines=(
                specimens.SpecimenLine("Papier", Decimal(1), Decimal(100), Decimal(20)),
            ),
        )
        return self.bill(files=(("f.xml", specimens.cii_xml(specimen), "01"),))

    def test_what_differs_is_said_in_three_columns(self):
        move = self.as_person(self.differing())
        self.assertIn("F-1 BIS", move.l10n_fr_chorus_difference_words)
        action = move.action_l10n_fr_chorus_open_differences()
        rows = {
            one.kind: (one.in_file, one.theirs, one.in_odoo)
            for one in self.env[action["res_model"]].search(action["domain"])
        }
        self.assertEqual(rows["number"], ("F-1 BIS", "F-1", "F-1"))
        self.assertEqual(rows["engagement"], ("EJ-8", "EJ-7", "EJ-7"))
        move.sudo().ref = "Autre"
        number = move.l10n_fr_chorus_difference_ids.filtered(
            lambda one: one.kind == "number"
        )
        self.assertEqual(number.in_odoo, "Autre")
        self.assertEqual(
            move.l10n_fr_chorus_inbound_id.difference_ids,
            move.l10n_fr_chorus_difference_ids,
        )

    def test_the_banner_goes_when_the_last_difference_is_settled(self):
        move = self.as_person(self.differing())
        move.l10n_fr_chorus_difference_ids.action_keep_ours()
        self.assertFalse(move.l10n_fr_chorus_difference_words)

    # -------------------------------------------------------------------------
    # OTHERS
    # -------------------------------------------------------------------------

    def test_a_trouble_of_the_document_is_read_on_the_bill(self):
        self.assertFalse(self.user_move.l10n_fr_chorus_inbound_reason)
        self.document._quarantine("The new files cannot be read.")
        self.assertEqual(
            self.user_move.l10n_fr_chorus_inbound_reason,
            "The new files cannot be read.",
        )

    def test_a_supplier_does_not_read_the_troubles_of_our_answers(self):
        treatment = self.tell("certify")
        treatment.write({"state": "refused", "error": "A secret of ours"})
        self.assertIn("A secret", self.user_move.l10n_fr_chorus_answer_summary)
        supplier = new_test_user(self.env, "vendor", groups="base.group_portal")
        supplier.partner_id = self.move.partner_id
        self.move.action_post()
        self.move.message_subscribe(supplier.partner_id.ids)
        theirs = self.move.with_user(supplier).sudo(False)
        self.assertFalse(theirs.sudo().l10n_fr_chorus_answer_summary)

    def test_the_form_of_a_bill_opens_for_all_who_read_bills(self):
        for groups in (
            "account.group_account_invoice",
            "account.group_account_readonly",
            "account.group_account_manager",
        ):
            with self.subTest(groups):
                user = new_test_user(
                    self.env,
                    login=groups.split("_")[-1],
                    groups=groups,
                    company_id=self.town_hall.id,
                    company_ids=[(6, 0, self.town_hall.ids)],
                )
                moves = self.env["account.move"].with_user(user)
                arch = moves.get_view(view_type="form")["arch"]
                self.assertIn("l10n_fr_chorus_twin_id", arch)
                documents = self.env["l10n_fr_chorus.inbound"].with_user(user)
                self.assertIn("o_attachment_preview", documents.get_view()["arch"])
