"""The one place with a network: a request goes out, a response or an error comes back.

Errors are told apart by one question: may the portal have seen the request?
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

import requests
from requests import exceptions as failures
from urllib3 import exceptions as lower

from .errors import AnswerTooLargeError, NotSentError, OutcomeUnknownError
from .spool import Spool, Stored, opened, pieces_of

CONNECT_TIMEOUT = 5.0  # seconds
READ_TIMEOUT = 60.0  # seconds between two bytes
TOTAL_TIMEOUT = 600.0  # seconds for a whole answer, against one that drips
ANSWER_BYTES = 5_000_000
# The portal makes files of 120 MB; Base64 adds a third. Kept on the disk, not in memory.
DOWNLOAD_BYTES = 1_000_000_000
_CHUNK = 65_536


@dataclass(frozen=True)
class Request:
    """One HTTP request; headers and body never show in a repr."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    max_bytes: int = ANSWER_BYTES
    on_disk: bool = False  # a success may be too large for the memory


@dataclass(frozen=True)
class Response:
    """One HTTP answer, read whole; header names are in lower case.

    ``stored`` is the body of a success that was asked for on disk; ``body`` is empty
    then.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    stored: Stored | None = field(default=None, repr=False)

    @property
    def size(self) -> int:
        """Of the body, in bytes."""
        return len(self.body) if self.stored is None else self.stored.size

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def pieces(self) -> Iterator[bytes]:
        """The body, a piece at a time."""
        return pieces_of(opened(self.body if self.stored is None else self.stored))


class Transport(Protocol):
    """Anything that can carry a request.

    :raise NotSentError: the other side certainly did not get the request
    :raise OutcomeUnknownError: it may have got it
    """

    def send(self, request: Request) -> Response: ...


class RequestsTransport:
    """HTTP over sockets: two time-outs, verified TLS, no redirect, bounded reading."""

    def __init__(
        self,
        *,
        timeout: tuple[float, float] = (CONNECT_TIMEOUT, READ_TIMEOUT),
        total: float = TOTAL_TIMEOUT,
        proxy: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._timeout = timeout
        self._total = total
        # Empty: that of the environment of the process, if it has one.
        self._proxies = {"http": proxy, "https": proxy} if proxy else {}
        self._clock = clock

    def send(self, request: Request) -> Response:
        """Carry one request over a connection of its own.

        A connection kept from an earlier call may have been closed by the other side,
        and then nobody can tell whether a deposit went through: so none is kept.
        """
        try:
            with requests.Session() as session:
                # Without this, a ~/.netrc entry would replace our Authorization.
                session.auth = _leave_alone
                with session.request(
                    request.method,
                    request.url,
                    headers={"Accept-Encoding": "identity", **request.headers},
                    data=request.body or None,
                    timeout=self._timeout,
                    allow_redirects=False,
                    stream=True,
                    proxies=self._proxies,
                ) as answer:
                    return self._read(request, answer)
        except (failures.RequestException, lower.HTTPError, OSError) as err:
            kind = type(err).__name__
            if _never_left(err):
                raise NotSentError(f"could not reach the gateway ({kind})") from err
            late = any(isinstance(cause, _TOO_LATE) for cause in _causes(err))
            raise OutcomeUnknownError(
                f"no usable answer ({kind})", timed_out=late
            ) from err

    def _read(self, request: Request, answer: requests.Response) -> Response:
        headers = {k.lower(): v for k, v in answer.headers.items()}
        chunks = answer.iter_content(_CHUNK)
        empty = Response(answer.status_code, headers, b"")
        if request.on_disk and empty.is_success:
            pieces = self._bounded(chunks, request.max_bytes)
            return replace(empty, stored=Spool().store(pieces))
        # What explains a failure is short.
        most = ANSWER_BYTES if request.on_disk else request.max_bytes
        pieces = self._bounded(chunks, most)
        return replace(empty, body=b"".join(pieces))

    def _bounded(self, chunks: Iterator[bytes], max_bytes: int) -> Iterator[bytes]:
        deadline = self._clock() + self._total
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > max_bytes:
                raise AnswerTooLargeError(f"answer larger than {max_bytes} bytes")
            if self._clock() > deadline:
                raise OutcomeUnknownError(
                    f"answer not complete in {self._total:g} s", timed_out=True
                )
            yield chunk


_BEFORE_SENDING = (
    failures.ConnectTimeout,
    failures.ProxyError,
    failures.InvalidURL,
    failures.MissingSchema,
    failures.InvalidSchema,
    failures.InvalidHeader,
    lower.NewConnectionError,  # refused, unreachable, name not resolved
    lower.LocationParseError,
    ssl.SSLCertVerificationError,
)

_TOO_LATE = (failures.Timeout, lower.TimeoutError, TimeoutError)


def _never_left(error: BaseException) -> bool:
    """Whether the failure happened before a byte of the request was sent."""
    return any(isinstance(cause, _BEFORE_SENDING) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what is wrapped in it: by chaining, as argument or as reason."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        current = waiting.pop()
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [*current.args, current.__cause__, getattr(current, "reason", None)]


def _leave_alone(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
