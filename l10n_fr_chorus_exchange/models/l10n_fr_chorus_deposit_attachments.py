from odoo import models


class L10nFrChorusDeposit(models.Model):
    _inherit = "l10n_fr_chorus.deposit"

    def _freeze(self, move, document):
        # What went along stays told, whatever is attached to the invoice afterwards.
        going = move.l10n_fr_chorus_attachment_ids
        deposit = super()._freeze(move, document)
        move.l10n_fr_chorus_attachment_ids = going
        return deposit
