from odoo import api, fields, models


class L10n_Fr_ChorusService(models.Model):
    """One service of a public body: the desk an invoice is addressed to."""

    _name = "l10n_fr_chorus.service"
    _description = "Chorus Pro service"
    _order = "partner_id, code, id"
    _rec_names_search = ["code", "name"]

    partner_id = fields.Many2one(
        "res.partner",
        "Public body",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('is_company', '=', True)]",
    )
    portal_id = fields.Char("Chorus Pro identifier", readonly=True, copy=False)
    code = fields.Char(required=True)
    name = fields.Char()
    active = fields.Boolean(default=True)
    requires_engagement = fields.Boolean(
        "Commitment number required",
        help="Invoices to this service need a commitment number.",
    )
    checked_at = fields.Datetime(
        "Looked up on",
        readonly=True,
        copy=False,
        help="When Chorus Pro was last asked what this service requires.",
    )

    # A service typed by hand has no portal id, and several of those may stand together.
    _portal_id_uniq = models.UniqueIndex(
        "(partner_id, portal_id)", "This service is already on the public body."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for service in self:
            service.display_name = " - ".join(
                filter(None, [service.code, service.name])
            )
