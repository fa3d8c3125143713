"""The sentence above an invoice and above a bill, for every status of the portal."""

from odoo.fields import Datetime
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from ..lib.chorus_pro.codes import InvoiceStatus
from ..lib.chorus_pro.status_actions import RECIPIENT, SUPPLIER
from ..lib.chorus_pro.statuses import Stage
from ..models.status_labels import status_label
from ..models.status_sentences import SENTENCES, status_sentence, status_severity
from .common import CODES_LOGGER
from .deposit_common import DepositCase

CASES = [(status, side) for status in InvoiceStatus for side in (SUPPLIER, RECIPIENT)]
AT = Datetime.to_datetime("2026-03-05 08:12:00")
REASON = "Il manque le bon de livraison"
OTHER = "Commune de Modeleville"


class TestStatusSentences(DepositCase):
    """56 statuses from two sides."""

    def sentence(self, code, side, **more):
        return status_sentence(self.env, code, side, OTHER, **{"at": AT, **more})

    def test_each_status_has_words_a_stage_and_a_weight_for_both_sides(self):
        self.assertEqual(set(SENTENCES), {status.value for status in InvoiceStatus})
        for status, side in CASES:
            with self.subTest(status=status.value, side=side):
                sentence = self.sentence(status.value, side, reason=REASON)
                self.assertRegex(sentence, rf"^[A-Z].*March 5, 2026.*: {REASON}\.$")
                self.assertNotIn(status.value, sentence)
                self.assertNotIn("%", sentence)
                label = status_label(self.env, status.value)
                self.assertTrue(label)
                self.assertNotEqual(label, status.value)
                self.assertIsInstance(status.stage, Stage)
                self.assertEqual(status_severity(status.value), status.severity.value)

    def test_each_sentence_reads_well_without_date_reason_and_name(self):
        for status, side in CASES:
            with self.subTest(status=status.value, side=side):
                sentence = status_sentence(self.env, status.value, side, "")
                self.assertRegex(sentence, r"^[A-Z][^%:]*[^ .]\.$")
                self.assertNotIn("  ", sentence)

    def test_each_french_sentence_is_another_one_on_one_line(self):
        self.speak_french(self.supplier)
        french = self.env(context={"lang": "fr_FR"})
        for status, side in CASES:
            with self.subTest(status=status.value, side=side):
                sentence = status_sentence(french, status.value, side, OTHER, at=AT)
                self.assertIn("5 mars 2026", sentence)

    def test_who_did_it_depends_on_the_reader(self):
        cases = {
            ("SUSPENDUE", SUPPLIER): f"Suspended by {OTHER} on March 5, 2026.",
            ("SUSPENDUE", RECIPIENT): "You suspended it on March 5, 2026.",
            ("COMPLETEE", SUPPLIER): (
                f"You completed it on March 5, 2026, it is available to {OTHER} again."
            ),
            ("COMPLETEE", RECIPIENT): (
                f"Completed by {OTHER} on March 5, 2026, it is available to you again."
            ),
            ("A_VALIDER_1", SUPPLIER): (
                "Waiting for the first validator since March 5, 2026."
            ),
        }
        for (code, side), expected in cases.items():
            with self.subTest(code=code, side=side):
                self.assertEqual(self.sentence(code, side), expected)

    @mute_logger(CODES_LOGGER)
    def test_an_unknown_status_is_shown_as_it_is(self):
        for side in SUPPLIER, RECIPIENT:
            sentence = self.sentence("NOUVEAU_STATUT", side, reason=REASON)
            self.assertIn("NOUVEAU_STATUT", sentence)
            self.assertIn(REASON, sentence)
        self.assertEqual(status_severity("NOUVEAU_STATUT"), "info")
        self.assertEqual(self.sentence("", SUPPLIER), "")

    def test_a_reason_of_several_lines_makes_one_sentence_with_one_end(self):
        for reason in "Il manque\n le bon.", " Il manque le bon. ", "Il manque le bon":
            sentence = self.sentence("SUSPENDUE", SUPPLIER, reason=reason)
            self.assertTrue(sentence.endswith(" le bon."), sentence)
            self.assertNotIn("\n", sentence)


class TestBanner(DepositCase):
    """The fields of an invoice that show it."""

    def test_the_day_is_that_of_the_reader(self):
        move = self.invoice()
        move.l10n_fr_chorus_status = "SUSPENDUE"
        move.l10n_fr_chorus_status_at = Datetime.to_datetime("2026-03-05 23:30:00")
        for zone, day in (("Europe/Paris", "March 6"), ("America/Cayenne", "March 5")):
            seen = move.with_context(tz=zone)
            self.assertIn(day, seen.l10n_fr_chorus_summary)
            self.assertEqual(seen.l10n_fr_chorus_severity, "warning")

    def test_a_suspension_leaves_one_readable_line_in_the_chatter(self):
        move = self.invoice()
        self.sent(move)
        move._l10n_fr_chorus_note("SUSPENDUE", None, REASON)
        before = move.message_ids
        move._l10n_fr_chorus_note("SUSPENDUE", None, REASON)
        self.assertEqual(move.message_ids, before)
        self.assertIn(
            f"Chorus Pro: Suspended by {OTHER}: {REASON}.", before[0].body.striptags()
        )

    def test_a_bill_is_told_from_the_side_of_the_public_body(self):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.town_hall_partner.id,
                "l10n_fr_chorus_status": "SUSPENDUE",
                "l10n_fr_chorus_status_comment": REASON,
            }
        )
        self.assertEqual(bill.l10n_fr_chorus_summary, f"You suspended it: {REASON}.")

    def test_a_customer_on_the_website_reads_nothing_of_our_troubles(self):
        move = self.invoice()
        deposit = self.send(move)
        deposit.write({"state": "rejected", "error": "Technical account refused"})
        customer = new_test_user(
            self.env, login="chorus_customer", groups="base.group_portal"
        )
        customer.partner_id.parent_id = self.town_hall_partner
        move.message_subscribe(customer.partner_id.ids)
        seen = self.env["account.move"].with_user(customer).browse(move.id)
        seen.invalidate_recordset()
        self.assertIn("Technical account", move.l10n_fr_chorus_summary)
        self.assertFalse(
            seen.read(["l10n_fr_chorus_summary"])[0]["l10n_fr_chorus_summary"]
        )
        move.l10n_fr_chorus_status = "SUSPENDUE"
        self.assertIn("Suspended by", seen.l10n_fr_chorus_summary)

    def test_a_salesperson_reads_the_sentence_without_the_records_behind_it(self):
        move = self.invoice()
        self.sent(move)
        reader = new_test_user(
            self.env,
            login="chorus_reader",
            groups="base.group_user,account.group_account_readonly",
            company_id=self.supplier.id,
        )
        self.assertTrue(move.with_user(reader).l10n_fr_chorus_timeline)
        plain = new_test_user(
            self.env,
            login="chorus_plain",
            groups="base.group_user",
            company_id=self.supplier.id,
        )
        # What a salesperson may read of invoices, without the sales application.
        self.env["ir.model.access"].create(
            {
                "name": "reads invoices",
                "model_id": self.env.ref("account.model_account_move").id,
                "group_id": self.env.ref("base.group_user").id,
                "perm_read": True,
            }
        )
        seen = move.with_user(plain)
        self.assertIn(OTHER, seen.l10n_fr_chorus_summary)
        self.assertNotIn("l10n_fr_chorus_timeline", seen.fields_get())
