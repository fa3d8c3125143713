"""Kinds of identifier a supplier may have on the portal."""

from __future__ import annotations

from .values import is_siret

# Scheme of an identifier -> the portal's numbering in flows and PIVOT.
_BY_SCHEME = {
    "0223": "2",
    # Individuals: their own number is not published.
    "0226": "6",
    "0227": "3",
    "0228": "4",
    "0229": "5",
    **{str(kind): str(kind) for kind in range(1, 7)},
}
# fmt: off
_EU = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
)
# fmt: on
_BY_COUNTRY = {
    "NC": "4",
    "PF": "5",
    # Which kind Wallis and Futuna has is not documented.
    "WF": "6",
    **dict.fromkeys(_EU, "2"),
}
# Parts of France whose companies have a SIRET but a country code of their own.
_SIRET_COUNTRIES = frozenset({"FR", "GF", "GP", "MQ", "RE", "YT", "BL", "MF", "PM"})
_VAT_SCHEMES = frozenset({"VA", "0223"})


def identifier_kind(value: str, scheme: str | None, country: str | None) -> str:
    """``TypeIdentifiant``: 1 SIRET, 2 EU, 3 non-EU, 4 RIDET, 5 TAHITI, 6 other.

    >>> identifier_kind("12345678200051", "0002", "FR")
    '1'
    >>> identifier_kind("DE123456789", "VA", "DE")
    '2'
    >>> identifier_kind("732829320", "0002", "FR")  # a SIREN is a SIRET gone wrong
    '1'
    """
    kind = _BY_SCHEME.get(scheme or "")
    if is_siret(value):
        return "1"
    if kind not in (None, "1"):
        return kind or "1"
    if country is None and scheme in _VAT_SCHEMES:
        country = value[:2].upper()
    if country is None or country in _SIRET_COUNTRIES:
        return "1"
    return _BY_COUNTRY.get(country, "3")
