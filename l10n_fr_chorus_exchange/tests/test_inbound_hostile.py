"""Documents that read well and are made to break the books: nobody else waits."""

import random

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..lib.chorus_pro import pivot
from .inbound_common import InboundCase

BILLS = "odoo.addons.l10n_fr_chorus_exchange.models.l10n_fr_chorus_inbound_bill"
LETTERS = "0123456789ABCDEFGHJKLMNPQRSTVWXYZ"


def noise(size):
    """Text that no index can compress."""
    chance = random.Random(7)  # noqa: S311 (the same each time)
    return "".join(chance.choice(LETTERS) for _ in range(size))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundHostile(InboundCase):
    def with_neighbour(self, **hostile):
        """A hostile document; the honest one of the same run has its bill."""
        bad = self.kept(number=hostile.pop("number", "F-BAD"), **hostile)
        good = self.kept(number=f"F-GOOD-{bad.id}")
        self.receive()
        self.assertEqual(good.state, "imported", good.reason)
        self.assertFalse(bad.move_id)
        return bad

    def test_names_nobody_bears_are_told_by_their_element(self):
        for element, hostile in (
            ("RaisonSociale", {"supplier": ("6", "X1", noise(9_000), "BE")}),
            ("Identifiant", {"supplier": ("6", noise(9_000), "Inconnu", "BE")}),
            ("Compte", {"account": noise(9_000)}),
            ("Id", {"number": noise(9_000)}),
            ("NumeroMarche", {"contract": noise(9_000)}),
        ):
            with self.subTest(element):
                document = self.with_neighbour(**hostile)
                self.assertEqual(document.state, "quarantine")
                self.assertIn(f"{element} is too long", document.reason)

    def test_amounts_and_days_of_no_invoice_are_told(self):
        huge = "9" * 40
        for hostile in (
            {"taxed": huge, "untaxed": huge, "vat": (("0", huge, "0"),)},
            {"issued": "0001-01-01"},
            {"issued": "9999-12-31"},
        ):
            with self.subTest(**hostile):
                document = self.with_neighbour(**hostile)
                self.assertEqual(document.state, "quarantine")
                self.assertTrue(document.reason)

    @mute_logger("odoo.sql_db", BILLS)
    def test_what_the_database_never_takes_is_not_tried_for_ever(self):
        self.patch(pivot, "MAX_NAME", 10**6)
        document = self.with_neighbour(supplier=("6", "X1", noise(9_000), "BE"))
        self.assertEqual(document.state, "quarantine")

    def test_a_download_cut_in_half_stops_only_the_document_it_is_of(self):
        self.know_structures()
        broken, good = self.post_on_portal(), self.post_on_portal()
        fault = {"kind": "broken_download", "invoice": int(broken), "times": None}
        self.drive("POST", "faults", fault)
        self.receive()
        self.receive()
        document = self.document_of(broken)
        self.assertEqual(document.state, "quarantine")
        self.assertIn("the archive is damaged", document.reason)
        self.assertEqual(self.document_of(good).state, "imported")
        # Nothing is lost: once the portal is mended, a person has it read again.
        self.drive("DELETE", "faults")
        document.with_user(self.town_hall_user).action_retry()
        self.receive()
        self.assertEqual(document.state, "imported", document.reason)
