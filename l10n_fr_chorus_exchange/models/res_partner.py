from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.chorus_pro import errors, identifiers
from ..lib.chorus_pro.services import structures
from ..tools.notifications import notification
from ..tools.roles import ADMINISTRATOR, SENDER, check_role
from .demand_words import say_demands
from .sentences import advise


class ResPartner(models.Model):
    """A public body as Chorus Pro knows it; a company that is invoiced there."""

    _inherit = "res.partner"

    l10n_fr_chorus_siret = fields.Char(
        "SIRET (digits)",
        compute="_compute_l10n_fr_chorus_siret",
        store=True,
        index="btree_not_null",
        help="The SIRET without spaces, when it has its 14 digits.",
    )
    l10n_fr_chorus_siret_warning = fields.Char(
        "SIRET warning", compute="_compute_l10n_fr_chorus_siret_warning"
    )
    l10n_fr_chorus_is_public = fields.Boolean(
        "Invoiced through Chorus Pro",
        help="A public body that receives its invoices on Chorus Pro. Looking it up "
        "there sets this; it can also be set by hand.",
    )
    l10n_fr_chorus_portal_id = fields.Char(
        "Chorus Pro identifier", readonly=True, copy=False
    )
    l10n_fr_chorus_name = fields.Char("Name on Chorus Pro", readonly=True, copy=False)
    l10n_fr_chorus_requires_service = fields.Boolean("Service code required")
    l10n_fr_chorus_requires_engagement = fields.Boolean("Commitment number required")
    l10n_fr_chorus_requires_either = fields.Boolean(
        "Service code or commitment number required"
    )
    l10n_fr_chorus_reports_payment = fields.Boolean("Reports payment", default=True)
    l10n_fr_chorus_demands = fields.Char(
        "Demands", compute="_compute_l10n_fr_chorus_demands"
    )
    l10n_fr_chorus_checked_at = fields.Datetime(
        "Looked up on", readonly=True, copy=False
    )
    l10n_fr_chorus_service_ids = fields.One2many(
        "l10n_fr_chorus.service", "partner_id", "Services"
    )

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.depends("company_registry")
    def _compute_l10n_fr_chorus_siret(self):
        for partner in self:
            digits = identifiers.clean_siret(partner.company_registry or "")
            partner.l10n_fr_chorus_siret = (
                digits if identifiers.is_siret_shape(digits) else False
            )

    @api.depends("company_registry", "country_code")
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_siret_warning(self):
        for partner in self:
            partner.l10n_fr_chorus_siret_warning = (
                partner.l10n_fr_is_french and partner._l10n_fr_chorus_siret_problem()
            )

    def _l10n_fr_chorus_siret_problem(self):
        """What is wrong with the SIRET, False if nothing is, or if there is none.

        A warning for whoever types it. Only production refuses it: the fictitious
        SIRETs of qualification fail the check digit on purpose.
        """
        self.ensure_one()
        if not self.company_registry:
            return False
        digits = identifiers.clean_siret(self.company_registry)
        if not identifiers.is_siret_shape(digits):
            return self.env._(
                "A SIRET has 14 digits; this one reads “%(digits)s” (%(count)d).",
                digits=digits,
                count=len(digits),
            )
        if not identifiers.siret_checksum_ok(digits):
            return self.env._(
                "The check digit of this SIRET is wrong: probably a typing error. "
                "(Fictitious SIRETs of tests are like that.)"
            )
        return False

    @api.depends(
        "l10n_fr_chorus_requires_service",
        "l10n_fr_chorus_requires_engagement",
        "l10n_fr_chorus_requires_either",
        "l10n_fr_chorus_reports_payment",
        "l10n_fr_chorus_service_ids.requires_engagement",
        "l10n_fr_chorus_service_ids.active",
    )
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_demands(self):
        for partner in self:
            parts = [partner._l10n_fr_chorus_reference_demand()]
            if not partner.l10n_fr_chorus_reports_payment:
                parts.append(
                    self.env._("It does not tell on Chorus Pro when it has paid.")
                )
            partner.l10n_fr_chorus_demands = " ".join(parts)

    def _l10n_fr_chorus_reference_demand(self):
        demands = {
            "service": self.l10n_fr_chorus_requires_service,
            "engagement": self.l10n_fr_chorus_requires_engagement,
            "either": self.l10n_fr_chorus_requires_either,
        }
        services = self.l10n_fr_chorus_service_ids.filtered(
            lambda service: service.active and not service.is_reserved
        )
        return say_demands(self.env, demands, services)

    # -------------------------------------------------------------------------
    # LOOK UP
    # -------------------------------------------------------------------------

    def action_l10n_fr_chorus_lookup(self):
        """Read the directory of Chorus Pro: name, demands, services."""
        self.ensure_one()
        check_role(self.env, SENDER, ADMINISTRATOR)
        self.check_access("read")
        partner = self.commercial_partner_id
        if not partner.has_access("write"):
            # What is learnt is written down: for those who invoice, not who only look.
            self.env["account.move"].check_access("create")
        connection = partner._l10n_fr_chorus_lookup_connection()
        try:
            found = partner._l10n_fr_chorus_ask(connection._client())
        except errors.ChorusError as err:
            raise UserError(advise(self.env, err)) from err
        if found is None:
            raise UserError(
                self.env._(
                    "Chorus Pro does not know the SIRET %s. Check it; a public body is listed "
                    "under the SIRET of the establishment that is invoiced.",
                    partner.l10n_fr_chorus_siret,
                )
            )
        # Invoicing users may not edit contacts, but what is written here is what the
        # portal says, not what they choose.
        known = partner.sudo()
        known._l10n_fr_chorus_record(*found)
        if known.l10n_fr_chorus_body_id:
            known.l10n_fr_chorus_body_id._read_on_later()
        return partner._l10n_fr_chorus_lookup_notification()

    def _l10n_fr_chorus_lookup_connection(self):
        """The connection to ask with.

        :raise UserError: what is missing before Chorus Pro can be asked
        """
        company = self.company_id or self.env.company
        connection = self.env["l10n_fr_chorus.connection"]._for_questions(company)
        if not connection:
            raise UserError(
                self.env._(
                    "%s has no connection to Chorus Pro. Make one in the settings of "
                    "Invoicing.",
                    company.name,
                )
            )
        problem = self._l10n_fr_chorus_siret_problem()
        if not self.l10n_fr_chorus_siret:
            raise UserError(
                problem or self.env._("Type the SIRET of %s first.", self.display_name)
            )
        if problem and connection.environment == "production":
            raise UserError(problem)
        connection._check_directory()
        return connection

    def _l10n_fr_chorus_ask(self, client):
        """Questions only: the structure, its demands, its services.

        :return: (Structure, StructureDetail, [(Service, ServiceDetail or None)]), or
            None when the SIRET is unknown
        """
        structure = structures.find(client, self.l10n_fr_chorus_siret)
        if structure is None:
            return None
        bodies = self.env["l10n_fr_chorus.body"]
        return structure, *bodies._read_on_portal(client, structure)

    def _l10n_fr_chorus_record(self, structure, detail, services):
        """Write down what was asked: in the directory, then on this partner."""
        bodies = self.env["l10n_fr_chorus.body"]
        body, _changes = bodies._learn(
            [bodies._portal_row(structure, detail, services)]
        )
        self._l10n_fr_chorus_take(body)

    def _l10n_fr_chorus_lookup_notification(self):
        if self.l10n_fr_chorus_is_public:
            message = self.env._(
                "%(name)s: %(demands)s Services: %(count)d.",
                name=self.l10n_fr_chorus_name,
                demands=self.l10n_fr_chorus_demands,
                count=len(self.l10n_fr_chorus_service_ids),
            )
        else:
            message = self.env._(
                "%s is on Chorus Pro, but not as an active public body: it cannot "
                "receive invoices there.",
                self.l10n_fr_chorus_name,
            )
        if note := self.sudo().l10n_fr_chorus_reading_note:
            message = f"{message} {note}"
        return notification(
            message, "success" if self.l10n_fr_chorus_is_public else "warning"
        )
