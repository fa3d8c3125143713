from __future__ import annotations

import hashlib
import io
import weakref

import pytest
from unit.fakes import pivot, unit, zipped

from chorus_pro.base64_stream import Base64Decoder
from chorus_pro.errors import UnreadableDocument
from chorus_pro.spool import Spool, opened, pieces_of, size_of
from chorus_pro.unpacking import read_pivot


def broken():
    yield b"half"
    raise ValueError("cut")


def test_contents_share_a_file_and_stay_apart():
    spool = Spool(in_memory=4)
    first, second = spool.store([b"abc", b"def"]), spool.store([b"ghi"])
    assert (first.content, second.content) == (b"abcdef", b"ghi")
    assert (first.size, first.sha256) == (6, hashlib.sha256(b"abcdef").hexdigest())
    assert first.read_at(4, 100) == b"ef"
    assert first.read_at(100, 4) == b""


def test_content_that_breaks_off_leaves_nothing():
    spool = Spool()
    with pytest.raises(ValueError, match="cut"):
        spool.store(broken())
    assert spool.store([b"next"]).content == b"next"


def test_content_is_read_as_a_file_by_several_at_once():
    stored = Spool().store([b"0123456789"])
    one, other = stored.open(), stored.open()
    assert (one.read(3), other.read(), one.read(2)) == (b"012", b"0123456789", b"34")
    assert (one.seek(-2, io.SEEK_END), one.read()) == (8, b"89")
    assert (other.seek(1), other.seek(2, io.SEEK_CUR), other.read(1)) == (1, 3, b"3")
    with pytest.raises(ValueError, match="beginning"):
        other.seek(-1)


def test_file_goes_with_the_last_content_read_from_it():
    spool = Spool()
    gone = weakref.ref(spool)
    stored = spool.store([b"x"])
    del spool
    assert gone() is not None
    del stored
    assert gone() is None


def test_content_does_not_show():
    assert "secret" not in repr(Spool().store([b"secret"]))


@pytest.mark.parametrize(
    "source", [b"abc", bytearray(b"abc"), io.BytesIO(b"abc"), Spool().store([b"abc"])]
)
def test_any_source_is_a_file_at_its_beginning(source):
    file = opened(source)
    assert size_of(file) == 3
    assert list(pieces_of(file)) == [b"abc"]
    assert opened(source).read() == b"abc"


def test_an_archive_is_read_where_it_lies():

    data = zipped({"a.xml": pivot(unit())})
    assert read_pivot(Spool().store([data]))[0].number == "FAC-1"


# --- Base64 -----------------------------------------------------------------------


def decoded(*pieces: bytes) -> bytes:
    decoder = Base64Decoder()
    found = b"".join(map(decoder.feed, pieces))
    decoder.finish()
    return found


@pytest.mark.parametrize("size", range(1, 9))
def test_base64_may_be_cut_anywhere(size):
    whole = b"JVBE\r\nRi0x LjQ="
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    assert decoded(*pieces) == b"%PDF-1.4"


@pytest.mark.parametrize(
    "pieces",
    [(b"@@@@",), (b"abc",), (b"QQ==", b"QQ=="), (b"QQ==QQ==",), (b"=",), (b"A===",)],
)
def test_what_is_not_base64_is_told(pieces):
    with pytest.raises(UnreadableDocument, match="not Base64"):
        decoded(*pieces)
