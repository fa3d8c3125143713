from odoo import api, fields, models
from odoo.exceptions import ValidationError


class L10n_Fr_ChorusPostingRule(models.Model):
    """Received bills that are posted without a person: none without such a rule.

    A rule allows; no rule forbids. Whatever it says, a bill with an open difference or
    an account to be checked stays a draft, as on a connection that is read only.
    """

    _name = "l10n_fr_chorus.posting.rule"
    _description = "Chorus Pro posting rule"
    _order = "company_id, sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        "Supplier",
        check_company=True,
        ondelete="cascade",
        help="Empty: any supplier.",
    )
    structure_id = fields.Many2one(
        "l10n_fr_chorus.structure",
        "Received for",
        check_company=True,
        ondelete="cascade",
        help="Empty: any structure.",
    )
    service_id = fields.Many2one(
        "l10n_fr_chorus.service",
        check_company=True,
        ondelete="cascade",
        help="Empty: any service.",
    )
    amount_max = fields.Monetary(
        "Up to",
        required=True,
        help="Total with tax, in the currency of the company.",
    )
    is_order_required = fields.Boolean(
        "Order matched",
        default=lambda self: "purchase.order" in self.env,
        help="Only bills whose lines all belong to their purchase order.",
    )

    @api.constrains("amount_max")
    def _check_amount_max(self):
        if any(
            rule.currency_id.compare_amounts(rule.amount_max, 0) <= 0 for rule in self
        ):
            raise ValidationError(
                self.env._("Say up to which total bills are posted by themselves.")
            )

    @api.depends("partner_id", "structure_id", "service_id", "amount_max")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for rule in self:
            units = (rule.partner_id, rule.structure_id, rule.service_id)
            names = [unit.display_name for unit in units if unit]
            rule.display_name = self.env._(
                "%(what)s up to %(amount)s",
                what=", ".join(names) or self.env._("Any bill"),
                amount=rule.currency_id.format(rule.amount_max),
            )

    @api.model
    def _of_company(self, company):
        return self.search([("company_id", "=", company.id)])

    def _allowing(self, document, move):
        """The first of these rules that allows this bill, or none.

        :param document: ``l10n_fr_chorus.inbound``
        """
        return self.filtered(lambda rule: rule._allows(document, move))[:1]

    def _allows(self, document, move):
        self.ensure_one()
        supplier = self.partner_id.commercial_partner_id
        total = abs(move.amount_total_signed)
        return (
            (not supplier or supplier == move.commercial_partner_id)
            and self.structure_id in (self.structure_id.browse(), document.structure_id)
            and self.service_id in (self.service_id.browse(), document.service_id)
            and self.currency_id.compare_amounts(total, self.amount_max) <= 0
            and (
                not self.is_order_required
                or move.l10n_fr_chorus_order_state == "matched"
            )
        )
