from odoo import api, fields, models


class L10n_Fr_ChorusStructure(models.Model):
    """One establishment the technical account may act for, as Chorus Pro lists it."""

    _name = "l10n_fr_chorus.structure"
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
    journal_id = fields.Many2one(
        "account.journal",
        "Purchase journal",
        domain="[('type', '=', 'purchase')]",
        check_company=True,
        help="Bills received for this structure go here; "
        "empty: the journal of the connection.",
    )
    received_cursor = fields.Datetime(
        "Received up to",
        readonly=True,
        copy=False,
        help="What changed on Chorus Pro until this moment has been seen.",
    )
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

    def _purchase_journal(self):
        """Journal for the bills of this structure: its own, else the connection's,
        else the company's first; empty if the company has none."""
        self.ensure_one()
        return self.journal_id or self.connection_id._purchase_journal()
