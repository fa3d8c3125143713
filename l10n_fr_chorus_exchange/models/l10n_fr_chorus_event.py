from odoo import api, fields, models

from .status_labels import status_label


class L10n_Fr_ChorusEvent(models.Model):
    """One line of the history that the portal keeps of an invoice; never rewritten."""

    _name = "l10n_fr_chorus.event"
    _description = "Chorus Pro history line"
    _order = "at desc, id desc"
    _rec_name = "label"

    move_id = fields.Many2one(
        "account.move", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="move_id.company_id", store=True)
    portal_event_id = fields.Char(required=True, readonly=True)
    code = fields.Char(required=True, readonly=True)
    label = fields.Char(string="Status", compute="_compute_label")
    at = fields.Datetime(string="Date", readonly=True)
    comment = fields.Char(string="Reason", readonly=True)
    author = fields.Char(string="By", readonly=True)

    _portal_event_uniq = models.UniqueIndex(
        "(move_id, portal_event_id)", "This history line is already known."
    )

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_label(self):
        for event in self:
            event.label = status_label(self.env, event.code)
