"""Reading a kept original, and deciding how its bill is entered."""

from dataclasses import replace
from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from .inbound_content import named_like, of_consultation, of_pivot, under
from .inbound_draft import BillDraft, NeedsConsultationError
from .inbound_plan import House, UnplannableError, best_plan, totals_plan
from .inbound_sources import structured

# What the consultation may tell when the download leaves it out.
MISSING = ("no_total", "no_untaxed", "no_vat", "no_rate")


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    def _draft(self, pivot, books):
        """What this document says and how its bill is entered; nothing is written.

        :param pivot: ``PivotInvoice`` of the library
        :param Books books: shared by the documents of a batch
        :return: ``BillDraft``
        :raise UnplannableError: its figures make no bill
        :raise NeedsConsultationError: they may, once the portal was asked
        :raise UserError: a setting is missing
        """
        self.ensure_one()
        found = structured(pivot.attachments, pivot.number)
        header = of_pivot(pivot)
        files = [under(one, header) for one in found.contents]
        contents = [*files, named_like(header, files)]
        if self.consultation:
            contents.append(of_consultation(self.consultation, pivot))
        draft = BillDraft(
            document=self,
            # The files have had their turn: their bytes are not kept for the batch.
            pivot=replace(pivot, attachments=()),
            contents=contents,
            unreadable=found.unreadable,
        )
        draft.currency = self._bill_currency(pivot, books)
        draft.is_rate_missing = self._is_rate_missing(draft.currency)
        self._take_settings(draft, books)
        self._take_plan(draft, books)
        return draft

    def _bill_currency(self, pivot, books):
        code = pivot.currency or self.currency_code or "EUR"
        if not books.currencies:
            currencies = self.env["res.currency"].with_context(active_test=False)
            books.currencies.update((one.name, one) for one in currencies.search([]))
        currency = books.currencies.get(code)
        if not currency:
            raise UserError(
                self.env._(
                    "The invoice is in “%s”, which Odoo does not know. Enter the bill by "
                    "hand from the original, or reject it on Chorus Pro.",
                    code,
                )
            )
        if not currency.active:
            raise UserError(
                self.env._(
                    "The invoice is in %s. Activate this currency and its rate "
                    "(Configuration › Currencies), then press Retry.",
                    code,
                )
            )
        return currency

    def _is_rate_missing(self, currency):
        """Whether Odoo would count one unit of it as one of the company's own."""
        company = self.company_id
        if currency == company.currency_id:
            return False
        known = (self.env["res.company"], company.root_id)
        return not any(rate.company_id in known for rate in currency.rate_ids)

    def _take_settings(self, draft, books=None):
        draft.journal, draft.account, draft.user, draft.analytic = self._settings(
            books and books.journals
        )
        if not draft.journal:
            raise UserError(
                self.env._(
                    "%s has no purchase journal. Create one, then press Retry.",
                    self.company_id.name,
                )
            )
        if not draft.account and not draft.journal.default_account_id:
            raise UserError(
                self.env._(
                    "The journal “%s” has no default expense account. Set one, then press "
                    "Retry.",
                    draft.journal.name,
                )
            )

    def _take_plan(self, draft, books):
        house = self._house(draft.currency, books)
        try:
            draft.plan, draft.content = best_plan(draft.contents, house)
        except UnplannableError as error:
            if error.kind not in MISSING:
                raise
            if self._may_consult():
                raise NeedsConsultationError from error
            if error.kind != "no_untaxed":
                raise
            draft.content = draft.contents[-1]
            draft.plan = totals_plan(draft.content, house)
        taxes = self._taxes_of(books, draft.told("exigibility") or "")
        draft.taxes = self._bill_taxes(draft.plan, taxes)

    def _taxes_of(self, books, exigibility=""):
        key = self.company_id, exigibility
        if key not in books.taxes:
            books.taxes[key] = self._purchase_taxes(exigibility)
        return books.taxes[key]

    def _house(self, currency, books):
        company = self.company_id
        rates = self._taxes_of(books).mapped("amount")
        return House(
            digits=currency.decimal_places,
            quantity_digits=self.env["decimal.precision"].precision_get("Product Unit"),
            known_rates=[Decimal(str(rate)) for rate in rates if rate],
            rounds_whole=company.tax_calculation_rounding_method == "round_globally",
        )

    def _check_total(self, draft):
        """:raise UserError: Odoo comes to other amounts than the document"""
        move, plan = draft.move, draft.plan
        if move.currency_id.compare_amounts(move.amount_total, float(plan.total)):
            raise UserError(
                self.env._(
                    "Odoo comes to a total of %(ours)s instead of %(theirs)s. Enter the "
                    "bill by hand from the original.",
                    ours=move.currency_id.format(move.amount_total),
                    theirs=move.currency_id.format(float(plan.total)),
                )
            )
