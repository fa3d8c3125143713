from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.chorus_pro import rules
from ..lib.chorus_pro.services.invoices import MAX_COMMENT
from ..models import findings, rule_facts
from ..models.l10n_fr_chorus_correction import RECYCLE
from ..tools.notifications import closing

# What leads an invoice to its desk; the rest of it stays as it was sent.
ROUTING_RULES = frozenset(
    rule.id
    for rule in rules.RULES
    if rule.level is rules.Level.ERROR
    and (rule.subject is rules.Subject.RECIPIENT or rule.term in ("BT-10", "BT-13"))
)


class L10n_Fr_ChorusRecycleWizard(models.TransientModel):
    """Where an invoice that reached the wrong desk is to go instead.

    Nothing of the invoice is read with other rights than those of the person.
    """

    _name = "l10n_fr_chorus.recycle.wizard"
    _description = "Send to another service on Chorus Pro"

    move_id = fields.Many2one("account.move", "Invoice", required=True, readonly=True)
    reason = fields.Char(
        "Reason given",
        related="move_id.l10n_fr_chorus_status_comment",
        related_sudo=False,
        readonly=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Public body",
        required=True,
        compute="_compute_address",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('l10n_fr_chorus_is_public', '=', True)]",
    )
    siret = fields.Char("SIRET", related="partner_id.l10n_fr_chorus_siret")
    demands = fields.Char(related="partner_id.l10n_fr_chorus_demands")
    service_id = fields.Many2one(
        "l10n_fr_chorus.service",
        compute="_compute_service_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('partner_id', '=', partner_id)]",
    )
    service_code = fields.Char(
        compute="_compute_service_code",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="Filled by the service; typed by hand when the list does not have it.",
    )
    engagement = fields.Char(
        "Commitment number",
        compute="_compute_address",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    comment = fields.Text()
    is_elsewhere = fields.Boolean(compute="_compute_is_elsewhere")

    @api.depends("move_id")
    def _compute_address(self):
        for wizard in self:
            move = wizard.move_id
            wizard.partner_id = (
                move.l10n_fr_chorus_sent_to_id or move.commercial_partner_id
            )
            wizard.engagement = move.purchase_order_reference

    @api.depends("move_id", "partner_id")
    def _compute_service_id(self):
        for wizard in self:
            services = wizard.partner_id.l10n_fr_chorus_service_ids
            code = wizard.move_id.buyer_reference
            wizard.service_id = services.filtered(lambda s, c=code: s.code == c)[:1]

    @api.depends("service_id")
    def _compute_service_code(self):
        for wizard in self:
            if wizard.service_id:
                wizard.service_code = wizard.service_id.code
            elif not wizard.is_elsewhere and not wizard.service_code:
                wizard.service_code = wizard.move_id.buyer_reference
            elif wizard.is_elsewhere:
                wizard.service_code = False

    @api.depends("partner_id", "move_id")
    def _compute_is_elsewhere(self):
        for wizard in self:
            customer = wizard.move_id.commercial_partner_id
            wizard.is_elsewhere = wizard.partner_id.commercial_partner_id != customer

    def action_confirm(self):
        """Queue it; the cron sends the invoice on."""
        self.ensure_one()
        moves = self.move_id._l10n_fr_chorus_check_may_correct(RECYCLE)
        self.partner_id.check_access("read")
        self._check_content()
        self.env["l10n_fr_chorus.correction"].sudo()._queue(
            moves,
            RECYCLE,
            comment=self.comment,
            partner_id=self.partner_id.id,
            siret=self.siret,
            service_code=(self.service_code or "").strip() or False,
            engagement=(self.engagement or "").strip() or False,
        )
        return closing(self.env._("Will be sent within minutes."))

    def _check_content(self):
        """:raise UserError: what Chorus Pro would refuse, all of it at once"""
        if len(self.comment or "") > MAX_COMMENT:
            raise UserError(
                self.env._("Chorus Pro takes a comment of %s characters.", MAX_COMMENT)
            )
        partner = self.partner_id
        if not self.siret:
            raise UserError(
                self.env._("Type the SIRET of %s first.", partner.display_name)
            )
        code = (self.service_code or "").strip()
        service = partner.l10n_fr_chorus_service_ids.filtered(
            lambda one: one.code == code
        )[:1]
        facts = rules.Facts(
            today=fields.Date.context_today(self),
            invoice=rules.InvoiceFacts(
                number=self.move_id.name,
                service=code,
                engagement=(self.engagement or "").strip(),
            ),
            recipient=rule_facts.recipient_facts(partner, service),
        )
        wrong = rules.check(facts, only=ROUTING_RULES)
        if wrong:
            raise UserError(
                "\n".join(
                    findings.from_violation(self.move_id, one).sentence for one in wrong
                )
            )
