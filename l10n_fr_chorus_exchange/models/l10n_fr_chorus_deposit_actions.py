from odoo import fields, models

from ..tools.notifications import notification
from .l10n_fr_chorus_deposit import OPEN_STATES


class L10n_Fr_ChorusDeposit(models.Model):
    """What a person may do about a deposit."""

    _inherit = "l10n_fr_chorus.deposit"

    def action_ask_now(self):
        """Ask the portal at once about these deposits (the cron asks, not the user)."""
        self.check_access("read")
        now = fields.Datetime.now()
        # Invoicing users read deposits only; the date of the next question is no data.
        # What is due already is left alone: the cron may be working on it.
        self.sudo().filtered(
            lambda d: (
                d.state in ("ready", *OPEN_STATES)
                and d.next_try_at
                and d.next_try_at > now
            )
        ).write({"next_try_at": now})
        self.env.ref("l10n_fr_chorus_exchange.ir_cron_send").sudo()._trigger()
        self.env.ref("l10n_fr_chorus_exchange.ir_cron_follow").sudo()._trigger()
        return notification(self.env._("Chorus Pro is being asked."))

    def action_resend(self):
        """A person vouches that the portal never got it: the same bytes may go again."""
        self.ensure_one()
        self.move_id.check_access("write")
        if not self.can_resend:
            return notification(
                self.env._(
                    "Odoo is still looking for this invoice on Chorus Pro. It can be sent "
                    "again when it was not found there for 24 hours."
                ),
                kind="warning",
            )
        deposit = self.sudo()  # invoicing users read deposits only; checked on the move
        deposit.write(
            {"state": "ready", "next_try_at": False, "error": False, "alerted": False}
        )
        deposit.move_id.message_post(
            body=self.env._("Sent again: Chorus Pro has no trace of the first deposit.")
        )
        self.env.ref("l10n_fr_chorus_exchange.ir_cron_send").sudo()._trigger()
        return notification(self.env._("The invoice will be sent again."))

    def action_open_move(self):
        self.ensure_one()
        return self.move_id._get_records_action()
