from __future__ import annotations

import gzip
import io
import tarfile

import pytest
from unit.fakes import nasty_texts

from chorus_pro import packing
from chorus_pro.packing import AttachmentProblem, NumberProblem


@pytest.mark.parametrize(
    ("number", "problems"),
    [
        ("FAC/2026+00_12-A b", []),
        ("F" * 20, []),
        ("F" * 21, [NumberProblem.TOO_LONG]),
        ("", [NumberProblem.EMPTY]),
        (" ", [NumberProblem.EMPTY, NumberProblem.OUTER_SPACE]),
        ("FÉ1", [NumberProblem.BAD_CHARACTER]),
        ("F\t1", [NumberProblem.BAD_CHARACTER]),
        (" F1", [NumberProblem.OUTER_SPACE]),
        ("F  1", [NumberProblem.DOUBLE_SPACE]),
    ],
)
def test_invoice_number_is_checked_as_the_portal_does(number, problems):
    assert list(packing.invoice_number_problems(number)) == problems


@pytest.mark.parametrize(
    ("name", "size", "problems"),
    [
        ("a" * 46 + ".pdf", 1, []),
        ("a" * 47 + ".pdf", 1, [AttachmentProblem.NAME_TOO_LONG]),
        ("virus.exe", 1, [AttachmentProblem.BAD_EXTENSION]),
        ("sans", 1, [AttachmentProblem.BAD_EXTENSION]),
        ("", 1, [AttachmentProblem.NO_NAME, AttachmentProblem.BAD_EXTENSION]),
        ("a.pdf", 0, [AttachmentProblem.EMPTY]),
        ("a.PDF", packing.MAX_ATTACHMENT_BYTES, []),
        ("a.pdf", packing.MAX_ATTACHMENT_BYTES + 1, [AttachmentProblem.TOO_LARGE]),
    ],
)
def test_attachment_is_checked_as_the_portal_does(name, size, problems):
    assert list(packing.attachment_problems(name, size)) == problems


def test_a_type_that_has_no_extension_of_the_portal_is_told():
    assert packing.extensions_of("message/rfc822") == ()
    assert packing.extensions_of(packing.UNKNOWN_MIME) == ()


def test_a_type_is_told_with_all_its_extensions():
    assert packing.extensions_of("image/tiff") == ("tif", "tiff")


def test_the_35_extensions_have_a_mime_type():
    assert len(packing.ALLOWED_EXTENSIONS) == 35
    assert packing.mime_type("a.xyz") == "application/octet-stream"


def test_deposit_name_is_plain_and_short_enough():
    assert packing.deposit_file_name("Été / 1", "xml") == "Ete-1.xml"
    assert packing.deposit_file_name("///") == "invoice.pdf"
    assert len(packing.deposit_file_name("F" * 500)) == 200


def test_attachment_name_is_cut_before_its_extension():
    name = packing.attachment_name("Procès-verbal " * 10 + ".PDF")
    assert len(name) == 50
    assert name.endswith(".PDF")


def test_attachment_names_become_unique():
    taken = []
    for _ in range(12):
        taken.append(packing.attachment_name("é" * 60 + ".pdf", taken))
    assert len(set(taken)) == 12
    assert {len(name) for name in taken} == {50}


def test_what_is_too_long_for_an_extension_belongs_to_the_name():
    assert packing.attachment_name("Devis n. quatre-vingt-dix") == (
        "Devis-n.-quatre-vingt-dix"
    )


def test_attachment_without_a_usable_name_still_gets_one():
    assert packing.attachment_name("???.pdf") == "file.pdf"


def test_any_attachment_name_is_short_plain_and_new():
    taken: list[str] = []
    for name in nasty_texts():
        found = packing.attachment_name(name, taken)
        assert 0 < len(found) <= 50
        assert found.isascii()
        assert "/" not in found
        assert found.lower() not in {one.lower() for one in taken}
        taken.append(found)


def test_batch_holds_each_file_under_its_name():
    files = {"a.pdf": b"one", "b.pdf": b"two" * 1000}
    packed = packing.pack_batch(files)
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(packed))) as archive:
        found = {
            member.name: archive.extractfile(member).read()
            for member in archive.getmembers()
        }
    assert found == files


def test_same_files_make_the_same_batch():
    files = {"a.pdf": b"one"}
    assert packing.pack_batch(files) == packing.pack_batch(dict(files))


@pytest.mark.parametrize(
    ("sizes", "batches"),
    [
        ([], []),
        ([10], [[0]]),
        ([1000, 1000, 1000], [[0, 1], [2]]),
        ([9000, 10], [[0], [1]]),
        ([10, 9000, 10], [[0], [1], [2]]),
    ],
)
def test_archives_hold_as_much_as_the_portal_takes(sizes, batches):
    assert packing.split_batches(sizes, most_bytes=5600) == batches


def test_archives_hold_at_most_a_hundred_invoices():
    batches = packing.split_batches([1] * 205)
    assert [len(batch) for batch in batches] == [100, 100, 5]
    assert [place for batch in batches for place in batch] == list(range(205))
