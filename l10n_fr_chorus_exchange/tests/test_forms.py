import io
from datetime import timedelta

import pypdf

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..hooks import uninstall_hook
from ..tools import facturx_gateway
from .common import seed
from .deposit_common import DepositCase
from .paper import printed_page
from .test_dialect import DialectCase

SYNTAXES = {
    "facturx": "IN_DP_E2_CII_FACTURX",
    "cii": "IN_DP_E1_CII_16B",
    "ubl": "IN_DP_E1_UBL_INVOICE",
}
TYPES = {"out_invoice": "380", "out_refund": "381"}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFormsDeposited(DepositCase):
    """Each form on the portal, with the amounts of the invoice."""

    def _reverse(self, move):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": move.invoice_date})
        )
        refund = move.browse(wizard.reverse_moves()["res_id"])
        refund.action_post()
        self._render(refund)
        return refund

    def _on_portal(self, move):
        found = [one for one in self.portal_invoices() if one["number"] == move.name]
        self.assertEqual(len(found), 1)
        return found[0]

    def test_each_form_is_integrated_with_the_amounts_of_the_invoice(self):
        for form, syntax in SYNTAXES.items():
            self.supplier.l10n_fr_chorus_form = form
            invoice = self.invoice()
            for move in (invoice, self._reverse(invoice)):
                with self.subTest(form=form, kind=move.move_type):
                    deposit = self.sent(move)
                    self.assertEqual(deposit.syntax, syntax)
                    self.assertTrue(deposit.portal_id, deposit.error)
                    found = self._on_portal(move)
                    self.assertEqual(
                        [found[key] for key in ("untaxed", "vat", "taxed", "payable")],
                        ["300.00", "60.00", "360.00", "360.00"],
                    )
                    self.assertEqual(found["type_code"], TYPES[move.move_type])
                    self.assertEqual(found["service_code"], "ACHATS")

    def test_legal_notes_and_addresses_do_not_keep_an_invoice_from_the_portal(self):
        self.supplier.l10n_fr_chorus_legal_notes = True
        for form in SYNTAXES:
            self.supplier.l10n_fr_chorus_form = form
            move = self.invoice()
            deposit = self.sent(move)
            self.assertTrue(deposit.portal_id, deposit.error)
            self.assertEqual(self._on_portal(move)["supplier"], seed.SUPPLIER)

    def test_the_portal_refuses_the_dialect_of_the_reform(self):
        self.supplier.l10n_fr_chorus_dialect = "reform"
        for form in SYNTAXES:
            self.supplier.l10n_fr_chorus_form = form
            deposit = self.sent(self.invoice())
            self.assertEqual(deposit.state, "rejected")
        self.assertFalse(self.portal_invoices())

    def test_the_printed_invoice_travels_inside_the_xml(self):
        self.supplier.l10n_fr_chorus_form = "ubl"
        move = self.invoice()
        deposit = self.send(move)
        self.assertTrue(deposit.file_name.endswith(".xml"))
        terms = facturx_gateway.facturx().parse_ubl_cii_xml(deposit.attachment_id.raw)
        [page] = terms["BG-24"]
        self.assertEqual(page["BT-123"], "LISIBLE")
        self.assertEqual(page["BT-125-1"], "application/pdf")
        [shown] = pypdf.PdfReader(io.BytesIO(page["BT-125"])).pages
        self.assertIn(move.name, shown.extract_text())

    def test_the_format_of_the_customer_goes_before_that_of_the_company(self):
        self.town_hall_partner.with_company(
            self.supplier
        ).invoice_edi_format = "chorus_cii"
        self.assertEqual(self.send(self.invoice()).syntax, SYNTAXES["cii"])

    def test_the_format_of_a_customer_is_of_one_company(self):
        self.town_hall_partner.with_company(
            self.town_hall
        ).invoice_edi_format = "chorus_cii"
        self.assertEqual(self.send(self.invoice()).syntax, SYNTAXES["facturx"])

    def test_a_customer_of_chorus_pro_may_get_the_invoice_by_email_only(self):
        self.town_hall_partner.email = "mairie@example.com"
        for chosen in ("chorus_facturx", "chorus_cii", "chorus_ubl"):
            self.town_hall_partner.with_company(
                self.supplier
            ).invoice_edi_format = chosen
            move = self.posted_invoice()
            self.env["account.move.send"]._generate_and_send_invoices(
                move, sending_methods={"email"}
            )
            self.assertFalse(move.ubl_cii_xml_id)
            self.assertFalse(move.l10n_fr_chorus_deposit_ids)
            self.assertTrue(move.is_move_sent)

    def test_a_customer_s_format_is_chosen_on_its_chorus_pro_page(self):
        partner = self.town_hall_partner.with_company(self.supplier)
        with Form(partner, "account.view_partner_property_form") as form:
            form.l10n_fr_chorus_form = "ubl"
        self.assertEqual(partner.invoice_edi_format, "chorus_ubl")
        with Form(partner, "account.view_partner_property_form") as form:
            form.l10n_fr_chorus_form = False
        self.assertEqual(
            partner.invoice_edi_format, partner._get_suggested_invoice_edi_format()
        )
        self.assertFalse(partner.invoice_edi_format_store)

    def test_uninstalling_gives_customers_their_usual_format_back(self):
        partner = self.town_hall_partner
        for company in self.supplier, self.town_hall:
            partner.with_company(company).invoice_edi_format = "chorus_cii"
        uninstall_hook(self.env(user=SUPERUSER_ID))
        for company in self.supplier, self.town_hall:
            self.assertFalse(partner.with_company(company).invoice_edi_format_store)

    def test_peppol_does_not_take_a_format_of_chorus_pro_for_its_own(self):
        partner = self.town_hall_partner.with_company(self.supplier)
        partner.invoice_edi_format = "chorus_ubl"
        self.assertEqual(partner._get_peppol_edi_format(), "ubl_bis3")
        self.assertFalse(partner.is_ubl_format)

    def test_the_settings_hold_the_choices_of_the_company(self):
        settings = self.env["res.config.settings"].with_company(self.supplier)
        with Form(settings) as form:
            form.l10n_fr_chorus_form = "cii"
            form.l10n_fr_chorus_dialect = "reform"
            form.l10n_fr_chorus_reform_from = "2027-09-01"
            form.l10n_fr_chorus_legal_notes = True
        form.record.execute()
        self.assertEqual(self.supplier.l10n_fr_chorus_form, "cii")
        day = fields.Date.to_date("2027-09-01")
        self.assertEqual(self.supplier._l10n_fr_chorus_dialect_on(day), "reform")
        day -= timedelta(days=1)
        self.assertEqual(self.supplier._l10n_fr_chorus_dialect_on(day), "direct")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFormsWritten(DialectCase):
    """What stands in each form, without the portal."""

    def _credited(self, **values):
        return self._refund(self._invoice(self._line(100.0), **values))

    def test_a_credit_note_in_ubl_is_a_credit_note_document(self):
        root = facturx_gateway.parse(self._written(self._credited(), "ubl"))
        self.assertTrue(root.tag.endswith("}CreditNote"))
        self.assertEqual(root.findtext("{*}CreditNoteTypeCode"), "381")

    def test_the_due_date_of_a_credit_note_in_ubl_is_told_in_words(self):
        terms = self._read(self._credited(), "ubl")
        self.assertNotIn("BT-81", terms)
        self.assertNotIn("BT-9", terms)
        self.assertRegex(terms["BT-20"], r"Échéance : \d\d/\d\d/2026")

    def test_all_forms_say_the_same(self):
        for move in (
            self._invoice(
                self._line(100.0, quantity=3, discount=10),
                self._line(7.35, self.tax_55),
                buyer_reference="ACHATS",
                purchase_order_reference="1234567890",
                narration="<p>Merci</p>",
            ),
            self._credited(),
        ):
            cii, ubl = (self._read(move, form) for form in ("cii", "ubl"))
            for terms in (cii, ubl):
                terms.pop("BT-8")
                terms.pop("BT-9", None)
                terms.pop("BT-20", None)
            self.assertEqual(cii, ubl)

    def test_the_xml_of_a_factur_x_is_that_of_cii(self):
        move = self._invoice(self._line(10.0))
        self.assertEqual(
            move._l10n_fr_chorus_xml("facturx"), move._l10n_fr_chorus_xml("cii")
        )

    def test_a_factur_x_says_the_same_profile_in_xml_and_in_its_description(self):
        move = self._invoice(self._line(10.0))
        document = move._l10n_fr_chorus_document(self.pdf, None)
        root = pypdf.PdfReader(io.BytesIO(document.content)).root_object
        xmp = root["/Metadata"].get_data().decode()
        self.assertIn("<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>", xmp)
        terms = self._read(move, "cii")
        self.assertEqual(terms["BT-24"], "urn:cen.eu:en16931:2017")

    def test_a_cash_rounding_in_ubl_has_the_currency_of_the_invoice(self):
        terms = dict(
            self._invoice(self._line(10.0))._l10n_fr_chorus_en16931(),
            **{"BT-5": "CHF", "BT-6": "EUR", "BT-111": "2.00"},
        )
        terms.update({"BT-114": "0.05", "BT-115": "12.05"})
        root = facturx_gateway.parse(facturx_gateway.build_xml(terms, "ubl"))
        [rounding] = root.iterfind(".//{*}PayableRoundingAmount")
        self.assertEqual(rounding.get("currencyID"), "CHF")

    def test_a_document_with_a_large_file_is_written(self):
        large = self.env["ir.attachment"].create(
            {"name": "plan.pdf", "raw": b"%PDF-" + b"0" * 9 * 1024 * 1024}
        )
        large.mimetype = "application/pdf"
        move = self._invoice(self._line(10.0))
        xml = move._l10n_fr_chorus_xml("cii", attachments=large)
        self.assertEqual(facturx_gateway.schema_problems(xml), ())

    def test_what_is_missing_is_told_before_the_pdf_is_looked_at(self):
        self.town.company_registry = False
        move = self._invoice(self._line(10.0))
        with self.assertRaisesRegex(UserError, "SIRET"):
            move._l10n_fr_chorus_document(b"no PDF", None, "ubl")

    def test_a_protected_pdf_is_refused_in_every_form(self):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(printed_page()))
        writer.encrypt("secret", algorithm="RC4-128")
        result = io.BytesIO()
        writer.write(result)
        move = self._invoice(self._line(10.0))
        for form in SYNTAXES:
            with self.assertRaisesRegex(UserError, "password"):
                move._l10n_fr_chorus_document(result.getvalue(), None, form)

    def test_no_document_travels_in_the_printed_invoice_of_an_xml(self):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(self.pdf))
        writer.add_attachment("factur-x.xml", b"<another-invoice/>")
        result = io.BytesIO()
        writer.write(result)
        move = self._invoice(self._line(10.0))
        document = move._l10n_fr_chorus_document(result.getvalue(), None, "cii")
        terms = facturx_gateway.facturx().parse_ubl_cii_xml(document.content)
        [page] = terms["BG-24"]
        reader = pypdf.PdfReader(io.BytesIO(page["BT-125"]))
        self.assertEqual(list(reader.attachments), [])

    def test_the_printed_invoice_and_a_file_of_its_name_keep_apart(self):
        move = self._invoice(self._line(10.0))
        same = f"{move.name.replace('/', '-')}.pdf"
        file = self.env["ir.attachment"].create(
            {"name": same, "raw": self.pdf, "mimetype": "application/pdf"}
        )
        document = move._l10n_fr_chorus_document(self.pdf, file, "cii")
        terms = facturx_gateway.facturx().parse_ubl_cii_xml(document.content)
        names = [entry["BT-125-2"] for entry in terms["BG-24"]]
        self.assertEqual(len({name.lower() for name in names}), 2, names)
