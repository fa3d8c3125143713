from odoo import api, fields, models
from odoo.tools import plaintext2html

from ..lib.chorus_pro.status_actions import RECIPIENT
from ..tools.roles import SENDER
from .situations import calls_somebody
from .status_labels import status_label

# Troubles of an invoice; each has at most one open activity.
DEPOSIT = "deposit"
STATUS = "status"
DIFFERENCE = "difference"
PREFIX = "Chorus Pro"


class AccountMove(models.Model):
    """Activities: one per problem, to the person in charge, closed when it is gone."""

    _inherit = "account.move"

    l10n_fr_chorus_told = fields.Json(
        "Problems told",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="For each problem, the event that a person was told about.",
    )

    def _l10n_fr_chorus_alert(
        self, sentence, summary=None, *, problem=DEPOSIT, event=None
    ):
        """An activity for the person in charge; the sentence goes with it.

        :param summary: what to do; by default correcting and sending again
        :param problem: an open activity about the same problem is rewritten instead
        :param event: what happened, in a few characters; told once, also when the
            person marked the activity as done since. None: always told
        """
        self.ensure_one()
        move = self.sudo()
        if event:
            told = move.l10n_fr_chorus_told or {}
            if told.get(problem) == event:
                return
            move.l10n_fr_chorus_told = {**told, problem: event}
        vals = {
            "summary": summary or self.env._("Chorus Pro: correct and send again"),
            # Words of the portal are no HTML.
            "note": plaintext2html(sentence),
        }
        activities = self._l10n_fr_chorus_activities(problem)
        if activities:
            activities.write(vals)
            return
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=self._l10n_fr_chorus_in_charge().id,
            l10n_fr_chorus_problem=problem,
            **vals,
        )

    def _l10n_fr_chorus_calm(self, problem=DEPOSIT):
        """The problem is gone, and so is its activity; the next one is news.

        Without a word in the chatter, which says already what changed.
        """
        self._l10n_fr_chorus_activities(problem).unlink()
        for move in self.sudo():
            told = dict(move.l10n_fr_chorus_told or {})
            if told.pop(problem, None):
                move.l10n_fr_chorus_told = told or False

    def _l10n_fr_chorus_activities(self, problem=DEPOSIT):
        """Open activities of ours about a problem."""
        return (
            self.sudo()
            .activity_ids.filtered("automated")
            .filtered(lambda activity: _problem_of(activity) == problem)
        )

    # -------------------------------------------------------------------------
    # STATUS
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_note(self, code, at, comment):
        before = self.l10n_fr_chorus_status
        res = super()._l10n_fr_chorus_note(code, at, comment)
        self._l10n_fr_chorus_tell_status(before)
        return res

    def _l10n_fr_chorus_tell_status(self, before):
        """Open or close the activity about the status, according to what it is now."""
        self.ensure_one()
        side = self._l10n_fr_chorus_side()
        code = self.l10n_fr_chorus_status
        if side == RECIPIENT and before == code:
            # A bill that came like that: nobody here had asked for anything.
            return
        if not code or not self._l10n_fr_chorus_needs_person(side, code):
            if self._l10n_fr_chorus_was_told(STATUS):
                self._l10n_fr_chorus_calm(STATUS)
            return
        since = self.l10n_fr_chorus_status_at
        # The history counts in minutes, the searches in milliseconds.
        event = f"{code} {since:%Y-%m-%d %H:%M}" if since else code
        self._l10n_fr_chorus_alert(
            self.l10n_fr_chorus_summary or status_label(self.env, code),
            self.env._("Chorus Pro: %s", status_label(self.env, code)),
            problem=STATUS,
            event=event,
        )

    def _l10n_fr_chorus_needs_person(self, side, code):
        if self.state == "cancel":
            return False
        if side == RECIPIENT and self.payment_state == "paid":
            return False
        return calls_somebody(code, side)

    def _l10n_fr_chorus_was_told(self, problem):
        return bool((self.sudo().l10n_fr_chorus_told or {}).get(problem))

    # -------------------------------------------------------------------------
    # DIFFERENCES
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_tell_differences(self):
        """Open or close the activity about where Odoo and the portal disagree."""
        self.ensure_one()
        differences = (
            self.sudo()
            .l10n_fr_chorus_difference_ids.filtered(lambda one: one.state == "open")
            .sorted("id")
        )
        if differences:
            self._l10n_fr_chorus_alert(
                "\n".join(differences.mapped("label")),
                self.env._("Chorus Pro: settle what differs"),
                problem=DIFFERENCE,
                event=" ".join(f"{one.id}:{one.theirs or ''}" for one in differences),
            )
        elif self._l10n_fr_chorus_was_told(DIFFERENCE):
            self._l10n_fr_chorus_calm(DIFFERENCE)

    # -------------------------------------------------------------------------
    # END
    # -------------------------------------------------------------------------

    def button_cancel(self):
        # EXTENDS 'account': there is nothing left to correct.
        res = super().button_cancel()
        for move in self.filtered(lambda m: m.state == "cancel"):
            if move.l10n_fr_chorus_deposit_state:
                move._l10n_fr_chorus_calm()
            for problem in move.sudo().l10n_fr_chorus_told or {}:
                move._l10n_fr_chorus_calm(problem)
        return res

    def _l10n_fr_chorus_in_charge(self):
        """Who sees to this invoice.

        The person whom the company names for it; otherwise its salesperson, who sent it,
        who made it. Nobody who has left, no robot, nobody who may not change it
        or not send it; a sender of the company instead.
        """
        sender = self.sudo().l10n_fr_chorus_deposit_ids.sorted("id")[-1:].create_uid
        # Rights are those in all companies of the person, whatever ours are now.
        move = self.with_context(allowed_company_ids=[])
        named = self.company_id.sudo().l10n_fr_chorus_user_id
        for user in (*named, *self.invoice_user_id, *sender, *self.create_uid):
            if (
                user.active
                and not user.share
                # Whom the company names may see to it by telling a colleague.
                and (user in named or user.has_group(SENDER))
                and move.with_user(user).has_access("write")
            ):
                return user
        accountant = self._l10n_fr_chorus_accountant(self.company_id)
        return accountant or self.invoice_user_id or self.env.user

    @api.model
    def _l10n_fr_chorus_accountant(self, company):
        """The first sender who invoices in this company, else whoever does; may be
        empty."""
        group = self.env.ref("account.group_account_invoice")
        domain = [
            ("all_group_ids", "in", group.id),
            ("company_ids", "in", company.id),
            ("share", "=", False),
        ]
        sender = ("all_group_ids", "in", self.env.ref(SENDER).id)
        people = self.env["res.users"].search([*domain, sender], order="id", limit=1)
        return people or people.search(domain, order="id", limit=1)


def _problem_of(activity):
    if activity.l10n_fr_chorus_problem:
        return activity.l10n_fr_chorus_problem
    # Those of a version that knew one problem only.
    is_ours = (activity.summary or "").startswith(PREFIX)
    return DEPOSIT if is_ours else None
