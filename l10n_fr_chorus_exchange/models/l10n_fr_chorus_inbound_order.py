"""The purchase order a received document belongs to, where Purchase is installed."""

from odoo import models

# Differences that Odoo's own matching lets pass on the total: 2 cents.
TOLERANCE = 0.02
# What the portal says of a bill, which the order would overwrite.
HEADER = (
    "partner_id",
    "currency_id",
    "fiscal_position_id",
    "partner_bank_id",
    "invoice_payment_term_id",
    "invoice_date",
    "invoice_date_due",
    "journal_id",
    "ref",
    "payment_reference",
    "narration",
)


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    def _match_orders(self, move, pivot):
        """Link the bill to the purchase order it names, when there is one that fits.

        The commitment number is looked for first, then the contract number, among the
        names, supplier references and origins of the orders. One order: Odoo matches its
        lines, and the amounts of the bill stay those of the supplier to the cent, or
        nothing is linked. Several: they are suggested, none is chosen.
        """
        self.ensure_one()
        references = [text for text in (pivot.engagement, pivot.contract) if text]
        if (
            "purchase.order" not in self.env
            or move.move_type != "in_invoice"
            or not references
        ):
            return
        orders = self._orders_named(move, references)
        if len(orders) == 1:
            state = "matched" if _set_order(move, orders) else "differs"
        else:
            state = "choose" if orders else "none"
        move.write(
            {
                "l10n_fr_chorus_order_state": state,
                "l10n_fr_chorus_order_names": ", ".join(orders.mapped("name")) or False,
            }
        )

    def _orders_named(self, move, references):
        """Confirmed orders of the supplier that bear the first of these references that
        any of them bears; the name counts more than what else was typed."""
        orders = self.env["purchase.order"].sudo()
        fields = ["name", "partner_ref", "origin"]
        if "requisition_id" in orders._fields:
            fields.append("requisition_id.name")
        supplier = move.commercial_partner_id
        found = orders.search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "child_of", supplier.id),
                ("state", "=", "purchase"),
                *["|"] * (len(fields) - 1),
                *[(field, "in", references) for field in fields],
            ]
        )
        for reference in references:
            for field in fields:
                same = found.filtered(
                    lambda order, field=field, reference=reference: (
                        reference in order.mapped(field)
                    )
                )
                if same:
                    return same
        return found


def _set_order(move, order):
    """Let Odoo match the lines; undone unless the amounts stay what they were.

    :return: whether every line of the bill belongs to the order now
    """
    move = move.sudo()
    before, vat = _amounts(move), _vat_amounts(move)
    header = {name: move[name] for name in HEADER}
    try:
        with move.env.cr.savepoint():
            # Without the partner: another order of the same total would do otherwise.
            move._find_and_set_purchase_orders([order.name], False, before[1])
            _restore(move, header)
            _fit_vat(move, vat)
            _check_same(move, order, before)
    except _OtherAmountsError:
        return False
    return move.is_purchase_matched


def _amounts(move):
    return move.amount_untaxed, move.amount_total


def _check_same(move, order, before):
    """:raise _OtherAmountsError: nothing matched, or it makes another bill"""
    pairs = zip(_amounts(move), before, strict=True)
    if move.line_ids.purchase_line_id.order_id != order or any(
        move.currency_id.compare_amounts(after, amount) for after, amount in pairs
    ):
        raise _OtherAmountsError


def _restore(move, header):
    changed = {name: value for name, value in header.items() if move[name] != value}
    move.write(
        {
            name: value.id if isinstance(value, models.Model) else value
            for name, value in changed.items()
        }
    )


def _vat_amounts(move):
    """VAT of the bill by rate, signed as its entries are."""
    amounts = {}
    for line in move.line_ids.filtered("tax_line_id"):
        rate = line.tax_line_id.amount
        amounts[rate] = amounts.get(rate, 0.0) + line.amount_currency
    return amounts


def _fit_vat(move, vat):
    """Give each rate the supplier's cents again, as for any received bill."""
    now = _vat_amounts(move)
    for line in move.line_ids.filtered("tax_line_id"):
        rate = line.tax_line_id.amount
        if rate not in now:
            # Its first line took them.
            continue
        difference = move.currency_id.round(vat.get(rate, 0.0) - now.pop(rate))
        if difference and abs(difference) <= TOLERANCE:
            line.amount_currency += difference


class _OtherAmountsError(Exception):
    """The order does not make the bill that was received."""
