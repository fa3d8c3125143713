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
            # Without a number, it may have closed on another portal than this one.
            is_closed = body.portal_id and not body.active
            if body and (body.checked_at or is_closed):
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
        is_linked = state == "found" and self._is_linked(body)
        # The link may be there, and invoices still stop for want of the rest.
        is_done = is_linked and not self._completes(body)
        if is_linked:
            note = self._note_when_linked(body, self.match_id.user_id)
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

    def _is_linked(self, body):
        """Whether the customer is this body already."""
        partner = self.partner_id
        return (
            partner.l10n_fr_chorus_body_id == body and partner.l10n_fr_chorus_is_public
        )

    def _completes(self, body):
        """Whether to apply once more would bring a linked customer anything."""
        return len(self._codes_to_choose(body)) == 1 or (
            self._is_fillable(body) and self._may_edit(self.match_id.user_id)
        )

    def _is_fillable(self, body):
        """Whether an editor of contacts would have something filled in."""
        return self._lacks_siret(body)

    def _lacks_siret(self, body):
        return (
            body.identifier_type == "SIRET" and not self.partner_id.l10n_fr_chorus_siret
        )

    def _codes_to_choose(self, body):
        """Of the services the customer will have, where it lacks a default one that the
        body demands; one alone becomes the default."""
        if (
            drift.SERVICE not in _demands_of(body)
            or self.partner_id.l10n_fr_chorus_default_service_id
        ):
            return set()
        # Those typed by hand stay beside those of the directory.
        typed = self.partner_id.l10n_fr_chorus_service_ids.filtered(
            lambda one: not one.portal_id
        )
        closed = body.with_context(active_test=False).service_ids - body.service_ids
        typed = typed.filtered(lambda one: one.code not in closed.mapped("code"))
        return {
            one.code
            for services in (body.service_ids, typed)
            for one in services
            if not one.is_reserved
        }

    def _missing(self, body, fills=True):
        """What is left to do for a customer that is this body, in words.

        :param fills: whether what only editors of contacts fill in will be
        """
        partner, parts = self.partner_id, []
        if fills and self._lacks_siret(body):
            parts.append(self.env._("The SIRET is filled in."))
        demands = _demands_of(body)
        if drift.SERVICE in demands and not partner.l10n_fr_chorus_default_service_id:
            codes = self._codes_to_choose(body)
            if len(codes) == 1:
                parts.append(
                    self.env._("Its only service %s becomes the default.", *codes)
                )
            else:
                parts.append(
                    self.env._("Choose a default service (%d are open).", len(codes))
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
        user = self.match_id.applied_by_id
        may_edit = self._may_edit(user)
        if not may_edit and (refusal := self._refusal(body, user)):
            self.write({"to_apply": False, "note": refusal})
            return
        if may_edit and self._lacks_siret(body):
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
            and len(set(services.mapped("code"))) == 1
        ):
            # Of two of the same code, the one Chorus Pro knows.
            services = services.sorted(lambda one: not one.portal_id)
            partner.l10n_fr_chorus_default_service_id = services[0]
        note = self._note_when_linked(body, user)
        self.write({"state": "applied", "to_apply": False, "note": note})

    def _refusal(self, body, user):
        """Why this user, who may not edit contacts, does not make the customer this body;
        "" for one that is it already, which is completed as far as that goes."""
        if self._lacks_siret(body) and not self._is_linked(body):
            return self._words_without_siret(user)
        if self.state == "twin":
            # As in the search window: several contacts for one body is for editors.
            return self.env._(
                "%s may not edit contacts, and so not keep several for one public body.",
                user.name,
            )
        return ""

    def _note_when_linked(self, body, user):
        """What is left once the customer is this body; what ``user`` may not fill in is
        said to be missing."""
        if not self._is_fillable(body) or self._may_edit(user):
            return self._missing(body)
        parts = [self._missing(body, fills=False), *self._left_blank(body, user)]
        return " ".join(filter(None, parts))

    def _left_blank(self, body, user):
        """Sentences about what stays empty, for want of the right to edit contacts."""
        return [self._words_without_siret(user)] if self._lacks_siret(body) else []

    def _words_without_siret(self, user):
        return self.env._("%s may not edit contacts: the SIRET is missing.", user.name)

    def _may_edit(self, user):
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
