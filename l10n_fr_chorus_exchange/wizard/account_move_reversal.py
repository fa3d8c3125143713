from odoo import models

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

    def _modify_default_reverse_values(self, origin_move):
        # EXTENDS 'account': the new invoice remembers which one it replaces.
        values = super()._modify_default_reverse_values(origin_move)
        if origin_move.move_type == "out_invoice":
            values["l10n_fr_chorus_corrected_id"] = origin_move.id
            for name in KEPT:
                value = origin_move[name]
                values[name] = value.id if name.endswith("_id") else value
        return values
