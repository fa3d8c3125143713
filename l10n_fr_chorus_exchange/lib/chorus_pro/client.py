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
import logging
import random as _random
import time
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from .answers import Answer, read_answer, return_code
from .environment import Credentials, Environment
from .errors import (
    AnswerTooLargeError,
    ChorusError,
    CredentialsError,
    InvalidCallError,
    NotSentError,
    OutcomeUnknownError,
    RefusedError,
)
from .json_stream import take_file
from .observing import (
    TOKEN_OPERATION,
    CallRecord,
    Observer,
    Watch,
    outcome_of,
    subject_of,
    tell,
    utc_now,
)
from .piste import (
    SHARED_TOKENS,
    LastingTokens,
    Token,
    TokenStore,
    fetch_token,
)
from .transport import (
    ANSWER_BYTES,
    DOWNLOAD_BYTES,
    Request,
    RequestsTransport,
    Response,
    Transport,
)
from .writing import json_text

_logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
PAGE_ROWS = 1000  # the most that clients are known to ask for, and to get
FIRST_PAUSE = 1.0  # seconds; doubles each time
MAX_PAUSE = 30.0  # seconds; when asked to wait longer, the caller comes back later
_JSON = "application/json;charset=utf-8"

_T = TypeVar("_T")


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
        observer: Observer | None = None,
        now: Callable[[], datetime] = utc_now,
        attempts: int = MAX_ATTEMPTS,
        read_only: bool = False,
        page_size: int = PAGE_ROWS,
        pace: Callable[[], float] | None = None,
        keep_bodies: bool = False,
    ) -> None:
        """
        :param read_only: refuse to send any call that changes something
        :param page_size: rows asked for at once in a search, at most
        :param pace: takes a turn before each call; returns the seconds to wait for it
        :param attempts: of one call, at most; 1 when a person waits for the answer
        :param observer: gets a :class:`~.observing.CallRecord` after each HTTP attempt,
            token calls included, in the thread of the call; what it raises is logged
        :param keep_bodies: tell the observer what the calls carried, without secrets,
            files and people; never of a token call
        """
        self.environment = environment
        self._credentials = credentials
        self._transport = transport or RequestsTransport()
        self._tokens = SHARED_TOKENS if tokens is None else tokens
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._observer = observer
        self._now = now
        self._attempts = attempts
        self._read_only = read_only
        self.page_size = page_size
        self._pace = pace
        self._keep_bodies = keep_bodies

    def read(
        self, path: str, body: Answer | None = None, *, max_bytes: int = ANSWER_BYTES
    ) -> Answer:
        """POST a call that changes nothing; tried again when no answer comes.

        :param path: below ``/cpro/``, such as ``factures/v1/rechercher/fournisseur``
        :return: the JSON object, decimals as ``Decimal``
        :raise ChorusError: see the tree in :mod:`errors`
        """
        return self._call("POST", path, body or {}, False, max_bytes)

    def download(
        self, path: str, body: Answer, *, field: str, max_bytes: int = DOWNLOAD_BYTES
    ) -> Answer:
        """As :meth:`read`, for an answer with a large file in Base64.

        :param field: the text that is the file; it comes back decoded, as a
            :class:`~.spool.Stored`, None when the answer has none
        :param max_bytes: of the whole answer
        """
        return self._call("POST", path, body, False, max_bytes, field)

    def write(self, path: str, body: Answer) -> Answer:
        """POST a call that changes something; never repeated once it may have arrived.

        Parameters, answer and errors as for :meth:`read`.

        :raise InvalidCallError: this client only reads
        """
        if self._read_only:
            raise InvalidCallError(f"{path}: this client only reads")
        return self._call("POST", path, body, True, ANSWER_BYTES)

    def probe(self, path: str) -> Answer:
        """GET; the answer needs no ``codeRetour``."""
        return self._call("GET", path, None, False, ANSWER_BYTES)

    def sign_in(self) -> None:
        """Have a token of PISTE, kept or new; the portal is not asked.

        :raise CredentialsError: the application is refused
        :raise NotSentError: the token service could not be asked
        """
        self._persist(self._token, False)

    def stranger(self) -> Client:
        """The same application with an account that nobody has, and one attempt.

        The gateway looks at the route first, at the account next (API reference, 1.6):
        refused as ``account``, the API is open to the application; as ``forbidden``, it
        is not. The portal itself is never reached.
        """
        other = copy(self)
        other._credentials = replace(
            self._credentials,
            login="-",
            password="-",  # noqa: S106 (nobody's)
        )
        other._tokens = LastingTokens(self._tokens)
        other._attempts = 1
        return other

    def _call(
        self,
        method: str,
        path: str,
        body: Answer | None,
        writes: bool,
        max_bytes: int,
        file: str = "",
    ) -> Answer:
        payload = b"" if body is None else json_text(body).encode()
        call = _Call(method, path, body, payload, writes, max_bytes, file)
        return self._persist(partial(self._attempt, call), writes)

    def _persist(self, attempt: Callable[[int], _T], writes: bool) -> _T:
        """What the first attempt that succeeds returns; each is told its number."""
        number = 1
        while True:
            try:
                return attempt(number)
            except ChorusError as error:
                pause = self._pause_after(error, number, writes)
                if pause is None:
                    raise
            self._sleep(pause)
            number += 1

    def _attempt(self, call: _Call, attempt: int) -> Answer:
        token = self._token(attempt)
        watch = Watch(
            self._transport,
            clock=self._clock,
            now=self._now,
            keep=self._keep_bodies,
        )
        answer: Answer | None = None
        failure: BaseException | None = None
        try:
            response = self._send(self._request(call, token), watch, call, attempt)
            if response.status == 401:
                # Seen on valid tokens during bursts, so a new one is worth a try.
                self._tokens.drop(self.environment, self._credentials, token)
            answer = _answer_of(call, response)
        except BaseException as error:
            failure = error
            raise
        finally:
            self._tell(watch, call, attempt, answer, failure)
        return answer

    def _request(self, call: _Call, token: Token) -> Request:
        return Request(
            call.method,
            f"{self.environment.api_url}/cpro/{call.path}",
            headers={
                "Authorization": f"Bearer {token.value}",
                "cpro-account": _account(self._credentials),
                "Content-Type": _JSON,
                "Accept": _JSON,
            },
            body=call.payload,
            max_bytes=call.max_bytes,
            on_disk=bool(call.file),
        )

    def _token(self, attempt: int) -> Token:
        return self._tokens.get(
            self.environment, self._credentials, partial(self._fetch_token, attempt)
        )

    def _fetch_token(self, attempt: int) -> Token:
        watch = Watch(self._transport, clock=self._clock, now=self._now)
        call = _Call("POST", TOKEN_OPERATION, None, b"", False, 0)
        failure: BaseException | None = None
        try:
            token = fetch_token(watch, self.environment, self._credentials)
        except BaseException as error:
            failure = error
            _logger.info("token -> %s in %d ms", _said(error), watch.millis)
            raise
        finally:
            self._tell(watch, call, attempt, None, failure)
        _logger.info("token -> 200 in %d ms", watch.millis)
        return token

    def _send(
        self, request: Request, watch: Watch, call: _Call, attempt: int
    ) -> Response:
        outcome: object = "failed"
        if self._pace and (pause := self._pace()):
            self._sleep(pause)
        try:
            response = watch.send(request)
            outcome = response.status
        except ChorusError as error:
            outcome = type(error).__name__
            raise
        finally:
            _logger.info(
                "%s %s -> %s in %d ms (attempt %d)",
                call.method,
                call.path,
                outcome,
                watch.millis,
                attempt,
            )
        return response

    def _tell(
        self,
        watch: Watch,
        call: _Call,
        attempt: int,
        answer: Answer | None,
        failure: BaseException | None,
    ) -> None:
        record = CallRecord(
            at=watch.at or self._now(),
            method=call.method,
            operation=call.path,
            http_status=watch.status,
            code_retour=_told_code(answer, failure, watch.status),
            duration_ms=watch.millis,
            size=watch.size,
            attempt=attempt,
            outcome=outcome_of(failure),
            writes=call.writes,
            subject=subject_of(call.body, answer),
            size_sent=watch.size_sent,
            correlation_id=watch.correlation_id,
            asked=watch.asked,
            answered=watch.answered,
        )
        tell(self._observer, record)

    def _pause_after(
        self, error: ChorusError, attempt: int, writes: bool
    ) -> float | None:
        """Seconds to wait before the next attempt; None: give up."""
        if attempt >= self._attempts:
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


@dataclass(frozen=True)
class _Call:
    """What is the same for all attempts of a call; what it carries is in no repr."""

    method: str
    path: str
    body: Answer | None = field(repr=False)
    payload: bytes = field(repr=False)
    writes: bool
    max_bytes: int
    file: str = ""  # field of the answer that is kept on the disk


def _said(error: BaseException) -> str:
    return str(error) if isinstance(error, ChorusError) else "failed"


def _told_code(
    answer: Answer | None, failure: BaseException | None, status: int | None
) -> int | None:
    """``codeRetour`` of an answer; a refusal without one carries its HTTP status."""
    if isinstance(failure, RefusedError):
        return None if failure.code == status else failure.code
    return None if answer is None else return_code(answer)


def _account(credentials: Credentials) -> str:
    pair = f"{credentials.login}:{credentials.password}"
    return base64.b64encode(pair.encode()).decode("ascii")


def _answer_of(call: _Call, response: Response) -> Answer:
    coded = call.body is not None
    if not (call.file and response.is_success):
        return read_answer(call.path, response, coded=coded)
    rest, file = take_file(response.pieces(), call.file)
    small = Response(response.status, response.headers, rest)
    return {**read_answer(call.path, small, coded=coded), call.file: file}
