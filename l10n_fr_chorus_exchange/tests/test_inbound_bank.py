"""The account a received bill asks to be paid on: never changed in silence."""

from odoo.tests import Form, new_test_user, tagged

from .inbound_common import InboundCase

SIRET = "10000000900015"
SUPPLIER = ("1", SIRET, "Fournisseur connu", "FR")
KNOWN = "FR7630006000011234567890189"
OTHER = "FR7630001007941234567890185"
THIRD = "BE68539007547034"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundBank(InboundCase):
    def known_supplier(self, *accounts, siret=SIRET, name="Fournisseur connu"):
        """A partner of long standing, whose accounts a person trusts."""
        return self.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "company_registry": siret,
                "bank_ids": [
                    (0, 0, {"acc_number": account, "allow_out_payment": True})
                    for account in accounts
                ],
            }
        )

    def named(self, account, number="F-1", **values):
        """The bill of a document that names this account."""
        values.setdefault("supplier", SUPPLIER)
        return self.bill(number=number, account=account, **values)

    def alerts(self, move):
        return move.l10n_fr_chorus_difference_ids.filtered(
            lambda one: one.kind == "bank" and one.state == "open"
        )

    def activities(self, move):
        return move.activity_ids.filtered(lambda one: "differs" in (one.summary or ""))

    def assert_quiet(self, move):
        self.assertFalse(self.alerts(move))
        self.assertFalse(move.l10n_fr_chorus_bank_alert)
        self.assertFalse(self.activities(move))

    def test_a_new_supplier_gets_its_account_which_nobody_trusts_yet(self):
        move = self.named(KNOWN)
        bank = move.partner_id.bank_ids
        self.assertEqual(bank.sanitized_acc_number, KNOWN)
        self.assertFalse(bank.allow_out_payment)
        self.assertFalse(bank.l10n_fr_chorus_to_check)
        self.assertEqual(move.partner_bank_id, bank)
        self.assert_quiet(move)

    def test_the_same_account_again_is_no_news(self):
        first = self.named(KNOWN)
        second = self.named("fr76 3000 6000 0112 3456 7890 189", number="F-2")
        self.assertEqual(second.partner_bank_id, first.partner_bank_id)
        self.assertEqual(len(second.partner_id.bank_ids), 1)
        self.assert_quiet(second)

    def test_another_account_is_kept_apart_and_the_bill_stays_on_the_known_one(self):
        partner = self.known_supplier(KNOWN)
        known = partner.bank_ids
        move = self.named(OTHER)
        self.assertEqual(move.state, "draft")
        self.assertEqual(move.partner_bank_id, known)
        told = move.l10n_fr_chorus_bank_told_id
        self.assertEqual(told.sanitized_acc_number, OTHER)
        self.assertEqual(told.partner_id, partner)
        self.assertTrue(told.l10n_fr_chorus_to_check)
        self.assertFalse(told.allow_out_payment)
        self.assertTrue(known.allow_out_payment)

    def test_another_account_is_told_on_the_bill_and_to_the_person_in_charge(self):
        self.known_supplier(KNOWN)
        move = self.named(OTHER)
        alert = self.alerts(move)
        self.assertIn("0189", alert.ours.replace(" ", ""))
        self.assertIn(OTHER, alert.theirs.replace(" ", ""))
        self.assertFalse(alert.can_take)
        words = move.l10n_fr_chorus_bank_alert.replace(" ", "")
        self.assertIn(KNOWN, words)
        self.assertIn(OTHER, words)
        self.assertEqual(len(self.activities(move)), 1)
        self.assertTrue(move.l10n_fr_chorus_has_difference)

    def test_another_account_is_told_on_a_bill_made_by_a_person_too(self):
        known = self.known_supplier(KNOWN).bank_ids
        document = self.to_settle(
            "VAT", supplier=SUPPLIER, account=OTHER, vat=(("20", "100.00", "55.00"),)
        )
        document.with_user(self.town_hall_user).action_make_bill_of_files()
        move = document.move_id
        self.assertEqual(move.partner_bank_id, known)
        self.assertTrue(self.alerts(move))
        self.assertEqual(len(self.activities(move)), 1)

    def test_every_bill_that_names_the_account_alerts_until_it_is_checked(self):
        partner = self.known_supplier(KNOWN)
        self.named(OTHER)
        second = self.named(OTHER, number="F-2")
        self.assertTrue(self.alerts(second))
        self.assertEqual(len(partner.bank_ids), 2)

    def test_trusting_the_account_settles_the_alerts_and_pays_drafts_there(self):
        partner = self.known_supplier(KNOWN)
        draft = self.named(OTHER)
        posted = self.named(OTHER, number="F-2")
        posted.action_post()
        told = draft.l10n_fr_chorus_bank_told_id
        trusted = new_test_user(
            self.env,
            login="may_trust",
            groups="account.group_validate_bank_account,base.group_partner_manager",
            company_id=self.town_hall.id,
            company_ids=[(6, 0, self.town_hall.ids)],
        )
        told.with_user(trusted).allow_out_payment = True
        self.assertFalse(told.l10n_fr_chorus_to_check)
        for move in draft, posted:
            self.assert_quiet(move)
            self.assertFalse(move.l10n_fr_chorus_has_difference)
        self.assertEqual(draft.partner_bank_id, told)
        self.assertEqual(posted.partner_bank_id, partner.bank_ids - told)
        self.assertEqual(draft.l10n_fr_chorus_difference_ids.settled_by_id, trusted)

    def test_keeping_ours_closes_the_alert_of_this_bill_only(self):
        partner = self.known_supplier(KNOWN)
        known = partner.bank_ids
        first, second = self.named(OTHER), self.named(OTHER, number="F-2")
        self.alerts(first).with_user(self.town_hall_user).action_keep_ours()
        self.assert_quiet(first)
        self.assertEqual(first.partner_bank_id, known)
        self.assertTrue(self.alerts(second))
        self.assertTrue(first.l10n_fr_chorus_bank_told_id.l10n_fr_chorus_to_check)

    def test_the_first_account_of_a_known_supplier_is_checked_too(self):
        self.known_supplier()
        move = self.named(OTHER)
        self.assertFalse(move.partner_bank_id)
        self.assertIn("first account", move.l10n_fr_chorus_bank_alert)

    def test_a_second_account_that_a_person_entered_is_no_alert(self):
        partner = self.known_supplier(KNOWN, OTHER)
        move = self.named(OTHER)
        self.assert_quiet(move)
        self.assertEqual(
            move.partner_bank_id,
            partner.bank_ids.filtered(lambda b: b.sanitized_acc_number == OTHER),
        )

    def test_the_number_within_the_known_account_is_the_known_account(self):
        self.known_supplier(KNOWN)
        for rank, told in enumerate((KNOWN[4:], KNOWN[14:25])):
            move = self.named(told, number=f"F-{rank}")
            self.assertEqual(move.partner_bank_id.sanitized_acc_number, KNOWN)
            self.assert_quiet(move)

    def test_an_archived_account_that_comes_back_is_checked_again(self):
        partner = self.known_supplier(KNOWN, OTHER)
        old = partner.bank_ids.filtered(lambda b: b.sanitized_acc_number == OTHER)
        old.action_archive()
        move = self.named(OTHER)
        self.assertEqual(move.l10n_fr_chorus_bank_told_id, old)
        self.assertEqual(move.partner_bank_id.sanitized_acc_number, KNOWN)
        self.assertFalse(old.allow_out_payment)
        self.assertTrue(self.alerts(move))

    def test_an_account_of_another_supplier_is_told_even_of_a_new_one(self):
        self.known_supplier(KNOWN, siret="10000000300018", name="Autre maison")
        move = self.named(KNOWN)
        self.assertIn("Autre maison", move.l10n_fr_chorus_bank_alert)
        self.assertFalse(move.partner_bank_id)

    def test_establishments_of_one_company_share_an_account(self):
        self.known_supplier(KNOWN, siret="10000000900023", name="Siège")
        self.assert_quiet(self.named(KNOWN))

    def test_what_no_account_looks_like_is_left_out(self):
        for told in ("", "–", "x" * 60):
            move = self.named(told, number=f"F-{len(told)}")
            self.assertFalse(move.l10n_fr_chorus_bank_told_id)
            self.assertFalse(move.partner_id.bank_ids)

    def test_a_credit_note_alerts_and_keeps_the_account_of_the_company(self):
        self.known_supplier(KNOWN)
        ours = self.env["res.partner.bank"].create(
            {"acc_number": THIRD, "partner_id": self.town_hall.partner_id.id}
        )
        move = self.named(OTHER, type_code="381")
        self.assertEqual(move.move_type, "in_refund")
        self.assertEqual(move.partner_bank_id, ours)
        self.assertTrue(self.alerts(move))

    def test_accounts_of_several_documents_take_few_queries(self):
        def twenty(start):
            return [
                self.kept(
                    number=f"F-{rank}",
                    account=KNOWN,
                    supplier=("1", f"1000000{rank:04}015"[:14], f"S{rank}", "FR"),
                )
                for rank in range(start, start + 20)
            ]

        documents = self.inbox.union(*twenty(100))
        pivots = [found for _one, found in documents._read_originals()]
        suppliers = documents._bill_suppliers(pivots)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            again = documents._bill_suppliers(pivots)
            documents._bill_banks(again, pivots, [False] * 20)
            self.env.flush_all()
        self.assertEqual(again, suppliers)

    def test_the_alert_is_on_the_form_and_opens_the_account(self):
        self.known_supplier(KNOWN)
        move = self.named(OTHER).with_user(self.town_hall_user)
        with Form(move) as form:
            self.assertIn("asks to be paid", form.l10n_fr_chorus_bank_alert)
        action = move.action_l10n_fr_chorus_open_bank()
        self.assertEqual(action["res_model"], "res.partner.bank")
        self.assertEqual(action["res_id"], move.l10n_fr_chorus_bank_told_id.id)
