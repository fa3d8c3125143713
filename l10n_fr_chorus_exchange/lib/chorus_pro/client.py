"""One call to the portal: headers, sending, reading the answer, trying again when safe.

When is a call sent again?

==========================  ==============  ===============
what happened               call that reads  call that writes
==========================  ==============  ===============
token or account refused     yes             yes (nothing was done)
gateway not reached, 429     yes             no, NotSentError
no readable answer           yes             **never**, OutcomeUnknownError
refused by the portal        no              no
==========================  ==============  ===============
"""

from __future__ import annotations

import base64
import json
import logging
import random as _random
import re
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from .environment import Credentials, Environment
from .errors import (
    AnswerTooLargeError,
    ChorusError,
    CredentialsError,
    NotSentError,
    OutcomeUnknownError,
    RefusedError,
)
from .piste import SHARED_TOKENS, TokenStore, fetch_token, retry_after
from .transport import ANSWER_BYTES, Request, RequestsTransport, Response, Transport
from .writing import json_text

_logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
FIRST_PAUSE = 1.0  # seconds; doubles each time
MAX_PAUSE = 30.0  # seconds; when asked to wait longer, the caller comes back later
_INTEGER = re.compile(r"-?[0-9]{1,9}")
_JSON = "application/json;charset=utf-8"

Answer = Mapping[str, Any]


class Client:
    """The portal as one technical account sees it; may be shared between threads."""

    def __init__(
        self,
        environment: Environment,
        credentials: Credentials,
        *,
        transport: Transport | None = None,
        tokens: TokenStore | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = _random.random,
    ) -> None:
        self.environment = environment
        self._credentials = credentials
        self._transport = transport or RequestsTransport()
        self._tokens = SHARED_TOKENS if tokens is None else tokens
        self._clock = clock
        self._sleep = sleep
        self._random = random

    def read(
        self, path: str, body: Answer | None = None, *, max_bytes: int = ANSWER_BYTES
    ) -> Answer:
        """POST a call that changes nothing; tried again when no answer comes.

        :param path: below ``/cpro/``, such as ``factures/v1/rechercher/fournisseur``
        :return: the JSON object, decimals as ``Decimal``
        :raise ChorusError: see the tree in :mod:`errors`
        """
        return self._call("POST", path, body or {}, False, max_bytes)

    def write(self, path: str, body: Answer) -> Answer:
        """POST a call that changes something; never repeated once it may have arrived.

        Parameters, answer and errors as for :meth:`read`.
        """
        return self._call("POST", path, body, True, ANSWER_BYTES)

    def probe(self, path: str) -> Answer:
        """GET; the answer needs no ``codeRetour``."""
        return self._call("GET", path, None, False, ANSWER_BYTES)

    def _call(
        self, method: str, path: str, body: Answer | None, writes: bool, max_bytes: int
    ) -> Answer:
        payload = b"" if body is None else json_text(body).encode()
        attempt = 1
        while True:
            try:
                response = self._exchange(method, path, payload, max_bytes, attempt)
                return _read_answer(path, response, coded=body is not None)
            except ChorusError as error:
                pause = self._pause_after(error, attempt, writes)
                if pause is None:
                    raise
            self._sleep(pause)
            attempt += 1

    def _exchange(
        self, method: str, path: str, payload: bytes, max_bytes: int, attempt: int
    ) -> Response:
        token = self._tokens.get(self.environment, self._credentials, self._fetch_token)
        request = Request(
            method,
            f"{self.environment.api_url}/cpro/{path}",
            headers={
                "Authorization": f"Bearer {token.value}",
                "cpro-account": _account(self._credentials),
                "Content-Type": _JSON,
                "Accept": _JSON,
            },
            body=payload,
            max_bytes=max_bytes,
        )
        response = self._send(request, path, attempt)
        if response.status == 401:
            # Seen on valid tokens during bursts, so a new one is worth a try.
            self._tokens.drop(self.environment, self._credentials, token)
        return response

    def _fetch_token(self) -> Any:
        started = self._clock()
        try:
            token = fetch_token(self._transport, self.environment, self._credentials)
        except NotSentError as error:
            _logger.info("token -> %s in %d ms", error, self._millis(started))
            raise
        _logger.info("token -> 200 in %d ms", self._millis(started))
        return token

    def _send(self, request: Request, path: str, attempt: int) -> Response:
        started = self._clock()
        outcome: object = "failed"
        try:
            response = self._transport.send(request)
            outcome = response.status
        except ChorusError as error:
            outcome = type(error).__name__
            raise
        finally:
            _logger.info(
                "%s %s -> %s in %d ms (attempt %d)",
                request.method,
                path,
                outcome,
                self._millis(started),
                attempt,
            )
        return response

    def _millis(self, started: float) -> int:
        return round((self._clock() - started) * 1000)

    def _pause_after(
        self, error: ChorusError, attempt: int, writes: bool
    ) -> float | None:
        """Seconds to wait before the next attempt; None: give up."""
        if attempt >= MAX_ATTEMPTS:
            return None
        if isinstance(error, CredentialsError):
            again = error.cause != "forbidden"
            return self._jittered(FIRST_PAUSE) if again else None
        if writes or isinstance(error, AnswerTooLargeError):
            return None
        if isinstance(error, (NotSentError, OutcomeUnknownError)):
            if error.retry_after is None:
                return self._jittered(FIRST_PAUSE * 2 ** (attempt - 1))
            return error.retry_after if error.retry_after <= MAX_PAUSE else None
        return None

    def _jittered(self, pause: float) -> float:
        return pause * (0.75 + self._random() / 2)


