"""The real portal answers to one database only: the one it was connected in.

A copy of a database knows all it needs to send the invoices of the original a second
time. So a connection to production remembers where it was made, and does nothing
anywhere else until a settings administrator says that this is the real one. One that
remembers nothing, as after an upgrade, asks that person as well: nobody can tell the
original from its copy by looking.
"""

from collections import namedtuple
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..lib.chorus_pro import errors
from ..tools.notifications import notification
from ..tools.roles import has_role

# What is compared. ``place`` tells a copy inside the database server from the original,
# and one that was restored; ``uuid`` is made anew by Odoo's own way to copy.
Home = namedtuple("Home", ["uuid", "url", "database", "place"])
CRONS = (
    "ir_cron_send",
    "ir_cron_follow",
    "ir_cron_receive",
    "ir_cron_answer",
    "ir_cron_correct",
)


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    home_uuid = fields.Char(readonly=True, copy=False, groups="base.group_system")
    home_url = fields.Char(
        "Made for the address", readonly=True, copy=False, groups="base.group_system"
    )
    home_database = fields.Char(
        "Made in the database", readonly=True, copy=False, groups="base.group_system"
    )
    home_place = fields.Char(readonly=True, copy=False, groups="base.group_system")
    home_environment = fields.Char(
        readonly=True,
        copy=False,
        help="That of all documents of this connection: their numbers mean something else "
        "in another.",
    )
    is_away = fields.Boolean(compute="_compute_is_away")
    away_message = fields.Char("Not the real database", compute="_compute_is_away")

    @api.depends("environment", "base_url")
    @api.depends_context("lang")
    def _compute_is_away(self):
        for connection in self:
            connection.away_message = connection._away_sentence()
            connection.is_away = bool(connection.away_message)

    # -------------------------------------------------------------------------
    # REMEMBER
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        connections = super().create(vals_list)
        connections._settle_home()
        return connections

    def write(self, vals):
        typed = self if "base_url" in vals and "environment" not in vals else self[:0]
        moved = self.filtered(
            lambda one: one.environment != vals.get("environment", one.environment)
        )
        real = {connection: connection._is_production() for connection in typed}
        res = super().write(vals)
        for connection in typed:
            if connection._is_production() != real[connection]:
                # Another address may lead to the real portal, or away from it.
                connection._leave_environment()
        # Whoever chooses production here means here; writing down once more what it is
        # chooses nothing.
        moved._settle_home()
        return res

    def _settle_home(self):
        here = {f"home_{name}": told for name, told in self._here()._asdict().items()}
        for connection in self.sudo():
            connection.write({**here, "home_environment": connection.environment})

    def _settle_first(self):
        """At the upgrade that brings all this: a connection to production, of which
        nothing is remembered, waits for a person. An upgrade is tried on a copy first."""
        for connection in self.sudo():
            if connection.home_environment:
                continue
            if connection._is_production():
                connection.home_environment = connection.environment
                if connection.active:
                    connection._speak()._tell_away()
            else:
                connection._settle_home()

    def _has_home(self):
        secret = self.sudo()
        return any(secret[f"home_{name}"] for name in Home._fields)

    @api.model
    def _here(self):
        """The database this is, as far as it can tell itself."""
        parameters = self.env["ir.config_parameter"].sudo()
        return Home(
            uuid=parameters.get_param("database.uuid") or "",
            url=parameters.get_param("web.base.url") or "",
            database=self.env.cr.dbname,
            place=self._place(),
        )

    @api.model
    def _place(self):
        # SQL: PostgreSQL tells nobody else. A copy gets a new number in the cluster, and
        # a cluster its own number, where it tells it.
        self.env.cr.execute(
            SQL(
                "SELECT oid, has_function_privilege('pg_control_system()', 'execute') "
                "FROM pg_database WHERE datname = current_database()"
            )
        )
        number, may_ask = self.env.cr.fetchone()
        cluster = ""
        if may_ask:
            self.env.cr.execute(
                SQL("SELECT system_identifier FROM pg_control_system()")
            )
            [cluster] = self.env.cr.fetchone()
        return f"{cluster}:{number}"

    # -------------------------------------------------------------------------
    # COMPARE
    # -------------------------------------------------------------------------

    def _is_away(self):
        """Whether this is production and another database than it was connected in, or
        leads elsewhere than its documents came from."""
        self.ensure_one()
        return self._is_mixed() or (
            self._is_production() and (self._is_neutralized() or bool(self._strange()))
        )

    def _is_mixed(self):
        """Whether a script changed the environment, which no person can once there are
        documents."""
        return bool(self.home_environment) and self.home_environment != self.environment

    def _is_production(self):
        try:
            return self._environment().is_production
        except errors.InvalidCallError:
            # An address that is being typed leads nowhere.
            return False

    @api.model
    def _is_neutralized(self):
        told = (
            self.env["ir.config_parameter"].sudo().get_param("database.is_neutralized")
        )
        return bool(told) and told.lower() not in ("false", "0")

    def _strange(self):
        """What is not as it was: names of :class:`Home`."""
        here = self._here()
        secret = self.sudo()
        then = Home(*(secret[f"home_{name}"] or "" for name in Home._fields))
        return [
            name
            for name in Home._fields
            if _comparable(name, getattr(here, name))
            != _comparable(name, getattr(then, name))
        ]

    def _away_sentence(self):
        """Why nothing goes to the real portal from here; False if it may."""
        if not self:
            return False  # an invoice without any deposit yet
        self.ensure_one()
        if self._is_mixed():
            return self.env._(
                "The environment of this connection was changed behind the back of Odoo. "
                "Its documents belong to another one. Archive it and make a new connection."
            )
        if not self._is_production():
            return False
        if self._is_neutralized():
            return self.env._(
                "This database is neutralized, a copy for tests: nothing is sent to the "
                "real Chorus Pro from here. Use a connection to qualification."
            )
        strange = self._strange()
        if not strange:
            return False
        if not self._has_home():
            return self.env._(
                "Nobody has said yet that this is the real database: until a settings "
                "administrator does, on the connection, nothing goes to Chorus Pro. If "
                "this is a copy, archive the connection."
            )
        secret = self.sudo()
        here = self._here()
        if strange == ["url"]:
            return self.env._(
                "This connection was made for %(then)s, and Odoo now says that its address "
                "is %(now)s. If this is a copy, archive the connection. Until a settings "
                "administrator says that this is the real database, nothing goes to Chorus "
                "Pro.",
                then=secret.home_url or "?",
                now=here.url,
            )
        return self.env._(
            "This is not the database in which this connection was made (%(then)s at "
            "%(url)s): it was copied, restored or renamed. If this is a copy, archive the "
            "connection. Until a settings administrator says that this is the real "
            "database, nothing goes to Chorus Pro.",
            then=secret.home_database or "?",
            url=secret.home_url or "?",
        )

    # -------------------------------------------------------------------------
    # REFUSE
    # -------------------------------------------------------------------------

    def _is_paused(self):
        return super()._is_paused() or self._is_away()

    def _may_write(self):
        return super()._may_write() and not self._is_away()

    def _read_only_sentence(self):
        return self._away_sentence() or super()._read_only_sentence()

    def _client(self, **options):
        # Not even to ask: the quota and the marks of what was downloaded are of the
        # original.
        if sentence := self._away_sentence():
            raise errors.InvalidCallError(sentence)
        return super()._client(**options)

    def action_real_database(self):
        """A settings administrator vouches for this database.

        Whoever knows no secret of the connection does not decide who may use them.

        :raise AccessError: anybody else
        """
        self.ensure_one()
        if not has_role(self.env, "base.group_system"):
            raise AccessError(
                self.env._(
                    "Which database is the real one is for the settings administrators of "
                    "Odoo to say."
                )
            )
        self.check_access("write")
        if self._is_mixed() or self._is_neutralized():
            raise UserError(self._away_sentence())
        self._settle_home()
        self._tell_away()
        for name in CRONS:
            cron = self.env.ref(f"l10n_fr_chorus_exchange.{name}", False)
            if cron:
                cron.sudo()._trigger()
        return notification(
            self.env._(
                "This is now the database that speaks to Chorus Pro. See to it that the "
                "other one does not."
            )
        )


class L10n_Fr_ChorusDeposit(models.Model):
    _inherit = "l10n_fr_chorus.deposit"

    environment = fields.Char(related="connection_id.home_environment")


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    environment = fields.Char(related="connection_id.home_environment")


def _comparable(name, value):
    if name != "url":
        return value
    # A server that moves to https is the same server.
    return urlsplit(value).netloc.lower() or value
