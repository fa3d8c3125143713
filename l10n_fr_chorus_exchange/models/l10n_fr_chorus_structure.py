from odoo import api, fields, models


class L10n_Fr_ChorusStructure(models.Model):
    """One establishment the technical account may act for, as Chorus Pro lists it."""

    _name = "l10n_fr_chorus.structure"
    _inherit = ["l10n_fr_chorus.receive.settings"]
    _description = "Chorus Pro structure"
    _order = "connection_id, name, id"
    _check_company_auto = True

    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="connection_id.company_id", store=True, index=True
    )
    # The portal counts in 64 bits, Odoo's integers have 32.
    portal_id = fields.Char("Chorus Pro identifier", required=True, readonly=True)
    siret = fields.Char("SIRET", readonly=True, index=True)
    name = fields.Char(required=True, readonly=True)
    can_issue = fields.Boolean("May send", readonly=True)
    can_receive = fields.Boolean("May receive", readonly=True)
    active = fields.Boolean(default=True)
    service_ids = fields.One2many("l10n_fr_chorus.service", "structure_id", "Services")
    services_read_at = fields.Datetime("Services read on", readonly=True, copy=False)
    received_cursor = fields.Datetime(
        "Received up to",
        readonly=True,
        copy=False,
        help="What changed on Chorus Pro until this moment has been seen.",
    )
    # Of what changed earlier, only what was still open at the first look is received.
    changes_from = fields.Datetime("Changes received since", readonly=True, copy=False)
    message = fields.Text(
        "Trouble",
        readonly=True,
        copy=False,
        help="Why documents of this structure are not received, or not all of them.",
    )

    _portal_id_uniq = models.UniqueIndex(
        "(connection_id, portal_id)", "This structure is already on the connection."
    )

    @api.depends("name", "siret")
    def _compute_display_name(self):
        for structure in self:
            structure.display_name = (
                f"{structure.name} ({structure.siret})"
                if structure.siret
                else structure.name
            )

    def _services_by_code(self):
        """Own services, archived or not: ``{code on the portal: service}``."""
        self.ensure_one()
        services = self.with_context(active_test=False).service_ids
        return {service.code: service for service in services}
