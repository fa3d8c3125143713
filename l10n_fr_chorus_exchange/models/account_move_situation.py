from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column

from ..lib.chorus_pro.status_actions import RECIPIENT, SUPPLIER
from ..tools.roles import SENDER, check_role
from .situations import SITUATIONS, situation
from .status_labels import status_label

OUTGOING = ("out_invoice", "out_refund")
INCOMING = ("in_invoice", "in_refund")
# Received in Odoo, or about to be: nobody waits for the money any more.
SETTLED_PAYMENTS = ("paid", "in_payment", "reversed")
BY_DEPOSIT = {
    "ready": "sending",
    "sending": "sending",
    "deposited": "sending",
    "integrated": "waiting",
    "unknown": "unknown",
    "rejected": "refused",
    "refused": "refused",
}
# What a person had told to the portal and is on its way; the doubt goes first.
BY_WISH = {"unknown": "unknown", "sending": "sending", "ready": "sending"}


class AccountMove(models.Model):
    """One word for lists, counters and filters: what the invoice asks of whom."""

    _inherit = "account.move"

    l10n_fr_chorus_situation = fields.Selection(
        SITUATIONS,
        "Situation on Chorus Pro",
        compute="_compute_l10n_fr_chorus_situation",
        store=True,
        copy=False,
        index="btree_not_null",
    )
    l10n_fr_chorus_elsewhere = fields.Boolean(
        "Not to send to Chorus Pro",
        copy=False,
        readonly=True,
        tracking=True,
        help="Entered on the portal by hand, or not meant for it.",
    )

    l10n_fr_chorus_badge = fields.Char(
        "Chorus Pro",
        compute="_compute_l10n_fr_chorus_badge",
        help="Status on the portal, or what it is waiting for.",
    )

    def _auto_init(self):
        # Years of entries are not computed one by one at upgrade: the migration sees to
        # those that concern Chorus Pro, the others have no situation.
        if not column_exists(self.env.cr, self._table, "l10n_fr_chorus_situation"):
            create_column(
                self.env.cr, self._table, "l10n_fr_chorus_situation", "varchar"
            )
        return super()._auto_init()

    @api.depends(
        "state",
        "move_type",
        "payment_state",
        "is_move_sent",
        "commercial_partner_id.l10n_fr_chorus_is_public",
        "l10n_fr_chorus_deposit_state",
        "l10n_fr_chorus_status",
        "l10n_fr_chorus_elsewhere",
        "l10n_fr_chorus_stays_out",
        "l10n_fr_chorus_has_difference",
        "l10n_fr_chorus_treatment_ids.state",
        "l10n_fr_chorus_correction_ids.state",
    )
    def _compute_l10n_fr_chorus_situation(self):
        for move in self:
            word = None
            if move.state == "cancel":
                # What the portal still says of it changes nothing here.
                word = None
            elif move.move_type in OUTGOING:
                word = move._l10n_fr_chorus_outgoing_situation()
            elif move.move_type in INCOMING and move.l10n_fr_chorus_status:
                word = move._l10n_fr_chorus_incoming_situation()
            move.l10n_fr_chorus_situation = word

    @api.depends("l10n_fr_chorus_status_label", "l10n_fr_chorus_situation")
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_badge(self):
        words = dict(
            self._fields["l10n_fr_chorus_situation"]._description_selection(self.env)
        )
        for move in self:
            move.l10n_fr_chorus_badge = move.l10n_fr_chorus_status_label or words.get(
                move.l10n_fr_chorus_situation, False
            )

    def _web_read_group_groupby_formatter(self, groupby_spec, values):
        # EXTENDS 'web': groups of a status are headed by its label.
        formatter = super()._web_read_group_groupby_formatter(groupby_spec, values)
        if groupby_spec != "l10n_fr_chorus_status":
            return formatter

        def labelled(value):
            value, domain = formatter(value)
            return status_label(self.env, value) or value, domain

        return labelled

    def _l10n_fr_chorus_outgoing_situation(self):
        status = self.l10n_fr_chorus_status
        if not status:
            word = BY_DEPOSIT.get(self.l10n_fr_chorus_deposit_state)
            if word == "refused" and self.payment_state in SETTLED_PAYMENTS:
                return None
            return word or ("to_send" if self._l10n_fr_chorus_is_to_send() else None)
        wish = _wish(self.l10n_fr_chorus_correction_ids)
        if wish:
            return wish
        if self.l10n_fr_chorus_has_difference:
            return "to_settle"
        word = situation(status, SUPPLIER)
        if word in ("paid_announced", "refused"):
            # Paid, or credited: settled here.
            return None if self.payment_state in SETTLED_PAYMENTS else word
        return word

    def _l10n_fr_chorus_is_to_send(self):
        """Posted for a public body and never handed over.

        What was paid and told another way before counts as done: invoices of the time
        before Chorus Pro would fill the list.
        """
        return (
            self.state == "posted"
            and self.commercial_partner_id.l10n_fr_chorus_is_public
            and not self.l10n_fr_chorus_elsewhere
            and not self.l10n_fr_chorus_stays_out
            and not self.l10n_fr_chorus_portal_id
            and self.payment_state != "reversed"
            and not (self.is_move_sent and self.payment_state in SETTLED_PAYMENTS)
        )

    def _l10n_fr_chorus_incoming_situation(self):
        wish = _wish(self.l10n_fr_chorus_treatment_ids)
        if wish:
            return wish
        if self.payment_state in SETTLED_PAYMENTS:
            return None
        return situation(self.l10n_fr_chorus_status, RECIPIENT)

    def action_l10n_fr_chorus_elsewhere(self):
        """Take invoices out of those to send: they reached the public body another way."""
        check_role(self.env, SENDER)
        self.check_access("write")
        self.filtered(
            lambda move: move.l10n_fr_chorus_situation == "to_send"
        ).l10n_fr_chorus_elsewhere = True

    def action_l10n_fr_chorus_from_here(self):
        """Put invoices back among those to send."""
        check_role(self.env, SENDER)
        self.check_access("write")
        self.filtered("l10n_fr_chorus_elsewhere").l10n_fr_chorus_elsewhere = False


def _wish(wishes):
    """Situation that comes from answers or corrections on their way, or None."""
    states = set(wishes.mapped("state"))
    return next((word for state, word in BY_WISH.items() if state in states), None)
