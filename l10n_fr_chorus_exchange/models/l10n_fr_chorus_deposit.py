import hashlib
import json
import logging
import random
from contextlib import contextmanager
from datetime import timedelta

from psycopg2 import OperationalError
from psycopg2.errors import LockNotAvailable

from odoo import api, fields, models

from .en16931.document import PDF, Document
from .status_labels import flow_label

_logger = logging.getLogger(__name__)

STATES = [
    ("ready", "Waiting to be sent"),
    ("sending", "Being sent"),
    ("unknown", "No answer, being checked"),
    ("deposited", "Received, being checked"),
    ("integrated", "Integrated"),
    ("rejected", "Deposit rejected"),
    ("refused", "Deposit refused"),
    ("cancelled", "Cancelled"),
]
# The portal may hold the invoice, or will: no second deposit, no change of the invoice.
LIVE_STATES = ("sending", "unknown", "deposited", "integrated")
# What still needs a question to the portal.
OPEN_STATES = ("unknown", "deposited")
# The invoice can be corrected and sent again.
FAILED_STATES = ("rejected", "refused", "cancelled")

# Minutes between two questions about a deposit, the last one repeated. The portal
# publishes no delay: soon at first, then hourly (API reference, "Flow deposit").
RHYTHM = (1, 2, 5, 10, 30, 60)
# After a day an answer is no matter of minutes any more.
OLD = timedelta(days=1)
OLD_RHYTHM = 360
# How far a question may be put off to be asked together with others, in minutes.
TOGETHER = 5
# What is still unclear after that long is told to a person, once.
STUCK_DELAY = timedelta(hours=72)
# What could not even leave after that long, too.
UNSENT_DELAY = timedelta(hours=24)


