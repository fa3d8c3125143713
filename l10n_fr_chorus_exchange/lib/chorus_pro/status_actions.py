"""What each side can do with an invoice in a status; unknown codes allow nothing."""

from __future__ import annotations

from .statuses import (
    RECIPIENT_TARGETS,
    InvoiceStatus,
    Stage,
    SupplierAction,
    facts_of,
)

__all__ = [
    "RECIPIENT",
    "SUPPLIER",
    "SupplierAction",
    "concerns",
    "recipient_targets",
    "supplier_actions",
]

SUPPLIER = "supplier"
RECIPIENT = "recipient"
# On the recipient's desk and waiting for its first word.
_DESK = frozenset(
    {
        InvoiceStatus.AVAILABLE,
        InvoiceStatus.COMPLETED,
        InvoiceStatus.TAKEN_BY_RECIPIENT,
    }
)


def supplier_actions(status: InvoiceStatus | str) -> tuple[SupplierAction, ...]:
    """What the supplier may do now, the most useful first.

    >>> supplier_actions("SUSPENDUE")
    (<SupplierAction.COMPLETE: 'complete'>,)
    >>> supplier_actions("NOUVEAU_STATUT")
    ()
    """
    known = _known(status)
    return () if known is None else facts_of(known).supplier_may


def recipient_targets(status: InvoiceStatus | str) -> tuple[InvoiceStatus, ...]:
    """Statuses the recipient may give next; see the table for what is published."""
    known = _known(status)
    return () if known is None else RECIPIENT_TARGETS[facts_of(known).recipient_may]


def concerns(status: InvoiceStatus | str, side: str) -> bool:
    """Whether a person of that side has something to do.

    :param side: ``SUPPLIER`` or ``RECIPIENT``
    """
    known = _known(status)
    if known is None:
        return False
    if side == RECIPIENT:
        return known in _DESK
    return known.needs_supplier or (
        known.stage is Stage.REFUSED and bool(facts_of(known).supplier_may)
    )


def _known(status: InvoiceStatus | str) -> InvoiceStatus | None:
    try:
        return InvoiceStatus(str(status))
    except ValueError:
        return None
