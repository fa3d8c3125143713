from odoo import api, fields, models

from ..tools.dates import paris_day
from ..tools.notifications import closing


class L10n_Fr_ChorusLookAgain(models.TransientModel):
    """Puts back how far the documents of one structure were looked for."""

    _name = "l10n_fr_chorus.look.again"
    _description = "Look again for documents on Chorus Pro"

    structure_id = fields.Many2one(
        "l10n_fr_chorus.structure", required=True, readonly=True, ondelete="cascade"
    )
    received_cursor = fields.Datetime(related="structure_id.received_cursor")
    day = fields.Date(
        "From",
        default=lambda self: self._default_day(),
        help="What changed on Chorus Pro since that day is looked for again. Empty: all "
        "that still waits there.",
    )

    @api.model
    def _default_day(self):
        return paris_day(fields.Datetime.now())

    def action_look_again(self):
        self.ensure_one()
        self.structure_id._look_again_from(self.day)
        return closing(
            self.env._(
                "Chorus Pro is being asked again. What is in the inbox already stays as "
                "it is."
            )
        )
