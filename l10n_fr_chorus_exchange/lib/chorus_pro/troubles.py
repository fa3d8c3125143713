"""What went wrong between two machines, as one key for each thing a person can do.

The errors of :mod:`.errors` are sorted by what the *program* does next; these are sorted
by what is told to *people*: whom to ask, and for what.
"""

from __future__ import annotations

from enum import Enum

from .errors import (
    AnswerTooLargeError,
    ChorusError,
    CredentialsError,
    NotSentError,
    OutcomeUnknownError,
    RefusedError,
)


class Trouble(str, Enum):
    """Why a call did not go through (API reference, 1.6)."""

    PISTE = "piste"  # 400 invalid_client at the token service
    ACCOUNT = "account"  # 401
    FORBIDDEN = "forbidden"  # 403
    BAD_REQUEST = "bad_request"  # 400
    NOT_FOUND = "not_found"  # 404
    TOO_LARGE = "too_large"  # 413
    WRONG_TYPE = "wrong_type"  # 415
    TOO_MANY = "too_many"  # 429
    SERVER_ERROR = "server_error"  # 500
    CLOSED = "closed"  # 502, 503, 504
    TIMEOUT = "timeout"  # connected, then silence
    CUT = "cut"  # nothing, or a part of an answer
    PAGE = "page"  # a page for people where an answer was expected
    UNREACHABLE = "unreachable"  # no connection at all
    TOO_MUCH = "too_much"  # a larger answer than agreed to be read

    def __str__(self) -> str:
        return self.value


_REFUSED = {
    400: Trouble.BAD_REQUEST,
    404: Trouble.NOT_FOUND,
    413: Trouble.TOO_LARGE,
    415: Trouble.WRONG_TYPE,
}
_GATEWAY = frozenset({502, 503, 504})


def trouble_of(error: ChorusError) -> Trouble | None:
    """The trouble behind an error of this package.

    :return: None where it is none of the gateway: a refusal of the portal, which has its
        own words, a wrong call, an unreadable document
    """
    if isinstance(error, CredentialsError):
        return Trouble(error.cause)
    if isinstance(error, RefusedError):
        return _REFUSED.get(error.code)
    if isinstance(error, AnswerTooLargeError):
        return Trouble.TOO_MUCH
    if isinstance(error, (NotSentError, OutcomeUnknownError)):
        return _without_answer(error)
    return None


def _without_answer(error: NotSentError | OutcomeUnknownError) -> Trouble:
    status = error.status
    if status == 429:
        return Trouble.TOO_MANY
    if status in _GATEWAY:
        return Trouble.CLOSED
    if status == 408 or error.timed_out:
        return Trouble.TIMEOUT
    if status is not None:
        return Trouble.SERVER_ERROR if status >= 500 else Trouble.PAGE
    if error.retry_after is not None:
        return Trouble.TOO_MANY
    return Trouble.UNREACHABLE if isinstance(error, NotSentError) else Trouble.CUT
