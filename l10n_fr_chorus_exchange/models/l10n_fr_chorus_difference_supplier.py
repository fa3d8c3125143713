from odoo import fields, models


class L10n_Fr_ChorusDifference(models.Model):
    """Another bank account than the supplier's: a person looks, nothing is taken over."""

    _inherit = "l10n_fr_chorus.difference"

    kind = fields.Selection(
        selection_add=[("bank", "Bank account")], ondelete={"bank": "cascade"}
    )
