"""What a bill keeps of the document it was made from."""

from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_fr_chorus_source = fields.Selection(
        [
            ("facturx", "Factur-X invoice"),
            ("cii", "CII invoice"),
            ("ubl", "UBL invoice"),
            ("pivot_lines", "Lines of Chorus Pro"),
            ("pivot_vat", "VAT totals of Chorus Pro"),
            ("consultation", "Consultation of Chorus Pro"),
            ("files", "Totals and files only"),
        ],
        "Lines taken from",
        readonly=True,
        copy=False,
        help="What the lines of this bill were made from. The supplier, the number, the "
        "dates and the amounts always are those of Chorus Pro.",
    )
    l10n_fr_chorus_paid_before = fields.Monetary(
        "Not asked for",
        readonly=True,
        copy=False,
        help="What the supplier does not ask for: paid already, or held back.",
    )
