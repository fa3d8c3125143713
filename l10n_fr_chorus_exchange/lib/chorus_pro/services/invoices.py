"""``factures/…``: deposit, search, consultation, download, treatment."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from .. import paging
from .. import reading as r
from ..client import Client
from ..codes import (
    REASON_STATUSES,
    DownloadFormat,
    FlowSyntax,
    InvoiceStatus,
    RequestKind,
)
from ..errors import InvalidCallError, OutcomeUnknownError
from ..packing import MAX_FILE_NAME, extension
from ..records import (
    CorrectionReceipt,
    DepositReceipt,
    History,
    InvoiceDetail,
    ReceivedInvoice,
    SentInvoice,
    TreatmentReceipt,
    UnreadableRow,
)
from ..records.invoices import readable
from ..spool import Stored
from . import _details

MAX_DOWNLOAD = 10  # invoices in one call, as the portal recommends
MAX_COMMENT = 2000  # completer, recycler
MAX_REASON = 255  # traiter/recue; the rest is lost over there

_SENT = paging.Search(
    path="factures/v1/rechercher/fournisseur",
    rows="listeFactures",
    block="rechercheFactureParFournisseur",
    key="identifiantFactureCPP",
    capped=True,
    sort="DateDepot",
)
_RECEIVED = paging.Search(
    path="factures/v1/rechercher/recipiendaire",
    rows="listeFactures",
    block="paramRecherche",
    key="idFacture",
    capped=True,
    sort="DateDepot",
)

Status = InvoiceStatus | str


@dataclass(frozen=True)
class ComplementaryFile:
    """A file stored with :func:`transverse.add_file`, as an invoice quotes it.

    ``designation`` at most 100 characters; ``type_code`` from the portal's list,
    ``DIVERS`` being the generic one.
    """

    file_id: int
    designation: str
    type_code: str = "DIVERS"
    line_number: int | None = None

    def on_the_wire(self) -> dict[str, Any]:
        return r.compact(
            pieceJointeComplementaireDesignation=self.designation,
            pieceJointeComplementaireType=self.type_code,
            pieceJointeComplementaireNumeroLigneFacture=self.line_number,
            pieceJointeComplementaireId=self.file_id,
        )


def deposit_flow(
    client: Client,
    content: bytes,
    name: str,
    syntax: FlowSyntax = FlowSyntax.FACTURX,
) -> DepositReceipt:
    """Hand over one file: an XML, a Factur-X, or a tar.gz of several.

    POST factures/v1/deposer/flux

    Not idempotent: a second call makes a second flow, so after
    :class:`OutcomeUnknownError` search by invoice number first.

    :param name: with extension, 200 characters at most
    :return: the number to follow the flow with; it says "received", nothing more
    :raise RefusedError: code 20001 ``GDP_MSG_11.022``, larger than allowed
    """
    if not content:
        raise InvalidCallError("nothing to deposit")
    if len(name) > MAX_FILE_NAME or not extension(name):
        raise InvalidCallError(
            f"a file name has an extension and {MAX_FILE_NAME} characters at most"
        )
    answer = client.write(
        "factures/v1/deposer/flux",
        {
            "fichierFlux": base64.b64encode(content).decode("ascii"),
            "nomFichier": name,
            "syntaxeFlux": str(syntax),
            "avecSignature": False,
        },
    )
    return DepositReceipt.from_answer(answer)


def search_sent(
    client: Client,
    *,
    flow_number: str | None = None,
    number: str | None = None,
    supplier_id: int | None = None,
    statuses: Sequence[Status] | None = None,
    changed_from: date | None = None,
    changed_to: date | None = None,
    deposited_from: date | None = None,
    deposited_to: date | None = None,
    page_size: int = paging.PAGE_SIZE,
) -> Iterator[SentInvoice | UnreadableRow]:
    """Invoices the account has sent, oldest deposit first, to the last page.

    POST factures/v1/rechercher/fournisseur

    :param flow_number: the link from a flow to its invoices
    :param number: exact supplier's number
    :param supplier_id: portal id of the supplier structure
    :param changed_from: first day of the last status change; a datetime is aware and
        counts as its Paris day (``changed_to`` includes its whole day)
    :return: lazily; nothing found is an empty iterator; a row without id or number is
        an :class:`UnreadableRow`
    :raise SearchCutError: after the last row, when the portal keeps rows back
    """
    criteria = r.compact(
        numeroFluxDepot=flow_number,
        numeroFacture=number,
        idFournisseur=supplier_id,
        statutCourant=_codes(statuses),
        periodeDateHeureEtatCourantDu=r.wire_day(changed_from),
        periodeDateHeureEtatCourantAu=r.wire_day(changed_to, end_of_day=True),
        periodeDateDepotDu=r.wire_day(deposited_from),
        periodeDateDepotAu=r.wire_day(deposited_to),
    )
    found = paging.rows(client, _SENT, criteria, page_size=page_size)
    return map(partial(readable, SentInvoice), found)


def search_received(
    client: Client,
    recipient_id: int,
    *,
    kind: RequestKind | str = RequestKind.INVOICE,
    changed_from: date | None = None,
    changed_to: date | None = None,
    deposited_from: date | None = None,
    deposited_to: date | None = None,
    statuses: Sequence[Status] | None = None,
    service_id: int | None = None,
    number: str | None = None,
    downloaded: bool | None = None,
    page_size: int = paging.PAGE_SIZE,
) -> Iterator[ReceivedInvoice | UnreadableRow]:
    """Invoices addressed to a structure, oldest deposit first, to the last page.

    POST factures/v1/rechercher/recipiendaire

    :param recipient_id: portal id of the structure
    :param kind: ``FACTURE`` or ``FACTURE_TRAVAUX``, one call for each
    :param changed_from: first day of the last status change, as for :func:`search_sent`
    :param downloaded: None for both
    :return: lazily, as for :func:`search_sent`; 20000 ``TRA_MSG_00.015`` is an empty
        iterator
    :raise SearchCutError: as for :func:`search_sent`
    """
    criteria = r.compact(
        typeDemandePaiement=str(kind),
        idDestinataire=recipient_id,
        idServiceExecutant=service_id,
        numeroFacture=number,
        statutCourant=_codes(statuses),
        factureTelechargeeParDestinataire=downloaded,
        periodeDateHeureEtatCourantDu=r.wire_day(changed_from),
        periodeDateHeureEtatCourantAu=r.wire_day(changed_to, end_of_day=True),
        periodeDateDepotDu=r.wire_day(deposited_from),
        periodeDateDepotAu=r.wire_day(deposited_to),
    )
    found = paging.rows(client, _RECEIVED, criteria, page_size=page_size)
    return map(partial(readable, ReceivedInvoice), found)


def read_sent(client: Client, portal_id: int) -> InvoiceDetail:
    """One invoice as its supplier sees it, all lines included.

    POST factures/v1/consulter/fournisseur

    :raise RefusedError: unknown, or not ours
    """
    return _details.read_detail(client, _details.SENT, portal_id)


def read_received(client: Client, portal_id: int) -> InvoiceDetail:
    """One invoice as its recipient sees it, all lines included.

    POST factures/v1/consulter/recipiendaire

    :raise RefusedError: unknown, or not addressed to us
    """
    return _details.read_detail(client, _details.RECEIVED, portal_id)


def history(client: Client, portal_id: int) -> History:
    """Current status, then every status and user action since the deposit.

    POST factures/v1/consulter/historique, as many times as there are pages

    :return: entries and actions oldest first
    :raise RefusedError: unknown, or not ours
    """
    return _details.read_history(client, portal_id)


def download_pivot(client: Client, ids: Sequence[int]) -> Stored:
    """Invoices and all their files as one PIVOT, for :mod:`unpacking`.

    POST factures/v1/telecharger/groupe

    Marks the invoices as downloaded and leaves a trace in their history.

    :param ids: one to ten portal ids
    :return: XML or ZIP, whichever the portal chose, in a temporary file; ``content``
        reads it into the memory
    :raise RefusedError: code 413, more than 120 MB: ask for fewer invoices
    """
    return _download(client, ids, {"format": str(DownloadFormat.PIVOT)})


def download_pdf(
    client: Client, ids: Sequence[int], with_attachments: bool = False
) -> Stored:
    """Invoices as readable files; trace and errors as for :func:`download_pivot`.

    POST factures/v1/telecharger/groupe

    :return: one PDF, or a ZIP as soon as there is more than one document, as above
    """
    choice = "OUI" if with_attachments else "NON"
    return _download(
        client,
        ids,
        {
            "format": str(DownloadFormat.PDF),
            "avecPiecesJointesComplementaires": choice,
        },
    )


def treat_received(
    client: Client,
    portal_id: int,
    status: Status,
    *,
    reason: str = "",
    mandate_number: str | None = None,
) -> TreatmentReceipt:
    """Give a received invoice its next status.

    POST factures/v1/traiter/recue

    :param status: see :func:`transverse.possible_treatments`
    :param reason: shown to the supplier; needed to reject or suspend; cut to 255
        characters
    :param mandate_number: payment order, with ``MANDATEE``
    :raise InvalidCallError: a reason is missing
    :raise RefusedError: the portal does not allow this step
    """
    reason = reason.strip()[:MAX_REASON]
    if InvoiceStatus.parse(str(status)) in REASON_STATUSES and not reason:
        raise InvalidCallError(f"a reason is needed for {status}")
    answer = client.write(
        "factures/v1/traiter/recue",
        r.compact(
            idFacture=portal_id,
            nouveauStatut=str(status),
            motif=reason,  # "" rather than nothing: null broke the service for a client
            numeroDPMandat=mandate_number,
        ),
    )
    return TreatmentReceipt.from_answer(answer)


def complete(
    client: Client,
    portal_id: int,
    *,
    comment: str = "",
    attachments: Sequence[ComplementaryFile] = (),
) -> CorrectionReceipt:
    """Answer a suspension with a comment and files already uploaded.

    POST factures/v1/completer

    :raise RefusedError: 20002 ``GDP_MSG_11.033``, the invoice is not suspended
    """
    files = [one.on_the_wire() for one in attachments]
    body = r.compact(
        identifiantFactureCPP=portal_id,
        commentaire=_comment(comment),
        pieceJointeComplementaire=files or None,
    )
    return CorrectionReceipt.from_answer(client.write("factures/v1/completer", body))


def recycle(
    client: Client,
    portal_id: int,
    *,
    recipient: str | None = None,
    service_code: str | None = None,
    engagement: str | None = None,
    comment: str = "",
) -> CorrectionReceipt:
    """Send an invoice ``A_RECYCLER`` on with other routing data and the same number.

    POST factures/v1/recycler

    :param recipient: SIRET; needed as soon as a service code is given
    :raise InvalidCallError: a service code without SIRET
    :raise RefusedError: the invoice is not to be recycled
    """
    if service_code is not None and recipient is None:
        raise InvalidCallError("a service code goes with the SIRET of its structure")
    target = r.compact(codeDestinataire=recipient, codeServiceExecutant=service_code)
    reference = r.compact(numeroBonCommande=engagement)
    body = r.compact(
        identifiantFactureCPP=portal_id,
        destinataire=target or None,
        reference=reference or None,
        commentaire=_comment(comment),
    )
    return CorrectionReceipt.from_answer(client.write("factures/v1/recycler", body))


def acknowledge_rejections(client: Client, portal_ids: Sequence[int]) -> None:
    """Mark rejected invoices as seen by the supplier; their status stays.

    POST factures/v1/traiterRejet

    :raise RefusedError: one of them is not rejected
    """
    if not portal_ids:
        raise InvalidCallError("no invoice given")
    client.write(
        "factures/v1/traiterRejet",
        {"listeDemandePaiement": [{"idDemandePaiement": one} for one in portal_ids]},
    )


def _download(client: Client, ids: Sequence[int], choice: dict[str, Any]) -> Stored:
    if not 1 <= len(ids) <= MAX_DOWNLOAD:
        raise InvalidCallError(f"1 to {MAX_DOWNLOAD} invoices in one download")
    path = "factures/v1/telecharger/groupe"
    body = {**choice, "listeFacture": [{"idFacture": one} for one in ids]}
    content = client.download(path, body, field="fichierResultat")["fichierResultat"]
    if not isinstance(content, Stored) or not content.size:
        raise OutcomeUnknownError(f"{path}: the answer has no file")
    return content


def _codes(statuses: Sequence[Status] | None) -> list[str] | None:
    return None if statuses is None else [str(status) for status in statuses]


def _comment(comment: str) -> str | None:
    if len(comment) > MAX_COMMENT:
        raise InvalidCallError(f"a comment has {MAX_COMMENT} characters at most")
    return comment.strip() or None
