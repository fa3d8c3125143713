from odoo import api, fields, models
from odoo.exceptions import UserError


class L10n_Fr_ChorusDirectoryWizard(models.TransientModel):
    """Starts an import of the directory."""

    _name = "l10n_fr_chorus.directory.wizard"
    _description = "Import the Chorus Pro directory"

    source = fields.Selection(
        [("portal", "Fetch it from Chorus Pro"), ("file", "Import a file")],
        required=True,
        default=lambda self: self._default_source(),
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Files",
        help="The directory as Chorus Pro publishes it: XLSX, the CSV of structures and "
        "that of services, or a ZIP of them.",
    )

    @api.model
    def _default_source(self):
        connection = self._connection()
        return "portal" if connection and connection._is_of_directory() else "file"

    @api.model
    def _connection(self):
        return self.env["l10n_fr_chorus.connection"]._for_questions(self.env.company)

    def action_import(self):
        """Begin; the work goes on without the person, and its record shows how far."""
        self.ensure_one()
        # Users only read imports; that they may use this wizard was checked.
        runs = self.env["l10n_fr_chorus.directory.import"].sudo()
        if self.source == "portal":
            connection = self._connection()
            if not connection:
                raise UserError(
                    self.env._(
                        "%s has no connection to Chorus Pro. Make one, or import a file.",
                        self.env.company.name,
                    )
                )
            connection._check_directory()
            values = runs._portal_values(connection)
        else:
            if not self.attachment_ids:
                raise UserError(self.env._("Choose a file first."))
            values = {
                "name": ", ".join(self.attachment_ids.mapped("name")),
                "attachment_ids": [(6, 0, self._own_attachments().ids)],
            }
        run = runs._start(values).with_env(self.env)
        return {
            "type": "ir.actions.act_window",
            "res_model": run._name,
            "res_id": run.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "name": self.env._("Import of the directory"),
        }

    def _own_attachments(self):
        """:raise UserError: a file that hangs on another record, named over the API"""
        if any(
            one.res_id and one.res_model != self._name for one in self.attachment_ids
        ):
            raise UserError(self.env._("Choose a file first."))
        return self.attachment_ids
