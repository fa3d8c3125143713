from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.roles import RECEIVER, SENDER, check_role

KINDS = [
    ("amount", "Total"),
    ("due", "Amount to pay"),
    ("number", "Number"),
    ("recipient", "Recipient"),
    ("service", "Service code"),
    ("engagement", "Commitment number"),
    ("payment", "Payment"),
]
# What a person may copy from the portal; the rest is what was invoiced.
TAKEN = {"service": "buyer_reference", "engagement": "purchase_order_reference"}


class L10n_Fr_ChorusDifference(models.Model):
    """The portal and Odoo say two things of one invoice.

    ``open`` until both agree again or a person decides; what was decided does not come
    back as long as the portal says the same.
    """

    _name = "l10n_fr_chorus.difference"
    _description = "Chorus Pro difference"
    _order = "state, id desc"
    _rec_name = "label"

    move_id = fields.Many2one(
        "account.move", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="move_id.company_id", store=True, readonly=True
    )
    kind = fields.Selection(KINDS, "What", required=True, readonly=True)
    ours = fields.Char("In Odoo", readonly=True)
    theirs = fields.Char("On Chorus Pro", readonly=True)
    state = fields.Selection(
        [("open", "To settle"), ("settled", "Settled")],
        required=True,
        readonly=True,
        default="open",
    )
    note = fields.Char(readonly=True)
    settled_by_id = fields.Many2one("res.users", "Settled by", readonly=True)
    settled_at = fields.Datetime("Settled on", readonly=True)
    can_take = fields.Boolean(compute="_compute_can_take")
    label = fields.Char(compute="_compute_label")

    _one_open = models.UniqueIndex(
        "(move_id, kind) WHERE state = 'open'",
        "This difference is already shown.",
    )

    @api.depends("kind", "state")
    def _compute_can_take(self):
        for difference in self:
            difference.can_take = difference.state == "open" and (
                difference.kind in TAKEN
            )

    @api.depends("kind", "ours", "theirs")
    @api.depends_context("lang")
    def _compute_label(self):
        nothing = self.env._("nothing")
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for difference in self:
            difference.label = self.env._(
                "%(what)s: %(ours)s in Odoo, %(theirs)s on Chorus Pro",
                what=kinds.get(difference.kind, ""),
                ours=difference.ours or nothing,
                theirs=difference.theirs or nothing,
            )

    # -------------------------------------------------------------------------
    # FOUND
    # -------------------------------------------------------------------------

    @api.model
    def _found(self, move, kinds, found):
        """Bring the differences of one invoice in line with what was compared.

        :param kinds: those that were compared
        :param dict found: ``{kind: (ours, theirs)}`` of those that differ
        """
        if not found and not move.l10n_fr_chorus_has_difference:
            return
        known = self.search([("move_id", "=", move.id), ("kind", "in", list(kinds))])
        for kind in kinds:
            of_kind = known.filtered(lambda one, kind=kind: one.kind == kind)
            self._found_one(move, kind, of_kind, found.get(kind))
        move._l10n_fr_chorus_flag_differences()

    @api.model
    def _found_one(self, move, kind, known, values):
        opened = known.filtered(lambda one: one.state == "open")
        if values is None:
            opened._settle(self.env._("Odoo and Chorus Pro say the same again."))
            return
        ours, theirs = values
        if opened:
            if (opened.ours or "", opened.theirs or "") != (ours, theirs):
                opened.write({"ours": ours, "theirs": theirs})
        elif not any(
            (one.theirs or "") == theirs for one in known if one._is_decided()
        ):
            new = self.create(
                {"move_id": move.id, "kind": kind, "ours": ours, "theirs": theirs}
            )
            move._message_log(body=new.label)

    def _is_decided(self):
        """By a person: what settled itself is told when it comes back."""
        return bool(self.settled_by_id)

    def _settle(self, note, user=None):
        for difference in self:
            difference.write(
                {
                    "state": "settled",
                    "note": note,
                    "settled_by_id": user and user.id,
                    "settled_at": fields.Datetime.now(),
                }
            )

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_keep_ours(self):
        """Odoo is right, or it does not matter: not told again unless it changes."""
        self._decide(self.env._("Odoo's value is kept."))

    def action_take_theirs(self):
        """Write the portal's value on the invoice, where Odoo allows it."""
        self._check_role()
        for difference in self:
            if not difference.can_take:
                raise UserError(
                    self.env._(
                        "This value is part of the invoice and cannot be changed here."
                    )
                )
            difference.move_id.check_access("write")
            difference.move_id.write({TAKEN[difference.kind]: difference.theirs})
        self._decide(self.env._("The value of Chorus Pro was taken."))

    def _check_role(self):
        """:raise AccessError: neither who sends these invoices nor who receives them"""
        moves = self.sudo().move_id
        if any(move.is_sale_document() for move in moves):
            check_role(self.env, SENDER)
        if any(move.is_purchase_document() for move in moves):
            check_role(self.env, RECEIVER)

    def _decide(self, note):
        self._check_role()
        moves = self.move_id
        # Users read differences; whoever may change the invoice may settle them.
        moves.check_access("write")
        opened = self.sudo().filtered(lambda one: one.state == "open")
        opened._settle(note, self.env.user)
        for difference in opened:
            difference.move_id._message_log(
                body=f"{difference.label}. {note}",
                author_id=self.env.user.partner_id.id,
            )
        moves.sudo()._l10n_fr_chorus_flag_differences()
