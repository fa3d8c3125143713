from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.l10n_fr_chorus_exchange.models import drift


class ResPartner(models.Model):
    """Orders of a public body are documents that follow what changes about it."""

    _inherit = "res.partner"

    def _l10n_fr_chorus_documents(self):
        orders = self.env["sale.order"].search(
            open_orders(self.env)
            & Domain("partner_invoice_id.commercial_partner_id", "=", self.id),
            order="id",
        )
        return [
            *super()._l10n_fr_chorus_documents(),
            *(
                drift.Document(
                    order,
                    "order",
                    order.company_id,
                    order.l10n_fr_chorus_service_code or "",
                    order.l10n_fr_chorus_engagement or "",
                )
                for order in orders
            ),
        ]

    def _l10n_fr_chorus_drift_users(self, company, documents):
        users = super()._l10n_fr_chorus_drift_users(company, documents)
        orders = [one for one in documents if one._name == "sale.order"]
        return [*users, *(order.user_id for order in orders if order.user_id)]

    @api.model
    def _l10n_fr_chorus_business_domains(self, company):
        ours = Domain("company_id", "=", company.id)
        orders = self.env["sale.order"].sudo().search(ours & open_orders(self.env))
        bodies = orders.partner_invoice_id.commercial_partner_id
        return [
            *super()._l10n_fr_chorus_business_domains(company),
            Domain("id", "in", bodies.ids),
        ]


def open_orders(env):
    """Quotations that still hold, and orders with something left to invoice."""
    today = fields.Date.context_today(env["sale.order"])
    holds = Domain("validity_date", "=", False) | Domain("validity_date", ">=", today)
    quoted = Domain("state", "in", ("draft", "sent")) & holds
    ordered = Domain("state", "=", "sale") & Domain(
        "invoice_status", "in", ("no", "to invoice")
    )
    return quoted | ordered
