from odoo import fields, models

from .l10n_fr_chorus_directory_import import WEEKLY


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_fr_chorus_directory_weekly = fields.Boolean(
        "Fetch the directory every week",
        config_parameter=WEEKLY,
    )
