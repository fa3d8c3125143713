"""What a caller hands to the window past its form is checked like what a person picks."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import seed
from .search_common import SearchCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSearchRights(SearchCase):
    def window(self, body, user=None, **values):
        """The second step on this body, as a caller would make it."""
        return self.open(
            user=user or self.supplier_user, state="compare", body_id=body.id, **values
        )

    def refused(self, search, error=AccessError):
        with self.assertRaises(error), self.env.cr.savepoint():
            search.action_apply()
        self.env.invalidate_all()

    def test_contact_of_another_company_is_not_completed(self):
        body = self.learn(seed.METROPOLIS, "METROPOLE")
        partner = self._create_public_body(
            "Theirs", seed.METROPOLIS, company_id=self.town_hall.id
        )
        for user in self.supplier_user, self.seller:
            self.refused(self.window(body, user, target_id=partner.id))
            self.assertFalse(partner.l10n_fr_chorus_is_public)
            self.assertFalse(partner.l10n_fr_chorus_body_id)

    def test_whoever_may_not_edit_contacts_makes_no_other_one_a_body(self):
        for identifier, kind in (
            (seed.METROPOLIS, "SIRET"),
            ("DE100000001", "UE_HORS_FRANCE"),
            ("0100001001", "RIDET"),
        ):
            body = self.learn(identifier, "Body", identifier_type=kind)
            partner = self._create_public_body("Any contact", False)
            with self.subTest(kind=kind):
                self.refused(self.window(body, target_id=partner.id))
                self.assertFalse(partner.l10n_fr_chorus_body_id)
                self.assertFalse(partner.l10n_fr_chorus_is_public)

    def test_number_of_a_european_body_cannot_be_left_out(self):
        body = self.learn(
            "DE100000001",
            "Body",
            identifier_type="UE_HORS_FRANCE",
            country_code="DE",
        )
        partner = self._create_public_body("Body", False)
        search = self.window(body, self.seller, target_id=partner.id)
        search.change_ids.take = False
        # Fictitious: its check digit is wrong.
        search.with_context(no_vat_validation=True).action_apply()
        self.assertEqual(partner.vat, "DE100000001")

    def test_address_of_a_contact_is_not_made_a_body(self):
        body = self.learn(seed.METROPOLIS, "METROPOLE")
        partner = self._create_public_body("Métropole", seed.METROPOLIS)
        address = self.env["res.partner"].create(
            {"name": "Accueil", "parent_id": partner.id, "type": "other"}
        )
        self.refused(self.window(body, self.seller, target_id=address.id), UserError)
        self.assertFalse(address.l10n_fr_chorus_body_id)

    def test_invoice_of_another_company_keeps_its_customer(self):
        body = self.learn(seed.METROPOLIS, "METROPOLE")
        move = (
            self.env["account.move"]
            .with_company(self.town_hall)
            .create({"move_type": "out_invoice", "company_id": self.town_hall.id})
        )
        self.refused(self.window(body, self.seller, move_id=move.id))
        self.assertFalse(move.partner_id)

    def test_portal_is_not_asked_with_the_account_of_another_company(self):
        search = self.open("destinataire", company_id=self.town_hall.id)
        with self.assertRaises(AccessError):
            search.action_find_on_portal()
        self.assertFalse(self.all_calls())

    def test_second_contact_of_a_body_is_kept_by_whoever_may_edit_contacts(self):
        body = self.learn("0100001001", "Body", identifier_type="RIDET")
        first, second = (
            self._create_public_body(name, "0100001001") for name in ("One", "Two")
        )
        first._l10n_fr_chorus_take(body)
        search = self.window(body, target_id=second.id, keep_both=True)
        self.assertTrue(search.twin_id)
        self.refused(search)
        self.assertFalse(second.l10n_fr_chorus_body_shared)
