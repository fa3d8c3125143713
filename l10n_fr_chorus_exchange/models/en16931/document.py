"""What is frozen in the outbox: the bytes of one invoice and how they travel."""

from __future__ import annotations

from dataclasses import dataclass

FLOW = "flow"  # `deposer/flux`: the file is the invoice
PDF = "pdf"  # `deposer/pdf`, then `soumettre`: a PDF and data beside it


@dataclass(frozen=True)
class Document:
    """One invoice, ready to be deposited.

    :ivar content: of the file: Factur-X, XML, or the plain PDF of the second road
    :ivar file_name: with its extension, at most 200 characters
    :ivar syntax: code of the portal's deposit (``FlowSyntax``); of a PDF, its format
    :ivar road: ``flow`` or ``pdf``
    :ivar payload: second road only: JSON text of ``soumettre``, without the ids that
        the portal gives
    :ivar annexes: second road only: ``(name, bytes)`` of each file that goes along
    """

    content: bytes
    file_name: str
    syntax: str
    road: str = FLOW
    payload: str | None = None
    annexes: tuple[tuple[str, bytes], ...] = ()
