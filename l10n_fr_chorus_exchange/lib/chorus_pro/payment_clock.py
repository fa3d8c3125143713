"""How long a public body still has to pay an invoice, from what the portal tells.

The law is the public procurement code (CCP); articles are named where they are applied.
Days are calendar days of Paris, weekends and public holidays like any other.

* Start (R2192-12, R2192-13, R2192-15): the day the buyer was told that the invoice is
  available on the portal, or the day of delivery or performance if that is later. For
  EDI to the State the day counts on which the State's accounting system stamped it:
  nobody tells us that one, so the note ``STATE_TIME_STAMP`` says so.
* Length (R2192-10, R2192-11): see :mod:`.payer_kinds`; the last day is start + length.
* Interruption (R2192-27 to R2192-29): once, before the payment order where there is a
  public accountant. When the file is complete again a new period opens, of 30 days, or
  of what was left on the day of the notification if that is more.
* A recycled invoice, or a rejected one that comes back, is a new request to pay: the
  clock starts again at its new disposal.

Our readings, where the texts say nothing:

* a second suspension does not stop the clock and neither does one after the payment
  order or after the last day; each leaves a note;
* SUSPENDUE that is followed by a later step without COMPLETEE: complete on that day;
* an invoice that was treated without being made available: received on that day;
* an announced payment stands, whatever status comes after it, short of a rejection.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

from .payer_kinds import STANDARD_DAYS, PayerKind
from .reading import PARIS
from .statuses import InvoiceStatus, Stage

# R2192-31 and D2192-35.
POINTS_ABOVE_ECB = Decimal(8)
FLAT_COMPENSATION = Decimal(40)
# No article says by how many days a year is divided. 365 in every year is our reading.
YEAR = Decimal(365)
CENT = Decimal("0.01")

_WITH_BUYER = frozenset(
    status
    for status in InvoiceStatus
    if status.stage in (Stage.RECIPIENT, Stage.PAYMENT)
)
# Back at the supplier to be sent elsewhere: this request is over, another may follow.
_SENT_BACK = frozenset(
    status for status in InvoiceStatus if status.stage is Stage.SUPPLIER
) - {InvoiceStatus.SUSPENDED, InvoiceStatus.TO_COMPLETE}
_OVER = frozenset(
    status for status in InvoiceStatus if status.stage in (Stage.REFUSED, Stage.CLOSED)
)
_ORDERED = frozenset(
    status for status in InvoiceStatus if status.stage is Stage.PAYMENT
)


class ClockState(str, Enum):
    WAITING = "waiting"  # the buyer does not have it (yet, or any more)
    RUNNING = "running"
    STOPPED = "stopped"  # suspended, the first time
    PAID = "paid"  # payment announced
    CLOSED = "closed"  # rejected or withdrawn


class ClockNote(str, Enum):
    """What somebody who checks the dates by hand must know."""

    KIND_ASSUMED = "kind_assumed"
    STATE_TIME_STAMP = "state_time_stamp"
    PERFORMED_LATER = "performed_later"
    DISPOSAL_NOT_TOLD = "disposal_not_told"
    STARTED_AGAIN = "started_again"
    COMPLETION_NOT_TOLD = "completion_not_told"
    SECOND_SUSPENSION = "second_suspension"
    SUSPENDED_AFTER_ORDER = "suspended_after_order"
    SUSPENDED_AFTER_DUE = "suspended_after_due"


@dataclass(frozen=True)
class ClockEvent:
    """One line of the portal's history; ``at`` knows its zone."""

    code: InvoiceStatus | str
    at: datetime

    @property
    def day(self) -> date:
        return self.at.astimezone(PARIS).date()


@dataclass(frozen=True)
class PaymentClock:
    """Result of :func:`read_clock`.

    ``due`` is the last day to pay; None while the clock stands still or does not run.
    ``days`` is the length of the first period, ``days_stopped`` the days between
    suspension and completion.
    """

    state: ClockState
    days: int
    start: date | None = None
    due: date | None = None
    stopped_on: date | None = None
    days_stopped: int = 0
    paid_on: date | None = None
    notes: tuple[ClockNote, ...] = ()

    def days_left(self, today: date) -> int | None:
        """Days until the last day to pay, below zero when it has passed; None when
        there is no such day. Once paid: what was left on the day of the payment."""
        if self.due is None:
            return None
        return (self.due - (self.paid_on or today)).days

    def late_days(self, today: date) -> int:
        """Days late, from the day after the last one (L2192-13) to the payment, that
        day included, or to today."""
        left = self.days_left(today)
        return 0 if left is None else max(0, -left)


def read_clock(
    events: Iterable[ClockEvent],
    kind: PayerKind | None = None,
    *,
    performed: date | None = None,
) -> PaymentClock:
    """Where the period to pay stands after these events.

    :param events: history of one invoice, in any order; of one minute: in their order
    :param kind: of the public body; None counts 30 days and leaves a note
    :param performed: day of delivery or performance, where known
    """
    clock = _Clock(kind, performed)
    for event in sorted(events, key=lambda event: event.at):
        clock.hear(event)
    return clock.result()


