from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.account_move_correction import WITH_SECOND_VALIDATOR
from ..models.l10n_fr_chorus_correction import CORRECT_VALIDATOR
from ..tools.notifications import closing


class L10n_Fr_ChorusValidatorWizard(models.TransientModel):
    """Who is to validate an invoice whose validator was the wrong one."""

    _name = "l10n_fr_chorus.validator.wizard"
    _description = "Correct the validator on Chorus Pro"

    move_id = fields.Many2one("account.move", "Invoice", required=True, readonly=True)
    reason = fields.Char(
        "Reason given",
        related="move_id.l10n_fr_chorus_status_comment",
        related_sudo=False,
        readonly=True,
    )
    former_id = fields.Many2one("res.partner", "So far", compute="_compute_former_id")
    partner_id = fields.Many2one(
        "res.partner",
        "New validator",
        required=True,
        domain="[('is_company', '=', True)]",
    )
    siret = fields.Char("SIRET", related="partner_id.l10n_fr_chorus_siret")

    @api.depends("move_id")
    def _compute_former_id(self):
        for wizard in self:
            move = wizard.move_id
            # Of the second one the invoice knows nothing.
            is_second = move.l10n_fr_chorus_status in WITH_SECOND_VALIDATOR
            wizard.former_id = not is_second and move.l10n_fr_chorus_validator_id

    def action_confirm(self):
        """Queue it; the cron names the new validator."""
        self.ensure_one()
        moves = self.move_id._l10n_fr_chorus_check_may_correct(CORRECT_VALIDATOR)
        self.partner_id.check_access("read")
        if not self.siret:
            raise UserError(
                self.env._("Type the SIRET of %s first.", self.partner_id.display_name)
            )
        self.env["l10n_fr_chorus.correction"].sudo()._queue(
            moves, CORRECT_VALIDATOR, partner_id=self.partner_id.id, siret=self.siret
        )
        return closing(self.env._("Will be sent within minutes."))
