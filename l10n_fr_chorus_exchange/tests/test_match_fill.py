"""Many customers at once: address and country, and what was corrected meanwhile."""

from unittest.mock import patch

from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import seed
from .search_common import SearchCase

UNKNOWN = "99999999900017"
ADDRESS = {"street": "2 place Neuve", "zip": "99999", "city": "MODELEVILLE"}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMatchFill(SearchCase):
    def setUp(self):
        super().setUp()
        self.town_hall_connection.active = False
        self.body = self.learn(
            seed.NOTHING_REQUIRED,
            "COMMUNE SANS EXIGENCE",
            country_code="FR",
            checked_at=fields.Datetime.now(),
            **ADDRESS,
        )

    def customer(self, siret=seed.NOTHING_REQUIRED, **values):
        where = dict.fromkeys(("street", "zip", "city", "country_id"), False)
        return self._create_public_body("Customer", siret, **(where | values))

    def look(self, partners, user=None):
        partners = partners.with_user(user or self.seller)
        action = partners.with_company(self.supplier).action_l10n_fr_chorus_match()
        match = self.env["l10n_fr_chorus.match"].browse(action["res_id"])
        self.run_match()
        return match

    def run_match(self):
        self.run_cron("ir_cron_match")
        self.env.invalidate_all()

    def apply(self, match, user=None):
        match.with_user(user or self.seller).action_apply()
        self.run_match()

    def look_the_rest(self, match):
        match.with_user(self.seller).action_resume()
        self.run_match()

    # -- address and country -------------------------------------------------

    def test_empty_address_and_country_are_filled_in_and_told(self):
        partner = self.customer()
        match = self.look(partner)
        self.assertIn("The address is filled in.", match.line_ids.note)
        self.assertIn("The country is filled in.", match.line_ids.note)
        self.apply(match)
        self.assertEqual(match.line_ids.state, "applied")
        self.assertFalse(match.line_ids.note)
        self.assertEqual(partner.country_id, self.env.ref("base.fr"))
        self.assertEqual({name: partner[name] for name in ADDRESS}, ADDRESS)

    def test_address_that_somebody_typed_stays_as_it_is(self):
        partner = self.customer(city="Ailleurs")
        self.apply(self.look(partner))
        self.assertEqual((partner.city, partner.street), ("Ailleurs", False))
        self.assertEqual(partner.country_id.code, "FR")

    def test_who_may_not_edit_contacts_is_told_what_stays_missing(self):
        partner = self.customer()
        for _once_applied in range(2):
            match = self.look(partner, self.supplier_user)
            if match.to_apply_count:
                self.apply(match, self.supplier_user)
            self.assertFalse(partner.country_id)
            self.assertEqual(match.line_ids.state, "applied")
            self.assertIn("country is missing", match.line_ids.note)
            self.assertNotIn("filled in", match.line_ids.note)

    def test_body_linked_already_is_still_completed(self):
        partner = self.customer()
        partner._l10n_fr_chorus_take(self.body)
        match = self.look(partner)
        self.assertEqual((match.line_ids.state, match.to_apply_count), ("found", 1))
        self.apply(match)
        self.assertEqual(partner.country_id.code, "FR")
        self.assertEqual(self.look(partner).line_ids.state, "applied")

    def test_what_odoo_refuses_is_told_in_its_own_words(self):
        match = self.look(self.customer())
        refusal = UserError("The VAT number is wrong.")
        take = "_l10n_fr_chorus_take"
        with patch.object(self.registry["res.partner"], take, side_effect=refusal):
            self.apply(match)
        self.assertEqual(match.line_ids.state, "trouble")
        self.assertEqual(match.line_ids.note, "The VAT number is wrong.")

    def test_page_of_a_body_without_a_country_is_shown(self):
        partner = self.customer()
        view = self.env.ref("account.view_partner_property_form")
        arch = etree.fromstring(partner.get_view(view.id, "form")["arch"])
        [page] = arch.xpath("//page[@name='l10n_fr_chorus']")
        hidden = page.get("invisible")

        def is_hidden():
            names = (
                "l10n_fr_chorus_body_id",
                "l10n_fr_chorus_of_public",
                "l10n_fr_is_french",
                "is_company",
            )
            return safe_eval(hidden, {name: bool(partner[name]) for name in names})

        self.assertTrue(is_hidden(), "a customer from nowhere")
        partner._l10n_fr_chorus_take(self.body)
        self.assertFalse(is_hidden())

    # -- the rest ------------------------------------------------------------

    def later(self, match):
        """The results are of yesterday."""
        self.env.cr.execute(
            "UPDATE l10n_fr_chorus_match_line SET write_date = write_date - "
            "interval '1 day' WHERE match_id = %s",
            [match.id],
        )
        self.env.invalidate_all()

    def test_customers_corrected_meanwhile_are_looked_up_again(self):
        self.learn("21990009800019", "FERMEE", active=False)
        partners = {
            state: self.customer(siret)
            for state, siret in {
                "unknown": UNKNOWN,
                "none": "1234",
                "closed": "21990009800019",
            }.items()
        }
        match = self.look(self.env["res.partner"].union(*partners.values()))
        self.assertEqual(set(match.line_ids.mapped("state")), set(partners))
        self.later(match)
        sirets = (seed.NOTHING_REQUIRED, seed.METROPOLIS, seed.SERVICE_REQUIRED)
        for partner, siret in zip(partners.values(), sirets, strict=True):
            partner.company_registry = siret
        self.look_the_rest(match)
        self.assertEqual(set(match.line_ids.mapped("state")), {"found"})

    def test_siret_that_nobody_corrected_costs_no_second_call(self):
        match = self.look(self.customer(UNKNOWN))
        asked = self.calls("structures/rechercher")
        self.assertTrue(asked)
        self.look_the_rest(match)
        self.assertEqual(self.calls("structures/rechercher"), asked)
        self.assertEqual(match.line_ids.state, "unknown")

    def test_twin_that_is_gone_frees_the_customer(self):
        first = self.customer()
        first._l10n_fr_chorus_take(self.body)
        match = self.look(self.customer())
        self.assertEqual(match.line_ids.state, "twin")
        first.active = False
        self.look_the_rest(match)
        self.assertEqual(match.line_ids.state, "found")

    def test_what_a_person_ticked_stays_ticked(self):
        self.customer()._l10n_fr_chorus_take(self.body)
        match = self.look(self.customer())
        match.line_ids.with_user(self.seller).to_apply = True
        self.look_the_rest(match)
        self.assertTrue(match.line_ids.to_apply)

    def test_button_is_there_as_long_as_somebody_is_unmatched(self):
        view = self.env["l10n_fr_chorus.match"].get_view(view_type="form")
        [button] = etree.fromstring(view["arch"]).xpath(
            "//button[@name='action_resume']"
        )
        self.assertIn("not unmatched_count", button.get("invisible"))
