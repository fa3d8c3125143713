"""Once a day: which invoices are paid on one side and not on the other."""

from functools import partial

from odoo import fields, models

from ..tools.dates import paris_day
from ..tools.transactions import write_down


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    payments_compared_on = fields.Date(readonly=True, copy=False)

    def _follow_statuses(self):
        # Asks the portal nothing: also where every invoice has its final status, which
        # is when an announced payment that never came would be forgotten.
        res = super()._follow_statuses()
        self._compare_payments(fields.Datetime.now())
        return res

    def _compare_payments(self, now):
        today = paris_day(now)
        for connection in self:
            if connection.payments_compared_on == today:
                continue
            with self.env["l10n_fr_chorus.deposit"]._alone():
                write_down(
                    self.env, partial(connection._speak()._compare_payments_of, today)
                )

    def _compare_payments_of(self, today):
        self.env["account.move"]._l10n_fr_chorus_compare_payments(self.company_id)
        self.payments_compared_on = today
