"""Installing beside years of orders: only those that are still open get a service."""

from odoo.fields import Domain
from odoo.tools import sql

from .models.res_partner import open_orders

SERVICE = "l10n_fr_chorus_service_code"


def pre_init_hook(env):
    """Make the column empty, for Odoo would compute it for every order there is."""
    if not sql.column_exists(env.cr, "sale_order", SERVICE):
        sql.create_column(env.cr, "sale_order", SERVICE, "varchar")


def post_init_hook(env):
    """Open orders of public bodies take the service that their invoices will."""
    orders = env["sale.order"].search(
        open_orders(env)
        & Domain(
            "partner_invoice_id.commercial_partner_id.l10n_fr_chorus_is_public",
            "=",
            True,
        )
        & Domain(SERVICE, "=", False)
    )
    env.add_to_compute(orders._fields[SERVICE], orders)
