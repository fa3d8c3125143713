"""Files that go along."""

from __future__ import annotations

from ..paper import printed_page
from .registry import PDF_ROAD, shape

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00"
    b"\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff"
    b"\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@shape(
    {"BG-24/0/BT-125-2": "Bon-de-livraison.pdf", "BG-24/0/BT-125-1": "application/pdf"}
)
def a_delivery_note(case):
    move = case.bill()
    case.attach(move, ("Bon de livraison.pdf", printed_page(), "application/pdf"))
    return move


@shape(
    {
        "BG-24/*/BT-125-1": [
            "application/pdf",
            "image/png",
            "image/jpeg",
            "text/csv",
            XLSX,
            ODS,
        ]
    }
)
def one_file_of_each_of_the_six_types(case):
    move = case.bill()
    case.attach(
        move,
        ("a.pdf", printed_page(), "application/pdf"),
        ("b.png", PNG, "image/png"),
        ("c.jpg", b"\xff\xd8\xff\xe0 essai", "image/jpeg"),
        ("d.csv", b"a;b\n1;2\n", "text/csv"),
        ("e.xlsx", b"PK\x03\x04 essai", XLSX),
        ("f.ods", b"PK\x03\x04 essai", ODS),
    )
    return move


@shape()
def files_of_the_same_long_name(case):
    move = case.bill()
    name = "Procès-verbal de réception des travaux de l'école élémentaire.pdf"
    case.attach(
        move,
        (name, printed_page("un"), "application/pdf"),
        (name, printed_page("deux"), "application/pdf"),
    )
    return move


@shape(road=PDF_ROAD)
def a_file_no_structured_form_can_carry(case):
    case.know_structures()
    move = case.bill()
    case.attach(move, ("Rapport.docx", b"PK\x03\x04 essai", DOCX))
    return move
