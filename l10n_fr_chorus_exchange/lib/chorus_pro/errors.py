"""What can go wrong, sorted by what to do next.

::

    ChorusError
    ├── InvalidCallError      asked wrongly: nothing was sent, change the data
    ├── NotSentError          nothing was done over there: send it again
    │   └── CredentialsError  ... once somebody has mended the access
    ├── OutcomeUnknownError   it may have been done: ask before sending again
    │   └── AnswerTooLargeError   an answer came but is too big to be read
    ├── RefusedError          the portal said no: a person must change something
    │   └── FlowNotFound      ... or the report is not there yet: ask again later
    ├── SearchCutError        a search gave some of its rows only: narrow it
    └── UnreadableDocument    what was downloaded cannot be used: put it aside
"""

from __future__ import annotations

import re
from enum import Enum

# Both GDP_MSG_11.022 and GDP_MSG_11_022 circulate for one and the same message.
_MESSAGE_ID = re.compile(r"\b([A-Z]{3})_MSG_(\d+)[._](\d+)\b")


class ChorusError(Exception):
    """Catch this one to catch them all."""


class InvalidCallError(ChorusError, ValueError):
    """The call is wrong in itself; nothing was sent."""


class NotSentError(ChorusError):
    """The portal certainly did nothing: the same call may be sent again.

    ``retry_after`` is the pause in seconds the gateway asked for, or None; ``status``
    the HTTP status, None without an answer; ``timed_out``: connected, but nobody
    answered in time.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        status: int | None = None,
        timed_out: bool = False,
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.status = status
        self.timed_out = timed_out


class CredentialsError(NotSentError):
    """The gateway did not let the call in.

    ``cause`` says which of the three locks stayed shut: ``piste`` (application id or
    secret, or those of the other environment), ``account`` (technical login or
    password), ``forbidden`` (API not subscribed, conditions not accepted, or no right).
    """

    def __init__(self, message: str, *, cause: str) -> None:
        super().__init__(message)
        self.cause = cause


# The portal did nothing: the trouble is the connection's, or that of the call itself.
NOTHING_DONE = (InvalidCallError, NotSentError)


class OutcomeUnknownError(ChorusError):
    """The call left this machine and no readable answer came back.

    ``retry_after``, ``status`` and ``timed_out`` as for :class:`NotSentError`.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        status: int | None = None,
        timed_out: bool = False,
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.status = status
        self.timed_out = timed_out


class AnswerTooLargeError(OutcomeUnknownError):
    """The answer is larger than what the caller agreed to read."""


class RefusedError(ChorusError):
    """The portal answered no.

    ``code`` is ``codeRetour``, or the HTTP status when the body has none. It only has a
    meaning together with ``operation``; ``message_id`` is the stable key, written with
    a dot (``GDP_MSG_11.022``). ``label`` is the portal's own sentence, if it gave one.
    """

    def __init__(self, label: str, *, code: int, operation: str) -> None:
        super().__init__(f"{operation}: {label or 'refused'} [{code}]")
        self.code = code
        self.label = label
        self.operation = operation
        self.message_id = message_id(label)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.label, self.code, self.operation)


class FlowNotFound(RefusedError):  # noqa: N818  (reads as what it is)
    """No flow under this number; also seen for a moment after a deposit."""


class SearchCutError(ChorusError):
    """The portal stopped a search at a number of rows; all it gave came before this.

    ``received`` is how many rows came, ``total`` how many there are, None or
    the same number when the portal does not tell.
    """

    def __init__(self, message: str, *, received: int, total: int | None) -> None:
        super().__init__(message)
        self.received = received
        self.total = total


class Flaw(Enum):
    """Why a download, or a file in it, cannot be used: a stable key for each reason.

    The value is the reason in English, ``{}`` the detail told with it.
    """

    DAMAGED_ARCHIVE = "damaged archive"
    CLOSED_ARCHIVE = "damaged or encrypted archive"
    TOO_MANY_MEMBERS = "too many files in the archive"
    SEVERAL_FILES = "archive of {} files instead of one"
    NO_XML = "no XML file in the archive"
    TOO_LARGE = "too large"
    EMPTY = "empty"
    NOT_BASE64 = "not Base64"
    NOT_XML = "not well-formed XML"
    ENCODING = "not in the character encoding it announces: {}"
    DOCTYPE = "a document type declaration is not accepted"
    TOO_DEEP = "nested too deep"
    FIELD_TOO_LARGE = "{} is too long"
    TOO_MANY_ELEMENTS = "too many elements"
    NOT_A_DIRECTORY = "neither structures nor services of the directory in it, but {}"
    NOT_A_PIVOT = "not a PIVOT"
    NO_INVOICE = "no invoice in the PIVOT"
    NOT_IN_PIVOT = "not in the downloaded PIVOT"
    OTHER_RECIPIENT = "addressed to {}"
    NO_NUMBER = "no invoice number"
    NOT_A_NUMBER = "{} is not a number"
    NOT_A_DATE = "{} is not a date"
    ABSURD_NUMBER = "{} is beyond what an invoice can hold"
    ABSURD_DATE = "{} is not a date of our time"
    TOO_MANY_ATTACHMENTS = "too many attachments"
    ATTACHMENTS_TOO_LARGE = "attachments too large"


class Remark(Enum):
    """What a person should know of a file before opening it; it is kept all the same.

    The value is the remark in English, ``{}`` the detail told with it.
    """

    WRONG_TYPE = "its name does not say what it holds ({})"
    DISGUISED = "it is something else than its name says ({})"
    PROGRAM = "it is a program"
    PDF_SCRIPT = "the PDF holds JavaScript"
    PDF_LAUNCH = "the PDF starts a program"
    PDF_OPENS = "the PDF opens a file that is inside it"
    PDF_LOCKED = "the PDF is encrypted"

    @property
    def is_hostile(self) -> bool:
        """Whether a person must see the file before anything is made of it."""
        return self not in (Remark.WRONG_TYPE, Remark.PDF_LOCKED)


class UnreadableDocument(ChorusError):  # noqa: N818
    """A downloaded document, or a file in it, cannot be read.

    ``flaw`` is the key of the reason, ``detail`` what it is told with (a number, the
    name of an element), ``reason`` the whole in English. ``line`` of the XML counts from
    1; ``portal_id`` and ``number`` name the invoice; ``length`` is that of a text that is
    too long, and the most it may be, in characters. None or "" where it is not known.
    """

    def __init__(
        self,
        flaw: Flaw,
        *,
        detail: str = "",
        portal_id: int | None = None,
        line: int | None = None,
        number: str = "",
        length: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(flaw)
        self.flaw = flaw
        self.detail = detail
        self.portal_id = portal_id
        self.line = line
        self.number = number
        self.length = length

    def __str__(self) -> str:
        return self.reason

    @property
    def reason(self) -> str:
        told = self.flaw.value.format(self.detail)
        if self.length is None:
            return told
        return f"{told} ({self.length[0]} characters, at most {self.length[1]})"


def message_id(label: str) -> str | None:
    """Stable message key inside a label, or None.

    >>> message_id("POQ_MSG_01.003 - Flux introuvable.")
    'POQ_MSG_01.003'
    >>> message_id("GCU_MSG_01_000")
    'GCU_MSG_01.000'
    """
    found = _MESSAGE_ID.search(label)
    return f"{found[1]}_MSG_{found[2]}.{found[3]}" if found else None


def _rebuild(
    kind: type[RefusedError], label: str, code: int, operation: str
) -> RefusedError:
    return kind(label, code=code, operation=operation)
