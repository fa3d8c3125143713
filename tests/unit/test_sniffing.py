from __future__ import annotations

import zlib

import pytest
from unit.attacks import HIDDEN_SCRIPT, SCRIPT
from unit.fakes import zipped

from chorus_pro.errors import Remark
from chorus_pro.sniffing import mime_of, pdf_parts, remarks_of, type_of
from chorus_pro.spool import Spool

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP = zipped({"a": b"b"})


def stored(content: bytes):
    return Spool().store([content])


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (b"\xef\xbb\xbf\n<?xml version='1.0'?>", "application/xml"),
        (b"<Invoice/>", "application/xml"),
        (b"<!DOCTYPE HTML>", "text/html"),
        (b"junk before\n%PDF-1.4", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"", ""),
    ],
)
def test_first_bytes_tell_the_type(head, mime):
    assert mime_of(head) == mime


@pytest.mark.parametrize(
    ("name", "head", "mime"),
    [
        ("a.pdf", b"%PDF-1.7", "application/pdf"),
        ("a.docx", ZIP, OFFICE),
        ("a.doc", OLE, "application/msword"),
        ("a.svg", b"<?xml?><svg/>", "image/svg+xml"),
        ("a.xhtml", b"<html>", "application/xhtml+xml"),
        ("a.txt", b"MZ is how it begins", "text/plain"),
        ("a.csv", b"<b>;1", "text/csv"),
        ("a.p7s", b"0\x82\x01", "application/pkcs7-signature"),
        ("a.unknown", b"\x01\x02", "application/octet-stream"),
        ("a.unknown", b"%PDF-1.7", "application/pdf"),
        ("a.unknown", OLE, "application/octet-stream"),
    ],
)
def test_name_and_content_that_agree_give_no_remark(name, head, mime):
    assert type_of(name, head) == (mime, ())


@pytest.mark.parametrize(
    ("name", "head", "mime", "remark"),
    [
        ("a.pdf", b"%!PS", "application/octet-stream", Remark.WRONG_TYPE),
        ("a.png", b"\xff\xd8\xff", "image/jpeg", Remark.WRONG_TYPE),
        ("a.doc", ZIP, "application/zip", Remark.WRONG_TYPE),
        ("a.xls", b"<?xml?>", "application/xml", Remark.WRONG_TYPE),
        ("a.docx", OLE, "application/octet-stream", Remark.WRONG_TYPE),
        ("a.doc", b"{\\rtf", "application/rtf", Remark.WRONG_TYPE),
        ("a.p7s", b"<?xml?>", "application/xml", Remark.WRONG_TYPE),
        ("a.pdf", ZIP, "application/zip", Remark.DISGUISED),
        ("a.pdf", OLE, "application/octet-stream", Remark.DISGUISED),
        ("a.pdf", b"<?xml?>", "application/xml", Remark.DISGUISED),
        ("a.xls", b"<html>", "text/html", Remark.DISGUISED),
        ("a.xml", b"<html>", "text/html", Remark.DISGUISED),
        ("a.png", b"%PDF-1.7", "application/pdf", Remark.DISGUISED),
        ("a.txt", b"%PDF-1.7\0", "application/pdf", Remark.DISGUISED),
        ("a.txt", b"MZ\0", "application/octet-stream", Remark.PROGRAM),
        ("a.sh", b"#!/bin/sh", "application/octet-stream", Remark.PROGRAM),
    ],
)
def test_name_that_lies_is_told_and_the_content_decides(name, head, mime, remark):
    found, (told,) = type_of(name, head)
    assert (found, told.remark) == (mime, remark)


def test_remark_is_a_sentence_with_its_detail():
    _mime, (told,) = type_of("a.pdf", b"<html>")
    assert str(told) == "it is something else than its name says (text/html)"


@pytest.mark.parametrize("remark", Remark)
def test_what_may_harm_is_told_from_what_is_only_odd(remark):
    harmless = {Remark.WRONG_TYPE, Remark.PDF_LOCKED}
    assert remark.is_hostile is (remark not in harmless)


# --- PDF --------------------------------------------------------------------------


def remarks(content: bytes) -> list[Remark]:
    return [one.remark for one in remarks_of("a.pdf", stored(content))[1]]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"%PDF-1.7 /Type/Catalog", []),
        (SCRIPT, [Remark.PDF_SCRIPT, Remark.PDF_LAUNCH]),
        (HIDDEN_SCRIPT, [Remark.PDF_SCRIPT]),
        (b"%PDF-1.7 /S/GoToE/T<</R/C/N(a.exe)>>", [Remark.PDF_OPENS]),
        (b"%PDF-1.7 /AFRelationship/Data/EF<</F 5 0 R>>/Type/EmbeddedFile", []),
        (b"%PDF-1.7 trailer<</Encrypt 5 0 R>>", [Remark.PDF_LOCKED]),
        (b"%PDF-1.7 /JavaScripts /Launcher", []),
        (b"%PDF-1.7 (JavaScript)", []),
        (b"%PDF-1.7 /Type/ObjStm and no more", []),
        (b"%PDF-1.7 /Type/ObjStm stream\nnot compressed", []),
    ],
)
def test_what_a_pdf_would_do_is_told(content, found):
    assert remarks(content) == found


def test_a_name_across_two_pieces_of_a_pdf_is_seen():
    content = b"%PDF-1.7" + b" " * (1_000_000 - 12) + b"/JavaScript"
    assert remarks(content) == [Remark.PDF_SCRIPT]


def test_object_streams_are_looked_into_up_to_a_limit():
    stream = b"/ObjStm stream\n" + zlib.compress(b"0" * 9_000_000) + b"\n"
    parts = list(pdf_parts(stored(b"%PDF-1.7 " + stream * 10)))
    assert sum(map(len, parts[1:])) == 20_000_000
    small = b"/ObjStm stream\n" + zlib.compress(b"0") + b"\n"
    assert len(list(pdf_parts(stored(b"%PDF-1.7 " + small * 600)))) == 501
