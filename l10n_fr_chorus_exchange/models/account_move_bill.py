from odoo import api, fields, models

from .status_labels import status_label

# Who sees the inbox; others who handle invoices (sales, purchase) have no access to it.
READERS = "account.group_account_invoice,account.group_account_readonly"
PAID_STATES = ("paid", "in_payment")
ANSWERS = {
    "l10n_fr_chorus_can_suspend": "SUSPENDUE",
    "l10n_fr_chorus_can_reject": "REJETEE",
    "l10n_fr_chorus_can_mandate": "MANDATEE",
}


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_fr_chorus_inbound_ids = fields.One2many(
        "l10n_fr_chorus.inbound",
        "move_id",
        "Chorus Pro documents",
        copy=False,
        groups=READERS,
    )
    l10n_fr_chorus_inbound_id = fields.Many2one(
        "l10n_fr_chorus.inbound",
        "Chorus Pro document",
        compute="_compute_l10n_fr_chorus_inbound_id",
        compute_sudo=True,
        groups=READERS,
    )
    l10n_fr_chorus_treatment_ids = fields.One2many(
        "l10n_fr_chorus.treatment",
        "move_id",
        "Chorus Pro answers",
        copy=False,
        groups=READERS,
    )
    l10n_fr_chorus_mandate_number = fields.Char(
        "Payment order number",
        compute="_compute_l10n_fr_chorus_answers",
        compute_sudo=True,
    )
    l10n_fr_chorus_answer_summary = fields.Text(
        "Your answer",
        compute="_compute_l10n_fr_chorus_answers",
        compute_sudo=True,
    )
    l10n_fr_chorus_can_suspend = fields.Boolean(
        "Can be suspended",
        compute="_compute_l10n_fr_chorus_answers",
        compute_sudo=True,
    )
    l10n_fr_chorus_can_reject = fields.Boolean(
        "Can be rejected",
        compute="_compute_l10n_fr_chorus_answers",
        compute_sudo=True,
    )
    l10n_fr_chorus_can_mandate = fields.Boolean(
        "Can have its payment order issued",
        compute="_compute_l10n_fr_chorus_answers",
        compute_sudo=True,
    )

    @api.depends("l10n_fr_chorus_inbound_ids")
    def _compute_l10n_fr_chorus_inbound_id(self):
        for move in self:
            move.l10n_fr_chorus_inbound_id = move.l10n_fr_chorus_inbound_ids[:1]

    @api.depends(
        "l10n_fr_chorus_inbound_ids.portal_status",
        "l10n_fr_chorus_treatment_ids.state",
        "l10n_fr_chorus_treatment_ids.error",
    )
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_answers(self):
        treatments = self.env["l10n_fr_chorus.treatment"]
        for move in self:
            document = move.l10n_fr_chorus_inbound_id
            for field, target in ANSWERS.items():
                move[field] = bool(document) and treatments._is_possible(
                    document, target
                )
            answers = move.l10n_fr_chorus_treatment_ids.sorted("id")
            mandates = answers.filtered(
                lambda t: t.state == "done" and t.mandate_number
            )
            move.l10n_fr_chorus_mandate_number = mandates[-1:].mandate_number
            move.l10n_fr_chorus_answer_summary = move._l10n_fr_chorus_words(
                answers[-1:]
            )

    def _l10n_fr_chorus_words(self, treatment):
        """The last answer in one sentence, while it is not yet the status over there."""
        if not treatment or treatment.state in ("done", "cancelled"):
            return False
        label = status_label(self.env, treatment.target)
        sentences = {
            "ready": self.env._(
                "“%s” will be told to Chorus Pro within minutes.", label
            ),
            "sending": self.env._("“%s” is being told to Chorus Pro.", label),
            "unknown": self.env._(
                "“%s” was sent, no answer came. Odoo is checking on Chorus Pro.", label
            ),
            "refused": self.env._("Chorus Pro refused “%s”.", label),
        }
        return " ".join(filter(None, [sentences[treatment.state], treatment.error]))

    # -------------------------------------------------------------------------
    # PAYMENT
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_is_paid(self):
        self.ensure_one()
        return self.payment_state in PAID_STATES

    def _invoice_paid_hook(self):
        # EXTENDS 'account'
        res = super()._invoice_paid_hook()
        # Whoever reconciles a payment need not see the inbox.
        for move in self.sudo().filtered("l10n_fr_chorus_inbound_ids"):
            move._l10n_fr_chorus_announce_payment()
        return res

    def _l10n_fr_chorus_announce_payment(self):
        """Tell the supplier, once, that the payment is under way."""
        # Whoever may pay a bill only reads its answers.
        document = self.sudo().l10n_fr_chorus_inbound_id
        told = document.treatment_ids.filtered(
            lambda t: (
                t.target == "MISE_EN_PAIEMENT"
                and t.state not in ("refused", "cancelled")
            )
        )
        treatments = document.treatment_ids
        if (
            document.connection_id.announce_payment
            and self._l10n_fr_chorus_is_paid()
            and not told
            and treatments._is_possible(document, "MISE_EN_PAIEMENT")
        ):
            treatments._queue(document, "MISE_EN_PAIEMENT")

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_warn(self, summary, sentence, user):
        """An activity for whoever gave the answer that did not pass, or for a colleague."""
        self.ensure_one()
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=sentence,
            user_id=self._l10n_fr_chorus_person(user).id,
        )

    def _l10n_fr_chorus_person(self, user):
        """Somebody who works here: crons answer and make bills under a robot's name."""
        connection = self.sudo().l10n_fr_chorus_inbound_id.connection_id
        accountants = self.env.ref("account.group_account_invoice").sudo().all_user_ids
        candidates = [
            user,
            self.invoice_user_id,
            self.create_uid,
            connection.write_uid,
            connection.create_uid,
            *accountants.sorted("id"),
        ]
        for person in candidates:
            if (
                person.active
                and not person._is_superuser()
                and self.company_id in person.company_ids
            ):
                return person
        return user

    def _l10n_fr_chorus_open_wizard(self, target):
        self.ensure_one()
        self.check_access("write")
        return self.sudo().l10n_fr_chorus_inbound_id._open_wizard(target)

    def action_l10n_fr_chorus_suspend(self):
        return self._l10n_fr_chorus_open_wizard("SUSPENDUE")

    def action_l10n_fr_chorus_reject(self):
        return self._l10n_fr_chorus_open_wizard("REJETEE")

    def action_l10n_fr_chorus_mandate(self):
        return self._l10n_fr_chorus_open_wizard("MANDATEE")

    def action_l10n_fr_chorus_open_document(self):
        self.ensure_one()
        return self.l10n_fr_chorus_inbound_id._get_records_action()