def _account(credentials: Credentials) -> str:
    pair = f"{credentials.login}:{credentials.password}"
    return base64.b64encode(pair.encode()).decode("ascii")


def _read_answer(path: str, response: Response, *, coded: bool) -> Answer:
    """The JSON object of a success.

    :param coded: whether a success must say ``codeRetour`` 0
    """
    status = response.status
    if status == 401:
        raise CredentialsError(f"{path}: account refused (HTTP 401)", cause="account")
    if status == 403:
        raise CredentialsError(f"{path}: not allowed (HTTP 403)", cause="forbidden")
    if status == 429:
        raise NotSentError(
            f"{path}: too many calls (HTTP 429)", retry_after=retry_after(response)
        )
    if 400 <= status < 500 and status != 408:
        raise _refusal(path, response)
    if not 200 <= status < 300:
        raise OutcomeUnknownError(
            f"{path}: HTTP {status}", retry_after=retry_after(response)
        )
    answer = _json_object(response.body)
    if answer is None:
        raise OutcomeUnknownError(f"{path}: the answer is not a JSON object")
    code = _return_code(answer)
    if code is None and coded:
        raise OutcomeUnknownError(f"{path}: the answer has no codeRetour")
    if code:
        raise RefusedError(_label(answer), code=code, operation=path)
    return answer


def _refusal(path: str, response: Response) -> ChorusError:
    kind = response.headers.get("content-type", "").lower()
    if "html" in kind or response.body.lstrip()[:1] == b"<":
        # A page comes from something in between, not from the portal.
        return OutcomeUnknownError(f"{path}: HTTP {response.status} with a page")
    answer = _json_object(response.body) or {}
    code = _return_code(answer) or response.status
    return RefusedError(_label(answer), code=code, operation=path)


def _json_object(body: bytes) -> Answer | None:
    try:
        answer = json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _return_code(answer: Answer) -> int | None:
    """``codeRetour``, which some answers send as text."""
    code = answer.get("codeRetour")
    if isinstance(code, str) and _INTEGER.fullmatch(code.strip()):
        return int(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _label(answer: Answer) -> str:
    label = answer.get("libelle")
    return label.strip() if isinstance(label, str) else ""
