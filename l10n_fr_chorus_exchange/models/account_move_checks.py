from odoo import models

from ..lib.chorus_pro.packing import invoice_number_problems
from .l10n_fr_chorus_deposit import LIVE_STATES


class AccountMove(models.Model):
    """What is looked at before an invoice goes to Chorus Pro."""

    _inherit = "account.move"

    def _l10n_fr_chorus_problems(self):
        """What keeps this invoice from being deposited, in words that say what to do.

        :return: ``{key: (sentence, record to open)}``, empty when it can go
        """
        self.ensure_one()
        problems = {}
        partner = self.commercial_partner_id
        company = self.company_id
        if not self.env["l10n_fr_chorus.connection"]._for_company(company):
            problems["connection"] = (
                self.env._("Set up the Chorus Pro connection of %s.", company.name),
                company,
            )
        if self.l10n_fr_chorus_deposit_state in ("ready", *LIVE_STATES):
            problems["live"] = (
                self.env._("%s is already on its way to Chorus Pro.", self.name),
                self,
            )
        problems.update(
            self._l10n_fr_chorus_siret_problems(company.partner_id, partner)
        )
        if invoice_number_problems(self.name or ""):
            problems["number"] = (
                self.env._(
                    "Chorus Pro takes invoice numbers of 20 characters at most, made of "
                    "letters, digits, spaces and - + _ /. Change the numbering of the "
                    "journal: %s.",
                    self.name,
                ),
                self,
            )
        problems.update(self._l10n_fr_chorus_reference_problems(partner))
        return problems

    def _l10n_fr_chorus_siret_problems(self, supplier, recipient):
        """Both SIRETs must be there; production also wants their check digits right."""
        connection = self.env["l10n_fr_chorus.connection"]._for_company(self.company_id)
        problems = {}
        for key, partner in (("supplier", supplier), ("recipient", recipient)):
            if not partner.l10n_fr_chorus_siret:
                problems[key] = (
                    self.env._("Type the 14-digit SIRET of %s.", partner.display_name),
                    partner,
                )
            elif connection.sudo().environment == "production" and (
                problem := partner._l10n_fr_chorus_siret_problem()
            ):
                problems[key] = (f"{partner.display_name}: {problem}", partner)
        return problems

    def _l10n_fr_chorus_reference_problems(self, partner):
        """The service code and commitment number that the recipient demands."""
        service, engagement = self.buyer_reference, self.purchase_order_reference
        chosen = self.l10n_fr_chorus_service_id
        problems = {}
        if partner.l10n_fr_chorus_requires_service and not service:
            problems["service"] = (
                self.env._(
                    "%s demands a service code: fill it in.", partner.display_name
                ),
                self,
            )
        if not engagement and (
            partner.l10n_fr_chorus_requires_engagement or chosen.requires_engagement
        ):
            problems["engagement"] = (
                self.env._(
                    "%s demands a commitment number: fill it in.",
                    chosen.name or partner.display_name,
                ),
                self,
            )
        if partner.l10n_fr_chorus_requires_either and not (service or engagement):
            problems["either"] = (
                self.env._(
                    "%s demands a service code or a commitment number: fill in one.",
                    partner.display_name,
                ),
                self,
            )
        return problems

    def _l10n_fr_chorus_doubts(self):
        """What the portal will probably refuse, in words; the user may know better.

        :return: ``{key: sentence}``
        """
        self.ensure_one()
        services = self.commercial_partner_id.l10n_fr_chorus_service_ids
        code = self.buyer_reference
        if not code or not services or code in services.mapped("code"):
            return {}
        return {
            "service": self.env._(
                "%(partner)s has no service “%(code)s” on Chorus Pro, as of the last look-up.",
                partner=self.commercial_partner_id.display_name,
                code=code,
            )
        }
