"""The service that new invoices take: of the public body, or of one of its contacts."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    _inherit = "res.partner"

    l10n_fr_chorus_default_service_id = fields.Many2one(
        "l10n_fr_chorus.service",
        "Default service",
        domain="[('partner_id', '=', commercial_partner_id), ('is_reserved', '=', False)]",
        ondelete="set null",
        copy=False,
        help="New invoices take its code. On a contact of the public body: invoices to "
        "this contact do.",
    )
    l10n_fr_chorus_of_public = fields.Boolean(
        "Contact of a public body",
        related="commercial_partner_id.l10n_fr_chorus_is_public",
    )

    @api.constrains("l10n_fr_chorus_default_service_id", "parent_id")
    def _check_l10n_fr_chorus_default_service(self):
        for partner in self:
            service = partner.l10n_fr_chorus_default_service_id
            if service and service.partner_id != partner.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(service)s is a service of another public body than %(body)s.",
                        service=service.display_name,
                        body=partner.commercial_partner_id.display_name,
                    )
                )

    def _l10n_fr_chorus_service_for_invoices(self):
        """The open service an invoice to this partner takes, possibly none.

        The contact's own before that of the body it belongs to.
        """
        body = self.commercial_partner_id
        if not body.l10n_fr_chorus_is_public:
            return self.env["l10n_fr_chorus.service"]
        for partner in (self, body):
            service = partner.l10n_fr_chorus_default_service_id
            if service.active and service.partner_id == body:
                return service
        return self.env["l10n_fr_chorus.service"]
