from odoo import api, fields, models

from ..lib.chorus_pro.records.structures import PUBLIC_BILLING_SERVICE


class L10n_Fr_ChorusService(models.Model):
    """The service for what public bodies invoice to one another."""

    _inherit = "l10n_fr_chorus.service"

    is_reserved = fields.Boolean(
        "Between public bodies",
        compute="_compute_is_reserved",
        search="_search_is_reserved",
        help="Takes invoices of other public bodies only.",
    )

    @api.depends("code")
    def _compute_is_reserved(self):
        for service in self:
            service.is_reserved = service.code == PUBLIC_BILLING_SERVICE

    def _search_is_reserved(self, operator, value):
        if operator != "in":
            return NotImplemented
        if {True, False} <= set(value):
            return []
        return [("code", "=" if True in value else "!=", PUBLIC_BILLING_SERVICE)]
