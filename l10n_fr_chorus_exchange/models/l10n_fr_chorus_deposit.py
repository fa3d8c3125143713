import hashlib
import logging
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from psycopg2 import OperationalError

from odoo import api, fields, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.codes import FlowSyntax
from ..lib.chorus_pro.services import invoices
from ..tools.transactions import write_down
from .sentences import advise
from .status_labels import flow_label

_logger = logging.getLogger(__name__)

STATES = [
    ("ready", "Waiting to be sent"),
    ("sending", "Being sent"),
    ("unknown", "No answer, being checked"),
    ("sent", "Received, being checked"),
    ("accepted", "Integrated"),
    ("rejected", "Deposit rejected"),
    ("refused", "Deposit refused"),
    ("cancelled", "Cancelled"),
]
# The portal may hold the invoice, or will: no second deposit, no change of the invoice.
LIVE_STATES = ("sending", "unknown", "sent", "accepted")
# What still needs a question to the portal.
OPEN_STATES = ("unknown", "sent")
# The invoice can be corrected and sent again.
FAILED_STATES = ("rejected", "refused", "cancelled")

# Minutes between two questions about a deposit, the last one repeated. The portal
# publishes no delay: soon at first, then hourly (API reference, "Flow deposit").
RHYTHM = (1, 2, 5, 10, 30, 60)
# A deposit without an answer and not found after that long needs a person's look.
UNKNOWN_DELAY = timedelta(hours=24)
# What is still unclear after that long is told to a person, once.
STUCK_DELAY = timedelta(hours=72)
# What could not even leave after that long, too.
UNSENT_DELAY = timedelta(hours=24)


