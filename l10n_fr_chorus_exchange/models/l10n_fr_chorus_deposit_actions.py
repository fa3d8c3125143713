from odoo import fields, models

from ..tools.notifications import notification
from ..tools.roles import SENDER, check_role
from .l10n_fr_chorus_deposit import OPEN_STATES


class L10n_Fr_ChorusDeposit(models.Model):
    """What a person may do about a deposit."""

    _inherit = "l10n_fr_chorus.deposit"

    def action_ask_now(self):
        """Ask the portal at once about these deposits (the cron asks, not the user)."""
        check_role(self.env, SENDER)
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
        # What is integrated is only followed; its whole history is read when asked for.
        integrated = self.sudo().filtered(lambda d: d.state == "integrated")
        self.env["l10n_fr_chorus.question"].sudo().create(
            [
                {"move_id": move.id, "company_id": move.company_id.id}
                for move in integrated.move_id
            ]
        )
        self.env.ref("l10n_fr_chorus_exchange.ir_cron_send").sudo()._trigger()
        self.env.ref("l10n_fr_chorus_exchange.ir_cron_follow").sudo()._trigger()
        return notification(self.env._("Chorus Pro is being asked."))

    def action_open_move(self):
        self.ensure_one()
        return self.move_id._get_records_action()

    def action_open(self):
        """The deposit itself, from the list on its invoice."""
        self.ensure_one()
        return self._get_records_action()
