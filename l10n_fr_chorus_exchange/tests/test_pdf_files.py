import io
import zlib
from unittest.mock import patch

from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, StreamObject

from odoo.tests import BaseCase, tagged

from ..tools import pdf_files


def pdf_with(files, unpacked=None):
    """A PDF with files ``(name, content)``, all of which unpack to ``unpacked``."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    for name, content in files:
        writer.add_attachment(name, content)
    if unpacked is not None:
        for one in writer._objects:
            if isinstance(one, StreamObject) and one.get("/Type") == "/EmbeddedFile":
                one[NameObject("/Filter")] = NameObject("/FlateDecode")
                one._data = zlib.compress(unpacked)
    packed = io.BytesIO()
    writer.write(packed)
    return packed


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPdfFiles(BaseCase):
    def test_xml_files_come_in_their_order(self):
        pdf = pdf_with([("A.XML", b"<a/>"), ("note.txt", b"x"), ("b.xml", b"<b/>")])
        self.assertEqual(list(pdf_files.embedded_xml(pdf)), [b"<a/>", b"<b/>"])

    def test_a_pdf_without_files_has_none(self):
        self.assertEqual(list(pdf_files.embedded_xml(pdf_with([]))), [])

    def test_a_file_that_unpacks_to_too_much_is_left(self):
        pdf = pdf_with([("a.xml", b"")], b" " * 6_000_000)
        self.assertLess(len(pdf.getvalue()), 20_000)
        self.assertEqual(list(pdf_files.embedded_xml(pdf)), [])

    def test_a_name_told_a_hundred_times_is_unpacked_a_few_times_only(self):
        pdf = pdf_with([("factur-x.xml", b"<a/>")] * 100)
        self.assertEqual(len(list(pdf_files.embedded_xml(pdf, most=3))), 3)
        found = pdf_files.embedded_xml(pdf)
        self.assertEqual(next(found), b"<a/>")
        self.assertEqual(len(list(found)), pdf_files.MAX_FILES - 1)

    def test_an_old_version_of_the_package_gives_the_same(self):
        class Old:
            def __init__(self, pdf):
                self.attachments = PdfReader(pdf).attachments

        pdf = pdf_with([("a.xml", b"<a/>"), ("b.txt", b"x")])
        with patch.object(pdf_files, "PdfReader", Old):
            self.assertEqual(list(pdf_files.embedded_xml(pdf)), [b"<a/>"])
