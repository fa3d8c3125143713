from odoo import api, fields, models

from ..lib.chorus_pro.records.structures import PUBLIC_BILLING_SERVICE
from ..tools.search_words import folded


class L10n_Fr_ChorusBodyService(models.Model):
    """One service of a structure, as the directory lists it."""

    _name = "l10n_fr_chorus.body.service"
    _description = "Service of the Chorus Pro directory"
    _order = "body_id, code, id"
    _rec_names_search = ["code", "name"]
    _log_access = False

    body_id = fields.Many2one(
        "l10n_fr_chorus.body",
        "Public body",
        required=True,
        readonly=True,
        ondelete="cascade",
        # The unique index below starts with it.
        index=False,
    )
    portal_id = fields.Char(
        "Chorus Pro identifier", readonly=True, copy=False, index="btree_not_null"
    )
    code = fields.Char(required=True, readonly=True)
    name = fields.Char(readonly=True)
    requires_engagement = fields.Boolean("Commitment number required", readonly=True)
    active = fields.Boolean(default=True, readonly=True)
    checked_at = fields.Datetime("Checked on", readonly=True, copy=False)
    # As that of a body.
    filed_at = fields.Datetime("Told by a file on", readonly=True, copy=False)
    is_reserved = fields.Boolean(
        "Between public bodies",
        compute="_compute_is_reserved",
        search="_search_is_reserved",
        help="Takes invoices of other public bodies only.",
    )
    search_text = fields.Char(compute="_compute_search_text", store=True, readonly=True)

    _code_uniq = models.UniqueIndex(
        "(body_id, code, COALESCE(portal_id, ''))",
        "This service is already in the directory.",
    )

    @api.depends("code", "name")
    def _compute_search_text(self):
        for service in self:
            service.search_text = folded(service.code, service.name)

    @api.depends("code", "name")
    def _compute_display_name(self):
        for service in self:
            service.display_name = " - ".join(
                filter(None, [service.code, service.name])
            )

    @api.depends("code")
    def _compute_is_reserved(self):
        for service in self:
            service.is_reserved = service.code == PUBLIC_BILLING_SERVICE

    def _search_is_reserved(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("code", "=" if True in value else "!=", PUBLIC_BILLING_SERVICE)]
