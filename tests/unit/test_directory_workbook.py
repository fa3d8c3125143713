"""Reading a directory that is a workbook."""

from __future__ import annotations

import io
from xml.sax.saxutils import escape

import pytest
from unit.directory_kit import (
    BODY,
    BODY_TITLES,
    MAIN,
    SERVICE,
    SERVICE_TITLES,
    SIRET,
    TITLES,
    book,
    sheet_xml,
    the_rows,
    titled,
)

from chorus_pro.archives import Limits
from chorus_pro.directory import BadRow, RowFlaw, read_sheets, workbook
from chorus_pro.errors import Flaw, UnreadableDocument


@pytest.mark.parametrize("kind", ["inline", "plain"])
def test_both_sheets_of_a_workbook_are_read_structures_first(kind):
    data = book(
        sheet_xml([["Lisez-moi"]], kind),
        sheet_xml(titled(SERVICE_TITLES, SERVICE), kind),
        sheet_xml(titled(BODY_TITLES, BODY), kind),
    )
    bodies, services = read_sheets(io.BytesIO(data))
    [row] = bodies.rows()
    assert row[:3] == ("SIRET", SIRET, "Commune de Modèleville")
    [row] = services.rows()
    assert row[2] == "ACHATS"
    assert bodies.size > 0


def strings_xml(*texts):
    items = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    return (
        f'<sst xmlns="{MAIN}">{items}<si><r><t>a</t></r><rPh><t>no</t></rPh></si></sst>'
    )


def sheet_of(rows):
    return (
        f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    ).encode()


def test_texts_kept_apart_numbers_and_gaps_are_put_in_their_places():
    strings = strings_xml("SIRET", "RaisonSociale", "Ville", "Été").encode()
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
        '<c r="D1" t="s"><v>2</v></c></row>'
        f'<row><c r="A2"><v>{SIRET}</v></c><c r="B2" t="s"><v>3</v></c></row>'
        f'<row r="7"><c r="A7"><v>{SIRET}</v></c><c r="B7" t="s"><v>99</v></c></row>'
        f'<row r="8"><c r="A8"><v>{SIRET}</v></c><c r="B8" t="s"><v>4</v></c>'
        '<c r="D8"><f>1</f><v/></c><c r="ZZ8"><v>far</v></c><c r="A8"><v>x</v></c>'
        '<c r="E8"/></row>'
    )
    first, second, third = the_rows(book(sheet_of(rows), strings=strings))
    assert first == {"identifier": SIRET, "name": "Été", "city": ""}
    assert second == BadRow(7, RowFlaw.NO_NAME, SIRET, SIRET)
    assert third["name"] == "a"


def test_more_texts_than_are_kept_at_hand_are_read_all_the_same(monkeypatch):
    monkeypatch.setattr(workbook, "_MOST_MET", 2)
    strings = strings_xml("SIRET", "RaisonSociale", "A").encode()
    rows = (
        '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
        f'<row><c><v>{SIRET}</v></c><c t="s"><v>2</v></c></row>'
    )
    assert the_rows(book(sheet_of(rows), strings=strings))[0]["name"] == "A"


def test_cells_without_reference_follow_one_another():
    rows = "".join(
        "<row>" + "".join(f'<c t="str"><v>{text}</v></c>' for text in texts) + "</row>"
        for texts in (["SIRET", "RaisonSociale"], [SIRET, "A"])
    )
    assert the_rows(book(sheet_of(rows))) == [{"identifier": SIRET, "name": "A"}]


def test_a_strict_workbook_without_namespace_is_read_too():
    rows = "<row><c t='str'><v>SIRET</v></c><c t='str'><v>RaisonSociale</v></c></row>"
    rows += f"<row><c><v>{SIRET}</v></c><c t='str'><v>A</v></c></row>"
    data = f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()
    assert len(the_rows(book(data))) == 1


@pytest.mark.parametrize(
    ("sheet", "flaw"),
    [
        (b"<worksheet><sheetData>", Flaw.NOT_XML),
        (b"<worksheet><sheetData><row></worksheet>", Flaw.NOT_XML),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><worksheet/>", Flaw.DOCTYPE),
        (b"not a sheet", Flaw.NOT_XML),
        (b"", Flaw.NOT_XML),
    ],
)
def test_a_broken_or_dangerous_sheet_is_refused(sheet, flaw):
    with pytest.raises(UnreadableDocument) as caught:
        read_sheets(book(sheet))
    assert caught.value.flaw is flaw


def test_a_row_without_end_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(workbook, "MAX_SILENCE", 1000)
    sheet = b"<worksheet><sheetData><row><c><v>" + b"x" * 2000
    with pytest.raises(UnreadableDocument, match="too large"):
        read_sheets(book(sheet))


def test_a_long_sheet_is_read_piece_by_piece():
    rows = [["SIRET", "RaisonSociale"], *([SIRET, "A" * 200] for _each in range(1000))]
    assert len(the_rows(book(sheet_xml(rows)))) == 1000


def test_texts_of_a_workbook_are_bounded(monkeypatch):
    monkeypatch.setattr(workbook, "MAX_STRINGS", 10)
    with pytest.raises(UnreadableDocument, match="too large"):
        read_sheets(book(sheet_of(""), strings=strings_xml("a" * 20).encode()))


def test_a_workbook_that_unpacks_to_too_much_is_refused():
    data = book(sheet_xml(titled(TITLES, f"SIRET;{SIRET};A;true")))
    with pytest.raises(UnreadableDocument, match="too large"):
        read_sheets(data, limits=Limits(max_bytes=100))
