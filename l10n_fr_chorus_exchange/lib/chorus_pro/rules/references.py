"""Service, commitment number, contract: what leads an invoice to the right desk."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import sources
from .facts import Facts
from .model import Collection, Fault, Level, Subject, _lt, fault

MAX_SERVICE = 100
MAX_REFERENCE = 50
# Kept by the portal for what one public body invoices to another.
PUBLIC_INVOICES = "FACTURES_PUBLIQUES"
# Letters (accents included), digits, dash, underscore, space.
SERVICE = re.compile(r"[\w \-]*")

REFERENCES = Collection()


@REFERENCES.rule(
    "CPX-SERVICE",
    Level.ERROR,
    Subject.INVOICE,
    "BT-10",
    sources.DEMANDS,
    _lt("Service code demanded"),
    _lt("%(name)s demands a service code: fill it in."),
)
def service_missing(facts: Facts) -> Iterator[Fault]:
    if facts.recipient.requires_service and not facts.invoice.service:
        yield fault(name=facts.recipient.name)


@REFERENCES.rule(
    "CPX-ENGAGEMENT",
    Level.ERROR,
    Subject.INVOICE,
    "BT-13",
    sources.DEMANDS,
    _lt("Commitment number demanded"),
    _lt("%(name)s demands a commitment number: fill it in."),
)
def engagement_missing(facts: Facts) -> Iterator[Fault]:
    recipient = facts.recipient
    if facts.invoice.engagement:
        return
    if recipient.service_requires_engagement:
        yield fault(name=recipient.service_name or recipient.name)
    elif recipient.requires_engagement:
        yield fault(name=recipient.name)


@REFERENCES.rule(
    "CPX-SERVICE-OR-ENGAGEMENT",
    Level.ERROR,
    Subject.INVOICE,
    "BT-10",
    sources.DEMANDS,
    _lt("Service code or commitment number demanded"),
    _lt("%(name)s demands a service code or a commitment number: fill in one."),
)
def either_missing(facts: Facts) -> Iterator[Fault]:
    invoice = facts.invoice
    if facts.recipient.requires_either and not (invoice.service or invoice.engagement):
        yield fault(name=facts.recipient.name)


@REFERENCES.rule(
    "CPX-SERVICE-FORMAT",
    Level.ERROR,
    Subject.INVOICE,
    "BT-10",
    sources.SERVICE_FORMAT,
    _lt("Form of the service code"),
    _lt(
        "The service code %(code)s does not suit: at most %(most)s letters, digits,"
        " spaces, - and _."
    ),
)
def service_format(facts: Facts) -> Iterator[Fault]:
    code = facts.invoice.service
    if code in {service.code for service in facts.recipient.services}:
        return  # the portal itself gave it
    if len(code) > MAX_SERVICE or not SERVICE.fullmatch(code):
        yield fault(code=code, most=MAX_SERVICE)


@REFERENCES.rule(
    "CPX-SERVICE-UNKNOWN",
    Level.WARNING,
    Subject.INVOICE,
    "BT-10",
    sources.DEMANDS,
    _lt("Unknown service"),
    _lt("%(name)s has no service “%(code)s” on Chorus Pro, as of the last look-up."),
)
def service_unknown(facts: Facts) -> Iterator[Fault]:
    code = facts.invoice.service
    known = {service.code for service in facts.recipient.services}
    # The look-up leaves the reserved service out.
    if code and known and code not in known | {PUBLIC_INVOICES}:
        yield fault(name=facts.recipient.name, code=code)


@REFERENCES.rule(
    "CPX-SERVICE-CLOSED",
    Level.ERROR,
    Subject.INVOICE,
    "BT-10",
    sources.DEMANDS,
    _lt("Closed service"),
    _lt(
        "The service “%(code)s” of %(name)s is closed on Chorus Pro, as of the last"
        " look-up: choose another."
    ),
)
def service_closed(facts: Facts) -> Iterator[Fault]:
    code = facts.invoice.service
    states = {s.code: s.is_active for s in facts.recipient.services}
    if not states.get(code, True):
        yield fault(name=facts.recipient.name, code=code)


@REFERENCES.rule(
    "CPX-SERVICE-RESERVED",
    Level.WARNING,
    Subject.INVOICE,
    "BT-10",
    sources.SERVICE_RESERVED,
    _lt("Service kept for public bodies"),
    _lt(
        "The service %(code)s is for what public bodies invoice to one another: choose"
        " the one that ordered."
    ),
)
def service_reserved(facts: Facts) -> Iterator[Fault]:
    if facts.invoice.service == PUBLIC_INVOICES and not facts.supplier.is_public:
        yield fault(code=PUBLIC_INVOICES)


@REFERENCES.rule(
    "CPX-ENGAGEMENT-LENGTH",
    Level.ERROR,
    Subject.INVOICE,
    "BT-13",
    sources.REFERENCE_LENGTH,
    _lt("Length of the commitment number"),
    _lt("The commitment number has more than %(most)s characters: shorten it."),
)
def engagement_length(facts: Facts) -> Iterator[Fault]:
    if len(facts.invoice.engagement) > MAX_REFERENCE:
        yield fault(most=MAX_REFERENCE)


@REFERENCES.rule(
    "CPX-ENGAGEMENT-UNKNOWN",
    Level.WARNING,
    Subject.INVOICE,
    "BT-13",
    sources.ENGAGEMENT,
    _lt("Unknown commitment number"),
    _lt(
        "Chorus Pro did not know the commitment number %(number)s on %(date)s (it knows"
        " those of the State only)."
    ),
)
def engagement_unknown(facts: Facts) -> Iterator[Fault]:
    asked = facts.engagement
    if facts.invoice.engagement and asked.is_asked and asked.is_known is False:
        yield fault(number=facts.invoice.engagement, date=asked.looked_up_on)


@REFERENCES.rule(
    "CPX-ENGAGEMENT-UNCHECKED",
    Level.WARNING,
    Subject.INVOICE,
    "BT-13",
    sources.ENGAGEMENT,
    _lt("Commitment number not looked up"),
    _lt("The commitment number %(number)s was not looked up on Chorus Pro yet."),
)
def engagement_unchecked(facts: Facts) -> Iterator[Fault]:
    asked = facts.engagement
    if facts.invoice.engagement and asked.is_asked and asked.is_known is None:
        yield fault(number=facts.invoice.engagement)


@REFERENCES.rule(
    "CPX-CONTRACT-LENGTH",
    Level.ERROR,
    Subject.INVOICE,
    "BT-12",
    sources.REFERENCE_LENGTH,
    _lt("Length of the contract number"),
    _lt("The contract number has more than %(most)s characters: shorten it."),
)
def contract_length(facts: Facts) -> Iterator[Fault]:
    if len(facts.invoice.contract) > MAX_REFERENCE:
        yield fault(most=MAX_REFERENCE)
