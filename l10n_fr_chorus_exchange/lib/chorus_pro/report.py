"""From the report of a flow to the verdict on one invoice of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .records import FlowReport


class Outcome(str, Enum):
    """What to do about the invoice.

    ::

        PENDING    ask again later
        LOOK_UP    integrated flow: search the invoice by flow number, then ask again
        INTEGRATED it is on the portal
        REJECTED   never integrated; its number is free for a corrected invoice
        SEND_AGAIN the portal failed; deposit the same file once more
    """

    PENDING = "pending"
    LOOK_UP = "look_up"
    INTEGRATED = "integrated"
    REJECTED = "rejected"
    SEND_AGAIN = "send_again"


@dataclass(frozen=True)
class Verdict:
    """``reasons`` are the portal's French texts; ``cut`` says that some were lost."""

    outcome: Outcome
    reasons: tuple[str, ...] = ()
    cut: bool = False


def verdict(
    report: FlowReport,
    number: str,
    *,
    portal_id: int | None = None,
    searched: bool = False,
) -> Verdict:
    """Verdict on the invoice ``number`` of a flow.

    The portal sometimes leaves a rejected invoice out of its own list, so after an
    integration only the search decides: found means integrated, not found rejected.

    :param portal_id: technical id found by searching the flow, if any
    :param searched: the search was done, to its last page, after this report
    """
    if portal_id is not None:
        return Verdict(Outcome.INTEGRATED)
    if not report.is_final:
        return Verdict(Outcome.PENDING)
    if report.must_be_sent_again:
        return Verdict(Outcome.SEND_AGAIN, *report.reasons_for(number))
    if report.is_rejected or report.lists(number) or searched:
        return Verdict(Outcome.REJECTED, *report.reasons_for(number))
    return Verdict(Outcome.LOOK_UP)
