"""Nobody leaves an invoice to the sending cron in another person's name."""

from odoo import api, models


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'account'
        return super().create(list(map(self._l10n_fr_chorus_named, vals_list)))

    def write(self, vals):
        # EXTENDS 'account'
        return super().write(self._l10n_fr_chorus_named(vals))

    @api.model
    def _l10n_fr_chorus_named(self, vals):
        """The cron asks what the author may do, so it must be the author."""
        if not vals.get("sending_data") or self.env.su:
            return vals
        named = {"author_user_id": self.env.uid}
        return {**vals, "sending_data": {**vals["sending_data"], **named}}
