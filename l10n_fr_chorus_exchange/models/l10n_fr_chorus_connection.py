import logging
from contextlib import contextmanager
from datetime import timedelta

from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..lib.chorus_pro import environment as chorus_environment
from ..lib.chorus_pro import errors
from ..tools.notifications import notification
from .connection_check import check_connection
from .sentences import advise

_logger = logging.getLogger(__name__)

# What a new trial is worth after: whoever changes one of these wants to be let in now.
ACCESS_FIELDS = {
    "client_id",
    "client_secret",
    "login",
    "password",
    "server_name",
    "environment",
    "base_url",
    "token_url",
    # Whoever says which way the calls go sees them pass.
    "proxy_url",
    "proxy_access",
}

# A passing trouble: long enough not to hammer a closed portal.
SHORT_PAUSE = timedelta(minutes=5)
# A refused access: asking again and again may lock the technical account.
LONG_PAUSE = timedelta(hours=1)
# What the gateway may ask for at most; beyond, it is asked again the next day.
LONGEST_PAUSE = timedelta(days=1)


class L10n_Fr_ChorusConnection(models.Model):
    """A link of a company to the portal, as one technical account.

    draft ──test, or a call that works──> ok <──test, or a call that works── error
                                           └──access refused──────────────────> error
    Changing the access goes back to draft. ``pause_until`` is apart: a passing trouble
    (429, closed portal, no network) keeps the state and makes the crons wait.
    """

    _name = "l10n_fr_chorus.connection"
    _description = "Chorus Pro connection"
    _order = "company_id, id"
    _check_company_auto = True
    # A branch may send over the connection of its company.
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, default="Chorus Pro")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    environment = fields.Selection(
        [
            ("production", "Production"),
            ("qualification", "Qualification (tests)"),
            ("custom", "Other addresses"),
        ],
        required=True,
        default="qualification",
        help="Qualification: the portal for tests; nothing sent there is a real "
        "invoice. Each has its own PISTE application and technical account.",
    )
    base_url = fields.Char(
        "Address", help="Root of the API, such as the address of a simulator."
    )
    token_url = fields.Char(
        "Token address", help="Empty: /api/oauth/token below the address."
    )

    state = fields.Selection(
        [("draft", "Not tested"), ("ok", "Connected"), ("error", "Not working")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    last_check_at = fields.Datetime("Last test", readonly=True, copy=False)
    last_message = fields.Text("Last message", readonly=True, copy=False)
    pause_until = fields.Datetime("Paused until", readonly=True, copy=False)
    is_paused = fields.Boolean(compute="_compute_is_paused")

    can_send = fields.Boolean("Send customer invoices", default=True)
    can_receive = fields.Boolean("Receive vendor bills")
    purchase_journal_id = fields.Many2one(
        "account.journal",
        "Purchase journal",
        domain="[('type', '=', 'purchase')]",
        check_company=True,
        help="Bills received go here; empty: the first purchase journal.",
    )
    structure_ids = fields.One2many(
        "l10n_fr_chorus.structure", "connection_id", "Structures"
    )

    @api.depends("pause_until")
    def _compute_is_paused(self):
        for connection in self:
            connection.is_paused = connection._is_paused()

    @api.constrains("environment", "base_url", "token_url")
    def _check_addresses(self):
        for connection in self:
            try:
                connection._environment()
            except errors.InvalidCallError as err:
                raise ValidationError(
                    self.env._("The address is not usable: %s", err)
                ) from err

    def write(self, vals):
        if "environment" in vals:
            self.filtered(
                lambda c: c.environment != vals["environment"]
            )._leave_environment()
        if ACCESS_FIELDS & vals.keys():
            vals = {
                "state": "draft",
                "last_message": False,
                "pause_until": False,
                **vals,
            }
        return super().write(vals)

    def _leave_environment(self):
        """The ids of one environment mean something else in another."""
        for connection in self:
            if connection._has_documents():
                raise UserError(
                    self.env._(
                        "%s already holds documents of its environment. Archive it and "
                        "make a new connection for the other one.",
                        connection.display_name,
                    )
                )
        self.with_context(active_test=False).structure_ids.unlink()

    def _has_documents(self):
        """Whether anything was sent or received over this connection."""
        self.ensure_one()
        # Whoever may change the connection need not see the documents of the company.
        return any(
            self.env[model]
            .sudo()
            .search_count([("connection_id", "=", self.id)], limit=1)
            for model in ("l10n_fr_chorus.deposit", "l10n_fr_chorus.inbound")
        )

    # -------------------------------------------------------------------------
    # WHERE
    # -------------------------------------------------------------------------

    def _purchase_journal(self):
        """Journal for received bills: the one chosen, else the company's first."""
        self.ensure_one()
        return self.purchase_journal_id or self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.company_id),
                ("type", "=", "purchase"),
            ],
            limit=1,
        )

    def _environment(self):
        """:raise errors.InvalidCallError: another address that cannot be used"""
        self.ensure_one()
        if self.environment == "production":
            return chorus_environment.PRODUCTION
        if self.environment == "qualification":
            return chorus_environment.QUALIFICATION
        return chorus_environment.Environment.custom(
            self.base_url or "", token_url=self.token_url or ""
        )

    # -------------------------------------------------------------------------
    # CRONS
    # -------------------------------------------------------------------------

    def _speak(self):
        """This connection in the language of its company.

        Crons run as a robot that has a language of its own; what they write down is
        read by the accountants of the company.
        """
        self.ensure_one()
        return self.with_context(lang=self.company_id.partner_id.lang or self.env.lang)

    @contextmanager
    def _exclusive(self, purpose=""):
        """Keep other workers away from the same work on this connection.

        Yields True, or False if another worker has it. The lock belongs to the database
        session, so it outlives the commits in between, and it ends with the process:
        whoever holds it knows that a record left in the middle has lost its worker.

        :param str purpose: works with different names do not wait for each other
        """
        self.ensure_one()
        cr = self.env.cr
        key = self._exclusive_key(purpose)
        # SQL: the ORM only has row locks, and those end with the first commit.
        cr.execute(SQL("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", key))
        [mine] = cr.fetchone()
        try:
            yield mine
        finally:
            if mine:
                if cr.connection.get_transaction_status() == TRANSACTION_STATUS_INERROR:
                    # An aborted transaction takes no statement, and the lock would stay
                    # with the pooled session for as long as the server runs.
                    cr.rollback()
                cr.execute(
                    SQL("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", key)
                )

    def _exclusive_key(self, purpose):
        return f"{self._name},{self.id},{purpose}"

    def _is_paused(self):
        self.ensure_one()
        return bool(self.pause_until and self.pause_until > fields.Datetime.now())

    def _failed(self, error):
        """Write down a call that did not go through, and how long to wait.

        Not for what concerns one document only (a refusal, an unreadable file).

        :param errors.ChorusError error: what the library raised
        """
        self._note(self._failed_vals(error))

    def _failed_vals(self, error):
        refused = isinstance(error, (errors.CredentialsError, errors.InvalidCallError))
        return {
            "last_message": advise(self.env, error),
            "pause_until": fields.Datetime.now() + _pause_after(error, refused),
            **({"state": "error"} if refused else {}),
        }

    def _worked(self):
        """Write down that a call went through; nothing to write most of the time."""
        if self.state != "ok" or self.pause_until:
            self._note(self._worked_vals())

    def _worked_vals(self):
        return {"state": "ok", "last_message": False, "pause_until": False}

    def _note(self, vals):
        # Somebody may be editing the form: the next call will say the same again.
        connection = self.sudo().try_lock_for_update(allow_referencing=True)
        if connection:
            connection.write(vals)

    # -------------------------------------------------------------------------
    # TEST
    # -------------------------------------------------------------------------

    def action_test_connection(self):
        """Try every API the exchange needs, say in plain words how it went.

        The network comes first: what follows is one write, with nothing before it that
        a repeated request would send twice.
        """
        self.ensure_one()
        self.check_access("write")
        result = check_connection(self)
        self._record_check(result, "ok" if result.ok else "error")
        return notification(
            result.message,
            "success" if result.ok else "danger",
            sticky=not result.ok,
        )

    def _record_check(self, result, state):
        """Write down what a look at the connection found.

        :param CheckResult result: see ``connection_items``
        :param str state: what the connection is from now on
        """
        # Whoever may test the connection types none of what is found.
        self.sudo().write(
            {
                "state": state,
                "last_check_at": fields.Datetime.now(),
                "last_message": result.message,
                "pause_until": False,
            }
        )
        if result.structures is not None:
            self._record_structures(result.structures)

    def _record_structures(self, structures):
        """Bring the list in line with the portal; structures gone are archived.

        One that a person archived still has its rights, and stays archived.

        :param dict structures: ``{portal id as text: values}``
        """
        self.ensure_one()
        # Whoever may test the connection makes no structure by hand.
        listed = self.sudo().with_context(active_test=False).structure_ids
        known = listed.grouped("portal_id")
        for portal_id, vals in structures.items():
            if structure := known.get(portal_id):
                by_person = not structure.active and (
                    structure.can_issue or structure.can_receive
                )
                structure.write(vals if by_person else {**vals, "active": True})
            else:
                listed.create(
                    {"connection_id": self.id, "portal_id": portal_id, **vals}
                )
        listed.filtered(lambda s: s.active and s.portal_id not in structures).write(
            {"active": False, "can_issue": False, "can_receive": False}
        )


def _pause_after(error, refused):
    if refused:
        return LONG_PAUSE
    seconds = getattr(error, "retry_after", None)
    if seconds is None:
        return SHORT_PAUSE
    return min(timedelta(seconds=max(seconds, 1)), LONGEST_PAUSE)
