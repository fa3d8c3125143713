import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.codes import FINAL_STATUSES, REASON_STATUSES, InvoiceStatus
from ..lib.chorus_pro.services import invoices
from .sentences import advise
from .status_labels import status_label

_logger = logging.getLogger(__name__)

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
# What a public body may say (API reference, "Recipient processing loop").
TARGETS = [
    ("SUSPENDUE", "Suspended"),
    ("REJETEE", "Rejected"),
    ("SERVICE_FAIT", "Service rendered certified"),
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
# Minutes before the next try or question, the last one repeated.
RHYTHM = (1, 5, 15, 60)


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
    company_id = fields.Many2one(related="inbound_id.company_id", store=True, index=True)
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
    # SEND
    # -------------------------------------------------------------------------

    @api.model
    def _cron_answer(self):
        """Send what is ready, find out what became of what had no answer."""
        progress = self.env["ir.cron"]._commit_progress
        due = self.search(
            [
                ("connection_id.active", "=", True),
                "|",
                ("state", "=", "sending"),
                "&",
                ("state", "in", ("ready", "unknown")),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", fields.Datetime.now()),
            ],
            order="id",
        )
        progress(remaining=len(due))
        for connection, treatments in due.grouped("connection_id").items():
            with connection._exclusive("answer") as mine:
                if mine and not treatments._answer_all(connection):
                    return
        # What was skipped waits for its date, its turn or its connection, not for us.
        progress(remaining=0)

    def _answer_all(self, connection):
        """:return: False when the cron's time is over"""
        progress = self.env["ir.cron"]._commit_progress
        for treatment in self:
            if connection._is_paused():
                self._wake_sender(at=connection.pause_until)
                break
            try:
                treatment._answer()
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Chorus Pro answer %s", treatment.id)
                treatment._later(
                    self.env._("Unexpected error, see the server log (answer %s).", treatment.id)
                )
            if not progress(1):
                return False
        return True

    def _answer(self):
        if self.state == "sending":
            # Nobody else holds the lock: whoever sent this one died before the answer.
            self.write({"state": "unknown", "next_try_at": False})
            self.env["ir.cron"]._commit_progress()
        if self._is_behind_another():
            return
        try:
            history = self._history()
        except errors.ChorusError as error:
            for treatment in self._reload():
                treatment._not_asked(error)
            return
        for treatment in self._reload():
            treatment.inbound_id._record_history(history)
            if treatment._is_shown_by(history):
                treatment._done()
            elif treatment._is_outdated():
                treatment._withdraw(self.env._("The bill is no longer paid."))
            else:
                treatment._send(history)

    def _is_behind_another(self):
        """Answers to one invoice keep their order."""
        return bool(
            self.search_count(
                [
                    ("inbound_id", "=", self.inbound_id.id),
                    ("state", "in", PENDING_STATES),
                    ("id", "<", self.id),
                ],
                limit=1,
            )
        )

    def _history(self):
        client = self.connection_id._client()
        return invoices.history(client, int(self.inbound_id.portal_id))

    def _reload(self):
        """The answer, locked in a new transaction, if it is still to be given.

        The network may have taken a minute: somebody may have pressed a button, which a
        transaction begun before would not see.
        """
        self.env["ir.cron"]._commit_progress()
        return self.try_lock_for_update().filtered_domain(
            [("state", "in", ("ready", "unknown"))]
        )

    def _is_outdated(self):
        """Whether a payment was undone in Odoo before it was announced."""
        return bool(
            self.target == InvoiceStatus.PAID
            and self.move_id
            and not self.move_id._l10n_fr_chorus_is_paid()
        )

    def _withdraw(self, sentence=False):
        self.write({"state": "cancelled", "error": sentence, "next_try_at": False})

    def _is_shown_by(self, history):
        """Whether the portal already has this status, or had it after our attempt."""
        if str(history.status) == self.target:
            return True
        if self.state != "unknown":
            return False
        entries = [str(entry.portal_event_id) for entry in history.entries]
        start = (
            entries.index(self.last_event_id) + 1 if self.last_event_id in entries else 0
        )
        return any(str(entry.code) == self.target for entry in history.entries[start:])

    def _send(self, history):
        """Commit the intent, call the portal, write down what came of it."""
        last = history.last
        client = self.connection_id._client()
        self.write(
            {
                "state": "sending",
                "sent_at": fields.Datetime.now(),
                "tries": self.tries + 1,
                "last_event_id": str(last.portal_event_id) if last else False,
                "error": False,
            }
        )
        # The portal cannot be rolled back: the intent must outlive a crash.
        self.env["ir.cron"]._commit_progress()
        try:
            invoices.treat_received(
                client,
                int(self.inbound_id.portal_id),
                self.target,
                reason=self.reason or "",
                mandate_number=self.mandate_number or None,
            )
        except (errors.NotSentError, errors.InvalidCallError) as error:
            self.state = "ready"
            self._not_asked(error)
        except errors.RefusedError as error:
            self._refused(advise(self.env, error))
        except errors.OutcomeUnknownError as error:
            self.state = "unknown"
            self._later(advise(self.env, error))
        except Exception:
            # Whatever broke, the request may have left: only the portal knows.
            _logger.exception("Chorus Pro answer %s", self.id)
            self.state = "unknown"
            self._later(self.env._("Unexpected error, see the server log."))
        else:
            self.connection_id._worked()
            self._done()

    def _done(self):
        _logger.info("Chorus Pro answer %s is known there", self.id)
        self.write({"state": "done", "error": False, "next_try_at": False})
        self._ask_for_history()

    def _refused(self, sentence):
        self.write({"state": "refused", "error": sentence, "next_try_at": False})
        self._ask_for_history()
        if self.move_id:
            self.move_id._l10n_fr_chorus_warn(
                self.env._("Chorus Pro refused “%s”", self.label),
                sentence,
                self.create_uid,
            )

    def _ask_for_history(self):
        """The bill shows what the portal has, not what we asked for; once committed."""
        self.inbound_id.history_due = True
        self.env["ir.cron"]._commit_progress()
        try:
            history = self._history()
        except errors.ChorusError as error:
            _logger.info("Chorus Pro answer %s: history later: %s", self.id, error)
            self.inbound_id._wake_receiver()
            return
        self.env["ir.cron"]._commit_progress()
        self.inbound_id._record_history(history)

    def _not_asked(self, error):
        """Nothing was done over there: later, or never if the portal denies the document."""
        if isinstance(error, errors.RefusedError):
            self._refused(advise(self.env, error))
            return
        if isinstance(error, (errors.NotSentError, errors.InvalidCallError)):
            self.connection_id._failed(error)
        self._later(advise(self.env, error))

    def _later(self, sentence):
        for treatment in self:
            minutes = RHYTHM[min(treatment.tries, len(RHYTHM) - 1)]
            next_try = fields.Datetime.now() + timedelta(minutes=minutes)
            treatment.write({"error": sentence, "next_try_at": next_try})
            self._wake_sender(at=next_try)

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_cancel(self):
        """Withdraw what has not left yet."""
        for treatment in self._check_may_act().filtered(lambda t: t.state == "ready"):
            treatment._withdraw()

    def action_retry(self):
        """Another attempt of what was refused, after its cause was mended."""
        treatments = self._check_may_act().filtered(
            lambda t: t.state in ("refused", "cancelled") or t.state in PENDING_STATES
        )
        treatments.filtered(lambda t: t.state in ("refused", "cancelled")).state = "ready"
        treatments.write({"next_try_at": False})
        self._wake_sender()
        return self.env["l10n_fr_chorus.inbound"]._notification(
            self.env._("Chorus Pro will be told within a minute.")
        )

    def _check_may_act(self):
        self.check_access("read")
        for treatment in self:
            if treatment.move_id:
                treatment.move_id.check_access("write")
        # Users read answers only; the right was checked on the bills just now.
        return self.sudo()
