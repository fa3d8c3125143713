"""Whatever comes in, only invoices and :class:`UnreadableDocument` come out.

``CHORUS_FUZZ_EXAMPLES=20000 pytest tests/unit/test_fuzz.py`` looks for more, each time
elsewhere. What it finds becomes an ``@example`` here.
"""

from __future__ import annotations

import io

from hypothesis import example, given
from hypothesis import strategies as st
from unit.fakes import pivot, unit
from unit.fuzz_kit import archives, contents, names, pivots, profile, spoilt

from chorus_pro import UnreadableDocument
from chorus_pro.archives import (
    Allowance,
    Limits,
    files_of,
    member_pieces,
    open_archive,
)
from chorus_pro.errors import AnswerTooLargeError, Flaw, OutcomeUnknownError
from chorus_pro.guarded_xml import read_xml
from chorus_pro.intake import IntakeKind, files_in, identify
from chorus_pro.json_stream import take_file
from chorus_pro.sniffing import remarks_of
from chorus_pro.spool import Spool
from chorus_pro.unpacking import PivotInvoice, scan_pivot

SMALL = Limits(
    max_bytes=20_000,
    max_file_bytes=2_000,
    max_attachments=2,
    max_attachment_bytes=3_000,
    max_members=3,
    max_depth=12,
    max_field=50,
    max_text=500,
    max_elements=60,
)


def read(data: bytes, limits: Limits = Limits()) -> list[object]:  # noqa: B008
    found: list[object] = []
    try:
        for one in scan_pivot(data, limits=limits, recipients=["10000000200017"]):
            assert isinstance(one, (PivotInvoice, UnreadableDocument))
            found.append(one)
    except UnreadableDocument as problem:
        assert problem.reason
        found.append(problem)
    return found


@profile
@given(pivots())
@example(pivot(unit(data="<DateReception>9999-12-31T23:59:59Z</DateReception>")))
@example(pivot(unit(data="<DateReception>0001-01-01T00:00+02:00</DateReception>")))
def test_any_pivot_is_read_to_its_end(data):
    found = read(data)
    flaws = {one.flaw for one in found if isinstance(one, UnreadableDocument)}
    assert Flaw.NOT_XML not in flaws
    assert len(found) == data.count(b"</CPPFacturePivotUnitaire>")


@profile
@given(spoilt(pivots()))
@example(b"<?xml version='1.0' encoding='unicode_escape'?><a/>")
@example(b"<?xml version='1.0' encoding='idna'?><a/>")
def test_any_spoilt_pivot_is_read_or_told(data):
    read(data)
    read(data, SMALL)


@profile
@given(spoilt(archives))
def test_any_spoilt_archive_of_pivots_is_read_or_told(data):
    read(data)
    read(data, SMALL)


@profile
@given(st.binary(max_size=2_000))
def test_any_bytes_are_told(data):
    assert all(isinstance(one, UnreadableDocument) for one in read(data))


@profile
@given(st.one_of(archives, spoilt(archives)), st.booleans())
def test_any_archive_is_opened_or_told(data, strict):
    limits = SMALL if strict else Limits()
    allowance = Allowance(10_000)
    try:
        with open_archive(io.BytesIO(data), limits) as archive:
            for member in files_of(archive):
                pieces = member_pieces(archive, member, limits, allowance, 5_000)
                assert sum(map(len, pieces)) <= 5_000
    except UnreadableDocument as problem:
        assert problem.reason


@profile
@given(st.one_of(archives, spoilt(archives), spoilt(pivots()), contents))
def test_any_file_is_one_kind_or_another(data):
    assert isinstance(identify(data).kind, IntakeKind)
    try:
        for one in files_in(data, limits=SMALL):
            assert one
        assert read_xml(data, limits=SMALL) is not None
    except UnreadableDocument as problem:
        assert problem.reason


@profile
@given(names, contents)
def test_any_content_has_a_type(name, content):
    mime, remarks = remarks_of(name, Spool().store([content]))
    assert "/" in mime
    assert all(map(str, remarks))


@profile
@given(
    spoilt(st.just(b'{"codeRetour": 0, "fichierResultat": "JVBERi0x\\/w==", "b": 1}')),
    st.integers(1, 20),
)
def test_any_answer_is_taken_apart_or_told(data, size):
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    try:
        rest, stored = take_file(pieces, "fichierResultat")
    except (AnswerTooLargeError, OutcomeUnknownError):
        return
    assert len(rest) <= len(data)
    assert stored is None or stored.size <= len(data)
