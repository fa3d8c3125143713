"""Favourites that come with the add-on, each in the language of whoever opens the list."""

from odoo import api, fields, models


class IrFilters(models.Model):
    """A favourite's name is plain text in Odoo: typed by its user, in one language.

    Those we bring are for everybody, so their name is translated when it is handed to
    the search bar. A person who renames one keeps the name typed.
    """

    _inherit = "ir.filters"

    l10n_fr_chorus_label = fields.Char(
        "Translated name", translate=True, readonly=True, copy=False
    )

    def write(self, vals):
        if "name" in vals and "l10n_fr_chorus_label" not in vals:
            vals = {**vals, "l10n_fr_chorus_label": False}
        return super().write(vals)

    @api.model
    def get_filters(
        self,
        model,
        action_id=None,
        embedded_action_id=None,
        embedded_parent_res_id=None,
    ):
        found = super().get_filters(
            model, action_id, embedded_action_id, embedded_parent_res_id
        )
        if model == "account.move":
            lang = self.env.user.lang or self.env.lang
            known = self.browse([one["id"] for one in found]).with_context(lang=lang)
            for favourite, values in zip(known, found, strict=True):
                values["name"] = favourite.l10n_fr_chorus_label or values["name"]
        return found
