from types import SimpleNamespace

from odoo import Command
from odoo.tests import tagged

from ..models.en16931.prepaid import _money_journal
from .content_common import ContentCase

NOTE = ("rsm:ExchangedDocument", "ram:IncludedNote", "ram:Content")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestContentPayment(ContentCase):
    """Payment means, terms, factor."""

    def _method(self, code):
        line = self.company_data["default_journal_bank"].inbound_payment_method_line_ids
        line = line[:1].copy({"name": f"Means {code}"})
        line.l10n_fr_chorus_payment_means = code
        return line

    def test_a_transfer_is_the_usual_means(self):
        found = self.read_back(self._invoice(self._line(100.0)))
        self.assertEqual(
            (found.payment_code, found.iban), ("30", "FR1420041010050500013M02606")
        )

    def test_every_means_of_the_list_is_taken_by_the_portal(self):
        offered = self.env["account.move"]._fields["l10n_fr_chorus_payment_means"]
        codes = [code for code, _label in offered.selection]
        self.assertEqual(
            sorted(codes),
            ["10", "20", "30", "31", "42", "48", "49", "58", "59", "97"],
        )
        move = self._invoice(self._line(100.0))
        for code in codes:
            move.l10n_fr_chorus_payment_means = code
            found = self.read_back(move)
            self.assertEqual(found.payment_code, code)
            self.assertEqual(bool(found.iban), code in ("30", "31", "42", "58"))

    def test_only_a_transfer_needs_a_bank_account(self):
        move = self._invoice(self._line(100.0))
        move.partner_bank_id = False
        self.refused(move, "bank account")
        move.l10n_fr_chorus_payment_means = "48"
        self.assertEqual(self.read_back(move).payment_code, "48")

    def test_the_company_has_its_usual_means(self):
        self.company.l10n_fr_chorus_payment_means = "20"
        found = self.read_back(self._invoice(self._line(100.0)))
        self.assertEqual((found.payment_code, found.iban), ("20", None))

    def test_the_payment_method_of_the_customer_tells_its_means(self):
        self.town.property_inbound_payment_method_line_id = self._method("48")
        found = self.read_back(self._invoice(self._line(100.0)))
        self.assertEqual(found.payment_code, "48")

    def test_what_the_invoice_says_wins(self):
        self.town.property_inbound_payment_method_line_id = self._method("48")
        move = self._invoice(self._line(100.0), l10n_fr_chorus_payment_means="58")
        self.assertEqual(self.read_back(move).payment_code, "58")

    def test_what_is_paid_says_how_it_was_paid(self):
        cash = self.env["account.journal"].create(
            {"name": "Till", "type": "cash", "code": "TILL"}
        )
        move = self._invoice(self._line(100.0))
        self.pay(move, journal=cash)
        self.assertEqual(self.read_back(move).payment_code, "10")
        cash.inbound_payment_method_line_ids.l10n_fr_chorus_payment_means = "20"
        self.assertEqual(self.read_back(move).payment_code, "20")

    def test_a_credit_note_has_no_means(self):
        note = self._invoice(self._line(100.0), move_type="out_refund")
        self.assertIsNone(self.read_back(note).payment_code)

    def test_a_mandate_is_written_where_one_is_known(self):
        move = self._invoice(self._line(100.0), l10n_fr_chorus_payment_means="59")
        mandate = {
            "BT-89": "RUM-1",
            "BT-90": "FR00ZZZ123456",
            "BT-91": "FR7630006000011234567890189",
        }
        self.patch(type(move), "_l10n_fr_chorus_mandate", lambda _self: mandate)
        document = self.tree(move)
        self.assertEqual(self._text(document, "DirectDebitMandateID"), "RUM-1")
        self.assertEqual(self._text(document, "CreditorReferenceID"), "FR00ZZZ123456")
        self.assertEqual(
            self._text(document, "PayerPartyDebtorFinancialAccount", "IBANID"),
            mandate["BT-91"],
        )
        move.l10n_fr_chorus_payment_means = "30"
        self.assertNotIn("BT-89", self.terms(move))

    def test_a_discount_for_paying_early_is_told_in_french(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "30 days",
                "early_discount": True,
                "early_pay_discount_computation": "included",
                "discount_percentage": 2.5,
                "discount_days": 10,
                "line_ids": [Command.create({"value_amount": 100, "nb_days": 30})],
            }
        )
        move = self._invoice(
            self._line(100.0), invoice_payment_term_id=terms.id, invoice_date_due=False
        )
        sentence = "Escompte de 2,5 % pour un paiement sous 10 jours."
        document = self.tree(move)
        self.assertEqual(
            self._text(document, "SpecifiedTradePaymentTerms", "Description"),
            f"30 days\n{sentence}",
        )
        self.assertEqual(self._texts(document, *NOTE), [sentence])
        [note] = self.terms(move)["BG-1"]
        self.assertEqual(note["BT-21"], "AAB")
        self.assertEqual(self._summation(document, "DuePayableAmount"), ["120.00"])
        terms.note = "<p>30 jours, escompte de 2,5 % sous 10 jours</p>"
        self.assertEqual(
            self.terms(move)["BT-20"], "30 jours, escompte de 2,5 % sous 10 jours"
        )

    def test_a_factor_is_the_payee_and_says_so(self):
        factor = self.env["res.partner"].create(
            {"name": "Affacturage SA", "company_registry": "123 456 782 00036"}
        )
        self.bank_account.l10n_fr_chorus_factor_id = factor
        move = self._invoice(self._line(100.0))
        document = self.tree(move)
        payee = "PayeeTradeParty"
        self.assertEqual(self._text(document, payee, "Name"), "Affacturage SA")
        self.assertEqual(
            self._text(document, payee, "SpecifiedLegalOrganization", "ID"),
            "12345678200036",
        )
        [note] = self.terms(move)["BG-1"]
        self.assertEqual(note["BT-21"], "ACC")
        self.assertIn("directement à Affacturage SA", note["BT-22"])
        self.assertIn(self.bank_account.acc_number, note["BT-22"])
        self.bank_account.l10n_fr_chorus_subrogation = "Payer le factor."
        [note] = self.terms(move)["BG-1"]
        self.assertEqual(note["BT-22"], "Payer le factor.")

    def test_whoever_else_the_account_belongs_to_is_the_payee(self):
        other = self.env["res.partner"].create({"name": "Holding des Volets"})
        account = self.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": other.id,
                "allow_out_payment": True,
            }
        )
        move = self._invoice(self._line(100.0))
        move.partner_bank_id = account
        document = self.tree(move)
        self.assertEqual(
            self._text(document, "PayeeTradeParty", "Name"), "Holding des Volets"
        )

    def test_the_company_itself_is_no_payee(self):
        document = self.tree(self._invoice(self._line(100.0)))
        self.assertEqual(self._texts(document, "PayeeTradeParty"), [])
        self.assertEqual(self._texts(document, *NOTE), [])

    def test_a_credit_note_is_paid_to_nobody_though_the_customer_has_an_account(self):
        self.env["res.partner.bank"].create(
            {"acc_number": "FR7630006000011234567890189", "partner_id": self.town.id}
        )
        note = self.credit(self._invoice(self._line(100.0)))
        # Odoo puts there the account that it would pay back on.
        self.assertEqual(note.partner_bank_id.partner_id, self.town)
        self.assertEqual(self._texts(self.tree(note), "PayeeTradeParty"), [])

    def test_a_credit_note_has_no_subrogation(self):
        factor = self.env["res.partner"].create({"name": "Affacturage SA"})
        self.bank_account.l10n_fr_chorus_factor_id = factor
        note = self._invoice(self._line(100.0), move_type="out_refund")
        self.assertNotIn("BG-1", self.terms(note))

    def test_only_companies_on_chorus_pro_are_asked_for_a_factor(self):
        account = self.bank_account
        self.assertFalse(account.l10n_fr_chorus_is_ours)
        self.env["l10n_fr_chorus.connection"].create(
            {"name": "Chorus Pro", "company_id": self.company.id}
        )
        account.invalidate_recordset()
        self.assertTrue(account.l10n_fr_chorus_is_ours)
        theirs = account.copy({"partner_id": self.town.id})
        self.assertFalse(theirs.l10n_fr_chorus_is_ours)

    def test_money_at_the_till_counts_though_its_journal_is_of_no_bank(self):
        journals = self.company_data["default_journal_cash"]
        till = self.company_data["default_journal_misc"]
        # What the till books: the application itself is not installed here.
        paid = SimpleNamespace(payment_method_id=SimpleNamespace(journal_id=journals))
        entry = SimpleNamespace(_fields=("pos_payment_ids",), pos_payment_ids=paid)
        line = SimpleNamespace(move_id=entry, journal_id=till)
        self.assertEqual(_money_journal(line), journals)
        entry.pos_payment_ids = None
        self.assertEqual(_money_journal(line), till)
