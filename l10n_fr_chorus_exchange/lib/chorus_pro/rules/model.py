"""What a rule is, and what it says when it is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from .facts import Facts


class Level(str, Enum):
    """An error keeps the invoice from going; a warning leaves it to the user."""

    ERROR = "error"
    WARNING = "warning"


class Subject(str, Enum):
    """Whose record mends it."""

    CONNECTION = "connection"
    SUPPLIER = "supplier"
    RECIPIENT = "recipient"
    INVOICE = "invoice"
    LINE = "line"
    ATTACHMENT = "attachment"
    VALIDATOR = "validator"


class Confidence(str, Enum):
    """How sure it is that the portal holds to the rule."""

    HIGH = "H"  # an official document, or measured
    MEDIUM = "M"  # one good community source, or several that agree
    LOW = "L"  # a deduction, or a single weak source
    OWN = "-"  # demanded by this product, not by the portal


@dataclass(frozen=True)
class Source:
    """Where a rule comes from.

    :ivar document: the text that states it
    :ivar code: its code there; the same code means something else in another document
    """

    document: str
    confidence: Confidence
    code: str = ""


@dataclass(frozen=True)
class Fault:
    """One breach of a rule: values of its sentence, and which record if there are many.

    :ivar values: text, numbers, dates; the caller writes a date as its reader does
    :ivar ref: as given in the facts (an attachment), 0 when the subject says enough
    :ivar term: EN 16931 term, when the rule covers several
    :ivar level: when this breach weighs more or less than the rule says
    """

    values: Mapping[str, object] = field(default_factory=dict)
    ref: int = 0
    term: str = ""
    level: Level | None = None


Check = Callable[[Facts], Iterable[Fault]]


@dataclass(frozen=True)
class Rule:
    """One thing the portal, or this product, demands.

    :ivar level: of its breaches, unless one says otherwise
    :ivar title: a few words, for a table and for many invoices at once
    :ivar sentence: English, says what to do; named places as in ``%(number)s``
    :ivar term: EN 16931 term at fault, "" when it is none of the document
    :ivar check: None for what only the maker of the document can tell
    """

    id: str
    level: Level
    subject: Subject
    term: str
    title: str
    sentence: str
    source: Source
    check: Check | None = None


@dataclass(frozen=True)
class Violation:
    """A rule that the facts break."""

    rule: Rule
    fault: Fault

    @property
    def term(self) -> str:
        return self.fault.term or self.rule.term

    @property
    def level(self) -> Level:
        return self.fault.level or self.rule.level

    @property
    def text(self) -> str:
        """The sentence in English; translate ``rule.sentence`` for another language."""
        return self.rule.sentence % self.fault.values


def fault(**values: object) -> Fault:
    """A fault whose sentence takes ``values``; its subject says which record."""
    return Fault(values)


def _lt(text: str) -> str:
    """Marks a text for translation; the caller translates it when it is shown."""
    return text


class Collection:
    """Rules of one topic, in the order they are told.

    ::

        RULES = Collection()

        @RULES.rule("CPX-…", Level.ERROR, Subject.INVOICE, "BT-1", SOURCE, title, sentence)
        def too_long(facts): ...
    """

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def rule(
        self,
        key: str,
        level: Level,
        subject: Subject,
        term: str,
        source: Source,
        title: str,
        sentence: str,
    ) -> Callable[[Check], Check]:
        """Decorator: the function yields one `Fault` per breach."""

        def register(check: Check) -> Check:
            self.rules.append(
                Rule(key, level, subject, term, title, sentence, source, check)
            )
            return check

        return register
