"""What is told about each call: when, which, how it went. Never what it carried.

Nothing of a body or header is in a record, with two exceptions: the identifier of the
invoice or flow that the call is about, without which nobody would find the call again,
and the correlation id of the gateway, by which its support finds it. Where bodies are
asked for, the record has what :mod:`.keeping` leaves of them.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from enum import Enum
from typing import Any

from .errors import (
    AnswerTooLargeError,
    ChorusError,
    CredentialsError,
    NotSentError,
    OutcomeUnknownError,
    RefusedError,
)
from .keeping import keepable
from .transport import Request, Response, Transport

_logger = logging.getLogger(__name__)

# What a token call is recorded as; its address is configured, the portal's paths are not.
TOKEN_OPERATION = "oauth/token"  # noqa: S105 (no secret)
# Fields that name one invoice or flow, in requests and answers alike.
_NAMES = ("idFacture", "identifiantFactureCPP", "numeroFluxDepot", "numeroFacture")
_LISTS = {"listeFacture": "idFacture", "listeDemandePaiement": "idDemandePaiement"}
_SUBJECT_SIZE = 100
# Headers of the gateway that number a call (API reference, 1.4); the second is seen by
# other clients only.
_CORRELATION = ("x-correlationid", "x-piste-request-id")
_CORRELATION_ID = re.compile(r"[\w .:=/-]{1,100}")


class CallOutcome(str, Enum):
    """What an attempt came to."""

    DONE = "done"  # answered, and not refused
    REFUSED = "refused"  # the portal said no
    DENIED = "denied"  # application, account or right not accepted
    NOT_SENT = "not_sent"  # the portal did nothing: not reached, too many calls
    UNKNOWN = "unknown"  # no readable answer: it may have been done
    TOO_LARGE = "too_large"  # answered with more than was agreed to be read
    FAILED = "failed"  # it broke in a way nobody foresaw

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class CallRecord:
    """One HTTP attempt, a token call included.

    ``at`` is its start, aware, in UTC; ``operation`` the path below ``/cpro/``, or
    ``TOKEN_OPERATION``; ``http_status`` and ``code_retour`` are None where no answer
    told them; ``size`` is that of the answer's body in bytes, ``size_sent`` that of the
    request's; ``attempt`` counts from 1;
    ``writes`` tells calls that change something over there; ``subject`` is the portal's
    id, flow number or invoice number the call is about, "" for none or for many;
    ``correlation_id`` is the gateway's number of the call, "" where it gave none;
    ``asked`` and ``answered`` are texts of the bodies where they were wanted, else "".
    """

    at: datetime
    method: str
    operation: str
    http_status: int | None
    code_retour: int | None
    duration_ms: int
    size: int
    attempt: int
    outcome: CallOutcome
    writes: bool = False
    subject: str = ""
    size_sent: int = 0
    correlation_id: str = ""
    asked: str = field(default="", repr=False)
    answered: str = field(default="", repr=False)

    @property
    def is_token(self) -> bool:
        return self.operation == TOKEN_OPERATION


Observer = Callable[[CallRecord], None]


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


class Watch:
    """A transport for one attempt, which remembers how the exchange went."""

    def __init__(
        self,
        transport: Transport,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
        keep: bool = False,
    ) -> None:
        """:param keep: remember the bodies, as far as they may be kept"""
        self._transport = transport
        self._keep = keep
        self._clock = clock
        self._now = now
        self.at: datetime | None = None  # None until something was sent
        self.status: int | None = None
        self.size = 0
        self.size_sent = 0
        self.millis = 0
        self.correlation_id = ""
        self.asked = ""
        self.answered = ""

    def send(self, request: Request) -> Response:
        """Carry the request; errors are those of the transport."""
        self.at = self._now()
        self.size_sent = len(request.body)
        self.asked = keepable(request.body) if self._keep else ""
        started = self._clock()
        try:
            response = self._transport.send(request)
            self.status, self.size = response.status, response.size
            self.correlation_id = _correlation_of(response)
            self.answered = self._answered(response)
            return response
        finally:
            self.millis = round((self._clock() - started) * 1000)

    def _answered(self, response: Response) -> str:
        if not self._keep:
            return ""
        if response.stored is not None:
            return f"<{response.size} bytes>"
        return keepable(response.body)


def _correlation_of(response: Response) -> str:
    """The gateway's own number of the call; nothing that does not look like one."""
    for name in _CORRELATION:
        value = response.headers.get(name, "").strip()
        if _CORRELATION_ID.fullmatch(value):
            return value
    return ""


def outcome_of(error: BaseException | None) -> CallOutcome:
    """One word for how an attempt ended.

    :param error: what it raised; None for a success
    """
    if error is None:
        return CallOutcome.DONE
    words: tuple[tuple[type[ChorusError], CallOutcome], ...] = (
        (CredentialsError, CallOutcome.DENIED),
        (NotSentError, CallOutcome.NOT_SENT),
        (RefusedError, CallOutcome.REFUSED),
        (AnswerTooLargeError, CallOutcome.TOO_LARGE),
        (OutcomeUnknownError, CallOutcome.UNKNOWN),
    )
    return next(
        (word for kind, word in words if isinstance(error, kind)), CallOutcome.FAILED
    )


def subject_of(*contents: Mapping[str, Any] | None) -> str:
    """The one invoice or flow that a call is about, in what it asked or was answered.

    >>> subject_of({"idFacture": 12, "motif": "..."})
    '12'
    >>> subject_of({"listeFacture": [{"idFacture": 1}, {"idFacture": 2}]})
    ''
    """
    for content in filter(None, contents):
        for name in _NAMES:
            value = content.get(name)
            if isinstance(value, (str, int)) and value:
                return str(value)[:_SUBJECT_SIZE]
        for name, key in _LISTS.items():
            rows = content.get(name)
            if isinstance(rows, list) and len(rows) == 1 and isinstance(rows[0], dict):
                return subject_of({"idFacture": rows[0].get(key)})
    return ""


def tell(observer: Observer | None, record: CallRecord) -> None:
    """Hand a record over; an observer in trouble is logged and never harms the call."""
    if observer is None:
        return
    try:
        observer(record)
    except Exception:
        _logger.exception("call of %s not recorded", record.operation)
