from __future__ import annotations

import io
import zipfile

import pytest
from unit.attacks import SCRIPT
from unit.fakes import pivot, unit, zipped

from chorus_pro.archives import Limits
from chorus_pro.errors import Flaw, Remark, UnreadableDocument
from chorus_pro.guarded_xml import read_xml, root_of
from chorus_pro.intake import IntakeKind, files_in, identify
from chorus_pro.spool import Spool

CII = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
PIVOT = pivot(unit())
CII_XML = f"<rsm:CrossIndustryInvoice xmlns:rsm='{CII}'/>".encode()
NAME = "factur-x.xml"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PIVOT, IntakeKind.PIVOT),
        (zipped({"a/PivotS.XML": PIVOT}), IntakeKind.PIVOT),
        (zipped({"a.xml": CII_XML, "b.xml": PIVOT}), IntakeKind.PIVOT),
        (zipped({"a.xml": CII_XML, "b.xml": b"", "c.pdf": b""}), IntakeKind.ZIP),
        (CII_XML, IntakeKind.CII),
        (CII_XML.decode().encode("utf-16"), IntakeKind.CII),
        (f"<Invoice xmlns='{UBL}Invoice-2'/>".encode(), IntakeKind.UBL),
        (f"<a:CreditNote xmlns:a='{UBL}CreditNote-2'/>".encode(), IntakeKind.UBL),
        (b"<Invoice/>", IntakeKind.OTHER),
        (f"<CreditNote xmlns='{UBL}Invoice-2'/>".encode(), IntakeKind.OTHER),
        (b"%PDF-1.7 plain", IntakeKind.PDF),
        (b"%PDF-1.7 /UF(factur-x.xml)", IntakeKind.FACTURX),
        (b"%PDF-1.7 /UF(factur\\055x\\056xml)", IntakeKind.FACTURX),
        (b"%PDF-1.7 /UF(ZUGFeRD-invoice.xml)", IntakeKind.FACTURX),
        (b"%PDF-1.7 " + NAME.encode("utf-16-be"), IntakeKind.FACTURX),
        (b"%PDF-1.7 <" + NAME.encode().hex().upper().encode(), IntakeKind.FACTURX),
        (b"\x89PNG\r\n\x1a\n", IntakeKind.OTHER),
        (b"some words", IntakeKind.OTHER),
        (b"", IntakeKind.OTHER),
    ],
)
def test_file_is_known_by_its_content(content, kind):
    assert identify(content).kind is kind
    assert identify(Spool().store([content])).kind is kind
    assert identify(content).problem is None


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (b"<!DOCTYPE a><a/>", Flaw.DOCTYPE),
        (b"<?xml version='1.0'?>", Flaw.NOT_XML),
        (b"PK\x03\x04 and no more", Flaw.DAMAGED_ARCHIVE),
    ],
)
def test_file_that_is_of_no_use_says_why(content, flaw):
    found = identify(content)
    assert (found.kind, found.problem.flaw) == (IntakeKind.OTHER, flaw)


def test_word_of_a_kind_is_stable():
    assert str(IntakeKind.FACTURX) == "facturx"


# --- archives by hand -------------------------------------------------------------


def test_files_of_an_archive_lose_their_folders_and_keep_apart():
    data = zipped({"F1/a.pdf": b"%PDF-1", "F2/": b"", "F2/A.pdf": SCRIPT})
    first, second = files_in(data)
    assert (first.name, first.stored.content, first.mime) == (
        "a.pdf",
        b"%PDF-1",
        "application/pdf",
    )
    assert second.name == "A-2.pdf"
    assert second.remarks[0].remark is Remark.PDF_SCRIPT


def test_bad_file_of_an_archive_does_not_hide_the_next():
    data = zipped({"bomb.pdf": b"\0" * 3_000_000, "good.pdf": b"%PDF-1"})
    bad, good = files_in(data)
    assert (bad.flaw, bad.detail) == (Flaw.TOO_LARGE, "bomb.pdf")
    assert good.name == "good.pdf"


def test_archive_too_large_as_a_whole_is_left():
    data = zipped({"a.pdf": b"a" * 900, "b.pdf": b"b" * 900, "c.pdf": b""})
    found = files_in(data, limits=Limits(max_attachment_bytes=1_000))
    assert next(found).name == "a.pdf"
    assert next(found).flaw is Flaw.TOO_LARGE
    with pytest.raises(UnreadableDocument, match="too large"):
        next(found)


def test_what_is_no_archive_has_no_files():
    with pytest.raises(UnreadableDocument, match="damaged"):
        list(files_in(b"%PDF"))


def test_archive_of_odd_compression_is_not_a_pivot():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.xml", PIVOT)
    assert identify(packed.getvalue()).problem.flaw is Flaw.CLOSED_ARCHIVE


# --- XML of invoices --------------------------------------------------------------


def test_invoice_is_read_into_a_tree():
    text = "<a><b>é</b><!-- c --><?d?><c>" + "x" * 200_000 + "</c></a>"
    root = read_xml(text.encode())
    assert len(root) == 2
    assert (root.findtext("b"), len(root.findtext("c"))) == ("é", 200_000)


@pytest.mark.parametrize(
    ("content", "flaw", "line"),
    [
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", Flaw.DOCTYPE, 1),
        (b"<a>\n<b></a>", Flaw.NOT_XML, 2),
        (b"<a>" * 60, Flaw.TOO_DEEP, 1),
        (b"<a>" + b"<b/>" * 101 + b"</a>", Flaw.TOO_MANY_ELEMENTS, 1),
        (b"<a>" + b"x" * 1000 + b"</a>", Flaw.TOO_LARGE, None),
        (b"<a:b/>", Flaw.NOT_XML, 1),
        (b"<?xml version='1.0' encoding='utf-7'?><a/>", Flaw.ENCODING, None),
    ],
)
def test_xml_of_a_stranger_is_read_within_limits(content, flaw, line):
    with pytest.raises(UnreadableDocument) as caught:
        read_xml(content, limits=Limits(max_elements=100), max_bytes=999)
    assert (caught.value.flaw, caught.value.line) == (flaw, line)


def test_root_of_nothing_is_told():
    with pytest.raises(UnreadableDocument, match="not well-formed"):
        root_of(b"")
