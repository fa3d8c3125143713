from odoo import api, fields, models

from ..lib.chorus_pro.services.invoices import MAX_REASON
from .l10n_fr_chorus_treatment import REDIRECT, REJECT, SUSPEND

FLAGS = {
    SUSPEND: "for_suspension",
    REJECT: "for_rejection",
    REDIRECT: "for_redirection",
}


class L10n_Fr_ChorusRefusalReason(models.Model):
    """A reason that a public body often gives, as the supplier reads it.

    Chorus Pro publishes no list of reasons: it takes a free text (API reference,
    "Refusal/suspension reasons"). The text goes on the wire as it is, in French.
    """

    _name = "l10n_fr_chorus.refusal.reason"
    _description = "Chorus Pro usual reason"
    _order = "sequence, id"

    name = fields.Char("Text the supplier reads", required=True, size=MAX_REASON)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    for_suspension = fields.Boolean("To suspend", default=True)
    for_rejection = fields.Boolean("To reject", default=True)
    for_redirection = fields.Boolean("For a wrong addressee")

    @api.model
    def _domain_for(self, target):
        """Reasons that go with an answer, in the user's companies."""
        flag = FLAGS.get(target)
        if not flag:
            return [(0, "=", 1)]
        return [
            (flag, "=", True),
            ("company_id", "in", [False, *self.env.companies.ids]),
        ]
