"""What can never be mended later is seen before: at posting, and in the numbering."""

from types import SimpleNamespace
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.transport import RequestsTransport
from ..models.rule_facts import is_under_way
from .common import seed
from .deposit_common import DepositCase

# The numbering of Odoo wants the year of the invoice, of today here.
YEAR = fields.Date.today().year


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPosting(DepositCase):
    def draft(self, **values):
        move = self.posted_invoice(partner_bank_id=self.bank.id, **values)
        move.button_draft()
        return move

    def test_an_invoice_is_under_way_unless_its_deposit_failed(self):
        field = self.env["account.move"]._fields["l10n_fr_chorus_deposit_state"]
        states = [key for key, _label in field._description_selection(self.env)]
        over = {
            state
            for state in (False, *states)
            if not is_under_way(SimpleNamespace(l10n_fr_chorus_deposit_state=state))
        }
        self.assertEqual(over, {False, "rejected", "refused", "cancelled"})

    def test_a_number_that_is_too_long_is_stopped_at_posting(self):
        draft = self.draft()
        draft.name = f"FACTURES/MAIRIE/{YEAR}/0001"
        with self.assertRaisesRegex(UserError, "20 characters"):
            draft.action_post()

    def test_a_number_with_a_refused_character_is_stopped_at_posting(self):
        draft = self.draft()
        draft.name = f"FAC.{YEAR}.0001"
        with self.assertRaisesRegex(UserError, "letters without accents"):
            draft.action_post()

    def test_the_number_of_a_private_customer_is_free(self):
        private = self.posted_invoice(
            partner_id=self.partner_a.id, name=f"FACTURES/CLIENT/{YEAR}/0001"
        )
        self.assertEqual(private.state, "posted")

    def test_the_number_is_free_without_a_connection(self):
        self.supplier_connection.active = False
        move = self.posted_invoice(name=f"FACTURES/CLIENT/{YEAR}/0001")
        self.assertEqual(move.state, "posted")

    def test_the_number_is_free_where_the_connection_only_receives(self):
        self.supplier_connection.write({"can_send": False, "can_receive": True})
        move = self.posted_invoice(name=f"FACTURES/CLIENT/{YEAR}/0001")
        self.assertEqual(move.state, "posted")

    def test_what_can_be_mended_later_does_not_stop_posting(self):
        self.assertEqual(self.posted_invoice(buyer_reference=False).state, "posted")

    def test_the_company_may_want_everything_settled_at_posting(self):
        self.supplier.l10n_fr_chorus_check_at_posting = True
        self.town_hall_partner.l10n_fr_chorus_requires_engagement = True
        with self.assertRaises(UserError) as caught:
            self.posted_invoice(buyer_reference=False, partner_bank_id=self.bank.id)
        message = str(caught.exception)
        self.assertIn("demands a service code", message)
        self.assertIn("demands a commitment number", message)
        good = self.posted_invoice(
            purchase_order_reference="4500012345", partner_bank_id=self.bank.id
        )
        self.assertEqual(good.state, "posted")

    def test_a_connection_to_mend_does_not_stop_posting(self):
        self.supplier.l10n_fr_chorus_check_at_posting = True
        self.supplier_connection.can_send = False
        move = self.posted_invoice(partner_bank_id=self.bank.id)
        self.assertEqual(move.state, "posted")

    def test_several_invoices_are_all_named_in_one_message(self):
        self.supplier.l10n_fr_chorus_check_at_posting = True
        drafts = self.draft() | self.draft()
        drafts.buyer_reference = False
        with self.assertRaises(UserError) as caught:
            drafts.action_post()
        self.assertEqual(str(caught.exception).count("demands a service code"), 2)

    # -------------------------------------------------------------------------
    # NUMBERING
    # -------------------------------------------------------------------------

    def journal(self, code):
        """A second sales journal, where no public body was invoiced."""
        return self.company_data["default_journal_sale"].copy(
            {
                "code": code,
                "default_account_id": self.company_data["default_account_revenue"].id,
            }
        )

    def test_typing_a_number_that_chorus_pro_refuses_warns_at_once(self):
        draft = self.draft()
        draft.name = f"FACTURES/MAIRIE/{YEAR}/0001"
        warning = draft._onchange_name_warning()["warning"]
        self.assertIn("20 characters", warning["message"])

    def test_a_number_typed_for_a_private_customer_warns_where_public_ones_are(self):
        public = self.company_data["default_journal_sale"]
        self.posted_invoice()
        for journal, warned in ((public, True), (self.journal("PRV"), False)):
            with self.subTest(journal=journal.code):
                move = self.env["account.move"].create(
                    {
                        "move_type": "out_invoice",
                        "partner_id": self.partner_a.id,
                        "journal_id": journal.id,
                        "name": f"FACTURES/CLIENT/{YEAR}/0001",
                    }
                )
                result = move._onchange_name_warning() or {}
                told = "20 characters" in result.get("warning", {}).get("message", "")
                self.assertEqual(told, warned)

    def test_the_code_of_a_journal_is_doubted_where_it_is_typed(self):
        journal = self.journal("NEW")
        with Form(journal) as form:
            self.assertFalse(form.l10n_fr_chorus_number_warning)
            form.code = "FÉ#"
            self.assertIn("FÉ#/", form.l10n_fr_chorus_number_warning)
            form.code = "NEW"

    def test_the_numbering_in_use_is_what_a_journal_is_doubted_for(self):
        journal = self.journal("NEW")
        self.posted_invoice(
            partner_id=self.partner_a.id,
            journal_id=journal.id,
            name=f"CLIENTS/PRIVES/{fields.Date.today().year}/00001",
        )
        journal.invalidate_recordset()
        self.assertIn("20 characters", journal.l10n_fr_chorus_number_warning)

    def test_a_purchase_journal_is_not_doubted(self):
        journal = self.company_data["default_journal_purchase"]
        journal.code = "A#B"
        self.assertFalse(journal.l10n_fr_chorus_number_warning)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngagementLookUp(DepositCase):
    """A commitment number held against what the portal knows."""

    ENGAGEMENT = "engagementsJuridiques/rechercher"

    def setUp(self):
        super().setUp()
        self.know_structures()
        self.supplier.l10n_fr_chorus_check_engagement = True
        # The test of the connection asks this API whether it may be asked.
        self.asked_before = self.calls(self.ENGAGEMENT)

    def asked(self):
        return self.calls(self.ENGAGEMENT) - self.asked_before

    def keys(self, move):
        return [finding.id for finding in move._l10n_fr_chorus_findings()]

    def test_pressing_send_looks_the_number_up_once(self):
        move = self.invoice(purchase_order_reference="INCONNU-1")
        self.assertEqual(self.keys(move), ["CPX-ENGAGEMENT-UNCHECKED"])
        move.action_invoice_sent()
        self.assertEqual(self.keys(move), ["CPX-ENGAGEMENT-UNKNOWN"])
        move.action_invoice_sent()
        self.assertEqual(self.asked(), 1)
        move.purchase_order_reference = "INCONNU-2"
        self.assertEqual(self.keys(move), ["CPX-ENGAGEMENT-UNCHECKED"])

    def test_a_portal_that_does_not_answer_lets_the_invoice_be_sent(self):
        move = self.invoice(purchase_order_reference="INCONNU-1")
        self.fault(self.ENGAGEMENT, "server_error", times=None)
        move.action_invoice_sent()
        self.assertEqual(self.keys(move), ["CPX-ENGAGEMENT-UNCHECKED"])
        # Whoever pressed Send waits for it.
        self.assertEqual(self.asked(), 1)

    def test_the_network_has_eight_seconds_to_answer_who_pressed_send(self):
        move = self.invoice(purchase_order_reference="INCONNU-1")
        connections = type(self.env["l10n_fr_chorus.connection"])
        carried = []

        def send(transport, request):
            carried.append((transport._timeout, transport._total))
            raise errors.OutcomeUnknownError("no usable answer")

        with (
            patch.object(connections, "_transport", lambda _self: None),
            patch.object(RequestsTransport, "send", send),
        ):
            move.action_invoice_sent()
        self.assertEqual(carried, [((4.0, 8.0), 8.0)])
        self.assertEqual(self.keys(move), ["CPX-ENGAGEMENT-UNCHECKED"])

    def test_nothing_is_asked_without_the_setting(self):
        self.supplier.l10n_fr_chorus_check_engagement = False
        move = self.invoice(purchase_order_reference="INCONNU-1")
        move.action_invoice_sent()
        self.assertEqual(self.asked(), 0)
        self.assertEqual(self.keys(move), [])

    def test_the_button_tells_what_the_portal_said(self):
        self.drive(
            "POST", "engagements", {"supplier": seed.SUPPLIER, "number": "4500012345"}
        )
        for number, kind in (("INCONNU-1", "warning"), ("4500012345", "success")):
            with self.subTest(number=number):
                move = self.invoice(purchase_order_reference=number)
                mine = move.with_user(self.supplier_user)
                shown = mine.action_l10n_fr_chorus_check_engagement()["params"]
                self.assertEqual(shown["type"], kind)
                self.assertIn(number, shown["message"])
        self.assertEqual(self.keys(move), [])

    def test_the_button_says_what_is_missing_before_the_portal_can_be_asked(self):
        with self.assertRaisesRegex(UserError, "commitment number first"):
            self.invoice().action_l10n_fr_chorus_check_engagement()
        self.supplier_connection.structure_ids.unlink()
        move = self.invoice(purchase_order_reference="INCONNU-1")
        with self.assertRaisesRegex(UserError, "Test the Chorus Pro connection"):
            move.action_l10n_fr_chorus_check_engagement()
