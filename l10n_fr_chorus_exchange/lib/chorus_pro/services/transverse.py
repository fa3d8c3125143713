"""``transverses/…``: health, flow reports, uploaded files, reference data."""

from __future__ import annotations

import base64
from pathlib import PurePosixPath

from .. import reading as r
from ..client import Client
from ..codes import InvoiceStatus
from ..errors import FlowNotFound, InvalidCallError, RefusedError
from ..packing import attachment_problems, mime_type
from ..records import FlowReport, Health, OwnStructure, VatRate
from ..spool import Stored

FLOW_NOT_FOUND = "POQ_MSG_01.003"


def health(client: Client) -> Health:
    """Whether the API is up and the account is known.

    GET transverses/v1/health-check

    :raise CredentialsError: the account is not the right one
    """
    return Health.from_answer(client.probe("transverses/v1/health-check"))


def flow_report(client: Client, flow_number: str) -> FlowReport:
    """What became of a deposited flow.

    POST transverses/v1/consulterCRDetaille

    :raise FlowNotFound: unknown number; also for a moment after a deposit, so ask again
    """
    try:
        answer = client.read(
            "transverses/v1/consulterCRDetaille", {"numeroFluxDepot": flow_number}
        )
    except RefusedError as error:
        if error.message_id == FLOW_NOT_FOUND:
            raise FlowNotFound(
                error.label, code=error.code, operation=error.operation
            ) from error
        raise
    return FlowReport.from_answer(flow_number, answer)


def add_file(client: Client, content: bytes, name: str) -> int:
    """Upload a file to be quoted by :func:`invoices.complete`.

    POST transverses/v1/ajouter/fichier

    :param name: with extension, 50 characters at most
    :return: id of the stored file
    :raise InvalidCallError: name, extension or size the portal does not take
    :raise RefusedError: code 20003, larger than the portal allows
    """
    problems = attachment_problems(name, len(content))
    if problems:
        raise InvalidCallError(f"{name}: {', '.join(map(str, problems))}")
    answer = client.write(
        "transverses/v1/ajouter/fichier",
        {
            "pieceJointeFichier": base64.b64encode(content).decode("ascii"),
            "pieceJointeNom": name,
            "pieceJointeTypeMime": mime_type(name),
            "pieceJointeExtension": PurePosixPath(name).suffix[1:],
        },
    )
    return r.needed_id(answer, "pieceJointeId")


def possible_treatments(
    client: Client, status: InvoiceStatus | str
) -> tuple[InvoiceStatus | str, ...]:
    """Statuses a recipient may set on an invoice that now has ``status``.

    POST transverses/v1/recuperer/etats/traitement
    """
    answer = client.read(
        "transverses/v1/recuperer/etats/traitement", {"statutCourant": str(status)}
    )
    return tuple(
        InvoiceStatus.parse(r.text(row, "statutPossiblePourTraitement"))
        for row in r.items(answer, "listeStatutsPossiblesPourTraitement")
    )


def vat_rates(client: Client) -> tuple[VatRate, ...]:
    """VAT rates the portal knows, with their codes.

    POST transverses/v1/recuperer/tauxtva
    """
    answer = client.read("transverses/v1/recuperer/tauxtva")
    return tuple(map(VatRate.from_answer, r.items(answer, "listeTauxTva")))


def issuing_structures(client: Client) -> tuple[OwnStructure, ...]:
    """Structures the account may issue invoices for.

    POST transverses/v1/recuperer/structures/actives/fournisseur
    """
    return _own_structures(client, "fournisseur")


def receiving_structures(client: Client) -> tuple[OwnStructure, ...]:
    """Structures the account may receive invoices for.

    POST transverses/v1/recuperer/structures/actives/destinataire
    """
    return _own_structures(client, "destinataire")


def _own_structures(client: Client, side: str) -> tuple[OwnStructure, ...]:
    # The request takes no paging block: the answer is the whole list.
    answer = client.read(f"transverses/v1/recuperer/structures/actives/{side}")
    return tuple(map(OwnStructure.from_answer, r.items(answer, "listeStructures")))


def recipient_directory(client: Client) -> Stored | None:
    """The directory of recipients as one ZIP, kept on the disk.

    POST transverses/v1/telecharger/annuaire/destinataire. What the ZIP holds is not
    documented: see :func:`..directory.read_sheets`.

    :return: None when the answer brought no file
    """
    answer = client.download(
        "transverses/v1/telecharger/annuaire/destinataire", {}, field="fichierResultat"
    )
    file: Stored | None = answer["fichierResultat"]
    return file
