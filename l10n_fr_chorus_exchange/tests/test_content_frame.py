import datetime
from decimal import Decimal

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from ..lib.chorus_pro.codes import BillingFramework
from .content_common import ContentCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestContentFrame(ContentCase):
    """Billing framework (BT-23) and what was paid beforehand (BT-113)."""

    def test_all_the_frameworks_of_the_portal_can_be_chosen(self):
        field = self.env["account.move"]._fields["l10n_fr_chorus_framework"]
        offered = dict(field._description_selection(self.env))
        known = set(BillingFramework) - {BillingFramework.NONE}
        self.assertEqual(set(offered), {code.value for code in known})
        self.assertEqual(len(offered), 25)
        for code in known:
            self.assertTrue(offered[code.value].startswith(f"{code.short} – "))

    def test_an_unpaid_invoice_is_a_supplier_s_invoice(self):
        found = self.read_back(self._invoice(self._line(100.0)))
        self.assertEqual(found.cadre, "A1")
        self.assertEqual((found.prepaid, found.payable), (0, 120))

    def test_an_invoice_paid_before_it_is_sent_has_nothing_due(self):
        move = self._invoice(self._line(100.0))
        self.pay(move)
        found = self.read_back(move)
        self.assertEqual(found.cadre, "A2")
        self.assertEqual((found.total_taxed, found.prepaid), (120, 120))
        self.assertEqual(found.payable, 0)
        self.assertEqual(found.due_date, datetime.date(2026, 3, 20))

    def test_a_payment_in_part_leaves_the_rest_due(self):
        move = self._invoice(self._line(100.0))
        self.pay(move, 50.0)
        found = self.read_back(move)
        self.assertEqual(found.cadre, "A1")
        self.assertEqual((found.prepaid, found.payable), (50, 70))

    def test_two_payments_that_make_the_whole_are_added_up(self):
        move = self._invoice(self._line(100.0))
        self.pay(move, 50.0)
        self.pay(move, 70.0, payment_date="2026-03-25")
        found = self.read_back(move)
        self.assertEqual((found.cadre, found.prepaid), ("A2", 120))
        self.assertEqual(found.due_date, datetime.date(2026, 3, 25))

    def _without_payment_entries(self):
        """Payments wait for the bank statement, as with the accounting application."""
        journal = self.company_data["default_journal_bank"]
        journal.inbound_payment_method_line_ids.payment_account_id = False
        self.patch(
            self.env.registry["account.move"],
            "_get_invoice_in_payment_state",
            lambda _self: "in_payment",
        )

    def test_a_payment_without_entry_counts_too(self):
        self._without_payment_entries()
        move = self._invoice(self._line(100.0))
        payment = self.pay(move)
        self.assertFalse(payment.move_id)
        found = self.read_back(move)
        self.assertEqual((found.cadre, found.prepaid), ("A2", 120))

    def test_a_payment_without_entry_for_two_invoices_pays_both_if_it_is_enough(self):
        self._without_payment_entries()
        moves = self._invoice(self._line(100.0)) + self._invoice(self._line(50.0))
        self.pay(moves, group_payment=True)
        self.assertEqual([self.read_back(move).cadre for move in moves], ["A2", "A2"])

    def test_a_payment_in_part_for_two_invoices_is_for_neither_yet(self):
        self._without_payment_entries()
        moves = self._invoice(self._line(100.0)) + self._invoice(self._line(50.0))
        self.pay(moves, 60.0, group_payment=True)
        self.assertEqual([self.read_back(move).prepaid for move in moves], [0, 0])

    def test_a_payment_that_the_statement_confirms_counts_once(self):
        self._without_payment_entries()
        move = self._invoice(self._line(100.0))
        payment = self.pay(move, 40.0)
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": payment.journal_id.id,
                "date": fields.Date.to_date("2026-03-21"),
                "payment_ref": "VIR MAIRIE",
                "amount": 40.0,
                "partner_id": self.town.id,
            }
        )
        receivable = move.line_ids.filtered(
            lambda one: one.account_type == "asset_receivable"
        )
        _money, suspense, _others = line._seek_for_lines()
        suspense = suspense.with_context(skip_readonly_check=True)
        suspense.account_id = receivable.account_id
        (receivable + suspense).reconcile()
        self.assertEqual(payment.state, "paid")
        self.assertEqual(move.amount_residual, 80)
        self.assertEqual(self.read_back(move).prepaid, 40)

    def test_a_credit_note_is_no_payment(self):
        move = self._invoice(self._line(100.0))
        self.credit(move)
        self.assertTrue(move.currency_id.is_zero(move.amount_residual))
        found = self.read_back(move)
        self.assertEqual((found.cadre, found.prepaid), ("A1", 0))
        self.assertEqual(found.payable, 120)

    def test_a_write_off_is_no_payment(self):
        move = self._invoice(self._line(100.0))
        receivable = move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    (0, 0, {"account_id": account.id, "balance": balance})
                    for account, balance in (
                        (receivable.account_id, -120.0),
                        (self.company_data["default_account_expense"], 120.0),
                    )
                ],
            }
        )
        entry.line_ids[0].partner_id = move.commercial_partner_id
        entry.action_post()
        (receivable + entry.line_ids[0]).reconcile()
        self.assertEqual(self.read_back(move).prepaid, 0)

    def test_a_credit_note_that_was_paid_back_stays_in_the_first_frame(self):
        note = self._invoice(self._line(100.0), move_type="out_refund")
        self.pay(note)
        found = self.read_back(note)
        self.assertEqual((found.cadre, found.prepaid), ("A1", 0))

    def test_the_framework_already_paid_can_be_said_by_hand(self):
        move = self._invoice(
            self._line(100.0),
            l10n_fr_chorus_framework="A2_FACTURE_FOURNISSEUR_DEJA_PAYEE",
        )
        found = self.read_back(move)
        self.assertEqual((found.cadre, found.payable), ("A2", 0))
        self.assertEqual(found.due_date, datetime.date(2026, 4, 4))

    def test_a_credit_note_cannot_be_already_paid(self):
        note = self._invoice(
            self._line(100.0),
            move_type="out_refund",
            l10n_fr_chorus_framework="A2_FACTURE_FOURNISSEUR_DEJA_PAYEE",
        )
        self.refused(note, "A2")

    def test_nothing_to_pay_is_not_already_paid(self):
        move = self._invoice(self._line(0.0))
        self.assertEqual(self.read_back(move).cadre, "A1")

    def test_a_paid_total_with_cash_rounding_has_nothing_due(self):
        self.cash_rounding_a.rounding = 0.05
        move = self._invoice(
            self._line(10.01), invoice_cash_rounding_id=self.cash_rounding_a.id
        )
        self.pay(move)
        document = self.tree(move)
        self.assertEqual(self._summation(document, "RoundingAmount"), [])
        self.assertEqual(
            self._summation(document, "TotalPrepaidAmount"),
            self._summation(document, "GrandTotalAmount"),
        )
        self.assertEqual(self._summation(document, "DuePayableAmount"), ["0.00"])

    def test_a_payment_in_another_currency_counts_in_that_of_the_invoice(self):
        dollar = self.setup_other_currency("USD", rates=[("2026-01-01", 1.25)])
        move = self._invoice(self._line(100.0), currency_id=dollar.id)
        euro = self.env.ref("base.EUR")
        self.pay(move, 48.0, currency_id=euro.id)  # 60 dollars
        found = self.read_back(move)
        self.assertEqual((found.prepaid, found.payable), (Decimal("60.00"), 60))

    def test_works_and_court_costs_are_named_as_portal_only(self):
        deposited = {"A1", "A2", "A9", "A12"}
        move = self._invoice(self._line(100.0))
        for code in set(BillingFramework) - {BillingFramework.NONE}:
            if code.short in deposited:
                continue
            move.l10n_fr_chorus_framework = code.value
            [problem] = self.problems(move)
            self.assertIn(f" {code.short} is handled on the portal", problem.sentence)
            self.assertEqual(problem.record, move)
            self.assertEqual(problem.field, "l10n_fr_chorus_framework")

    def test_a_subcontractor_names_who_validates(self):
        move = self._invoice(
            self._line(100.0), l10n_fr_chorus_framework="A9_FACTURE_SOUSTRAITANT"
        )
        [problem] = self.problems(move)
        self.assertIn("who validates", problem.sentence)
        contractor = self.env["res.partner"].create({"name": "Entreprise générale"})
        move.l10n_fr_chorus_validator_id = contractor
        [problem] = self.problems(move)
        self.assertIn("SIRET of Entreprise", problem.sentence)
        self.assertEqual(problem.record, contractor)
        contractor.company_registry = "123 456 782 00036"
        self.assertEqual(self.problems(move), [])
        self.assertEqual(self.terms(move)["BT-23"], "A9")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestContentType(ContentCase):
    """Type of the document (BT-3) and the invoices it names (BG-3)."""

    REFERENCE = ("InvoiceReferencedDocument", "IssuerAssignedID")

    def _reissued(self, move):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": move.date})
        )
        wizard.modify_moves()
        again = wizard.new_move_ids
        again.write(
            {"invoice_date": move.invoice_date, "partner_bank_id": self.bank_account.id}
        )
        again.action_post()
        return again

    def test_an_invoice_made_again_names_the_one_it_replaces(self):
        move = self._invoice(self._line(100.0))
        again = self._reissued(move)
        self.assertEqual(again.l10n_fr_chorus_corrected_id, move)
        found = self.read_back(again)
        self.assertEqual((found.type_code, found.original_number), ("380", move.name))

    def test_an_invoice_made_again_keeps_what_was_said_of_the_first(self):
        contractor = self.env["res.partner"].create(
            {"name": "Entreprise générale", "company_registry": "12345678200036"}
        )
        move = self._invoice(
            self._line(100.0),
            l10n_fr_chorus_framework="A9_FACTURE_SOUSTRAITANT",
            l10n_fr_chorus_validator_id=contractor.id,
            l10n_fr_chorus_validator_service="TRAVAUX",
            l10n_fr_chorus_period_start="2026-02-01",
        )
        again = self._reissued(move)
        self.assertEqual(again.l10n_fr_chorus_framework, "A9_FACTURE_SOUSTRAITANT")
        self.assertEqual(again.l10n_fr_chorus_validator_id, contractor)
        self.assertEqual(again.l10n_fr_chorus_validator_service, "TRAVAUX")
        self.assertEqual(again.l10n_fr_chorus_period_start, datetime.date(2026, 2, 1))

    def test_a_corrected_invoice_is_a_384_when_the_company_wants_it(self):
        move = self._invoice(self._line(100.0))
        again = self._reissued(move)
        self.company.l10n_fr_chorus_type_corrective = True
        found = self.read_back(again, types=("384",))
        self.assertEqual((found.type_code, found.original_number), ("384", move.name))

    def test_an_ordinary_invoice_stays_380_whatever_the_settings(self):
        self.company.l10n_fr_chorus_type_corrective = True
        self.company.l10n_fr_chorus_type_down_payment = True
        self.assertEqual(
            self.read_back(self._invoice(self._line(1.0))).type_code, "380"
        )

    def test_a_down_payment_is_a_386_when_the_company_wants_it(self):
        move = self._invoice(self._line(100.0))
        # What the sales application says of its invoices.
        self.patch(type(move), "_is_downpayment", lambda _self: True)
        self.assertEqual(self.read_back(move).type_code, "380")
        self.company.l10n_fr_chorus_type_down_payment = True
        self.assertEqual(self.read_back(move, types=("386",)).type_code, "386")

    def test_deducted_down_payments_are_named_on_the_final_invoice(self):
        first = self._invoice(self._line(30.0))
        second = self._invoice(self._line(20.0))
        advances = (first + second).invoice_line_ids
        line_class = type(advances)
        self.patch(
            line_class,
            "_get_downpayment_lines",
            lambda lines: lines.filtered(lambda line: line.quantity < 0) and advances,
        )
        final = self._invoice(self._line(100.0), self._line(50.0, quantity=-1))
        document = self.tree(final)
        self.assertEqual(
            self._texts(document, *self.REFERENCE), [first.name, second.name]
        )
        self.assertEqual(self._summation(document, "DuePayableAmount"), ["60.00"])

    def test_a_down_payment_itself_names_no_other(self):
        first = self._invoice(self._line(30.0))
        move = self._invoice(self._line(20.0))
        self.patch(type(move), "_is_downpayment", lambda _self: True)
        self.patch(
            type(move.invoice_line_ids),
            "_get_downpayment_lines",
            lambda _lines: first.invoice_line_ids,
        )
        self.assertNotIn("BG-3", self.terms(move))

    def test_a_credit_note_names_the_invoice(self):
        move = self._invoice(self._line(100.0))
        note = self.credit(move, 10.0)
        found = self.read_back(note)
        self.assertEqual((found.type_code, found.original_number), ("381", move.name))

    def test_a_credit_note_names_an_invoice_that_its_sender_may_not_read(self):
        move = self._invoice(self._line(100.0))
        note = self.credit(move)
        user = new_test_user(
            self.env,
            login="own_documents",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.env["ir.rule"].create(
            {
                "name": "Only own documents, as salespersons have it",
                "model_id": self.env.ref("account.model_account_move").id,
                "domain_force": [("id", "!=", move.id)],
            }
        )
        self.env.invalidate_all()
        terms = self.terms(note.with_user(user))
        self.assertEqual(terms["BG-3"][0]["BT-25"], move.name)

    def test_a_credit_note_on_an_invoice_of_before_names_it_as_typed(self):
        note = self._invoice(
            self._line(10.0),
            move_type="out_refund",
            l10n_fr_chorus_original_number=" 2025/0042 ",
            l10n_fr_chorus_original_date="2025-11-03",
        )
        self.assertEqual(self.read_back(note).original_number, "2025/0042")
        [earlier] = self.terms(note)["BG-3"]
        self.assertEqual(earlier["BT-26"], datetime.date(2025, 11, 3))

    def test_the_invoice_that_odoo_holds_wins_over_what_was_typed(self):
        move = self._invoice(self._line(100.0))
        note = self.credit(move, 10.0)
        note.l10n_fr_chorus_original_number = "2025/0042"
        self.assertEqual(self.read_back(note).original_number, move.name)

    def test_an_invoice_takes_no_typed_original(self):
        move = self._invoice(
            self._line(10.0), l10n_fr_chorus_original_number="2025/0042"
        )
        self.assertNotIn("BG-3", self.terms(move))
