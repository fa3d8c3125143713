"""How a connection sends: one by one or in groups, and how long a doubt lasts."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Minutes; a call may last ten (``TOTAL_TIMEOUT`` of the transport).
SHORTEST_DOUBT = 15
DOUBT = 30


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    group_deposits = fields.Boolean(
        "Group deposits",
        help="Invoices waiting at the same time go in one archive, each with a verdict "
        "of its own. Off: one deposit each, which is easier to follow.",
    )
    unknown_delay = fields.Integer(
        "Minutes of doubt",
        default=DOUBT,
        help="After a deposit without an answer, how long Odoo looks for the invoice on "
        "Chorus Pro before it sends it once more.",
    )

    @api.constrains("unknown_delay")
    def _check_unknown_delay(self):
        for connection in self:
            if connection.unknown_delay < SHORTEST_DOUBT:
                raise ValidationError(
                    self.env._(
                        "Odoo must look for an invoice for at least %d minutes before it "
                        "is sent again.",
                        SHORTEST_DOUBT,
                    )
                )

    def _unknown_delay(self):
        self.ensure_one()
        return timedelta(minutes=max(self.unknown_delay, SHORTEST_DOUBT))
