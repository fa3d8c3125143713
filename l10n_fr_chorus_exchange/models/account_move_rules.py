import logging

from odoo import fields, models
from odoo.exceptions import UserError

from ..lib.chorus_pro import errors, rules
from ..lib.chorus_pro.services import engagements
from ..tools import facturx_gateway
from ..tools.notifications import notification
from ..tools.roles import SENDER, check_role, has_role
from . import findings, rule_facts
from .en16931 import forms
from .en16931.document import PDF
from .sentences import advise

_logger = logging.getLogger(__name__)

# What Odoo fills in by itself when a draft is confirmed.
FILLED_AT_POSTING = ("invoice_date", "name")
# Fields with several things in them, each of which is told of.
SEVERAL = ("invoice_line_ids", "l10n_fr_chorus_attachment_ids")
# A mapping that stumbles over data nobody thought of must not close the invoice.
STUMBLES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


# Seconds for the whole answer.
HURRY = 8.0


class AccountMove(models.Model):
    """What is wrong with an invoice for Chorus Pro, by the one set of rules."""

    _inherit = "account.move"

    l10n_fr_chorus_engagement_checked = fields.Char(
        "Commitment number looked up", readonly=True, copy=False
    )
    l10n_fr_chorus_engagement_known = fields.Boolean(
        "Commitment number known on Chorus Pro", readonly=True, copy=False
    )
    l10n_fr_chorus_engagement_checked_at = fields.Datetime(
        "Commitment number looked up on", readonly=True, copy=False
    )

    l10n_fr_chorus_engagement_asked = fields.Boolean(
        related="company_id.l10n_fr_chorus_check_engagement"
    )

    # -------------------------------------------------------------------------
    # FINDINGS
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_findings(self, methods=(), schema=True):
        """Everything to settle before this invoice can go, errors first.

        The document is made in memory, without its PDF; the portal is asked nothing.

        :param methods: sending methods chosen for it, to see two networks at once
        :param bool schema: also hold the document to its XML schema
        :return: list of :class:`.findings.Finding`
        """
        self.ensure_one()
        draft = self._l10n_fr_chorus_draft()
        # None when the road is that of the PDF, which has figures and no XML.
        form = self._l10n_fr_chorus_structured_form()
        terms, problems = {}, []
        try:
            terms = self._l10n_fr_chorus_checked_terms(draft, form)
        except UserError as error:
            problems.append(findings.from_rule(self, rules.DOCUMENT, str(error)))
        except STUMBLES:
            _logger.exception("Chorus Pro: the terms of invoice %s", self.id)
            sentence = self.env._("Unexpected error, see the server log.")
            problems.append(findings.from_rule(self, rules.DOCUMENT, sentence))
        try:
            broken = rules.check(rule_facts.facts_of(self, terms, methods))
        except STUMBLES:
            _logger.exception("Chorus Pro: the rules on invoice %s", self.id)
            sentence = self.env._("Unexpected error, see the server log.")
            problems.append(findings.from_rule(self, rules.DOCUMENT, sentence))
            broken = rules.check(rule_facts.facts_of(self, {}, methods))
        found = [findings.from_violation(self, one) for one in broken]
        found += [*problems, *self._l10n_fr_chorus_draft_findings(draft, found)]
        if schema and form and not any(finding.is_error for finding in found):
            found += self._l10n_fr_chorus_schema_findings(terms, form)
        return sorted(found, key=lambda finding: not finding.is_error)

    def _l10n_fr_chorus_structured_form(self):
        if self._l10n_fr_chorus_road() == PDF:
            return None
        return forms.FORMS[self._l10n_fr_chorus_form()]

    def _l10n_fr_chorus_checked_terms(self, draft, form):
        """The terms of the document; ``draft`` notes what they miss."""
        if form:
            return self._l10n_fr_chorus_form_terms(draft, form)
        terms = self._l10n_fr_chorus_terms(draft)
        self._l10n_fr_chorus_check_submission(draft, terms)
        return terms

    def _l10n_fr_chorus_draft_findings(self, draft, found):
        """What the maker of the document misses, unless a rule has said so already."""
        told = {finding.sentence for finding in found}
        places = {
            (one.record, one.field)
            for one in found
            if one.is_error and one.field not in (None, *SEVERAL)
        }
        return [
            findings.from_rule(
                self, rules.DOCUMENT, problem.sentence, problem.record, problem.field
            )
            for problem in draft.problems
            if problem.sentence not in told
            and (problem.record, problem.field) not in places
            and not (self.state == "draft" and problem.field in FILLED_AT_POSTING)
        ]

    def _l10n_fr_chorus_schema_findings(self, terms, form):
        if self.state == "draft" or not terms:
            # Number and date are still to come: the document cannot be whole.
            return []
        try:
            facturx_gateway.build_xml(terms, form.grammar)
        except facturx_gateway.InvalidInvoiceError as error:
            return [
                findings.from_rule(self, rules.SCHEMA, problem)
                for problem in error.problems
            ]
        return []

    # -------------------------------------------------------------------------
    # COMMITMENT NUMBER
    # -------------------------------------------------------------------------

    def action_l10n_fr_chorus_check_engagement(self):
        """Ask Chorus Pro whether it knows the commitment number; tell what it said."""
        self.ensure_one()
        check_role(self.env, SENDER)
        self.check_access("write")
        try:
            self._l10n_fr_chorus_look_up_engagement()
        except errors.ChorusError as error:
            raise UserError(advise(self.env, error)) from error
        if self.l10n_fr_chorus_engagement_known:
            message = self.env._(
                "Chorus Pro knows the commitment number %s.",
                self.purchase_order_reference,
            )
            return notification(message)
        message = self.env._(
            "Chorus Pro does not know the commitment number %s. It knows those of the State "
            "only.",
            self.purchase_order_reference,
        )
        return notification(message, "warning")

    def _l10n_fr_chorus_look_up_engagement(self):
        """One question; what the portal says is kept with the invoice.

        Only from a request that has changed nothing yet: the answer takes seconds.

        :raise UserError: what is missing before Chorus Pro can be asked
        :raise ChorusError: the portal could not be asked
        """
        number = (self.purchase_order_reference or "").strip()
        if not number:
            raise UserError(self.env._("Fill in the commitment number first."))
        structure = self._l10n_fr_chorus_issuing_structure()
        if not structure:
            raise UserError(
                self.env._(
                    "Test the Chorus Pro connection of %s first: the portal has not said yet "
                    "that it may send invoices.",
                    self.company_id.name,
                )
            )
        connection = self.env["l10n_fr_chorus.connection"]._for_sending(
            self.company_id, self
        )
        # Somebody waits for the window: one attempt, and not for long.
        client = connection._client(at_most=HURRY, attempts=1)
        found = engagements.search(client, int(structure.portal_id), number)
        self.write(
            {
                "l10n_fr_chorus_engagement_checked": self.purchase_order_reference,
                "l10n_fr_chorus_engagement_known": bool(found),
                "l10n_fr_chorus_engagement_checked_at": fields.Datetime.now(),
            }
        )

    def action_invoice_sent(self):
        # EXTENDS 'account': the click that opens Send has changed nothing yet, so the
        # portal may be asked; whoever sends by program decides that for themselves.
        self._l10n_fr_chorus_refresh_engagement()
        return super().action_invoice_sent()

    def _l10n_fr_chorus_refresh_engagement(self):
        number = self.purchase_order_reference
        if not (
            number
            and self.company_id.l10n_fr_chorus_check_engagement
            and self.l10n_fr_chorus_is_public
            and self._l10n_fr_chorus_can_send()
            and has_role(self.env, SENDER)
            and number != self.l10n_fr_chorus_engagement_checked
        ):
            return
        connection = self.env["l10n_fr_chorus.connection"]._for_sending(
            self.company_id, self
        )
        if not connection or connection.sudo()._is_paused():
            # Nobody waits here for a portal that is known not to answer.
            return
        try:
            self._l10n_fr_chorus_look_up_engagement()
        except (errors.ChorusError, UserError) as error:
            # The window says that the number was not looked up, and lets it go.
            _logger.info("Chorus Pro: a commitment number was not looked up: %s", error)
