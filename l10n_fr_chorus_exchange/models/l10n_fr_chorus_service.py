from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools.facts import check_created_without_facts, check_no_facts
from ..tools.roles import ADMINISTRATOR, has_role

# Where received bills go: of the accounting manager, as for a structure.
ROUTES = (
    "structure_id",
    "journal_id",
    "expense_account_id",
    "user_id",
    "analytic_distribution",
)


class L10n_Fr_ChorusService(models.Model):
    """One service of a public body: the desk an invoice is addressed to.

    Those with a structure are our own: they receive, and have settings for it.
    """

    _name = "l10n_fr_chorus.service"
    _inherit = ["l10n_fr_chorus.receive.settings"]
    _description = "Chorus Pro service"
    _order = "partner_id, code, id"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        "Public body",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('is_company', '=', True)]",
    )
    structure_id = fields.Many2one(
        "l10n_fr_chorus.structure",
        "Own structure",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Set when the public body is one you receive invoices for.",
    )
    company_id = fields.Many2one(
        related="structure_id.company_id", store=True, index="btree_not_null"
    )
    is_received = fields.Boolean(
        "Receive",
        default=True,
        help="Off: what is addressed to this service is left out of the inbox’s work; it "
        "is listed there as ignored.",
    )
    portal_id = fields.Char("Chorus Pro identifier", readonly=True, copy=False)
    code = fields.Char(required=True)
    name = fields.Char()
    active = fields.Boolean(default=True)
    requires_engagement = fields.Boolean(
        "Commitment number required",
        help="Invoices to this service need a commitment number.",
    )
    checked_at = fields.Datetime(
        "Looked up on",
        readonly=True,
        copy=False,
        help="When Chorus Pro was last asked what this service requires.",
    )

    # A service typed by hand has no portal id, and several of those may stand together.
    _portal_id_uniq = models.UniqueIndex(
        "(partner_id, portal_id)", "This service is already on the public body."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for service in self:
            service.display_name = " - ".join(
                filter(None, [service.code, service.name])
            )

    # -------------------------------------------------------------------------
    # RIGHTS
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        check_created_without_facts(self, vals_list)
        services = super().create(vals_list)
        for service, vals in zip(services, vals_list, strict=True):
            if any(vals.get(name) for name in ROUTES) or not service.is_received:
                service._check_may_route()
        return services

    def write(self, vals):
        if not {*ROUTES, "is_received"}.isdisjoint(vals):
            self._check_may_route()
        check_no_facts(self, vals)
        res = super().write(vals)
        if "partner_id" in vals:
            # Odoo looks at where a record comes from, not at where it goes.
            self.check_access("write")
        return res

    def _check_may_route(self):
        """Whoever invoices keeps the services of customers; where the bills of the
        company go, and whether they come, is not theirs to change.

        :raise AccessError: no administrator of Chorus Pro, or of another company
        """
        if self.env.su:
            return
        if (
            not has_role(self.env, ADMINISTRATOR)
            or self.company_id - self.env.companies
        ):
            raise AccessError(
                self.env._(
                    "What is received for a service, and how, is for the Chorus Pro "
                    "administrator of its company to set."
                )
            )
