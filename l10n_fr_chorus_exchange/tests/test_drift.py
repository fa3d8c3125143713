"""Drift watch: what changes about a public body reaches whoever has documents for it."""

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from ..models import drift
from ..models.drift_sentences import say_change
from .common import ChorusCase, seed


@tagged("post_install_l10n", "post_install", "-at_install")
class DriftCase(ChorusCase):
    def setUp(self):
        super().setUp()
        self.body = self.town_hall_partner
        self.body.action_l10n_fr_chorus_lookup()
        self.town_hall_connection.active = False

    def draft(self, **values):
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.supplier.id,
                "partner_id": self.body.id,
                "buyer_reference": "ACHATS",
                "invoice_line_ids": [
                    Command.create({"name": "Papier", "price_unit": 10.0})
                ],
                **values,
            }
        )

    def change(self, identifier=seed.TOWN_HALL, **values):
        """The public body is no longer what it was, on the portal."""
        self.drive("POST", "structures", {"identifier": identifier, **values})

    def refresh(self):
        """A night later."""
        moved = fields.Datetime.subtract(fields.Datetime.now(), days=2)
        partners = self.env["res.partner"].search(
            [("l10n_fr_chorus_checked_at", "!=", False)]
        )
        partners.l10n_fr_chorus_checked_at = moved
        self.env["res.partner"].search(
            [("l10n_fr_chorus_asked_at", "!=", False)]
        ).l10n_fr_chorus_asked_at = moved
        self.run_cron("ir_cron_refresh")
        self.env.invalidate_all()

    def activities(self, partner=None):
        return (partner or self.body).activity_ids

    def lines(self, partner=None):
        """Traces of changes in the chatter."""
        return (partner or self.body).message_ids.filtered(
            lambda one: "has changed" in (one.body or "")
        )


