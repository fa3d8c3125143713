from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.l10n_fr_chorus_treatment import (
    REASON_NEEDED,
    REASON_SIZE,
    REFUSALS,
    ROLES,
    WITH_REASON,
)
from ..tools.notifications import closing
from ..tools.roles import OFFICER

# Context of the window: the documents to answer, and whether refusals alone are offered.
DOCUMENTS = "l10n_fr_chorus_documents"
REFUSED = "l10n_fr_chorus_refused"
# The reasons not to answer that are written out in a batch; the list shows them all.
MOST_REASONS = 50


class L10n_Fr_ChorusTreatmentWizard(models.TransientModel):
    """Asks for what an answer needs, for one invoice or for many."""

    _name = "l10n_fr_chorus.treatment.wizard"
    _description = "Answer on Chorus Pro"

    target = fields.Selection("_selection_target", "Answer", required=True)
    # A radio button cannot leave out a value: the question about a bill given up has its
    # own.
    refusal = fields.Selection("_selection_refusal", "What to tell")
    has_choice = fields.Boolean(readonly=True)
    line_ids = fields.One2many(
        "l10n_fr_chorus.treatment.wizard.line", "wizard_id", "Invoices"
    )
    is_single = fields.Boolean(compute="_compute_counts")
    answered_count = fields.Integer(compute="_compute_counts")
    left_out_count = fields.Integer(compute="_compute_counts")
    problem = fields.Text(compute="_compute_counts")
    consequence = fields.Text(compute="_compute_consequence")
    takes_reason = fields.Boolean(compute="_compute_consequence")
    needs_reason = fields.Boolean(compute="_compute_consequence")
    is_cancelled = fields.Boolean(
        compute="_compute_is_cancelled", help="The bill was given up in Odoo."
    )
    reason_id = fields.Many2one(
        "l10n_fr_chorus.refusal.reason",
        "Usual reason",
        domain="reason_domain",
    )
    reason_domain = fields.Binary(compute="_compute_consequence")
    reason = fields.Char("In your words", size=REASON_SIZE)
    told = fields.Text("The supplier reads", compute="_compute_told")
    is_cut = fields.Boolean(compute="_compute_told")
    mandate_number = fields.Char("Payment order number")

    @api.model
    def _selection_target(self):
        """The answers of the user's roles."""
        answers = self.env["l10n_fr_chorus.treatment"]._fields["target"]
        return [
            (target, label)
            for target, label in answers._description_selection(self.env)
            if self.env.user.has_group(ROLES.get(target, OFFICER))
        ]

    @api.model
    def _selection_refusal(self):
        return [one for one in self._selection_target() if one[0] in REFUSALS]

    @api.model
    def default_get(self, fields_list):
        # OVERRIDE: a line for each document, without a query for each.
        values = super().default_get(fields_list)
        ids = self.env.context.get(DOCUMENTS, [])
        if ids and "line_ids" in fields_list:
            values["line_ids"] = [Command.create({"inbound_id": one}) for one in ids]
        if "target" in fields_list and not values.get("target"):
            refused = self.env.context.get(REFUSED)
            values["target"] = self._first_possible(ids, refused)
            values["has_choice"] = not refused
            values["refusal"] = refused and values["target"]
        return values

    def _first_possible(self, ids, refused):
        documents = self.env["l10n_fr_chorus.inbound"].browse(ids)
        documents.check_access("read")
        treatments = self.env["l10n_fr_chorus.treatment"]
        choices = self._selection_refusal() if refused else self._selection_target()
        for target, _label in choices:
            if any(treatments._is_possible(one, target) for one in documents.sudo()):
                return target
        return choices[0][0] if choices else False

    # -------------------------------------------------------------------------
    # COMPUTES
    # -------------------------------------------------------------------------

    @api.depends("line_ids.problem")
    def _compute_counts(self):
        for wizard in self:
            problems = wizard.line_ids.filtered("problem")
            wizard.is_single = len(wizard.line_ids) == 1
            wizard.left_out_count = len(problems)
            wizard.answered_count = len(wizard.line_ids) - len(problems)
            wizard.problem = wizard.is_single and problems.problem

    @api.depends("target", "is_cancelled")
    @api.depends_context("lang")
    def _compute_consequence(self):
        sentences = self._consequences()
        for wizard in self:
            wizard.consequence = sentences.get(wizard.target, False)
            if wizard.target == "REJETEE" and wizard.is_cancelled:
                wizard.consequence = self.env._(
                    "Final: the supplier must make a new invoice with a new number."
                )
            wizard.takes_reason = wizard.target in WITH_REASON
            wizard.needs_reason = wizard.target in REASON_NEEDED
            wizard.reason_domain = wizard.reason_id._domain_for(wizard.target)

    def _consequences(self):
        """What each answer does, one sentence or two."""
        return {
            "SUSPENDUE": self.env._(
                "The supplier is asked for what is missing and can add documents to the "
                "same invoice; it then comes back as completed."
            ),
            "REJETEE": self.env._(
                "Final: the supplier must make a new invoice with a new number. The bill "
                "in Odoo stays as it is; cancel it afterwards."
            ),
            "A_RECYCLER": self.env._(
                "The supplier is asked to send the same invoice to the right SIRET, "
                "service or commitment number. The bill in Odoo stays as it is."
            ),
            "MISE_A_DISPOSITION": self.env._(
                "The invoice is on your desk again; the supplier need not add anything."
            ),
            "SERVICE_FAIT": self.env._(
                "The supplier sees that what it delivered is accepted."
            ),
            "MANDATEE": self.env._(
                "The supplier sees that the payment order was issued. The number is "
                "optional."
            ),
            "MISE_A_DISPOSITION_COMPTABLE": self.env._(
                "The supplier sees that the accountant has the payment order."
            ),
            "COMPTABILISEE": self.env._(
                "The supplier sees that the accountant has booked the payment order."
            ),
            "MISE_EN_PAIEMENT": self.env._(
                "Final: the supplier sees that it is being paid. This pays nothing."
            ),
        }

    @api.depends("reason_id", "reason", "target")
    def _compute_told(self):
        for wizard in self:
            words = wizard._reason_words()
            wizard.told = words[:REASON_SIZE]
            wizard.is_cut = len(words) > REASON_SIZE

    def _reason_words(self):
        if self.target not in WITH_REASON:
            return ""
        parts = (self.reason_id.name, self.reason)
        return " - ".join(" ".join(part.split()) for part in parts if part)

    @api.depends("line_ids")
    def _compute_is_cancelled(self):
        for wizard in self:
            moves = wizard.sudo().line_ids.inbound_id.move_id
            wizard.is_cancelled = bool(moves) and all(
                move.state == "cancel" for move in moves
            )

    @api.onchange("refusal")
    def _onchange_refusal(self):
        if self.refusal:
            self.target = self.refusal

    @api.onchange("target")
    def _onchange_target(self):
        if self.reason_id and not self.reason_id.filtered_domain(self.reason_domain):
            self.reason_id = False

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_confirm(self):
        """Queue the answers; the cron sends them."""
        self.ensure_one()
        documents = self._check_may_act()
        answered = self.line_ids.filtered(lambda line: not line.problem)
        if not answered:
            raise UserError(
                self.line_ids[:1].problem
                or self.env._("There is no invoice to answer.")
            )
        treatments = documents.treatment_ids
        values = {
            "reason": self._reason_words(),
            "reason_id": self.reason_id.id if self.takes_reason else False,
        }
        if self.is_single:
            treatments._queue(
                documents,
                self.target,
                mandate_number=self.mandate_number if self.target == "MANDATEE" else "",
                **values,
            )
            self._calm(documents)
            return closing(self.env._("Will be sent within minutes."))
        batch = treatments._queue_batch(
            self.target,
            [line._answer() for line in answered],
            left_out=self._left_out(),
            **values,
        )
        self._calm(answered.inbound_id.sudo())
        return batch.with_env(self.env)._get_records_action(name=batch.label)

    def _check_may_act(self):
        """The documents with all rights, for whoever may answer them."""
        documents = self.line_ids.inbound_id
        self.env["l10n_fr_chorus.treatment"]._check_role([self.target])
        moves = documents.sudo().move_id
        if moves:
            documents.check_access("read")
            moves.with_env(self.env).check_access("write")
        if any(not document.move_id for document in documents.sudo()):
            documents._check_may_bill()
        # Users read answers only; the rights were checked just now.
        return documents.sudo()

    def _left_out(self):
        """The invoices that are not answered, a line each."""
        problems = self.line_ids.filtered("problem")
        lines = [
            f"{line.inbound_id.display_name}: {line.problem}"
            for line in problems[:MOST_REASONS]
        ]
        if len(problems) > MOST_REASONS:
            more = len(problems) - MOST_REASONS
            lines.append(self.env._("And %s more.", more))
        return "\n".join(lines)

    @api.model
    def _calm(self, documents):
        """Whoever answers has decided what becomes of a cancelled bill."""
        documents.move_id._l10n_fr_chorus_settle_given_up()

    def action_leave(self):
        """The bill is given up in Odoo, and Chorus Pro is told nothing."""
        self.ensure_one()
        self._calm(self._check_may_act())
        return closing(self.env._("Nothing was told to Chorus Pro."))


