"""SIRET and SIREN: shape and check digit.

Fictitious structures of the qualification environment do not satisfy the check digit:
let it warn there, never block.
"""

from __future__ import annotations

import re

LA_POSTE = "356000000"
_SEPARATORS = re.compile(r"[\s.\-_\u00a0\u202f]+")
_SIRET = re.compile(r"[0-9]{14}")
_SIREN = re.compile(r"[0-9]{9}")


def clean_siret(text: str) -> str:
    """Without the spaces, dots and dashes people put in.

    >>> clean_siret(" 123 456 782 00051 ")
    '12345678200051'
    """
    return _SEPARATORS.sub("", text)


def is_siret_shape(text: str) -> bool:
    """Whether these are 14 digits and nothing else.

    >>> is_siret_shape("12345678200051"), is_siret_shape("123456782")
    (True, False)
    """
    return _SIRET.fullmatch(text) is not None


def is_siren_shape(text: str) -> bool:
    """Whether these are 9 digits and nothing else.

    >>> is_siren_shape("123456782"), is_siren_shape("12345678200051")
    (True, False)
    """
    return _SIREN.fullmatch(text) is not None


def siret_checksum_ok(siret: str) -> bool:
    """Luhn key; for La Poste a sum of digits that is a multiple of 5 also does.

    >>> siret_checksum_ok("73282932000074"), siret_checksum_ok("33254021516357")
    (True, False)
    >>> siret_checksum_ok("35600000000001"), siret_checksum_ok("35600000012345")
    (True, False)
    """
    if not is_siret_shape(siret):
        return False
    digits = [int(digit) for digit in siret]
    if siret.startswith(LA_POSTE) and sum(digits) % 5 == 0:
        return True
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


def siren_of(siret: str) -> str:
    """First nine digits; "" when this is not a SIRET.

    >>> siren_of("12345678200051")
    '123456782'
    """
    return siret[:9] if is_siret_shape(siret) else ""
