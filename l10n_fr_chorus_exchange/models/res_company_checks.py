from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_check_at_posting = fields.Boolean(
        "Check for Chorus Pro when confirming",
        help="An invoice to a public body is only confirmed when it is ready for "
        "Chorus Pro. Its number is checked in any case.",
    )
    l10n_fr_chorus_check_engagement = fields.Boolean(
        "Look up commitment numbers",
        help="Ask Chorus Pro whether it knows the commitment number when Send is "
        "pressed. It knows those of the State only: an unknown one is a warning.",
    )
