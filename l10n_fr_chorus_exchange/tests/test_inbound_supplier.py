"""The supplier of a received document: found when it is known, made otherwise."""

from odoo.tests import tagged

from ..lib.chorus_pro.suppliers import NO_DETAIL, SupplierDetail
from ..models.res_partner_supplier import WantedSupplier
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

    def test_supplier_is_found_by_its_siren_alone(self):
        partner = self.env["res.partner"].create(
            {"name": "SIREN", "company_registry": "900 000 009", "is_company": True}
        )
        move = self.bill(supplier=("1", "90000000900012", "X", "FR"))
        self.assertEqual(move.partner_id, partner)

    def test_a_new_establishment_says_which_other_one_is_known(self):
        self.partners.create(
            {
                "name": "Siège",
                "vat": "FR92900000009",
                "company_registry": "90000000900020",
                "is_company": True,
            }
        )
        move = self.bill(supplier=("1", "90000000900012", "Agence", "FR"))
        notes = str(move.partner_id.message_ids.mapped("body"))
        self.assertIn("another establishment of Siège", notes)

    def test_supplier_is_found_by_the_vat_number_in_its_file(self):
        partner = self.partners.create(
            {"name": "Par sa TVA", "vat": "BE0477472701", "is_company": True}
        )
        [found] = self.found(SupplierDetail(vat="BE0477472701"))
        self.assertEqual(found, partner)

    def test_a_register_gives_each_number_once_whatever_the_name(self):
        partner = self.env["res.partner"].create(
            {"name": "Nom d'hier", "company_registry": "0123456.001"}
        )
        move = self.bill(supplier=("4", "0123456.001", "Nom du jour", ""))
        self.assertEqual(move.partner_id, partner)

    def test_another_identifier_of_another_name_is_somebody_else(self):
        partner = self.env["res.partner"].create(
            {"name": "Ailleurs", "company_registry": "X1"}
        )
        move = self.bill(supplier=("6", "X1", "Ici", ""))
        self.assertNotEqual(move.partner_id, partner)

    def test_the_invoice_file_completes_a_new_supplier(self):
        document = self.received(
            supplier_id="90000000900012",
            supplier_name="FOURNITURES NEUVES",
            supplier_vat="FR92900000009",
        )
        partner = document.move_id.partner_id
        self.assertEqual(partner.company_registry, "90000000900012")
        self.assertEqual(partner.vat, "FR92900000009")
        self.assertTrue(partner.street and partner.zip and partner.city)
        self.assertEqual(partner.bank_ids.sanitized_acc_number, seed.IBAN)
        self.assertFalse(partner.bank_ids.allow_out_payment)

    def test_a_vat_number_of_another_company_is_not_written_down(self):
        [partner] = self.found(SupplierDetail(vat="FR44732829320", city="Modeleville"))
        self.assertFalse(partner.vat)
        self.assertEqual(partner.city, "Modeleville")

    def test_what_a_known_supplier_says_of_itself_changes_nothing(self):
        partner = self.env["res.partner"].create(
            {"name": "Connu", "company_registry": "90000000900012", "city": "Ici"}
        )
        [found] = self.found(SupplierDetail(city="Là", email="pirate@example.com"))
        self.assertEqual(found, partner)
        self.assertEqual((partner.city, partner.email), ("Ici", False))

    def found(self, *details):
        """The suppliers of documents of one SIRET and these details."""
        documents = self.inbox.union(
            *[
                self.kept(number=f"F-{rank}", supplier=("1", "90000000900012", "X", ""))
                for rank in range(len(details))
            ]
        )
        pivots = [found for _document, found in documents._read_originals()]
        return documents._bill_suppliers(pivots, list(details))

    def test_suppliers_of_one_batch_are_made_once(self):
        first, second = self.found(NO_DETAIL, NO_DETAIL)
        self.assertTrue(first)
        self.assertEqual(first, second)

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

    def test_a_branch_uses_the_suppliers_of_its_head_office(self):
        supplier = self.partners.create(
            {
                "name": "Au siège",
                "company_registry": "10000000900015",
                "company_id": self.town_hall.id,
            }
        )
        branch = self.env["res.company"].create(
            {"name": "Régie des eaux", "parent_id": self.town_hall.id}
        )
        wanted = WantedSupplier("10000000900015", "SIRET", "Au siège")
        [found] = self.partners._l10n_fr_chorus_suppliers(branch, [wanted])
        self.assertEqual(found, supplier)

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
                self.assertEqual(document.state, "to_settle")
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
