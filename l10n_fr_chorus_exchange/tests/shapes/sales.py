"""What the sales application and debit notes make of an invoice."""

from __future__ import annotations

from odoo import Command, fields

from .registry import shape


def _ordered(case, *lines):
    case.env.user.group_ids += case.env.ref("sales_team.group_sale_manager")
    order = case.env["sale.order"].create(
        {
            "partner_id": case.town_hall_partner.id,
            "company_id": case.supplier.id,
            "order_line": [Command.create(line) for line in lines],
        }
    )
    order.action_confirm()
    return order


def _goods(case, price=1000.0, quantity=1):
    case.goods.invoice_policy = "order"
    return {
        "product_id": case.goods.id,
        "product_uom_qty": quantity,
        "price_unit": price,
        "tax_ids": [Command.set(case.standard.ids)],
    }


def _invoiced(case, order, method="delivered", **values):
    """Invoice the order by Odoo's wizard, and confirm the invoice."""
    wizard = case.env["sale.advance.payment.inv"].with_context(
        active_model="sale.order", active_ids=order.ids
    )
    before = order.invoice_ids
    wizard.create({"advance_payment_method": method, **values}).create_invoices()
    move = order.invoice_ids - before
    move.write(
        {
            "invoice_date": case.today,
            "invoice_payment_term_id": False,
            "invoice_date_due": fields.Date.add(case.today, days=30),
            "buyer_reference": "ACHATS",
            "partner_bank_id": case.bank.id,
        }
    )
    move.action_post()
    return move


@shape({"BT-3": "380", "BT-106": "2000.00"})
def invoice_of_a_sales_order(case):
    return _invoiced(case, _ordered(case, _goods(case, quantity=2)))


@shape({"BT-3": "380", "BT-106": "300.00"})
def down_payment_of_an_order(case):
    order = _ordered(case, _goods(case))
    return _invoiced(case, order, "percentage", amount=30)


@shape({"BT-3": "386", "BT-106": "300.00"})
def down_payment_under_its_own_type(case):
    """Off by default: whether the portal takes 386 is not documented."""
    case.supplier.l10n_fr_chorus_type_down_payment = True
    case.known_to_portals.append(("settings", {"accepted_types": "380,381,386"}))
    order = _ordered(case, _goods(case))
    return _invoiced(case, order, "percentage", amount=30)


@shape({"BT-112": "840.00", "BT-106": "700.00", "BG-3/0/BT-26": fields.Date.today()})
def balance_of_an_order_after_its_down_payment(case):
    order = _ordered(case, _goods(case))
    _invoiced(case, order, "percentage", amount=30)
    return _invoiced(case, order)


@shape({"BG-20/0/amount": "100.00", "BG-20/0/reason_code": "95", "BT-109": "900.00"})
def discount_on_the_whole_order(case):
    order = _ordered(case, _goods(case))
    wizard = case.env["sale.order.discount"].create(
        {
            "sale_order_id": order.id,
            "discount_type": "so_discount",
            "discount_percentage": 0.1,
        }
    )
    wizard.action_apply_discount()
    return _invoiced(case, order)


@shape({"BT-3": "380", "BG-3/0/BT-26": fields.Date.today(), "BT-106": "40.00"})
def debit_note_of_an_invoice(case):
    origin = case.bill(case.line(100.0))
    debit = case.bill(case.line(40.0), post=False)
    debit.debit_origin_id = origin
    debit.action_post()
    return debit


@shape({"BT-3": "384", "BG-3/0/BT-26": fields.Date.today()})
def corrective_invoice_under_its_own_type(case):
    """Off by default: whether the portal takes 384 is not documented."""
    case.supplier.l10n_fr_chorus_type_corrective = True
    case.known_to_portals.append(("settings", {"accepted_types": "380,381,384"}))
    wrong = case.bill(case.line(100.0))
    return case.bill(case.line(90.0), l10n_fr_chorus_corrected_id=wrong.id)
