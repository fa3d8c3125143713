"""A workbook as programs write it is read without the parser, and to the same rows."""

from __future__ import annotations

import pytest
from unit.directory_kit import MAIN, SIRET, book, the_rows

from chorus_pro.directory import BadRow, plain, workbook
from chorus_pro.errors import Flaw, UnreadableDocument

TITLES = "".join(
    f'<c t="str"><v>{title}</v></c>'
    for title in ("SIRET", "RaisonSociale", "Ville", "Courriel", "Fax", "Note")
)
TITLE_ROW = f'<row r="1">{TITLES}</row>'


def row(name, more="", number=2):
    return (
        f'<row r="{number}" spans="1:2"><c r="A{number}" s="3"><v>{SIRET}</v></c>'
        f'<c r="B{number}" t="str" s="1"><v>{name}</v></c>{more}</row>'
    )


def sheet(*rows, before="", opening="<sheetData>", encoding="UTF-8"):
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<worksheet xmlns="{MAIN}">'
        f"{before}{opening}{TITLE_ROW}{''.join(rows)}</sheetData></worksheet>"
    ).encode()


@pytest.fixture
def parsed(monkeypatch):
    """Names of the elements that a parser was needed for."""
    found = []
    elements = workbook._elements

    def seen(pieces, name, last):
        for element, read in elements(pieces, name, last):
            found.append(name)
            yield element, read

    monkeypatch.setattr(workbook, "_elements", seen)
    return found


def names(data):
    return [one["name"] for one in the_rows(data) if not isinstance(one, BadRow)]


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ('<c r="B2" t="str"><v>A &amp; B &lt;C&gt;</v></c>', "A & B <C>"),
        ('<c r="B2" s="1" t="inlineStr"><is><t>A</t></is></c>', "A"),
        ('<c t="inlineStr"><is><t xml:space="preserve"> A </t></is></c>', "A"),
        ('<c r="B2" t="s"><v>1</v></c>', "Été & Cie"),
        ('<c r="B2" t="s"><v>0</v></c><c r="C2" s="1"/>', "&amp;"),
        ('<c r="B2"><v>A</v></c><c r="A2"><v>x</v></c><c r="ZZZ2"><v>x</v></c>', "A"),
    ],
)
def test_what_programs_write_needs_no_parser(parsed, cell, name):
    strings = "<si><t>&amp;amp;</t></si><si><t>Été &amp; Cie</t></si><si><t/></si>"
    strings = f'<sst xmlns="{MAIN}" count="3">{strings}</sst>'.encode()
    first = f'<row r="2"><c r="A2"><v>{SIRET}</v></c>{cell}</row>'
    assert names(book(sheet(first), strings=strings)) == [name]
    assert not parsed


@pytest.mark.parametrize(
    "odd",
    [
        row("<![CDATA[A]]>"),
        row("A&#233;").replace("A&#233;", "&#65;"),
        row("A", "<!-- -->"),
        row("A", '<c r="C2"><f>1+1</f><v>2</v></c>'),
        row("A", '<c r="C2" t="inlineStr"><is><r><t>b</t></r></is></c>'),
        row("A").replace(' r="2" spans="1:2"', ' spans="1:2" r="2"'),
        row("A").replace("</row>", "</row >"),
    ],
)
def test_anything_else_is_left_to_the_parser_with_all_that_follows(parsed, odd):
    data = book(sheet(odd, "\n", row("B", number=3)))
    assert names(data) == ["A", "B"]
    assert "row" in parsed


@pytest.mark.parametrize(
    "odd",
    [
        {"before": "<!-- <sheetData> -->"},
        {"before": "<!-- <row> -->"},
        {"opening": '<sheetData a="b"> <x/>'},
        {"encoding": "iso-8859-1"},
    ],
)
def test_an_unusual_beginning_is_left_to_the_parser(parsed, odd):
    assert names(book(sheet(row("A"), **odd))) == ["A"]
    assert "row" in parsed


def test_a_row_in_a_comment_is_none():
    hidden = f"<!--<sheetData>{TITLE_ROW}{row('hidden')}-->"
    assert names(book(sheet(row("A"), before=hidden))) == ["A"]


def test_a_text_with_fonts_among_plain_ones_keeps_its_place(parsed):
    texts = [f"<si><t>{rank}</t></si>" for rank in range(3)]
    texts[1] = "<si><r><t>fo</t></r><r><t>nts</t></r></si>"
    strings = f'<sst xmlns="{MAIN}">{"".join(texts)}</sst>'.encode()
    rows = [
        row("x").replace('t="str" s="1"><v>x', f't="s"><v>{rank}') for rank in range(4)
    ]
    rows[3] = row("last")
    assert names(book(sheet(*rows), strings=strings)) == ["0", "fonts", "2", "last"]
    assert "si" in parsed


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace(b"</row><row", b"</row><row><row"),
        lambda data: data.replace(b"A</v>", b"A&nope;</v>"),
        lambda data: data.replace(b"A</v>", b"A & B</v>"),
        lambda data: data.replace(b"A</v>", b"\xff</v>"),
        lambda data: data.replace(b"</sheetData>", b"</sheetdata>"),
        lambda data: data.replace(b"</sheetData></worksheet>", b""),
    ],
)
def test_what_is_no_xml_is_refused_all_the_same(damage):
    data = damage(sheet(row("A")))
    with pytest.raises(UnreadableDocument) as caught:
        the_rows(book(data))
    assert caught.value.flaw is Flaw.NOT_XML


def test_rows_of_many_shapes_are_read_without_keeping_each(monkeypatch):
    monkeypatch.setattr(plain, "_MOST_SHAPES", 1)
    gaps = [row("A", f'<c r="{name}2"><v>x</v></c>') for name in "DEF"]
    assert names(book(sheet(*gaps, '<row r="9"></row>'))) == ["A"] * 3


def test_an_element_without_end_goes_to_the_parser_which_refuses_it(monkeypatch):
    monkeypatch.setattr(plain, "MAX_HELD", 10)
    monkeypatch.setattr(workbook, "MAX_SILENCE", 1000)
    with pytest.raises(UnreadableDocument, match="too large"):
        the_rows(book(sheet(row("x" * 2000))[:1500].replace(b"</row>", b"")))


def test_what_is_read_is_counted_once():
    data = sheet(*[row("A")] * 2000, row("A", "<!-- -->"), *[row("A")] * 2000)
    [[_name, size]] = (found := workbook.Book(book(data), workbook.Limits())).sheets()
    reads = [read for _line, _cells, read in found.rows("xl/worksheets/sheet1.xml")]
    assert reads == sorted(reads)
    assert reads[-1] == size


def test_a_beginning_made_to_be_slow_is_not():
    beginning = b"<?xml" * 150_000 + b"<sheetData><row>"
    assert not list(plain.Plain(iter([beginning]), "row", "sheetData").rows({}))
