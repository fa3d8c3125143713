from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..lib.chorus_pro.codes import REASON_STATUSES, InvoiceStatus
from ..lib.chorus_pro.services.invoices import MAX_REASON
from ..lib.chorus_pro.status_actions import recipient_targets
from ..tools.roles import ACCOUNTANT, OFFICER
from .l10n_fr_chorus_inbound import WORKS
from .l10n_fr_chorus_wish import OVER_STATES, PENDING_STATES
from .status_labels import status_label

# What a public body may say (API reference, "Recipient processing loop").
SUSPEND = InvoiceStatus.SUSPENDED.value
REJECT = InvoiceStatus.REJECTED.value
REDIRECT = InvoiceStatus.TO_RECYCLE.value
TAKE_BACK = InvoiceStatus.AVAILABLE.value
CERTIFY = InvoiceStatus.SERVICE_DONE.value
MANDATE = InvoiceStatus.MANDATED.value
HAND_OVER = InvoiceStatus.AVAILABLE_TO_ACCOUNTANT.value
BOOK = InvoiceStatus.BOOKED.value
PAY = InvoiceStatus.PAID.value
TARGETS = [
    (SUSPEND, "Suspended"),
    (REJECT, "Rejected"),
    (REDIRECT, "To be recycled (wrong recipient or service)"),
    (TAKE_BACK, "Made available to the recipient"),
    (CERTIFY, "Service certified as done"),
    (MANDATE, "Payment order issued"),
    (HAND_OVER, "Made available to the accountant"),
    (BOOK, "Posted by the accountant"),
    (PAY, "Payment under way"),
]
# The steps of a payment, in their order; what goes by itself never goes backwards.
STEPS = (CERTIFY, MANDATE, HAND_OVER, BOOK, PAY)
# Said of an invoice that will not be paid as it is.
REFUSALS = (SUSPEND, REJECT, REDIRECT)
# A reason is read by the supplier; the first two cannot go without.
WITH_REASON = REFUSALS
REASON_NEEDED = frozenset(map(str, REASON_STATUSES))
# Whose word it is: the law keeps the authorising officer and the accountant apart.
ROLES = {HAND_OVER: ACCOUNTANT, BOOK: ACCOUNTANT, PAY: ACCOUNTANT}
# Taken by the portal although its own list of targets leaves it out.
UNPUBLISHED = frozenset({CERTIFY})
# On the desk of the recipient: the statuses that mean the same to it.
DESK_STATUSES = frozenset(
    str(status) for status in InvoiceStatus if MANDATE in recipient_targets(status)
)
# The portal keeps 255 characters of a reason.
REASON_SIZE = MAX_REASON


