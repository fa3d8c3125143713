"""A customer whose public body closed: said, asked about again, and never let pass."""

from odoo import api, fields, models
from odoo.fields import Domain

from .account_move_send import METHOD


class ResPartner(models.Model):
    _inherit = "res.partner"

    l10n_fr_chorus_closed = fields.Boolean(
        "Closed on Chorus Pro",
        compute="_compute_l10n_fr_chorus_closed",
        compute_sudo=True,
    )

    @api.depends(
        "l10n_fr_chorus_is_public",
        "l10n_fr_chorus_body_id.active",
        "l10n_fr_chorus_body_id.is_public",
        "l10n_fr_chorus_body_id.checked_at",
    )
    def _compute_l10n_fr_chorus_closed(self):
        for partner in self:
            body = partner.l10n_fr_chorus_body_id
            partner.l10n_fr_chorus_closed = (
                not partner.l10n_fr_chorus_is_public
                and bool(body.checked_at)
                # A private company that closed never had invoices there.
                and body.is_public
                and not body.active
            )

    @api.model
    def _l10n_fr_chorus_known_domain(self):
        # EXTENDS: a body that closed may open again.
        closed = Domain(
            "l10n_fr_chorus_body_id",
            "any",
            [
                ("active", "=", False),
                # Also one that nobody has asked about since the directory changed portal.
                ("is_public", "=", True),
            ],
        )
        return super()._l10n_fr_chorus_known_domain() | closed


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_fr_chorus_is_for_closed(self):
        """Whether this would go to Chorus Pro if its customer were still open there.

        Not where the customer was given another way of sending: somebody has decided.
        """
        self.ensure_one()
        customer = self.commercial_partner_id.with_company(self.company_id)
        return customer.l10n_fr_chorus_closed and (
            customer.invoice_sending_method in (False, METHOD)
        )

    def _l10n_fr_chorus_is_its_body(self):
        """Whether the customer is a public body, also one that closed."""
        return self.l10n_fr_chorus_is_public or self._l10n_fr_chorus_is_for_closed()
