"""What a status of the portal asks of the people who read our lists.

One word per invoice, from the side that reads: an invoice that is suspended is for its
supplier to settle, and waits as far as the public body is concerned.
"""

from ..lib.chorus_pro.status_actions import RECIPIENT, concerns
from ..lib.chorus_pro.statuses import InvoiceStatus, Stage

SITUATIONS = [
    ("to_send", "To send"),
    ("sending", "Being sent"),
    ("to_settle", "To settle"),
    ("waiting", "Waiting"),
    ("paid_announced", "Payment announced"),
    ("refused", "Refused"),
    ("unknown", "Unknown"),
]
# Nothing happens to these unless a person does something.
COUNTED = ("to_settle", "refused", "unknown", "to_send")

# Statuses whose stage does not tell.
_EXCEPTIONS = {
    InvoiceStatus.PAID: "paid_announced",
    # Will never be paid, and still stands in our books.
    InvoiceStatus.ABANDONED: "refused",
    InvoiceStatus.DELETED: "refused",
    InvoiceStatus.TECHNICAL_UNKNOWN: "unknown",
}
# The public body asked for something and it came.
_ANSWERS = frozenset({InvoiceStatus.COMPLETED})


def situation(code, side):
    """Situation of an invoice with this status, or None when nothing is left to follow.

    A code that we do not know is one more step on the way.

    >>> situation("SUSPENDUE", "supplier"), situation("SUSPENDUE", "recipient")
    ('to_settle', 'waiting')

    :param code: status code of the portal
    :param side: ``SUPPLIER`` or ``RECIPIENT`` of the library
    """
    status = InvoiceStatus.parse(code)
    if not isinstance(status, InvoiceStatus):
        return "waiting"
    if status in _EXCEPTIONS:
        return _EXCEPTIONS[status]
    if status.stage is Stage.CLOSED:
        return None
    if status.stage is Stage.REFUSED:
        return "refused"
    return "to_settle" if concerns(status, side) else "waiting"


def calls_somebody(code, side):
    """Whether a person is told by an activity that the invoice has this status.

    The supplier, of what stops its invoice; the public body, of an answer it asked for:
    what merely lies on its desk is in the list.

    >>> calls_somebody("SUSPENDUE", "supplier"), calls_somebody("SUSPENDUE", "recipient")
    (True, False)
    """
    status = InvoiceStatus.parse(code)
    if side == RECIPIENT:
        return status in _ANSWERS
    return situation(code, side) in ("to_settle", "refused")
