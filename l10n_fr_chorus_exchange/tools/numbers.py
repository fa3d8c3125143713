"""Numbers as a person reads them."""

from decimal import Decimal
from typing import Any

from odoo.tools.misc import get_lang


def rate_words(env: Any, rate: Decimal | float) -> str:
    """A rate in percent, with no more decimals than it has: ``5,5`` for a French reader."""
    number = rate if isinstance(rate, Decimal) else Decimal(str(rate))
    # Without an exponent, and no zeros at the end of it.
    plain = f"{number.normalize() + 0:f}"
    return plain.replace(".", get_lang(env).decimal_point)


def amount_words(env: Any, amount: Decimal) -> str:
    """An amount with the decimals it has: ``119,99`` for a French reader."""
    return f"{amount:f}".replace(".", get_lang(env).decimal_point)
