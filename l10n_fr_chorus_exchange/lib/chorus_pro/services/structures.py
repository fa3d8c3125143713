"""``structures/…``: the directory of public bodies and suppliers."""

from __future__ import annotations

from collections.abc import Iterator

from .. import paging
from ..client import Client
from ..codes import IdentifierType
from ..identifiers import clean_siret
from ..records import Service, ServiceDetail, Structure, StructureDetail

_SEARCH = paging.Search(
    path="structures/v1/rechercher",
    rows="listeStructures",
    block="parametres",
    key="idStructureCPP",
    sort="IdentifiantStructure",
)
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
