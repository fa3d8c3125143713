"""Whether the bill of a received document is posted without a person."""

import logging

from odoo import models
from odoo.exceptions import UserError

from ..lib.chorus_pro.codes import FINAL_STATUSES, InvoiceStatus
from .l10n_fr_chorus_inbound import WITHDRAWN_STATUSES, WORKS

_logger = logging.getLogger(__name__)

# Nobody confirms what the portal holds back, nor what was ordered to be paid over there
# without us: it would be paid twice.
HELD_STATUSES = frozenset(
    {
        *WITHDRAWN_STATUSES,
        *map(str, FINAL_STATUSES),
        str(InvoiceStatus.SUSPENDED),
        str(InvoiceStatus.MANDATED),
        str(InvoiceStatus.AVAILABLE_TO_ACCOUNTANT),
        str(InvoiceStatus.BOOKED),
    }
)


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    def _may_post(self, move):
        """The rule that allows this bill to be posted at once, or none.

        :return: ``l10n_fr_chorus.posting.rule``, empty when a person has to look
        """
        self.ensure_one()
        rules = self.env["l10n_fr_chorus.posting.rule"]
        if not self._is_clear(move):
            return rules
        return rules._of_company(self.company_id)._allowing(self, move)

    def _is_clear(self, move):
        """Whether nothing about the bill calls for a person."""
        return (
            move.state == "draft"
            and self.kind != WORKS
            # Of a file imported by hand, the portal has said nothing yet.
            and self.portal_status
            and self.portal_status not in HELD_STATUSES
            and self.connection_id._may_write()
            and move.l10n_fr_chorus_source != "files"
            # Posted as if nothing were paid, it might be paid twice.
            and not move.l10n_fr_chorus_paid_before
            and not any(self.file_ids.mapped("problem"))
            and move.partner_id.active
            and not move.l10n_fr_chorus_has_difference
            and not move.sudo().l10n_fr_chorus_bank_told_id.l10n_fr_chorus_to_check
        )

    def _post_allowed(self, moves):
        """Post the bills that a rule allows; what cannot be posted stays a draft.

        To be called last, when every difference is recorded.

        :param moves: the bill of each document, in the order of ``self``
        """
        rules = self.env["l10n_fr_chorus.posting.rule"]
        by_company = {
            company: rules._of_company(company) for company in self.company_id
        }
        if not any(by_company.values()):
            return
        for document, move in zip(self, moves, strict=True):
            if not by_company[document.company_id]:
                continue
            rule = document._may_post(move)
            # Odoo's own look: same number, or same supplier, amount and day.
            if rule and not move.duplicated_ref_ids:
                document._post_bill(move, rule)

    def _post_bill(self, move, rule):
        try:
            with self.env.cr.savepoint():
                move._post(soft=False)
        except UserError as problem:
            _logger.info("Chorus Pro inbox document %s: bill not posted", self.id)
            move._message_log(
                body=self.env._(
                    "The rule %(rule)s allows posting, Odoo does not: %(reason)s",
                    rule=rule.display_name,
                    reason=str(problem),
                )
            )
            return
        move._message_log(body=self.env._("Posted by the rule %s.", rule.display_name))
