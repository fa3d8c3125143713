from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.roles import RECEIVER, check_role


class L10n_Fr_ChorusInboundImport(models.TransientModel):
    """Puts files downloaded from the portal by hand into the inbox."""

    _name = "l10n_fr_chorus.inbound.import"
    _description = "Import files of Chorus Pro"

    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection",
        required=True,
        domain="[('can_receive', '=', True), "
        "('company_id', 'in', allowed_company_ids)]",
        default=lambda self: self._default_connection(),
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Files", help="PIVOT or ZIP of Chorus Pro, or a PDF."
    )

    @api.model
    def _default_connection(self):
        connection = self.env["l10n_fr_chorus.connection"]._for_receiving(
            self.env.company
        )
        return connection.filtered(
            lambda one: one.can_receive and one.company_id in self.env.companies
        )

    def action_import(self):
        """All the files or none: what is wrong with one is told before anything stays."""
        self.ensure_one()
        check_role(self.env, RECEIVER)
        self.env["account.move"].check_access("create")
        self.connection_id._check_received_by_hand()
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
