"""The inbox and the answers: the window to give one, and the bill that goes away."""

from odoo import api, fields, models

from ..lib.chorus_pro.codes import FINAL_STATUSES
from ..tools.roles import ANSWERERS, check_role
from .l10n_fr_chorus_treatment import REDIRECT, REFUSALS
from .l10n_fr_chorus_wish import PENDING_STATES

CLOSED = frozenset(map(str, FINAL_STATUSES))


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    can_redirect = fields.Boolean(
        "Can be sent back as misaddressed", compute="_compute_can_redirect"
    )

    @api.depends("state", "portal_status", "move_id", "treatment_ids.state")
    def _compute_can_redirect(self):
        treatments = self.env["l10n_fr_chorus.treatment"]
        for document in self:
            document.can_redirect = (
                not document.move_id
                and document.state in ("to_settle", "quarantine")
                and treatments._is_possible(document, REDIRECT)
            )

    # -------------------------------------------------------------------------
    # WINDOW
    # -------------------------------------------------------------------------

    def _open_wizard(self, target=None, refused=False):
        """The window that asks for what an answer needs.

        :param target: the answer; None to have the user choose
        :param refused: to choose from what is said of an invoice that will not be paid
        """
        check_role(self.env, *ANSWERERS)
        context = {"l10n_fr_chorus_documents": self.ids}
        if target:
            self.env["l10n_fr_chorus.treatment"]._check_role([target])
            context["default_target"] = target
        elif refused:
            context["l10n_fr_chorus_refused"] = True
        wizards = self.env["l10n_fr_chorus.treatment.wizard"].with_context(**context)
        return {
            "type": "ir.actions.act_window",
            "name": self._wizard_title(target),
            "res_model": "l10n_fr_chorus.treatment.wizard",
            "view_mode": "form",
            "target": "new",
            "context": context,
            # A long list is made here: a window need not send each line back.
            **({"res_id": wizards.create({}).id} if len(self) > 1 else {}),
        }

    def _wizard_title(self, target):
        titles = {
            "SUSPENDUE": self.env._("Suspend on Chorus Pro"),
            "REJETEE": self.env._("Reject on Chorus Pro"),
            "A_RECYCLER": self.env._("Wrong addressee"),
            "MISE_A_DISPOSITION": self.env._("Take up again"),
            "SERVICE_FAIT": self.env._("Certify service done"),
            "MANDATEE": self.env._("Issue payment order"),
            "MISE_A_DISPOSITION_COMPTABLE": self.env._("Hand over to the accountant"),
            "COMPTABILISEE": self.env._("Payment order booked"),
            "MISE_EN_PAIEMENT": self.env._("Payment under way"),
        }
        return titles.get(target) or self.env._("Answer on Chorus Pro")

    def action_redirect(self):
        return self._open_wizard(REDIRECT)

    def action_answer(self):
        """The window for the rows ticked."""
        return self._open_wizard()

    # -------------------------------------------------------------------------
    # THE BILL GOES AWAY
    # -------------------------------------------------------------------------

    def _can_be_refused(self):
        """Whether the supplier could be told that Odoo will not pay this."""
        self.ensure_one()
        treatments = self.env["l10n_fr_chorus.treatment"]
        return any(treatments._is_possible(self, target) for target in REFUSALS)

    def _bill_deleted(self):
        """Back to the inbox: nothing was told to the portal, somebody decides."""
        for document in self:
            document.treatment_ids.filtered(
                lambda t: t.is_automatic and t.state in PENDING_STATES
            )._withdraw_unsent(self.env._("The bill was deleted."))
            if document.portal_status in CLOSED:
                document.write(
                    {
                        "state": "ignored",
                        "reason": self.env._(
                            "Its bill was deleted; it is over on Chorus Pro (“%s”).",
                            document.portal_status_label,
                        ),
                    }
                )
            else:
                document.write(
                    {
                        "state": "to_settle",
                        "reason": self.env._(
                            "Its bill was deleted. Retry makes it again; otherwise tell "
                            "the supplier: suspend, reject or wrong addressee."
                        ),
                    }
                )
