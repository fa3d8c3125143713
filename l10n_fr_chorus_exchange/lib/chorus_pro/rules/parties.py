"""Supplier, recipient, validator: identifiers and what the portal knows of them."""

from __future__ import annotations

from collections.abc import Iterator

from .. import identifiers
from ..codes import IdentifierType
from . import sources
from .facts import Facts
from .model import Collection, Fault, Level, Subject, _lt, fault

MAX_IDENTIFIER = 18
NEEDS_VALIDATOR = ("A9", "A12")

PARTIES = Collection()

_MISSING = _lt("Type the 14-digit SIRET of %(name)s.")
_WRONG_KEY = _lt(
    "The SIRET %(siret)s of %(name)s has a wrong check digit: probably a typing error."
)


@PARTIES.rule(
    "CPX-SUPPLIER-SIRET",
    Level.ERROR,
    Subject.SUPPLIER,
    "BT-30",
    sources.SIRET,
    _lt("SIRET of the supplier"),
    _MISSING,
)
def supplier_siret(facts: Facts) -> Iterator[Fault]:
    supplier = facts.supplier
    if _has_siret(facts) and not identifiers.is_siret_shape(supplier.identifier):
        yield fault(name=supplier.name)


@PARTIES.rule(
    "CPX-SUPPLIER-KEY",
    Level.ERROR,
    Subject.SUPPLIER,
    "BT-30",
    sources.SIRET_KEY,
    _lt("Check digit of the supplier's SIRET"),
    _WRONG_KEY,
)
def supplier_key(facts: Facts) -> Iterator[Fault]:
    supplier = facts.supplier
    if _has_siret(facts) and _key_is_wrong(facts, supplier.identifier):
        yield fault(siret=supplier.identifier, name=supplier.name)


@PARTIES.rule(
    "CPX-SUPPLIER-IDENTIFIER",
    Level.ERROR,
    Subject.SUPPLIER,
    "BT-30",
    sources.IDENTIFIER,
    _lt("Identifier of a supplier without SIRET"),
    _lt(
        "The identifier of %(name)s on Chorus Pro is missing or longer than %(most)s"
        " characters: correct it in the settings of the company."
    ),
)
def supplier_identifier(facts: Facts) -> Iterator[Fault]:
    supplier = facts.supplier
    if not _has_siret(facts) and not 0 < len(supplier.identifier) <= MAX_IDENTIFIER:
        yield fault(name=supplier.name, most=MAX_IDENTIFIER)


@PARTIES.rule(
    "CPX-SUPPLIER-RIGHTS",
    Level.WARNING,
    Subject.CONNECTION,
    "BT-30",
    sources.STRUCTURE,
    _lt("No right to send for the supplier"),
    _lt(
        "At the last test of the connection, the technical account could not send for"
        " %(name)s (%(identifier)s): have the right granted on the portal, then test"
        " again."
    ),
)
def supplier_rights(facts: Facts) -> Iterator[Fault]:
    supplier = facts.supplier
    if supplier.may_issue is False and supplier.identifier:
        yield fault(name=supplier.name, identifier=supplier.identifier)


@PARTIES.rule(
    "CPX-RECIPIENT-SIRET",
    Level.ERROR,
    Subject.RECIPIENT,
    "BT-47",
    sources.SIRET,
    _lt("SIRET of the recipient"),
    _MISSING,
)
def recipient_siret(facts: Facts) -> Iterator[Fault]:
    if not identifiers.is_siret_shape(facts.recipient.siret):
        yield fault(name=facts.recipient.name)


@PARTIES.rule(
    "CPX-RECIPIENT-KEY",
    Level.ERROR,
    Subject.RECIPIENT,
    "BT-47",
    sources.SIRET_KEY,
    _lt("Check digit of the recipient's SIRET"),
    _WRONG_KEY,
)
def recipient_key(facts: Facts) -> Iterator[Fault]:
    if _key_is_wrong(facts, facts.recipient.siret):
        yield fault(siret=facts.recipient.siret, name=facts.recipient.name)


@PARTIES.rule(
    "CPX-RECIPIENT-STRUCTURE",
    Level.ERROR,
    Subject.RECIPIENT,
    "BT-47",
    sources.STRUCTURE,
    _lt("The recipient takes no invoice on Chorus Pro"),
    _lt(
        "As of %(date)s, %(name)s was no active public body on Chorus Pro. Check its"
        " SIRET, and look it up again."
    ),
)
def recipient_structure(facts: Facts) -> Iterator[Fault]:
    recipient = facts.recipient
    if recipient.looked_up_on and not recipient.is_public:
        yield fault(date=recipient.looked_up_on, name=recipient.name)


@PARTIES.rule(
    "CPX-RECIPIENT-UNCHECKED",
    Level.WARNING,
    Subject.RECIPIENT,
    "BT-47",
    sources.DEMANDS,
    _lt("The recipient was never looked up"),
    _lt(
        "Look up %(name)s on Chorus Pro: what it demands of an invoice is not known yet."
    ),
)
def recipient_unchecked(facts: Facts) -> Iterator[Fault]:
    recipient = facts.recipient
    # Demands or services typed by hand: somebody has told already.
    told = (
        recipient.services,
        recipient.requires_service,
        recipient.requires_engagement,
        recipient.requires_either,
    )
    if not recipient.looked_up_on and not any(told):
        yield fault(name=recipient.name)


@PARTIES.rule(
    "CPX-RECIPIENT-UNKNOWN",
    Level.WARNING,
    Subject.RECIPIENT,
    "BT-47",
    sources.STRUCTURE,
    _lt("Chorus Pro no longer knows the recipient"),
    _lt(
        "On %(date)s, Chorus Pro did not know the SIRET of %(name)s: ask it which one to"
        " invoice."
    ),
)
def recipient_unknown(facts: Facts) -> Iterator[Fault]:
    recipient = facts.recipient
    if recipient.unknown_on:
        yield fault(date=recipient.unknown_on, name=recipient.name)


@PARTIES.rule(
    "CPX-VALIDATOR",
    Level.ERROR,
    Subject.INVOICE,
    "",
    sources.FRAMEWORKS_BY_API,
    _lt("No validator"),
    _lt(
        "With the billing framework %(framework)s, the main contractor or mandatary"
        " validates the invoice first: choose it."
    ),
)
def validator_missing(facts: Facts) -> Iterator[Fault]:
    framework = facts.invoice.framework
    if framework in NEEDS_VALIDATOR and facts.validator is None:
        yield fault(framework=framework)


@PARTIES.rule(
    "CPX-VALIDATOR-SIRET",
    Level.ERROR,
    Subject.VALIDATOR,
    "",
    sources.FRAMEWORKS_BY_API,
    _lt("SIRET of the validator"),
    _MISSING,
)
def validator_siret(facts: Facts) -> Iterator[Fault]:
    validator = facts.validator
    if (
        validator is not None
        and facts.invoice.framework in NEEDS_VALIDATOR
        and not identifiers.is_siret_shape(validator.siret)
    ):
        yield fault(name=validator.name)


def _has_siret(facts: Facts) -> bool:
    return facts.supplier.identifier_type == IdentifierType.SIRET.value


def _key_is_wrong(facts: Facts, siret: str) -> bool:
    """Production only: the fictitious SIRETs of qualification fail on purpose."""
    return (
        facts.connection.is_production
        and identifiers.is_siret_shape(siret)
        and not identifiers.siret_checksum_ok(siret)
    )
