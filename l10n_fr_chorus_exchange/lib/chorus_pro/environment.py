"""Where the portal is and who we are there."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .errors import InvalidCallError

TOKEN_PATH = "/api/oauth/token"  # noqa: S105  (a path)


@dataclass(frozen=True)
class Environment:
    """One PISTE gateway: the token address and the root of the API."""

    name: str
    token_url: str
    api_url: str

    @classmethod
    def custom(
        cls, base_url: str, *, token_url: str = "", allow_clear: bool = False
    ) -> Environment:
        """A gateway at another address, such as the simulator.

        :param token_url: address of the token service, ``{base}/api/oauth/token`` if
            empty
        :param allow_clear: accept ``http`` towards a host other than this machine
        :raise InvalidCallError: not an http(s) address, or secrets would go in clear

        >>> Environment.custom("http://127.0.0.1:8099/").token_url
        'http://127.0.0.1:8099/api/oauth/token'
        """
        base = _checked(base_url, allow_clear)
        token = _checked(token_url, allow_clear) if token_url else base + TOKEN_PATH
        return cls(name="custom", token_url=token, api_url=base)

    @property
    def is_production(self) -> bool:
        """Whether invoices sent here are real ones, however the address is written."""
        return _place(self.api_url) == _place(PRODUCTION.api_url)


@dataclass(frozen=True)
class Credentials:
    """PISTE application and technical account; two pairs never to be mixed up."""

    client_id: str
    client_secret: str = field(repr=False)
    login: str
    password: str = field(repr=False)


PRODUCTION = Environment(
    name="production",
    token_url="https://oauth.piste.gouv.fr/api/oauth/token",  # noqa: S106
    api_url="https://api.piste.gouv.fr",
)
QUALIFICATION = Environment(
    name="qualification",
    token_url="https://sandbox-oauth.piste.gouv.fr/api/oauth/token",  # noqa: S106
    api_url="https://sandbox-api.piste.gouv.fr",
)


def _checked(url: str, allow_clear: bool) -> str:
    url = url.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port  # reading the port checks it
    except ValueError as err:
        raise InvalidCallError(f"not an address: {err}") from err
    if parts.scheme not in ("http", "https") or not host:
        raise InvalidCallError("an address starts with http:// or https:// and a host")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InvalidCallError("an address holds no user, query or fragment")
    if parts.scheme == "http" and not allow_clear and not _is_this_machine(host):
        raise InvalidCallError("secrets would travel in clear: use https")
    return url


def _place(url: str) -> tuple[str, int]:
    """Host and port: capitals, a final dot or the usual port lead to the same place."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return (parts.hostname or "").rstrip("."), port


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
