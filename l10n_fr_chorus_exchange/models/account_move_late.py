"""What a public body owes for paying late: proposed in a note, booked by nobody."""

from decimal import Decimal
from functools import partial

from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..lib.chorus_pro.payment_clock import POINTS_ABOVE_ECB, late_interest, rate_day
from ..tools.numbers import rate_words
from ..tools.roles import SENDER, check_role

ECB_PAGE = (
    "https://www.ecb.europa.eu/stats/policy_and_exchange_rates/key_ecb_interest_rates/"
)


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_l10n_fr_chorus_propose_late_interest(self):
        """Write the computation of late interest into the chatter, and nothing else.

        :raise UserError: paid in time, not in euros, or no ECB rate for the half-year
        """
        self.ensure_one()
        check_role(self.env, SENDER)
        self.check_access("read")
        owed, clock, rate = self._l10n_fr_chorus_late_interest()
        self.message_post(
            body=self._l10n_fr_chorus_late_words(owed, clock, rate),
            subtype_xmlid="mail.mt_note",
        )
        return True

    def _l10n_fr_chorus_late_interest(self):
        """:return: ``LateInterest``, ``PaymentClock``, and the rate's record"""
        clock = self._l10n_fr_chorus_clock()
        days = clock.late_days(self.sudo()._l10n_fr_chorus_settled_on())
        if self.move_type != "out_invoice" or not days:
            raise UserError(self.env._("%s is not late.", self.display_name))
        if self.company_currency_id.name != "EUR":
            raise UserError(
                self.env._(
                    "Late interest is owed in euros: work it out by hand for %s.",
                    self.display_name,
                )
            )
        day = rate_day(clock.due)
        rate = (
            self.env["l10n_fr_chorus.late_rate"].sudo()._in_force(self.company_id, day)
        )
        if not rate:
            raise UserError(
                self.env._(
                    "Enter the ECB rate in force on %(day)s, under Configuration, Chorus "
                    "Pro, Late interest rates. The ECB publishes it: %(page)s",
                    day=format_date(self.env, day),
                    page=ECB_PAGE,
                )
            )
        # Partly paid: on what is still open; when the rest was paid nobody knows here.
        amount = abs(self.amount_residual_signed) or abs(self.amount_total_signed)
        owed = late_interest(
            Decimal(str(self.company_currency_id.round(amount))),
            days,
            Decimal(str(round(rate.rate, 3))),
        )
        return owed, clock, rate

    def _l10n_fr_chorus_late_words(self, owed, clock, rate):
        """The computation as a list that somebody can check."""

        def money(amount):
            return self.company_currency_id.format(float(amount))

        percent = partial(rate_words, self.env)

        lines = [
            self.env._(
                "Last day to pay: %(due)s; %(days)s day(s) late on %(day)s.",
                due=format_date(self.env, clock.due),
                days=owed.days,
                day=format_date(self.env, self.sudo()._l10n_fr_chorus_settled_on()),
            ),
            self.env._(
                "Rate: ECB %(ecb)s %% on %(day)s + %(points)s points = %(rate)s %% a year.",
                ecb=percent(owed.rate - POINTS_ABOVE_ECB),
                day=format_date(self.env, rate.date),
                points=POINTS_ABOVE_ECB,
                rate=percent(owed.rate),
            ),
            self.env._(
                "Interest: %(principal)s including taxes × %(rate)s %% × %(days)s / 365 "
                "= %(interest)s.",
                principal=money(owed.principal),
                rate=percent(owed.rate),
                days=owed.days,
                interest=money(owed.interest),
            ),
            self.env._("Flat compensation: %s.", money(owed.flat)),
            self.env._("To claim: %s.", money(owed.total)),
            self.env._(
                "Public procurement code, L2192-13, R2192-31, D2192-35; 365 days a year "
                "is a choice, the code names no number."
            ),
        ]
        return Markup("<p>%s</p><ul>%s</ul>") % (
            self.env._("Late interest to claim. Nothing is booked."),
            Markup().join(Markup("<li>%s</li>") % line for line in lines),
        )
