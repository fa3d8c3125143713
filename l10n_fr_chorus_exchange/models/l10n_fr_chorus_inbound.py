import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.chorus_pro.codes import InvoiceKind, InvoiceStatus
from ..tools.notifications import notification
from .status_labels import status_label

_logger = logging.getLogger(__name__)

STATES = [
    ("seen", "To download"),
    ("fetched", "To turn into a bill"),
    ("done", "Bill made"),
    ("quarantine", "In quarantine"),
    ("ignored", "Ignored"),
]
# What still has work for the cron.
OPEN_STATES = ("seen", "fetched")
# A person may ask for another attempt.
RETRYABLE_STATES = ("quarantine", "ignored")
# The portal has taken these back: no bill is made while they last. The list is that of
# the statuses which end or leave the recipient without payment.
WITHDRAWN_STATUSES = frozenset(
    map(
        str,
        (
            InvoiceStatus.REJECTED,
            InvoiceStatus.TO_RECYCLE,
            InvoiceStatus.AWAITING_RECYCLING,
            InvoiceStatus.NOT_COMPLIANT,
            InvoiceStatus.ABANDONED,
            InvoiceStatus.DELETED,
            InvoiceStatus.REPLACED_BY_A22,
            InvoiceStatus.DUPLICATED_AFTER_REFUSAL,
        ),
    )
)
# What the search was for, ordinary or of works; each may be a credit note.
KINDS = [
    ("FACTURE", "Invoice or credit note"),
    ("FACTURE_TRAVAUX", "Works invoice"),
]
DOCUMENT_TYPES = [
    ("invoice", "Invoice"),
    ("credit_note", "Credit note"),
    ("down_payment", "Down payment invoice"),
]
DOCUMENT_TYPES_OF_PORTAL = {
    InvoiceKind.INVOICE: "invoice",
    InvoiceKind.CREDIT_NOTE: "credit_note",
    InvoiceKind.DOWN_PAYMENT: "down_payment",
}


