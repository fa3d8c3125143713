"""Request bodies as JSON in which an amount is exactly the amount."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .errors import InvalidCallError


def json_text(value: Any) -> str:
    """JSON of a request body; a ``Decimal`` becomes a number, digit by digit.

    The standard library knows binary fractions only: 0.07 of a ``Decimal`` would have
    to pass through a ``float``, and 19 digits would not survive it.

    :param value: mappings, lists, texts, whole numbers, booleans, None, decimals
    :raise InvalidCallError: a decimal that is not a number, or a ``float``

    >>> json_text({"montantTVA": Decimal("1234567890123.450000")})
    '{"montantTVA": 1234567890123.450000}'
    """
    if isinstance(value, Mapping):
        members = (f"{json.dumps(key)}: {json_text(value[key])}" for key in value)
        return "{" + ", ".join(members) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(json_text, value)) + "]"
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise InvalidCallError(f"{value} is not a number")
        return f"{value:f}"
    if isinstance(value, float):
        raise InvalidCallError("an amount is a Decimal, not a float")
    return json.dumps(value)
