"""The purchase taxes of a received document, with the supplier's own amounts."""

from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    def _purchase_taxes(self):
        """Taxes a plain domestic purchase may bear, the best first.

        Only those that add their whole amount to the price: no group, no price included,
        no reverse charge, nothing that is partly an expense.
        """
        taxes = self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(self.company_id),
                ("type_tax_use", "=", "purchase"),
                ("amount_type", "=", "percent"),
                ("amount", ">=", 0),
            ]
        )
        taxes = taxes.filtered(lambda tax: not tax.price_include and _is_plain(tax))
        default = self.company_id.account_purchase_tax_id
        account = _tax_account(default)
        return taxes.sorted(
            lambda tax: (
                tax != default,
                not tax.is_domestic,
                tax.country_id != self.company_id.account_fiscal_country_id,
                _tax_account(tax) != account,
                tax.tax_exigibility != "on_invoice",
                tax.sequence,
                tax.id,
            )
        )

    def _purchase_rates(self):
        rates = self._purchase_taxes().mapped("amount")
        return [Decimal(str(rate)) for rate in rates if rate]

    def _bill_taxes(self, plan):
        """:return: ``{rate: account.tax}``, an empty one for 0 % without such a tax"""
        candidates = self._purchase_taxes()
        found, missing = {}, []
        for rate in plan.vat:
            tax = candidates.filtered(
                lambda tax, rate=rate: (
                    not float_compare(tax.amount, float(rate), precision_digits=4)
                )
            )[:1]
            if not tax and rate:
                missing.append(f"{rate:f} %")
            found[rate] = tax
        if missing:
            raise UserError(
                self.env._(
                    "%(company)s has no purchase tax of %(rates)s (price excluded). "
                    "Create it or activate it (Configuration › Taxes), then press Retry.",
                    company=self.company_id.name,
                    rates=", ".join(missing),
                )
            )
        return found

    def _fit_taxes(self, move, plan, taxes):
        """Give each tax the supplier's own amount, cents included.

        As core does for imported UBL: the difference goes onto the first tax line.
        """
        sign = -1 if move.is_inbound(include_receipts=True) else 1
        for rate, amount in plan.vat.items():
            tax_lines = move.line_ids.filtered(
                lambda line, tax=taxes[rate]: tax and line.tax_line_id == tax
            )
            if not tax_lines:
                continue
            difference = move.currency_id.round(
                float(amount) - sign * sum(tax_lines.mapped("amount_currency"))
            )
            if difference:
                tax_lines[0].amount_currency += sign * difference


def _is_plain(tax):
    factors = [
        line.factor_percent
        for line in tax.invoice_repartition_line_ids
        if line.repartition_type == "tax"
    ]
    return factors == [100]


def _tax_account(tax):
    return tax.invoice_repartition_line_ids.filtered(
        lambda line: line.repartition_type == "tax"
    ).account_id
