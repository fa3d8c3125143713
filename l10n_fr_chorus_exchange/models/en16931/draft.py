"""What every part of the document needs, and what is missing in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from odoo.exceptions import UserError
from odoo.tools import float_repr, html2plaintext, is_html_empty

from .dialect import Dialect
from .text import clean

# Decimals that Chorus Pro takes: unit price, quantity, rate.
PRICE_STEP = Decimal("0.000001")
QUANTITY_STEP = Decimal("0.0001")
RATE_STEP = Decimal("0.01")


@dataclass(frozen=True)
class Problem:
    """Something to complete before the invoice can go.

    :ivar sentence: what to do, in the language of the user
    :ivar record: where to do it (a recordset of one), the invoice by default
    :ivar field: name of the field of ``record`` at fault, when there is one
    """

    sentence: str
    record: Any = None
    field: str | None = None


@dataclass
class Draft:
    """An invoice on its way to EN 16931.

    :ivar move: the invoice, in the language of the customer
    :ivar env: in the language of the user, who reads the problems
    :ivar memory: what was found out once for this document
    """

    move: Any
    env: Any
    dialect: Dialect
    problems: list[Problem] = field(default_factory=list)
    memory: dict = field(default_factory=dict)

    @property
    def is_credit_note(self) -> bool:
        return self.move.move_type == "out_refund"

    @property
    def supplier(self):
        return self.move.company_id.partner_id

    @property
    def customer(self):
        return self.move.commercial_partner_id

    def miss(self, sentence: str, record: Any = None, field: str | None = None) -> None:
        """Note a problem; the same one of several lines is said once.

        :param record: where it is mended, the invoice by default
        :param field: of ``record``
        """
        if all(sentence != known.sentence for known in self.problems):
            # The document is written in the customer's language, mended in the user's.
            where = self.move if record is None else record
            self.problems.append(Problem(sentence, where.with_env(self.env), field))

    def check(self) -> None:
        """:raise UserError: with all that has to be completed, one line each."""
        if self.problems:
            raise self.refusal()

    def refusal(self) -> UserError:
        return UserError(
            self.env._(
                "%(invoice)s cannot go to Chorus Pro yet:\n%(problems)s",
                invoice=self.move.display_name,
                problems="\n".join(f"- {known.sentence}" for known in self.problems),
            )
        )

    def money(self, amount: float, currency=None) -> Decimal:
        """An amount of Odoo with the decimals of its currency, never minus zero."""
        places = (currency or self.move.currency_id).decimal_places
        return Decimal(float_repr(amount, places)) + 0

    @property
    def cent(self) -> Decimal:
        return Decimal(1).scaleb(-self.move.currency_id.decimal_places)


def number(value: float) -> Decimal:
    """What a person typed, without the noise of binary fractions.

    >>> number(0.1)
    Decimal('0.1')
    """
    return Decimal(repr(float(value)))


def half_up(exact: Decimal, step: Decimal) -> Decimal:
    """Commercial rounding.

    >>> half_up(Decimal("0.125"), Decimal("0.01"))
    Decimal('0.13')
    """
    return exact.quantize(step, ROUND_HALF_UP) + 0


def decimal_text(exact: Decimal, places: int = 0) -> str:
    """Plain notation with no useless zero, at least ``places`` decimals.

    >>> decimal_text(Decimal("12.500000"), 2), decimal_text(Decimal("10.0000"))
    ('12.50', '10')
    """
    whole = exact.normalize()
    shown = -whole.as_tuple().exponent
    return f"{whole:.{max(shown, places, 0)}f}"


def plain(html: str | None) -> str:
    """Tidy text of a rich text field."""
    if not html or is_html_empty(html):
        return ""
    return clean(html2plaintext(html, include_references=False))
