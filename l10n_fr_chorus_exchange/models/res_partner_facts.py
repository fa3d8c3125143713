"""What Chorus Pro says of a customer is typed by nobody, whatever way they come."""

from odoo import api, models

from ..tools.facts import check_no_facts

# The other read-only fields of a contact are not ours to guard.
OURS = "l10n_fr_chorus_"


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        # A default may be handed over with the call, or kept by its user.
        defaults = {} if self.env.su else self.default_get(self._l10n_fr_chorus_facts())
        for vals in (defaults, *vals_list):
            check_no_facts(
                self,
                [
                    name
                    for name, value in vals.items()
                    if value and self._l10n_fr_chorus_is_fact(name)
                ],
            )
        return super().create(vals_list)

    def write(self, vals):
        check_no_facts(
            self,
            [
                name
                for name, value in vals.items()
                if self._l10n_fr_chorus_is_fact(name)
                and self._l10n_fr_chorus_is_news(name, value)
            ],
        )
        return super().write(vals)

    def _l10n_fr_chorus_facts(self):
        """Names of the fields that nobody types."""
        return [name for name in self._fields if self._l10n_fr_chorus_is_fact(name)]

    def _l10n_fr_chorus_is_fact(self, name):
        field = self._fields.get(name)
        return name.startswith(OURS) and field is not None and field.readonly

    def _l10n_fr_chorus_is_news(self, name, value):
        """Whether this is another value than the one that stands: a file of customers
        may bring back the columns it was exported with."""
        field = self._fields[name]
        return any(
            field.convert_to_record(field.convert_to_cache(value, one), one)
            != one[name]
            for one in self.sudo()
        )
