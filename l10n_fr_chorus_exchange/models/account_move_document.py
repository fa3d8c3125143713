from contextlib import contextmanager

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import file_open

from ..lib.chorus_pro.packing import deposit_file_name
from ..tools import facturx_gateway
from .en16931 import attachments as files
from .en16931 import forms
from .en16931.dialects import DIRECT, REFORM, reform
from .en16931.dialects.addresses import with_addresses
from .en16931.dialects.file_kinds import with_file_kinds
from .en16931.dialects.identity import siren_of
from .en16931.dialects.legal_notes import with_legal_notes
from .en16931.document import Document
from .en16931.text import one_line

COLOUR_PROFILE = "tools/data/files/sRGB2014.icc"  # ships with Odoo
LANGUAGE = "fr-FR"


class AccountMove(models.Model):
    """The file that is deposited, in the form and the dialect that were chosen."""

    _inherit = "account.move"

    def _l10n_fr_chorus_document(self, pdf, attachments, form=None):
        """What is deposited on the first road.

        :param bytes pdf: the invoice as people read it; files inside are removed
        :param attachments: ``ir.attachment`` records that go along, inside the XML
        :param str form: ``facturx``, ``cii`` or ``ubl``; by default what the customer,
            else the company, has chosen
        :return: :class:`Document`, held against the rules of the norm
        :raise UserError: what has to be completed on the invoice, the rules it breaks,
            or that the PDF cannot be used
        """
        document, xml = self._l10n_fr_chorus_made(pdf, attachments, form)
        dialect = self._l10n_fr_chorus_dialect()
        grammar = forms.BY_SYNTAX[document.syntax].grammar
        self._l10n_fr_chorus_check_norm(xml, grammar, dialect)
        if document.content != xml:
            self._l10n_fr_chorus_check_pdf(document.content)
        return document

    def _l10n_fr_chorus_facturx(self, pdf, attachments):
        """Bytes of the Factur-X: PDF/A-3 with the CII of the EN 16931 profile inside.

        Not held against the rules. Parameters and errors as for
        :meth:`_l10n_fr_chorus_document`.
        """
        document, _xml = self._l10n_fr_chorus_made(pdf, attachments, forms.FACTURX)
        return document.content

    def _l10n_fr_chorus_made(self, pdf, attachments, form=None):
        """:return: the :class:`Document` and the bytes of its XML"""
        self.ensure_one()
        chosen = forms.FORMS[form or self._l10n_fr_chorus_form()]
        draft = self._l10n_fr_chorus_draft()
        terms = self._l10n_fr_chorus_form_terms(draft, chosen, attachments=attachments)
        draft.check()
        if not chosen.is_pdf:
            documents = terms.get("BG-24", [])
            page = forms.readable(
                self.name, self._l10n_fr_chorus_plain_pdf(pdf), documents
            )
            terms["BG-24"] = [page, *documents]
        xml = self._l10n_fr_chorus_written(draft, terms, chosen)
        document = Document(
            content=self._l10n_fr_chorus_embedded(pdf, xml) if chosen.is_pdf else xml,
            file_name=deposit_file_name(self.name, chosen.extension),
            syntax=chosen.syntax.value,
        )
        return document, xml

    def _l10n_fr_chorus_xml(self, form, dialect=None, attachments=None):
        """The XML alone, without the printed invoice.

        :param str form: ``cii``, ``ubl``, or ``facturx`` (whose XML is that of CII)
        :param str dialect: ``direct`` or ``reform``; by default what the settings of
            the company say for the date of the invoice
        :param attachments: ``ir.attachment`` records that go along
        :return: bytes of the document, valid against its schema
        :raise UserError: what has to be completed on the invoice
        """
        self.ensure_one()
        chosen = forms.FORMS[form]
        draft = self._l10n_fr_chorus_draft()
        terms = self._l10n_fr_chorus_form_terms(
            draft, chosen, dialect=dialect, attachments=attachments
        )
        return self._l10n_fr_chorus_written(draft, terms, chosen)

    def _l10n_fr_chorus_form(self):
        """Key of the form: the customer's, else the company's."""
        self.ensure_one()
        customer = self.commercial_partner_id.with_company(self.company_id)
        return customer.l10n_fr_chorus_form or self.company_id.l10n_fr_chorus_form

    def _l10n_fr_chorus_dialect(self):
        """``direct`` or ``reform``, after the settings and the date of the invoice."""
        self.ensure_one()
        return self.company_id._l10n_fr_chorus_dialect_on(self.invoice_date)

    def _l10n_fr_chorus_form_terms(self, draft, form, dialect=None, attachments=None):
        """The terms of this invoice in a dialect and for the grammar of a form."""
        terms = self._l10n_fr_chorus_terms(draft)
        if attachments:
            terms["BG-24"] = files.supporting_documents(draft, attachments)
        terms = self._l10n_fr_chorus_in_dialect(draft, terms, dialect)
        return forms.in_grammar(terms, form.grammar)

    def _l10n_fr_chorus_in_dialect(self, draft, terms, dialect=None):
        """Direct terms in the dialect that the settings, or the caller, ask for."""
        company = self.company_id
        dialect = dialect or self._l10n_fr_chorus_dialect()
        if dialect == DIRECT and not company.l10n_fr_chorus_legal_notes:
            return terms
        if dialect == REFORM:
            self._l10n_fr_chorus_check_reform(draft, terms)
            terms = reform.translate(
                terms,
                self._l10n_fr_chorus_operation(),
                after_advance=self._l10n_fr_chorus_deducts_advances(),
            )
        terms = with_legal_notes(
            with_file_kinds(terms), company._l10n_fr_chorus_legal_texts()
        )
        return with_addresses(
            terms,
            seller=draft.supplier._l10n_fr_chorus_directory_address(),
            buyer=draft.customer._l10n_fr_chorus_directory_address(),
            abroad=draft.supplier._l10n_fr_chorus_address_abroad(),
        )

    def _l10n_fr_chorus_check_reform(self, draft, terms):
        """What the reform demands and the direct dialect does not."""
        if draft.is_credit_note and not terms.get("BG-3"):
            draft.miss(
                draft.env._(
                    "In the dialect of the reform a credit note names its invoice: make"
                    " it from the invoice (Credit Note)."
                )
            )
        seller = terms["BG-4"]
        if seller.get("legal_identifier") and not siren_of(seller):
            draft.miss(
                draft.env._(
                    "The dialect of the reform is for suppliers with a SIREN: send this"
                    " invoice in that of Chorus Pro."
                ),
                self.company_id,
                "l10n_fr_chorus_dialect",
            )

    def _l10n_fr_chorus_operation(self):
        """``B`` when only goods are invoiced, ``S`` services, ``M`` both or unknown.

        The product says it; without one, what the tax is for.
        """
        kinds = {
            self._l10n_fr_chorus_line_kind(line)
            for line in self.invoice_line_ids
            if line.display_type == "product"
        } - {None}
        return kinds.pop() if len(kinds) == 1 else reform.MIXED

    def _l10n_fr_chorus_deducts_advances(self):
        """Whether this is the final invoice of an order with down payments."""
        # A salesperson may read this invoice and not the order of another.
        move = self.sudo()
        return bool(
            move.move_type == "out_invoice"
            and not move._is_downpayment()
            and move.invoice_line_ids._get_downpayment_lines()
        )

    def _l10n_fr_chorus_line_kind(self, line):
        if line.product_id:
            is_service = line.product_id.type == "service"
            return reform.SERVICES if is_service else reform.GOODS
        scopes = set(line.tax_ids.mapped("tax_scope"))
        if scopes == {"service"} or "on_payment" in line.tax_ids.mapped(
            "tax_exigibility"
        ):
            # VAT on payment exists for services only.
            return reform.SERVICES
        return reform.GOODS if scopes == {"consu"} else None

    def _l10n_fr_chorus_written(self, draft, terms, form):
        """:raise UserError: what is missing, or what the schema objects to"""
        draft.check()
        try:
            return facturx_gateway.build_xml(terms, form.grammar)
        except facturx_gateway.InvalidInvoiceError as error:
            for problem in error.problems:
                draft.miss(problem)
            raise draft.refusal() from error

    # -------------------------------------------------------------------------
    # PDF
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_embedded(self, pdf, xml):
        """The XML inside the PDF: a Factur-X."""
        with self._l10n_fr_chorus_usable_pdf():
            return facturx_gateway.embed(
                pdf,
                xml,
                metadata=self._l10n_fr_chorus_pdf_metadata(),
                language=LANGUAGE,
                colour_profile=_colours(),
            )

    def _l10n_fr_chorus_plain_pdf(self, pdf):
        """The printed invoice with no file inside."""
        with self._l10n_fr_chorus_usable_pdf():
            return facturx_gateway.without_files(pdf, colour_profile=_colours())

    @contextmanager
    def _l10n_fr_chorus_usable_pdf(self):
        try:
            yield
        except facturx_gateway.UnusablePdfError as error:
            raise UserError(self._l10n_fr_chorus_pdf_problem(error)) from error

    def _l10n_fr_chorus_pdf_metadata(self):
        """Shown by PDF readers; French, as what goes to the portal is."""
        kind = "Avoir" if self.move_type == "out_refund" else "Facture"
        author = one_line(self.company_id.name)
        title = f"{kind} {one_line(self.name)}"
        return {
            "title": title,
            "author": author,
            "subject": f"{title} du {self.invoice_date:%d/%m/%Y}, {author}",
            "keywords": f"Factur-X, {kind}",
        }

    def _l10n_fr_chorus_pdf_problem(self, error):
        if error.encrypted:
            return self.env._(
                "The PDF of %s is protected by a password: Chorus Pro cannot take it.",
                self.display_name,
            )
        return self.env._(
            "The PDF of %s cannot be read: print the invoice again.", self.display_name
        )


def _colours():
    with file_open(COLOUR_PROFILE, "rb") as colour_profile:
        return colour_profile.read()
