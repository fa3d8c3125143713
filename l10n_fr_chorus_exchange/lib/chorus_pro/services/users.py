"""``utilisateurs/…``: what the technical account is."""

from __future__ import annotations

from collections.abc import Iterator

from .. import paging
from ..client import Client
from ..records import StructureAttachment

_ATTACHMENTS = paging.Search(
    path="utilisateurs/v1/monCompte/recuperer/rattachements",
    rows="listeStructureRattachement",
    block="parametresRecherche",
    key="idRattachementStructure",
    sort="IdStructure",
)


def attachments(
    client: Client, *, page_size: int = paging.PAGE_SIZE
) -> Iterator[StructureAttachment]:
    """Structures and services the account is attached to ("who am I").

    POST utilisateurs/v1/monCompte/recuperer/rattachements

    :return: lazily, one :class:`StructureAttachment` per structure
    """
    found = paging.rows(client, _ATTACHMENTS, {}, page_size=page_size)
    return map(StructureAttachment.from_answer, found)
