"""What the administrator of the exchange sets of a connection, and what he does not."""

from odoo import models
from odoo.exceptions import AccessError

from ..tools.facts import check_no_facts
from .l10n_fr_chorus_connection import ACCESS_FIELDS

# Whoever says where the calls lead says who gets the secrets, and the company says whose
# invoices go: all that stays with those who may know the secrets.
KEPT_BY_SYSTEM = {
    *ACCESS_FIELDS,
    "company_id",
    "proxy_url",
    "proxy_access",
}


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    def write(self, vals):
        if KEPT_BY_SYSTEM & vals.keys():
            self._check_is_system()
        check_no_facts(self, vals)
        return super().write(vals)

    def _check_is_system(self):
        """:raise AccessError: not for the administrator of the exchange"""
        if not self.env.su and not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._(
                    "The secrets of a connection, its company and where it leads are for the "
                    "settings administrators of Odoo to change."
                )
            )
