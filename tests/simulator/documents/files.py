"""Files of an invoice as the recipient gets them: PIVOT blocks, PDF, ZIP."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .model import COMPLEMENTARY, MAIN, Attachment
from .values import file_name, short_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .model import PivotInvoice

MAX_NAME = 50
# Fixed, so that the same invoices give the same bytes.
_EPOCH = (2026, 1, 1, 0, 0, 0)

# BT-123 of the French annexe -> CategoriePJ.
_CATEGORIES = {
    "BON_COMMANDE": "Bon de commande",
    "BON_LIVRAISON": "Bon de livraison",
    "BORDEREAU_SUIVI": "Bordereau de suivi",
}
_MAIN_CATEGORY = "Facture PDF"
_XML_CATEGORY = "Facture XML"
_ANNEX_CATEGORY = "Document annexe"
_ADDED_CATEGORY = "Pièce jointe standard"


@dataclass(frozen=True)
class Filed:
    """A file with its final name, unique within the invoice, and its category."""

    name: str
    original_name: str
    content: bytes
    mime: str
    type_code: str
    category: str


def files_of(item: PivotInvoice) -> list[Filed]:
    """Main document first, then the XML of an XML-only deposit, annexes, additions."""
    taken: set[str] = set()
    return [
        Filed(
            name=_unique(attachment.name, taken),
            original_name=attachment.name,
            content=attachment.content,
            mime=attachment.mime,
            type_code=type_code,
            category=category,
        )
        for attachment, type_code, category in _gathered(item)
    ]


def _gathered(item: PivotInvoice) -> Iterator[tuple[Attachment, str, str]]:
    invoice = item.invoice
    yield invoice.main, MAIN, _MAIN_CATEGORY
    if invoice.is_xml_only:
        name = file_name(f"{invoice.main.name.rpartition('.')[0]}.xml", "facture.xml")
        xml = Attachment(name=name, content=invoice.xml, mime="application/xml")
        yield xml, COMPLEMENTARY, _XML_CATEGORY
    for annex in invoice.attachments:
        category = _CATEGORIES.get(annex.description, _ANNEX_CATEGORY)
        yield annex, COMPLEMENTARY, category
    for added in item.extra:
        yield added, COMPLEMENTARY, _ADDED_CATEGORY


def _unique(name: str, taken: set[str]) -> str:
    """Short enough for the portal and not used yet, whatever the case."""
    base = short_name(file_name(name, "fichier"), MAX_NAME)
    stem, dot, extension = base.rpartition(".")
    candidate, rank = base, 1
    while candidate.lower() in taken:
        rank += 1
        mark = f"_{rank}"
        room = MAX_NAME - len(mark) - len(dot + extension)
        candidate = f"{(stem or extension)[:room]}{mark}{dot}{extension if dot else ''}"
    taken.add(candidate.lower())
    return candidate


def build_pdf(invoices: Sequence[PivotInvoice], *, with_attachments: bool) -> bytes:
    """What ``telecharger/groupe`` gives for the format PDF.

    One invoice with one document: that PDF; one invoice with several: a ZIP; several
    invoices: a ZIP with one directory per invoice.

    :raise ValueError: no invoice
    """
    if not invoices:
        raise ValueError("at least one invoice is needed")
    folders = {_folder(item): _documents(item, with_attachments) for item in invoices}
    if len(invoices) > 1:
        return archive(
            (f"{folder}/{filed.name}", filed.content)
            for folder, documents in folders.items()
            for filed in documents
        )
    (documents,) = folders.values()
    if len(documents) == 1:
        return documents[0].content
    return archive((filed.name, filed.content) for filed in documents)


def _documents(item: PivotInvoice, with_attachments: bool) -> list[Filed]:
    found = files_of(item)
    return found if with_attachments else found[:1]


def _folder(item: PivotInvoice) -> str:
    number = "".join(
        c if c.isalnum() or c in "-_" else "-" for c in item.invoice.number
    )
    return f"{number[:40]}_{item.portal_id}"


def archive(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP of (name, content); same entries, same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, content in entries:
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            target.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
