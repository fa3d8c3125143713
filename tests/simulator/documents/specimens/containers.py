"""Specimens as they are deposited: in a PDF, in a batch."""

from __future__ import annotations

import gzip
import io
import tarfile
from typing import TYPE_CHECKING

from pypdf import PdfReader, PdfWriter

from ..flow import read_any
from .cii import cii_xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .data import Annex, Specimen


def facturx_pdf(
    specimen: Specimen, *, xml: bytes | None = None, extra: Iterable[Annex] = ()
) -> bytes:
    """A PDF with the XML embedded as ``factur-x.xml``; not PDF/A.

    :param xml: embed these bytes instead of the specimen's own CII
    :param extra: further files embedded in the PDF alone
    """
    readable = read_any(cii_xml(specimen), "facture.xml").main.content
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(readable)))
    writer.add_attachment("factur-x.xml", cii_xml(specimen) if xml is None else xml)
    for annex in extra:
        writer.add_attachment(annex.name, annex.content)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def tar_gz(files: Mapping[str, bytes]) -> bytes:
    """A batch: one file per invoice."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)
