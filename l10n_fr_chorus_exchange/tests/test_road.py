"""Which road an invoice takes, and why."""

from .road_common import A9, SIX_TYPES, RoadCase


class TestRoad(RoadCase):
    def test_attachments_of_the_six_types_stay_on_the_first_road(self):
        move = self.invoice()
        self.assertEqual(move._l10n_fr_chorus_road(), "flow")
        move.l10n_fr_chorus_attachment_ids = self.files(*SIX_TYPES)
        self.assertEqual(move._l10n_fr_chorus_road(), "flow")

    def test_attachment_of_another_type_takes_the_second_road(self):
        move = self.invoice()
        move.l10n_fr_chorus_attachment_ids = self.files("bon.pdf", "plan.docx")
        self.assertEqual(move._l10n_fr_chorus_road(), "pdf")
        self.assertEqual(
            move._l10n_fr_chorus_road(self.files("photo.png")),
            "flow",
            "the files that go along decide, whatever is marked",
        )

    def test_validator_takes_the_second_road(self):
        move = self.invoice(l10n_fr_chorus_framework=A9)
        self.assertEqual(move._l10n_fr_chorus_road(), "pdf")
        move = self.invoice(l10n_fr_chorus_framework="A1_FACTURE_FOURNISSEUR")
        self.assertEqual(move._l10n_fr_chorus_road(), "flow")

    def test_company_that_wants_it_takes_the_second_road(self):
        self.supplier.l10n_fr_chorus_road = "pdf"
        move = self.invoice()
        self.assertEqual(move._l10n_fr_chorus_road(), "pdf")
        partner = self.town_hall_partner.with_company(self.supplier)
        partner.l10n_fr_chorus_form = "ubl"
        self.assertEqual(
            move._l10n_fr_chorus_road(),
            "flow",
            "the customer wants a format of its own",
        )
        move.l10n_fr_chorus_attachment_ids = self.files("plan.docx")
        self.assertEqual(move._l10n_fr_chorus_road(), "pdf", "no other way")

    def test_invoice_says_why_it_goes_as_a_pdf(self):
        move = self.invoice()
        self.assertFalse(move.l10n_fr_chorus_road_reason)
        self.supplier.l10n_fr_chorus_road = "pdf"
        self.assertIn("settings", move.l10n_fr_chorus_road_reason)
        move.l10n_fr_chorus_attachment_ids = self.files("bon.pdf", "plan.docx")
        self.assertIn("plan.docx.", move.l10n_fr_chorus_road_reason)
        self.assertNotIn("bon.pdf", move.l10n_fr_chorus_road_reason)
        move.l10n_fr_chorus_framework = A9
        self.assertIn("validator", move.l10n_fr_chorus_road_reason)

    def test_what_only_the_second_road_needs_is_found_before_sending(self):
        self.supplier_connection.structure_ids.unlink()
        move = self.invoice()
        self.assertFalse(self.told(move))
        move.l10n_fr_chorus_attachment_ids = self.files("plan.docx")
        self.assertIn("have it tested", self.told(move))
