from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..tools.roles import OFFICER
from .l10n_fr_chorus_treatment import (
    BOOK,
    CERTIFY,
    HAND_OVER,
    MANDATE,
    PAY,
    REDIRECT,
    REJECT,
    SUSPEND,
    TAKE_BACK,
)
from .status_labels import status_label

# Who sees the inbox; others who handle invoices (sales, purchase) have no access to it.
READERS = "account.group_account_invoice,account.group_account_readonly"
# What can be answered now, a field each: buttons are shown only when they do something.
ANSWERS = {
    "l10n_fr_chorus_can_suspend": SUSPEND,
    "l10n_fr_chorus_can_reject": REJECT,
    "l10n_fr_chorus_can_redirect": REDIRECT,
    "l10n_fr_chorus_can_take_back": TAKE_BACK,
    "l10n_fr_chorus_can_certify": CERTIFY,
    "l10n_fr_chorus_can_mandate": MANDATE,
    "l10n_fr_chorus_can_hand_over": HAND_OVER,
    "l10n_fr_chorus_can_book": BOOK,
    "l10n_fr_chorus_can_announce": PAY,
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
        search="_search_l10n_fr_chorus_inbound_id",
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
    l10n_fr_chorus_can_redirect = fields.Boolean(
        "Can be sent back as misaddressed",
        compute="_compute_l10n_fr_chorus_answers",
        compute_sudo=True,
    )
    l10n_fr_chorus_can_take_back = fields.Boolean(
        "Can be taken up again",
        compute="_compute_l10n_fr_chorus_answers",
        compute_sudo=True,
    )
    l10n_fr_chorus_can_certify = fields.Boolean(
        "Can be certified as done",
        compute="_compute_l10n_fr_chorus_answers",
        compute_sudo=True,
    )
    l10n_fr_chorus_can_mandate = fields.Boolean(
        "Can have its payment order issued",
        compute="_compute_l10n_fr_chorus_answers",
        compute_sudo=True,
    )
    l10n_fr_chorus_can_hand_over = fields.Boolean(
        "Can be handed over to the accountant",
        compute="_compute_l10n_fr_chorus_answers",
        compute_sudo=True,
    )
    l10n_fr_chorus_can_book = fields.Boolean(
        "Can be told as booked",
        compute="_compute_l10n_fr_chorus_answers",
        compute_sudo=True,
    )
    l10n_fr_chorus_can_announce = fields.Boolean(
        "Can be told as being paid",
        compute="_compute_l10n_fr_chorus_answers",
        compute_sudo=True,
    )

    @api.depends("l10n_fr_chorus_inbound_ids")
    def _compute_l10n_fr_chorus_inbound_id(self):
        for move in self:
            # One that the portal knows can be answered; a file imported by hand cannot.
            documents = move.l10n_fr_chorus_inbound_ids
            listed = documents.filtered(lambda d: d._has_portal_id())
            move.l10n_fr_chorus_inbound_id = (listed or documents)[:1]

    def _search_l10n_fr_chorus_inbound_id(self, operator, value):
        # Also what has a change of a document recompute what its bill shows of it.
        return [("l10n_fr_chorus_inbound_ids", operator, value)]

    @api.depends(
        "l10n_fr_chorus_inbound_ids.portal_status",
        "l10n_fr_chorus_inbound_ids.connection_id.is_read_only",
        "l10n_fr_chorus_inbound_ids.answer_due",
        "l10n_fr_chorus_treatment_ids.state",
        "l10n_fr_chorus_treatment_ids.error",
        "l10n_fr_chorus_treatment_ids.is_withdrawn",
    )
    @api.depends_context("lang", "uid")
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
            # Our troubles are none of a supplier's business.
            move.l10n_fr_chorus_answer_summary = not self.env.user.share and (
                document._due_words() or move._l10n_fr_chorus_words(answers[-1:])
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
        words = (
            sentences[treatment.state],
            treatment._withdrawal_words(),
            treatment.error,
        )
        return " ".join(filter(None, words))

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_warn(self, summary, sentence, user, problem):
        """An activity for whoever gave the answer that did not pass, or for a colleague."""
        self.ensure_one()
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            # It may hold words of the portal.
            note=plaintext2html(sentence),
            user_id=self._l10n_fr_chorus_person(user).id,
            l10n_fr_chorus_problem=problem,
        )

    def _l10n_fr_chorus_person(self, user):
        """Somebody who works here: crons answer and make bills under a robot's name."""
        document = self.sudo().l10n_fr_chorus_inbound_id
        connection = document.connection_id
        [*in_charge] = document._settings()[2] if document else ()
        [officers, accountants] = (
            self.env.ref(group).sudo().all_user_ids
            for group in (OFFICER, "account.group_account_invoice")
        )
        candidates = [
            user,
            *in_charge,
            self.invoice_user_id,
            self.create_uid,
            connection.write_uid,
            connection.create_uid,
            *officers.sorted("id"),
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

    def _l10n_fr_chorus_open_wizard(self, target=None, refused=False):
        self.check_access("write")
        documents = self.sudo().l10n_fr_chorus_inbound_ids
        if not documents:
            raise UserError(
                self.env._("None of these bills was received from Chorus Pro.")
            )
        # The user's rights decide what the window offers.
        return documents.sudo(False)._open_wizard(target, refused)

    def action_l10n_fr_chorus_answer(self):
        """The window for the bills ticked, or with all that this one can be told."""
        return self._l10n_fr_chorus_open_wizard()

    def action_l10n_fr_chorus_suspend(self):
        return self._l10n_fr_chorus_open_wizard(SUSPEND)

    def action_l10n_fr_chorus_reject(self):
        return self._l10n_fr_chorus_open_wizard(REJECT)

    def action_l10n_fr_chorus_redirect(self):
        return self._l10n_fr_chorus_open_wizard(REDIRECT)

    def action_l10n_fr_chorus_take_back(self):
        return self._l10n_fr_chorus_open_wizard(TAKE_BACK)

    def action_l10n_fr_chorus_certify(self):
        return self._l10n_fr_chorus_open_wizard(CERTIFY)

    def action_l10n_fr_chorus_mandate(self):
        return self._l10n_fr_chorus_open_wizard(MANDATE)

    def action_l10n_fr_chorus_hand_over(self):
        return self._l10n_fr_chorus_open_wizard(HAND_OVER)

    def action_l10n_fr_chorus_book(self):
        return self._l10n_fr_chorus_open_wizard(BOOK)

    def action_l10n_fr_chorus_announce(self):
        return self._l10n_fr_chorus_open_wizard(PAY)

    def action_l10n_fr_chorus_open_document(self):
        self.ensure_one()
        return self.l10n_fr_chorus_inbound_id._get_records_action()
