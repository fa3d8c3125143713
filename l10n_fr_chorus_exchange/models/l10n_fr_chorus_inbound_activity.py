"""One activity per document that waits for a person, closed when it no longer does."""

from odoo import api, models
from odoo.tools import plaintext2html

from ..tools.roles import RECEIVER
from .l10n_fr_chorus_inbound import WAITING_STATES

INBOX = "inbox"


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS: some are put aside from the start.
        documents = super().create(vals_list)
        documents.filtered(lambda d: d.state in WAITING_STATES)._call_somebody()
        return documents

    def write(self, vals):
        # EXTENDS: whoever puts a document aside, or takes it up again, goes through here.
        if not {"state", "reason"} & vals.keys():
            return super().write(vals)
        waiting = self.filtered(lambda d: d.state in WAITING_STATES)
        res = super().write(vals)
        still = self.filtered(lambda d: d.state in WAITING_STATES)
        still._call_somebody()
        (waiting - still)._call_off()
        return res

    def _call_somebody(self):
        """An activity with the sentence; an open one is rewritten."""
        for document in self:
            vals = {
                "summary": document._what_to_do(),
                # It may hold words of the supplier.
                "note": plaintext2html(document.reason or ""),
            }
            activities = document._calls()
            if activities:
                activities.write(vals)
                continue
            # Without a mail each: a day of trouble puts hundreds aside.
            document.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=document._person_in_charge().id,
                l10n_fr_chorus_problem=INBOX,
                **vals,
            )

    def _warn_answered(self, summary, sentence, user, problem):
        """What became of an answer without a bill: nobody else would see."""
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            l10n_fr_chorus_problem=problem,
            summary=summary,
            # It may hold words of the portal.
            note=plaintext2html(sentence),
            user_id=(
                user
                if user.active and not user._is_superuser()
                else self._person_in_charge()
            ).id,
        )

    def _call_off(self):
        if self:
            self._calls().unlink()

    def _calls(self):
        """Open activities of ours about these documents."""
        return self.sudo().activity_ids.filtered(
            lambda one: one.automated and one.l10n_fr_chorus_problem == INBOX
        )

    def _what_to_do(self):
        if self.state == "quarantine":
            return self.env._("Chorus Pro: %s cannot be read", self.number)
        return self.env._("Chorus Pro: settle %s", self.number)

    def _person_in_charge(self):
        """Who sees to this document: the person of its service or structure, the one the
        company names; nobody who has left or may not see it; else an accountant."""
        self.ensure_one()
        document = self.with_context(allowed_company_ids=[])
        named = self.in_charge_id | self.company_id.sudo().l10n_fr_chorus_user_id
        for user in named:
            if (
                user.active
                and not user.share
                and document.with_user(user).has_access("read")
            ):
                return user
        accountants = self.env.ref("account.group_account_invoice").sudo().all_user_ids
        receivers = self.env.ref(RECEIVER).sudo().all_user_ids
        return (
            accountants.filtered(
                lambda user: (
                    user.active
                    and not user.share
                    and not user._is_superuser()
                    and self.company_id in user.company_ids
                )
            ).sorted(lambda user: (user not in receivers, user.id))[:1]
            or self.env.user
        )
