from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.notifications import notification

STATES = [
    ("ready", "Waiting to be sent"),
    ("sending", "Being sent"),
    ("unknown", "No answer, being checked"),
    ("done", "Told to Chorus Pro"),
    ("refused", "Refused"),
    ("cancelled", "Cancelled"),
]
# Not over yet: a second one of the same kind would say the same thing twice.
PENDING_STATES = ("ready", "sending", "unknown")
# A person may try again.
OVER_STATES = ("refused", "cancelled")


class L10n_Fr_ChorusWish(models.AbstractModel):
    """Something a person wants done to one invoice on the portal, done once.

    ready ──cron──> sending ──answer──> done | refused
      ^                │├──not sent──> ready (later)
      │                │└─no answer──> unknown ──history shows it──> done
      └────────────────┴── history does not show it ──┘
                                                      └─withdrawn meanwhile──> cancelled

    Whoever inherits gives ``connection_id``, ``company_id``, ``move_id``, ``label``,
    and the hooks of the second file.
    """

    _name = "l10n_fr_chorus.wish"
    _description = "Chorus Pro wish"

    # Ours of the scheduled action, and the name under which one worker keeps the others
    # away.
    _wish_cron = ""
    _wish_purpose = ""

    state = fields.Selection(
        STATES, required=True, readonly=True, default="ready", index=True
    )
    error = fields.Text("Message", readonly=True)
    tries = fields.Integer(readonly=True)
    next_try_at = fields.Datetime("Next try", readonly=True)
    sent_at = fields.Datetime("Sent on", readonly=True)
    # Only while it is not known whether the portal has it.
    is_withdrawn = fields.Boolean("Withdrawn unless it arrived", readonly=True)

    @api.model
    def _wake_sender(self, at=None):
        # Users may not write on scheduled actions; waking one changes no data.
        cron = self.env.ref(f"l10n_fr_chorus_exchange.{self._wish_cron}")
        cron.sudo()._trigger(at=at)

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_cancel(self):
        """Withdraw what has not left; what has left, unless the portal has it.

        :raise UserError: it is over
        """
        wishes = self._check_may_act()
        waiting = wishes.filtered(lambda w: w.state in PENDING_STATES)
        if not waiting:
            raise UserError(
                self.env._(
                    "This is over: nothing is left to withdraw. Its state tells what "
                    "became of it."
                )
            )
        unsent = waiting.filtered(lambda w: w.state == "ready")
        for wish in unsent:
            wish._withdraw()
        doubtful = waiting - unsent
        if not doubtful:
            return None
        doubtful._withdraw_unless_arrived()
        return notification(
            self.env._(
                "Odoo asks Chorus Pro: what is there stands, what is not is withdrawn."
            ),
            "warning",
        )

    def action_retry(self):
        """Another attempt of what was refused, after its cause was mended.

        :raise UserError: nothing can be sent any more
        """
        wishes = self._check_may_act()
        waiting = wishes.filtered(lambda w: w.state in PENDING_STATES)
        for wish in wishes.filtered(lambda w: w.state in OVER_STATES):
            # Much may have happened on the portal since it was refused.
            if wish._is_still_possible():
                wish._renew()
                waiting |= wish
        if not waiting:
            raise UserError(
                self.env._(
                    "The status of the invoice on Chorus Pro no longer allows this "
                    "answer, or the same one is already on its way."
                )
            )
        waiting.write({"next_try_at": False, "is_withdrawn": False})
        self._wake_sender()
        return notification(self.env._("Will be sent within minutes."))

    def _check_may_act(self):
        """These records for whoever may change their invoices, otherwise AccessError."""
        self.check_access("read")
        # The other company's invoices are none of the user's, whatever the wish says.
        self.sudo().move_id.with_env(self.env).check_access("write")
        # Users read wishes only; the right was checked on the invoices just now.
        return self.sudo()

    def _is_still_possible(self):
        """Whether it makes sense to try this again."""
        raise NotImplementedError

    def _renew(self):
        self.state = "ready"

    def _withdraw(self, sentence=False):
        self._end("cancelled", sentence)

    def _end(self, state, sentence=False):
        self.write(
            {
                "state": state,
                "error": sentence,
                "next_try_at": False,
                "is_withdrawn": False,
            }
        )

    def _want_again(self):
        """Asked for anew before it was known whether it could be withdrawn."""
        withdrawn = self.filtered("is_withdrawn")
        if withdrawn:
            withdrawn.write({"is_withdrawn": False, "next_try_at": False})
            self._wake_sender()

    def _withdrawal_words(self):
        """That it will not be sent again; False when it will."""
        return self.is_withdrawn and self.env._(
            "It is withdrawn unless Chorus Pro has it already."
        )
