"""Installing the bridge where there are orders already."""

from unittest.mock import patch

from odoo.fields import Domain
from odoo.tools import SQL, sql

from ..hooks import SERVICE, post_init_hook, pre_init_hook
from .test_sale_order import SaleCase


class TestSaleInstall(SaleCase):
    def setUp(self):
        super().setUp()
        self.body.l10n_fr_chorus_default_service_id = self.service("ECOLES")

    def forget_codes(self, orders):
        """As orders are that were made before the bridge was there."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE sale_order SET %s = NULL WHERE id IN %s",
                SQL.identifier(SERVICE),
                tuple(orders.ids),
            )
        )
        self.env.invalidate_all()

    def computed_by(self, hook):
        """Orders whose code the hook has computed."""
        orders = self.env["sale.order"]
        done = []
        compute = type(orders)._compute_l10n_fr_chorus_service_code

        def noted(records):
            done.extend(records.ids)
            return compute(records)

        with patch.object(type(orders), "_compute_l10n_fr_chorus_service_code", noted):
            hook(self.env)
            self.env.flush_all()
        return orders.browse(done)

    def test_column_is_there_before_odoo_would_compute_it_for_all(self):
        orders = self.env["sale.order"]
        field = orders._fields[SERVICE]
        self.env.flush_all()
        for prepared in False, True:
            self.env.cr.execute(
                SQL("ALTER TABLE sale_order DROP COLUMN %s", SQL.identifier(SERVICE))
            )
            if prepared:
                pre_init_hook(self.env)
            columns = sql.table_columns(self.env.cr, orders._table)
            is_new = bool(field.update_db(orders, columns))
            self.assertEqual(is_new, not prepared)

    def test_open_orders_of_public_bodies_take_their_service_and_no_others(self):
        quotation, ordered = self.order(), self.order()
        ordered.action_confirm()
        over = self.order()
        over.action_confirm()
        over._create_invoices()
        private = self.order(self.partner_a)
        cancelled = self.order()
        cancelled.action_cancel()
        orders = quotation | ordered | over | private | cancelled
        self.forget_codes(orders)
        computed = self.computed_by(post_init_hook) & orders
        self.assertEqual(computed, quotation | ordered)
        self.assertEqual(computed.mapped(SERVICE), ["ECOLES", "ECOLES"])
        self.assertFalse((orders - computed).filtered(SERVICE))

    def test_a_thousand_old_orders_cost_no_query_each(self):
        over = self.order()
        over.action_confirm()
        over._create_invoices()
        columns = [
            name
            for name in sql.table_columns(self.env.cr, "sale_order")
            if name not in ("id", SERVICE)
        ]
        self.env.flush_all()
        names = SQL(", ").join(map(SQL.identifier, columns))
        self.env.cr.execute(
            SQL(
                "INSERT INTO sale_order (%(names)s) SELECT %(names)s "
                "FROM sale_order, generate_series(1, 1000) WHERE sale_order.id = %(id)s",
                names=names,
                id=over.id,
            )
        )
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        pre_init_hook(self.env)
        post_init_hook(self.env)
        self.env.flush_all()
        self.assertLess(self.env.cr.sql_log_count - before, 40)
        copies = Domain("name", "=", over.name) & Domain(SERVICE, "!=", False)
        self.assertLessEqual(self.env["sale.order"].search_count(copies), 1)
