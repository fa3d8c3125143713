"""Find a public body by name, town or SIRET, and make a customer of it."""

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..lib.chorus_pro import errors, identifiers
from ..models.l10n_fr_chorus_body import IDENTIFIER_TYPES
from ..models.sentences import advise
from ..tools.opening import form_of
from ..tools.roles import ADMINISTRATOR, SENDER, check_role

# As many as a person reads; the words are to be more precise beyond.
MOST_SHOWN = 50
CONTEXT_KEY = "l10n_fr_chorus_search_id"


class L10n_Fr_ChorusSearch(models.TransientModel):
    """Two steps: find the body, then see what it changes before anything is written.

    find ──choose──> compare ──apply──> the customer, or the invoice with it
      └<───back────────┘
    """

    _name = "l10n_fr_chorus.search"
    _description = "Find a public body"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    state = fields.Selection(
        [("find", "Find"), ("compare", "Compare")], default="find", required=True
    )
    text = fields.Char("Name, town or SIRET")
    city = fields.Char("Town")
    identifier_type = fields.Selection(
        IDENTIFIER_TYPES,
        "Kind of identifier",
        help="Only for a body without SIRET: its identifier is then looked for, whole.",
    )
    # Closed ones are shown as such: whoever looks for them learns why there is no answer.
    body_ids = fields.Many2many(
        "l10n_fr_chorus.body",
        string="Public bodies",
        compute="_compute_body_ids",
        context={"active_test": False},
    )
    # What the portal was asked, and what it answered; typing anew leaves it aside.
    asked = fields.Char(readonly=True)
    portal_body_ids = fields.Many2many(
        "l10n_fr_chorus.body",
        "l10n_fr_chorus_search_portal_rel",
        readonly=True,
        context={"active_test": False},
    )
    has_more = fields.Boolean(readonly=True)
    message = fields.Char(compute="_compute_body_ids")

    body_id = fields.Many2one("l10n_fr_chorus.body", "Public body", readonly=True)
    demands = fields.Char(related="body_id.demands")
    is_closed = fields.Boolean(compute="_compute_is_closed")
    is_private = fields.Boolean(compute="_compute_is_closed")
    candidate_ids = fields.Many2many(
        "res.partner", string="Known contacts", compute="_compute_candidate_ids"
    )
    target_id = fields.Many2one(
        "res.partner",
        "Customer to complete",
        domain="[('id', 'in', candidate_ids)]",
        help="Empty: a new contact is created.",
    )
    twin_id = fields.Many2one("res.partner", compute="_compute_twin_id")
    keep_both = fields.Boolean(
        "Keep both",
        help="Two contacts for one public body, knowingly: for two contracts, say.",
    )
    may_edit = fields.Boolean(compute="_compute_may_edit")
    change_ids = fields.One2many(
        "l10n_fr_chorus.search.change",
        "search_id",
        "Changes",
        compute="_compute_change_ids",
        store=True,
        readonly=False,
        # What is ticked depends on the rights of whoever looks.
        compute_sudo=False,
    )

    # -------------------------------------------------------------------------
    # FIND
    # -------------------------------------------------------------------------

    @api.depends("text", "city", "identifier_type", "asked", "portal_body_ids")
    @api.depends_context("lang")
    def _compute_body_ids(self):
        for search in self:
            known = self.env["l10n_fr_chorus.body"]._find(
                search._words(),
                limit=MOST_SHOWN,
                closed=True,
                kind=search.identifier_type,
            )
            is_asked = bool(search.asked) and search.asked == search._question()
            told = search.portal_body_ids if is_asked else known.browse()
            found = (told | known)[:MOST_SHOWN]
            # Open ones first; otherwise the best first, as they came.
            search.body_ids = found.sorted(lambda body: not body.active)
            search.message = search._say_found(len(found), is_asked)

    def _words(self):
        return " ".join(f"{self.text or ''} {self.city or ''}".split())

    def _question(self):
        """What the portal would be asked now."""
        return "|".join(
            (self.text or "", self.city or "", self.identifier_type or "")
        ).strip()

    def _say_found(self, count, is_asked):
        if not self._words():
            return self.env._("Type a name, a town, a postcode or a SIRET.")
        if is_asked and self.has_more:
            return self.env._(
                "There are more on Chorus Pro: add the town or the postcode."
            )
        if count >= MOST_SHOWN:
            return self.env._(
                "The first %d are shown: add the town or the postcode.", MOST_SHOWN
            )
        if is_asked:
            return not count and self.env._(
                "Chorus Pro knows no such public body. Try fewer words, or the SIRET."
            )
        return not count and self.env._(
            "Not in the directory kept here. Search on Chorus Pro."
        )

    def action_find(self):
        """Look in the directory kept here; the list is computed."""
        self.check_access("read")
        return self._reopen()

    def action_find_on_portal(self):
        """Ask the portal, on demand; several answers are offered, within bounds."""
        self.ensure_one()
        check_role(self.env, SENDER, ADMINISTRATOR)
        if not self._words():
            raise UserError(self._say_found(0, is_asked=False))
        self._check_no_siren()
        bodies = self.env["l10n_fr_chorus.body"]
        try:
            rows, more = bodies._find_on_portal(
                self._connection()._client(),
                self.text,
                identifier_type=self.identifier_type,
                city=self.city,
                limit=MOST_SHOWN,
            )
        except errors.ChorusError as err:
            raise UserError(advise(self.env, err)) from err
        found, _changes = bodies._learn(rows)
        self.write(
            {
                "asked": self._question(),
                "portal_body_ids": [Command.set(found.ids)],
                "has_more": more,
            }
        )
        return self._reopen()

    def _check_no_siren(self):
        """:raise UserError: the portal compares an identifier as a whole"""
        is_siren = identifiers.is_siren_shape(identifiers.clean_siret(self.text or ""))
        if is_siren and self.identifier_type in (False, "SIRET"):
            raise UserError(
                self.env._(
                    "A SIREN is not enough for Chorus Pro: type the 14 digits of a "
                    "SIRET, or the name."
                )
            )

    def _connection(self):
        """:raise UserError: the company has none"""
        self._check_company()
        connection = self.env["l10n_fr_chorus.connection"]._for_questions(
            self.company_id
        )
        if not connection:
            raise UserError(
                self.env._(
                    "%s has no connection to Chorus Pro. Make one in the settings of "
                    "Invoicing.",
                    self.company_id.name,
                )
            )
        connection._check_directory()
        return connection

    def _check_company(self):
        """:raise AccessError: the user does not work in this company"""
        if not self.env.su and self.company_id not in self.env.user.company_ids:
            raise AccessError(
                self.env._("You do not work in this company: choose one of yours.")
            )

    # -------------------------------------------------------------------------
    # CHOOSE
    # -------------------------------------------------------------------------

    def _choose(self, body):
        """The second step, for this body; its demands are read when nobody knows them."""
        self.ensure_one()
        check_role(self.env, SENDER, ADMINISTRATOR)
        if not body.checked_at:
            body = self._read(body)
        self.write({"state": "compare", "body_id": body.id, "keep_both": False})
        self.target_id = self.partner_id or self.candidate_ids[:1]
        return self._reopen()

    def _read(self, body):
        try:
            row = body._ask_portal(self._connection()._client())
        except errors.ChorusError as err:
            raise UserError(advise(self.env, err)) from err
        if row is None:
            raise UserError(
                self.env._("Chorus Pro does not know %s any more.", body.display_name)
            )
        found, _changes = body._learn([row])
        found._read_on_later()
        return found

    @api.depends("body_id")
    def _compute_is_closed(self):
        for search in self:
            body = search.body_id
            search.is_closed = bool(body) and not body.active
            search.is_private = bool(body.checked_at) and not body.is_public

    @api.depends("body_id", "company_id")
    def _compute_candidate_ids(self):
        for search in self:
            search.candidate_ids = search._candidates()

    def _candidates(self):
        """Contacts that are this body already, the linked one first."""
        body = self.body_id
        siret = body.identifier_type == "SIRET" and body.identifier
        partners = self.env["res.partner"]
        found = partners._l10n_fr_chorus_same_body(body, siret) if body else partners
        usable = found.filtered(
            lambda one: not one.company_id or one.company_id == self.company_id
        )
        return usable.sorted(lambda one: one.l10n_fr_chorus_body_id != body)

    @api.depends("candidate_ids", "target_id")
    def _compute_twin_id(self):
        for search in self:
            others = search.candidate_ids - search.target_id
            is_second = search.target_id not in search.candidate_ids
            search.twin_id = is_second and others[:1]

    @api.depends("target_id")
    @api.depends_context("uid", "su")
    def _compute_may_edit(self):
        for search in self:
            partner = search.target_id or self.env["res.partner"]
            search.may_edit = partner.has_access(
                "write" if search.target_id else "create"
            )

    @api.depends("body_id", "target_id")
    def _compute_change_ids(self):
        for search in self:
            rows = search._changes() if search.body_id else []
            search.change_ids = [
                Command.clear(),
                *(Command.create(row) for row in rows),
            ]

    def _changes(self):
        """One row per field that would change; what is empty today is ticked, but for
        what the portal did not say."""
        may_edit, needed = self.may_edit, self.body_id._identifying_field()
        current = self.target_id._l10n_fr_chorus_identity_now()
        proposed = self.body_id._partner_values()
        return [
            {
                "field": name,
                "take": may_edit
                and (not current[name] or name == needed)
                and not self.body_id._is_derived(name),
            }
            for name, value in proposed.items()
            if value and not self.target_id._l10n_fr_chorus_is_same(name, value)
        ]

    def action_back(self):
        self.write({"state": "find", "body_id": False, "target_id": False})
        return self._reopen()

    def action_use_twin(self):
        """The contact that is this body already, instead of another one."""
        self.ensure_one()
        twin = self.twin_id
        if self.partner_id:
            return form_of(twin)
        self.target_id = twin
        return self._reopen()

    # -------------------------------------------------------------------------
    # WINDOW
    # -------------------------------------------------------------------------

    @api.model
    def _open(self, **values):
        return self.create(values)._reopen()

    @api.model
    def action_open(self):
        """From a menu: a new customer."""
        check_role(self.env, SENDER, ADMINISTRATOR)
        return self._open()

    def _reopen(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Find a public body"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            # The lines of the list are of the directory: this says for whom they are.
            "context": {**self._clean_context(), CONTEXT_KEY: self.id},
        }

    def _clean_context(self):
        return {
            key: value
            for key, value in self.env.context.items()
            if not key.startswith("default_") and key != "active_test"
        }


class L10n_Fr_ChorusBody(models.Model):
    _inherit = "l10n_fr_chorus.body"

    def action_choose(self):
        """Take this body: in the window it is listed in, or in a new one."""
        self.ensure_one()
        searches = self.env["l10n_fr_chorus.search"]
        search = searches.browse(self.env.context.get(CONTEXT_KEY)).exists()
        return (search or searches.create({}))._choose(self)
