import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.roles import SENDER, has_role, refusal
from . import findings, rule_facts
from .en16931.document import PDF

_logger = logging.getLogger(__name__)

METHOD = "chorus_pro"


class ResPartner(models.Model):
    _inherit = "res.partner"

    invoice_sending_method = fields.Selection(selection_add=[(METHOD, "by Chorus Pro")])


class AccountMoveSend(models.AbstractModel):
    """Chorus Pro as a sending method of Odoo's own Send & Print.

    Nothing is sent here: the file is made and frozen in a deposit, within the user's
    transaction; the cron deposits it afterwards.
    """

    _inherit = "account.move.send"

    # -------------------------------------------------------------------------
    # APPLICABILITY
    # -------------------------------------------------------------------------

    @api.model
    def _get_default_sending_methods(self, move):
        # EXTENDS 'account': public bodies get their invoices through Chorus Pro.
        methods = super()._get_default_sending_methods(move)
        return {METHOD} if self._l10n_fr_chorus_is_its_way(move) else methods

    @api.model
    def _is_applicable_to_company(self, method, company):
        # EXTENDS 'account'
        if method == METHOD:
            # The window asks with all rights: whose window it is counts.
            return has_role(self.env(su=False), SENDER) and (
                self._l10n_fr_chorus_is_open(company)
            )
        return super()._is_applicable_to_company(method, company)

    @api.model
    def _l10n_fr_chorus_is_open(self, company, move=None):
        """Whether this company sends to Chorus Pro at all, whoever does it.

        :param move: by the connection of this invoice; None: by any of the company
        """
        # A salesperson who opens Send has no right on connections.
        connections = self.env["l10n_fr_chorus.connection"].sudo()
        senders = (
            connections._for_sending(company, move)
            if move
            else connections._senders(company)
        )
        return any(connection._may_write() for connection in senders)

    @api.model
    def _is_applicable_to_move(self, method, move, **move_data):
        # EXTENDS 'account'
        if method == METHOD:
            return (
                self._is_applicable_to_company(method, move.company_id)
                and self._l10n_fr_chorus_is_open(move.company_id, move)
                and move._l10n_fr_chorus_can_send()
            )
        if method in rule_facts.NETWORKS and (
            rule_facts.is_under_way(move) or self._l10n_fr_chorus_is_its_way(move)
        ):
            # One invoice, one network: the customer would count it twice.
            return False
        return super()._is_applicable_to_move(method, move, **move_data)

    @api.model
    def _l10n_fr_chorus_is_its_way(self, move):
        """Whether this invoice goes by Chorus Pro unless the user decides otherwise."""
        partner = move.commercial_partner_id.with_company(move.company_id)
        preferred = partner.invoice_sending_method
        return preferred == METHOD or (
            not preferred and self._l10n_fr_chorus_suits(move)
        )

    @api.model
    def _l10n_fr_chorus_suits(self, move):
        return (
            # A closed one stops it, with a reason, rather than let it go elsewhere.
            move._l10n_fr_chorus_is_its_body()
            # Whoever may not send it there shall not send it elsewhere instead.
            and self._l10n_fr_chorus_is_open(move.company_id, move)
            and move._l10n_fr_chorus_can_send()
        )

    @api.model
    def _get_default_invoice_edi_format(self, move, **kwargs):
        # EXTENDS 'account': the deposit has its own document; core's would only add its
        # own, stricter conditions (telephone, e-mail…) to the sending.
        if METHOD in kwargs.get("sending_methods", ()):
            return False
        return super()._get_default_invoice_edi_format(move, **kwargs)

    # -------------------------------------------------------------------------
    # CHECKS
    # -------------------------------------------------------------------------

    @api.model
    def _get_alerts(self, moves, moves_data):
        # EXTENDS 'account'
        alerts = super()._get_alerts(moves, moves_data)
        # Of many invoices, the schema is left to the making of each document.
        single = len(moves) == 1
        found = {
            move: move._l10n_fr_chorus_findings(
                moves_data[move]["sending_methods"], schema=single
            )
            for move in moves
            if METHOD in moves_data[move]["sending_methods"]
        }
        return {**alerts, **findings.alerts(self.env, found, single=single)}

    def _hook_invoice_document_before_pdf_report_render(self, invoice, invoice_data):
        # EXTENDS 'account': the same checks for whoever sends without the wizard.
        res = super()._hook_invoice_document_before_pdf_report_render(
            invoice, invoice_data
        )
        methods = invoice_data["sending_methods"]
        if METHOD in methods and not self._l10n_fr_chorus_may_send(invoice):
            problems = [refusal(self.env, SENDER)]
        else:
            problems = self._l10n_fr_chorus_refusals(invoice, methods)
        if problems:
            invoice_data["error"] = {
                "error_title": self.env._("This invoice cannot go to Chorus Pro:")
                if METHOD in methods
                else self.env._("This invoice cannot be sent:"),
                "errors": problems,
            }
        return res

    @api.model
    def _l10n_fr_chorus_may_send(self, invoice):
        """Whether the person behind this sending is a sender; the cron sends what somebody
        has left to it."""
        if not self.env.su or not invoice.sending_data:
            return has_role(self.env, SENDER)
        asked_by = invoice.sending_data.get("author_user_id")
        author = self.env["res.users"].browse(asked_by).exists()
        return author._is_superuser() or author.has_group(SENDER)

    @api.model
    def _l10n_fr_chorus_refusals(self, invoice, methods):
        """Sentences that stop this sending, none when it may go on."""
        if METHOD in methods:
            # The schema is looked at when the document is made, a moment later.
            found = invoice._l10n_fr_chorus_findings(methods, schema=False)
            return [finding.sentence for finding in found if finding.is_error]
        if rule_facts.is_under_way(invoice) and set(methods) & rule_facts.NETWORKS:
            return [
                self.env._(
                    "%s goes by Chorus Pro: another network would invoice the customer "
                    "twice.",
                    invoice.display_name,
                )
            ]
        return []

    # -------------------------------------------------------------------------
    # FREEZE
    # -------------------------------------------------------------------------

    @api.model
    def _call_web_service_after_invoice_pdf_render(self, invoices_data):
        # EXTENDS 'account': the last hook that can still refuse; no web service is called.
        res = super()._call_web_service_after_invoice_pdf_render(invoices_data)
        for invoice, invoice_data in invoices_data.items():
            if METHOD in invoice_data["sending_methods"]:
                self._l10n_fr_chorus_freeze(invoice, invoice_data)
        return res

    @api.model
    def _l10n_fr_chorus_freeze(self, invoice, invoice_data):
        """Make the document of ``invoice`` and put it in the outbox."""
        if not invoice.try_lock_for_update():
            # A second press while the first is still making the file.
            invoice_data["error"] = {
                "error_title": self.env._("%s is being sent already.", invoice.name)
            }
            return
        pdf = (invoice_data.get("pdf_attachment_values") or {}).get("raw")
        title = self.env._("The document for Chorus Pro cannot be made:")
        try:
            with self.env.cr.savepoint():
                document = self._l10n_fr_chorus_made(
                    invoice, pdf or invoice.invoice_pdf_report_id.raw or b""
                )
        except UserError as error:
            invoice_data["error"] = {"error_title": title, "errors": [str(error)]}
            return
        except OperationalError:
            # Another transaction was quicker: Odoo runs the whole request again.
            raise
        except Exception:
            # One invoice must not keep the others of a batch from going.
            _logger.exception("Chorus Pro: the document of invoice %s", invoice.id)
            invoice_data["error"] = {
                "error_title": title,
                "errors": [self.env._("Unexpected error, see the server log.")],
            }
            return
        # Invoicing users read deposits only; this one is made of an invoice they may send.
        self.env["l10n_fr_chorus.deposit"].sudo()._freeze(invoice, document)

    @api.model
    def _l10n_fr_chorus_made(self, invoice, pdf):
        """The document, for the road that suits the invoice."""
        attachments = invoice.l10n_fr_chorus_attachment_ids
        if invoice._l10n_fr_chorus_road() == PDF:
            return invoice._l10n_fr_chorus_submission_document(pdf, attachments)
        return invoice._l10n_fr_chorus_document(pdf, attachments)
