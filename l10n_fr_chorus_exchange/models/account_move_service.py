"""Choosing the public body and its service on a customer invoice."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.roles import ADMINISTRATOR, SENDER, check_role


class AccountMove(models.Model):
    _inherit = "account.move"

    buyer_reference = fields.Char(
        compute="_compute_buyer_reference",
        store=True,
        readonly=False,
        precompute=True,
    )
    l10n_fr_chorus_service_id = fields.Many2one(
        domain="[('partner_id', '=', commercial_partner_id),"
        " ('is_reserved', 'in', [False, l10n_fr_chorus_supplier_is_public])]"
    )
    l10n_fr_chorus_supplier_is_public = fields.Boolean(
        "Sent by a public body",
        related="company_id.partner_id.l10n_fr_chorus_is_public",
    )
    l10n_fr_chorus_payer_kind_proposed = fields.Selection(
        related="commercial_partner_id.l10n_fr_chorus_payer_kind_proposed",
        string="Kind its name suggests",
    )

    @api.depends("partner_id")
    def _compute_buyer_reference(self):
        """A new customer brings the service code that its invoices take."""
        for move in self:
            code = move.buyer_reference
            if move.state == "draft" and move.move_type in (
                "out_invoice",
                "out_refund",
            ):
                code = move._l10n_fr_chorus_code_for_customer(code)
            move.buyer_reference = code

    def _l10n_fr_chorus_code_for_customer(self, code):
        """The service code once this customer was chosen.

        :param code: what stands there, perhaps for the customer before
        """
        body, contact = self.commercial_partner_id, self.partner_id
        service = contact._l10n_fr_chorus_service_for_invoices()
        # That of the contact goes with the contact; that of the body only fills in.
        if service and (
            not code or service == contact.l10n_fr_chorus_default_service_id
        ):
            return service.code
        if not code:
            return code
        if body.l10n_fr_chorus_is_public:
            known = body.l10n_fr_chorus_service_ids.mapped("code")
            return code if code in known or not known else service.code
        # The code of some public body means nothing to this customer.
        services = self.env["l10n_fr_chorus.service"].sudo()
        is_chosen = services.search_count([("code", "=", code)], limit=1)
        return False if is_chosen else code

    # -------------------------------------------------------------------------
    # SEARCH
    # -------------------------------------------------------------------------

    def action_l10n_fr_chorus_search(self):
        """Find the public body that this invoice goes to."""
        self.ensure_one()
        check_role(self.env, SENDER, ADMINISTRATOR)
        self._l10n_fr_chorus_check_customer_open()
        partner = self.commercial_partner_id
        return self.env["l10n_fr_chorus.search"]._open(
            move_id=self.id,
            company_id=self.company_id.id,
            text=partner.l10n_fr_chorus_siret or partner.name or False,
        )

    def _l10n_fr_chorus_check_customer_open(self):
        """:raise UserError: the customer is no longer to be changed"""
        self.check_access("write")
        if self.state != "draft" or self.move_type not in ("out_invoice", "out_refund"):
            raise UserError(
                self.env._("The customer can only be changed on a draft invoice.")
            )