class L10n_Fr_ChorusTreatment(models.Model):
    """One answer to the supplier of a received invoice: its next status on the portal.

    Sending a status again after having looked is safe: it is a state, not a movement.
    Answers to one invoice leave in the order they were given.
    """

    _name = "l10n_fr_chorus.treatment"
    _inherit = "l10n_fr_chorus.wish"
    _description = "Chorus Pro answer"
    _order = "id desc"
    _rec_name = "label"
    _check_company_auto = True
    _wish_cron = "ir_cron_answer"
    _wish_purpose = "answer"

    inbound_id = fields.Many2one(
        "l10n_fr_chorus.inbound",
        "Document",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    connection_id = fields.Many2one(related="inbound_id.connection_id", store=True)
    company_id = fields.Many2one(
        related="inbound_id.company_id", store=True, index=True
    )
    move_id = fields.Many2one(
        related="inbound_id.move_id", string="Bill", store=True, index="btree_not_null"
    )
    target = fields.Selection(TARGETS, "New status", required=True, readonly=True)
    label = fields.Char(compute="_compute_label")
    reason_id = fields.Many2one(
        "l10n_fr_chorus.refusal.reason",
        "Usual reason",
        readonly=True,
        ondelete="set null",
    )
    reason = fields.Char(size=REASON_SIZE, readonly=True)
    mandate_number = fields.Char("Payment order number", readonly=True)
    is_automatic = fields.Boolean(
        "By itself",
        readonly=True,
        help="Queued by a setting of the company, not by a person.",
    )
    # What the history held before sending: what comes after may be our doing.
    last_event_id = fields.Char(readonly=True)

    _one_pending = models.UniqueIndex(
        "(inbound_id, target) WHERE state IN ('ready', 'sending', 'unknown')",
        "This answer is already on its way to Chorus Pro.",
    )

    @api.depends("target")
    @api.depends_context("lang")
    def _compute_label(self):
        for treatment in self:
            treatment.label = status_label(self.env, treatment.target)

    # -------------------------------------------------------------------------
    # WHAT IS POSSIBLE
    # -------------------------------------------------------------------------

    @api.model
    def _is_possible(self, inbound, target):
        """Whether this answer makes sense now, and is not already on its way."""
        return not self._why_not(inbound, target)

    @api.model
    def _why_not(self, inbound, target):
        """Why this answer cannot be given now, as a sentence; False if it can."""
        connection = inbound.connection_id
        if not connection.active:
            return self.env._(
                "The connection that received this invoice is archived: nobody would "
                "send the answer."
            )
        if not connection._may_write():
            return connection._read_only_sentence()
        if not inbound._has_portal_id():
            return self.env._("Chorus Pro has not listed this document yet.")
        if inbound.kind == WORKS:
            return self.env._("Works invoices are answered on the portal itself.")
        if any(
            treatment.target == target and treatment.state in PENDING_STATES
            for treatment in inbound.treatment_ids
        ):
            return self.env._("This answer is already on its way.")
        if target not in self._possible_targets(inbound):
            return self.env._(
                "The status on Chorus Pro (“%s”) does not allow this answer.",
                inbound.portal_status_label or inbound.portal_status or "",
            )
        return False

    @api.model
    def _possible_targets(self, inbound):
        """Statuses the portal would take now: as it listed them, else by our table."""
        status = inbound.portal_status
        ours = {str(target) for target in recipient_targets(status or "")}
        theirs = inbound.connection_id._treatment_targets(status)
        if theirs is None:
            possible = ours
        elif MANDATE in theirs:
            possible = theirs | (ours & UNPUBLISHED)
        else:
            possible = theirs
        return possible - {status}

    @api.model
    def _check_role(self, targets):
        """:raise AccessError: these answers are not this user's to give"""
        if self.env.user._is_superuser():
            return
        for group in {ROLES.get(target, OFFICER) for target in targets}:
            if not self.env.user.has_group(group):
                raise AccessError(
                    self.env._(
                        "This answer is for the accountant to give; ask for the role "
                        "“Answers to suppliers: as the accountant”."
                    )
                    if group == ACCOUNTANT
                    else self.env._(
                        "This answer is for the authorising officer to give; ask for "
                        "the role “Answers to suppliers: as the authorising officer”."
                    )
                )

    # -------------------------------------------------------------------------
    # QUEUE
    # -------------------------------------------------------------------------

    @api.model
    def _queue(self, inbound, target, *, reason="", mandate_number="", **values):
        """Freeze an answer; the cron sends it after this transaction.

        Twice the same answer is one answer: the one already waiting is returned.

        :param values: further fields of the answer
        :raise UserError: a reason is missing
        """
        reason = self._clean_reason(target, reason)
        waiting = inbound.treatment_ids.filtered(
            lambda t: t.target == target and t.state in PENDING_STATES
        )
        if not waiting:
            waiting = self.create(
                {
                    "inbound_id": inbound.id,
                    "target": target,
                    "reason": reason,
                    "mandate_number": (mandate_number or "").strip(),
                    **values,
                }
            )
        waiting._want_again()
        self._wake_sender()
        return waiting

    @api.model
    def _clean_reason(self, target, reason):
        """One line of what the portal keeps; never None.

        :raise UserError: a reason is missing
        """
        reason = " ".join((reason or "").split())[:REASON_SIZE]
        if target in REASON_NEEDED and not reason:
            raise UserError(
                self.env._("Give the reason: Chorus Pro shows it to the supplier.")
            )
        return reason

    @api.model
    def _was_told(self, inbound, target):
        """Whether this answer was ever given or is on its way; refused ones do not
        count."""
        return any(
            treatment.target == target
            and treatment.state not in ("refused", "cancelled")
            for treatment in inbound.treatment_ids
        )

    def action_retry(self):
        """OVERRIDE: why nothing can be sent any more, when that is so."""
        treatments = self._check_may_act()
        over = treatments.filtered(lambda t: t.state in OVER_STATES)
        sentences = [over._why_not(t.inbound_id, t.target) for t in over]
        if over == treatments and sentences and all(sentences):
            raise UserError(sentences[0])
        return super().action_retry()

    def _is_still_possible(self):
        return self._is_possible(self.inbound_id, self.target)

    def _check_may_act(self):
        """Whoever may change the bill may answer; without one, whoever may make it."""
        treatments = super()._check_may_act()
        if not all(treatment.move_id for treatment in treatments):
            self.env["account.move"].check_access("create")
        self._check_role(treatments.mapped("target"))
        return treatments

    def _withdraw_unsent(self, sentence):
        """What has not left is not sent; what may have left is looked for first."""
        self.filtered(lambda t: t.state == "ready")._withdraw(sentence)
