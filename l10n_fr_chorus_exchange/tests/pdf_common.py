"""A Factur-X without fault, and ways to spoil it."""

import io
import re

import pypdf
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from odoo.addons.l10n_fr_chorus_exchange.tools import pdf_checks

from .en16931_common import En16931Common
from .paper import printed_page

SCRIPT = DictionaryObject(
    {
        NameObject("/S"): NameObject("/JavaScript"),
        NameObject("/JS"): TextStringObject("app.alert(1)"),
    }
)
COURIER = DictionaryObject(
    {
        NameObject("/Type"): NameObject("/Font"),
        NameObject("/Subtype"): NameObject("/Type1"),
        NameObject("/BaseFont"): NameObject("/Courier"),
    }
)
# An example of ISO 32000-1, 7.4.4.2.
LZW_DATA = b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"
LZW_PLAIN = b"-----A---B"


def faults(problems):
    return [problem.fault for problem in problems]


class PdfCase(En16931Common):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move = cls._invoice(cls._line(10.0))
        cls.good = cls.move._l10n_fr_chorus_facturx(
            printed_page(link="https://example.com"), cls.env["ir.attachment"]
        )

    def _changed(self, change):
        """The good file after ``change(its writer)``."""
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(self.good))
        change(writer)
        result = io.BytesIO()
        writer.write(result)
        return result.getvalue()

    def _problems(self, change):
        return pdf_checks.problems(self._changed(change))

    def _file(self, writer):
        return writer.root_object["/AF"][0].get_object()

    def _xmp(self, writer, pattern, text):
        stream = DecodedStreamObject()
        old = writer.root_object["/Metadata"].get_data()
        stream.set_data(re.sub(pattern, text, old))
        writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)

    def _hide(self, writer):
        [page] = writer.pages
        note = page["/Annots"][0].get_object()
        note[NameObject("/F")] = NumberObject(pdf_checks.PRINTED | 2)

    def _compress_with_lzw(self, writer):
        stream = StreamObject()
        stream._data = LZW_DATA
        stream[NameObject("/Filter")] = ArrayObject([NameObject("/LZWDecode")])
        [page] = writer.pages
        page[NameObject("/Contents")] = writer._add_object(stream)
