from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.dates import paris_minute
from .status_labels import action_label, status_label

# What only the histories tell of a line that a search brought.
COMPLETED = {"portal_event_id", "position", "author", "origin", "comment"}


class L10n_Fr_ChorusEvent(models.Model):
    """One line of the history that the portal keeps of an invoice; never rewritten.

    A search shows the current status of an invoice, with its date and reason: that is a
    line as well. When the history is read later, its own line of the same status and
    minute completes that one (id, author) instead of standing beside it.
    """

    _name = "l10n_fr_chorus.event"
    _description = "Chorus Pro history line"
    # Times are to the minute: the place in the portal's history settles the rest.
    _order = "at desc nulls last, position desc, id desc"
    _rec_name = "label"

    move_id = fields.Many2one(
        "account.move", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="move_id.company_id", store=True)
    kind = fields.Selection(
        [("status", "Status"), ("action", "Action of a user")],
        required=True,
        default="status",
        readonly=True,
    )
    origin = fields.Selection(
        [("history", "History of the portal"), ("search", "Status at the time")],
        "Read in",
        required=True,
        default="history",
        readonly=True,
    )
    portal_event_id = fields.Char(required=True, readonly=True)
    position = fields.Integer(readonly=True)
    code = fields.Char(required=True, readonly=True)
    label = fields.Char(string="Status", compute="_compute_label")
    at = fields.Datetime(string="Date", readonly=True)
    comment = fields.Char(string="Reason", readonly=True)
    author = fields.Char(string="By", readonly=True)
    seen_at = fields.Datetime(
        "Known since",
        readonly=True,
        default=fields.Datetime.now,
        help="When Odoo learned of it.",
    )

    _portal_event_uniq = models.UniqueIndex(
        "(move_id, portal_event_id)", "This history line is already known."
    )

    @api.depends("code", "kind")
    @api.depends_context("lang")
    def _compute_label(self):
        for event in self:
            words = action_label if event.kind == "action" else status_label
            event.label = words(self.env, event.code)

    def write(self, vals):
        """Evidence: whoever asks, what the portal said stays as it was said.

        The portal itself may complete what a search told; users have no right to write.
        """
        completes = self.env.context.get("l10n_fr_chorus_completes")
        if not completes or vals.keys() - COMPLETED:
            raise UserError(self.env._("The history of Chorus Pro is not changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The history of Chorus Pro is not deleted."))

    def _complete(self, vals):
        """What a search could not tell of this line, from the portal's history."""
        self.ensure_one()
        told = {name: vals[name] for name in COMPLETED}
        told["comment"] = self.comment or vals["comment"]
        return self.with_context(l10n_fr_chorus_completes=True).write(told)

    def _is_same_step(self, code, at):
        """Whether this line tells of that status at that minute on Paris clocks.

        The hour that comes twice in October has no zone in the histories: compared on
        the clock of Paris it is the same one.

        :param at: naive UTC, or False
        """
        return self.code == code and bool(
            at and self.at and paris_minute(self.at) == paris_minute(at)
        )
