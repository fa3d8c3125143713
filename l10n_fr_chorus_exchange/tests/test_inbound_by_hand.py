"""What is wrong with a file that a person imports, in words that fit."""

import io

from odoo.tests import tagged

from .inbound_common import InboundCase, specimens


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundByHand(InboundCase):
    def reason_of(self, **values):
        content = specimens.cii_xml(specimens.Specimen(**values))
        [document] = self.inbox._import_file(
            self.town_hall_connection, "invoice.xml", io.BytesIO(content)
        )
        self.assertEqual(document.state, "quarantine")
        return document.reason

    def test_a_name_too_long_is_not_called_missing(self):
        for term, values in (
            ("BT-1", {"number": "9" * 700}),
            ("BT-27", {"supplier_name": "A" * 700}),
        ):
            with self.subTest(term):
                reason = self.reason_of(**values)
                self.assertIn(
                    f"{term} is too long (700 characters, at most 600)", reason
                )

    def test_a_missing_number_is_called_missing(self):
        self.assertIn("has no number", self.reason_of(number=""))
