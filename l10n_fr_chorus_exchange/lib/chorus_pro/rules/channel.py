"""The way: connection, earlier deposits, other channels."""

from __future__ import annotations

from collections.abc import Iterator

from . import sources
from .facts import Facts
from .model import Collection, Fault, Level, Subject, _lt, fault

CHANNEL = Collection()


@CHANNEL.rule(
    "CPX-CONNECTION",
    Level.ERROR,
    Subject.CONNECTION,
    "",
    sources.OWN,
    _lt("No connection to Chorus Pro"),
    _lt("Set up the Chorus Pro connection of %(company)s."),
)
def connection_missing(facts: Facts) -> Iterator[Fault]:
    if not facts.connection.exists:
        yield fault(company=facts.connection.company)


@CHANNEL.rule(
    "CPX-CONNECTION-OFF",
    Level.ERROR,
    Subject.CONNECTION,
    "",
    sources.OWN,
    _lt("Sending is switched off"),
    _lt(
        "The Chorus Pro connection of %(company)s does not send: tick “Send customer"
        " invoices” on it."
    ),
)
def connection_off(facts: Facts) -> Iterator[Fault]:
    if facts.connection.exists and not facts.connection.can_send:
        yield fault(company=facts.connection.company)


@CHANNEL.rule(
    "CPX-CONNECTION-HELD",
    Level.WARNING,
    Subject.CONNECTION,
    "",
    sources.OWN,
    _lt("The connection does not work at the moment"),
    _lt(
        "The Chorus Pro connection of %(company)s does not work at the moment: the"
        " invoice will wait, and leave by itself once it does."
    ),
)
def connection_held(facts: Facts) -> Iterator[Fault]:
    connection = facts.connection
    if connection.exists and connection.can_send and connection.is_held:
        yield fault(company=connection.company)


@CHANNEL.rule(
    "CPX-UNDER-WAY",
    Level.ERROR,
    Subject.INVOICE,
    "",
    sources.OWN,
    _lt("Already on its way"),
    _lt("%(invoice)s is already on its way to Chorus Pro."),
)
def under_way(facts: Facts) -> Iterator[Fault]:
    if facts.invoice.is_under_way:
        yield fault(invoice=facts.invoice.name)


@CHANNEL.rule(
    "CPX-OTHER-ENVIRONMENT",
    Level.ERROR,
    Subject.INVOICE,
    "",
    sources.OWN,
    _lt("Handed to another environment"),
    _lt(
        "%(invoice)s was handed to another environment of Chorus Pro already"
        " (%(environment)s) and belongs there: duplicate it and send the copy."
    ),
)
def other_environment(facts: Facts) -> Iterator[Fault]:
    if facts.invoice.handed_to:
        yield fault(invoice=facts.invoice.name, environment=facts.invoice.handed_to)


@CHANNEL.rule(
    "CPX-CHANNEL-SENT",
    Level.ERROR,
    Subject.INVOICE,
    "",
    sources.OWN,
    _lt("Sent by another channel"),
    _lt(
        "%(invoice)s was handed to %(channel)s already: sending it by Chorus Pro too"
        " would invoice the customer twice."
    ),
)
def sent_elsewhere(facts: Facts) -> Iterator[Fault]:
    if facts.channel.sent_by:
        yield fault(invoice=facts.invoice.name, channel=facts.channel.sent_by)


@CHANNEL.rule(
    "CPX-CHANNEL-CHOSEN",
    Level.ERROR,
    Subject.INVOICE,
    "",
    sources.OWN,
    _lt("Two channels chosen"),
    _lt(
        "%(invoice)s would go both by Chorus Pro and %(channel)s, and be counted twice:"
        " keep one."
    ),
)
def chosen_twice(facts: Facts) -> Iterator[Fault]:
    if facts.channel.chosen_too:
        yield fault(
            invoice=facts.invoice.name, channel=", ".join(facts.channel.chosen_too)
        )


@CHANNEL.rule(
    "CPX-CHANNEL-PREFERRED",
    Level.WARNING,
    Subject.RECIPIENT,
    "",
    sources.OWN,
    _lt("The customer prefers another channel"),
    _lt(
        "%(recipient)s is set to be invoiced %(channel)s. If it is a public body,"
        " choose Chorus Pro as its invoice sending."
    ),
)
def prefers_another(facts: Facts) -> Iterator[Fault]:
    if facts.channel.preferred:
        yield fault(recipient=facts.recipient.name, channel=facts.channel.preferred)
