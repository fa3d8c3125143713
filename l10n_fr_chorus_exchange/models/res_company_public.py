from odoo import api, models


class ResCompany(models.Model):
    """A company that is itself a public body, as its own contact says."""

    _inherit = "res.company"

    @api.model
    def _l10n_fr_chorus_any_public(self):
        """Whether a company of this database may use what is kept for public bodies."""
        companies = self.sudo()
        return bool(
            companies.search_count(
                [("partner_id.l10n_fr_chorus_is_public", "=", True)], limit=1
            )
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        becomes_public = vals.get("l10n_fr_chorus_is_public") and any(
            partner.ref_company_ids and not partner.l10n_fr_chorus_is_public
            for partner in self.sudo()
        )
        res = super().write(vals)
        if becomes_public:
            self._l10n_fr_chorus_bring_reserved()
        return res

    @api.model
    def _l10n_fr_chorus_bring_reserved(self):
        """Customers get the service that was of no use to us so far."""
        partners = self.sudo().search([("l10n_fr_chorus_body_id", "!=", False)])
        for partner in partners:
            body = partner.l10n_fr_chorus_body_id
            if body.checked_at:
                partner._l10n_fr_chorus_take_services(body)
