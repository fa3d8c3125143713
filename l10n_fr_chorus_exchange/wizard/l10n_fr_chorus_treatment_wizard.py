from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.l10n_fr_chorus_treatment import REASON_SIZE, TARGETS
from ..tools.notifications import notification


class L10n_Fr_ChorusTreatmentWizard(models.TransientModel):
    """Asks for what an answer needs: a reason, or the number of the payment order."""

    _name = "l10n_fr_chorus.treatment.wizard"
    _description = "Answer on Chorus Pro"

    inbound_id = fields.Many2one(
        "l10n_fr_chorus.inbound", "Document", required=True, readonly=True
    )
    target = fields.Selection(TARGETS, required=True, readonly=True)
    consequence = fields.Text(compute="_compute_consequence")
    needs_reason = fields.Boolean(compute="_compute_consequence")
    reason = fields.Char(size=REASON_SIZE)
    mandate_number = fields.Char("Payment order number")

    @api.depends("target")
    @api.depends_context("lang")
    def _compute_consequence(self):
        sentences = {
            "SUSPENDUE": self.env._(
                "The supplier is asked for what is missing and can add documents to the "
                "same invoice; it then comes back as completed."
            ),
            "REJETEE": self.env._(
                "Final: the supplier must make a new invoice with a new number. The bill "
                "in Odoo stays as it is; cancel it afterwards."
            ),
            "MANDATEE": self.env._(
                "The supplier sees that the payment order was issued. The number is "
                "optional."
            ),
        }
        for wizard in self:
            wizard.consequence = sentences.get(wizard.target, False)
            wizard.needs_reason = wizard.target in ("SUSPENDUE", "REJETEE")

    def action_confirm(self):
        """Queue the answer; the cron sends it."""
        self.ensure_one()
        document = self.inbound_id._check_may_act()
        if document.move_id:
            document.move_id.with_env(self.env).check_access("write")
        treatments = document.treatment_ids
        if not treatments._is_possible(document, self.target):
            raise UserError(
                self.env._(
                    "This answer is already on its way, or the status on Chorus Pro "
                    "(“%s”) no longer allows it.",
                    document.portal_status_label,
                )
            )
        treatments._queue(
            document,
            self.target,
            reason=self.reason,
            mandate_number=self.mandate_number if self.target == "MANDATEE" else "",
        )
        told = notification(self.env._("Will be sent within minutes."))
        told["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return told
