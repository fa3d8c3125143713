"""What a person does in the inbox; the network is left to the cron."""

from odoo import api, models
from odoo.exceptions import UserError

from ..lib.chorus_pro.errors import UnreadableDocument
from ..tools.notifications import notification
from ..tools.roles import RECEIVER, check_role
from .l10n_fr_chorus_inbound import OPEN_STATES, WAITING_STATES


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    def _check_may_act(self):
        """Receivers who may make bills of the company may act on its inbox."""
        check_role(self.env, RECEIVER)
        return self._check_may_bill()

    def _check_may_bill(self):
        """These documents with all rights, for whoever may make their bills."""
        self.check_access("read")
        self.env["account.move"].check_access("create")
        # Users read the inbox only; both rights were checked just now.
        return self.sudo()

    def _reopened_vals(self):
        return {
            "state": "seen",
            "is_unpacked": False,
            "reason": False,
            "existing_move_id": False,
            "ignored_by_id": False,
            "tries": 0,
            "next_try_at": False,
        }

    def _reopen(self):
        # One document is one bill: what has its own never makes another.
        for document in self.filtered(lambda d: not d.move_id):
            vals = document._reopened_vals()
            if not document._has_portal_id():
                # Nothing to download: the file that was imported is read again.
                vals["state"] = "fetched"
            document.write(vals)

    def action_retry(self):
        """Another attempt, download included, by the cron."""
        documents = self._check_may_act().filtered("can_retry")
        if not all(documents.mapped("connection_id.active")):
            raise UserError(
                self.env._(
                    "The connection that received this document is archived. Take it "
                    "out of the archive first."
                )
            )
        documents._reopen()
        self._wake_receiver()
        return notification(
            self.env._("The document will be read again within minutes.")
        )

    def action_ignore(self):
        """No bill will be made; nothing is told to the portal."""
        documents = self._check_may_act().filtered(
            lambda d: d.state in (*OPEN_STATES, *WAITING_STATES)
        )
        documents.write(
            {
                "state": "ignored",
                "ignored_by_id": self.env.uid,
                "reason": self.env._("Ignored by %s.", self.env.user.name),
                "next_try_at": False,
            }
        )
        return notification(self.env._("Ignored. Nothing was told to Chorus Pro."))

    def action_link_existing(self):
        """The bill that was already there is this document's: no second one."""
        self.ensure_one()
        document = self._check_may_act()
        move = document.existing_move_id
        if document.state not in WAITING_STATES or not move:
            raise UserError(self.env._("There is no bill to link this document to."))
        move.with_env(self.env).check_access("write")
        try:
            pivot = document.pivot_attachment_id and document._read_original()
        except UnreadableDocument:
            pivot = None
        document._link_bill(
            move,
            self.env._("Linked to the document received from Chorus Pro."),
            pivot,
        )
        self._wake_receiver()
        return document.with_env(self.env).action_open_move()

    def action_suspend(self):
        return self._open_wizard("SUSPENDUE")

    def action_reject(self):
        return self._open_wizard("REJETEE")

    def action_open_move(self):
        self.ensure_one()
        return (self.move_id or self.existing_move_id)._get_records_action()

    def action_download_original(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.pivot_attachment_id.id}?download=true",
            "target": "download",
        }

    def action_fetch_now(self):
        """Wake the cron at once: the call itself never runs inside a user's request.

        No model method: the button above the list sends the ids of the rows ticked.
        """
        check_role(self.env, RECEIVER)
        self.env["account.move"].check_access("create")
        # Whoever asks wants to know what came since the last look.
        self.env["l10n_fr_chorus.connection"].sudo().search(
            [
                ("can_receive", "=", True),
                ("looked_at", "!=", False),
                ("company_id", "in", self.env.companies.ids),
            ]
        ).looked_at = False
        self._wake_receiver()
        return notification(
            self.env._(
                "Chorus Pro is being asked. New documents appear here in a moment."
            )
        )

    @api.model
    def _wake_receiver(self, at=None):
        # Users may not write on scheduled actions; waking one changes no data.
        self.env.ref("l10n_fr_chorus_exchange.ir_cron_receive").sudo()._trigger(at=at)
