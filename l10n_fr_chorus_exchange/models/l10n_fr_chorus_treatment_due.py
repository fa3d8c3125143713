"""What a bill confirmed too early would have told by itself: told when it can be."""

from odoo import api, fields, models

from ..lib.chorus_pro.codes import FINAL_STATUSES, InvoiceStatus
from .l10n_fr_chorus_inbound import WITHDRAWN_STATUSES, WORKS
from .l10n_fr_chorus_treatment import STEPS, SUSPEND, TAKE_BACK, TARGETS
from .l10n_fr_chorus_wish import PENDING_STATES
from .status_labels import status_label

# Nothing that a confirmed bill tells makes sense any more.
OVER_THERE = WITHDRAWN_STATUSES | frozenset(map(str, FINAL_STATUSES))
# What was told of the payment before no longer holds.
BACK = frozenset({SUSPEND, InvoiceStatus.COMPLETED.value, TAKE_BACK})


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    answer_due = fields.Selection(
        TARGETS,
        "Answer to give",
        readonly=True,
        help="Its bill was confirmed while Chorus Pro could not take this answer yet.",
    )

    def _answer_by_itself(self, target):
        """Tell what a setting says, once each time the invoice is on the desk; keep it
        in mind where it is too early.

        :param str target: of ``TARGETS``
        """
        self.ensure_one()
        treatments = self.env["l10n_fr_chorus.treatment"]
        given = self.treatment_ids.filtered(lambda t: t.target == target)
        waiting = given.filtered(lambda t: t.state in PENDING_STATES)
        if waiting:
            waiting._want_again()
            return
        if self._still_holds(given.filtered(lambda t: t.state == "done")):
            return
        if treatments._is_possible(self, target):
            treatments._queue(self, target, is_automatic=True)
        elif self._is_too_early(target) and self.answer_due != target:
            self.answer_due = target
            self.move_id._message_log(
                body=self.env._(
                    "Chorus Pro cannot take “%(answer)s” yet (“%(status)s”). Odoo tells "
                    "it as soon as the status allows.",
                    answer=status_label(self.env, target),
                    status=self.portal_status_label or self.env._("not listed"),
                )
            )

    def _still_holds(self, told):
        """Whether the invoice has not come back to the desk since it was told.

        The order of the portal's history decides: its clock is not ours.

        :param told: answers with the same target; maybe empty
        """
        if not told:
            return False
        lines = self.move_id.l10n_fr_chorus_event_ids.sorted()
        if self.portal_status in BACK and lines[:1].code != self.portal_status:
            # A search told it, the history is not read yet.
            return False
        target = told[0].target
        last = lines.filtered(lambda line: line.code == target or line.code in BACK)[:1]
        # What came of the answer may not be read yet either.
        return last.code not in BACK or any(
            answer.sent_at and answer.sent_at > last.seen_at for answer in told
        )

    def _is_too_early(self, target):
        """Whether this answer may be taken later: neither forbidden nor passed."""
        status = self.portal_status
        is_passed = status in STEPS and STEPS.index(status) >= STEPS.index(target)
        return (
            self.connection_id.active
            and self.connection_id._may_write()
            and self.kind != WORKS
            and status not in OVER_THERE
            and not is_passed
        )

    def _answer_if_due(self):
        """The status is news: give the answer that waited for it, or forget it.

        What the supplier completed since is looked at by a person first.
        """
        for document in self.filtered("answer_due"):
            target, move = document.answer_due, document.move_id
            if document.portal_status == InvoiceStatus.COMPLETED:
                continue
            if (
                move.state != "posted"
                or target != document.company_id.l10n_fr_chorus_answer_posted
                or not document._is_too_early(target)
            ):
                document.answer_due = False
                continue
            document._answer_by_itself(target)

    def _due_words(self):
        """What the bill shows of it; False when there is nothing."""
        if not self.answer_due:
            return False
        label = status_label(self.env, self.answer_due)
        if self.portal_status == InvoiceStatus.COMPLETED:
            return self.env._(
                "“%s” was not told: check what the supplier completed, then answer.",
                label,
            )
        return self.env._("“%s” will be told once Chorus Pro can take it.", label)


class L10n_Fr_ChorusTreatment(models.Model):
    _inherit = "l10n_fr_chorus.treatment"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS: whatever is told now, nothing waits behind it.
        treatments = super().create(vals_list)
        treatments.inbound_id.filtered("answer_due").answer_due = False
        return treatments