@dataclass
class _Clock:
    kind: PayerKind | None
    performed: date | None
    state: ClockState = ClockState.WAITING
    start: date | None = None
    due: date | None = None
    stopped_on: date | None = None
    days_stopped: int = 0
    paid_on: date | None = None
    interrupted: bool = False
    ordered: bool = False
    requests: int = 0
    notes: list[ClockNote] = field(default_factory=list)

    @property
    def days(self) -> int:
        return self.kind.days if self.kind else STANDARD_DAYS

    def hear(self, event: ClockEvent) -> None:
        if event.code in _OVER:
            self.end(ClockState.CLOSED)
        elif event.code in _SENT_BACK:
            self.end(ClockState.WAITING)
        elif event.code is InvoiceStatus.SUSPENDED:
            self.receive(event)
            self.suspend(event.day)
        elif event.code in _WITH_BUYER:
            self.receive(event)
            self.resume(event)
            self.ordered = self.ordered or event.code in _ORDERED
            if event.code is InvoiceStatus.PAID and not self.paid_on:
                self.paid_on = event.day
                self.state = ClockState.PAID

    def end(self, state: ClockState) -> None:
        self.state = state
        self.start = self.due = self.stopped_on = self.paid_on = None
        self.days_stopped = 0
        self.interrupted = self.ordered = False
        self.notes.clear()

    def receive(self, event: ClockEvent) -> None:
        if self.start:
            return
        self.requests += 1
        self.state = ClockState.RUNNING
        self.start = event.day
        if event.code is not InvoiceStatus.AVAILABLE:
            self.notes.append(ClockNote.DISPOSAL_NOT_TOLD)
        if self.performed and self.performed > event.day:
            self.start = self.performed
            self.notes.append(ClockNote.PERFORMED_LATER)
        self.due = self.start + timedelta(days=self.days)

    def suspend(self, day: date) -> None:
        if self.state is not ClockState.RUNNING or self.due is None:
            return
        accountant = self.kind is None or self.kind.has_public_accountant
        if self.interrupted:
            self.note(ClockNote.SECOND_SUSPENSION)
        elif self.ordered and accountant:
            self.note(ClockNote.SUSPENDED_AFTER_ORDER)
        elif day > self.due:
            self.note(ClockNote.SUSPENDED_AFTER_DUE)
        else:
            self.state = ClockState.STOPPED
            self.stopped_on = day

    def resume(self, event: ClockEvent) -> None:
        if not (self.stopped_on and self.start and self.due):
            return
        if event.code not in (InvoiceStatus.COMPLETED, InvoiceStatus.AVAILABLE):
            self.note(ClockNote.COMPLETION_NOT_TOLD)
        left = min(self.days, (self.due - self.stopped_on).days)
        again = max(event.day, self.start)
        self.due = again + timedelta(days=max(STANDARD_DAYS, left))
        self.days_stopped = (event.day - self.stopped_on).days
        self.stopped_on = None
        self.interrupted = True
        self.state = ClockState.RUNNING

    def note(self, note: ClockNote) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def result(self) -> PaymentClock:
        stopped = self.state is ClockState.STOPPED
        return PaymentClock(
            state=self.state,
            days=self.days,
            start=self.start,
            due=None if stopped else self.due,
            stopped_on=self.stopped_on,
            days_stopped=self.days_stopped,
            paid_on=self.paid_on,
            notes=tuple(self.notes_of_all()) if self.start else (),
        )

    def notes_of_all(self) -> Iterable[ClockNote]:
        if self.kind is None:
            yield ClockNote.KIND_ASSUMED
        if self.kind is PayerKind.STATE:
            yield ClockNote.STATE_TIME_STAMP
        if self.requests > 1:
            yield ClockNote.STARTED_AGAIN
        yield from self.notes


# -----------------------------------------------------------------------------
# LATE INTEREST
# -----------------------------------------------------------------------------


@dataclass(frozen=True)
class LateInterest:
    """What is owed for paying late; ``rate`` in percent a year."""

    principal: Decimal
    rate: Decimal
    days: int
    interest: Decimal
    flat: Decimal = FLAT_COMPENSATION

    @property
    def total(self) -> Decimal:
        return self.interest + self.flat


def rate_day(due: date) -> date:
    """Day whose ECB rate counts: the first of the half-year in which the interest began
    to run (R2192-31), which it does on the day after the last day to pay (L2192-13).

    >>> rate_day(date(2026, 6, 30))
    datetime.date(2026, 7, 1)
    """
    first = due + timedelta(days=1)
    return date(first.year, 1 if first.month <= 6 else 7, 1)


def late_interest(principal: Decimal, days: int, ecb_rate: Decimal) -> LateInterest:
    """Interest and flat compensation (L2192-13, R2192-31, D2192-35).

    principal x (ECB rate + 8) / 100 x days / 365, to the cent; the rate stays that of
    :func:`rate_day` as long as the delay lasts.

    :param principal: amount including taxes that was paid late
    :param days: of :meth:`PaymentClock.late_days`, above zero
    :param ecb_rate: main refinancing operations, in percent
    """
    rate = ecb_rate + POINTS_ABOVE_ECB
    interest = principal * rate / 100 * days / YEAR
    return LateInterest(
        principal=principal,
        rate=rate,
        days=days,
        interest=interest.quantize(CENT, ROUND_HALF_UP),
    )
