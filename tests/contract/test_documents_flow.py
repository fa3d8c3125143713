"""Whole flows: what the syntax promises, archives and the schema."""

from __future__ import annotations

import gzip
import io
import tarfile
from dataclasses import replace

import pytest
from pypdf import PdfReader, PdfWriter

from simulator.documents import SYNTAXES, Inadmissible, containers, read_flow
from simulator.documents.specimens import (
    Specimen,
    cii_xml,
    facturx_pdf,
    tar_gz,
    ubl_xml,
)

FACTURX = "IN_DP_E2_CII_FACTURX"
CII = "IN_DP_E1_CII_16B"
UBL = "IN_DP_E1_UBL_INVOICE"
WRITERS = {FACTURX: facturx_pdf, CII: cii_xml, UBL: ubl_xml}


def refusal(content, syntax, name="f"):
    with pytest.raises(Inadmissible) as caught:
        read_flow(content, name, syntax)
    return caught.value.errors


@pytest.mark.parametrize("syntax", WRITERS)
def test_one_file_of_the_announced_syntax_is_read(syntax):
    (invoice,) = read_flow(WRITERS[syntax](Specimen()), "f", syntax)
    assert invoice.number == "FA-2026-001"


@pytest.mark.parametrize("syntax", WRITERS)
def test_batch_is_read_in_its_order(syntax):
    files = {
        f"{number}.bin": WRITERS[syntax](Specimen(number=number))
        for number in ("F-2", "F-1", "F-3")
    }
    found = read_flow(tar_gz(files), "lot.tar.gz", syntax)
    assert [invoice.number for invoice in found] == ["F-2", "F-1", "F-3"]


def test_ubl_credit_note_travels_under_the_invoice_code():
    (invoice,) = read_flow(ubl_xml(Specimen(type_code="381")), "f", UBL)
    assert invoice.type_code == "381"


@pytest.mark.parametrize(
    ("writer", "syntax"),
    [
        (writer, syntax)
        for own, writer in WRITERS.items()
        for syntax in WRITERS
        if own != syntax
    ],
)
def test_content_of_another_syntax_is_refused(writer, syntax):
    (error,) = refusal(writer(Specimen()), syntax)
    assert "ne correspond pas a la syntaxe" in error.label


def test_the_thirteen_codes_of_the_contract_are_known():
    assert len(SYNTAXES) == 13


@pytest.mark.parametrize(
    "syntax", [code for code, kind in SYNTAXES.items() if not kind]
)
def test_known_but_unsupported_syntax_is_never_accepted_unread(syntax):
    (error,) = refusal(facturx_pdf(Specimen()), syntax)
    assert "non prise en charge par le simulateur" in error.label


def test_unknown_syntax_is_refused():
    (error,) = refusal(facturx_pdf(Specimen()), "IN_DP_E2_FACTURX")
    assert "inconnue" in error.label


@pytest.mark.parametrize("syntax", WRITERS)
@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01", b"\x1f\x8bnot gzip", b"PK\x03\x04"]
)
def test_unreadable_file_refuses_the_flow(syntax, content):
    assert refusal(content, syntax)[0].label.startswith("IRRECEVABILITE: ")


def test_pdf_without_factur_x_refuses_the_flow():
    (invoice,) = read_flow(cii_xml(Specimen()), "f", CII)
    (error,) = refusal(invoice.main.content, FACTURX)
    assert "ne contient pas de fichier factur-x.xml" in error.label


