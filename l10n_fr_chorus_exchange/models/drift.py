"""What changed about a public body between two look-ups, and whom it disturbs.

Without a database: the partner gives its facts before and after, and its documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..tools.search_words import folded

# Kinds of change; those that somebody has to act upon are in ``TROUBLES``.
CLOSED = "closed"
REOPENED = "reopened"
GONE = "gone"
FOUND = "found"
RENAMED = "renamed"
DEMANDS = "demands"
DEMANDS_NO_MORE = "demands_no_more"
SERVICE_CLOSED = "service_closed"
SERVICE_REOPENED = "service_reopened"
SERVICE_CODE = "service_code"
SERVICE_DEMANDS = "service_demands"
SERVICE_DEMANDS_NO_MORE = "service_demands_no_more"

# What a body may demand, in the words of its fields.
SERVICE = "service"
ENGAGEMENT = "engagement"
EITHER = "either"

TROUBLES = frozenset(
    (
        CLOSED,
        GONE,
        RENAMED,
        DEMANDS,
        SERVICE_CLOSED,
        SERVICE_CODE,
        SERVICE_DEMANDS,
    )
)


@dataclass(frozen=True)
class ServiceState:
    """A service as it was known.

    :ivar is_checked: whether the portal was ever asked what it demands
    """

    code: str
    is_active: bool
    demands_engagement: bool
    is_checked: bool


@dataclass(frozen=True)
class BodyState:
    """A public body as it was known; a first look-up has nothing to compare with.

    :ivar demands: some of ``SERVICE``, ``ENGAGEMENT``, ``EITHER``
    :ivar services: by what identifies them from one look-up to the next
    """

    is_known: bool
    is_open: bool
    name: str
    demands: frozenset[str]
    services: Mapping[int, ServiceState]


@dataclass(frozen=True)
class Change:
    """One thing that is no longer what it was.

    :ivar what: the demand, or the code of the service, that it is about
    """

    kind: str
    what: str = ""
    old: str = ""
    new: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.what

    @property
    def is_trouble(self) -> bool:
        return self.kind in TROUBLES

    def to_json(self) -> dict[str, str]:
        return {
            "kind": self.kind,
            "what": self.what,
            "old": self.old,
            "new": self.new,
        }

    @classmethod
    def from_json(cls, row: Mapping[str, str]) -> Change:
        return cls(row["kind"], row["what"], row["old"], row["new"])


@dataclass(frozen=True)
class Document:
    """Something that carries the references of a public body and is not sent yet.

    :ivar kind: ``draft``, ``recurring``, ``unsent``, ``order`` or ``default``
    :ivar company: whose it is; None for a default, which all companies share
    """

    record: Any
    kind: str
    company: Any
    service: str = ""
    engagement: str = ""
    is_default: bool = field(default=False, kw_only=True)


def compare(before: BodyState, after: BodyState) -> list[Change]:
    """What is new; nothing when there was no look-up before.

    >>> old = BodyState(True, True, "A", frozenset(), {})
    >>> compare(old, BodyState(True, True, "B", frozenset((SERVICE,)), {}))
    ... # doctest: +NORMALIZE_WHITESPACE
    [Change(kind='renamed', what='', old='A', new='B'),
     Change(kind='demands', what='service', old='', new='')]
    """
    if not before.is_known:
        return []
    changes = []
    if before.is_open != after.is_open:
        changes.append(Change(REOPENED if after.is_open else CLOSED))
    if before.name and after.name and is_other_name(before.name, after.name):
        changes.append(Change(RENAMED, "", before.name, after.name))
    changes += (Change(DEMANDS, one) for one in sorted(after.demands - before.demands))
    changes += (
        Change(DEMANDS_NO_MORE, one) for one in sorted(before.demands - after.demands)
    )
    for key, old in before.services.items():
        changes += _compare_service(old, after.services.get(key))
    return changes


def is_other_name(old: str, new: str) -> bool:
    """The portal and its directory do not write case and accents alike.

    >>> is_other_name("Commune d'Été", "COMMUNE D ETE")
    False
    """
    return folded(old) != folded(new)


def _compare_service(old: ServiceState, new: ServiceState | None) -> Iterable[Change]:
    if new is None:
        if old.is_active:
            yield Change(SERVICE_CLOSED, old.code)
        return
    if old.is_active != new.is_active:
        yield Change(SERVICE_REOPENED if new.is_active else SERVICE_CLOSED, new.code)
    if old.code != new.code:
        yield Change(SERVICE_CODE, old.code, old.code, new.code)
    # What was never asked is no news about the body.
    if old.is_checked and old.demands_engagement != new.demands_engagement:
        yield Change(
            SERVICE_DEMANDS if new.demands_engagement else SERVICE_DEMANDS_NO_MORE,
            new.code,
        )


def merge(known: Iterable[Change], news: Iterable[Change]) -> list[Change]:
    """Troubles that stand after ``news``; the latest word on each matter counts.

    A body renamed twice keeps the first name as the old one.
    """
    standing = {change.key: change for change in known}
    for change in news:
        if not change.is_trouble:
            continue
        earlier = standing.get(change.key)
        if earlier and change.kind == RENAMED:
            change = Change(RENAMED, "", earlier.old, change.new)
        standing[change.key] = change
    return list(standing.values())


def stands(change: Change, body: BodyState) -> bool:
    """Whether the trouble is still there as the body is known now."""
    services = list(body.services.values())
    if change.kind == CLOSED:
        return not body.is_open
    if change.kind == RENAMED:
        return not is_other_name(body.name, change.new) and is_other_name(
            change.old, change.new
        )
    if change.kind == DEMANDS:
        return change.what in body.demands
    if change.kind in (SERVICE_CLOSED, SERVICE_CODE):
        return not any(one.code == change.what and one.is_active for one in services)
    if change.kind == SERVICE_DEMANDS:
        return any(
            one.code == change.what and one.is_active and one.demands_engagement
            for one in services
        )
    return True


def touches(change: Change, document: Document) -> bool:
    """Whether somebody has to look at the document because of the change."""
    if change.kind in (SERVICE_CLOSED, SERVICE_CODE):
        return document.service == change.what
    if document.is_default:
        return change.kind in (CLOSED, GONE)
    if change.kind == SERVICE_DEMANDS:
        return document.service == change.what and not document.engagement
    if change.kind == DEMANDS:
        return _lacks(change.what, document)
    return change.kind in TROUBLES


def _lacks(demand: str, document: Document) -> bool:
    if demand == SERVICE:
        return not document.service
    if demand == ENGAGEMENT:
        return not document.engagement
    return not (document.service or document.engagement)
