"""What of a structure a person sets, and the one fact a person may put back."""

from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.dates import PARIS, paris_day, to_utc
from ..tools.facts import check_created_without_facts, check_no_facts
from ..tools.roles import ADMINISTRATOR, check_role


class L10n_Fr_ChorusStructure(models.Model):
    _inherit = "l10n_fr_chorus.structure"

    @api.model_create_multi
    def create(self, vals_list):
        check_created_without_facts(self, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if "connection_id" in vals:
            # With its connection goes the account that acts for it.
            self.connection_id._check_is_system()
        check_no_facts(self, vals)
        return super().write(vals)

    def action_look_again(self):
        """The window that asks from which day on."""
        self.ensure_one()
        self._check_may_look_again()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Look again for documents"),
            "res_model": "l10n_fr_chorus.look.again",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_structure_id": self.id},
        }

    def _look_again_from(self, day):
        """Ask once more for what changed since this day; what is known is not doubled.

        The way out when the place reached is wrong, such as a day that is yet to come.

        :param date day: in Paris, today at the latest; None: all that is still open there
        :raise UserError: a day to come, of which the portal would be asked nothing
        """
        self.ensure_one()
        self._check_may_look_again()
        if day and day > paris_day(fields.Datetime.now()):
            raise UserError(self.env._("Choose today or an earlier day."))
        start = day and datetime.combine(day, time.min, tzinfo=PARIS)
        # Nobody types this; the role was checked.
        structure = self.sudo()
        since = to_utc(start or None) or False
        structure.received_cursor = since
        # Asked for by a person: all that changed since that day, also before the first
        # look. Without a day, this is a first look again.
        structure.changes_from = (
            since and structure.changes_from and min(since, structure.changes_from)
        )
        structure.connection_id.looked_at = False
        self.env["l10n_fr_chorus.inbound"].sudo()._wake_receiver()

    def _check_may_look_again(self):
        check_role(self.env, ADMINISTRATOR, "base.group_system")
        self.check_access("write")
