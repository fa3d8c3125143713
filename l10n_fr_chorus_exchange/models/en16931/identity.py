"""How the supplier is known to the portal, with a SIRET or without."""

from __future__ import annotations

from ...lib.chorus_pro.codes import IdentifierType
from .text import one_line

# Parts of France whose companies have a SIRET but a country code of their own.
SIRET_COUNTRIES = frozenset({"FR", "BL", "GF", "GP", "MF", "MQ", "PM", "RE", "YT"})
PACIFIC = {
    "NC": IdentifierType.RIDET,
    "PF": IdentifierType.TAHITI,
    # Which type the portal files Wallis and Futuna under is not documented.
    "WF": IdentifierType.OTHER,
}
WALLIS = "WF"
# Registered by the French administration in ISO 6523. What the portal makes of the
# scheme is not documented; it is known to go by the value. One that is neither is
# better left out.
SCHEMES = {
    IdentifierType.EU: "0223",
    IdentifierType.PERSON: "0226",
    IdentifierType.NON_EU: "0227",
    IdentifierType.RIDET: "0228",
    IdentifierType.TAHITI: "0229",
}
MAX_IDENTIFIER = 18  # country code and name together


def identifier_type(country, eu_countries) -> IdentifierType:
    """What a company of this country is known by (order of 2016-12-09)."""
    code = country.code
    if not code or code in SIRET_COUNTRIES:
        return IdentifierType.SIRET
    if code in PACIFIC:
        return PACIFIC[code]
    return IdentifierType.EU if country in eu_countries else IdentifierType.NON_EU


def derived_identifier(kind: IdentifierType, partner) -> str:
    """What the data of the partner give; empty when they do not.

    The number of a natural person is known to nobody but that person.
    """
    if kind is IdentifierType.SIRET:
        return partner.l10n_fr_chorus_siret or ""
    if kind is IdentifierType.EU:
        return _compact(partner.vat)
    if kind in (IdentifierType.RIDET, IdentifierType.TAHITI):
        return _compact(partner.company_registry)
    prefix = partner.country_id.code or ""
    if prefix == WALLIS:
        return f"FR{prefix}{one_line(partner.name)}"[:MAX_IDENTIFIER].rstrip()
    if kind is IdentifierType.NON_EU and prefix:
        return f"{prefix}{one_line(partner.name)}"[:MAX_IDENTIFIER].rstrip()
    return ""


def _compact(text: str | None) -> str:
    """
    >>> _compact(" 012.345 6-001 ")
    '0123456001'
    """
    return "".join(sign for sign in text or "" if sign.isalnum()).upper()
