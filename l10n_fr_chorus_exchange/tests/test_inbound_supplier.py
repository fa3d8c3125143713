"""The supplier of a received document: found when it is known, made otherwise."""

from odoo.tests import tagged

from .common import seed
from .inbound_common import InboundCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundSupplier(InboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The numbers of the tests belong to nobody: their check digits are wrong.
        cls.partners = cls.env["res.partner"].with_context(no_vat_validation=True)

    def test_supplier_is_found_by_its_siret_typed_with_spaces(self):
        partner = self.env["res.partner"].create(
            {
                "name": "Connu",
                "company_registry": "100 000 009 00015",
                "is_company": True,
            }
        )
        move = self.bill(supplier=("1", "10000000900015", "AUTRE NOM", "FR"))
        self.assertEqual(move.partner_id, partner)

    def test_supplier_is_found_by_the_vat_number_of_its_siren(self):
        partner = self.partners.create(
            {"name": "Par sa TVA", "vat": "FR92900000009", "is_company": True}
        )
        move = self.bill(supplier=("1", "90000000900012", "X", "FR"))
        self.assertEqual(move.partner_id, partner)

    def test_another_establishment_of_the_same_company_is_another_supplier(self):
        other = self.partners.create(
            {
                "name": "Siège",
                "vat": "FR92900000009",
                "company_registry": "90000000900020",
                "is_company": True,
            }
        )
        move = self.bill(supplier=("1", "90000000900012", "Agence", "FR"))
        self.assertNotEqual(move.partner_id, other)

    def test_unknown_supplier_is_created_with_what_an_accountant_would_type(self):
        move = self.bill(supplier=("1", "10000000900015", "Nouveau", "FR"))
        self.assertRecordValues(
            move.partner_id,
            [
                {
                    "name": "Nouveau",
                    "company_registry": "10000000900015",
                    "country_id": self.env.ref("base.fr").id,
                    "is_company": True,
                }
            ],
        )
        self.assertTrue(move.partner_id.supplier_rank)

    def test_the_second_bill_goes_to_the_same_supplier(self):
        for kind, identifier in (
            ("1", "10000000900015"),
            ("2", "BE0477472701"),
            ("3", "CH PAPETERIE DU LA"),
            ("4", "0123456.001"),
            ("6", "X1"),
        ):
            with self.subTest(kind=kind):
                supplier = (kind, identifier, f"Fournisseur {kind}", "")
                first = self.bill(number=f"{kind}-1", supplier=supplier)
                second = self.bill(number=f"{kind}-2", supplier=supplier)
                self.assertEqual(first.partner_id, second.partner_id)

    def test_country_comes_from_the_identifier_when_the_document_names_none(self):
        for kind, identifier, country in (
            ("1", "10000000900015", "FR"),
            ("2", "EL123456783", "GR"),
            ("4", "0123456.001", "NC"),
            ("5", "T12345", "PF"),
        ):
            with self.subTest(kind=kind):
                move = self.bill(
                    number=f"P-{kind}", supplier=(kind, identifier, f"S{kind}", "")
                )
                self.assertEqual(move.partner_id.country_id.code, country)

    def test_supplier_of_another_company_is_not_used(self):
        self.env["res.partner"].create(
            {
                "name": "À eux",
                "company_registry": "10000000900015",
                "company_id": self.supplier.id,
            }
        )
        move = self.bill(supplier=("1", "10000000900015", "À nous", "FR"))
        self.assertEqual(move.partner_id.name, "À nous")

    def test_bill_belongs_to_the_company_of_the_connection(self):
        move = self.bill()
        self.assertEqual(move.company_id, self.town_hall)
        self.assertEqual(move.invoice_line_ids.tax_ids.company_id, self.town_hall)
        self.assertEqual(seed.SUPPLIER, move.partner_id.company_registry)

    def test_a_supplier_without_identifier_is_not_guessed_by_its_name(self):
        self.env["res.partner"].create({"name": "HOMONYME", "is_company": True})
        for kind in "1", "6":
            with self.subTest(kind=kind):
                document = self.kept(
                    number=f"H-{kind}", supplier=(kind, " ", "HOMONYME", "FR")
                )
                document.supplier_siret = False
                document._decode()
                self.assertEqual(document.state, "quarantine")
                self.assertIn("does not identify its supplier", document.reason)
                self.assertIn("HOMONYME", document.reason)

    def test_a_siret_of_another_length_makes_one_supplier_only(self):
        supplier = ("1", "1234", "Court", "FR")
        first = self.bill(number="C-1", supplier=supplier)
        second = self.bill(number="C-2", supplier=supplier)
        self.assertEqual(first.partner_id, second.partner_id)

    def test_an_archived_supplier_is_used_and_told(self):
        partner = self.env["res.partner"].create(
            {
                "name": "Archivé",
                "company_registry": "10000000900015",
                "is_company": True,
                "active": False,
            }
        )
        move = self.bill(supplier=("1", "10000000900015", "Archivé", "FR"))
        self.assertEqual(move.partner_id, partner)
        self.assertIn("is archived", str(move.message_ids.mapped("body")))

    def test_a_supplier_in_use_comes_before_an_archived_one(self):
        vals = {"company_registry": "10000000900015", "is_company": True}
        self.env["res.partner"].create(
            {"name": "Ancien", "active": False, "supplier_rank": 9, **vals}
        )
        partner = self.env["res.partner"].create({"name": "Actuel", **vals})
        move = self.bill(supplier=("1", "10000000900015", "X", "FR"))
        self.assertEqual(move.partner_id, partner)
