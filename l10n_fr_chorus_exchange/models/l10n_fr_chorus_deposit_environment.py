from odoo import fields, models
from odoo.exceptions import UserError

from ..lib.chorus_pro import rules
from ..tools.dates import paris_day
from . import findings, rule_facts


class L10nFrChorusDeposit(models.Model):
    """An invoice stays with the environment that has seen it first."""

    _inherit = "l10n_fr_chorus.deposit"

    def _freeze(self, move, document):
        # OVERRIDE: whoever sends without asking the rules first.
        connections = self.env["l10n_fr_chorus.connection"].sudo()
        connection = connections._for_sending(move.company_id, move)
        facts = rules.Facts(
            today=paris_day(fields.Datetime.now()),
            invoice=rules.InvoiceFacts(
                name=move.display_name,
                handed_to=rule_facts.handed_to(move, connection),
            ),
        )
        if broken := rules.check(facts, only=rules.ENVIRONMENT):
            raise UserError(findings.from_violation(move, broken[0]).sentence)
        return super()._freeze(move, document)

    def _has_arrived(self):
        """Whether a portal has had it, or may have: not what was cancelled before."""
        self.ensure_one()
        return bool(
            self.portal_id
            or self.flow_number
            or any(flow.state != "not_sent" for flow in self.flow_ids)
        )
