"""Where an invoice or bill stands on the portal, in one sentence with its weight."""

from odoo import api, fields, models

from ..lib.chorus_pro.status_actions import RECIPIENT, SUPPLIER
from .l10n_fr_chorus_deposit import OPEN_STATES
from .status_labels import status_label
from .status_sentences import status_sentence, status_severity

DEPOSIT_SEVERITY = {
    "unknown": "warning",
    "rejected": "danger",
    "refused": "danger",
}


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_fr_chorus_status_label = fields.Char(
        string="Chorus Pro status",
        compute="_compute_l10n_fr_chorus_summary",
        compute_sudo=True,
    )
    l10n_fr_chorus_summary = fields.Text(
        string="Where it stands on Chorus Pro",
        compute="_compute_l10n_fr_chorus_summary",
        compute_sudo=True,
    )
    l10n_fr_chorus_severity = fields.Char(
        string="Weight of the Chorus Pro status",
        compute="_compute_l10n_fr_chorus_summary",
        compute_sudo=True,
    )

    @api.depends(
        "move_type",
        "commercial_partner_id.name",
        "l10n_fr_chorus_sent_to_id.name",
        "l10n_fr_chorus_status",
        "l10n_fr_chorus_status_at",
        "l10n_fr_chorus_status_comment",
        "l10n_fr_chorus_deposit_state",
        "l10n_fr_chorus_deposit_ids.error",
        "l10n_fr_chorus_deposit_ids.next_try_at",
    )
    @api.depends_context("lang", "tz", "uid")
    def _compute_l10n_fr_chorus_summary(self):
        for move in self:
            if move.l10n_fr_chorus_status:
                move._l10n_fr_chorus_summarise_status()
            else:
                move._l10n_fr_chorus_summarise_deposit()
                if self.env.user.share:
                    # Our accounts and our troubles are none of a customer's business.
                    move.l10n_fr_chorus_summary = False

    # -------------------------------------------------------------------------
    # STATUS
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_side(self):
        """Whose books these are: ``SUPPLIER`` or ``RECIPIENT`` of the library."""
        return RECIPIENT if self.is_purchase_document() else SUPPLIER

    def _l10n_fr_chorus_summarise_status(self):
        code = self.l10n_fr_chorus_status
        self.l10n_fr_chorus_status_label = status_label(self.env, code)
        self.l10n_fr_chorus_severity = status_severity(code)
        self.l10n_fr_chorus_summary = status_sentence(
            self.env,
            code,
            self._l10n_fr_chorus_side(),
            self._l10n_fr_chorus_holder().name or "",
            at=self.l10n_fr_chorus_status_at,
            reason=self.l10n_fr_chorus_status_comment,
        )

    # -------------------------------------------------------------------------
    # DEPOSIT
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_summarise_deposit(self):
        """Summary, label and weight of an invoice the portal has no status for."""
        state = self.l10n_fr_chorus_deposit_state
        label = dict(
            self._fields["l10n_fr_chorus_deposit_state"]._description_selection(
                self.env
            )
        )
        last = self.l10n_fr_chorus_deposit_ids.sorted("id", reverse=True)[:1]
        sentences = {
            "ready": self._l10n_fr_chorus_say_ready(last),
            "sending": self.env._("Being sent."),
            "deposited": self.env._("Received by Chorus Pro, which is checking it."),
            "rejected": self._l10n_fr_chorus_next_step(),
            "refused": self._l10n_fr_chorus_next_step(),
            "cancelled": self.env._("The deposit was cancelled before it was sent."),
        }
        parts = [
            sentences.get(state),
            last.error,
            self._l10n_fr_chorus_next_try(last),
        ]
        self.l10n_fr_chorus_status_label = label.get(state, "")
        self.l10n_fr_chorus_summary = " ".join(filter(None, parts)) or False
        self.l10n_fr_chorus_severity = DEPOSIT_SEVERITY.get(state, "info")

    def _l10n_fr_chorus_say_ready(self, deposit):
        if not _may_leave(deposit):
            return self.env._(
                "Not sent: sending is switched off on the connection %s.",
                deposit.connection_id.display_name,
            )
        connection = deposit.connection_id
        if connection and (sentence := connection._away_sentence()):
            return sentence
        if deposit.error:
            return self.env._("Not sent yet; Odoo will try again.")
        return self.env._("Waiting to be sent, within minutes.")

    def _l10n_fr_chorus_next_try(self, deposit):
        """When Odoo goes on by itself, on the reader's clock."""
        if deposit.state not in ("ready", *OPEN_STATES) or not _may_leave(deposit):
            return ""
        # The gateway may have asked all calls to wait.
        times = [deposit.next_try_at, deposit.connection_id.pause_until]
        at = max(filter(None, times), default=None)
        if not at or at <= fields.Datetime.now():
            return ""
        local = fields.Datetime.context_timestamp(self, at)
        today = fields.Date.context_today(self)
        clock = local.strftime("%H:%M")
        if local.date() != today:
            lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
            clock = f"{local.strftime(lang.date_format)} {clock}"
        if deposit.state == "ready":
            return self.env._("Next try at %s.", clock)
        return self.env._("Next look at %s.", clock)

    def _l10n_fr_chorus_next_step(self):
        """What to do about an invoice that Chorus Pro did not take."""
        if self.inalterable_hash:
            # Odoo will not let a secured invoice go back to draft.
            return self.env._(
                "Not taken by Chorus Pro. This invoice is secured: make a credit note and a "
                "corrected invoice."
            )
        return self.env._(
            "Not taken by Chorus Pro. Press “Correct and send again”: the invoice becomes a "
            "draft under the same number; correct, confirm and send it."
        )


def _may_leave(deposit):
    """False for what waits on a connection that sends nothing any more."""
    connection = deposit.connection_id
    return deposit.state != "ready" or (connection.active and connection.can_send)
