"""The three notes that the reform demands, once each (BR-FR-05, BR-FR-06)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RECOVERY_FEE = "PMT"  # UNTDID 4451: flat fee for recovery
LATE_PENALTIES = "PMD"
DISCOUNT = "AAB"  # for early payment, or that there is none
CODES = (RECOVERY_FEE, LATE_PENALTIES, DISCOUNT)
LENGTH = 1024  # BR-FR-CPRO-42

# What the public procurement code says for every public buyer: articles L. 2192-13,
# R. 2192-31 and D. 2192-35. French, because it is written on the invoice.
STANDARD: Mapping[str, str] = {
    RECOVERY_FEE: (
        "En cas de retard de paiement, une indemnité forfaitaire de 40 euros est due "
        "pour frais de recouvrement (article D. 2192-35 du code de la commande "
        "publique)."
    ),
    LATE_PENALTIES: (
        "Tout retard de paiement donne lieu à des intérêts moratoires au taux "
        "directeur de la Banque centrale européenne majoré de huit points de "
        "pourcentage (articles L. 2192-13 et R. 2192-31 du code de la commande "
        "publique)."
    ),
    DISCOUNT: "Aucun escompte n'est accordé en cas de paiement anticipé.",
}


def with_legal_notes(
    terms: Mapping[str, Any], texts: Mapping[str, str]
) -> dict[str, Any]:
    """Add the notes that are not there yet; the given terms are left unchanged.

    :param texts: by code; where one is missing or empty, the standard sentence

    >>> [note["BT-21"] for note in with_legal_notes({}, {})["BG-1"]]
    ['PMT', 'PMD', 'AAB']
    """
    notes = list(terms.get("BG-1") or ())
    known = {note.get("BT-21") for note in notes}
    notes += [
        {"BT-21": code, "BT-22": (texts.get(code) or STANDARD[code])[:LENGTH]}
        for code in CODES
        if code not in known
    ]
    return {**terms, "BG-1": notes}
