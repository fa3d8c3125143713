"""How a connection travels: time-outs, pages, pace, proxy; the tokens it shares."""

from functools import partial

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..lib.chorus_pro import errors, network
from ..tools.tokens import shared_tokens

DEFAULTS = network.Network()
# Nobody publishes the portal's limit; two to five calls a second are held to be prudent.
CALLS_PER_SECOND = 5


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    connect_timeout = fields.Integer(
        "Seconds to connect",
        default=int(DEFAULTS.connect_timeout),
        help="Beyond, the portal is held to be out of reach. From 1 to 60.",
    )
    read_timeout = fields.Integer(
        "Seconds without a byte",
        default=int(DEFAULTS.read_timeout),
        help="How long the portal may think. From 5 to 300.",
    )
    total_timeout = fields.Integer(
        "Seconds for a whole answer",
        default=int(DEFAULTS.total_timeout),
        help="For the largest download as well. From 30 to 840.",
    )
    page_size = fields.Integer(
        "Rows per page",
        default=DEFAULTS.page_size,
        help="Most rows asked for at once in a search. Fewer where the portal answers too "
        "late. From 10 to 1,000.",
    )
    calls_per_second = fields.Float(
        "Calls per second",
        default=CALLS_PER_SECOND,
        digits=(4, 1),
        help="Pace of each process of the server. Lower it when Chorus Pro answers that "
        "there are too many calls (429). Up to 50; 0: no limit.",
    )
    proxy_url = fields.Char(
        "Proxy",
        help="Such as http://proxy.example:3128, without a user. Empty: that of the "
        "server, if it has one.",
    )
    proxy_access = fields.Char(
        "Proxy access",
        groups="base.group_system",
        compute="_compute_hidden",
        inverse="_inverse_proxy_access",
        copy=False,
        help="user:password of the proxy. Only to type a new one: what is kept is never "
        "shown.",
    )
    proxy_access_source = fields.Selection(
        lambda self: self._fields["password_source"].selection,
        "Origin of the proxy access",
        compute="_compute_sources",
    )

    def _inverse_proxy_access(self):
        self._hide("proxy_access")

    @api.constrains(*network.BOUNDS)
    def _check_bounds(self):
        for connection in self:
            for name, (least, most) in network.BOUNDS.items():
                if not least <= connection[name] <= most:
                    raise ValidationError(
                        self.env._(
                            "%(field)s: enter a figure from %(least)s to %(most)s.",
                            field=self._fields[name]._description_string(self.env),
                            least=least,
                            most=most,
                        )
                    )

    @api.constrains("proxy_url")
    def _check_proxy_url(self):
        for connection in self.filtered("proxy_url"):
            try:
                network.checked_proxy(connection.proxy_url)
            except errors.InvalidCallError as err:
                raise ValidationError(
                    self.env._(
                        "The proxy is not usable. Type http://host:port, and its user and "
                        "password into the field “Proxy access”."
                    )
                ) from err

    def _network(self):
        """:raise errors.InvalidCallError: a figure or the proxy is not usable"""
        self.ensure_one()
        access, _source = self._access().get("proxy_access", ("", ""))
        return network.Network(
            **{name: self[name] for name in network.BOUNDS},
            proxy=(self.proxy_url or "").strip().rstrip("/"),
            proxy_access=access,
        )

    def _client(self, *, at_most=None, **options):
        """:param at_most: seconds for a whole answer, where somebody waits for it"""
        return super()._client(
            **{
                "transport": self._transport()
                or self._network().transport(at_most=at_most),
                "page_size": self.page_size or DEFAULTS.page_size,
                **options,
            }
        )

    def _client_options(self):
        return {**super()._client_options(), **self._options_of_network()}

    def _options_of_network(self):
        """What all connections of one account share: their tokens and their pace."""
        key = self._account_key()
        pace = partial(network.SHARED_PACE.turn, key, self.calls_per_second)
        return {"tokens": shared_tokens(), "pace": pace}
