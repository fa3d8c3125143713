"""Lines, lengths, attachments."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..packing import (
    MAX_ATTACHMENT_BYTES,
    MAX_ATTACHMENT_NAME,
    MAX_FLOW_BYTES,
    MAX_INVOICE_BYTES,
    AttachmentProblem,
    attachment_problems,
    flow_size,
)
from . import sources
from .facts import Facts
from .model import Collection, Fault, Level, Subject, _lt, fault

MOST_QUANTITY_DECIMALS = 4
MOST_PRICE_DECIMALS = 6
MEGABYTE = 1024 * 1024
_RATES = "0 0.9 1.05 1.75 2.1 5.5 7 8.5 9.2 9.6 10 13 19.6 20 20.6"
RATES = frozenset(map(Decimal, _RATES.split()))
# Characters, by term: names, trade names, addresses, terms of payment, notes.
LENGTHS = {
    "BT-20": 1024,
    "BT-22": 1024,
    "BT-27": 99,
    "BT-35": 400,
    "BT-36": 400,
    "BT-44": 99,
    "BT-50": 400,
    "BT-51": 400,
    "BT-59": 99,
}

CONTENT = Collection()


@CONTENT.rule(
    "CPX-LINE-VAT",
    Level.ERROR,
    Subject.LINE,
    "BT-151",
    sources.ONE_VAT,
    _lt("Line without VAT"),
    _lt("The line “%(line)s” has no VAT: choose a tax, one of 0 %% if it bears none."),
)
def line_vat(facts: Facts) -> Iterator[Fault]:
    for line in facts.invoice.lines:
        if not line.vat_category:
            yield fault(line=line.name or line.number)


@CONTENT.rule(
    "CPX-LINE-RATE",
    Level.WARNING,
    Subject.LINE,
    "BT-152",
    sources.RATE,
    _lt("VAT rate that is not French"),
    _lt(
        "The line “%(line)s” has a VAT rate of %(rate)s %%, which is not a French one."
    ),
)
def line_rate(facts: Facts) -> Iterator[Fault]:
    for line in facts.invoice.lines:
        if line.vat_rate and Decimal(line.vat_rate) not in RATES:
            yield fault(line=line.name or line.number, rate=line.vat_rate)


@CONTENT.rule(
    "CPX-LINE-QUANTITY",
    Level.ERROR,
    Subject.LINE,
    "BT-129",
    sources.QUANTITY,
    _lt("Decimals of a quantity"),
    _lt(
        "The quantity of the line “%(line)s” has more than %(most)s decimals: round it."
    ),
)
def line_quantity(facts: Facts) -> Iterator[Fault]:
    for line in facts.invoice.lines:
        if _decimals(line.quantity) > MOST_QUANTITY_DECIMALS:
            yield fault(line=line.name or line.number, most=MOST_QUANTITY_DECIMALS)


@CONTENT.rule(
    "CPX-LINE-PRICE",
    Level.ERROR,
    Subject.LINE,
    "BT-146",
    sources.PRICE,
    _lt("Unit price"),
    _lt(
        "The unit price of the line “%(line)s” is negative, or has more than %(most)s"
        " decimals: correct it."
    ),
)
def line_price(facts: Facts) -> Iterator[Fault]:
    for line in facts.invoice.lines:
        if Decimal(line.price) < 0 or _decimals(line.price) > MOST_PRICE_DECIMALS:
            yield fault(line=line.name or line.number, most=MOST_PRICE_DECIMALS)


@CONTENT.rule(
    "CPX-LENGTH",
    Level.WARNING,
    Subject.INVOICE,
    "",
    sources.LENGTHS,
    _lt("Text too long"),
    _lt(
        "“%(text)s…” has %(count)s characters; beyond %(most)s, Chorus Pro may refuse or"
        " cut it."
    ),
)
def text_length(facts: Facts) -> Iterator[Fault]:
    for entry in facts.invoice.texts:
        most = LENGTHS.get(entry.term)
        if most and len(entry.text) > most:
            values = {
                "text": entry.text[:40].strip(),
                "count": len(entry.text),
                "most": most,
            }
            yield Fault(values, term=entry.term)


@CONTENT.rule(
    "CPX-FILE-EXTENSION",
    Level.ERROR,
    Subject.ATTACHMENT,
    "BT-125",
    sources.FILE,
    _lt("Kind of an attachment"),
    _lt(
        "Chorus Pro does not take files like %(file)s. Convert it (to PDF for example),"
        " or remove it."
    ),
)
def file_extension(facts: Facts) -> Iterator[Fault]:
    wrong = (AttachmentProblem.BAD_EXTENSION, AttachmentProblem.NO_NAME)
    yield from _files(facts, *wrong)


@CONTENT.rule(
    "CPX-FILES-LEFT-OUT",
    Level.WARNING,
    Subject.ATTACHMENT,
    "BT-125",
    sources.FILE,
    _lt("Files that do not go along"),
    _lt(
        "Chorus Pro does not take files of this kind, they do not go with the invoice:"
        " %(files)s. If they should, convert them (to PDF for example)."
    ),
)
def files_left_out(facts: Facts) -> Iterator[Fault]:
    if facts.left_out:
        yield fault(files=", ".join(facts.left_out))


@CONTENT.rule(
    "CPX-FILE-NAME",
    Level.ERROR,
    Subject.ATTACHMENT,
    "BT-125",
    sources.FILE,
    _lt("Name of an attachment"),
    _lt("The name of %(file)s has more than %(most)s characters: shorten it."),
)
def file_name(facts: Facts) -> Iterator[Fault]:
    problem = AttachmentProblem.NAME_TOO_LONG
    yield from _files(facts, problem, most=MAX_ATTACHMENT_NAME)


@CONTENT.rule(
    "CPX-FILE-EMPTY",
    Level.ERROR,
    Subject.ATTACHMENT,
    "BT-125",
    sources.FILE,
    _lt("Empty attachment"),
    _lt("The file %(file)s is empty: attach it again, or remove it."),
)
def file_empty(facts: Facts) -> Iterator[Fault]:
    yield from _files(facts, AttachmentProblem.EMPTY)


@CONTENT.rule(
    "CPX-FILE-SIZE",
    Level.ERROR,
    Subject.ATTACHMENT,
    "BT-125",
    sources.FILE,
    _lt("Size of an attachment"),
    _lt(
        "The file %(file)s is larger than %(most)s MB, which Chorus Pro does not take."
    ),
)
def file_size(facts: Facts) -> Iterator[Fault]:
    most = MAX_ATTACHMENT_BYTES // MEGABYTE
    yield from _files(facts, AttachmentProblem.TOO_LARGE, most=most)


@CONTENT.rule(
    "CPX-FILES-SIZE",
    Level.ERROR,
    Subject.ATTACHMENT,
    "BT-125",
    sources.FILES,
    _lt("Size of all attachments"),
    _lt(
        "The files that go along have %(size)s MB together; Chorus Pro takes %(most)s MB"
        " with the invoice. Remove some, or make them smaller."
    ),
)
def files_size(facts: Facts) -> Iterator[Fault]:
    size = sum(file.size for file in facts.attachments)
    if size > MAX_INVOICE_BYTES:
        megabytes = -(-size // MEGABYTE)
        yield fault(size=megabytes, most=MAX_INVOICE_BYTES // MEGABYTE)


@CONTENT.rule(
    "CPX-FILES-EMBEDDED",
    Level.WARNING,
    Subject.ATTACHMENT,
    "BT-125",
    sources.FLOW_SIZE,
    _lt("Size of the structured file"),
    _lt(
        "With its files inside, the invoice has about %(size)s MB; Chorus Pro may refuse"
        " more than %(most)s MB. Remove some files, or make them smaller."
    ),
)
def flow_too_large(facts: Facts) -> Iterator[Fault]:
    size = flow_size(file.size for file in facts.attachments)
    if facts.are_embedded and size > MAX_FLOW_BYTES:
        # In the megabytes of that limit, never shown as the limit itself.
        yield fault(size=-(-size // 1_000_000), most=MAX_FLOW_BYTES // 1_000_000)


def _files(
    facts: Facts, *problems: AttachmentProblem, **values: object
) -> Iterator[Fault]:
    for file in facts.attachments:
        if set(problems) & set(attachment_problems(file.name, file.size)):
            yield Fault({"file": file.label or file.name, **values}, ref=file.ref)


def _decimals(number: str) -> int:
    """Decimals that count: trailing zeros do not."""
    exponent = Decimal(number).normalize().as_tuple().exponent
    # Only "NaN" and "Infinity" have letters there, and no term holds them.
    return max(0, -exponent) if isinstance(exponent, int) else 0
