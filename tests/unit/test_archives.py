from __future__ import annotations

import io
import struct
import unicodedata
import zipfile

import pytest
from unit.fakes import nasty_texts, zipped

from chorus_pro.archives import (
    Allowance,
    Limits,
    member_pieces,
    open_archive,
    safe_name,
    xml_members,
)
from chorus_pro.errors import UnreadableDocument


def contents(data, **limits):
    found = xml_members(io.BytesIO(data), Limits(**limits))
    return [b"".join(pieces) for pieces in found]


def read_first(data, allowance, most=10_000_000):
    with open_archive(io.BytesIO(data), Limits()) as archive:
        member = archive.infolist()[0]
        return b"".join(member_pieces(archive, member, Limits(), allowance, most))


def test_xml_files_are_found_whatever_their_case():
    data = zipped({"PivotS.XML": b"<a/>", "folder/": b"", "note.txt": b"x"})
    assert contents(data) == [b"<a/>"]


def test_archive_without_xml_is_unreadable():
    with pytest.raises(UnreadableDocument, match="no XML"):
        contents(zipped({"note.txt": b"x"}))


@pytest.mark.parametrize("data", [b"PK\x03\x04 and no more", b"", b"PK\x05\x06"])
def test_damaged_archive_is_unreadable(data):
    with pytest.raises(UnreadableDocument, match="damaged"):
        contents(data)


def test_too_many_members_are_not_opened():
    with pytest.raises(UnreadableDocument, match="too many files"):
        contents(zipped({f"{n}.xml": b"" for n in range(4)}), max_members=3)


def test_list_of_members_too_long_for_the_memory_is_not_read():
    entry = b"PK\x01\x02" + bytes(42)
    size = 10_000 * len(entry)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, size, 0, 0)
    with pytest.raises(UnreadableDocument, match="too many files"):
        contents(entry * 10_000 + end)


def test_member_larger_than_agreed_is_not_read():
    with pytest.raises(UnreadableDocument, match="too large"):
        contents(zipped({"a.xml": b"x" * 2000}), max_bytes=1000)


def test_members_together_larger_than_agreed_are_not_read():
    data = zipped({"a.xml": b"x" * 600, "b.xml": b"x" * 600})
    with pytest.raises(UnreadableDocument, match="too large"):
        contents(data, max_bytes=1000)


def test_bomb_is_seen_by_its_ratio():
    with pytest.raises(UnreadableDocument, match="too large"):
        contents(zipped({"a.xml": b"\0" * 3_000_000}))


def test_bomb_is_left_when_its_ratio_shows():
    allowance = Allowance(100_000_000)
    with pytest.raises(UnreadableDocument, match="too large"):
        read_first(zipped({"a.pdf": b"\0" * 9_000_000}), allowance)
    assert 100_000_000 - allowance.left < 9_000_000 / 4


def test_member_is_left_when_the_allowance_is_spent():
    allowance = Allowance(1_000)
    with pytest.raises(UnreadableDocument, match="too large"):
        read_first(zipped({"a.pdf": b"\0" * 900_000}), allowance)
    assert allowance.is_spent
    assert allowance.left > -100_000


def test_member_of_exactly_the_limit_is_read():
    allowance = Allowance(70_000)
    assert len(read_first(zipped({"a": b"x" * 70_000}), allowance, most=70_000))
    assert (allowance.left, allowance.is_spent) == (0, False)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compression_that_cannot_be_read_in_pieces_is_refused(method):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("a.xml", b"<a/>")
    with pytest.raises(UnreadableDocument, match="damaged or encrypted"):
        contents(packed.getvalue())


def test_small_member_may_be_very_compressible():
    assert contents(zipped({"a.xml": b" " * 500_000}))


def test_size_written_in_the_archive_is_not_believed():
    data = bytearray(zipped({"a.xml": b"x" * 5000}))
    central = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, central + 24, 10)  # uncompressed size
    with pytest.raises(UnreadableDocument):
        contents(bytes(data), max_bytes=1000)


def test_encrypted_member_is_unreadable():
    data = bytearray(zipped({"a.xml": b"<a/>"}))
    central = data.index(b"PK\x01\x02")
    for flags in (6, central + 8):
        data[flags] |= 1
    with pytest.raises(UnreadableDocument, match="encrypted"):
        contents(bytes(data))


def test_member_with_a_wrong_checksum_is_unreadable():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:  # stored: bytes are in clear
        archive.writestr("a.xml", b"<original/>")
    data = packed.getvalue().replace(b"<original/>", b"<tampered/>")
    with pytest.raises(UnreadableDocument, match="damaged"):
        read_first(data, Allowance(1000))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("facture.pdf", "facture.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("..", "file"),
        ("", "file"),
        (" .cache ", "cache"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("fdp\u202efdp.exe", "fdpfdp.exe"),
        ('a<b>:"|?*.pdf', "a_b______.pdf"),
        ("été.pdf", "été.pdf"),
        (unicodedata.normalize("NFD", "été.pdf"), "été.pdf"),
    ],
)
def test_name_is_made_safe(name, safe):
    assert safe_name(name) == safe


def test_long_name_keeps_its_extension():
    name = safe_name("a" * 300 + ".pdf")
    assert len(name) == 120
    assert name.endswith(".pdf")


def test_what_is_too_long_for_an_extension_is_cut_with_the_name():
    assert len(safe_name("a." + "b" * 300)) == 120


def test_any_name_is_bare_visible_and_new():
    taken: list[str] = []
    for name in nasty_texts():
        found = safe_name(name, taken)
        assert found not in ("", ".", "..")
        assert not set(found) & set('/\\<>:"|?*\0')
        assert all(unicodedata.category(char)[0] != "C" for char in found)
        assert found.lower() not in {one.lower() for one in taken}
        taken.append(found)
