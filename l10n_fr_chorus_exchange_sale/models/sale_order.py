from odoo import api, fields, models

from odoo.addons.l10n_fr_chorus_exchange.lib.chorus_pro import rules
from odoo.addons.l10n_fr_chorus_exchange.models import findings, rule_facts
from odoo.addons.l10n_fr_chorus_exchange.tools.dates import paris_day

# Rules of the invoice that the references of its order can already break.
EARLY_RULES = frozenset(
    (
        "CPX-SERVICE",
        "CPX-SERVICE-FORMAT",
        "CPX-SERVICE-UNKNOWN",
        "CPX-SERVICE-CLOSED",
        "CPX-SERVICE-RESERVED",
        "CPX-SERVICE-OR-ENGAGEMENT",
        "CPX-ENGAGEMENT",
        "CPX-ENGAGEMENT-LENGTH",
        "CPX-CONTRACT-LENGTH",
    )
)
# Field of the invoice, of the order.
REFERENCES = {
    "buyer_reference": "l10n_fr_chorus_service_code",
    "purchase_order_reference": "l10n_fr_chorus_engagement",
    "contract_reference": "l10n_fr_chorus_contract",
}


class SaleOrder(models.Model):
    """What a public body demands on the invoice is asked when the order is made."""

    _inherit = "sale.order"

    l10n_fr_chorus_customer_id = fields.Many2one(
        related="partner_invoice_id.commercial_partner_id",
        string="Invoiced public body",
    )
    l10n_fr_chorus_is_public = fields.Boolean(
        related="partner_invoice_id.commercial_partner_id.l10n_fr_chorus_is_public",
        string="Public body on Chorus Pro",
    )
    l10n_fr_chorus_supplier_is_public = fields.Boolean(
        "Sold by a public body",
        related="company_id.partner_id.l10n_fr_chorus_is_public",
    )
    l10n_fr_chorus_service_code = fields.Char(
        "Service code",
        compute="_compute_l10n_fr_chorus_service_code",
        store=True,
        readonly=False,
        precompute=True,
        help="The service of the public body that orders. It goes to the invoice.",
    )
    l10n_fr_chorus_service_id = fields.Many2one(
        "l10n_fr_chorus.service",
        "Service",
        compute="_compute_l10n_fr_chorus_service_id",
        inverse="_inverse_l10n_fr_chorus_service_id",
        domain="[('partner_id', '=', l10n_fr_chorus_customer_id),"
        " ('is_reserved', 'in', [False, l10n_fr_chorus_supplier_is_public])]",
        help="Picks the service code among those of the customer.",
    )
    l10n_fr_chorus_engagement = fields.Char(
        "Commitment number",
        copy=False,
        help="“Numéro d’engagement” on the purchase order of the public body. It goes to "
        "the invoice.",
    )
    l10n_fr_chorus_contract = fields.Char(
        "Contract number",
        help="“Numéro de marché”, if there is one. It goes to the invoice.",
    )
    l10n_fr_chorus_missing = fields.Char(
        "To settle for Chorus Pro", compute="_compute_l10n_fr_chorus_missing"
    )

    # -------------------------------------------------------------------------
    # REFERENCES
    # -------------------------------------------------------------------------

    @api.depends("partner_invoice_id")
    def _compute_l10n_fr_chorus_service_code(self):
        """A new customer brings the service that its invoices take."""
        for order in self:
            order.l10n_fr_chorus_service_code = (
                order._l10n_fr_chorus_code_for_customer()
            )

    def _l10n_fr_chorus_code_for_customer(self):
        customer, code = self.partner_invoice_id, self.l10n_fr_chorus_service_code
        service = customer._l10n_fr_chorus_service_for_invoices() if customer else None
        # That of the contact goes with the contact; that of the body only fills in.
        if service and (
            not code or service == customer.l10n_fr_chorus_default_service_id
        ):
            return service.code
        body = customer.commercial_partner_id
        known = body.l10n_fr_chorus_service_ids.mapped("code")
        # Nothing is known against it as long as the body was never looked up.
        if not code or code in known or not body.l10n_fr_chorus_checked_at:
            return code
        return bool(service) and service.code

    @api.depends("l10n_fr_chorus_service_code", "partner_invoice_id")
    def _compute_l10n_fr_chorus_service_id(self):
        for order in self:
            services = order.l10n_fr_chorus_customer_id.l10n_fr_chorus_service_ids
            code = order.l10n_fr_chorus_service_code
            order.l10n_fr_chorus_service_id = services.filtered(
                lambda service, code=code: code and service.code == code
            )[:1]

    def _inverse_l10n_fr_chorus_service_id(self):
        for order in self:
            service, code = (
                order.l10n_fr_chorus_service_id,
                order.l10n_fr_chorus_service_code,
            )
            known = order.l10n_fr_chorus_customer_id.l10n_fr_chorus_service_ids
            if service:
                order.l10n_fr_chorus_service_code = service.code
            elif code in known.mapped("code"):
                # It was emptied; a code that was typed stays.
                order.l10n_fr_chorus_service_code = False

    # -------------------------------------------------------------------------
    # WHAT IS MISSING
    # -------------------------------------------------------------------------

    @api.depends(
        "state",
        "partner_invoice_id",
        "l10n_fr_chorus_is_public",
        "l10n_fr_chorus_service_code",
        "l10n_fr_chorus_service_id",
        "l10n_fr_chorus_engagement",
        "l10n_fr_chorus_contract",
    )
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_missing(self):
        for order in self:
            order.l10n_fr_chorus_missing = (
                " ".join(order._l10n_fr_chorus_problems()) or False
            )

    def _l10n_fr_chorus_problems(self):
        """Sentences about what its invoice would be refused for; nothing is prevented."""
        self.ensure_one()
        if self.state == "cancel" or not self.partner_invoice_id:
            return []
        body = self.l10n_fr_chorus_customer_id
        if not body.l10n_fr_chorus_is_public:
            if body.l10n_fr_chorus_portal_id and self.l10n_fr_chorus_service_code:
                return [
                    self.env._(
                        "%s no longer receives invoices on Chorus Pro.",
                        body.display_name,
                    )
                ]
            return []
        violations = rules.check(self._l10n_fr_chorus_facts(), EARLY_RULES)
        return [
            findings.say(self.env, one.rule.sentence, one.fault.values)
            for one in violations
        ]

    def _l10n_fr_chorus_facts(self):
        """What the rules look at, as far as an order knows it."""
        supplier = self.company_id.partner_id
        # In a form, the code follows the service that was picked when it is saved.
        service = self.l10n_fr_chorus_service_id
        return rules.Facts(
            today=paris_day(fields.Datetime.now()),
            invoice=rules.InvoiceFacts(
                service=service.code or self.l10n_fr_chorus_service_code or "",
                engagement=self.l10n_fr_chorus_engagement or "",
                contract=self.l10n_fr_chorus_contract or "",
            ),
            supplier=rules.SupplierFacts(is_public=supplier.l10n_fr_chorus_is_public),
            recipient=rule_facts.recipient_facts(
                self.l10n_fr_chorus_customer_id, service
            ),
        )

    # -------------------------------------------------------------------------
    # INVOICE
    # -------------------------------------------------------------------------

    def _prepare_invoice(self):
        # EXTENDS 'sale'
        values = super()._prepare_invoice()
        if self.l10n_fr_chorus_is_public:
            # Never False: orders are sorted by these before they are grouped.
            values |= {name: self[ours] or "" for name, ours in REFERENCES.items()}
            if not values["buyer_reference"]:
                # A default that was chosen since the order was made.
                service = self.partner_invoice_id._l10n_fr_chorus_service_for_invoices()
                values["buyer_reference"] = service.code or ""
        return values

    def _get_invoice_grouping_keys(self):
        # EXTENDS 'sale': an invoice has one service and one commitment number.
        return [*super()._get_invoice_grouping_keys(), *REFERENCES]
