from odoo import api, fields, models

NEW_KINDS = [
    ("date", "Invoice date"),
    ("currency", "Currency"),
    ("untaxed", "Total without tax"),
    ("contract", "Contract number"),
]


class L10n_Fr_ChorusDifference(models.Model):
    """The file of a received invoice and the portal say two things of it."""

    _inherit = "l10n_fr_chorus.difference"

    kind = fields.Selection(
        selection_add=NEW_KINDS,
        ondelete={kind: "cascade" for kind, _words in NEW_KINDS},
    )
    is_of_file = fields.Boolean("The file differs", readonly=True)

    @api.depends("is_of_file")
    def _compute_can_take(self):
        # EXTENDS: a received bill has the values of the portal from the start.
        res = super()._compute_can_take()
        for difference in self.filtered("is_of_file"):
            difference.can_take = False
        return res

    @api.depends("is_of_file")
    def _compute_label(self):
        # EXTENDS: the two sides have other names.
        res = super()._compute_label()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for difference in self.filtered("is_of_file"):
            difference.label = self.env._(
                "%(what)s: %(ours)s in the supplier's file, %(theirs)s on Chorus Pro",
                what=kinds.get(difference.kind, ""),
                ours=difference.ours,
                theirs=difference.theirs,
            )
        return res
