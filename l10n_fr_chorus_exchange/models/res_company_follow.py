from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_user_id = fields.Many2one(
        "res.users",
        "Chorus Pro follow-up by",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Gets the activities about invoices on Chorus Pro. Leave empty: the "
        "salesperson of each invoice.",
    )
