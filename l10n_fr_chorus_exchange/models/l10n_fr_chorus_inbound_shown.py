"""What a person sees of a document: its PDF, its age, how long there is to pay."""

from datetime import timezone

from odoo import api, fields, models
from odoo.fields import Domain

from ..lib.chorus_pro.payment_clock import ClockEvent, read_clock
from ..lib.chorus_pro.status_actions import RECIPIENT, concerns
from ..lib.chorus_pro.statuses import FINAL_STATUSES, InvoiceStatus
from ..tools.dates import paris_day
from .account_move_situation import SETTLED_PAYMENTS
from .l10n_fr_chorus_inbound_file import SHOWN_MIMES
from .status_labels import status_label

# The supplier waits for a word of ours.
ON_OUR_DESK = [str(one) for one in InvoiceStatus if concerns(one, RECIPIENT)]
FINAL_CODES = frozenset(map(str, FINAL_STATUSES))


class L10n_Fr_ChorusInbound(models.Model):
    _name = "l10n_fr_chorus.inbound"
    _inherit = [
        "l10n_fr_chorus.inbound",
        "mail.thread.main.attachment",
        "mail.activity.mixin",
    ]
    # Users read the inbox only, and speak about it all the same.
    _mail_post_access = "read"

    message_main_attachment_id = fields.Many2one(
        compute="_compute_message_main_attachment_id", store=False, index=False
    )
    available_on = fields.Date(
        "Available on",
        compute="_compute_clock",
        compute_sudo=True,
        help="Since that day it is on your desk: the time to pay counts from it.",
    )
    age = fields.Integer("Days here", compute="_compute_clock", compute_sudo=True)
    pay_by = fields.Date(
        "Pay by",
        compute="_compute_clock",
        compute_sudo=True,
        help="Legal last day to pay. Empty while the period is interrupted, and once "
        "the invoice is paid, sent back or rejected.",
    )
    days_left = fields.Integer(
        "Days left",
        compute="_compute_clock",
        compute_sudo=True,
        help="Until the legal last day to pay. Below zero: days late.",
    )
    days_late = fields.Integer("Days late", compute="_compute_clock", compute_sudo=True)
    # On one line in the list; a text is shown whole there, however narrow its column.
    reason_line = fields.Char("Reason in one line", compute="_compute_reason_line")
    awaits_answer = fields.Boolean(
        "Waits for an answer",
        compute="_compute_awaits_answer",
        compute_sudo=True,
        search="_search_awaits_answer",
    )
    in_charge_id = fields.Many2one(
        "res.users",
        "Person in charge",
        compute="_compute_in_charge_id",
        compute_sudo=True,
        search="_search_in_charge_id",
        help="As set for the service, else for the structure.",
    )
    difference_ids = fields.One2many(
        related="move_id.l10n_fr_chorus_difference_ids", string="Differences"
    )

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'mail': hundreds come at once, and nobody follows what a robot made.
        quiet = self.with_context(tracking_disable=True)
        return super(L10n_Fr_ChorusInbound, quiet).create(vals_list).with_env(self.env)

    def write(self, vals):
        # EXTENDS 'mail': nothing here is tracked, and each look writes.
        quiet = self.with_context(tracking_disable=True)
        return super(L10n_Fr_ChorusInbound, quiet).write(vals)

    # -------------------------------------------------------------------------
    # COMPUTES
    # -------------------------------------------------------------------------

    @api.depends("file_ids.is_main", "file_ids.mime", "file_ids.attachment_id")
    def _compute_message_main_attachment_id(self):
        for document in self:
            shown = document.file_ids.filtered(
                lambda f: f.attachment_id and (f.mime or "").startswith(SHOWN_MIMES)
            )
            main = shown._main() or shown[:1]
            document.message_main_attachment_id = main.attachment_id

    @api.depends(
        "portal_status",
        "status_at",
        "deposit_date",
        "move_id.l10n_fr_chorus_clock_start",
        "move_id.l10n_fr_chorus_pay_by",
        "move_id.l10n_fr_chorus_paid_on",
        "move_id.payment_state",
    )
    def _compute_clock(self):
        today = paris_day(fields.Datetime.now())
        for document in self:
            start, due = document._clock()
            document.available_on = start
            document.age = max(0, (today - start).days) if start else 0
            is_over = (
                document.portal_status in FINAL_CODES
                or document.move_id.payment_state in SETTLED_PAYMENTS
                or document.move_id.l10n_fr_chorus_paid_on
            )
            document.pay_by = due = False if is_over else due
            document.days_left = (due - today).days if due else 0
            document.days_late = max(0, -document.days_left)

    def _clock(self):
        """:return: day it was made available, legal last day to pay; each may be False"""
        self.ensure_one()
        move = self.move_id
        if move.l10n_fr_chorus_clock_start:
            return move.l10n_fr_chorus_clock_start, move.l10n_fr_chorus_pay_by
        if not (self.portal_status and self.status_at):
            return self.deposit_date, False
        # Without a bill there is no history: the last status is all that is known.
        told = ClockEvent(
            InvoiceStatus.parse(self.portal_status),
            self.status_at.replace(tzinfo=timezone.utc),
        )
        clock = read_clock([told], self.company_id.partner_id._l10n_fr_chorus_kind())
        return clock.start or self.deposit_date, clock.due or False

    @api.depends("portal_status", "state", "move_id.l10n_fr_chorus_situation")
    def _compute_awaits_answer(self):
        for document in self:
            document.awaits_answer = document.portal_status in ON_OUR_DESK and (
                document.move_id.l10n_fr_chorus_situation == "to_settle"
                if document.move_id
                else document.state != "ignored"
            )

    @api.depends("reason")
    def _compute_reason_line(self):
        for document in self:
            document.reason_line = " ".join((document.reason or "").split())

    def _search_awaits_answer(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Of a bill, the situation says it: paid in Odoo or answered, it waits no more.
        return [
            ("portal_status", "in", ON_OUR_DESK),
            "|",
            ("move_id.l10n_fr_chorus_situation", "=", "to_settle"),
            "&",
            ("move_id", "=", False),
            ("state", "!=", "ignored"),
        ]

    @api.depends("service_id.user_id", "structure_id.user_id")
    def _compute_in_charge_id(self):
        for document in self:
            document.in_charge_id = (
                document.service_id.user_id or document.structure_id.user_id
            )

    def _search_in_charge_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        of_structure = Domain("structure_id.user_id", "in", value)
        return Domain("service_id.user_id", "in", value) | (
            of_structure
            & (
                Domain("service_id", "=", False)
                | Domain("service_id", "any", [("user_id", "=", False)])
            )
        )

    # -------------------------------------------------------------------------
    # LISTS
    # -------------------------------------------------------------------------

    def _web_read_group_groupby_formatter(self, groupby_spec, values):
        # EXTENDS 'web': groups of a status are headed by its label.
        formatter = super()._web_read_group_groupby_formatter(groupby_spec, values)
        if groupby_spec != "portal_status":
            return formatter

        def labelled(value):
            value, domain = formatter(value)
            return status_label(self.env, value) or value, domain

        return labelled
