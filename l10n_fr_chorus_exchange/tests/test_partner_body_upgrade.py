"""Customers looked up before there was a directory."""

import importlib.util
from pathlib import Path

from odoo.tests import tagged

from .common import ChorusCase, seed

SCRIPT = Path(__file__).parents[1] / "migrations/19.0.1.4.0/post-body.py"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPartnerBodyUpgrade(ChorusCase):
    def migrate(self):
        spec = importlib.util.spec_from_file_location("post_body", SCRIPT)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        self.env.flush_all()
        script.migrate(self.env.cr, "19.0.1.3.0")
        self.env.invalidate_all()

    def known(self, name):
        """As the version before left it."""
        partner = self._create_public_body(
            name,
            seed.METROPOLIS,
            l10n_fr_chorus_portal_id="26100001",
            l10n_fr_chorus_name="METROPOLE",
            l10n_fr_chorus_is_public=True,
            l10n_fr_chorus_requires_service=True,
            l10n_fr_chorus_checked_at="2026-11-01 10:00:00",
        )
        self.env["l10n_fr_chorus.service"].sudo().create(
            {"partner_id": partner.id, "portal_id": "27000001", "code": "ACHATS"}
        )
        return partner

    def test_what_was_known_of_a_customer_is_in_the_directory(self):
        partner = self.known("Métropole")
        self.migrate()
        body = partner.l10n_fr_chorus_body_id
        self.assertRecordValues(
            body,
            [
                {
                    "portal_id": "26100001",
                    "identifier": seed.METROPOLIS,
                    "name": "METROPOLE",
                    "is_public": True,
                    "requires_service": True,
                }
            ],
        )
        self.assertEqual(body.service_ids.mapped("code"), ["ACHATS"])
        self.assertEqual(str(body.checked_at), "2026-11-01 10:00:00")

    def test_the_second_contact_of_a_body_is_left_to_a_person(self):
        partners = self.known("Métropole") | self.known("Métropole bis")
        self.migrate()
        self.assertEqual(len(partners.l10n_fr_chorus_body_id), 1)
        self.assertEqual(len(partners.filtered("l10n_fr_chorus_body_id")), 1)

    def test_second_run_changes_nothing(self):
        partner = self.known("Métropole")
        self.migrate()
        body = partner.l10n_fr_chorus_body_id
        self.migrate()
        self.assertEqual(partner.l10n_fr_chorus_body_id, body)
