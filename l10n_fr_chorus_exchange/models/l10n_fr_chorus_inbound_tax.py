"""The purchase taxes of a received document, with the supplier's own amounts."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ..tools.numbers import rate_words
from .inbound_content import ON_PAYMENT
from .inbound_plan import ZERO


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    def _purchase_taxes(self, exigibility=""):
        """Taxes a plain domestic purchase may bear, the best first.

        Only those that add their whole amount to the price: no group, no price included,
        no reverse charge, nothing that is partly an expense.

        :param str exigibility: when the document says that its VAT becomes due,
            ``on_invoice`` (on debits, or goods) or ``on_payment`` (on receipts)
        """
        company = self.company_id
        taxes = self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(company),
                ("type_tax_use", "=", "purchase"),
                ("amount_type", "=", "percent"),
                ("amount", ">=", 0),
            ]
        )
        taxes = taxes.filtered(lambda tax: not tax.price_include and _is_plain(tax))
        default = company.account_purchase_tax_id
        account = _tax_account(default)
        if exigibility == ON_PAYMENT and not company.tax_exigibility:
            # The company does not keep VAT by payments.
            exigibility = ""
        return taxes.sorted(
            lambda tax: (
                bool(exigibility) and tax.tax_exigibility != exigibility,
                tax != default,
                not tax.is_domestic,
                tax.country_id != company.account_fiscal_country_id,
                _tax_account(tax) != account,
                tax.tax_exigibility != "on_invoice",
                tax.sequence,
                tax.id,
            )
        )

    def _bill_taxes(self, plan, candidates):
        """:return: ``{rate: account.tax}``, an empty one for 0 % without such a tax"""
        found, missing = {}, []
        for rate in plan.vat:
            tax = candidates.filtered(
                lambda tax, rate=rate: (
                    not float_compare(tax.amount, float(rate), precision_digits=4)
                )
            )[:1]
            if not tax and rate:
                missing.append(f"{rate_words(self.env, rate)} %")
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

    def _take_reverse_charge(self, draft):
        """The tax by which the buyer declares the VAT, where the fiscal position of the
        supplier has one for the usual purchase tax; otherwise a person chooses it."""
        if not draft.is_owed_by_buyer or ZERO not in draft.taxes:
            return
        company = self.company_id
        usual = company.account_purchase_tax_id
        positions = self.env["account.fiscal.position"].with_company(company)
        tax = positions._get_fiscal_position(draft.supplier).map_tax(usual)
        if len(tax) == 1 and tax != usual and not sum(_factors(tax)):
            draft.taxes = {**draft.taxes, ZERO: tax}
            draft.reverse_tax = tax

    def _fit_taxes(self, drafts):
        """Give each tax the supplier's own amount, cents included.

        As core does for imported UBL: the difference goes onto the first tax line. All
        bills in one go, for each such change costs as much as the bill itself.
        """
        changes = []
        for draft in drafts:
            found = list(_tax_changes(draft.move, draft.plan, draft.taxes))
            draft.is_vat_adjusted = bool(found)
            changes += found
        if not changes:
            return
        moves = self.env["account.move"].browse(
            dict.fromkeys(line.move_id.id for line, _amount in changes)
        )
        container = {"records": moves}
        with moves._check_balanced(container), moves._sync_dynamic_lines(container):
            for line, amount in changes:
                line.amount_currency += amount


def _tax_changes(move, plan, taxes):
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
            yield tax_lines[0], sign * difference


def _is_plain(tax):
    return _factors(tax) == [100]


def _factors(tax):
    """Percents of a tax that are booked as tax."""
    return [
        line.factor_percent
        for line in tax.invoice_repartition_line_ids
        if line.repartition_type == "tax"
    ]


def _tax_account(tax):
    return tax.invoice_repartition_line_ids.filtered(
        lambda line: line.repartition_type == "tax"
    ).account_id
