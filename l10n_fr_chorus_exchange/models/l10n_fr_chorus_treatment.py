from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.chorus_pro.codes import FINAL_STATUSES, REASON_STATUSES, InvoiceStatus
from .l10n_fr_chorus_wish import PENDING_STATES
from .status_labels import status_label

# What a public body may say (API reference, "Recipient processing loop").
TARGETS = [
    ("SUSPENDUE", "Suspended"),
    ("REJETEE", "Rejected"),
    ("SERVICE_FAIT", "Service certified as done"),
    ("MANDATEE", "Payment order issued"),
    ("MISE_EN_PAIEMENT", "Payment under way"),
]
# The published row of the portal's matrix is that of MISE_A_DISPOSITION; the statuses
# that mean the same for the recipient follow it. The rest is not documented.
DESK_STATUSES = frozenset(
    map(
        str,
        (
            InvoiceStatus.AVAILABLE,
            InvoiceStatus.COMPLETED,
            InvoiceStatus.TAKEN_BY_RECIPIENT,
            InvoiceStatus.SERVICE_DONE,
        ),
    )
)
# A payment can only be announced while the invoice has not ended otherwise.
ENDED_STATUSES = frozenset(map(str, FINAL_STATUSES))
# The portal keeps 255 characters of a reason.
REASON_SIZE = 255


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
    reason = fields.Char(size=REASON_SIZE, readonly=True)
    mandate_number = fields.Char("Payment order number", readonly=True)
    # The last history line known before sending: what comes after may be our doing.
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
    # QUEUE
    # -------------------------------------------------------------------------

    @api.model
    def _is_possible(self, inbound, target):
        """Whether this answer makes sense now, and is not already on its way."""
        if any(
            treatment.target == target and treatment.state in PENDING_STATES
            for treatment in inbound.treatment_ids
        ):
            return False
        if not inbound.connection_id.active:
            # Nobody would send it.
            return False
        status = inbound.portal_status
        if target == InvoiceStatus.PAID:
            return status not in ENDED_STATUSES
        return status in DESK_STATUSES

    @api.model
    def _queue(self, inbound, target, *, reason="", mandate_number=""):
        """Freeze an answer; the cron sends it after this transaction.

        Twice the same answer is one answer: the one already waiting is returned.

        :raise UserError: a reason is missing
        """
        reason = " ".join((reason or "").split())[:REASON_SIZE]
        if target in map(str, REASON_STATUSES) and not reason:
            raise UserError(
                self.env._("Give the reason: Chorus Pro shows it to the supplier.")
            )
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
                }
            )
        self._wake_sender()
        return waiting

    def _is_still_possible(self):
        return self._is_possible(self.inbound_id, self.target)

    def _check_may_act(self):
        """Whoever may change the bill may answer; without one, whoever may make it."""
        treatments = super()._check_may_act()
        if not all(treatment.move_id for treatment in treatments):
            self.env["account.move"].check_access("create")
        return treatments
