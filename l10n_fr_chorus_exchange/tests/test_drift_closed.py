"""A public body that closed, and a name that is only written otherwise."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models import drift
from ..models.account_move_send import METHOD
from .common import seed
from .test_drift import DriftCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDriftClosed(DriftCase):
    def close(self):
        """With business this year, and no draft left."""
        move = self.draft(invoice_date=fields.Date.today(), buyer_reference="ECOLES")
        move.action_post()
        move.l10n_fr_chorus_stays_out = True
        self.change(active=False)
        self.refresh()
        self.assertFalse(self.body.l10n_fr_chorus_is_public)

    def choose_default(self):
        [service] = self.body.l10n_fr_chorus_service_ids.filtered(
            lambda one: one.code == "ACHATS"
        )
        self.body.l10n_fr_chorus_default_service_id = service

    def test_default_service_of_a_body_that_closed_is_told_without_a_document(self):
        self.choose_default()
        self.close()
        [activity] = self.activities()
        self.assertIn("no longer receives", activity.note)
        self.assertIn("Default service of", activity.note)

    def test_default_service_of_a_body_that_vanished_is_told(self):
        default = drift.Document(self.body, "default", None, "A", is_default=True)
        self.assertTrue(drift.touches(drift.Change(drift.GONE), default))
        self.assertFalse(drift.touches(drift.Change(drift.RENAMED), default))

    def test_customer_comes_back_when_its_body_opens_again(self):
        self.close()
        self.assertFalse(self.body.l10n_fr_chorus_drift)
        self.assertTrue(self.body.l10n_fr_chorus_closed)
        self.change(active=True)
        self.refresh()
        self.assertTrue(self.body.l10n_fr_chorus_is_public)
        self.assertFalse(self.body.l10n_fr_chorus_closed)
        self.assertIn("again", self.lines()[0].body)

    def test_customer_that_somebody_unticked_is_not_asked_about(self):
        self.draft()
        self.body.l10n_fr_chorus_is_public = False
        self.assertFalse(self.body.l10n_fr_chorus_closed)
        self.drive("DELETE", "calls")
        self.refresh()
        self.assertFalse(self.all_calls())

    def test_next_invoice_for_a_closed_body_says_so_and_does_not_go_by_mail(self):
        self.close()
        move = self.draft()
        self.assertEqual(move.l10n_fr_chorus_readiness_level, "settle")
        [finding] = [
            one
            for one in move._l10n_fr_chorus_findings()
            if one.id == "CPX-RECIPIENT-STRUCTURE"
        ]
        self.assertTrue(finding.is_error)
        send = self.env["account.move.send"]
        self.assertTrue(send._l10n_fr_chorus_is_its_way(move))
        self.assertIn(METHOD, send._get_default_sending_methods(move))
        self.supplier.l10n_fr_chorus_check_at_posting = True
        with self.assertRaisesRegex(UserError, "no active public body"):
            move.action_post()

    def test_closed_body_that_somebody_sends_to_another_way_is_let_pass(self):
        self.close()
        self.body.with_company(self.supplier).invoice_sending_method = "email"
        move = self.draft()
        self.assertFalse(move.l10n_fr_chorus_readiness_level)
        send = self.env["account.move.send"]
        self.assertFalse(send._l10n_fr_chorus_is_its_way(move))

    def test_private_company_that_closed_is_no_public_body_that_did(self):
        self.body.l10n_fr_chorus_body_id.sudo().write(
            {"active": False, "is_public": False}
        )
        self.body.l10n_fr_chorus_is_public = False
        self.assertFalse(self.body.l10n_fr_chorus_closed)

    # -------------------------------------------------------------------------
    # NAMES
    # -------------------------------------------------------------------------

    def test_name_in_other_letters_is_no_other_name(self):
        self.draft()
        body = self.body.l10n_fr_chorus_body_id
        name = body.name
        row = {"identifier": seed.TOWN_HALL, "name": name.title()}
        _bodies, changes = self.env["l10n_fr_chorus.body"]._learn([row])
        self.assertFalse(changes)
        self.assertEqual(body.name, name)
        # As the import of the directory leaves it, then as the night finds it.
        body.sudo().name = name.title()
        self.body._l10n_fr_chorus_take(body)
        self.refresh()
        self.assertEqual(body.name, name.title())
        self.assertFalse(self.lines())
        self.assertFalse(self.activities())
