from odoo import api, fields, models
from odoo.exceptions import UserError


class L10n_Fr_ChorusInboundImport(models.TransientModel):
    """Puts files downloaded from the portal by hand into the inbox."""

    _name = "l10n_fr_chorus.inbound.import"
    _description = "Import files of Chorus Pro"

    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection",
        required=True,
        domain="[('can_receive', '=', True)]",
        default=lambda self: self._default_connection(),
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Files", help="PIVOT or ZIP of Chorus Pro, or a PDF."
    )

    @api.model
    def _default_connection(self):
        connection = self.env["l10n_fr_chorus.connection"]._for_company(
            self.env.company
        )
        return connection.filtered("can_receive")

    def action_import(self):
        """All the files or none: what is wrong with one is told before anything stays."""
        self.ensure_one()
        self.env["account.move"].check_access("create")
        self.connection_id.check_access("read")
        if not (self.connection_id.active and self.connection_id.can_receive):
            raise UserError(
                self.env._("%s does not receive.", self.connection_id.display_name)
            )
        if not self.attachment_ids:
            raise UserError(self.env._("Choose a file first."))
        # Users read the inbox only; whether they may act was checked first.
        inbox = self.env["l10n_fr_chorus.inbound"].sudo()
        documents = inbox.browse()
        for attachment in self.attachment_ids:
            with attachment._l10n_fr_chorus_open() as source:
                documents |= inbox._import_file(
                    self.connection_id, attachment.name, source
                )
        # Not what hangs on another record, should somebody name it over the API.
        self.attachment_ids.filtered(
            lambda one: not one.res_id or one.res_model == self._name
        ).unlink()
        inbox._wake_receiver()
        return documents.with_env(self.env)._get_records_action(
            name=self.env._("Imported")
        )
