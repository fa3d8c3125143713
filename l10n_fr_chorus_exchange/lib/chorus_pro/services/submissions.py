"""``deposer/pdf`` and ``soumettre``: an invoice as a PDF and figures beside it."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from .. import reading as r
from ..client import Client
from ..codes import PdfFormat
from ..errors import InvalidCallError
from ..packing import MAX_ATTACHMENT_BYTES, MAX_FILE_NAME, extension
from ..records import (
    AttachmentType,
    BankAccount,
    OcrDraft,
    Submission,
    SubmissionReceipt,
)
from ..records.submissions import MAX_DESIGNATION
from ..writing import json_text
from .invoices import ComplementaryFile

INVOICE_FILES = "FACTURE"  # typeObjet of recuperer/typespj


def deposit_pdf(
    client: Client,
    content: bytes,
    name: str,
    file_format: PdfFormat = PdfFormat.UNSIGNED,
) -> OcrDraft:
    """Store the PDF of an invoice; the portal tries to read it.

    POST factures/v1/deposer/pdf

    Makes a draft and nothing else: whatever goes wrong here, no invoice was submitted.

    :param content: 10 MB at most
    :param name: with extension, 200 characters at most
    :raise InvalidCallError: name or size the portal does not take
    :raise RefusedError: code 413, larger than the portal allows
    """
    if not 0 < len(content) <= MAX_ATTACHMENT_BYTES:
        raise InvalidCallError("a PDF has 1 byte to 10 MB")
    if len(name) > MAX_FILE_NAME or extension(name) != "pdf":
        raise InvalidCallError(
            f"the name of a PDF ends with .pdf, {MAX_FILE_NAME} characters at most"
        )
    answer = client.write(
        "factures/v1/deposer/pdf",
        {
            "fichierFacture": base64.b64encode(content).decode("ascii"),
            "nomFichier": name,
            "formatDepot": str(file_format),
        },
    )
    return OcrDraft.from_answer(answer)


def freeze(submission: Submission) -> str:
    """The body of ``soumettre`` as text, for :func:`submit`; files come in there.

    :raise InvalidCallError: what the service does not take
    """
    return json_text(submission.on_the_wire())


def submit(
    client: Client,
    frozen: str,
    file_id: int,
    annexes: Sequence[ComplementaryFile] = (),
    designation: str = "Facture",
) -> SubmissionReceipt:
    """Make an invoice of a stored PDF and of figures; the point of no return.

    POST factures/v1/soumettre

    Not idempotent: after :class:`OutcomeUnknownError` search by invoice number first.

    :param frozen: what :func:`freeze` gave
    :param file_id: of the PDF, from :func:`deposit_pdf`
    :param annexes: stored with :func:`transverse.add_file`
    :param designation: of the PDF, French, 100 characters at most
    :raise RefusedError: the portal made no invoice of it
    """
    body: dict[str, Any] = json.loads(frozen, parse_float=Decimal)
    longest = max(map(len, (designation, *(one.designation for one in annexes))))
    if longest > MAX_DESIGNATION:
        raise InvalidCallError(
            f"a designation has {MAX_DESIGNATION} characters at most"
        )
    # The contract says object; a list of one is what works for all known clients.
    body["pieceJointePrincipale"] = [
        {
            "pieceJointePrincipaleDesignation": designation,
            "pieceJointePrincipaleId": file_id,
        }
    ]
    if annexes:
        body["pieceJointeComplementaire"] = [one.on_the_wire() for one in annexes]
    answer = client.write("factures/v1/soumettre", body)
    return SubmissionReceipt.from_answer(answer)


def attachment_types(
    client: Client, kind: str = INVOICE_FILES
) -> tuple[AttachmentType, ...]:
    """What files that go along can be declared as.

    POST transverses/v1/recuperer/typespj

    :param kind: ``typeObjet``: what the files are attached to
    """
    answer = client.read("transverses/v1/recuperer/typespj", {"typeObjet": kind})
    return tuple(
        map(AttachmentType.from_answer, r.items(answer, "listeTypePieceJointe"))
    )


def bank_accounts(client: Client, structure_id: int) -> tuple[BankAccount, ...]:
    """Bank details a structure may be paid on, as the portal keeps them.

    POST transverses/v1/recuperer/coordbanc/valides
    """
    answer = client.read(
        "transverses/v1/recuperer/coordbanc/valides", {"idStructure": structure_id}
    )
    return tuple(
        map(BankAccount.from_answer, r.items(answer, "listeCoordonneeBancaire"))
    )