def test_encrypted_pdf_refuses_the_flow():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(facturx_pdf(Specimen()))))
    writer.encrypt("", "owner", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    (error,) = refusal(buffer.getvalue(), FACTURX)
    assert "chiffré" in error.label


# Schema -------------------------------------------------------------------------


@pytest.mark.parametrize("syntax", [CII, UBL])
def test_schema_error_refuses_the_flow_with_the_recorded_code(syntax):
    xml = WRITERS[syntax](Specimen()).replace(b"110.22", b"a hundred")
    errors = refusal(xml, syntax, "facture.xml")
    assert {error.code for error in errors} == {"ERR_XSD_001"}
    assert errors[0].label.startswith("IRRECEVABILITE: le fichier facture.xml")


def test_schema_error_inside_a_pdf_refuses_the_flow():
    xml = cii_xml(Specimen()).replace(b"DuePayableAmount", b"DueAmount")
    errors = refusal(facturx_pdf(Specimen(), xml=xml), FACTURX)
    assert errors[0].code == "ERR_XSD_001"


def test_one_bad_file_refuses_the_whole_batch():
    good, bad = cii_xml(Specimen()), cii_xml(Specimen()).replace(b"110.22", b"x")
    errors = refusal(tar_gz({"good.xml": good, "bad.xml": bad}), CII)
    assert errors
    assert all("bad.xml" in error.label for error in errors)


def test_payment_block_without_code_is_left_to_the_rule_that_names_it():
    xml = cii_xml(Specimen()).replace(b"<ram:TypeCode>30</ram:TypeCode>", b"")
    (invoice,) = read_flow(xml, "f", CII)
    assert invoice.payment_code is None


def test_other_block_without_code_breaks_the_schema():
    xml = cii_xml(Specimen()).replace(b"<ram:TypeCode>VAT</ram:TypeCode>", b"")
    assert refusal(xml, CII)[0].code == "ERR_XSD_001"


@pytest.mark.parametrize(
    "profile",
    [
        "urn:cen.eu:en16931:2017",
        "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic",
        "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended",
        "urn:cen.eu:en16931:2017#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr",
    ],
)
def test_each_profile_is_read(profile):
    (line, *_others) = Specimen().lines
    plain = Specimen(profile=profile, lines=(replace(line, reference=None),))
    (invoice,) = read_flow(cii_xml(plain), "f", CII)
    assert invoice.number == "FA-2026-001"


def test_each_profile_is_held_to_its_own_schema():
    """BASIC has no article reference, EN 16931 has."""
    basic = "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic"
    (error,) = refusal(cii_xml(Specimen(profile=basic)), CII)
    assert "SellerAssignedID" in error.label


# Archives -----------------------------------------------------------------------


def archive(*members):
    """A tar.gz of (TarInfo or name, content)."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as target:
        for member, content in members:
            info = tarfile.TarInfo(member) if isinstance(member, str) else member
            info.size = len(content)
            target.addfile(info, io.BytesIO(content))
    return gzip.compress(buffer.getvalue())


def special(kind, target="/etc/passwd"):
    info = tarfile.TarInfo("invoice.xml")
    info.type, info.linkname = kind, target
    return info


@pytest.mark.parametrize(
    "name", ["/abs.xml", "../up.xml", "a/../../up.xml", "C:\\x.xml"]
)
def test_forbidden_path_refuses_the_archive(name):
    (error,) = refusal(archive((name, cii_xml(Specimen()))), CII)
    assert "chemin interdit" in error.label


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE]
)
def test_link_or_device_refuses_the_archive(kind):
    (error,) = refusal(archive((special(kind), b"")), CII)
    assert "lien ou un fichier spécial" in error.label


def test_empty_archive_is_refused():
    (error,) = refusal(archive(), CII)
    assert "aucun fichier" in error.label


def test_name_twice_refuses_the_archive():
    one, two = cii_xml(Specimen()), cii_xml(Specimen(number="FA-2"))
    (error,) = refusal(archive(("f.xml", one), ("f.xml", two)), CII)
    assert "même nom" in error.label


def test_syntaxes_of_a_batch_cannot_be_mixed():
    files = ("a.xml", cii_xml(Specimen())), ("b.xml", ubl_xml(Specimen(number="FA-2")))
    (error,) = refusal(archive(*files), CII)
    assert "(UBL) ne correspond pas" in error.label


def test_directories_of_an_archive_are_passed_over():
    folder = tarfile.TarInfo("lot")
    folder.type = tarfile.DIRTYPE
    content = archive((folder, b""), ("lot/f.xml", cii_xml(Specimen())))
    assert len(read_flow(content, "f", CII)) == 1


def test_too_many_files_refuse_the_archive(monkeypatch):
    monkeypatch.setattr(containers, "MAX_MEMBERS", 2)
    (error,) = refusal(archive(*[(f"{n}.xml", b"<a/>") for n in range(3)]), CII)
    assert "plus de 2 fichiers" in error.label


def test_large_member_refuses_the_archive(monkeypatch):
    monkeypatch.setattr(containers, "MAX_MEMBER", 100)
    (error,) = refusal(archive(("f.xml", b"x" * 101)), CII)
    assert "trop volumineux" in error.label


def test_archive_that_swells_too_much_is_refused():
    bomb = gzip.compress(b"\0" * (12 * 1024 * 1024))
    assert len(bomb) < 20_000
    (error,) = refusal(bomb, CII)
    assert "une fois décompressée" in error.label


def test_truncated_archive_is_refused():
    content = tar_gz({"f.xml": cii_xml(Specimen())})
    (error,) = refusal(content[: len(content) // 2], CII)
    assert "endommagée" in error.label


def test_archive_inside_an_archive_is_refused():
    inner = tar_gz({"f.xml": cii_xml(Specimen())})
    assert refusal(tar_gz({"lot.tar.gz": inner}), CII)
