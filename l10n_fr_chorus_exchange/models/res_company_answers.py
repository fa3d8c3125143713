from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_answer_posted = fields.Selection(
        [
            ("SERVICE_FAIT", "Service certified as done"),
            ("MANDATEE", "Payment order issued"),
        ],
        "Told when a bill is confirmed",
        help="What Chorus Pro is told when a bill received from it is confirmed. Empty: "
        "nothing.",
    )
    l10n_fr_chorus_answer_sent = fields.Boolean(
        "Announce payments sent",
        default=True,
        help="When the payment of a bill received from Chorus Pro is marked as sent to "
        "the bank, tell its supplier (status “Mise en paiement”).",
    )
    l10n_fr_chorus_answer_paid = fields.Boolean(
        "Announce bills paid",
        default=True,
        help="When a bill received from Chorus Pro is paid in full, tell its supplier "
        "(status “Mise en paiement”).",
    )
