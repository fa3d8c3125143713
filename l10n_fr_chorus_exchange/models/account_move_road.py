"""Which of the two roads an invoice takes to the portal, and what goes by the second."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.chorus_pro import errors, packing
from ..lib.chorus_pro.codes import BillingFramework, PdfFormat
from ..lib.chorus_pro.records.submissions import VALIDATED_FRAMEWORKS
from ..lib.chorus_pro.services import submissions
from .account_move_rules import STUMBLES
from .en16931 import attachments as files
from .en16931.document import FLOW, PDF, Document
from .en16931.submission import KINDS, Sender, Validator, cash_rounding, submission
from .en16931.text import one_line
from .res_company_road import ROADS


class AccountMove(models.Model):
    """The second road: a PDF, figures beside it, and files of any allowed kind.

    The first road, a structured file, carries more and is the rule. The second one is
    for what a structured file cannot carry: a validator (frames A9 and A12), attachments
    outside the six types of BG-24 or too large together for one file, and for companies
    that want it.
    """

    _inherit = "account.move"

    l10n_fr_chorus_road_reason = fields.Char(
        "Why as a PDF", compute="_compute_l10n_fr_chorus_road_reason"
    )

    @api.depends(
        "move_type",
        "commercial_partner_id.invoice_edi_format",
        "company_id.l10n_fr_chorus_road",
        "l10n_fr_chorus_framework",
        "l10n_fr_chorus_attachment_ids",
    )
    def _compute_l10n_fr_chorus_road_reason(self):
        for move in self:
            customers = move.move_type in ("out_invoice", "out_refund")
            move.l10n_fr_chorus_road_reason = (
                customers and move._l10n_fr_chorus_say_road()
            )

    def _l10n_fr_chorus_say_road(self):
        """Why this invoice takes the second road; False for the first one."""
        if self._l10n_fr_chorus_road() != PDF:
            return False
        if self.l10n_fr_chorus_framework in VALIDATED_FRAMEWORKS:
            return self.env._(
                "Sent as a PDF with its figures: a structured file has no place for the"
                " validator."
            )
        others = self.l10n_fr_chorus_attachment_ids.filtered(
            lambda attachment: not files.embeddable(attachment)
        )
        if others:
            return self.env._(
                "Sent as a PDF with its figures: a structured file has no place for %s.",
                ", ".join(others.mapped("name")),
            )
        if not files.fit_inside(self.l10n_fr_chorus_attachment_ids):
            return self.env._(
                "Sent as a PDF with its figures: its files are too large for one"
                " structured file."
            )
        return self.env._("Sent as a PDF with its figures, as the settings want it.")

    def _l10n_fr_chorus_road(self, attachments=None):
        """``flow`` for a structured file, ``pdf`` for a PDF with figures beside it.

        :param attachments: ``ir.attachment`` records that go along; by default those
            chosen on the invoice
        """
        self.ensure_one()
        if attachments is None:
            attachments = self.l10n_fr_chorus_attachment_ids
        if self.l10n_fr_chorus_framework in VALIDATED_FRAMEWORKS:
            return PDF
        if not all(map(files.embeddable, attachments)):
            return PDF
        if not files.fit_inside(attachments) and self._l10n_fr_chorus_can_submit():
            # There the files go up one by one.
            return PDF
        customer = self.commercial_partner_id.with_company(self.company_id)
        if customer.l10n_fr_chorus_form:
            # Chosen for this customer: a structured file, in that format.
            return FLOW
        return ROADS[self.company_id.l10n_fr_chorus_road]

    def _l10n_fr_chorus_can_submit(self):
        """Whether nothing particular to the second road keeps this invoice from it."""
        draft = self._l10n_fr_chorus_draft()
        try:
            terms = self._l10n_fr_chorus_terms(draft)
        except (UserError, *STUMBLES):
            # Told among the findings, which make the terms again.
            return False
        # What the terms miss is missed on both roads.
        draft.problems.clear()
        self._l10n_fr_chorus_check_submission(draft, terms)
        return not draft.problems

    def _l10n_fr_chorus_submission_document(self, pdf, attachments):
        """What is frozen for the second road.

        :param bytes pdf: the invoice as people read it
        :param attachments: ``ir.attachment`` records that go along
        :return: :class:`Document` with the PDF, the figures and the files
        :raise UserError: what has to be completed on the invoice, all at once
        """
        self.ensure_one()
        draft = self._l10n_fr_chorus_draft()
        terms = self._l10n_fr_chorus_terms(draft)
        content = self._l10n_fr_chorus_plain_pdf(pdf)
        annexes = self._l10n_fr_chorus_annexes(draft, attachments)
        self._l10n_fr_chorus_check_sizes(draft, content, annexes)
        self._l10n_fr_chorus_check_submission(draft, terms)
        draft.check()
        sender = self._l10n_fr_chorus_sender()
        validator = self._l10n_fr_chorus_validator(terms)
        try:
            payload = submissions.freeze(submission(terms, sender, validator))
        except errors.InvalidCallError as error:
            raise UserError(
                self.env._(
                    "%(invoice)s cannot go to Chorus Pro as a PDF: %(reason)s.",
                    invoice=self.display_name,
                    reason=error,
                )
            ) from error
        return Document(
            content=content,
            file_name=packing.deposit_file_name(self.name),
            syntax=PdfFormat.UNSIGNED.value,
            road=PDF,
            payload=payload,
            annexes=annexes,
        )

    def _l10n_fr_chorus_issuing_structure(self):
        """The supplier as the portal lists it; empty when no test has shown it yet."""
        identifier = self._l10n_fr_chorus_seller_identifier()
        connection = self.env["l10n_fr_chorus.connection"]._for_sending(
            self.company_id, self
        )
        # A salesperson who sends has no right on connections.
        return connection.sudo().structure_ids.filtered(
            lambda one: one.can_issue and one.siret == identifier
        )[:1]

    def _l10n_fr_chorus_sender(self):
        """The supplier by the number the portal gave it, with its own settings there."""
        structure = self._l10n_fr_chorus_issuing_structure()
        return Sender(
            structure_id=int(structure.portal_id),
            service_id=_number(structure.supplier_service_number),
            bank_id=_number(structure.bank_details_number),
            exemption=structure.exemption_code or "",
        )

    def _l10n_fr_chorus_validator(self, terms):
        """Who looks at the invoice first; that somebody is named, the frame checks."""
        framework = BillingFramework.from_short(terms["BT-23"])
        if framework not in VALIDATED_FRAMEWORKS:
            return Validator()
        partner = self.l10n_fr_chorus_validator_id.commercial_partner_id
        return Validator(
            siret=partner.l10n_fr_chorus_siret or "",
            service=one_line(self.l10n_fr_chorus_validator_service),
        )

    def _l10n_fr_chorus_check_submission(self, draft, terms):
        """Note what keeps an invoice from the second road, beyond what its terms need.

        :param terms: of any dialect
        """
        if terms.get("BT-3") not in KINDS:
            draft.miss(
                draft.env._(
                    "Chorus Pro takes invoices and credit notes as a PDF, nothing else:"
                    " send this one as a structured file, without a validator and with"
                    " PDF, PNG, JPEG, CSV, XLSX or ODS attachments only."
                )
            )
        if cash_rounding(terms) > 0:
            draft.miss(
                draft.env._(
                    "The cash rounding raises what is due: Chorus Pro takes that in a"
                    " structured file only. Remove the cash rounding."
                ),
                field="invoice_cash_rounding_id",
            )
        if not draft.customer.l10n_fr_chorus_siret:
            draft.miss(
                draft.env._(
                    "Type the 14-digit SIRET of %s.", draft.customer.display_name
                ),
                draft.customer,
                "company_registry",
            )
        if not self._l10n_fr_chorus_issuing_structure():
            draft.miss(
                draft.env._(
                    "The Chorus Pro connection does not know %s: have it tested.",
                    draft.supplier.display_name,
                ),
                draft.supplier,
            )

    # -------------------------------------------------------------------------
    # FILES
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_annexes(self, draft, attachments):
        """:return: ``(name, bytes)`` of each file, under a name the portal takes"""
        annexes = {}
        for attachment in attachments:
            content = attachment.raw or b""
            name = files.sent_name(attachment, annexes)
            if not files.sendable(attachment):
                draft.miss(
                    draft.env._(
                        "Chorus Pro does not take files like %s. Remove or convert it.",
                        attachment.name,
                    ),
                    self,
                    files.FIELD,
                )
            elif packing.attachment_problems(name, len(content)):
                draft.miss(
                    draft.env._(
                        "The file %s is empty or larger than 10 MB, which Chorus Pro"
                        " does not take.",
                        attachment.name,
                    ),
                    self,
                    files.FIELD,
                )
            annexes[name] = content
        return tuple(annexes.items())

    def _l10n_fr_chorus_check_sizes(self, draft, content, annexes):
        if len(content) > packing.MAX_ATTACHMENT_BYTES:
            draft.miss(
                draft.env._(
                    "The PDF of %s is larger than 10 MB, which Chorus Pro does not take.",
                    self.display_name,
                )
            )
        whole = len(content) + sum(len(one) for _name, one in annexes)
        if whole > packing.MAX_INVOICE_BYTES:
            draft.miss(
                draft.env._(
                    "The invoice and its files are larger than 120 MB together, which"
                    " Chorus Pro does not take. Remove some."
                ),
                self,
                files.FIELD,
            )


def _number(text):
    """A number of the portal's typed by a person, or None."""
    text = (text or "").strip()
    return int(text) if text.isdecimal() else None
