"""One activity per document that waits for a person, closed when it no longer does."""

from odoo.tests import new_test_user, tagged

from .common import seed
from .inbound_common import InboundCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundActivity(InboundCase):
    def aside(self, sentence="No journal", **values):
        document = self.kept(**values)
        document._to_settle(sentence)
        return document

    def person(self, login, **values):
        return new_test_user(
            self.env,
            login=login,
            groups="account.group_account_invoice",
            company_id=self.town_hall.id,
            company_ids=[(6, 0, self.town_hall.ids)],
            **values,
        )

    def structure(self):
        self.know_structures()
        return self.town_hall_connection.structure_ids.filtered(
            lambda one: one.siret == seed.TOWN_HALL
        )

    def test_a_document_put_aside_is_one_activity_with_its_sentence(self):
        document = self.aside("Choose a <b>journal</b>")
        [activity] = document.activity_ids
        self.assertIn("&lt;b&gt;journal", activity.note)
        self.assertIn(document.number, activity.summary)
        document._to_settle("Choose another one")
        [activity] = document.activity_ids
        self.assertIn("another one", activity.note)

    def test_what_cannot_be_read_calls_somebody_too(self):
        document = self.kept(content=b"<no pivot/>")
        self.assertEqual(document.state, "quarantine")
        [activity] = document.activity_ids
        self.assertIn("cannot be read", activity.summary)

    def test_the_activity_goes_when_somebody_retries_ignores_or_settles(self):
        retried, ignored, settled = (self.aside() for _ in range(3))
        for document, action in (
            (retried, "action_retry"),
            (ignored, "action_ignore"),
            (settled, "action_make_bill_of_files"),
        ):
            with self.subTest(action):
                self.assertTrue(document.activity_ids)
                getattr(document.with_user(self.town_hall_user), action)()
                self.assertFalse(document.activity_ids)
        self.assertTrue(settled.move_id)

    def test_a_bill_that_is_made_calls_nobody(self):
        self.assertFalse(self.decoded().activity_ids)

    def test_an_activity_that_a_person_planned_stays(self):
        document = self.aside()
        document.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.town_hall_user.id
        )
        document.with_user(self.town_hall_user).action_ignore()
        [activity] = document.activity_ids
        self.assertFalse(activity.l10n_fr_chorus_problem)

    def test_it_goes_to_the_person_of_the_structure(self):
        structure = self.structure()
        structure.user_id = self.person("structure_person")
        document = self.kept()
        document.structure_id = structure
        document._to_settle("No journal")
        self.assertEqual(document.activity_ids.user_id, structure.user_id)

    def test_it_never_goes_to_somebody_who_left(self):
        structure = self.structure()
        structure.user_id = gone = self.person("gone")
        gone.active = False
        document = self.kept()
        document.structure_id = structure
        document._to_settle("No journal")
        user = document.activity_ids.user_id
        self.assertNotEqual(user, gone)
        self.assertIn(self.town_hall, user.company_ids)
        self.assertTrue(user.active)

    def test_a_refused_answer_without_a_bill_calls_whoever_gave_it(self):
        document = self.aside()
        document.portal_id = str(self.post_on_portal())
        self.env["l10n_fr_chorus.treatment"].with_user(
            self.town_hall_user
        ).sudo()._queue(document.sudo(), "REJETEE", reason="Doublon")
        self.fault("factures/traiter/recue", "refused", times=1)
        self.run_cron("ir_cron_answer")
        self.assertEqual(document.treatment_ids.state, "refused")
        told = document.activity_ids.filtered(lambda one: "refused" in one.summary)
        self.assertEqual(told.user_id, self.town_hall_user)

    def test_a_day_of_trouble_sends_no_mail(self):
        before = self.env["mail.mail"].sudo().search_count([])
        messages = self.env["mail.message"].sudo().search_count([])
        documents = [self.aside() for _ in range(3)]
        self.assertEqual([len(one.activity_ids) for one in documents], [1, 1, 1])
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), before)
        self.assertEqual(self.env["mail.message"].sudo().search_count([]), messages)
