from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..tools.dates import to_utc
from .l10n_fr_chorus_deposit import FAILED_STATES, LIVE_STATES, STATES
from .status_labels import status_label

# How the banner of the form looks for a status of the portal; the rest is neutral.
STATUS_SEVERITY = {
    "A_RECYCLER": "warning",
    "SUSPENDUE": "warning",
    "A_COMPLETER": "warning",
    "REJETEE": "danger",
    "NON_CONFORME": "danger",
    "ABANDONNEE": "danger",
    "SUPPRIMEE": "danger",
    "MISE_EN_PAIEMENT": "success",
}
# Our records are for accountants; whoever else reads invoices (sales, purchases) sees
# the status on them and nothing behind it.
READERS = "account.group_account_invoice,account.group_account_readonly"


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
    l10n_fr_chorus_status_label = fields.Char(
        string="Chorus Pro status",
        compute="_compute_l10n_fr_chorus_summary",
        compute_sudo=True,
    )
    l10n_fr_chorus_event_ids = fields.One2many(
        "l10n_fr_chorus.event",
        "move_id",
        string="Chorus Pro history",
        copy=False,
        groups=READERS,
    )
    l10n_fr_chorus_history_due = fields.Boolean(
        string="Chorus Pro history to be read again", readonly=True, copy=False
    )
    l10n_fr_chorus_summary = fields.Text(
        string="Where it stands on Chorus Pro",
        compute="_compute_l10n_fr_chorus_summary",
        compute_sudo=True,
    )
    l10n_fr_chorus_severity = fields.Char(
        string="Weight of the Chorus Pro status",
        compute="_compute_l10n_fr_chorus_summary",
        compute_sudo=True,
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

    @api.depends(
        "l10n_fr_chorus_status",
        "l10n_fr_chorus_status_at",
        "l10n_fr_chorus_status_comment",
        "l10n_fr_chorus_deposit_state",
        "l10n_fr_chorus_deposit_ids.error",
        "l10n_fr_chorus_deposit_ids.next_try_at",
    )
    @api.depends_context("lang", "tz")
    def _compute_l10n_fr_chorus_summary(self):
        for move in self:
            if move.l10n_fr_chorus_status:
                move._l10n_fr_chorus_summarise_status()
            else:
                move._l10n_fr_chorus_summarise_deposit()

    def _l10n_fr_chorus_summarise_status(self):
        label = status_label(self.env, self.l10n_fr_chorus_status)
        parts = [label]
        if self.l10n_fr_chorus_status_at:
            since = fields.Datetime.context_timestamp(
                self, self.l10n_fr_chorus_status_at
            )
            parts = [
                self.env._(
                    "%(status)s since %(date)s",
                    status=label,
                    date=since.strftime(
                        self.env["res.lang"]
                        ._get_data(code=self.env.lang or "en_US")
                        .date_format
                    ),
                )
            ]
        if self.l10n_fr_chorus_status_comment:
            parts.append(self.l10n_fr_chorus_status_comment)
        self.l10n_fr_chorus_status_label = label
        self.l10n_fr_chorus_summary = self.env._("%s.", " — ".join(parts))
        self.l10n_fr_chorus_severity = STATUS_SEVERITY.get(
            self.l10n_fr_chorus_status, "info"
        )

    # -------------------------------------------------------------------------
    # STATUS
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_record(self, row, history):
        """What the portal says now: its history, or the row of a search without it.

        :param row: ``SentInvoice`` of the library, or None
        :param history: ``History`` of the library; None when it could not be read
        """
        self.ensure_one()
        if history is not None:
            self._l10n_fr_chorus_record_history(history)
        elif row is not None:
            self._l10n_fr_chorus_note(row.status, row.status_at, row.status_comment)
        due = history is None
        if self.l10n_fr_chorus_history_due != due:
            self.l10n_fr_chorus_history_due = due

    def _l10n_fr_chorus_record_history(self, history):
        """Keep the portal's history of this invoice: new lines, current status, one note.

        :param history: ``History`` of the library, oldest event first
        """
        self.ensure_one()
        known = set(self.sudo().l10n_fr_chorus_event_ids.mapped("portal_event_id"))
        fresh = {
            key: entry
            for entry in history.entries
            if (key := _event_key(entry)) not in known
        }
        self.env["l10n_fr_chorus.event"].create(
            [
                {
                    "move_id": self.id,
                    "portal_event_id": key,
                    "code": str(entry.code),
                    "at": to_utc(entry.at),
                    "comment": entry.comment,
                    "author": entry.author,
                }
                for key, entry in fresh.items()
            ]
        )
        last = history.last
        self._l10n_fr_chorus_note(
            history.status, last and last.at, last and last.comment
        )

    def _l10n_fr_chorus_note(self, code, at, comment):
        """Write the status down, with one line in the chatter when it changed."""
        before = self.l10n_fr_chorus_status
        vals = {
            "l10n_fr_chorus_status": str(code),
            "l10n_fr_chorus_status_at": to_utc(at),
            "l10n_fr_chorus_status_comment": comment or False,
        }
        if any(self[name] != (value or False) for name, value in vals.items()):
            self.write(vals)
        if before != self.l10n_fr_chorus_status:
            self._message_log(
                body=self.env._("Chorus Pro: %s", self.l10n_fr_chorus_summary)
            )

    def _l10n_fr_chorus_alert(self, sentence, summary=None):
        """One activity per invoice for the person in charge; the sentence goes with it.

        :param summary: what to do; by default correcting and sending again
        """
        self.ensure_one()
        told = {
            "summary": summary or self.env._("Chorus Pro: correct and send again"),
            # Words of the portal are no HTML.
            "note": plaintext2html(sentence),
        }
        activities = self._l10n_fr_chorus_activities()
        if activities:
            activities.write(told)
            return
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=self._l10n_fr_chorus_in_charge().id,
            **told,
        )

    def _l10n_fr_chorus_calm(self):
        self._l10n_fr_chorus_activities().action_feedback()

    def _l10n_fr_chorus_activities(self):
        summary = "Chorus Pro"
        return self.activity_ids.filtered(
            lambda a: a.automated and (a.summary or "").startswith(summary)
        )

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_l10n_fr_chorus_ask_now(self):
        """Ask the portal at once where this invoice stands (the cron asks)."""
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
        self.sudo().l10n_fr_chorus_deposit_ids.filtered(
            lambda d: d.state == "ready"
        ).write({"state": "cancelled"})
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


def _event_key(entry):
    """The portal's id of a history line; what it says, where the portal gives no id."""
    if entry.portal_event_id:
        return str(entry.portal_event_id)
    return f"{entry.code} {entry.at or ''}".strip()
