"""Pages as a printing program makes them: with their font inside."""

import functools
import io

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT = "Vera"  # comes with reportlab


@functools.lru_cache(maxsize=64)
def printed_page(text="Facture", link=""):
    """One page, ready to become a PDF/A.

    :param str text: what stands on it
    :param str link: address under the text, none by default
    :return: bytes of the PDF
    """
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, "Vera.ttf"))
    result = io.BytesIO()
    page = Canvas(result, initialFontName=FONT)
    page.drawString(72, 720, text)
    if link:
        page.linkURL(link, (72, 700, 200, 720))
    page.save()
    return result.getvalue()


def bare_page(text="Facture"):
    """One page whose font is not inside, as some programs make them."""
    result = io.BytesIO()
    page = Canvas(result)
    page.drawString(72, 720, text)
    page.save()
    return result.getvalue()


def print_invoice(move):
    """Give an invoice its printed file: a test run has no printing program."""
    move.env["ir.attachment"].create(
        {
            "name": f"{move.name}.pdf",
            "raw": printed_page(move.name),
            "mimetype": "application/pdf",
            "res_model": move._name,
            "res_id": move.id,
            "res_field": "invoice_pdf_report_file",
        }
    )
    move.invalidate_recordset(["invoice_pdf_report_id", "invoice_pdf_report_file"])
