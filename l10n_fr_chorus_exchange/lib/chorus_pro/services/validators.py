"""``factures/corriger/valideur/…``: who looks at a subcontractor's invoice first."""

from __future__ import annotations

from .. import reading as r
from ..client import Client
from ..codes import IdentifierType
from ..errors import InvalidCallError


def correct_validator(
    client: Client,
    portal_id: int,
    identifier: str,
    kind: IdentifierType = IdentifierType.SIRET,
) -> int:
    """Name another validator for an invoice whose first one was the wrong one.

    POST factures/v1/corriger/valideur/facture

    The invoice goes back to ``A_VALIDER_1`` (API reference 4.2).

    :param identifier: of the validating structure, of that ``kind``
    :return: the portal id of the invoice, as the portal repeats it
    :raise InvalidCallError: no identifier
    :raise RefusedError: another status, or a structure that may not validate
    """
    identifier = identifier.strip()
    if not identifier:
        raise InvalidCallError("the new validator has no identifier")
    answer = client.write(
        "factures/v1/corriger/valideur/facture",
        {
            "idFacture": portal_id,
            "typeIdentifiantStructure": str(kind),
            "identifiantStructure": identifier,
        },
    )
    return r.needed_id(answer, "idFacture")
