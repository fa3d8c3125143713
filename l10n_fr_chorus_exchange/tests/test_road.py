"""Which road an invoice takes, and why."""

from unittest.mock import patch

from odoo.exceptions import UserError

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

    def test_files_too_large_for_one_structured_file_take_the_second_road(self):
        partner = self.town_hall_partner.with_company(self.supplier)
        partner.l10n_fr_chorus_form = "ubl"
        move = self.invoice()
        large = self.files("bon.pdf", "plan.pdf", content=b"%PDF-" + b"0" * 3_600_000)
        move.l10n_fr_chorus_attachment_ids = large[0]
        self.assertEqual(move._l10n_fr_chorus_road(), "flow")
        move.l10n_fr_chorus_attachment_ids = large
        self.assertEqual(move._l10n_fr_chorus_road(), "pdf")
        self.assertIn("too large for one", move.l10n_fr_chorus_road_reason)
        self.assertFalse(move._l10n_fr_chorus_findings())
        self.send(move)
        self.run_cron("ir_cron_send")
        [invoice] = self.portal_invoices()
        self.assertEqual(
            {one["name"] for one in invoice["attachments"]} & {"bon.pdf", "plan.pdf"},
            {"bon.pdf", "plan.pdf"},
        )

    def test_files_too_large_are_doubted_where_there_is_no_second_road(self):
        self.supplier_connection.structure_ids.unlink()
        move = self.invoice()
        large = self.files("bon.pdf", "plan.pdf", content=b"%PDF-" + b"0" * 3_600_000)
        move.l10n_fr_chorus_attachment_ids = large
        self.assertEqual(move._l10n_fr_chorus_road(), "flow")
        [found] = move._l10n_fr_chorus_findings()
        self.assertEqual(
            (found.id, found.level, found.field),
            ("CPX-FILES-EMBEDDED", "warning", "l10n_fr_chorus_attachment_ids"),
        )
        self.assertIn("about 11 MB", found.sentence)

    def test_an_invoice_that_has_no_terms_yet_has_a_road(self):
        move = self.invoice()
        large = self.files("bon.pdf", "plan.pdf", content=b"%PDF-" + b"0" * 3_600_000)
        move.l10n_fr_chorus_attachment_ids = large
        with patch.object(
            type(move), "_l10n_fr_chorus_terms", side_effect=UserError("no terms")
        ):
            self.assertEqual(move._l10n_fr_chorus_road(), "flow")

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
