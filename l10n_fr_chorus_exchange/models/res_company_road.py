from odoo import fields, models

from .en16931.document import FLOW, PDF

# What the company prefers -> the road of its invoices.
ROADS = {"structured": FLOW, "pdf": PDF}


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_road = fields.Selection(
        [
            ("structured", "As a structured file"),
            ("pdf", "As a PDF with its figures"),
        ],
        "Deposit on Chorus Pro",
        default="structured",
        required=True,
        help="A structured file says more of the invoice and is the rule. What it cannot "
        "carry (a validator, attachments of other types than PDF, PNG, JPEG, CSV, XLSX "
        "and ODS) goes as a PDF with its figures in any case.",
    )