class L10n_Fr_ChorusInbound(models.Model):
    """One document seen on the portal: the inbox.

    seen ──download──> fetched ──bill──> done
      │                   │└──reason──> quarantine ──Retry──> seen
      │                   │                 │
      └───────────────────┴─────────────────┴──Ignore, or withdrawn there──> ignored

    The original is stored and committed before anything reads it: what cannot be read
    today can be read again tomorrow. Retry downloads again, for the first download may
    be what was wrong; the original kept serves while the portal is out of reach.
    """

    _name = "l10n_fr_chorus.inbound"
    _description = "Chorus Pro document received"
    _order = "deposit_date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    structure_id = fields.Many2one(
        "l10n_fr_chorus.structure",
        string="Received for",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    # The portal counts in 64 bits, Odoo's integers have 32.
    portal_id = fields.Char("Chorus Pro identifier", required=True, readonly=True)
    kind = fields.Selection(
        KINDS, "Payment request", required=True, readonly=True, default="FACTURE"
    )
    document_type = fields.Selection(
        DOCUMENT_TYPES,
        "Document type",
        readonly=True,
        help="What Chorus Pro says it is; empty when it says something else.",
    )
    number = fields.Char("Invoice number", required=True, readonly=True)
    supplier_siret = fields.Char("Supplier identifier", readonly=True, index=True)
    supplier_id_type = fields.Char("Kind of identifier", readonly=True)
    supplier_name = fields.Char("Supplier", readonly=True)
    currency_code = fields.Char("Currency code", readonly=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount_total = fields.Monetary("Total", readonly=True)
    invoice_date = fields.Date(readonly=True)
    deposit_date = fields.Date("Deposited on", readonly=True)
    service_code = fields.Char("Service code", readonly=True)
    portal_status = fields.Char("Status code", readonly=True)
    portal_status_label = fields.Char(
        "Chorus Pro status", compute="_compute_portal_status_label"
    )
    status_at = fields.Datetime("Status since", readonly=True)
    status_comment = fields.Char("Reason given", readonly=True)
    state = fields.Selection(
        STATES, required=True, readonly=True, default="seen", index=True
    )
    reason = fields.Text(readonly=True, help="Why no bill was made, and what to do.")
    tries = fields.Integer(readonly=True)
    next_try_at = fields.Datetime("Next try", readonly=True)
    ignored_by_id = fields.Many2one("res.users", "Ignored by", readonly=True)
    # The history, or the whole document, changed over there since it was read.
    history_due = fields.Boolean(readonly=True)
    files_due = fields.Boolean(readonly=True)
    pivot_attachment_id = fields.Many2one(
        "ir.attachment", "Original", readonly=True, ondelete="restrict"
    )
    sha256 = fields.Char("SHA-256 of the original", readonly=True)
    move_id = fields.Many2one(
        "account.move",
        "Bill",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    existing_move_id = fields.Many2one(
        "account.move",
        "Bill already there",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    treatment_ids = fields.One2many("l10n_fr_chorus.treatment", "inbound_id", "Answers")
    can_retry = fields.Boolean("Can be retried", compute="_compute_can_retry")
    can_refuse = fields.Boolean("Can be answered here", compute="_compute_can_refuse")

    _portal_id_uniq = models.UniqueIndex(
        "(connection_id, portal_id)", "This document is already in the inbox."
    )

    # -------------------------------------------------------------------------
    # COMPUTES
    # -------------------------------------------------------------------------

    @api.depends("currency_code")
    def _compute_currency_id(self):
        currencies = self.env["res.currency"].with_context(active_test=False)
        found = currencies.search(
            [("name", "in", self.filtered("currency_code").mapped("currency_code"))]
        ).grouped("name")
        for document in self:
            document.currency_id = found.get(document.currency_code)

    @api.depends("portal_status")
    @api.depends_context("lang")
    def _compute_portal_status_label(self):
        for document in self:
            document.portal_status_label = status_label(
                self.env, document.portal_status
            )

    @api.depends("state", "move_id")
    def _compute_can_retry(self):
        for document in self:
            document.can_retry = document.state in RETRYABLE_STATES or (
                # The bill was deleted.
                document.state == "done" and not document.move_id
            )

    @api.depends("state", "portal_status", "move_id", "treatment_ids.state")
    def _compute_can_refuse(self):
        treatments = self.env["l10n_fr_chorus.treatment"]
        for document in self:
            # With a bill, the answer is given on the bill.
            document.can_refuse = (
                document.state == "quarantine"
                and not document.move_id
                and treatments._is_possible(document, "REJETEE")
            )

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def _check_may_act(self):
        """Whoever may make bills of the company may act on its inbox."""
        self.check_access("read")
        self.env["account.move"].check_access("create")
        # Users read the inbox only; both rights were checked just now.
        return self.sudo()

    def _reopened_vals(self):
        return {
            "state": "seen",
            "reason": False,
            "existing_move_id": False,
            "ignored_by_id": False,
            "tries": 0,
            "next_try_at": False,
        }

    def action_retry(self):
        """Another attempt, download included, by the cron."""
        documents = self._check_may_act().filtered("can_retry")
        if not all(documents.mapped("connection_id.active")):
            raise UserError(
                self.env._(
                    "The connection that received this document is archived. Take it "
                    "out of the archive first."
                )
            )
        for document in documents:
            document.write(document._reopened_vals())
        self._wake_receiver()
        return notification(
            self.env._("The document will be read again within minutes.")
        )

    def action_ignore(self):
        """No bill will be made; nothing is told to the portal."""
        documents = self._check_may_act().filtered(
            lambda d: d.state in (*OPEN_STATES, "quarantine")
        )
        documents.write(
            {
                "state": "ignored",
                "ignored_by_id": self.env.uid,
                "reason": self.env._("Ignored by %s.", self.env.user.name),
                "next_try_at": False,
            }
        )
        return notification(self.env._("Ignored. Nothing was told to Chorus Pro."))

    def action_link_existing(self):
        """The bill that was already there is this document's: no second one."""
        self.ensure_one()
        document = self._check_may_act()
        move = document.existing_move_id
        if document.state != "quarantine" or not move:
            raise UserError(self.env._("There is no bill to link this document to."))
        move.with_env(self.env).check_access("write")
        document.write(
            {"state": "done", "move_id": move.id, "reason": False, "history_due": True}
        )
        move.write(document._move_status_vals())
        move._message_log(
            body=self.env._("Linked to the document received from Chorus Pro.")
        )
        # It may have been paid before it was linked.
        move._l10n_fr_chorus_announce_payment()
        self._wake_receiver()
        return document.with_env(self.env).action_open_move()

    def _open_wizard(self, target):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": {
                "SUSPENDUE": self.env._("Suspend on Chorus Pro"),
                "REJETEE": self.env._("Reject on Chorus Pro"),
                "MANDATEE": self.env._("Issue payment order"),
            }[target],
            "res_model": "l10n_fr_chorus.treatment.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_inbound_id": self.id, "default_target": target},
        }

    def action_suspend(self):
        return self._open_wizard("SUSPENDUE")

    def action_reject(self):
        return self._open_wizard("REJETEE")

    def action_open_move(self):
        self.ensure_one()
        return (self.move_id or self.existing_move_id)._get_records_action()

    def action_download_original(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.pivot_attachment_id.id}?download=true",
            "target": "download",
        }

    def action_fetch_now(self):
        """Wake the cron at once: the call itself never runs inside a user's request.

        No model method: the button above the list sends the ids of the rows ticked.
        """
        self.env["account.move"].check_access("create")
        self._wake_receiver()
        return notification(
            self.env._(
                "Chorus Pro is being asked. New documents appear here in a moment."
            )
        )

    @api.model
    def _wake_receiver(self, at=None):
        # Users may not write on scheduled actions; waking one changes no data.
        self.env.ref("l10n_fr_chorus_exchange.ir_cron_receive").sudo()._trigger(at=at)
