from odoo import api, fields, models

from ..models.account_move_send import METHOD
from ..tools.roles import SENDER, check_role


class AccountMoveSendWizard(models.TransientModel):
    """Which documents go along is chosen here as well.

    The window keeps the choice to itself until Send is pressed: it is saved for whoever
    sends whatever to whomever, a salesperson who may not change invoices among them.
    """

    _inherit = "account.move.send.wizard"

    l10n_fr_chorus_attachment_ids = fields.Many2many(
        "ir.attachment",
        "l10n_fr_chorus_send_wizard_attachment_rel",
        string="Supporting documents",
        compute="_compute_l10n_fr_chorus_attachment_ids",
        store=True,
        readonly=False,
    )
    l10n_fr_chorus_attachment_choice_ids = fields.Many2many(
        related="move_id.l10n_fr_chorus_attachment_choice_ids"
    )

    @api.depends("move_id")
    def _compute_l10n_fr_chorus_attachment_ids(self):
        for wizard in self:
            wizard.l10n_fr_chorus_attachment_ids = (
                wizard.move_id.l10n_fr_chorus_attachment_ids
            )

    def action_send_and_print(self, allow_fallback_pdf=False):
        # EXTENDS 'account': what is sent is what was ticked.
        self.ensure_one()
        if METHOD in (self.sending_methods or ()):
            check_role(self.env, SENDER)
            self._l10n_fr_chorus_keep_choice()
        return super().action_send_and_print(allow_fallback_pdf=allow_fallback_pdf)

    def _l10n_fr_chorus_keep_choice(self):
        move = self.move_id
        offered = move.l10n_fr_chorus_attachment_choice_ids
        chosen = self.l10n_fr_chorus_attachment_ids & offered
        if chosen == move.l10n_fr_chorus_attachment_ids:
            return
        chosen.check_access("read")
        # Whoever may send the invoice may say what goes along with it, which changes
        # nothing of the invoice itself.
        move = move.sudo().with_context(skip_is_manually_modified=True)
        move.l10n_fr_chorus_attachment_ids = chosen
