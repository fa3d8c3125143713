"""Whether one look at an invoice's status shows all that happened since the last one,
and whether what happened may have brought files.

The searches show the current status only, with its date and reason. Where the step from
the status we know to this one is a single one of the published life cycle, the row is
the event; where steps may lie between, the history has to be read to know them.

Steps of the portal itself on the way to the recipient do not count: every invoice passes
them, in minutes, without a reason, and the payment term starts where they end.

Source: API reference, "Invoice lifecycle" and "Submission by JSON".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from .statuses import REASON_STATUSES, InvoiceStatus

_S = InvoiceStatus
Status = InvoiceStatus | str

# Set by the portal before anybody sees the invoice.
ON_THE_WAY = frozenset(
    {
        _S.DRAFT,
        _S.READ_BY_OCR,
        _S.DEPOSITED,
        _S.IN_TRANSIT,
        _S.PIVOT_IN_PROGRESS,
    }
)
# On the desk of the recipient, who may do anything.
_DESK = (_S.AVAILABLE, _S.COMPLETED, _S.TAKEN_BY_RECIPIENT)
_FROM_DESK = frozenset(
    {
        _S.SUSPENDED,
        _S.TO_RECYCLE,
        _S.REJECTED,
        _S.SERVICE_DONE,
        _S.MANDATED,
    }
)
_STEPS: dict[InvoiceStatus, frozenset[InvoiceStatus]] = {
    **dict.fromkeys(_DESK, _FROM_DESK | {_S.TAKEN_BY_RECIPIENT}),
    _S.SUSPENDED: frozenset({_S.COMPLETED}),
    _S.TO_RECYCLE: ON_THE_WAY | {_S.AVAILABLE},
    _S.SERVICE_DONE: frozenset({_S.MANDATED}),
    _S.MANDATED: frozenset({_S.AVAILABLE_TO_ACCOUNTANT}),
    _S.AVAILABLE_TO_ACCOUNTANT: frozenset({_S.BOOKED}),
    _S.BOOKED: frozenset({_S.PAID}),
    _S.TO_VALIDATE_1: frozenset(
        {
            _S.VALIDATED_1,
            _S.REFUSED_1,
            _S.WRONG_VALIDATOR_1,
            _S.VALIDATION_1_EXPIRED,
        }
    ),
    _S.TO_VALIDATE_2: frozenset(
        {
            _S.VALIDATED_2,
            _S.REFUSED_2,
            _S.WRONG_VALIDATOR_2,
            _S.VALIDATION_2_EXPIRED,
        }
    ),
    _S.WRONG_VALIDATOR_1: frozenset({_S.TO_VALIDATE_1}),
    _S.WRONG_VALIDATOR_2: frozenset({_S.TO_VALIDATE_2}),
}
# Where an invoice on its way may arrive.
_ARRIVALS = ON_THE_WAY | {_S.AVAILABLE, _S.TO_VALIDATE_1, _S.NOT_COMPLIANT}
_NEEDS_REASON = REASON_STATUSES | {_S.TO_RECYCLE}
# What comes back from these may have another service, other files, another content.
_RECYCLING = frozenset({_S.TO_RECYCLE, _S.AWAITING_RECYCLING})


def is_whole_story(before: Status, after: Status, reason: str = "") -> bool:
    """Whether a row of a search that says ``after`` leaves nothing out.

    :param before: the status known so far; "" when none is
    :param reason: the comment of the row; refusals have one somewhere
    :return: False also for codes we do not know, and for a status that came again

    >>> is_whole_story(InvoiceStatus.AVAILABLE, InvoiceStatus.MANDATED)
    True
    >>> is_whole_story(InvoiceStatus.AVAILABLE, InvoiceStatus.COMPLETED)
    False
    """
    if after in _NEEDS_REASON and not reason.strip():
        return False
    if not before or before in ON_THE_WAY:
        return after in _ARRIVALS
    return isinstance(before, InvoiceStatus) and after in _STEPS.get(
        before, frozenset()
    )


def may_bring_files(steps: Sequence[Status]) -> bool:
    """Whether the supplier may have added or changed files after the first of these steps.

    :param steps: statuses, oldest first

    >>> may_bring_files(["SUSPENDUE", "COMPLETEE", "SERVICE_FAIT"])
    True
    >>> may_bring_files(["COMPLETEE", "SERVICE_FAIT"])
    False
    """
    return any(
        after == _S.COMPLETED or (before in _RECYCLING and after not in _RECYCLING)
        for before, after in pairwise(steps)
    )