class TestDrift(DriftCase):
    def close_service(self, code="ACHATS"):
        self.change(services=[{"code": code, "active": False}])
        self.refresh()

    def test_a_first_look_up_is_no_news(self):
        self.assertFalse(self.lines())
        self.assertFalse(self.activities())

    def test_nothing_changed_says_nothing(self):
        self.draft()
        self.refresh()
        self.assertFalse(self.lines())
        self.assertFalse(self.activities())

    def test_closed_service_lists_the_drafts_that_name_it_and_no_others(self):
        touched, other = self.draft(), self.draft(buyer_reference="ECOLES")
        self.close_service()
        [activity] = self.activities()
        self.assertIn("“ACHATS”", activity.note)
        self.assertIn(f"/{touched.id}", activity.note.replace('data-oe-id="', "/"))
        self.assertNotIn(f'data-oe-id="{other.id}"', activity.note)

    def test_service_that_disappeared_counts_as_closed(self):
        self.draft()
        self.portal.store.run("DELETE FROM service WHERE code = 'ACHATS'")
        self.refresh()
        self.assertIn("“ACHATS”", self.activities().note)

    def test_recurring_invoice_and_invoice_not_sent_yet_are_touched(self):
        recurring = self.draft(auto_post="monthly", invoice_date=fields.Date.today())
        unsent = self.posted_invoice()
        self.close_service()
        kinds = {one.record: one.kind for one in self.body._l10n_fr_chorus_documents()}
        self.assertEqual(kinds[recurring], "recurring")
        self.assertEqual(kinds[unsent], "unsent")
        self.assertIn("(recurring)", self.activities().note)
        for move in recurring, unsent:
            self.assertIn(f'data-oe-id="{move.id}"', self.activities().note)

    def test_change_that_touches_no_document_is_a_line_and_no_activity(self):
        self.draft(buyer_reference="ECOLES")
        self.close_service()
        self.assertIn("“ACHATS”", self.lines().body)
        self.assertFalse(self.activities())
        self.assertFalse(self.body.l10n_fr_chorus_drift)

    def test_new_demand_touches_documents_that_do_not_meet_it(self):
        without, with_number = (
            self.draft(),
            self.draft(purchase_order_reference="1000000123"),
        )
        self.change(needs_engagement=True)
        self.refresh()
        [activity] = self.activities()
        self.assertIn("now demands a commitment number", activity.note)
        self.assertIn(f'data-oe-id="{without.id}"', activity.note)
        self.assertNotIn(f'data-oe-id="{with_number.id}"', activity.note)

    def test_new_demand_of_a_service_in_use_is_seen(self):
        self.draft()
        self.change(services=[{"code": "ACHATS", "needs_engagement": True}])
        self.refresh()
        self.assertIn("now demands a commitment number", self.activities().note)

    def test_closed_body_touches_everything_and_is_still_asked_about(self):
        self.draft()
        self.change(active=False)
        self.refresh()
        self.assertFalse(self.body.l10n_fr_chorus_is_public)
        self.assertIn("no longer receives", self.activities().note)
        self.change(active=True)
        self.refresh()
        self.assertTrue(self.body.l10n_fr_chorus_is_public)
        self.assertFalse(self.activities())
        self.assertIn("again", self.lines()[0].body)

    def test_renamed_body_tells_both_names(self):
        self.draft()
        self.change(name="COMMUNE NOUVELLE DE MODELEVILLE")
        self.refresh()
        self.assertIn("“COMMUNE DE MODELEVILLE”", self.activities().note)
        self.assertIn("“COMMUNE NOUVELLE", self.activities().note)

    def test_body_that_the_portal_no_longer_knows_is_told_once(self):
        self.draft()
        self.portal.store.run(
            "UPDATE structure SET identifier = 'OTHER' WHERE identifier = ?",
            seed.TOWN_HALL,
        )
        self.refresh()
        self.refresh()
        self.assertEqual(len(self.lines()), 1)
        self.assertIn("no longer knows", self.activities().note)
        self.assertIn("does not know", self.body.l10n_fr_chorus_trouble)

    def test_an_invoice_to_a_body_no_longer_known_is_warned_of(self):
        move = self.draft()

        def told():
            found = move._l10n_fr_chorus_findings()
            return [one.id for one in found if one.id == "CPX-RECIPIENT-UNKNOWN"]

        self.assertFalse(told())
        rename = "UPDATE structure SET identifier = ? WHERE identifier = ?"
        self.portal.store.run(rename, "OTHER", seed.TOWN_HALL)
        self.refresh()
        self.assertTrue(told())
        self.portal.store.run(rename, seed.TOWN_HALL, "OTHER")
        self.refresh()
        self.assertFalse(told(), "known again")
        self.body.l10n_fr_chorus_unknown_at = fields.Datetime.now()
        self.body.company_registry = seed.METROPOLIS
        self.assertFalse(told(), "with another SIRET nothing is known")

    def test_activity_closes_when_the_documents_follow(self):
        move = self.draft()
        self.close_service()
        move.buyer_reference = "ECOLES"
        self.refresh()
        self.assertFalse(self.activities())
        self.assertFalse(self.body.l10n_fr_chorus_drift)
        self.assertEqual(len(self.lines()), 1)

    def test_second_change_rewrites_the_same_activity(self):
        self.draft()
        self.close_service()
        first = self.activities()
        self.change(needs_engagement=True)
        self.refresh()
        self.assertEqual(self.activities(), first)
        self.assertIn("“ACHATS”", first.note)
        self.assertIn("commitment number", first.note)

    def test_same_change_every_night_is_told_once(self):
        self.draft()
        self.close_service()
        first, note = self.activities(), self.activities().note
        self.refresh()
        self.assertEqual(self.activities(), first)
        self.assertEqual(self.activities().note, note)
        self.assertEqual(len(self.lines()), 1)

    def test_what_a_person_marked_as_done_comes_back_only_with_news(self):
        self.draft()
        self.close_service()
        self.activities().action_feedback()
        self.refresh()
        self.assertFalse(self.activities())
        self.change(needs_engagement=True)
        self.refresh()
        self.assertTrue(self.activities())

    def test_each_company_is_told_of_its_own_documents_only(self):
        ours = self.draft()
        theirs = (
            self.env["account.move"]
            .with_company(self.town_hall)
            .create(
                {
                    "move_type": "out_invoice",
                    "company_id": self.town_hall.id,
                    "partner_id": self.body.id,
                    "buyer_reference": "ACHATS",
                }
            )
        )
        self.close_service()
        notes = {
            one.l10n_fr_chorus_problem: one.note for one in self.activities().sudo()
        }
        self.assertEqual(len(notes), 2)
        note = notes[f"drift:{self.supplier.id}"]
        self.assertIn(f'data-oe-id="{ours.id}"', note)
        self.assertNotIn(f'data-oe-id="{theirs.id}"', note)

    def test_person_named_by_the_company_is_told_else_the_salesperson(self):
        self.draft()
        seller = new_test_user(
            self.env,
            login="seller",
            groups="account.group_account_invoice",
            company_id=self.supplier.id,
            company_ids=[Command.set(self.supplier.ids)],
        )
        self.body.user_id = seller
        self.close_service()
        self.assertEqual(self.activities().user_id, seller)
        self.activities().unlink()
        self.supplier.l10n_fr_chorus_user_id = self.supplier_user
        self.body.sudo().l10n_fr_chorus_drift_told = False
        self.refresh()
        self.assertEqual(self.activities().user_id, self.supplier_user)

    def test_look_up_by_hand_tells_as_the_night_does(self):
        self.draft()
        self.change(needs_engagement=True)
        self.body.with_user(self.supplier_user).action_l10n_fr_chorus_lookup()
        self.assertTrue(self.activities())

    def learn(self, **values):
        """What an import of the directory says of the town hall."""
        self.env["l10n_fr_chorus.body"]._learn(
            [
                {
                    "identifier": seed.TOWN_HALL,
                    "identifier_type": "SIRET",
                    "active": True,
                    **values,
                }
            ]
        )

    def test_change_learnt_from_the_directory_reaches_the_customer(self):
        self.draft()
        self.assertTrue(self.body.l10n_fr_chorus_body_id)
        self.learn(requires_engagement=True)
        self.assertTrue(self.body.l10n_fr_chorus_requires_engagement)
        self.assertIn("now demands a commitment number", self.activities().note)

    def test_service_closed_in_the_directory_reaches_the_customer(self):
        self.draft()
        [service] = self.body.l10n_fr_chorus_service_ids.filtered(
            lambda one: one.code == "ACHATS"
        )
        row = {"portal_id": service.portal_id, "code": "ACHATS", "active": False}
        self.learn(services=[row])
        self.assertFalse(service.active)
        self.assertIn("“ACHATS”", self.activities().note)

    def test_customer_that_cannot_follow_does_not_stop_the_import(self):
        def stumble(_partner, _body):
            raise ValueError("nobody thought of this")

        self.patch(type(self.body), "_l10n_fr_chorus_take", stumble)
        with self.assertLogs("odoo.addons.l10n_fr_chorus_exchange", "ERROR"):
            self.learn(requires_engagement=True)
        self.assertTrue(self.body.l10n_fr_chorus_body_id.requires_engagement)

    def test_activity_speaks_the_language_of_the_company(self):
        self.speak_french(self.supplier)
        self.draft()
        spoken = set()

        def note_language(partner, concerned):
            spoken.add(partner.env.lang)
            return "Note"

        self.patch(type(self.body), "_l10n_fr_chorus_drift_note", note_language)
        self.learn(requires_engagement=True)
        self.assertEqual(spoken, {"fr_FR"})

    def test_default_service_that_closed_is_told_without_any_document(self):
        default = self.body.l10n_fr_chorus_service_ids.filtered(
            lambda one: one.code == "ACHATS"
        )
        self.body.l10n_fr_chorus_default_service_id = default
        self.draft(buyer_reference="ECOLES")
        self.close_service()
        self.assertIn(f'data-oe-id="{self.body.id}"', self.activities().note)
        self.assertIn("Default service of", self.activities().note)
        self.body.l10n_fr_chorus_default_service_id = False
        self.refresh()
        self.assertFalse(self.activities())

    def test_words_of_the_portal_are_no_html(self):
        self.draft()
        self.change(name="<b>COMMUNE</b>")
        self.refresh()
        self.assertNotIn("<b>", self.activities().note)
        self.assertNotIn("<b>", self.lines().body)

    def test_each_change_has_its_sentence(self):
        demands = (drift.SERVICE, drift.ENGAGEMENT, drift.EITHER)
        kinds = [
            value
            for name, value in vars(drift).items()
            if name.isupper() and isinstance(value, str) and value not in demands
        ]
        for kind in kinds:
            for what in demands:
                with self.subTest(kind=kind, what=what):
                    change = drift.Change(kind, what, "OLD", "NEW")
                    said = say_change(self.env, self.body, change)
                    self.assertNotIn("%(", said)
