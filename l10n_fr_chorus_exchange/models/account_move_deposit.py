from odoo import models
from odoo.exceptions import UserError

from ..tools.roles import SENDER, check_role
from . import rule_facts
from .l10n_fr_chorus_deposit import FAILED_STATES


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

    def action_l10n_fr_chorus_correct(self):
        """After a refusal: back to draft under the same number, to be corrected.

        Where Odoo does not let it go back, Send & Print opens: what is wrong may lie on
        the portal or with the customer, and the same invoice can go again.
        """
        self.ensure_one()
        check_role(self.env, SENDER)
        self.check_access("write")
        if self.l10n_fr_chorus_deposit_state not in FAILED_STATES:
            return False
        if self.state == "posted" and self.show_reset_to_draft_button:
            self.button_draft()
            return False
        if self.state == "posted":
            return self.action_invoice_sent()
        return False
