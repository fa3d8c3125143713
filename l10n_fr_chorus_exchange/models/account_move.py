from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.roles import SENDER, check_role
from .l10n_fr_chorus_deposit import FAILED_STATES, LIVE_STATES, STATES

# Our records are for accountants; whoever else reads invoices (sales, purchases) sees
# the status on them and nothing behind it.
# Odoo wants whoever has a button to have the fields it depends on: those who send too.
READERS = f"account.group_account_invoice,account.group_account_readonly,{SENDER}"


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_fr_chorus_deposit_ids = fields.One2many(
        "l10n_fr_chorus.deposit",
        "move_id",
        string="Chorus Pro deposits",
        copy=False,
        groups=READERS,
    )
    l10n_fr_chorus_deposit_state = fields.Selection(
        STATES,
        string="Chorus Pro deposit",
        compute="_compute_l10n_fr_chorus_deposit_state",
        store=True,
        copy=False,
    )
    l10n_fr_chorus_portal_id = fields.Char(
        string="Chorus Pro identifier",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    l10n_fr_chorus_status = fields.Char(
        string="Chorus Pro status code", readonly=True, copy=False
    )
    l10n_fr_chorus_status_at = fields.Datetime(
        string="Chorus Pro status since", readonly=True, copy=False
    )
    l10n_fr_chorus_status_comment = fields.Char(
        string="Chorus Pro reason", readonly=True, copy=False
    )
    l10n_fr_chorus_locked = fields.Boolean(
        string="Chorus Pro references locked",
        compute="_compute_l10n_fr_chorus_locked",
        help="They are printed, or sent: reset to draft to change them.",
    )
    l10n_fr_chorus_is_public = fields.Boolean(
        related="commercial_partner_id.l10n_fr_chorus_is_public",
        string="Public body on Chorus Pro",
    )
    l10n_fr_chorus_service_id = fields.Many2one(
        "l10n_fr_chorus.service",
        string="Service",
        compute="_compute_l10n_fr_chorus_service_id",
        inverse="_inverse_l10n_fr_chorus_service_id",
        domain="[('partner_id', '=', commercial_partner_id)]",
        help="Picks the service code among those of the customer.",
    )

    # -------------------------------------------------------------------------
    # COMPUTES
    # -------------------------------------------------------------------------

    @api.depends("l10n_fr_chorus_deposit_ids.state")
    def _compute_l10n_fr_chorus_deposit_state(self):
        for move in self:
            last = move.l10n_fr_chorus_deposit_ids.sorted("id", reverse=True)[:1]
            move.l10n_fr_chorus_deposit_state = last.state

    @api.depends("state", "l10n_fr_chorus_deposit_state", "invoice_pdf_report_id")
    def _compute_l10n_fr_chorus_locked(self):
        for move in self:
            # Core prints once and keeps the print: changing a reference now would make
            # the page say one thing and the data inside it another.
            move.l10n_fr_chorus_locked = move.state == "posted" and bool(
                move.l10n_fr_chorus_deposit_state or move.invoice_pdf_report_id
            )

    def _compute_show_reset_to_draft_button(self):
        # EXTENDS 'account': what the portal holds can no longer be changed here.
        res = super()._compute_show_reset_to_draft_button()
        for move in self:
            if move.l10n_fr_chorus_deposit_state in LIVE_STATES:
                move.show_reset_to_draft_button = False
        return res

    @api.depends("buyer_reference", "commercial_partner_id")
    def _compute_l10n_fr_chorus_service_id(self):
        for move in self:
            services = move.commercial_partner_id.l10n_fr_chorus_service_ids
            move.l10n_fr_chorus_service_id = services.filtered(
                lambda service, code=move.buyer_reference: code and service.code == code
            )[:1]

    def _inverse_l10n_fr_chorus_service_id(self):
        for move in self:
            if move.l10n_fr_chorus_service_id:
                move.buyer_reference = move.l10n_fr_chorus_service_id.code

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_l10n_fr_chorus_ask_now(self):
        """Ask the portal at once where this invoice stands (the cron asks)."""
        check_role(self.env, SENDER)
        self.check_access("read")
        open_deposits = self.l10n_fr_chorus_deposit_ids
        return open_deposits.action_ask_now()

    def button_draft(self):
        # EXTENDS 'account': what the portal holds cannot be changed here.
        for move in self:
            if move.l10n_fr_chorus_deposit_state in LIVE_STATES:
                raise UserError(
                    self.env._(
                        "%s was sent to Chorus Pro and can no longer be changed. "
                        "Make a credit note instead.",
                        move.name,
                    )
                )
        # Invoicing users read deposits only; they may reset this invoice.
        sent = self.sudo().filtered("l10n_fr_chorus_deposit_state")
        sent.l10n_fr_chorus_deposit_ids.filtered(lambda d: d.state == "ready").write(
            {"state": "cancelled"}
        )
        return super().button_draft()

    def _l10n_fr_chorus_can_send(self):
        """Whether a deposit may be made: none yet, or the last one failed."""
        self.ensure_one()
        state = self.l10n_fr_chorus_deposit_state
        return not state or state in FAILED_STATES

    @api.ondelete(at_uninstall=False)
    def _unlink_except_l10n_fr_chorus_deposited(self):
        """What was once handed over keeps its trace."""
        # Whoever may delete the invoice need not see its deposits.
        for move in self.sudo().filtered("l10n_fr_chorus_deposit_ids"):
            raise UserError(
                self.env._(
                    "%s was handed to Chorus Pro and keeps its trace: it cannot be deleted.",
                    move.display_name,
                )
            )