class L10n_Fr_ChorusDeposit(models.Model):
    """One invoice to hand to the portal, as it was frozen: the outbox.

    ::

        ready ──cron──> sending ──received──> deposited ──found──> integrated
          ^                │                      ├──report──> rejected
          │                │                      └──incident──> ready (a new attempt)
          ├──not sent──────┤
          │                ├──refusal──> refused
          │                └──no answer──> unknown ──found──> integrated
          └──no trace after the delay────────┘
        ready ──invoice reset to draft──> cancelled

    ``sending`` is committed before the call: whoever finds it without a living sender
    knows that the portal may have the invoice. Each call is an attempt, a record of
    ``l10n_fr_chorus.flow``; ``flow_id`` is the last one. While an outcome is unknown
    nothing is sent: only the portal settles it. A corrected invoice gets a new deposit;
    this one keeps what was sent and why it failed.
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
    road = fields.Selection(
        [("flow", "File"), ("pdf", "PDF and data")],
        required=True,
        readonly=True,
        default="flow",
        help="File: the portal reads the invoice in the file. PDF and data: what the "
        "file cannot carry is told beside it.",
    )
    attachment_id = fields.Many2one(
        "ir.attachment", string="File sent", readonly=True, ondelete="restrict"
    )
    file_name = fields.Char(string="File name", required=True, readonly=True)
    sha256 = fields.Char(string="SHA-256", required=True, readonly=True)
    syntax = fields.Char(required=True, readonly=True)
    payload = fields.Text(string="Data sent", readonly=True)
    annex_ids = fields.Many2many(
        "ir.attachment",
        "l10n_fr_chorus_deposit_annex_rel",
        "deposit_id",
        "attachment_id",
        string="Annexes sent",
        readonly=True,
    )
    seals = fields.Text(
        string="SHA-256 of data and annexes",
        readonly=True,
        help="JSON: one hash for the data, then one for each annex in its order.",
    )
    # What identifies the invoice on the portal, as it was sent.
    supplier_siret = fields.Char(string="Supplier's identifier", readonly=True)
    invoice_date = fields.Date(string="Invoice date", readonly=True)
    amount_total = fields.Char(string="Total sent", readonly=True)
    flow_ids = fields.Many2many(
        "l10n_fr_chorus.flow",
        "l10n_fr_chorus_flow_deposit_rel",
        "deposit_id",
        "flow_id",
        string="Attempts",
        readonly=True,
    )
    flow_id = fields.Many2one(
        "l10n_fr_chorus.flow",
        string="Last attempt",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    flow_number = fields.Char(
        string="Flow number",
        readonly=True,
        index="btree_not_null",
        copy=False,
        help="The flow under which Chorus Pro holds the invoice.",
    )
    flow_state = fields.Char(string="Flow state code", readonly=True)
    flow_state_label = fields.Char(string="Report", compute="_compute_flow_state_label")
    portal_id = fields.Char(string="Chorus Pro identifier", readonly=True)
    error = fields.Text(string="Message", readonly=True)
    raw_error = fields.Text(string="Words of Chorus Pro", readonly=True)
    tries = fields.Integer(readonly=True)
    questions = fields.Integer(
        readonly=True, help="Questions asked since the last attempt."
    )
    lookups = fields.Integer(
        string="Fruitless searches",
        readonly=True,
        help="Searches that did not show the invoice of an integrated deposit.",
    )
    send_alone = fields.Boolean(
        string="Never in a group",
        readonly=True,
        help="A group it was in was refused as a whole: it goes in a flow of its own.",
    )
    alerted = fields.Boolean(string="Told to a person", readonly=True)
    sent_at = fields.Datetime(string="Sent on", readonly=True)
    asked_at = fields.Datetime(string="Last asked on", readonly=True)
    next_try_at = fields.Datetime(string="Next try", readonly=True)

    _one_live_deposit = models.UniqueIndex(
        "(move_id) WHERE state IN "
        "('ready', 'sending', 'unknown', 'deposited', 'integrated')",
        "This invoice is already on its way to Chorus Pro.",
    )
    _due = models.Index(
        "(connection_id, next_try_at) "
        "WHERE state IN ('ready', 'sending', 'unknown', 'deposited')"
    )

    @api.depends("flow_state")
    @api.depends_context("lang")
    def _compute_flow_state_label(self):
        for deposit in self:
            deposit.flow_state_label = flow_label(self.env, deposit.flow_state)

    # -------------------------------------------------------------------------
    # FREEZE
    # -------------------------------------------------------------------------

    @api.model
    def _freeze(self, move, document):
        """Keep the exact bytes to send; the cron sends them after this transaction.

        :param Document document: the final file and what goes beside it; every hash is
            checked again before sending
        """
        company = move.company_id
        connection = self.env["l10n_fr_chorus.connection"]._for_sending(company, move)
        deposit = self.create(
            {
                "name": move.name,
                "move_id": move.id,
                "company_id": company.id,
                "connection_id": connection.id,
                "road": document.road,
                "file_name": document.file_name,
                "sha256": sha256(document.content),
                "syntax": document.syntax,
                "payload": document.payload,
                "seals": _seals(document.payload, document.annexes),
                "supplier_siret": move._l10n_fr_chorus_seller_identifier(),
                "invoice_date": move.invoice_date,
                "amount_total": _total_sent(move),
            }
        )
        deposit.attachment_id, *annexes = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": self._name,
                    "res_id": deposit.id,
                }
                for name, content in (
                    (document.file_name, document.content),
                    *document.annexes,
                )
            ]
        )
        deposit.annex_ids = self.env["ir.attachment"].union(*annexes)
        self.env.ref("l10n_fr_chorus_exchange.ir_cron_send")._trigger()
        return deposit

    def _frozen(self):
        """The document as it was frozen; None when what is stored has changed since."""
        self.ensure_one()
        # In the order they were frozen in, whatever the order of attachments is.
        annexes = tuple(
            (annex.name, annex.raw or b"") for annex in self.annex_ids.sorted("id")
        )
        document = Document(
            content=self.attachment_id.raw or b"",
            file_name=self.file_name,
            syntax=self.syntax,
            road=self.road,
            payload=self.payload or None,
            annexes=annexes,
        )
        whole = sha256(document.content) == self.sha256 and (
            self.road != PDF or self.seals == _seals(document.payload, annexes)
        )
        return document if whole else None

    # -------------------------------------------------------------------------
    # ONE AT A TIME
    # -------------------------------------------------------------------------

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

    def _each(self):
        """One by one, each read for itself.

        Every commit forgets what was read: with the others in tow, each deposit of a
        thousand would read the thousand again.
        """
        return (self.browse(deposit_id) for deposit_id in self.ids)

    def _if_still(self, states, flow, outcome):
        """Write down ``outcome`` unless somebody else has settled it meanwhile.

        :param flow: the attempt that the answer is about
        :return: the states that the deposits are in now
        :raise LockNotAvailable: somebody holds one right now: try again, no other answer
        """
        if self.try_lock_for_update() != self:
            raise LockNotAvailable
        # What was read before the lock may be of another time.
        self.invalidate_recordset()
        if all(one.state in states and one.flow_id == flow for one in self):
            outcome()
        return set(self.mapped("state"))

    # -------------------------------------------------------------------------
    # WHEN
    # -------------------------------------------------------------------------

    @api.model
    def _jitter(self):
        """By how much a pause is stretched, so that not everybody comes back at once."""
        return random.uniform(1.0, 1.2)  # noqa: S311 (no secret)

    def _pause(self, count, since=None):
        """Pause after ``count`` fruitless tries, as a timedelta of whole seconds."""
        minutes = RHYTHM[min(count, len(RHYTHM) - 1)]
        if since and fields.Datetime.now() - since > OLD:
            minutes = OLD_RHYTHM
        return timedelta(seconds=round(minutes * 60 * self._jitter()))

    def _try_later(self, count, not_before=None):
        """When these deposits are sent again, with the cron woken for it."""
        at = fields.Datetime.now() + self._pause(count)
        if not_before:
            at = max(at, not_before)
        self.next_try_at = at
        self.env.ref("l10n_fr_chorus_exchange.ir_cron_send")._trigger(at=at)

    def _ask_later(self, not_before=None, **vals):
        """When the portal is asked again, together with what is asked about then.

        One search answers for all deposits of some hours, so questions gather: a
        thousand deposits wake the cron a few times, not a thousand.
        """
        first = self[:1]
        now = fields.Datetime.now()
        pause = self._pause(first.questions, first.sent_at)
        at = now + pause
        if vals.get("state", first.state) == "unknown":
            end = first.sent_at + first.connection_id._unknown_delay()
            at = end if now < end < at else at
        if not_before:
            at = max(at, not_before)
        planned = self.search_fetch(
            [
                ("connection_id", "=", first.connection_id.id),
                ("state", "in", OPEN_STATES),
                ("id", "not in", self.ids),
                ("next_try_at", ">=", max(now + pause / 2, not_before or now)),
                ("next_try_at", "<=", max(at, now + timedelta(minutes=TOGETHER))),
            ],
            ["next_try_at"],
            order="next_try_at desc",
            limit=1,
        ).next_try_at
        self.write({**vals, "next_try_at": planned or at})
        if not planned:
            self.env.ref("l10n_fr_chorus_exchange.ir_cron_follow")._trigger(at=at)

    def _alert_once(self, sentence):
        for deposit in self.filtered(lambda d: not d.alerted):
            deposit.alerted = True
            deposit.move_id._l10n_fr_chorus_alert(
                sentence, self.env._("Chorus Pro: have a look")
            )


def _total_sent(move):
    """Total with VAT as the document says it (BT-112), and the portal after it.

    A cash rounding changes what is due, not the total.
    """
    currency = move.currency_id
    rounding = move.line_ids.filtered(
        lambda line: (
            line.display_type == "rounding" and not line.tax_repartition_line_id
        )
    )
    total = move.amount_total - move.direction_sign * sum(
        rounding.mapped("amount_currency")
    )
    return f"{currency.round(total):.{currency.decimal_places}f}"


def sha256(content):
    """Hash of some bytes, in hexadecimal.

    >>> sha256(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()


def _seals(payload, annexes):
    """Hashes of what goes beside the file; False when there is nothing."""
    if payload is None and not annexes:
        return False
    return json.dumps(
        {
            "data": sha256((payload or "").encode()),
            "annexes": [[name, sha256(content)] for name, content in annexes],
        }
    )
