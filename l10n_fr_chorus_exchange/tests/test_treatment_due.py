"""A bill confirmed while the portal cannot take the answer yet."""

from odoo.tests import tagged

from .treatment_common import TreatmentCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTreatmentDue(TreatmentCase):
    def setUp(self):
        super().setUp()
        self.town_hall.l10n_fr_chorus_answer_posted = "SERVICE_FAIT"

    def confirm_while(self, status):
        self.document.portal_status = status
        self.move.action_post()
        self.assertFalse(self.document.treatment_ids)

    def hear(self, status):
        """The portal's status changes, and Odoo reads it."""
        self.treat_on_portal(self.document.portal_id, status, "Bon manquant")
        self.document.history_due = True
        self.receive()

    def test_it_is_told_once_the_status_allows(self):
        self.confirm_while("EN_COURS_ACHEMINEMENT")
        self.assertEqual(self.document.answer_due, "SERVICE_FAIT")
        self.assertIn("will be told once", self.move.l10n_fr_chorus_answer_summary)
        self.hear("MISE_A_DISPOSITION")
        self.assertEqual(self.answers(), ["SERVICE_FAIT"])
        self.assertTrue(self.document.treatment_ids.is_automatic)
        self.assertFalse(self.document.answer_due)
        self.answer()
        self.assertEqual(self.status(), "SERVICE_FAIT")

    def test_a_document_the_portal_has_not_listed_is_answered_once_it_is(self):
        portal_id, self.document.portal_id = self.document.portal_id, "file-1"
        self.confirm_while(False)
        self.document.portal_id = portal_id
        self.hear("MISE_A_DISPOSITION")
        self.assertEqual(self.answers(), ["SERVICE_FAIT"])

    def test_what_the_supplier_completed_is_looked_at_first(self):
        self.hear("SUSPENDUE")
        self.confirm_while("SUSPENDUE")
        self.complete(self.document, "bon.pdf", b"%PDF-1.7 /Type/Catalog")
        self.document.history_due = True
        self.receive()
        self.assertEqual(self.document.portal_status, "COMPLETEE")
        self.assertFalse(self.document.treatment_ids)
        self.assertIn("check what", self.move.l10n_fr_chorus_answer_summary)
        self.assertTrue(self.move.activity_ids, "somebody is called")
        self.tell("certify")
        self.assertEqual(self.answers(), ["SERVICE_FAIT"])
        self.assertFalse(self.document.answer_due)

    def test_a_bill_taken_back_meanwhile_tells_nothing(self):
        self.confirm_while("EN_COURS_ACHEMINEMENT")
        self.move.button_draft()
        self.hear("MISE_A_DISPOSITION")
        self.assertFalse(self.document.treatment_ids)
        self.assertFalse(self.document.answer_due)

    def test_what_is_passed_or_over_is_not_waited_for(self):
        for status in ("MANDATEE", "REJETEE", "A_RECYCLER"):
            with self.subTest(status):
                self.confirm_while(status)
                self.assertFalse(self.document.answer_due)
                self.move.button_draft()

    def test_nothing_waits_on_a_connection_that_only_reads(self):
        self.town_hall_connection.is_read_only = True
        self.confirm_while("EN_COURS_ACHEMINEMENT")
        self.assertFalse(self.document.answer_due)
