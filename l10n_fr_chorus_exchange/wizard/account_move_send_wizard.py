from odoo import fields, models


class AccountMoveSendWizard(models.TransientModel):
    _inherit = "account.move.send.wizard"

    l10n_fr_chorus_attachment_ids = fields.Many2many(
        related="move_id.l10n_fr_chorus_attachment_ids", readonly=False
    )
    l10n_fr_chorus_attachment_choice_ids = fields.Many2many(
        related="move_id.l10n_fr_chorus_attachment_choice_ids"
    )
