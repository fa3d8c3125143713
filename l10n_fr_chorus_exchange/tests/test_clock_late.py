from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import html2plaintext, mute_logger

from .clock_common import ClockCase


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-03-25 10:00:00")
class TestLateInterest(ClockCase):
    """300 and 20 % of tax: 360 in euros; late since 4 March, ECB 2.15 on 1 January."""

    def late(self, **values):
        return self.clocked("2026-02-02 MISE_A_DISPOSITION", **values)

    def last_note(self, move):
        return html2plaintext(move.message_ids[0].body).replace("\xa0", " ")

    def propose(self, move):
        move.action_l10n_fr_chorus_propose_late_interest()
        return self.last_note(move)

    def test_note_shows_the_whole_computation(self):
        move = self.late()
        note = self.propose(move)
        principal = move.amount_total
        interest = round(principal * 10.15 / 100 * 21 / 365, 2)
        self.assertIn("21 day(s) late", note)
        self.assertIn("ECB 2.15 % on 01/01/2026 + 8 points = 10.15 %", note)
        self.assertIn(f"{principal:.2f}", note)
        self.assertIn(f"× 10.15 % × 21 / 365 = {interest:.2f} €", note)
        self.assertIn("Flat compensation: 40.00 €", note)
        self.assertIn(f"To claim: {interest + 40:.2f} €", note)

    def test_note_of_a_french_reader_has_french_figures(self):
        self.env["res.lang"].sudo()._activate_lang("fr_FR")
        note = self.propose(self.late().with_context(lang="fr_FR"))
        for figure in "2,15", "10,15", "42,10", "04/03/2026":
            self.assertIn(figure, note)

    def test_nothing_is_booked(self):
        move = self.late()
        before = self.env["account.move.line"].search_count([])
        total = move.amount_residual
        self.propose(move)
        self.assertEqual(self.env["account.move.line"].search_count([]), before)
        self.assertEqual(move.amount_residual, total)

    def test_what_is_still_open_of_a_partly_paid_invoice_bears_interest(self):
        move = self.late()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create(
            {"payment_date": "2026-03-20", "amount": move.amount_total - 100}
        )._create_payments()
        self.assertIn("100.00 € including taxes", self.propose(move))

    def test_invoice_in_time_has_nothing_to_propose(self):
        move = self.clocked("2026-03-05 MISE_A_DISPOSITION")
        with self.assertRaisesRegex(UserError, "is not late"):
            self.propose(move)

    def test_missing_rate_is_asked_for_with_its_day(self):
        move = self.late()
        self.env["l10n_fr_chorus.late_rate"].search(
            [("date", "=", "2026-01-01")]
        ).unlink()
        with self.assertRaisesRegex(UserError, "rate in force on 01/01/2026"):
            self.propose(move)

    def test_rate_of_the_company_goes_before_that_of_all(self):
        rates = self.env["l10n_fr_chorus.late_rate"]
        rates.create({"date": "2026-01-01", "rate": 3, "company_id": self.supplier.id})
        rates.create({"date": "2026-01-01", "rate": 9, "company_id": self.town_hall.id})
        self.assertIn("ECB 3 %", self.propose(self.late()))

    def test_interest_that_began_in_july_takes_the_rate_of_july(self):
        self.env["l10n_fr_chorus.late_rate"].create({"date": "2026-07-01", "rate": 2.4})
        with freeze_time("2026-08-15 10:00:00"):
            move = self.clocked("2026-06-01 MISE_A_DISPOSITION")
            self.assertIn("ECB 2.4 % on 07/01/2026", self.propose(move))

    def test_rate_is_of_a_first_day_of_a_half_year(self):
        with self.assertRaisesRegex(ValidationError, "1 January or of 1 July"):
            self.env["l10n_fr_chorus.late_rate"].create(
                {"date": "2027-02-01", "rate": 2}
            )

    @mute_logger("odoo.addons.base.models.ir_access")
    def test_billing_user_proposes_and_changes_no_rate(self):
        move = self.late().with_user(self.supplier_user)
        self.assertIn("To claim", self.propose(move))
        with self.assertRaises(AccessError):
            self.env["l10n_fr_chorus.late_rate"].with_user(self.supplier_user).create(
                {"date": "2027-01-01", "rate": 2}
            )

    def test_form_opens_with_the_clock(self):
        with Form(self.late()) as form:
            self.assertIn("late", form.l10n_fr_chorus_clock_sentence)
