from odoo import models

PREFIX = "l10n_fr_chorus_"
# What a column of ours says is no reason to look at the lines of an entry, to balance it
# again, or to call it changed by hand: a dozen queries for each status, otherwise.
ASIDE = {
    "check_move_validity": False,
    "skip_invoice_sync": True,
    "skip_is_manually_modified": True,
}


class AccountMove(models.Model):
    _inherit = "account.move"

    def write(self, vals):
        # EXTENDS 'account'
        if vals and all(self._l10n_fr_chorus_is_aside(name) for name in vals):
            return super(AccountMove, self.with_context(**ASIDE)).write(vals)
        return super().write(vals)

    def _l10n_fr_chorus_is_aside(self, name):
        """Whether a field is a plain column of ours, that no line and no sum follows."""
        field = self._fields.get(name)
        return bool(
            field
            and name.startswith(PREFIX)
            and field.column_type
            and field.store
            and not field.inverse
        )
