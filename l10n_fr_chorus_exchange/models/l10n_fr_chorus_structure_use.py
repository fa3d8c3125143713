"""Which connection serves an establishment: one for sending, one for receiving."""

from odoo import api, fields, models

# What a connection does for a structure: the choice, what it needs of the connection, of
# the account's rights, and what makes two structures the same.
USES = {
    "used_to_send": ("can_send", "can_issue", ("company_id", "siret")),
    "used_to_receive": ("can_receive", "can_receive", ("portal", "portal_id", "siret")),
}


class L10n_Fr_ChorusStructure(models.Model):
    """Two accounts may have rights on one establishment; only one of them is used.

    Otherwise every document would come twice, and nobody could tell by which account an
    invoice left. The first connection to know the establishment serves it; when it can no
    longer, the next one takes over by itself.
    """

    _inherit = "l10n_fr_chorus.structure"

    _check_company_domain = models.check_company_domain_parent_of

    portal = fields.Char(
        compute="_compute_portal",
        store=True,
        help="Which portal it is on: each gives its own numbers, to the same SIRET too.",
    )
    used_to_send = fields.Boolean(
        "Send for it",
        copy=False,
        help="Invoices of this establishment leave over this connection. Another one that "
        "may send for it as well does not.",
    )
    used_to_receive = fields.Boolean(
        "Receive for it",
        copy=False,
        help="Documents addressed to this establishment come over this connection. "
        "Another one that may receive for it as well does not look for them.",
    )

    _sender_uniq = models.UniqueIndex(
        "(company_id, siret) WHERE active AND used_to_send AND siret IS NOT NULL",
        "Another connection of this company already sends for this establishment: untick "
        "it there first.",
    )
    _receiver_uniq = models.UniqueIndex(
        "(portal, portal_id, siret) WHERE active AND used_to_receive AND siret IS NOT NULL",
        "Another connection already receives for this establishment: untick it there "
        "first.",
    )

    @api.depends("connection_id.environment", "connection_id.base_url")
    def _compute_portal(self):
        for structure in self:
            structure.portal = structure.connection_id._portal_name()

    @api.model_create_multi
    def create(self, vals_list):
        structures = super().create(vals_list)
        for structure in structures:
            structure._claim(USES)
        return structures

    def write(self, vals):
        if not {"active", "can_issue", "can_receive"} & vals.keys():
            return super().write(vals)
        could = {structure: structure._possible_uses() for structure in self}
        releasing = self.filtered(lambda one: vals.get("active") is False)
        res = super().write(vals)
        for structure in self:
            structure._reconsider(could[structure] | releasing._uses_of(structure))
        return res

    def unlink(self):
        rivals = self._rivals(USES)
        res = super().unlink()
        for rival in rivals:
            rival._claim(USES)
        return res

    def _possible_uses(self):
        """What the connection and the rights of its account allow, as names of fields."""
        connection = self.connection_id
        return {
            use
            for use, (wish, right, _key) in USES.items()
            if self.active and connection.active and connection[wish] and self[right]
        }

    def _uses_of(self, structure):
        return {use for use in USES if structure in self and structure[use]}

    def _reconsider(self, could):
        """Take up what became possible; leave to others what no longer is."""
        can = self._possible_uses()
        self._claim(can - could)
        lost = {use for use in could - can if self[use]}
        if lost:
            self.write(dict.fromkeys(lost, False))
            self.flush_recordset()
            for rival in self._rivals(lost):
                rival._claim(lost)

    def _claim(self, uses):
        """Serve this establishment, where it may and no other connection does."""
        uses = self._possible_uses() & set(uses)
        taken = {use for use in uses if any(self._others(use).mapped(use))}
        free = {use for use in uses - taken if not self[use]}
        if free:
            self.write(dict.fromkeys(free, True))
            self.flush_recordset()

    def _rivals(self, uses):
        rivals = self.browse()
        for structure in self:
            for use in uses:
                rivals |= structure._others(use)
        return rivals - self

    def _others(self, use):
        """The same establishment on other connections, of all companies."""
        _wish, _right, key = USES[use]
        if not self.siret:
            return self.browse()
        same = [
            (name, "=", self[name].id if name == "company_id" else self[name])
            for name in key
        ]
        return self.sudo().search([*same, ("id", "not in", self.ids)])


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    def _portal_name(self):
        """What tells one portal from another; two addresses of one are the same."""
        if self._is_production():
            return "production"
        if self.environment != "custom":
            return self.environment
        return (self.base_url or "").strip().rstrip("/").lower()

    def write(self, vals):
        if not {"active", "can_send", "can_receive"} & vals.keys():
            return super().write(vals)
        # Whoever may edit a connection need not see those of the other companies.
        structures = self.sudo().structure_ids
        could = {structure: structure._possible_uses() for structure in structures}
        res = super().write(vals)
        # Those of another environment are gone.
        for structure in structures.exists():
            structure._reconsider(could[structure])
        return res