class L10n_Fr_ChorusDeposit(models.Model):
    """One file handed to the portal: the outbox.

    ready ──cron──> sending ──answer──> sent ──report──> accepted | rejected
      ^                │└────refusal──> refused
      │                ├───not sent───> ready (later)
      │                └──no answer───> unknown ──found there──> accepted
      └───────── a person, after a day without trace ──┘

    A corrected invoice gets a new deposit; this one keeps what was sent and why it failed.
    """

    _name = "l10n_fr_chorus.deposit"
    _description = "Chorus Pro deposit"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Number sent", required=True, readonly=True)
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(related="move_id.commercial_partner_id")
    state = fields.Selection(
        STATES, required=True, readonly=True, default="ready", index=True
    )
    attachment_id = fields.Many2one(
        "ir.attachment", string="File sent", readonly=True, ondelete="restrict"
    )
    file_name = fields.Char(string="File name", required=True, readonly=True)
    sha256 = fields.Char(string="SHA-256", required=True, readonly=True)
    syntax = fields.Char(required=True, readonly=True)
    # What identifies the invoice on the portal, as it was sent.
    supplier_siret = fields.Char(string="Supplier's SIRET", readonly=True)
    invoice_date = fields.Date(string="Invoice date", readonly=True)
    amount_total = fields.Char(string="Total sent", readonly=True)
    flow_number = fields.Char(
        string="Flow number", readonly=True, index="btree_not_null", copy=False
    )
    flow_state = fields.Char(string="Flow state code", readonly=True)
    flow_state_label = fields.Char(string="Report", compute="_compute_flow_state_label")
    portal_id = fields.Char(string="Chorus Pro identifier", readonly=True)
    error = fields.Text(string="Message", readonly=True)
    tries = fields.Integer(readonly=True)
    questions = fields.Integer(
        readonly=True, help="Questions asked since the last attempt."
    )
    lookups = fields.Integer(
        string="Fruitless searches",
        readonly=True,
        help="Searches that did not show the invoice of an integrated deposit.",
    )
    alerted = fields.Boolean(string="Told to a person", readonly=True)
    sent_at = fields.Datetime(string="Sent on", readonly=True)
    asked_at = fields.Datetime(string="Last asked on", readonly=True)
    next_try_at = fields.Datetime(string="Next try", readonly=True)
    can_resend = fields.Boolean(
        string="May be sent again", compute="_compute_can_resend"
    )

    _one_live_deposit = models.UniqueIndex(
        "(move_id) WHERE state IN ('ready', 'sending', 'unknown', 'sent', 'accepted')",
        "This invoice is already on its way to Chorus Pro.",
    )

    @api.depends("flow_state")
    @api.depends_context("lang")
    def _compute_flow_state_label(self):
        for deposit in self:
            deposit.flow_state_label = flow_label(self.env, deposit.flow_state)

    @api.depends("state", "sent_at", "asked_at")
    def _compute_can_resend(self):
        for deposit in self:
            deposit.can_resend = bool(
                deposit.state == "unknown"
                and deposit.sent_at
                and deposit.asked_at
                and deposit.asked_at - deposit.sent_at >= UNKNOWN_DELAY
            )

    # -------------------------------------------------------------------------
    # FREEZE
    # -------------------------------------------------------------------------

    @api.model
    def _freeze(self, move, content, file_name, syntax):
        """Keep the exact bytes to send; the cron sends them after this transaction.

        :param bytes content: the final file; its SHA-256 is checked again before sending
        :param str syntax: one of the portal's deposit syntaxes (``FlowSyntax``)
        """
        connection = self.env["l10n_fr_chorus.connection"]._for_company(move.company_id)
        deposit = self.create(
            {
                "name": move.name,
                "move_id": move.id,
                "company_id": move.company_id.id,
                "connection_id": connection.id,
                "file_name": file_name,
                "sha256": hashlib.sha256(content).hexdigest(),
                "syntax": syntax,
                "supplier_siret": move.company_id.partner_id.l10n_fr_chorus_siret,
                "invoice_date": move.invoice_date,
                "amount_total": f"{move.amount_total:.{move.currency_id.decimal_places}f}",
            }
        )
        deposit.attachment_id = self.env["ir.attachment"].create(
            {
                "name": file_name,
                "raw": content,
                "res_model": self._name,
                "res_id": deposit.id,
            }
        )
        self.env.ref("l10n_fr_chorus_exchange.ir_cron_send")._trigger()
        return deposit

    # -------------------------------------------------------------------------
    # SEND
    # -------------------------------------------------------------------------

    @api.model
    def _cron_send(self):
        """Send what is ready; turn what a dead process left behind into *unknown*."""
        progress = self.env["ir.cron"]._commit_progress
        now = fields.Datetime.now()
        due = self.search(
            [
                "|",
                ("state", "=", "sending"),
                "&",
                "&",
                ("state", "=", "ready"),
                ("connection_id.active", "=", True),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", now),
            ],
            order="id",
        )
        progress(remaining=len(due))
        for connection, deposits in due.grouped("connection_id").items():
            connection = connection._speak()
            with connection._exclusive("send") as mine:
                if mine and not deposits.with_env(connection.env)._send_all(connection):
                    break

    def _send_all(self, connection):
        """:return: False when the cron's time is over"""
        progress = self.env["ir.cron"]._commit_progress
        # What the lock was waited for with may be over: look with new eyes.
        progress()
        for deposit in self:
            with deposit._alone():
                if deposit.state == "sending":
                    # Nobody else holds the lock: whoever sent this one died before the
                    # answer.
                    deposit._outcome_unknown(
                        self.env._("Odoo stopped before the answer of Chorus Pro came.")
                    )
                elif not connection._is_paused():
                    deposit._send()
            if not progress(1):
                return False
        return True

    @contextmanager
    def _alone(self):
        """Whatever breaks on one document is undone and logged; the next one goes on."""
        try:
            yield
        except OperationalError as error:
            # Somebody changed it at the same moment: the next run goes on.
            self.env.cr.rollback()
            _logger.info("Chorus Pro: %s: %s", self, error)
        except Exception:
            self.env.cr.rollback()
            _logger.exception("Chorus Pro: %s", self)

    def _send(self):
        """Commit the intent, call the portal, write down what came of it."""
        self.ensure_one()
        # In a new transaction: the lock is refused to one that is older than a change.
        self.env["ir.cron"]._commit_progress()
        deposit = self.try_lock_for_update().filtered_domain([("state", "=", "ready")])
        if not deposit:
            return
        content = self.attachment_id.raw or b""
        if hashlib.sha256(content).hexdigest() != self.sha256:
            self._refused(
                self.env._("The stored file has changed since it was made. Send again.")
            )
            return
        try:
            client = self.connection_id._client()
        except errors.ChorusError as error:
            self._not_sent(error)
            return
        name, syntax = self.file_name, FlowSyntax(self.syntax)
        self.write(
            {
                "state": "sending",
                "sent_at": fields.Datetime.now(),
                "tries": self.tries + 1,
                "questions": 0,
                "lookups": 0,
                "error": False,
            }
        )
        # The portal cannot be rolled back: the intent must outlive a crash.
        self.env["ir.cron"]._commit_progress()
        # From here to the answer the database is not asked anything.
        outcome = self._hand_over(client, content, name, syntax)
        write_down(self.env, partial(self._if_still, "sending", outcome))

    def _if_still(self, state, outcome):
        """Write down ``outcome`` unless somebody else has settled it meanwhile."""
        if self.try_lock_for_update().filtered_domain([("state", "=", state)]):
            outcome()

    def _hand_over(self, client, content, name, syntax):
        """Call the portal once.

        :return: what to write down, as a callable: it may have to be done twice
        """
        try:
            receipt = invoices.deposit_flow(client, content, name, syntax)
        except errors.RefusedError as error:
            return partial(self._refused_by_portal, error)
        except errors.OutcomeUnknownError as error:
            return partial(self._no_answer, error)
        except errors.ChorusError as error:
            return partial(self._not_sent, error)
        except Exception:
            # Whatever broke, bytes may have left: only the portal knows.
            _logger.exception("Chorus Pro: a deposit broke off")
            return partial(
                self._outcome_unknown,
                self.env._("Unexpected error, see the server log."),
            )
        return partial(self._received, receipt)

    def _received(self, receipt):
        _logger.info("Chorus Pro deposit %s is flow %s", self.id, receipt.flow_number)
        self.connection_id._worked()
        self.write(
            {
                "state": "sent",
                "flow_number": receipt.flow_number,
                "error": False,
            }
        )
        self._ask_later()

    def _not_sent(self, error):
        """Nothing left this machine: the same bytes go again, later."""
        self.connection_id._failed(error)
        self.write({"state": "ready", "error": advise(self.env, error)})
        self._ask_later(cron="ir_cron_send", count=self.tries)
        if fields.Datetime.now() - self.create_date >= UNSENT_DELAY:
            self._alert_once(
                self.env._("Not sent to Chorus Pro for more than a day: %s", self.error)
            )

    def _alert_once(self, sentence):
        if not self.alerted:
            self.alerted = True
            self.move_id._l10n_fr_chorus_alert(sentence)

    def _no_answer(self, error):
        self._outcome_unknown(advise(self.env, error))

    def _refused_by_portal(self, error):
        self._refused(advise(self.env, error))

    def _outcome_unknown(self, sentence):
        self.write({"state": "unknown", "error": sentence})
        self._ask_later()

    def _refused(self, sentence):
        self.write({"state": "refused", "error": sentence, "next_try_at": False})
        self.move_id._l10n_fr_chorus_alert(sentence)

    def _ask_later(self, cron="ir_cron_follow", count=None):
        """Next question (or try) in the rhythm of ``RHYTHM``, with the cron woken for it."""
        count = self.questions if count is None else count
        minutes = RHYTHM[min(count, len(RHYTHM) - 1)]
        self.next_try_at = fields.Datetime.now() + timedelta(minutes=minutes)
        self.env.ref(f"l10n_fr_chorus_exchange.{cron}")._trigger(at=self.next_try_at)
