"""What calls carried, kept for some hours when somebody looks for a fault.

Off unless an administrator switches it on, for a time that ends by itself. The library
takes out secrets, files and people before anything comes here.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.notifications import notification
from ..tools.roles import ADMINISTRATOR, check_role

# Of recording, and of what was recorded: enough to see a fault twice.
HOURS = 4
MOST_HOURS = 72
KEPT_DAYS = 7
MOST_DAYS = 30
PURGE = 1_000


class L10n_Fr_ChorusCallBody(models.Model):
    """Request and answer of one call; gone after some days. Never changed."""

    _name = "l10n_fr_chorus.call.body"
    _description = "What a Chorus Pro call carried"
    _order = "id desc"
    _rec_name = "call_id"
    _log_access = False  # written by the software only

    call_id = fields.Many2one(
        "l10n_fr_chorus.call",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    asked = fields.Text("Request", readonly=True)
    answered = fields.Text("Answer", readonly=True)
    expires_at = fields.Datetime("Deleted on", required=True, readonly=True, index=True)

    @api.autovacuum
    def _gc_bodies(self):
        """:return: ``(removed, whether there is more)``"""
        over = self.search(
            [("expires_at", "<=", fields.Datetime.now())], order="id", limit=PURGE
        )
        over.unlink()
        return len(over), len(over) >= PURGE


class L10n_Fr_ChorusCall(models.Model):
    _inherit = "l10n_fr_chorus.call"

    body_ids = fields.One2many(
        "l10n_fr_chorus.call.body",
        "call_id",
        "What it carried",
        readonly=True,
        groups=ADMINISTRATOR,
    )

    def _keep_bodies(self, record):
        """Keep what the record of the library has of request and answer, if anything."""
        self.ensure_one()
        if not (record.asked or record.answered):
            return
        days = self.connection_id.bodies_kept_days
        self.env["l10n_fr_chorus.call.body"].create(
            {
                "call_id": self.id,
                "company_id": self.company_id.id,
                "asked": record.asked,
                "answered": record.answered,
                "expires_at": fields.Datetime.now() + timedelta(days=days),
            }
        )


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    bodies_until = fields.Datetime(
        "Contents recorded until",
        readonly=True,
        copy=False,
        help="What the calls carry is kept until then, without secrets, files, names and "
        "bank accounts, for the administrator of Chorus Pro.",
    )
    is_keeping_bodies = fields.Boolean(compute="_compute_is_keeping_bodies")
    bodies_hours = fields.Integer(
        "Hours of recording",
        default=HOURS,
        help=f"How long one press of the button records; 1 to {MOST_HOURS}.",
    )
    bodies_kept_days = fields.Integer(
        "Days contents are kept",
        default=KEPT_DAYS,
        help=f"What was recorded is deleted after so many days; 1 to {MOST_DAYS}.",
    )

    @api.depends("bodies_until")
    def _compute_is_keeping_bodies(self):
        for connection in self:
            connection.is_keeping_bodies = connection._keeps_bodies()

    @api.constrains("bodies_hours", "bodies_kept_days", "bodies_until")
    def _check_bodies(self):
        latest = fields.Datetime.now() + timedelta(hours=MOST_HOURS)
        for connection in self:
            if not (
                1 <= connection.bodies_hours <= MOST_HOURS
                and 1 <= connection.bodies_kept_days <= MOST_DAYS
                and (not connection.bodies_until or connection.bodies_until <= latest)
            ):
                raise ValidationError(
                    self.env._(
                        "Contents of calls are recorded for %(hours)s hours at most, and "
                        "kept for %(days)s days at most.",
                        hours=MOST_HOURS,
                        days=MOST_DAYS,
                    )
                )

    def _keeps_bodies(self):
        return bool(self.bodies_until and self.bodies_until > fields.Datetime.now())

    def _client(self, **options):
        return super()._client(**{"keep_bodies": self._keeps_bodies(), **options})

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_record_bodies(self):
        """Keep what the calls carry from now on, for the hours that are set."""
        self.ensure_one()
        check_role(self.env, ADMINISTRATOR)
        self.check_access("write")
        now = fields.Datetime.now()
        # Only this method says so, whoever may press its button.
        self.sudo().bodies_until = now + timedelta(hours=self.bodies_hours)
        return notification(
            self.env._(
                "What the calls carry is recorded for %s hours. It is on each call, under "
                "“What it carried”.",
                self.bodies_hours,
            )
        )

    def action_forget_bodies(self):
        """Stop recording and delete what was recorded."""
        self.ensure_one()
        check_role(self.env, ADMINISTRATOR)
        self.check_access("write")
        self.sudo().bodies_until = False
        # Nobody deletes these by hand otherwise; the role was checked just now.
        self.env["l10n_fr_chorus.call.body"].sudo().search(
            [("call_id.connection_id", "=", self.id)]
        ).unlink()
        return notification(self.env._("What was recorded is deleted."))
