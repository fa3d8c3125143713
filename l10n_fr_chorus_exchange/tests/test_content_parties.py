from odoo import Command
from odoo.tests import new_test_user, tagged

from ..lib.chorus_pro.codes import IdentifierType
from .content_common import ContentCase

SELLER = "SellerTradeParty"
LEGAL = ("SpecifiedLegalOrganization", "ID")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestContentSupplier(ContentCase):
    """A supplier is known by its SIRET, or by what stands in for one."""

    def _settle_in(self, code, **values):
        self.company.partner_id.write(
            {
                "country_id": self.env.ref(f"base.{code}").id,
                "vat": False,
                "company_registry": False,
                **values,
            }
        )

    def _zero(self, **values):
        return self._tax(
            "Zero", 0.0, invoice_legal_notes="<p>Article 261-4 du CGI</p>", **values
        )

    def _seller(self, tax=None):
        """What the portal reads of the supplier, and the scheme of the identifier."""
        move = self._invoice(self._line(100.0, tax or self.tax_20))
        found = self.read_back(move)
        return found.supplier_id, found.supplier_id_scheme

    def test_a_french_company_has_a_siret(self):
        self.assertEqual(self._seller(), ("12345678200010", "0009"))

    def test_overseas_departments_have_a_siret_too(self):
        for code in ("gp", "re", "yt", "pm"):
            self._settle_in(
                code, company_registry="12345678200010", vat="FR23334175221"
            )
            self.assertEqual(self._seller(), ("12345678200010", "0009"), code)

    def test_a_company_of_the_european_union_has_its_vat_number(self):
        self._settle_in("de", vat="DE123456788")
        reverse = self._tax("Reverse", 0.0, ubl_cii_tax_category_code="AE")
        self.assertEqual(self._seller(reverse), ("DE123456788", "0223"))

    def test_a_company_from_elsewhere_has_country_and_name(self):
        self._settle_in("ch", name="Ébénisterie du Lac Léman SA")
        outside = self._tax("Outside", 0.0, ubl_cii_tax_category_code="O")
        self.assertEqual(self._seller(outside), ("CHÉbénisterie du L", "0227"))

    def test_new_caledonia_and_polynesia_have_their_own_registers(self):
        outside = self._tax("Outside", 0.0, ubl_cii_tax_category_code="O")
        self._settle_in("nc", company_registry="0 123 456.001")
        self.assertEqual(self._seller(outside), ("0123456001", "0228"))
        self._settle_in("pf", company_registry="C12345")
        self.assertEqual(self._seller(outside), ("C12345", "0229"))

    def test_wallis_and_futuna_has_a_name_behind_its_letters(self):
        self._settle_in("wf", name="Menuiserie du Vieux Port")
        outside = self._tax("Outside", 0.0, ubl_cii_tax_category_code="O")
        self.assertEqual(self._seller(outside), ("FRWFMenuiserie du", None))

    def test_an_individual_types_the_number(self):
        self.company.l10n_fr_chorus_identifier_type = IdentifierType.PERSON.value
        move = self._invoice(self._line(100.0))
        [problem] = self.problems(move)
        self.assertIn("identifier of Menuiserie", problem.sentence)
        self.assertEqual(problem.record, self.company)
        self.assertEqual(problem.field, "l10n_fr_chorus_identifier")
        self.company.l10n_fr_chorus_identifier = "1234567890123"
        self.assertEqual(self.terms(move)["BG-4"]["legal_identifier"], "1234567890123")
        self.assertEqual(self.terms(move)["BG-4"]["legal_identifier_schemeid"], "0226")

    def test_what_is_typed_in_the_settings_wins(self):
        self.company.write(
            {
                "l10n_fr_chorus_identifier_type": IdentifierType.EU.value,
                "l10n_fr_chorus_identifier": "LU12345613",
            }
        )
        self.assertEqual(self._seller(), ("LU12345613", "0223"))
        self.assertEqual(
            self.company._l10n_fr_chorus_supplier_identifier(), "LU12345613"
        )

    def test_a_french_company_without_siret_has_to_type_it(self):
        self.company.company_registry = "123 456 782"
        [problem] = self.problems(self._invoice(self._line(100.0)))
        self.assertIn("14-digit SIRET of Menuiserie", problem.sentence)
        self.assertEqual(problem.record, self.company.partner_id)
        self.assertEqual(problem.field, "company_registry")

    def test_who_never_charges_vat_gives_the_siren_instead_of_a_vat_number(self):
        self.company.vat = False
        move = self._invoice(self._line(100.0, self._zero()))
        document = self.tree(move)
        registrations = [
            (found.get("schemeID"), found.text)
            for found in document.iterfind(f".//{{*}}{SELLER}//{{*}}ID[@schemeID]")
        ]
        self.assertIn(("FC", "123456782"), registrations)
        self.assertNotIn("VA", dict(registrations))

    def test_who_charges_vat_needs_a_vat_number(self):
        self.company.vat = False
        lines = self._line(100.0), self._line(100.0, self._zero())
        [problem] = self.problems(self._invoice(*lines))
        self.assertIn("VAT number of Menuiserie", problem.sentence)
        self.assertEqual(problem.field, "vat")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestContentBuyer(ContentCase):
    CONTACT = ("BuyerTradeParty", "DefinedTradeContact")

    def _contact(self, **values):
        return self.env["res.partner"].create(
            {
                "name": "Service des achats",
                "parent_id": self.town.id,
                "type": "contact",
                "phone": "02 99 00 00 01",
                "email": "achats@modeleville.example",
                **values,
            }
        )

    def test_the_person_the_invoice_is_for_is_the_contact(self):
        move = self._invoice(self._line(1.0), partner_id=self._contact().id)
        document = self.tree(move)
        self.assertEqual(
            self._text(document, *self.CONTACT, "PersonName"), "Service des achats"
        )
        self.assertEqual(
            self._text(document, *self.CONTACT, "CompleteNumber"), "+33299000001"
        )
        self.assertEqual(
            self._text(document, *self.CONTACT, "URIID"), "achats@modeleville.example"
        )
        self.assertEqual(
            self._text(document, "BuyerTradeParty", "Name"), "Commune de Modeleville"
        )

    def test_nobody_to_reach_is_no_contact(self):
        partner = self._contact(phone=False, email="no address")
        document = self.tree(self._invoice(self._line(1.0), partner_id=partner.id))
        self.assertEqual(self._texts(document, *self.CONTACT), [])

    def test_the_body_itself_has_no_contact(self):
        self.town.phone = "02 99 00 00 00"
        document = self.tree(self._invoice(self._line(1.0)))
        self.assertEqual(self._texts(document, *self.CONTACT), [])

    def test_a_problem_names_its_record(self):
        self.town.company_registry = False
        move = self._invoice(self._line(10.0, tax_ids=[Command.clear()]))
        found = {problem.field: problem for problem in self.problems(move)}
        self.assertEqual(found["company_registry"].record, self.town)
        self.assertEqual(found["invoice_line_ids"].record, move)

    def test_a_salesperson_who_has_left_is_not_who_to_ask(self):
        person = new_test_user(self.env, login="seller_before", name="Camille Essai")
        move = self._invoice(self._line(100.0), invoice_user_id=person.id)
        path = ("SellerTradeParty", "DefinedTradeContact", "PersonName")
        self.assertEqual(self._texts(self.tree(move), *path), [person.name])
        person.active = False
        self.assertEqual(self._texts(self.tree(move), *path), [self.company.name])
