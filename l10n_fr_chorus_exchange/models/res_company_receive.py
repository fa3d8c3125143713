from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_original_months = fields.Integer(
        "Months to keep Chorus Pro originals",
        help="How long after the end of a received invoice its downloads are kept in the "
        "inbox; the files of the bill stay. 0: for good.",
    )

    _l10n_fr_chorus_original_months_positive = models.Constraint(
        "CHECK (l10n_fr_chorus_original_months >= 0)",
        "Originals are kept for a number of months, or 0 for good.",
    )
