from odoo import models
from odoo.exceptions import UserError
from odoo.tools import file_open

from ..tools import facturx_gateway
from .en16931 import attachments as files
from .en16931 import lines as invoice_lines
from .en16931 import parties, payment, totals, vat
from .en16931.dialect import DIRECT, TYPE_CODES
from .en16931.draft import Draft, plain
from .en16931.text import one_line, pieces

COLOUR_PROFILE = "tools/data/files/sRGB2014.icc"  # ships with Odoo
LANGUAGE = "fr-FR"


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_fr_chorus_facturx(self, pdf, attachments):
        """The file to deposit: Factur-X, profile EN 16931, in the direct dialect.

        :param bytes pdf: the invoice as people read it; files inside are removed
        :param attachments: ``ir.attachment`` records that go along, inside the XML
        :return: bytes of the PDF/A-3
        :raise UserError: what has to be completed on the invoice, or that the PDF
            cannot be used
        """
        self.ensure_one()
        draft = self._l10n_fr_chorus_draft()
        terms = self._l10n_fr_chorus_terms(draft)
        terms["BG-24"] = files.supporting_documents(draft, attachments)
        draft.check()
        with file_open(COLOUR_PROFILE, "rb") as colour_profile:
            colours = colour_profile.read()
        try:
            return facturx_gateway.embed(
                pdf,
                facturx_gateway.build_xml(terms),
                metadata=self._l10n_fr_chorus_pdf_metadata(),
                language=LANGUAGE,
                colour_profile=colours,
            )
        except facturx_gateway.InvalidInvoiceError as error:
            for problem in error.problems:
                draft.miss(problem)
            raise draft.refusal() from error
        except facturx_gateway.UnusablePdfError as error:
            raise UserError(self._l10n_fr_chorus_pdf_problem(error)) from error

    def _l10n_fr_chorus_en16931(self):
        """This invoice in the terms of EN 16931, without its attachments.

        :return: dictionary keyed by BT and BG terms, as the `facturx` package takes it;
            amounts, prices and quantities are text
        :raise UserError: what has to be completed on the invoice, all at once
        """
        self.ensure_one()
        draft = self._l10n_fr_chorus_draft()
        terms = self._l10n_fr_chorus_terms(draft)
        draft.check()
        return terms

    def _l10n_fr_chorus_draft(self):
        """Texts in the language of the customer, problems in that of the user."""
        language = self.commercial_partner_id.lang or self.env.lang
        move = self.with_context(lang=language)
        return Draft(move=move, env=self.env, dialect=DIRECT)

    def _l10n_fr_chorus_terms(self, draft):
        base_lines, _tax_lines = draft.move._get_rounded_base_and_tax_lines()
        lines = invoice_lines.collect(draft, base_lines)
        categories = {found.code for found in lines.subtotals}
        terms = {
            **self._l10n_fr_chorus_header(draft),
            **self._l10n_fr_chorus_references(draft),
            "BT-8": vat.due_code(draft, draft.move.invoice_line_ids.tax_ids),
            "BG-1": self._l10n_fr_chorus_notes(draft, lines.first_notes),
            "BG-4": parties.seller(draft),
            "BG-7": parties.buyer(draft),
            "BG-13": parties.delivery(
                draft, required=vat.INTRA_COMMUNITY in categories
            ),
            "BG-25": lines.terms,
            "BG-23": vat.breakdown(draft, lines.subtotals),
            **payment.payment(draft),
            **totals.totals(draft, lines),
        }
        self._l10n_fr_chorus_check_vat(draft, terms, categories)
        return {term: value for term, value in terms.items() if value}

    def _l10n_fr_chorus_header(self, draft):
        move = draft.move
        if not move.invoice_date:
            draft.miss(draft.env._("Fill in the invoice date."))
        if move.move_type not in TYPE_CODES:
            draft.miss(
                draft.env._("Only customer invoices and credit notes go to Chorus Pro.")
            )
        return {
            "BT-1": one_line(move.name),
            "BT-2": move.invoice_date,
            "BT-3": TYPE_CODES.get(move.move_type),
            "BT-23": draft.dialect.business_process,
            "BT-72": move.delivery_date,
        }

    def _l10n_fr_chorus_references(self, draft):
        """Only what the user typed: no other reference of Odoo stands in for these.

        A commitment number that is really an order name would send the invoice astray.
        """
        move = draft.move
        terms = {
            "BT-10": one_line(move.buyer_reference),
            "BT-12": one_line(move.contract_reference),
            "BT-13": one_line(move.purchase_order_reference),
        }
        original = move.reversed_entry_id
        if draft.is_credit_note and original:
            terms["BG-3"] = [
                {"BT-25": one_line(original.name), "BT-26": original.invoice_date}
            ]
        return terms

    def _l10n_fr_chorus_notes(self, draft, first_notes):
        texts = [*first_notes, plain(draft.move.narration)]
        return [
            {"BT-22": piece}
            for text in texts
            for piece in pieces(text, draft.dialect.note_length)
        ]

    def _l10n_fr_chorus_check_vat(self, draft, terms, categories):
        """What each VAT category demands of the parties and dates (BR-S-02 and on)."""
        if vat.OUTSIDE_SCOPE in categories:
            # BR-O-02: no VAT number stands on what is outside the scope of VAT.
            terms["BG-4"]["vat_identifier"] = None
            terms["BG-7"]["vat_identifier"] = None
        elif categories and not terms["BG-4"]["vat_identifier"]:
            draft.miss(
                draft.env._(
                    "Fill in the VAT number of %s.", draft.supplier.display_name
                )
            )
        if vat.INTRA_COMMUNITY in categories:
            if not terms["BG-7"]["vat_identifier"]:
                self._l10n_fr_chorus_miss_vat(draft, draft.customer)
            if not draft.move.delivery_date:
                draft.miss(draft.env._("Fill in the delivery date."))

    def _l10n_fr_chorus_miss_vat(self, draft, partner):
        draft.miss(draft.env._("Fill in the VAT number of %s.", partner.display_name))

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
