from odoo import api, fields, models

from ..lib.chorus_pro.payer_kinds import PayerKind, propose_kind
from ..tools.roles import ADMINISTRATOR, SENDER, check_role

PAYER_KINDS = [
    ("state", "State service (30 days)"),
    ("local", "Local authority or local public establishment (30 days)"),
    ("public_establishment", "Other public establishment (30 days)"),
    ("health", "Public health establishment (50 days)"),
    ("army_health", "Armed forces health service (50 days)"),
    ("public_company", "Public company (60 days)"),
]


class ResPartner(models.Model):
    """What kind of public body a customer is: it says how many days it has to pay."""

    _inherit = "res.partner"

    l10n_fr_chorus_payer_kind = fields.Selection(
        PAYER_KINDS,
        "Kind of public body",
        help="How long it may take to pay (public procurement code, R2192-10 and "
        "R2192-11). Empty: 30 days are assumed.",
    )
    l10n_fr_chorus_payer_kind_proposed = fields.Selection(
        PAYER_KINDS,
        "Proposed kind",
        compute="_compute_l10n_fr_chorus_payer_kind_proposed",
        help="What the name suggests. Nothing is filled in without you.",
    )

    @api.depends("name", "l10n_fr_chorus_name", "l10n_fr_chorus_payer_kind")
    def _compute_l10n_fr_chorus_payer_kind_proposed(self):
        for partner in self:
            name = partner.l10n_fr_chorus_name or partner.name or ""
            kind = None if partner.l10n_fr_chorus_payer_kind else propose_kind(name)
            partner.l10n_fr_chorus_payer_kind_proposed = kind.value if kind else False

    def write(self, vals):
        res = super().write(vals)
        if "l10n_fr_chorus_payer_kind" in vals:
            self._l10n_fr_chorus_refresh_clocks()
        return res

    def _l10n_fr_chorus_refresh_clocks(self):
        """Their unpaid invoices get the last day to pay that goes with the kind."""
        moves = self.env["account.move"].sudo()
        payers = self.ids
        as_company = (
            self.env["res.company"].sudo().search([("partner_id", "in", payers)])
        )
        moves.search(
            [
                ("l10n_fr_chorus_clock_start", "!=", False),
                ("l10n_fr_chorus_paid_on", "=", False),
                "|",
                "&",
                ("move_type", "=", "out_invoice"),
                "|",
                ("commercial_partner_id", "in", payers),
                ("l10n_fr_chorus_sent_to_id", "in", payers),
                "&",
                ("move_type", "=", "in_invoice"),
                ("company_id", "in", as_company.ids),
            ]
        )._l10n_fr_chorus_refresh_clock()

    def action_l10n_fr_chorus_take_payer_kind(self):
        """Fill in the kind that the name suggests."""
        check_role(self.env, SENDER, ADMINISTRATOR)
        for partner in self:
            if partner.l10n_fr_chorus_payer_kind_proposed:
                partner.l10n_fr_chorus_payer_kind = (
                    partner.l10n_fr_chorus_payer_kind_proposed
                )

    def _l10n_fr_chorus_kind(self):
        """``PayerKind`` of this body, None when nobody said it."""
        kind = self.commercial_partner_id.l10n_fr_chorus_payer_kind
        return PayerKind(kind) if kind else None
