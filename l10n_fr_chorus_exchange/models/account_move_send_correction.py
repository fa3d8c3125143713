from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _l10n_fr_chorus_is_its_way(self, move):
        # EXTENDS: the customer prefers Chorus Pro; this one concerns the books only.
        return not move.l10n_fr_chorus_stays_out and super()._l10n_fr_chorus_is_its_way(
            move
        )
