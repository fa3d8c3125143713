"""``structures/…``: the directory of public bodies and suppliers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from .. import paging
from ..client import Client
from ..codes import IdentifierType
from ..identifiers import clean_siret, is_siren_shape, is_siret_shape
from ..records import Service, ServiceDetail, Structure, StructureDetail

_SEARCH = paging.Search(
    path="structures/v1/rechercher",
    rows="listeStructures",
    block="parametres",
    key="idStructureCPP",
    sort="IdentifiantStructure",
)
_POSTCODE = re.compile(r"[0-9]{5}")
# The generic block name "parametres" is refused here.
_SERVICES = paging.Search(
    path="structures/v1/rechercher/services",
    rows="listeServices",
    block="parametresRechercherServicesStructure",
    key="idService",
    sort="CodeService",
)


def find(
    client: Client,
    identifier: str,
    *,
    identifier_type: IdentifierType = IdentifierType.SIRET,
) -> Structure | None:
    """The structure with exactly this identifier, or None.

    POST structures/v1/rechercher

    :param identifier: SIRET by default, spaces allowed
    :return: an active structure rather than an inactive one of the same identifier
    """
    wanted = _plain(identifier)
    criteria = {
        "structure": {
            "identifiantStructure": wanted,
            "typeIdentifiantStructure": str(identifier_type),
        },
        # False: also private ones the account is not attached to.
        "restreindreStructuresPrivees": False,
    }
    found = map(Structure.from_answer, paging.rows(client, _SEARCH, criteria))
    same = [one for one in found if _plain(one.identifier) == wanted]
    return min(same, key=lambda one: not one.is_active, default=None)


@dataclass(frozen=True)
class Wanted:
    """What is looked for: an identifier, or a name, a town, a postcode.

    The portal compares an identifier as a whole; how it compares names (case, accents,
    parts of words) is not documented.
    """

    identifier: str = ""
    identifier_type: IdentifierType = IdentifierType.SIRET
    name: str = ""
    city: str = ""
    postcode: str = ""

    @classmethod
    def from_text(
        cls, text: str, *, identifier_type: IdentifierType | None = None, city: str = ""
    ) -> Wanted:
        """Words as somebody types them.

        :param identifier_type: when the text is known to be such an identifier
        :param city: a town, where it was asked apart
        :return: nothing to look for when it is a SIREN: no name is, and the portal
            knows establishments only

        >>> Wanted.from_text("123 456 782 00051").identifier
        '12345678200051'
        >>> Wanted.from_text("Mairie 69001").name, Wanted.from_text("69001").postcode
        ('Mairie', '69001')
        """
        text = " ".join(text.split())
        city = " ".join(city.split())
        if identifier_type not in (None, IdentifierType.SIRET):
            return cls(text, identifier_type, city=city) if text else cls(city=city)
        digits = clean_siret(text)
        if is_siret_shape(digits):
            return cls(digits)
        if is_siren_shape(digits):
            return cls()
        words = text.split()
        postcode = next(filter(_POSTCODE.fullmatch, words), "")
        name = " ".join(word for word in words if word != postcode)
        return cls(name=name, city=city, postcode=postcode)

    def criteria(self) -> dict[str, str]:
        """As the portal asks for them; empty when there is nothing to look for."""
        if self.identifier:
            return {
                "identifiantStructure": self.identifier,
                "typeIdentifiantStructure": str(self.identifier_type),
            }
        told = {
            "raisonSocialeStructure": self.name,
            "adresseVille": self.city,
            "adresseCodePostal": self.postcode,
        }
        return {name: value for name, value in told.items() if value}


def search(
    client: Client, wanted: Wanted, *, limit: int = 50
) -> tuple[list[Structure], bool]:
    """Structures that fit, closed ones included: several, one or none.

    POST structures/v1/rechercher

    By name or place only public ones; by identifier whatever has it, so that a private
    company can be told from an unknown number.

    :param limit: how many at most; no page is asked for beyond
    :return: the structures, and whether there are more
    :raise ValueError: nothing to look for
    """
    criteria = wanted.criteria()
    if not criteria:
        raise ValueError("nothing to look for")
    body = {"structure": criteria, "restreindreStructuresPrivees": False}
    if not wanted.identifier:
        body["structure"] = {**criteria, "typeStructure": "PUBLIQUE"}
    size = min(limit + 1, paging.PAGE_SIZE)
    rows = paging.rows(client, _SEARCH, body, page_size=size)
    found = [Structure.from_answer(row) for row in islice(rows, limit + 1)]
    return found[:limit], len(found) > limit


def read(client: Client, portal_id: int) -> StructureDetail:
    """Identity of a structure and what it demands on an invoice.

    POST structures/v1/consulter

    :raise RefusedError: no such structure
    """
    answer = client.read("structures/v1/consulter", {"idStructureCPP": portal_id})
    return StructureDetail.from_answer(answer)


def services(
    client: Client, portal_id: int, *, page_size: int = paging.PAGE_SIZE
) -> Iterator[Service]:
    """Services of a structure, inactive and reserved ones included.

    POST structures/v1/rechercher/services

    :return: lazily; see ``is_active`` and ``is_reserved``
    """
    criteria = {"idStructure": portal_id}
    found = paging.rows(client, _SERVICES, criteria, page_size=page_size)
    return map(Service.from_answer, found)


def read_service(client: Client, structure_id: int, service_id: int) -> ServiceDetail:
    """One service: validity, and whether it demands an engagement number.

    POST structures/v1/consulter/service

    :raise RefusedError: no such service
    """
    answer = client.read(
        "structures/v1/consulter/service",
        {"idStructure": structure_id, "idService": service_id},
    )
    return ServiceDetail.from_answer(answer)


def _plain(identifier: str) -> str:
    """A SIRET without its spaces; another identifier as it stands."""
    cleaned = clean_siret(identifier)
    return cleaned if cleaned.isdecimal() else identifier.strip()
