"""What the reform says of a file that goes along (BT-123, BR-FR-17)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..forms import READABLE

FILE_KINDS = frozenset(
    {
        READABLE,
        "RIB",
        "FEUILLE_DE_STYLE",
        "PJA",
        "BORDEREAU_SUIVI",
        "DOCUMENT_ANNEXE",
        "BON_LIVRAISON",
        "BON_COMMANDE",
        "BORDEREAU_SUIVI_VALIDATION",
        "ETAT_ACOMPTE",
        "FACTURE_PAIEMENT_DIRECT",
        "RECAPITULATIF_COTRAITANCE",
    }
)
ANY_FILE = "DOCUMENT_ANNEXE"  # nothing in Odoo tells more of a file


def with_file_kinds(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Replace free descriptions; the given terms are left unchanged.

    The name of the file stays in BT-122 and BT-125-2.
    """
    documents = terms.get("BG-24")
    if not documents:
        return dict(terms)
    return {**terms, "BG-24": [_described(document) for document in documents]}


def _described(document: Mapping[str, Any]) -> dict[str, Any]:
    known = document.get("BT-123") in FILE_KINDS
    return {**document, "BT-123": document["BT-123"] if known else ANY_FILE}
