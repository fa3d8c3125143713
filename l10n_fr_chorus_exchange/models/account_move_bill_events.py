"""What happens to a bill in Odoo, and what its supplier is told of it.

Confirming may tell, if the company wants so. Cancelling and deleting tell nothing by
themselves: somebody is asked.
"""

from odoo import models

from ..tools.roles import OFFICER

# The problem of an activity: a bill given up here and open there.
GIVEN_UP = "given_up"


class AccountMove(models.Model):
    _inherit = "account.move"

    # -------------------------------------------------------------------------
    # CONFIRM
    # -------------------------------------------------------------------------

    def _post(self, soft=True):
        # EXTENDS 'account'
        posted = super()._post(soft)
        posted.filtered(
            lambda move: move.is_purchase_document()
        )._l10n_fr_chorus_answer_posted()
        return posted

    def _l10n_fr_chorus_answer_posted(self):
        """Tell the supplier what the company's setting says, once."""
        # Whoever confirms a bill need not see the inbox.
        connected = self._l10n_fr_chorus_connected().sudo()
        for move in connected.filtered("l10n_fr_chorus_inbound_ids"):
            target = move.company_id.l10n_fr_chorus_answer_posted
            if target and move.state == "posted":
                move.l10n_fr_chorus_inbound_id._answer_by_itself(target)

    def _l10n_fr_chorus_catch_up(self):
        """A bill that was linked late: what it would have told by itself."""
        self._l10n_fr_chorus_answer_posted()
        for move in self:
            move._l10n_fr_chorus_announce_payment()

    # -------------------------------------------------------------------------
    # CANCEL, DELETE
    # -------------------------------------------------------------------------

    def button_cancel(self):
        # EXTENDS 'account'
        res = super().button_cancel()
        asked = self.filtered(
            lambda move: move.state == "cancel" and move.is_purchase_document()
        )._l10n_fr_chorus_ask_refusal()
        if (
            res in (None, True)
            and len(self) == 1
            and asked
            and not self.env.user._is_superuser()
            and self.env.user.has_group(OFFICER)
        ):
            return asked._l10n_fr_chorus_open_wizard(refused=True)
        return res

    def _l10n_fr_chorus_ask_refusal(self):
        """An activity for each cancelled bill that still waits on the portal.

        :return: these bills
        """
        asked = self.browse()
        connected = self._l10n_fr_chorus_connected().sudo()
        for move in connected.filtered("l10n_fr_chorus_inbound_ids"):
            document = move.l10n_fr_chorus_inbound_id
            document.treatment_ids.filtered("is_automatic")._withdraw_unsent(
                self.env._("The bill was cancelled.")
            )
            if document._can_be_refused():
                move._l10n_fr_chorus_alert(
                    self.env._(
                        "This bill is cancelled in Odoo; on Chorus Pro it is still open "
                        "(“%s”). Suspend it, reject it, or leave it as it is and close "
                        "this activity.",
                        document.portal_status_label,
                    ),
                    self.env._("Chorus Pro: tell the supplier?"),
                    problem=GIVEN_UP,
                )
                asked |= self.browse(move.id)
        return asked

    def button_draft(self):
        # EXTENDS 'account'
        res = super().button_draft()
        bills = self.filtered(lambda move: move.is_purchase_document())
        bills._l10n_fr_chorus_connected()._l10n_fr_chorus_calm(GIVEN_UP)
        return res

    def unlink(self):
        # EXTENDS 'account'
        connected = self._l10n_fr_chorus_connected().sudo()
        documents = connected.l10n_fr_chorus_inbound_ids
        res = super().unlink()
        documents._bill_deleted()
        return res

    def _l10n_fr_chorus_settle_given_up(self):
        """Somebody decided: the activity has done its duty."""
        self._l10n_fr_chorus_calm(GIVEN_UP)
