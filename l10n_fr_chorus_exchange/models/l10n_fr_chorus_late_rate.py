from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..tools.numbers import rate_words


class L10n_Fr_ChorusLateRate(models.Model):
    """ECB rates that late interest is made of: one for each half-year.

    Only the rate in force on 1 January or 1 July counts (public procurement code,
    R2192-31). A row without company is for all; a company may have its own instead.
    """

    _name = "l10n_fr_chorus.late_rate"
    _description = "ECB rate for late interest"
    _order = "date desc, company_id"
    _rec_name = "date"

    date = fields.Date(
        "In force on",
        required=True,
        help="1 January or 1 July: the day whose rate counts for the half-year.",
    )
    rate = fields.Float(
        "ECB rate (%)",
        digits=(6, 3),
        required=True,
        help="Main refinancing operations; the eight points are added later.",
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )

    _date_uniq = models.UniqueIndex(
        "(date, COALESCE(company_id, 0))", "This half-year has its rate already."
    )

    @api.constrains("date")
    def _check_date(self):
        for rate in self:
            if rate.date.day != 1 or rate.date.month not in (1, 7):
                raise ValidationError(
                    self.env._("The rate of 1 January or of 1 July is needed.")
                )

    @api.depends("date", "rate")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for rate in self:
            day, words = (
                format_date(self.env, rate.date),
                rate_words(self.env, rate.rate),
            )
            rate.display_name = f"{day}: {words} %"

    @api.model
    def _in_force(self, company, day):
        """The row for that first day of a half-year, the company's own first; or none.

        No older row stands in for it: a rate that nobody entered is not guessed.
        """
        rates = self.search(
            [("date", "=", day), ("company_id", "in", [False, company.id])]
        )
        return rates.filtered("company_id")[:1] or rates[:1]
