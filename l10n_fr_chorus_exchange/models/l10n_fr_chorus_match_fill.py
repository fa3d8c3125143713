"""What a customer that is a public body lacks to be invoiced: where it is."""

from odoo import models

from .l10n_fr_chorus_match_line import UNMATCHED

ADDRESS = ("street", "street2", "zip", "city")


class L10n_Fr_ChorusMatchLine(models.Model):
    _inherit = "l10n_fr_chorus.match.line"

    def _blank(self, body):
        """``{field: value}`` for an address or a country that is empty and that the
        directory knows; an address is taken whole or not at all."""
        known, partner = body._partner_values(), self.partner_id
        names = [] if partner.country_id else ["country_id"]
        if not any(partner[name] for name in ADDRESS):
            names.extend(ADDRESS)
        return {name: known[name] for name in names if known[name]}

    def _is_fillable(self, body):
        return super()._is_fillable(body) or bool(self._blank(body))

    def _missing(self, body, fills=True):
        parts = [super()._missing(body, fills)]
        blank = self._blank(body) if fills else {}
        if not blank.keys().isdisjoint(ADDRESS):
            parts.append(self.env._("The address is filled in."))
        if "country_id" in blank:
            parts.append(self.env._("The country is filled in."))
        return " ".join(filter(None, parts)) or False

    def _apply(self):
        res = super()._apply()
        body = self.body_id
        blank = self._blank(body) if self.state == "applied" else {}
        if blank and self._may_edit(self.match_id.applied_by_id):
            self.partner_id.write(blank)
            self.note = self._missing(body)
        return res

    def _left_blank(self, body, user):
        parts = super()._left_blank(body, user)
        if self._blank(body):
            parts.append(
                self.env._(
                    "%s may not edit contacts: the address or the country is missing.",
                    user.name,
                )
            )
        return parts

    def _is_worth_another_look(self):
        """Whether something may have changed since: the customer, or the directory.

        What a person ticked stays. A SIRET that the portal did not know costs a call:
        only once the customer was edited.
        """
        if self.state not in UNMATCHED or self.to_apply:
            return False
        looked = self.write_date
        return (
            self.state != "unknown" or not looked or self.partner_id.write_date > looked
        )
