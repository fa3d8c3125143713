from odoo import api, fields, models

from ..models.l10n_fr_chorus_correction import ACKNOWLEDGE
from ..tools.roles import SENDER, has_role

# Said of the invoice that was wrong, and true of the one that replaces it.
KEPT = (
    "l10n_fr_chorus_framework",
    "l10n_fr_chorus_validator_id",
    "l10n_fr_chorus_validator_service",
    "l10n_fr_chorus_payment_means",
    "l10n_fr_chorus_period_start",
    "l10n_fr_chorus_period_end",
)


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    l10n_fr_chorus_is_refused = fields.Boolean(
        compute="_compute_l10n_fr_chorus_is_refused", compute_sudo=True
    )
    l10n_fr_chorus_send_credit_note = fields.Boolean(
        "Send the credit note to Chorus Pro too"
    )

    @api.depends("move_ids")
    def _compute_l10n_fr_chorus_is_refused(self):
        for wizard in self:
            wizard.l10n_fr_chorus_is_refused = any(
                move.l10n_fr_chorus_can_reinvoice for move in wizard.move_ids._origin
            )

    def _prepare_default_reversal(self, move):
        # EXTENDS 'account': what was refused over there needs no credit note there.
        values = super()._prepare_default_reversal(move)
        if (
            move.sudo().l10n_fr_chorus_can_reinvoice
            and not self.l10n_fr_chorus_send_credit_note
        ):
            values["l10n_fr_chorus_stays_out"] = True
        return values

    def _modify_default_reverse_values(self, origin_move):
        # EXTENDS 'account': the new invoice remembers which one it replaces.
        values = super()._modify_default_reverse_values(origin_move)
        if origin_move.move_type == "out_invoice":
            values["l10n_fr_chorus_corrected_id"] = origin_move.id
            for name in KEPT:
                value = origin_move[name]
                values[name] = value.id if name.endswith("_id") else value
        return values

    def reverse_moves(self, is_modify=False):
        # EXTENDS 'account': who credits a rejected invoice has seen its rejection.
        rejected = self.move_ids.sudo().filtered(
            lambda move: (
                has_role(self.env, SENDER) and move.l10n_fr_chorus_can_acknowledge
            )
        )
        res = super().reverse_moves(is_modify=is_modify)
        for move in rejected:
            # Whoever may make the credit note only reads corrections.
            self.env["l10n_fr_chorus.correction"].sudo()._queue(move, ACKNOWLEDGE)
        return res
