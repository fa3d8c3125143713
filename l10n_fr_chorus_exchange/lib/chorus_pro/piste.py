"""The bearer token of PISTE: fetched, kept until near its end, dropped on 401."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from .environment import Credentials, Environment
from .errors import CredentialsError, NotSentError, OutcomeUnknownError
from .transport import Request, Response, Transport

MARGIN = 240.0  # seconds before its end when a token is no longer used
_TOKEN_BYTES = 100_000


@dataclass(frozen=True)
class Token:
    """``value`` is what follows "Bearer"; ``lifetime`` is in seconds."""

    value: str = field(repr=False)
    lifetime: float


class TokenStore:
    """One token per (token address, application), shared by all threads.

    The key also holds a digest of the secret: a changed secret is tried at once instead
    of living on the token of the former one.
    """

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, margin: float = MARGIN
    ) -> None:
        self._clock = clock
        self._margin = margin
        self._kept: dict[tuple[str, str, str], tuple[Token, float]] = {}
        self._locks: dict[tuple[str, str, str], threading.Lock] = {}
        self._guard = threading.Lock()

    def get(
        self,
        environment: Environment,
        credentials: Credentials,
        fetch: Callable[[], Token],
    ) -> Token:
        """The kept token, or a new one from ``fetch`` (called by one thread at a time).

        :raise NotSentError: whatever ``fetch`` raises
        """
        key = _key(environment, credentials)
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            kept = self._kept.get(key)
            if kept and self._clock() < kept[1]:
                return kept[0]
            token = fetch()
            margin = min(self._margin, token.lifetime / 2)
            self._kept[key] = (token, self._clock() + token.lifetime - margin)
            return token

    def drop(
        self, environment: Environment, credentials: Credentials, token: Token
    ) -> None:
        """Forget this token, unless another thread has already replaced it."""
        key = _key(environment, credentials)
        with self._guard:
            kept = self._kept.get(key)
            if kept and kept[0] is token:
                del self._kept[key]


SHARED_TOKENS = TokenStore()


def fetch_token(
    transport: Transport, environment: Environment, credentials: Credentials
) -> Token:
    """Ask PISTE for a token (grant ``client_credentials``, scope ``openid``).

    :raise CredentialsError: id or secret refused (HTTP 400 ``invalid_client``, 401)
    :raise NotSentError: anything else; without a token the portal was not called
    """
    form = {
        "grant_type": "client_credentials",
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "scope": "openid",
    }
    request = Request(
        "POST",
        environment.token_url,
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        },
        body=urlencode(form).encode(),
        max_bytes=_TOKEN_BYTES,
    )
    try:
        response = transport.send(request)
    except OutcomeUnknownError as err:
        raise NotSentError(f"no token: {err}") from err
    return _read_token(response)


def _read_token(response: Response) -> Token:
    if response.status in (400, 401, 403):
        raise CredentialsError(
            f"PISTE refused the application (HTTP {response.status})", cause="piste"
        )
    if response.status != 200:
        raise NotSentError(
            f"no token: HTTP {response.status}", retry_after=retry_after(response)
        )
    try:
        answer = json.loads(response.body)
        value = answer["access_token"]
        lifetime = float(answer.get("expires_in") or 0)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as err:
        raise NotSentError("no token: answer not understood") from err
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise NotSentError("no token: answer not understood")
    return Token(value, max(lifetime, 0.0))


def retry_after(response: Response) -> float | None:
    """Pause asked for by the gateway, in seconds; the date form is not used."""
    text = response.headers.get("retry-after", "").strip()
    return float(text) if text.isascii() and text.isdigit() else None


def _key(environment: Environment, credentials: Credentials) -> tuple[str, str, str]:
    digest = hashlib.sha256(credentials.client_secret.encode()).hexdigest()
    return environment.token_url, credentials.client_id, digest
