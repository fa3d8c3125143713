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
from .token_files import TokenFiles, name_of
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

    With ``files``, shared by the processes of the machine too: only one of them asks for
    it, and a new one is used by all. The key also holds a digest of the secret: a changed
    secret is tried at once instead of living on the token of the former one.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        margin: float = MARGIN,
        files: TokenFiles | None = None,
    ) -> None:
        self._clock = clock
        self._files = files
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
            token, seconds = self._renewed(key, fetch)
            self._kept[key] = (token, self._clock() + seconds)
            return token

    def _renewed(
        self, key: tuple[str, str, str], fetch: Callable[[], Token]
    ) -> tuple[Token, float]:
        """A token, and the seconds it is used for; left by another process, or new."""
        if self._files is None:
            return self._fetched(fetch)
        name = name_of(*key)
        with self._files.locked(name):
            if left := self._files.read(name):
                value, seconds = left
                return Token(value, seconds), seconds
            token, seconds = self._fetched(fetch)
            self._files.write(name, token.value, seconds)
            return token, seconds

    def _fetched(self, fetch: Callable[[], Token]) -> tuple[Token, float]:
        token = fetch()
        return token, token.lifetime - min(self._margin, token.lifetime / 2)

    def drop(
        self, environment: Environment, credentials: Credentials, token: Token
    ) -> None:
        """Forget this token, unless another thread has already replaced it."""
        key = _key(environment, credentials)
        with self._guard:
            kept = self._kept.get(key)
            if kept and kept[0] is token:
                del self._kept[key]
        if self._files is not None:
            self._files.forget(name_of(*key), token.value)


SHARED_TOKENS = TokenStore()


class LastingTokens(TokenStore):
    """The tokens of another store; a refused account says nothing against them."""

    def __init__(self, tokens: TokenStore) -> None:
        super().__init__()
        self._others = tokens

    def get(
        self,
        environment: Environment,
        credentials: Credentials,
        fetch: Callable[[], Token],
    ) -> Token:
        return self._others.get(environment, credentials, fetch)

    def drop(
        self, environment: Environment, credentials: Credentials, token: Token
    ) -> None:
        """Kept."""


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
        raise NotSentError(
            f"no token: {err}", status=err.status, timed_out=err.timed_out
        ) from err
    return _read_token(response)


def _read_token(response: Response) -> Token:
    if response.status in (400, 401, 403):
        raise CredentialsError(
            f"PISTE refused the application (HTTP {response.status})", cause="piste"
        )
    if response.status != 200:
        raise NotSentError(
            f"no token: HTTP {response.status}",
            retry_after=retry_after(response),
            status=response.status,
        )
    try:
        answer = json.loads(response.body)
        value = answer["access_token"]
        lifetime = float(answer.get("expires_in") or 0)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as err:
        raise NotSentError("no token: answer not understood", status=200) from err
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise NotSentError("no token: answer not understood", status=200)
    return Token(value, max(lifetime, 0.0))


def retry_after(response: Response) -> float | None:
    """Pause asked for by the gateway, in seconds; the date form is not used."""
    text = response.headers.get("retry-after", "").strip()
    return float(text) if text.isascii() and text.isdigit() else None


def _key(environment: Environment, credentials: Credentials) -> tuple[str, str, str]:
    digest = hashlib.sha256(credentials.client_secret.encode()).hexdigest()
    return environment.token_url, credentials.client_id, digest
