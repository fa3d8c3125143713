"""One customer of a selection: what Chorus Pro knows of it, what is missing."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..lib.chorus_pro import identifiers
from ..tools.roles import ADMINISTRATOR, SENDER, check_role
from . import drift

STATES = [
    ("waiting", "To look up"),
    ("asking", "To ask Chorus Pro"),
    ("found", "On Chorus Pro"),
    ("proposed", "For you to choose"),
    ("twin", "Another contact is this body"),
    ("applied", "Applied"),
    ("unknown", "Unknown on Chorus Pro"),
    ("none", "No SIRET"),
    ("private", "Not a public body"),
    ("closed", "Closed on Chorus Pro"),
    ("trouble", "Could not be asked"),
]
LOOKING = frozenset(("waiting", "asking"))
# May be applied once a body is chosen.
MATCHED = ("found", "proposed", "twin")
# A person has to say which body it is.
PROPOSED = frozenset(("proposed", "twin"))
# What Chorus Pro gave no certain answer to.
UNMATCHED = PROPOSED | {"unknown", "none", "private", "closed", "trouble"}
# Bodies named when several are alike.
MOST_ALIKE = 3
# What a person changes on a line; the rest is found out.
OWN_FIELDS = frozenset(("to_apply", "body_id"))


class L10n_Fr_ChorusMatchLine(models.Model):
    _name = "l10n_fr_chorus.match.line"
    _description = "Customer looked up on Chorus Pro"
    _order = "match_id desc, id"
    _rec_name = "partner_id"

    match_id = fields.Many2one(
        "l10n_fr_chorus.match", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade"
    )
    siret = fields.Char(related="partner_id.company_registry", string="SIRET")
    city = fields.Char(related="partner_id.city")
    state = fields.Selection(STATES, "Result", required=True, readonly=True)
    body_id = fields.Many2one(
        "l10n_fr_chorus.body",
        "Public body",
        ondelete="set null",
        index="btree_not_null",
    )
    note = fields.Text("What to do", readonly=True)
    to_apply = fields.Boolean("Apply")

    _match_state = models.Index("(match_id, state)")
    _partner_uniq = models.UniqueIndex("(match_id, partner_id)")

    # -------------------------------------------------------------------------
    # PEOPLE
    # -------------------------------------------------------------------------

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        check_role(self.env, SENDER, ADMINISTRATOR)
        if not OWN_FIELDS.issuperset(vals):
            raise AccessError(self.env._("Choose the public body, and what to apply."))
        res = super().write(vals)
        if "body_id" in vals:
            self._chosen(vals.get("to_apply", True))
        elif vals.get("to_apply") and self.filtered(
            lambda line: not line.body_id or line.state not in MATCHED
        ):
            raise UserError(
                self.env._("Choose the public body of each customer to apply first.")
            )
        return res

    def _chosen(self, to_apply):
        """A person says which body the customer is."""
        for line in self.sudo():
            if line.state == "applied":
                raise UserError(self.env._("This customer was applied already."))
            if line.body_id:
                line._settle(line.body_id)
                line.to_apply = to_apply and line.state in MATCHED
            else:
                line.write(
                    {
                        "state": "none",
                        "to_apply": False,
                        "note": line._advice_without_siret(),
                    }
                )

    # -------------------------------------------------------------------------
    # LOOK
    # -------------------------------------------------------------------------

    def _look(self):
        """In the directory kept here, all lines with one question."""
        wanted = {line: line._identifier() for line in self}
        bodies = (
            self.env["l10n_fr_chorus.body"]
            .with_context(active_test=False)
            .search([("identifier", "in", [one for one in wanted.values() if one])])
            .grouped("identifier")
        )
        for line, identifier in wanted.items():
            body = line.partner_id.l10n_fr_chorus_body_id
            body = body or bodies.get(identifier, body)[:1]
            if body and (body.checked_at or not body.active):
                line._settle(body)
            elif identifier and identifiers.is_siret_shape(identifier):
                line.write({"state": "asking", "tries": 0})
            else:
                line._look_by_name()

    def _identifier(self):
        """As the portal would have it; "" when there is none."""
        return identifiers.clean_siret(self.partner_id.company_registry or "")

    def _look_by_name(self):
        """Bodies of the same name and postcode: a person decides."""
        partner = self.partner_id
        bodies = self.env["l10n_fr_chorus.body"]
        if partner.is_company and partner.name:
            where = partner.zip or partner.city or ""
            bodies = bodies._find(f"{partner.name} {where}", limit=MOST_ALIKE + 1)
        if not bodies:
            self.write({"state": "none", "note": self._advice_without_siret()})
            return
        self.write(
            {
                "state": "proposed",
                "body_id": bodies.id if len(bodies) == 1 else False,
                "note": self.env._(
                    "No SIRET. Is it %s?",
                    " / ".join(bodies[:MOST_ALIKE].mapped("display_name")),
                ),
            }
        )

    def _advice_without_siret(self):
        if self._identifier():
            return self.env._(
                "“%s” is no SIRET: correct it on the customer.",
                self.partner_id.company_registry,
            )
        return self.env._("Fill in the SIRET of the customer.")

    # -------------------------------------------------------------------------
    # RESULT
    # -------------------------------------------------------------------------

    def _settle(self, body):
        """What this body means for the customer."""
        partner = self.partner_id
        state, note = "found", self._missing(body)
        if not body.active:
            state = "closed"
            note = self.env._("Ask it which public body has taken over.")
        elif body.checked_at and not body.is_public:
            state, note = "private", self.env._("It is not invoiced on Chorus Pro.")
        elif twin := self._twin(body):
            state = "twin"
            note = self.env._(
                "%s is already this public body: use it, or merge the two.",
                twin.display_name,
            )
        is_done = (
            state == "found"
            and partner.l10n_fr_chorus_body_id == body
            and partner.l10n_fr_chorus_is_public
        )
        self.write(
            {
                "state": "applied" if is_done else state,
                "body_id": body.id,
                "note": note,
                "to_apply": state == "found" and not is_done,
            }
        )

    def _twin(self, body):
        partner = self.partner_id
        if partner.l10n_fr_chorus_body_id == body or partner.l10n_fr_chorus_body_shared:
            return partner.browse()
        return self._partner_here()._l10n_fr_chorus_same_body(body)[:1]

    def _partner_here(self):
        """As the company that looks sees it: without the customers of the others."""
        company = self.match_id.company_id
        return self.partner_id.with_context(allowed_company_ids=company.ids)

    def _missing(self, body):
        """What is left to do for a customer that is this body, in words."""
        partner, parts = self.partner_id, []
        if not partner.l10n_fr_chorus_siret and body.identifier_type == "SIRET":
            parts.append(self.env._("The SIRET is filled in."))
        services = body.service_ids.filtered(lambda one: not one.is_reserved)
        demands = _demands_of(body)
        default = partner.l10n_fr_chorus_default_service_id
        if drift.SERVICE in demands and not default:
            if len(services) == 1:
                parts.append(
                    self.env._(
                        "Its only service %s becomes the default.", services.code
                    )
                )
            else:
                parts.append(
                    self.env._("Choose a default service (%d are open).", len(services))
                )
        lacking = [
            one
            for one in partner._l10n_fr_chorus_documents()
            if any(drift.touches(drift.Change(drift.DEMANDS, d), one) for d in demands)
        ]
        if lacking:
            parts.append(
                self.env._(
                    "Documents that lack what it demands: %d.",
                    len(lacking),
                )
            )
        return " ".join(parts) or False

    # -------------------------------------------------------------------------
    # APPLY
    # -------------------------------------------------------------------------

    def _apply(self):
        """The customer becomes this body: link, demands, services, missing SIRET."""
        self.ensure_one()
        partner, body = self.partner_id, self.body_id
        if not body:
            self.write({"to_apply": False})
            return
        siret = partner.l10n_fr_chorus_siret
        if body.identifier_type == "SIRET" and siret not in (False, body.identifier):
            self._not_applied(
                self.env._("Its SIRET is %s: correct it on the customer first.", siret)
            )
            return
        if not partner.l10n_fr_chorus_siret and body.identifier_type == "SIRET":
            if not self._may_edit():
                self.write(
                    {
                        "to_apply": False,
                        "note": self.env._(
                            "%s may not edit contacts: the SIRET is missing.",
                            self.match_id.applied_by_id.name,
                        ),
                    }
                )
                return
            partner.company_registry = body.identifier
        if self.state == "twin":
            # Ticked by a person: several contacts for one body, knowingly.
            partner.l10n_fr_chorus_body_shared = True
        self._partner_here()._l10n_fr_chorus_take(body)
        if not body.checked_at:
            self._not_applied(self.env._("Go on, to ask what it demands."))
            return
        services = partner.l10n_fr_chorus_service_ids.filtered(
            lambda one: not one.is_reserved
        )
        if (
            partner.l10n_fr_chorus_requires_service
            and not partner.l10n_fr_chorus_default_service_id
            and len(services) == 1
        ):
            partner.l10n_fr_chorus_default_service_id = services
        self.write({"state": "applied", "to_apply": False, "note": self._missing(body)})

    def _may_edit(self, user=None):
        user = user or self.match_id.applied_by_id
        partner = self.partner_id.with_user(user).sudo(False)
        return partner.with_context(
            allowed_company_ids=user.company_ids.ids
        ).has_access("write")

    def _not_applied(self, note=None):
        self.write(
            {
                "state": "trouble",
                "to_apply": False,
                "note": note or self.env._("Unexpected error, see the server log."),
            }
        )

    # -------------------------------------------------------------------------
    # CSV
    # -------------------------------------------------------------------------

    def _csv_customer(self):
        partner = self.partner_id
        return (
            partner.name,
            partner.ref,
            _spaced(partner.company_registry or ""),
            partner.vat,
            partner.street,
            partner.zip,
            partner.city,
        )


def _demands_of(body):
    flags = {
        drift.SERVICE: body.requires_service,
        drift.ENGAGEMENT: body.requires_engagement,
        drift.EITHER: body.requires_either,
    }
    return [name for name, wanted in flags.items() if wanted]


def _spaced(siret):
    """With its spaces, a spreadsheet takes it for text and keeps all its digits."""
    digits = identifiers.clean_siret(siret)
    if not identifiers.is_siret_shape(digits):
        return siret
    return f"{digits[:3]} {digits[3:6]} {digits[6:9]} {digits[9:]}"
