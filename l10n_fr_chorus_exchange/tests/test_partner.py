from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ChorusCase, seed


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPartner(ChorusCase):
    def _body(self, siret, name="A public body"):
        return self._create_public_body(name, siret)

    def _look_up(self, siret):
        partner = self._body(siret)
        partner.action_l10n_fr_chorus_lookup()
        return partner

    # -- SIRET ---------------------------------------------------------------

    def test_siret_is_cleaned_for_use_and_kept_as_typed(self):
        partner = self._body("200 000 002 00014")
        self.assertEqual(partner.l10n_fr_chorus_siret, "20000000200014")
        self.assertEqual(partner.company_registry, "200 000 002 00014")

    def test_siret_is_found_by_its_digits(self):
        partner = self._body("123 456 782 00036")
        domain = [("l10n_fr_chorus_siret", "=", "12345678200036")]
        self.assertEqual(self.env["res.partner"].search(domain), partner)

    def test_number_that_is_no_siret_is_no_siret(self):
        self.assertFalse(self._body("123456782").l10n_fr_chorus_siret)

    def test_siret_of_wrong_length_is_warned_about_with_its_length(self):
        warning = self._body("2000 0000 2000").l10n_fr_chorus_siret_warning
        self.assertIn("14 digits", warning)
        self.assertIn("(12)", warning)

    def test_siret_with_a_wrong_check_digit_is_warned_about_and_saved(self):
        partner = self._body(seed.TOWN_HALL)
        self.assertIn("check digit", partner.l10n_fr_chorus_siret_warning)

    def test_right_siret_and_missing_siret_are_not_warned_about(self):
        self.assertFalse(self._body("73282932000074").l10n_fr_chorus_siret_warning)
        self.assertFalse(self._body(False).l10n_fr_chorus_siret_warning)

    def test_sirets_of_la_poste_follow_their_own_rule(self):
        self.assertFalse(self._body("35600000000001").l10n_fr_chorus_siret_warning)

    def test_company_of_another_country_is_not_warned_about(self):
        partner = self._body("0477472701")
        partner.country_id = self.env.ref("base.be")
        self.assertFalse(partner.l10n_fr_chorus_siret_warning)

    def test_warning_shows_while_typing(self):
        with Form(self._body("73282932000074")) as form:
            form.company_registry = "73282932000075"
            self.assertIn("check digit", form.l10n_fr_chorus_siret_warning)

    # -- look up -------------------------------------------------------------

    def test_look_up_brings_name_and_public_nature(self):
        partner = self._look_up(seed.TOWN_HALL)
        self.assertEqual(partner.l10n_fr_chorus_name, "COMMUNE DE MODELEVILLE")
        self.assertTrue(partner.l10n_fr_chorus_is_public)
        self.assertTrue(partner.l10n_fr_chorus_portal_id.isdigit())
        self.assertTrue(partner.l10n_fr_chorus_checked_at)
        self.assertEqual(partner.name, "A public body")

    def test_look_up_says_in_words_what_each_kind_of_body_demands(self):
        for siret, words in (
            (seed.NOTHING_REQUIRED, "Neither service code nor commitment number"),
            (seed.ENGAGEMENT_REQUIRED, "A commitment number is required"),
            (seed.SERVICE_REQUIRED, "A service code is required"),
            (seed.BOTH_REQUIRED, "A service code and a commitment number"),
            (seed.DEPARTMENT, "A service code or a commitment number"),
        ):
            with self.subTest(siret=siret):
                self.assertIn(words, self._look_up(siret).l10n_fr_chorus_demands)

    def test_look_up_tells_of_a_body_that_does_not_report_payment(self):
        partner = self._look_up(seed.SYNDICATE)
        self.assertFalse(partner.l10n_fr_chorus_reports_payment)
        self.assertIn("does not tell", partner.l10n_fr_chorus_demands)

    def test_look_up_brings_active_services_and_those_that_need_an_engagement(self):
        services = self._look_up(seed.TOWN_HALL).l10n_fr_chorus_service_ids
        self.assertEqual(
            {s.code: s.requires_engagement for s in services},
            {"ACHATS": False, "ECOLES": False, "VOIRIE": True},
        )

    def test_look_up_reads_every_page_of_services(self):
        partner = self._look_up(seed.METROPOLIS)
        self.assertEqual(len(partner.l10n_fr_chorus_service_ids), 13)

    def test_body_that_always_wants_the_engagement_is_not_asked_per_service(self):
        self._look_up(seed.BOTH_REQUIRED)
        self.assertEqual(self.calls("structures/consulter/service"), 0)

    def test_second_look_up_changes_no_service(self):
        partner = self._look_up(seed.TOWN_HALL)
        before = partner.l10n_fr_chorus_service_ids
        partner.action_l10n_fr_chorus_lookup()
        self.assertEqual(partner.l10n_fr_chorus_service_ids, before)

    def test_service_gone_from_the_portal_is_archived(self):
        partner = self._look_up(seed.TOWN_HALL)
        gone = partner.l10n_fr_chorus_service_ids.create(
            {"partner_id": partner.id, "portal_id": "999", "code": "GONE"}
        )
        partner.action_l10n_fr_chorus_lookup()
        self.assertFalse(gone.active)

    def test_service_typed_by_hand_is_recognised_by_its_code(self):
        partner = self._body(seed.TOWN_HALL)
        typed = self.env["l10n_fr_chorus.service"].create(
            {"partner_id": partner.id, "code": "ACHATS"}
        )
        partner.action_l10n_fr_chorus_lookup()
        self.assertEqual(typed.name, "Service des achats")
        self.assertTrue(typed.portal_id)

    def test_service_typed_by_hand_and_unknown_there_is_kept(self):
        partner = self._body(seed.TOWN_HALL)
        typed = self.env["l10n_fr_chorus.service"].create(
            {"partner_id": partner.id, "code": "OTHER"}
        )
        partner.action_l10n_fr_chorus_lookup()
        self.assertTrue(typed.active)

    def test_private_company_is_found_but_not_public(self):
        partner = self._body(seed.OTHER_SUPPLIER)
        action = partner.action_l10n_fr_chorus_lookup()
        self.assertFalse(partner.l10n_fr_chorus_is_public)
        self.assertIn("cannot receive invoices", action["params"]["message"])

    def test_closed_body_is_no_longer_public(self):
        partner = self._body(seed.CLOSED_BODY)
        partner.l10n_fr_chorus_is_public = True
        partner.action_l10n_fr_chorus_lookup()
        self.assertFalse(partner.l10n_fr_chorus_is_public)

    def test_unknown_siret_is_told_and_changes_nothing(self):
        partner = self._body("99999999900017")
        with self.assertRaisesRegex(UserError, "does not know the SIRET 9999"):
            partner.action_l10n_fr_chorus_lookup()
        self.assertFalse(partner.l10n_fr_chorus_checked_at)

    def test_contact_of_a_body_looks_the_body_up(self):
        partner = self._body(seed.TOWN_HALL)
        contact = self.env["res.partner"].create(
            {"name": "Accounting", "parent_id": partner.id}
        )
        contact.action_l10n_fr_chorus_lookup()
        self.assertTrue(partner.l10n_fr_chorus_is_public)
        self.assertFalse(contact.l10n_fr_chorus_service_ids)

    def test_missing_siret_is_asked_for(self):
        with self.assertRaisesRegex(UserError, "Type the SIRET"):
            self._look_up(False)

    def test_company_without_connection_is_sent_to_the_settings(self):
        self.supplier_connection.active = False
        with self.assertRaisesRegex(UserError, "settings"):
            self._look_up(seed.TOWN_HALL)

    def test_wrong_check_digit_is_refused_in_production_before_any_call(self):
        self.supplier_connection.environment = "production"
        with self.assertRaisesRegex(UserError, "check digit"):
            self._look_up(seed.TOWN_HALL)
        self.assertFalse(self.all_calls())

    def test_trouble_of_the_portal_is_a_sentence(self):
        self.fault("structures/rechercher", "forbidden", times=None)
        with self.assertRaisesRegex(UserError, "403"):
            self._look_up(seed.TOWN_HALL)

    def test_billing_user_looks_up_without_the_right_to_edit_contacts(self):
        partner = self._body(seed.TOWN_HALL)
        as_user = partner.with_user(self.supplier_user)
        with self.assertRaises(AccessError):
            as_user.check_access("write")
        as_user.action_l10n_fr_chorus_lookup()
        self.assertEqual(len(as_user.l10n_fr_chorus_service_ids), 3)
