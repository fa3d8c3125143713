"""Kinds of public bodies, and the days each has to pay.

Source: public procurement code, R2192-10 (30 days: State, local authorities, public
establishments) and R2192-11 (50 days: public health establishments and the armed forces
health service; 60 days: public companies that are no local public establishment).
A contract may give less, never more (L2192-10): what it says is not known here.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

STANDARD_DAYS = 30
HEALTH_DAYS = 50
COMPANY_DAYS = 60


class PayerKind(str, Enum):
    """Kind of public body that pays."""

    STATE = "state"
    LOCAL = "local"
    PUBLIC_ESTABLISHMENT = "public_establishment"
    HEALTH = "health"
    ARMY_HEALTH = "army_health"
    PUBLIC_COMPANY = "public_company"

    @property
    def days(self) -> int:
        """Days to pay, from the start of the period."""
        return _DAYS.get(self, STANDARD_DAYS)

    @property
    def has_public_accountant(self) -> bool:
        """Whether a payment order ends the right to interrupt (R2192-27).

        Public companies pay by themselves; that every other kind has a public
        accountant is our reading.
        """
        return self is not PayerKind.PUBLIC_COMPANY


_DAYS = {
    PayerKind.HEALTH: HEALTH_DAYS,
    PayerKind.ARMY_HEALTH: HEALTH_DAYS,
    PayerKind.PUBLIC_COMPANY: COMPANY_DAYS,
}

# What French public bodies call themselves, the telling words first: a hospital of a
# town is a hospital. No list is complete, so a name only makes a proposal.
_WORDS = (
    (
        PayerKind.ARMY_HEALTH,
        r"HOPITAL D ?INSTRUCTION DES ARMEES|SERVICE DE SANTE DES ARMEES",
    ),
    (
        PayerKind.HEALTH,
        r"CENTRES? HOSPITALIERS?|HOPITAL|HOPITAUX|CHU|CHRU?|GROUPE HOSPITALIER",
    ),
    (
        PayerKind.LOCAL,
        r"COMMUNE|MAIRIE|VILLE|DEPARTEMENT|CONSEIL (?:DEPARTEMENTAL|REGIONAL)|REGION"
        r"|COMMUNAUTE|METROPOLE|SYNDICAT|CCAS|CIAS|SDIS|COLLEGE|LYCEE"
        r"|CENTRE (?:INTER)?COMMUNAL D ?ACTION SOCIALE",
    ),
    (
        PayerKind.STATE,
        r"MINISTERES?|PREFECTURE|RECTORAT|TRIBUNAL|DIRECTION (?:INTER)?DEPARTEMENTALE"
        r"|DIRECTION (?:INTER)?REGIONALE",
    ),
    (PayerKind.PUBLIC_ESTABLISHMENT, r"UNIVERSITE|INSTITUT NATIONAL|ECOLE NATIONALE"),
)
_FORMS = tuple((kind, re.compile(rf"\b(?:{words})\b")) for kind, words in _WORDS)


def propose_kind(name: str) -> PayerKind | None:
    """The kind that a public body's name suggests, for a person to confirm; or None.

    >>> propose_kind("Centre hospitalier de la ville de Modeleville")
    <PayerKind.HEALTH: 'health'>
    >>> propose_kind("Régie des Exemples")
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Z0-9]+", " ", plain.upper())
    return next((kind for kind, form in _FORMS if form.search(words)), None)
