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


@dataclass
class Draft:
    """An invoice on its way to EN 16931.

    :ivar move: the invoice, in the language of the customer
    :ivar env: in the language of the user, who reads the problems
    """

    move: Any
    env: Any
    dialect: Dialect
    problems: list[str] = field(default_factory=list)

    @property
    def is_credit_note(self) -> bool:
        return self.move.move_type == "out_refund"

    @property
    def supplier(self):
        return self.move.company_id.partner_id

    @property
    def customer(self):
        return self.move.commercial_partner_id

    def miss(self, sentence: str) -> None:
        """Note a problem; the same one of several lines is said once."""
        if sentence not in self.problems:
            self.problems.append(sentence)

    def check(self) -> None:
        """:raise UserError: with all that has to be completed, one line each."""
        if self.problems:
            raise self.refusal()

    def refusal(self) -> UserError:
        return UserError(
            self.env._(
                "%(invoice)s cannot go to Chorus Pro yet:\n%(problems)s",
                invoice=self.move.display_name,
                problems="\n".join(f"- {problem}" for problem in self.problems),
            )
        )

    def money(self, amount: float, currency=None) -> Decimal:
        """An amount of Odoo with the decimals of its currency, never minus zero."""
        places = (currency or self.move.currency_id).decimal_places
        return Decimal(float_repr(amount, places)) + 0

    @property
    def cent(self) -> Decimal:
        return Decimal(1).scaleb(-self.move.currency_id.decimal_places)


def half_up(number: Decimal, step: Decimal) -> Decimal:
    """Commercial rounding.

    >>> half_up(Decimal("0.125"), Decimal("0.01"))
    Decimal('0.13')
    """
    return number.quantize(step, ROUND_HALF_UP) + 0


def decimal_text(number: Decimal, places: int = 0) -> str:
    """Plain notation with no useless zero, at least ``places`` decimals.

    >>> decimal_text(Decimal("12.500000"), 2), decimal_text(Decimal("10.0000"))
    ('12.50', '10')
    """
    whole = number.normalize()
    shown = -whole.as_tuple().exponent
    return f"{whole:.{max(shown, places, 0)}f}"


def plain(html: str | None) -> str:
    """Tidy text of a rich text field."""
    if not html or is_html_empty(html):
        return ""
    return clean(html2plaintext(html, include_references=False))
