"""Number, date, currency, frame, origin, totals, payment."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..packing import MAX_NUMBER, NumberProblem, invoice_number_problems
from . import sources
from .facts import Facts
from .model import Collection, Fault, Level, Subject, _lt, fault

FIRST_YEAR, LAST_YEAR = 2000, 2099
EURO = "EUR"
# Frames that a deposit can carry; works, court costs and fuel tax have circuits of
# their own on the portal (API: `soumettre` takes these four).
DEPOSITABLE = ("A1", "A2", "A9", "A12")
ALREADY_PAID = "A2"
# Of the many codes of UNTDID 4461, those Chorus Pro takes.
_CODES = "01 10 20 30 31 42 48 49 58 59 97"
PAYMENT_CODES = frozenset(_CODES.split())
TRANSFER_CODES = frozenset(("30", "31", "42"))

HEADER = Collection()


@HEADER.rule(
    "CPX-NUMBER-LENGTH",
    Level.ERROR,
    Subject.INVOICE,
    "BT-1",
    sources.NUMBER,
    _lt("Length of the invoice number"),
    _lt(
        "Chorus Pro takes invoice numbers of %(most)s characters at most; %(number)s has"
        " %(count)s. Shorten the numbering of the journal."
    ),
)
def number_length(facts: Facts) -> Iterator[Fault]:
    number = facts.invoice.number
    if NumberProblem.TOO_LONG in invoice_number_problems(number):
        yield fault(most=MAX_NUMBER, number=number, count=len(number))


@HEADER.rule(
    "CPX-NUMBER-CHARACTERS",
    Level.ERROR,
    Subject.INVOICE,
    "BT-1",
    sources.NUMBER,
    _lt("Characters of the invoice number"),
    _lt(
        "Chorus Pro takes invoice numbers made of letters without accents, digits,"
        " spaces and - + _ /. Change the numbering of the journal: %(number)s."
    ),
)
def number_characters(facts: Facts) -> Iterator[Fault]:
    number = facts.invoice.number
    if NumberProblem.BAD_CHARACTER in invoice_number_problems(number):
        yield fault(number=number)


@HEADER.rule(
    "CPX-NUMBER-SPACES",
    Level.ERROR,
    Subject.INVOICE,
    "BT-1",
    sources.NUMBER_SPACES,
    _lt("Spaces of the invoice number"),
    _lt(
        "The invoice number “%(number)s” begins or ends with a space, or has two in a"
        " row. Change the numbering of the journal."
    ),
)
def number_spaces(facts: Facts) -> Iterator[Fault]:
    number = facts.invoice.number
    wrong = {NumberProblem.OUTER_SPACE, NumberProblem.DOUBLE_SPACE}
    if number.strip() and wrong.intersection(invoice_number_problems(number)):
        yield fault(number=number)


@HEADER.rule(
    "CPX-NUMBER",
    Level.ERROR,
    Subject.INVOICE,
    "BT-1",
    sources.NUMBER,
    _lt("No invoice number"),
    _lt("The invoice has no number: confirm it first."),
)
def number_missing(facts: Facts) -> Iterator[Fault]:
    if not facts.invoice.is_draft and not facts.invoice.number.strip():
        yield fault()


@HEADER.rule(
    "CPX-NUMBER-USED",
    Level.ERROR,
    Subject.INVOICE,
    "BT-1",
    sources.NUMBER_UNIQUE,
    _lt("Number used already"),
    _lt(
        "The number %(number)s was sent to Chorus Pro this year already, by %(other)s:"
        " the same supplier cannot use it twice."
    ),
)
def number_used(facts: Facts) -> Iterator[Fault]:
    invoice = facts.invoice
    if invoice.number and invoice.number_used_by:
        yield fault(number=invoice.number, other=invoice.number_used_by)


@HEADER.rule(
    "CPX-NUMBER-TOLD-USED",
    Level.WARNING,
    Subject.INVOICE,
    "BT-1",
    sources.NUMBER_UNIQUE,
    _lt("Number that the portal holds already"),
    _lt(
        "Chorus Pro has refused the number %(number)s as used already: it will probably"
        " do so again. Give the invoice another number."
    ),
)
def number_told_used(facts: Facts) -> Iterator[Fault]:
    if facts.invoice.number and facts.invoice.was_told_used:
        yield fault(number=facts.invoice.number)


@HEADER.rule(
    "CPX-DATE",
    Level.ERROR,
    Subject.INVOICE,
    "BT-2",
    sources.DATE_RANGE,
    _lt("No invoice date"),
    _lt("Fill in the invoice date."),
)
def date_missing(facts: Facts) -> Iterator[Fault]:
    # Odoo-like programs date a draft when it is confirmed.
    if not facts.invoice.is_draft and facts.invoice.issued_on is None:
        yield fault()


@HEADER.rule(
    "CPX-DATE-FUTURE",
    Level.ERROR,
    Subject.INVOICE,
    "BT-2",
    sources.DATE_FUTURE,
    _lt("Invoice date in the future"),
    _lt(
        "The invoice is dated %(date)s, in the future: Chorus Pro refuses it until then."
    ),
)
def date_future(facts: Facts) -> Iterator[Fault]:
    issued = facts.invoice.issued_on
    if issued and issued > facts.today and issued.year <= LAST_YEAR:
        yield fault(date=issued)


@HEADER.rule(
    "CPX-DATE-RANGE",
    Level.ERROR,
    Subject.INVOICE,
    "BT-2",
    sources.DATE_RANGE,
    _lt("Year of the invoice date"),
    _lt(
        "The invoice is dated %(date)s: Chorus Pro takes the years %(first)s to %(last)s."
    ),
)
def date_range(facts: Facts) -> Iterator[Fault]:
    issued = facts.invoice.issued_on
    if issued and not FIRST_YEAR <= issued.year <= LAST_YEAR:
        yield fault(date=issued, first=FIRST_YEAR, last=LAST_YEAR)


@HEADER.rule(
    "CPX-CURRENCY",
    Level.WARNING,
    Subject.INVOICE,
    "BT-5",
    sources.CURRENCY,
    _lt("Other currency than the euro"),
    _lt("Public bodies pay in euros: an invoice in %(currency)s may be refused."),
)
def currency(facts: Facts) -> Iterator[Fault]:
    if facts.invoice.currency != EURO:
        yield fault(currency=facts.invoice.currency)


@HEADER.rule(
    "CPX-FRAMEWORK",
    Level.ERROR,
    Subject.INVOICE,
    "BT-23",
    sources.FRAMEWORKS_BY_API,
    _lt("Billing framework of the portal only"),
    _lt(
        "Payment requests of the billing framework %(framework)s (works, court costs,"
        " fuel tax) are entered on the Chorus Pro portal itself for now."
    ),
)
def framework(facts: Facts) -> Iterator[Fault]:
    if facts.invoice.framework not in DEPOSITABLE:
        yield fault(framework=facts.invoice.framework)


@HEADER.rule(
    "CPX-FRAMEWORK-PAID",
    Level.ERROR,
    Subject.INVOICE,
    "BT-23",
    sources.ALREADY_PAID,
    _lt("Billing framework of a paid invoice"),
    _lt(
        "The billing framework A2 is for an invoice paid in full, and %(due)s is still"
        " due: register the payment, or choose the framework A1."
    ),
)
def framework_paid(facts: Facts) -> Iterator[Fault]:
    due = facts.invoice.due
    if facts.invoice.framework == ALREADY_PAID and due and Decimal(due):
        yield fault(due=due)


@HEADER.rule(
    "CPX-ORIGIN",
    Level.WARNING,
    Subject.INVOICE,
    "BT-25",
    sources.ORIGIN,
    _lt("Credit note without invoice"),
    _lt(
        "The credit note quotes no invoice: the recipient may not know what it corrects."
        " Make it from the invoice."
    ),
)
def origin(facts: Facts) -> Iterator[Fault]:
    """An error in the reform: BR-FR-CO-05 refuses the document."""
    invoice = facts.invoice
    if invoice.is_credit_note and not invoice.origin:
        yield Fault(level=Level.ERROR if invoice.is_reform else None)


@HEADER.rule(
    "CPX-TOTAL-NEGATIVE",
    Level.ERROR,
    Subject.INVOICE,
    "BT-112",
    sources.TOTALS,
    _lt("Negative total"),
    _lt("The total is negative (%(total)s): make a credit note instead."),
)
def total_negative(facts: Facts) -> Iterator[Fault]:
    total = facts.invoice.total
    if total is not None and Decimal(total) < 0:
        yield fault(total=total)


@HEADER.rule(
    "CPX-TOTAL-ZERO",
    Level.WARNING,
    Subject.INVOICE,
    "BT-112",
    sources.TOTALS,
    _lt("Total of zero"),
    _lt("The total is zero: there is nothing to pay. Is this invoice to be sent?"),
)
def total_zero(facts: Facts) -> Iterator[Fault]:
    total = facts.invoice.total
    if total is not None and not Decimal(total):
        yield fault()


@HEADER.rule(
    "CPX-PAYMENT",
    Level.ERROR,
    Subject.INVOICE,
    "BT-81",
    sources.PAYMENT_MISSING,
    _lt("No payment means"),
    _lt("Say how the invoice is to be paid: Chorus Pro demands a payment means."),
)
def payment_missing(facts: Facts) -> Iterator[Fault]:
    # Without lines there is no document yet, and so nothing in it to miss.
    invoice = facts.invoice
    if invoice.lines and not invoice.is_credit_note and not invoice.payment_code:
        yield fault()


@HEADER.rule(
    "CPX-PAYMENT-CODE",
    Level.ERROR,
    Subject.INVOICE,
    "BT-81",
    sources.PAYMENT,
    _lt("Payment means that Chorus Pro does not take"),
    _lt(
        "Chorus Pro does not take the payment means %(code)s: choose one of %(codes)s."
    ),
)
def payment_code(facts: Facts) -> Iterator[Fault]:
    code = facts.invoice.payment_code
    if code and code not in PAYMENT_CODES:
        yield fault(code=code, codes=", ".join(sorted(PAYMENT_CODES)))


@HEADER.rule(
    "CPX-PAYMENT-CREDIT",
    Level.ERROR,
    Subject.INVOICE,
    "BT-81",
    sources.PAYMENT_CREDIT,
    _lt("Payment means on a credit note"),
    _lt("A credit note has no payment means: take it off."),
)
def payment_credit(facts: Facts) -> Iterator[Fault]:
    if facts.invoice.is_credit_note and facts.invoice.payment_code:
        yield fault()


@HEADER.rule(
    "CPX-IBAN",
    Level.ERROR,
    Subject.INVOICE,
    "BT-84",
    sources.IBAN,
    _lt("No IBAN for a transfer"),
    _lt(
        "To be paid by transfer, choose a bank account that has an IBAN (Recipient Bank)."
    ),
)
def iban(facts: Facts) -> Iterator[Fault]:
    invoice = facts.invoice
    if invoice.payment_code in TRANSFER_CODES and not invoice.iban_is_valid:
        yield fault()
