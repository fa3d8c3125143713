from odoo import api, fields, models

from ..lib.chorus_pro.codes import BillingFramework, InvoiceKind, InvoiceStatus
from .status_labels import status_label

STATES = [
    ("seen", "To download"),
    ("fetched", "To turn into a bill"),
    ("imported", "Bill made"),
    ("to_settle", "To settle"),
    ("quarantine", "In quarantine"),
    ("ignored", "Ignored"),
]
# What still has work for the cron.
OPEN_STATES = ("seen", "fetched")
# What waits for a person: readable or not, no bill was made of it.
WAITING_STATES = ("to_settle", "quarantine")
# A person may ask for another attempt.
RETRYABLE_STATES = (*WAITING_STATES, "ignored")
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
WORKS = "FACTURE_TRAVAUX"
# What the search was for, ordinary or of works; each may be a credit note.
KINDS = [
    ("FACTURE", "Invoice or credit note"),
    (WORKS, "Works invoice"),
]
DOCUMENT_TYPES = [
    ("invoice", "Invoice"),
    ("credit_note", "Credit note"),
    ("down_payment", "Down payment invoice"),
]
# UNTDID 1001, as files say it.
DOCUMENT_TYPES_OF_UNTDID = {
    "380": "invoice",
    "381": "credit_note",
    "386": "down_payment",
}
# Frameworks of works contracts (A4 to A8, A10, A11, A13 to A20, A22 to A25).
KINDS_OF_FRAMEWORK = {
    BillingFramework[f"A{rank}"]: WORKS
    for rank in (*range(4, 9), 10, 11, *range(13, 21), *range(22, 26))
}
DOCUMENT_TYPES_OF_PORTAL = {
    InvoiceKind.INVOICE: "invoice",
    InvoiceKind.CREDIT_NOTE: "credit_note",
    InvoiceKind.DOWN_PAYMENT: "down_payment",
}


class L10n_Fr_ChorusInbound(models.Model):
    """One document seen on the portal, or imported by hand: the inbox.

    seen ──download──> fetched ──bill──> imported
      ^                  ├──to be decided────────> to_settle ──┬──Link──> imported
      │                  └──unreadable, hostile──> quarantine ─┤
      ├──────────────────────Retry─────────────────────────────┘
      └──Retry, or given back by the portal── ignored <──Ignore, or withdrawn there──

    ``to_settle`` is readable and waits for a person or a setting: unknown VAT rate,
    inactive currency, no journal, possible duplicate, amounts that do not add up, works
    invoice. ``quarantine`` cannot be read, or is hostile. Both say why in ``reason``.
    A hostile file that a person accepts lets the document go on to ``fetched``.

    The original is stored and committed before anything reads it: what cannot be read
    today can be read again tomorrow. Retry downloads again, for the first download may
    be what was wrong; the original kept serves while the portal is out of reach.

    Works invoices are received and shown with their project manager (MOE) and their
    contracting authority (MOA). They are read only for now: what their PIVOT holds
    beyond an ordinary invoice is not documented, so no bill is guessed from it and no
    answer is given; they wait in ``to_settle`` with their files.
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
    # Only of works invoices.
    moe_siret = fields.Char("Project manager identifier", readonly=True)
    moe_name = fields.Char("Project manager (MOE)", readonly=True)
    moa_siret = fields.Char("Contracting authority identifier", readonly=True)
    moa_name = fields.Char("Contracting authority (MOA)", readonly=True)
    service_code = fields.Char("Service code", readonly=True)
    service_id = fields.Many2one(
        "l10n_fr_chorus.service",
        compute="_compute_service_id",
        store=True,
        index="btree_not_null",
        check_company=True,
    )
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
    # A download in a group failed, maybe because of this one.
    fetch_alone = fields.Boolean(readonly=True)
    # Its files were taken out of the original.
    is_unpacked = fields.Boolean(readonly=True)
    pivot_attachment_id = fields.Many2one(
        "ir.attachment", "Original", readonly=True, ondelete="restrict"
    )
    sha256 = fields.Char("SHA-256 of the original", readonly=True)
    file_ids = fields.One2many("l10n_fr_chorus.inbound.file", "inbound_id", "Files")
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

    # Not on the services: whoever learns new ones asks for it, of what is still open.
    @api.depends("structure_id", "service_code")
    def _compute_service_id(self):
        for structure, documents in self.grouped("structure_id").items():
            services = structure._services_by_code() if structure else {}
            for document in documents:
                document.service_id = services.get(document.service_code)

    @api.depends("portal_status")
    @api.depends_context("lang")
    def _compute_portal_status_label(self):
        for document in self:
            document.portal_status_label = status_label(
                self.env, document.portal_status
            )

    @api.depends("state", "move_id", "portal_id", "pivot_attachment_id")
    def _compute_can_retry(self):
        for document in self:
            is_source_there = document.pivot_attachment_id or document._has_portal_id()
            document.can_retry = (
                bool(is_source_there)
                and not document.move_id
                # Imported without a bill: it was deleted.
                and document.state in (*RETRYABLE_STATES, "imported")
            )

    @api.depends("state", "portal_status", "move_id", "treatment_ids.state")
    def _compute_can_refuse(self):
        treatments = self.env["l10n_fr_chorus.treatment"]
        for document in self:
            # With a bill, the answer is given on the bill.
            document.can_refuse = (
                document.state in WAITING_STATES
                and document.kind != WORKS
                and not document.move_id
                and treatments._is_possible(document, "REJETEE")
            )

    # -------------------------------------------------------------------------
    # SETTINGS
    # -------------------------------------------------------------------------

    def _settings(self, journals=None):
        """How the bill of this document is entered, each from the service, else from the
        structure, else from the connection or the company.

        :param dict journals: by connection, those of a batch that are known already
        :return: journal (empty if the company has none), expense account (empty: as Odoo
            predicts, else the journal's own), person in charge (may be empty), analytic
            distribution (a dict, or False)
        """
        self.ensure_one()
        units = [unit for unit in (self.service_id, self.structure_id) if unit]

        def first(name):
            return next((unit[name] for unit in units if unit[name]), False)

        journal, connection = first("journal_id"), self.connection_id
        if not journal:
            known = {} if journals is None else journals
            if connection not in known:
                known[connection] = connection._purchase_journal()
            journal = known[connection]
        return (
            journal,
            first("expense_account_id") or self.env["account.account"],
            first("user_id") or self.env["res.users"],
            first("analytic_distribution"),
        )
