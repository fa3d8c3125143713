from odoo import fields, models
from odoo.exceptions import UserError

from . import rule_facts
from .l10n_fr_chorus_deposit import FAILED_STATES, OPEN_STATES

DEPOSIT_SEVERITY = {
    "unknown": "warning",
    "rejected": "danger",
    "refused": "danger",
}


class AccountMove(models.Model):
    """Where the last deposit of an invoice stands, and what to do about it."""

    _inherit = "account.move"

    def write(self, vals):
        # EXTENDS 'account': renumbering is the one change of a posted invoice that Odoo
        # allows and that would part it from what the portal holds.
        if "name" in vals:
            for move in self:
                if rule_facts.is_under_way(move) and vals["name"] != move.name:
                    raise UserError(
                        self.env._(
                            "%s goes to Chorus Pro under this number: it cannot get "
                            "another one.",
                            move.name,
                        )
                    )
        return super().write(vals)

    def button_cancel(self):
        # EXTENDS 'account': there is nothing left to correct.
        res = super().button_cancel()
        for move in self.filtered(
            lambda m: m.state == "cancel" and m.l10n_fr_chorus_deposit_state
        ):
            move._l10n_fr_chorus_calm()
        return res

    def _l10n_fr_chorus_in_charge(self):
        """Who sees to this invoice: its salesperson, who sent it, who made it.

        Nobody who has left, no robot, nobody who may not change it; an accountant of
        the company instead.
        """
        sender = self.sudo().l10n_fr_chorus_deposit_ids.sorted("id")[-1:].create_uid
        # Rights are those in all companies of the person, whatever ours are now.
        move = self.with_context(allowed_company_ids=[])
        for user in (*self.invoice_user_id, *sender, *self.create_uid):
            if (
                user.active
                and not user.share
                and move.with_user(user).has_access("write")
            ):
                return user
        accountants = self.env["res.users"].search(
            [
                (
                    "all_group_ids",
                    "in",
                    self.env.ref("account.group_account_invoice").id,
                ),
                ("company_ids", "in", self.company_id.id),
                ("share", "=", False),
            ],
            order="id",
            limit=1,
        )
        return accountants or self.invoice_user_id or self.env.user

    def _l10n_fr_chorus_summarise_deposit(self):
        """Summary, label and weight of an invoice the portal has no status for."""
        state = self.l10n_fr_chorus_deposit_state
        label = dict(
            self._fields["l10n_fr_chorus_deposit_state"]._description_selection(
                self.env
            )
        )
        last = self.l10n_fr_chorus_deposit_ids.sorted("id", reverse=True)[:1]
        sentences = {
            "ready": self._l10n_fr_chorus_say_ready(last),
            "sending": self.env._("Being sent."),
            "deposited": self.env._("Received by Chorus Pro, which is checking it."),
            "rejected": self._l10n_fr_chorus_next_step(),
            "refused": self._l10n_fr_chorus_next_step(),
            "cancelled": self.env._("The deposit was cancelled before it was sent."),
        }
        parts = [
            sentences.get(state),
            last.error,
            self._l10n_fr_chorus_next_try(last),
        ]
        self.l10n_fr_chorus_status_label = label.get(state, "")
        self.l10n_fr_chorus_summary = " ".join(filter(None, parts)) or False
        self.l10n_fr_chorus_severity = DEPOSIT_SEVERITY.get(state, "info")

    def _l10n_fr_chorus_say_ready(self, deposit):
        if not _may_leave(deposit):
            return self.env._(
                "Not sent: sending is switched off on the connection %s.",
                deposit.connection_id.display_name,
            )
        if deposit.error:
            return self.env._("Not sent yet; Odoo will try again.")
        return self.env._("Waiting to be sent, within minutes.")

    def _l10n_fr_chorus_next_try(self, deposit):
        """When Odoo goes on by itself, on the reader's clock."""
        if deposit.state not in ("ready", *OPEN_STATES) or not _may_leave(deposit):
            return ""
        # The gateway may have asked all calls to wait.
        times = [deposit.next_try_at, deposit.connection_id.pause_until]
        at = max(filter(None, times), default=None)
        if not at or at <= fields.Datetime.now():
            return ""
        local = fields.Datetime.context_timestamp(self, at)
        today = fields.Date.context_today(self)
        clock = local.strftime("%H:%M")
        if local.date() != today:
            lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
            clock = f"{local.strftime(lang.date_format)} {clock}"
        if deposit.state == "ready":
            return self.env._("Next try at %s.", clock)
        return self.env._("Next look at %s.", clock)

    def _l10n_fr_chorus_next_step(self):
        """What to do about an invoice that Chorus Pro did not take."""
        if self.inalterable_hash:
            # Odoo will not let a secured invoice go back to draft.
            return self.env._(
                "Not taken by Chorus Pro. This invoice is secured: make a credit note and a "
                "corrected invoice."
            )
        return self.env._(
            "Not taken by Chorus Pro. Press “Correct and send again”: the invoice becomes a "
            "draft under the same number; correct, confirm and send it."
        )

    def action_l10n_fr_chorus_correct(self):
        """After a refusal: back to draft under the same number, to be corrected.

        Where Odoo does not let it go back, Send & Print opens: what is wrong may lie on
        the portal or with the customer, and the same invoice can go again.
        """
        self.ensure_one()
        self.check_access("write")
        if self.l10n_fr_chorus_deposit_state not in FAILED_STATES:
            return False
        if self.state == "posted" and self.show_reset_to_draft_button:
            self.button_draft()
            return False
        if self.state == "posted":
            return self.action_invoice_sent()
        return False


def _may_leave(deposit):
    """False for what waits on a connection that sends nothing any more."""
    connection = deposit.connection_id
    return deposit.state != "ready" or (connection.active and connection.can_send)
