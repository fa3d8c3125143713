from odoo import fields, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    # Which trouble of the invoice an activity of ours is about: each trouble has one.
    l10n_fr_chorus_problem = fields.Char(
        "Chorus Pro problem",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
