"""What an invoice must satisfy before it is handed to Chorus Pro.

Pure: `check` looks at `Facts` and gives the `Violation` s; it asks nothing, of anyone.
`RULES` lists every rule with its source and confidence.
"""

from __future__ import annotations

from . import sources
from .channel import CHANNEL
from .content import CONTENT
from .facts import (
    AttachmentFacts,
    ChannelFacts,
    ConnectionFacts,
    EngagementFacts,
    Facts,
    InvoiceFacts,
    LineFacts,
    RecipientFacts,
    ServiceFacts,
    SupplierFacts,
    TextFacts,
    ValidatorFacts,
)
from .header import HEADER
from .model import Confidence, Fault, Level, Rule, Source, Subject, Violation, _lt
from .parties import PARTIES
from .references import REFERENCES

__all__ = [
    "DOCUMENT",
    "ENVIRONMENT",
    "NUMBERING",
    "RULES",
    "SCHEMA",
    "AttachmentFacts",
    "ChannelFacts",
    "Confidence",
    "ConnectionFacts",
    "EngagementFacts",
    "Facts",
    "Fault",
    "InvoiceFacts",
    "Level",
    "LineFacts",
    "RecipientFacts",
    "Rule",
    "ServiceFacts",
    "Source",
    "Subject",
    "SupplierFacts",
    "TextFacts",
    "ValidatorFacts",
    "Violation",
    "check",
]

# What only the maker of the document finds out; its sentences come with it.
DOCUMENT = Rule(
    "CPX-DOCUMENT",
    Level.ERROR,
    Subject.INVOICE,
    "",
    _lt("The document cannot be made"),
    "%(sentence)s",
    sources.NORM,
)
SCHEMA = Rule(
    "CPX-XSD",
    Level.ERROR,
    Subject.INVOICE,
    "",
    _lt("The document does not respect its schema"),
    _lt("The document would not respect its schema: %(sentence)s"),
    sources.SCHEMA,
)

RULES: tuple[Rule, ...] = (
    *CHANNEL.rules,
    *PARTIES.rules,
    *HEADER.rules,
    *REFERENCES.rules,
    *CONTENT.rules,
    DOCUMENT,
    SCHEMA,
)
# Those a number can break by itself: asked where numbers are chosen.
NUMBERING = frozenset(
    ("CPX-NUMBER-LENGTH", "CPX-NUMBER-CHARACTERS", "CPX-NUMBER-SPACES")
)
# Asked once more when an invoice is put into the outbox.
ENVIRONMENT = frozenset(("CPX-OTHER-ENVIRONMENT",))


def check(facts: Facts, only: frozenset[str] | None = None) -> tuple[Violation, ...]:
    """Everything that is wrong, at once, in the order of `RULES`.

    :param only: ids of the rules to ask; all by default
    """
    return tuple(
        Violation(rule, found)
        for rule in RULES
        if rule.check is not None and (only is None or rule.id in only)
        for found in rule.check(facts)
    )
