"""Who we are on the portal: typed here, or kept by the server; never shown again."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..lib.chorus_pro import client as chorus_client
from ..lib.chorus_pro import environment as chorus_environment
from ..lib.chorus_pro import errors
from ..tools import server_access

# What a connection needs to call.
ACCESS = ("client_id", "client_secret", "login", "password")
KEEP = """
    INSERT INTO l10n_fr_chorus_connection_secret (connection_id, name, value)
         VALUES (%s, %s, %s)
    ON CONFLICT (connection_id, name) DO UPDATE SET value = EXCLUDED.value
"""
FORGET = """
    DELETE FROM l10n_fr_chorus_connection_secret
          WHERE connection_id = %s AND name = %s
"""
# What is taken and never given back, whoever asks.
HIDDEN = ("client_secret", "password", "proxy_access")
SOURCES = [
    ("empty", "Empty"),
    ("database", "Kept, not shown"),
    ("file", "From the configuration file of the server"),
    ("environment", "From the environment of the server"),
]


class L10n_Fr_ChorusConnection(models.Model):
    """The only place that builds a client.

    What is hidden lies in a table without a model: no search, export, copy or read of
    Odoo gets there. The fields only take; what they give back is empty.
    """

    _inherit = "l10n_fr_chorus.connection"

    client_id = fields.Char("PISTE client ID", groups="base.group_system", copy=False)
    login = fields.Char("Technical login", groups="base.group_system", copy=False)
    client_secret = fields.Char(
        "PISTE client secret",
        groups="base.group_system",
        compute="_compute_hidden",
        inverse="_inverse_client_secret",
        copy=False,
        help="Only to type a new one: what is kept is never shown.",
    )
    password = fields.Char(
        "Technical password",
        groups="base.group_system",
        compute="_compute_hidden",
        inverse="_inverse_password",
        copy=False,
        help="Only to type a new one: what is kept is never shown.",
    )
    server_name = fields.Char(
        "Name on the server",
        groups="base.group_system",
        copy=False,
        help="Where the access is kept by the server instead of this database: small "
        "letters, digits and _. For town_hall, the server reads the section "
        "[l10n_fr_chorus_exchange.town_hall] of its configuration file (client_id, "
        "client_secret, login, password, database), or its environment "
        "(CHORUS_PRO_TOWN_HALL_CLIENT_SECRET…), before what is typed here.",
    )
    client_id_source = fields.Selection(
        SOURCES, "Origin of the client ID", compute="_compute_sources"
    )
    client_secret_source = fields.Selection(
        SOURCES, "Origin of the client secret", compute="_compute_sources"
    )
    login_source = fields.Selection(
        SOURCES, "Origin of the login", compute="_compute_sources"
    )
    password_source = fields.Selection(
        SOURCES, "Origin of the password", compute="_compute_sources"
    )

    _account_uniq = models.UniqueIndex(
        "(company_id, environment, login, (COALESCE(base_url, ''))) WHERE active",
        "This technical account is already on another connection of the company: use "
        "that one.",
    )

    def init(self):
        # No model: what no field holds, nothing reads by mistake.
        self.env.cr.execute(
            SQL(
                """
                CREATE TABLE IF NOT EXISTS l10n_fr_chorus_connection_secret (
                    connection_id integer NOT NULL
                        REFERENCES l10n_fr_chorus_connection ON DELETE CASCADE,
                    name varchar NOT NULL,
                    value text NOT NULL,
                    PRIMARY KEY (connection_id, name)
                )
                """
            )
        )
        return super().init()

    # -------------------------------------------------------------------------
    # KEEP
    # -------------------------------------------------------------------------

    def _compute_hidden(self):
        for connection in self:
            for name in HIDDEN:
                connection[name] = False

    def _inverse_client_secret(self):
        self._hide("client_secret")

    def _inverse_password(self):
        self._hide("password")

    def _hide(self, name):
        """Put away what was just typed into this field, and forget it."""
        for connection in self:
            connection._keep(name, connection[name])
        self.invalidate_recordset([name, f"{name}_source"], flush=False)

    def _keep(self, name, value):
        """:param value: empty to remove it; spaces around it come from a paste"""
        self.ensure_one()
        value = (value or "").strip()
        self.flush_recordset()
        # Odoo's own cursor logs what a statement carries, when it fails and, with
        # --log-sql, always. This one is of the same transaction, and logs nothing.
        with self.env.cr.connection.cursor() as silent:
            if value:
                silent.execute(KEEP, (self.id, name, value))
            else:
                silent.execute(FORGET, (self.id, name))

    def _kept(self):
        """What is kept here: ``{name: value}``."""
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                "SELECT name, value FROM l10n_fr_chorus_connection_secret "
                "WHERE connection_id = %s",
                self._origin.id or None,
            )
        )
        return dict(self.env.cr.fetchall())

    @api.constrains("server_name")
    def _check_server_name(self):
        for connection in self:
            name = connection.server_name
            if name and not server_access.NAME.fullmatch(name):
                raise ValidationError(
                    self.env._(
                        "The name on the server is made of small letters, digits and _, "
                        "such as town_hall."
                    )
                )

    # -------------------------------------------------------------------------
    # FIND
    # -------------------------------------------------------------------------

    def _access(self):
        """What this connection calls with, and where it comes from.

        :return: ``{name: (value, source)}``, without what is empty
        """
        self.ensure_one()
        secret = self.sudo()
        typed = {
            "client_id": secret.client_id,
            "login": secret.login,
            **self._kept(),
        }
        access = {name: (value, "database") for name, value in typed.items() if value}
        return {**access, **self._server_access()}

    def _server_access(self):
        """What the server keeps, unless it would go to an address it was not meant for.

        Whoever may edit connections types addresses; the server's access is not theirs.
        """
        secret = self.sudo()
        found = server_access.server_access(secret.server_name, self.env.cr.dbname)
        if secret.environment == "custom" and any(
            found.get(name, ("", ""))[0].rstrip("/")
            != (secret[name] or "").strip().rstrip("/")
            for name in ("base_url", "token_url")
        ):
            return {}
        return {
            name: told for name, told in found.items() if name in (*ACCESS, *HIDDEN)
        }

    @api.depends("client_id", "login", "server_name", "environment", "base_url")
    def _compute_sources(self):
        for connection in self:
            access = connection._access()
            for name in (*ACCESS, "proxy_access"):
                source = access.get(name, ("", "empty"))[1]
                connection[f"{name}_source"] = source

    def _missing_access(self, names=ACCESS):
        """Labels of the access fields that are empty."""
        access = self._access()
        return [
            self._fields[name]._description_string(self.env)
            for name in names
            if name not in access
        ]

    def _account_key(self):
        """What makes two connections one technical account, as a tuple."""
        self.ensure_one()
        secret = self.sudo()
        server = self._server_access()
        return (
            secret.environment,
            (secret.environment == "custom" and secret.base_url) or "",
            server.get("login", (secret.login,))[0] or "",
        )

    # -------------------------------------------------------------------------
    # CLIENT
    # -------------------------------------------------------------------------

    def _client(self, *, needs=ACCESS, **options):
        """Client of the library for this connection; calls need no further right.

        :param needs: what must be there; the application alone asks for tokens
        :param options: of the client, instead of what it has otherwise
        :raise errors.InvalidCallError: the access is not complete, or not to be used
        """
        self.ensure_one()
        # Only the system group writes the access; using it is every cron's business.
        access = {name: value for name, (value, _source) in self._access().items()}
        if any(name not in access for name in needs):
            raise errors.InvalidCallError(self.env._("the access is not filled in"))
        credentials = chorus_environment.Credentials(
            client_id=access["client_id"].strip(),
            client_secret=access["client_secret"],
            login=access.get("login", "").strip(),
            password=access.get("password", ""),
        )
        options = {
            "transport": self._transport(),
            "observer": self._call_observer(),
            # Whoever forgets to ask whether it may write is stopped there.
            "read_only": not self._may_write(),
            **self._client_options(),
            **options,
        }
        return chorus_client.Client(self._environment(), credentials, **options)

    def _transport(self):
        """How requests travel; None is the network. Tests plug the simulator here."""

    def _client_options(self):
        """Further arguments of the client: token store, clock, pauses."""
        return {}
