"""Contacts of one public body, merged in the window of Odoo."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import seed
from .test_partner_body import BODY, BodyCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPartnerMerge(BodyCase):
    def setUp(self):
        super().setUp()
        self.second = self._create_public_body("Mairie bis", "219 900 012 00019")
        self.second._l10n_fr_chorus_take(self.body)

    def merge(self, sources, destination):
        """With the button of the form, then that of the window."""
        action = sources[:1].action_l10n_fr_chorus_merge_twins()
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .with_context(
                **action["context"] | {"active_ids": (sources | destination).ids}
            )
            .create({})
        )
        wizard.dst_partner_id = destination
        wizard.action_merge()
        self.env.invalidate_all()
        self.assertFalse(sources.exists())

    def assert_is_the_body(self, partner):
        self.assertEqual(partner.l10n_fr_chorus_body_id, self.body)
        services = partner.with_context(active_test=False).l10n_fr_chorus_service_ids
        self.assertEqual(
            sorted(services.mapped("code")), ["ACHATS", "ANCIEN", "VOIRIE"]
        )
        self.assertTrue(partner.l10n_fr_chorus_is_public)
        self.assertFalse(partner.l10n_fr_chorus_twin_ids)
        self.assertFalse(partner.l10n_fr_chorus_body_shared)

    def test_contact_without_the_link_is_merged_into_the_one_that_has_it(self):
        self.merge(self.second, self.partner)
        self.assert_is_the_body(self.partner)

    def test_contact_with_the_link_is_merged_into_the_one_that_has_none(self):
        self.merge(self.partner, self.second)
        self.assert_is_the_body(self.second)

    def test_services_with_numbers_of_the_portal_are_joined(self):
        for rank, code in enumerate(("ACHATS", "VOIRIE")):
            for partner in self.partner | self.second:
                self.service(code, partner).portal_id = str(rank + 1)
            services = self.body.service_ids.filtered(
                lambda one, code=code: one.code == code
            )
            services.sudo().portal_id = str(rank + 1)
        self.merge(self.second, self.partner)
        self.assert_is_the_body(self.partner)

    def test_what_names_a_service_names_the_one_that_stays(self):
        service = self.service("VOIRIE")
        contact = self.contact(service)
        self.partner.l10n_fr_chorus_default_service_id = service
        move = self.draft(contact)
        self.merge(self.partner, self.second)
        stays = self.service("VOIRIE", self.second)
        self.assertEqual(self.second.l10n_fr_chorus_default_service_id, stays)
        self.assertEqual(contact.l10n_fr_chorus_default_service_id, stays)
        self.assertEqual(move.l10n_fr_chorus_service_id, stays)
        self.assertEqual(move.commercial_partner_id, self.second)

    def test_contacts_kept_knowingly_are_merged_and_are_one_again(self):
        self.second.action_l10n_fr_chorus_keep_twin()
        self.merge(self.second, self.partner)
        self.assert_is_the_body(self.partner)

    def test_another_body_merged_in_brings_neither_its_link_nor_its_number(self):
        other = self._create_public_body("Métropole", seed.METROPOLIS)
        self.partner.l10n_fr_chorus_portal_id = "77"
        self.merge(self.partner, other)
        self.assertFalse(other.l10n_fr_chorus_body_id)
        self.assertFalse(other.l10n_fr_chorus_portal_id)
        self.assertEqual(other.l10n_fr_chorus_siret, seed.METROPOLIS)

    def test_customers_of_one_selection_are_merged(self):
        private = self.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in ("One", "Two", "Three")]
        )
        partners = private.with_user(self.supplier_user)
        action = partners.with_company(self.supplier).action_l10n_fr_chorus_match()
        match = self.env["l10n_fr_chorus.match"].browse(action["res_id"])
        self.merge(private[1:], private[0])
        self.assertEqual(match.line_ids.partner_id, private[0])
        self.assertEqual(len(match.line_ids), 1)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBodyBelowACompany(BodyCase):
    """A customer of its own may stand below another company."""

    def setUp(self):
        super().setUp()
        self.group = self.env["res.partner"].create(
            {"name": "Group", "is_company": True}
        )
        self.partner.parent_id = self.group

    def test_second_contact_is_told_and_not_linked_by_itself(self):
        second = self._create_public_body("Mairie bis", BODY)
        second._l10n_fr_chorus_take(self.body)
        self.assertFalse(second.l10n_fr_chorus_body_id)
        self.assertEqual(second.l10n_fr_chorus_twin_ids, self.partner)

    def test_contact_that_becomes_a_customer_of_its_own_is_checked(self):
        contact = self.env["res.partner"].create(
            {"name": "Desk", "parent_id": self.partner.id}
        )
        contact.l10n_fr_chorus_body_id = self.body
        with self.assertRaisesRegex(ValidationError, "already the contact"):
            contact.parent_id = False
