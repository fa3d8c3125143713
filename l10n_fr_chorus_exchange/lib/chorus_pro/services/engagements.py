"""``engagementsJuridiques/…``: the commitment numbers the portal knows."""

from __future__ import annotations

from .. import reading as r
from ..client import Client
from ..errors import InvalidCallError, RefusedError
from ..paging import NOTHING_FOUND
from ..records import Engagement

MAX_NUMBER = 50
ORDERED = "COMMANDE"


def search(client: Client, structure_id: int, number: str) -> tuple[Engagement, ...]:
    """Commitments with this number that an order was placed on.

    POST engagementsJuridiques/v1/rechercher

    The portal knows those of the State only: nothing found says nothing about the
    number of a town or a hospital.

    :param structure_id: portal id of the **supplier**
    :param number: 50 characters at most
    :return: empty when the portal knows none
    :raise InvalidCallError: no number, or one that is too long
    :raise RefusedError: anything but "nothing found"
    """
    number = number.strip()
    if not 1 <= len(number) <= MAX_NUMBER:
        raise InvalidCallError(f"a commitment number has 1 to {MAX_NUMBER} characters")
    try:
        answer = client.read(
            "engagementsJuridiques/v1/rechercher",
            {
                "structureReceptriceEngagementJuridique": str(structure_id),
                "numeroEngagementJuridique": number,
                "etatCourantEngagementJuridique": ORDERED,
            },
        )
    except RefusedError as error:
        if error.message_id in NOTHING_FOUND:
            return ()
        raise
    found = map(Engagement.from_answer, r.items(answer, "listeEngagementJuridique"))
    # A search by a part of the number would give others as well.
    return tuple(one for one in found if one.number in ("", number))