class L10n_Fr_ChorusTreatmentWizardLine(models.TransientModel):
    _name = "l10n_fr_chorus.treatment.wizard.line"
    _description = "Invoice to answer on Chorus Pro"

    wizard_id = fields.Many2one(
        "l10n_fr_chorus.treatment.wizard", required=True, ondelete="cascade"
    )
    inbound_id = fields.Many2one(
        "l10n_fr_chorus.inbound", "Document", required=True, readonly=True
    )
    # With the rights of the user: anybody can name any document over the API.
    move_id = fields.Many2one(related="inbound_id.move_id", related_sudo=False)
    supplier_name = fields.Char(related="inbound_id.supplier_name", related_sudo=False)
    amount_total = fields.Monetary(
        related="inbound_id.amount_total", related_sudo=False
    )
    currency_id = fields.Many2one(related="inbound_id.currency_id", related_sudo=False)
    portal_status_label = fields.Char(
        related="inbound_id.portal_status_label", related_sudo=False
    )
    mandate_number = fields.Char("Payment order number")
    problem = fields.Char("Not answered", compute="_compute_problem")

    @api.depends("inbound_id", "wizard_id.target")
    def _compute_problem(self):
        treatments = self.env["l10n_fr_chorus.treatment"]
        self.inbound_id.check_access("read")
        for line in self:
            target = line.wizard_id.target
            document = line.sudo().inbound_id
            line.problem = target and treatments._why_not(document, target)

    def _answer(self):
        """The document and its payment order number."""
        self.ensure_one()
        is_mandate = self.wizard_id.target == "MANDATEE"
        return self.inbound_id, self.mandate_number if is_mandate else ""
