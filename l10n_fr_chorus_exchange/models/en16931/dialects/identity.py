"""SIREN and SIRET of a party, in either dialect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SIREN_SCHEME = "0002"  # ISO 6523
SIRET_SCHEME = "0009"
SIREN_LENGTH = 9
# What a company without SIRET is known by: EU VAT number, person, other country, RIDET,
# TAHITI (BR-FR-CPRO-03).
OTHER_SCHEMES = frozenset({"0223", "0226", "0227", "0228", "0229"})


def siret_of(party: Mapping[str, Any]) -> str | None:
    """14 digits: the legal identifier when direct, an identifier in the reform."""
    if party.get("legal_identifier_schemeid") == SIRET_SCHEME:
        return party.get("legal_identifier") or None
    return (party.get("identifiers") or {}).get(SIRET_SCHEME)


def siren_of(party: Mapping[str, Any]) -> str | None:
    """9 digits, the beginning of the SIRET.

    >>> siren_of({"legal_identifier": "12345678200010",
    ...           "legal_identifier_schemeid": "0009"})
    '123456782'
    """
    if party.get("legal_identifier_schemeid") == SIREN_SCHEME:
        return party.get("legal_identifier") or None
    siret = siret_of(party)
    return siret[:SIREN_LENGTH] if siret else None


def in_reform(party: Mapping[str, Any]) -> dict[str, Any]:
    """SIREN as legal identifier, SIRET beside it; what stands for a SIRET, in both.

    EN 16931 has room for one identifier of the buyer (FX-SCH-A-000164, UBL-SR-16): the
    SIRET takes it, and the service code stays in BT-10.
    """
    siret = siret_of(party)
    if siret:
        return {
            **party,
            "identifiers": {SIRET_SCHEME: siret},
            "legal_identifier": siret[:SIREN_LENGTH],
            "legal_identifier_schemeid": SIREN_SCHEME,
        }
    scheme = party.get("legal_identifier_schemeid")
    if scheme in OTHER_SCHEMES:
        return {**party, "identifiers": {scheme: party["legal_identifier"]}}
    return dict(party)
