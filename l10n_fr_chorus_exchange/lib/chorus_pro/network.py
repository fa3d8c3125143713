"""How requests travel: time-outs, pages, pace, proxy. The defaults are here only."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, fields
from urllib.parse import quote, urlsplit

from .client import PAGE_ROWS
from .errors import InvalidCallError
from .transport import CONNECT_TIMEOUT, READ_TIMEOUT, TOTAL_TIMEOUT, RequestsTransport

# Least and most of each figure. A call that changes something must have ended before its
# invoice is looked for as lost, which is after 15 minutes at the earliest.
BOUNDS = {
    "connect_timeout": (1, 60),
    "read_timeout": (5, 300),
    "total_timeout": (30, 840),
    "page_size": (10, 1000),
    "calls_per_second": (0, 50),
}


@dataclass(frozen=True)
class Network:
    """``…_timeout`` in seconds: to connect, between two bytes, for a whole answer.

    ``page_size`` is rows asked for at once in a search, at most; ``calls_per_second``
    the pace of one process, 0 for none; ``proxy`` an address without user,
    ``proxy_access`` its ``user:password``.
    """

    connect_timeout: float = CONNECT_TIMEOUT
    read_timeout: float = READ_TIMEOUT
    total_timeout: float = TOTAL_TIMEOUT
    page_size: int = PAGE_ROWS
    calls_per_second: float = 0
    proxy: str = ""
    proxy_access: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """:raise InvalidCallError: out of bounds, or not the address of a proxy"""
        for one in fields(self):
            least, most = BOUNDS.get(one.name, (0, 0))
            if one.name in BOUNDS and not least <= getattr(self, one.name) <= most:
                raise InvalidCallError(f"{one.name}: from {least} to {most}")
        if self.proxy:
            checked_proxy(self.proxy)

    def transport(self, *, at_most: float | None = None) -> RequestsTransport:
        """Requests over sockets.

        :param at_most: seconds for a whole answer, where somebody waits for it
        """
        total = self.total_timeout if at_most is None else at_most
        return RequestsTransport(
            timeout=(
                min(self.connect_timeout, total / 2),
                min(self.read_timeout, total),
            ),
            total=total,
            proxy=self._proxy(),
        )

    def _proxy(self) -> str:
        if not (self.proxy and self.proxy_access):
            return self.proxy
        user, _colon, password = self.proxy_access.partition(":")
        scheme, _slashes, host = self.proxy.partition("://")
        return f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@{host}"


def checked_proxy(url: str) -> str:
    """The address of a proxy.

    :raise InvalidCallError: not ``http(s)://host:port``, or with a user: that is a secret

    >>> checked_proxy(" http://proxy.example:3128/ ")
    'http://proxy.example:3128'
    """
    url = url.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as err:
        # The address may hold a password: it is quoted nowhere.
        raise InvalidCallError("not the address of a proxy") from err
    if parts.username or parts.password:
        raise InvalidCallError("the user of a proxy does not belong in its address")
    if parts.scheme not in ("http", "https") or not host or parts.path:
        raise InvalidCallError("the address of a proxy is http://host:port")
    return url


class Pace:
    """Turns of one process: calls under one key never come faster than agreed."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next: dict[Hashable, float] = {}
        self._guard = threading.Lock()

    def turn(self, key: Hashable, calls_per_second: float) -> float:
        """Seconds to wait before the call that asks; its turn is taken with this."""
        if not calls_per_second:
            return 0.0
        with self._guard:
            now = self._clock()
            at = max(now, self._next.get(key, now))
            self._next[key] = at + 1 / calls_per_second
            return at - now


SHARED_PACE = Pace()
