from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.chorus_pro.codes import FINAL_STATUSES, REASON_STATUSES, InvoiceStatus
from ..tools.notifications import notification
from .status_labels import status_label

STATES = [
    ("ready", "Waiting to be sent"),
    ("sending", "Being sent"),
    ("unknown", "No answer, being checked"),
    ("done", "Told to Chorus Pro"),
    ("refused", "Refused"),
    ("cancelled", "Cancelled"),
]
# Not over yet: a second answer of the same kind would say the same thing twice.
PENDING_STATES = ("ready", "sending", "unknown")
# A person may try again.
OVER_STATES = ("refused", "cancelled")
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

    ready ──cron──> sending ──answer──> done | refused
      ^                │├──not sent──> ready (later)
      │                │└─no answer──> unknown ──history shows it──> done
      └────────────────┴── history does not show it ──┘

    Sending a status again after having looked is safe: it is a state, not a movement.
    Answers to one invoice leave in the order they were given.
    """

    _name = "l10n_fr_chorus.treatment"
    _description = "Chorus Pro answer"
    _order = "id desc"
    _rec_name = "label"
    _check_company_auto = True

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
    state = fields.Selection(
        STATES, required=True, readonly=True, default="ready", index=True
    )
    error = fields.Text("Message", readonly=True)
    tries = fields.Integer(readonly=True)
    next_try_at = fields.Datetime("Next try", readonly=True)
    sent_at = fields.Datetime("Sent on", readonly=True)
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

    @api.model
    def _wake_sender(self, at=None):
        # Users may not write on scheduled actions; waking one changes no data.
        self.env.ref("l10n_fr_chorus_exchange.ir_cron_answer").sudo()._trigger(at=at)

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_cancel(self):
        """Withdraw what has not left yet."""
        for treatment in self._check_may_act().filtered(lambda t: t.state == "ready"):
            treatment._withdraw()

    def action_retry(self):
        """Another attempt of what was refused, after its cause was mended.

        :raise UserError: nothing can be sent any more
        """
        treatments = self._check_may_act()
        waiting = treatments.filtered(lambda t: t.state in PENDING_STATES)
        for treatment in treatments.filtered(lambda t: t.state in OVER_STATES):
            # Much may have happened on the portal since it was refused.
            if self._is_possible(treatment.inbound_id, treatment.target):
                treatment.state = "ready"
                waiting |= treatment
        if not waiting:
            raise UserError(
                self.env._(
                    "The status of the invoice on Chorus Pro no longer allows this "
                    "answer, or the same one is already on its way."
                )
            )
        waiting.write({"next_try_at": False})
        self._wake_sender()
        return notification(self.env._("Will be sent within minutes."))

    def _check_may_act(self):
        """Whoever may change the bill may answer; without one, whoever may make it."""
        self.check_access("read")
        # The other company's bills are none of the user's, whatever the answer says.
        self.sudo().move_id.with_env(self.env).check_access("write")
        if not all(treatment.move_id for treatment in self.sudo()):
            self.env["account.move"].check_access("create")
        # Users read answers only; the right was checked on the bills just now.
        return self.sudo()
