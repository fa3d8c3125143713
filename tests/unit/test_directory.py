"""Reading the published directory: what is recognised, what is left out, what is refused."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from unit.directory_kit import (
    BODY,
    BODY_TITLES,
    SERVICE,
    SERVICE_TITLES,
    SIRET,
    TITLES,
    book,
    csv,
    sheet_xml,
    the_rows,
    titled,
)
from unit.fakes import zipped

from chorus_pro.archives import Limits
from chorus_pro.directory import (
    BadRow,
    RowFlaw,
    SheetKind,
    delimited,
    published_in,
    published_on,
    read_sheets,
    siret_of,
)
from chorus_pro.errors import Flaw, UnreadableDocument

# -----------------------------------------------------------------------------
# CSV
# -----------------------------------------------------------------------------


def test_the_published_columns_of_a_structure_are_read():
    assert the_rows(csv(BODY_TITLES, BODY)) == [
        {
            "identifier_type": "SIRET",
            "identifier": "21990001200019",
            "name": "Commune de Modèleville",
            "reports_payment": True,
            "requires_engagement": False,
            "requires_service": True,
            "requires_either": False,
            "is_moa": False,
            "is_moa_only": False,
            "active": True,
            "street": "1 place de l'Exemple",
            "street2": "Étage 2",
            "street3": "Porte B",
            "zip": "99999",
            "city": "Modeleville",
            "country_code": "FR",
        }
    ]


def test_the_published_columns_of_a_service_are_read():
    [sheet] = read_sheets(csv(SERVICE_TITLES, SERVICE))
    assert sheet.kind is SheetKind.SERVICES
    assert the_rows(csv(SERVICE_TITLES, SERVICE)) == [
        {
            "portal_id": "9123456789",
            "identifier": "21990001200019",
            "code": "ACHATS",
            "name": "Achats",
            "requires_engagement": True,
            "active": True,
        }
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_accents_survive_the_encodings_of_spreadsheets(encoding):
    [row] = the_rows(csv(BODY_TITLES, BODY).decode().encode(encoding))
    assert row["name"] == "Commune de Modèleville"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_separator_is_the_one_under_which_columns_are_known(delimiter):
    line = SERVICE.replace(";", delimiter)
    [row] = the_rows(csv(SERVICE_TITLES.replace(";", delimiter), line))
    assert row["code"] == "ACHATS"


def test_titles_are_known_whatever_their_case_accents_and_place():
    data = csv("Annuaire", "", "SIRET;Raison sociale", "219 900 012 00019;A")
    assert the_rows(data) == [{"identifier": "21990001200019", "name": "A"}]


def test_rows_that_tell_of_a_structure_and_a_service_are_both():
    data = csv("Identifiant;RaisonSociale;GestionService;Code", f"{SIRET};A;true;X")
    assert [str(one.kind) for one in read_sheets(data)] == ["bodies", "services"]


@pytest.mark.parametrize(
    ("line", "flaw", "detail"),
    [
        ("SIRET;;A;true", RowFlaw.NO_IDENTIFIER, ""),
        ("SIRET;123;A;true", RowFlaw.NOT_A_SIRET, "123"),
        (f"SIRET;{SIRET};;true", RowFlaw.NO_NAME, SIRET),
        (f"SIRET;{SIRET};A;perhaps", RowFlaw.NOT_A_FLAG, "perhaps"),
        (f"SIRET;{SIRET};A", RowFlaw.WIDTH, "3"),
        (f"SIRET;{SIRET};A;true;more", RowFlaw.WIDTH, "5"),
        (f'SIRET;{SIRET};"A;true', RowFlaw.BROKEN, ""),
        (f'SIRET;{SIRET};"A"x"";true', RowFlaw.BROKEN, ""),
        (f"RIDET;{'1' * 90};A;true", RowFlaw.TOO_LONG, "1" * 80),
    ],
)
def test_a_bad_row_is_told_and_the_next_one_is_read(line, flaw, detail):
    good = f"SIRET;{SIRET};B;true"
    bad, row = the_rows(csv(TITLES, line, good))
    assert (bad.line, bad.flaw, bad.detail) == (2, flaw, detail)
    assert row["name"] == "B"


@pytest.mark.parametrize(
    ("line", "identifier"),
    [
        ("SIRET;219 900 012 00019;A;perhaps", SIRET),
        ("RIDET;0123456.001;;", "0123456.001"),
        (f"SIRET;{SIRET};A", ""),
    ],
)
def test_a_bad_row_names_its_structure_when_it_can_be_told(line, identifier):
    [bad] = the_rows(csv(TITLES, line))
    assert bad.identifier == identifier


@pytest.mark.parametrize(
    ("line", "flaw"),
    [
        (f"{SIRET};;A", RowFlaw.NO_CODE),
        (f"{SIRET};{'X' * 101};A", RowFlaw.TOO_LONG),
    ],
)
def test_a_service_needs_a_code_of_reasonable_length(line, flaw):
    [bad] = the_rows(csv("Identifiant;Code;Nom", line))
    assert bad.flaw is flaw


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("219 900 012 00019", SIRET),
        ("2.1990001200019E13", SIRET),
        ("2,1990001200019E+13", SIRET),
        ("21990001200019.0", SIRET),
        ("356.000.000-00048", "35600000000048"),
        # Zeros that a spreadsheet dropped, when the check digit says so.
        ("1999900000011", "01999900000011"),
    ],
)
def test_a_siret_is_read_however_a_spreadsheet_left_it(written, read):
    [row] = the_rows(csv("SIRET;RaisonSociale", f"{written};A"))
    assert row["identifier"] == read


@pytest.mark.parametrize(
    ("kind", "identifier"),
    [
        ("RIDET", "0123456.001"),
        ("TAHITI", "A12345"),
        ("UE_HORS_FRANCE", "BE0123456789"),
    ],
)
def test_other_identifiers_stay_as_they_are_written(kind, identifier):
    [row] = the_rows(csv(TITLES, f"{kind};{identifier};A;"))
    assert (row["identifier_type"], row["identifier"]) == (kind, identifier)
    assert row["active"] is None


def test_a_service_of_a_body_without_siret_keeps_its_identifier():
    [row] = the_rows(csv("Identifiant;Code", "BE0123456789;X"))
    assert row["identifier"] == "BE0123456789"


@pytest.mark.parametrize(
    ("written", "siret"),
    [
        # A RIDET whose digits happen to pass the check of a SIRET.
        ("0123454001", "00000123454001"),
        ("219 900 012 00019", SIRET),
        ("2.1990001200019E13", SIRET),
        ("0123455001", ""),
    ],
)
def test_a_service_tells_its_structure_as_written_and_what_siret_it_may_be(
    written, siret
):
    [row] = the_rows(csv("Identifiant;Code", f"{written};X"))
    assert (row["identifier"], siret_of(written)) == (written, siret)


def test_quoted_cells_may_hold_separators_quotes_and_line_breaks():
    data = csv(TITLES, f'SIRET;{SIRET};"A; ""B""\nC";true')
    [row] = the_rows(data)
    assert row["name"] == 'A; "B" C'


def test_an_open_quote_costs_its_own_line_only():
    lines = [f"SIRET;{SIRET};N{rank};true" for rank in range(40)]
    rows = the_rows(csv(TITLES, f'SIRET;{SIRET};"A;true', *lines))
    assert [type(row) for row in rows[:2]] == [BadRow, dict]
    assert len(rows) == 41


def test_long_texts_are_cut_and_invisible_characters_go():
    [row] = the_rows(csv("SIRET;RaisonSociale", f"{SIRET};{'x' * 300}"))
    assert len(row["name"]) == 250
    [row] = the_rows(csv("SIRET;RaisonSociale", f"{SIRET};a\x00b"))
    assert row["name"] == "a b"


def test_a_file_that_breaks_off_in_a_row_says_so():
    [sheet] = read_sheets(csv(BODY_TITLES, BODY)[:-30])
    assert len(list(sheet.rows())) == 1
    assert sheet.is_cut
    [sheet] = read_sheets(csv(BODY_TITLES, BODY))
    assert list(sheet.rows())
    assert not sheet.is_cut
    assert sheet.read == sheet.size


def test_reading_goes_on_after_the_rows_read_before():
    lines = [f"{SIRET};N{rank}" for rank in range(5)]
    [sheet] = read_sheets(csv("SIRET;RaisonSociale", *lines))
    assert [row[1] for row in sheet.rows(skip=3)] == ["N3", "N4"]


def test_empty_lines_are_no_rows():
    assert len(the_rows(csv("SIRET;RaisonSociale", "", f"{SIRET};A", "   "))) == 1


def test_the_last_line_needs_no_end():
    assert len(the_rows(csv("SIRET;RaisonSociale", f"{SIRET};A").rstrip())) == 1


def test_a_line_without_end_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(delimited, "MAX_LINE", 1000)
    data = csv("SIRET;RaisonSociale", f"{SIRET};A", "x" * 2000)
    with pytest.raises(UnreadableDocument, match="too large"):
        the_rows(data)


def test_two_open_quotes_cost_two_lines():
    lines = [f'{SIRET};"A', f'{SIRET};"B', f"{SIRET};C"]
    first, second, third = the_rows(csv("SIRET;RaisonSociale", *lines))
    assert (first.line, second.line) == (2, 3)
    assert third["name"] == "C"


def test_an_open_quote_is_looked_for_within_some_lines_only():
    lines = [f"{SIRET};N{rank}" for rank in range(30)]
    rows = the_rows(csv("SIRET;RaisonSociale", f'{SIRET};"A', *lines, f'{SIRET};B"'))
    assert rows[0].flaw is RowFlaw.BROKEN
    assert len(rows) == 32


def test_a_quote_at_the_very_end_is_broken():
    rows = the_rows(csv("SIRET;RaisonSociale", f'{SIRET};"A'))
    assert [row.flaw for row in rows] == [RowFlaw.BROKEN]


# -----------------------------------------------------------------------------
# ZIP
# -----------------------------------------------------------------------------


def test_the_files_of_an_archive_are_recognised_by_their_titles():
    data = zipped(
        {
            "out/services.txt": csv(SERVICE_TITLES, SERVICE),
            "out/b.csv": csv(BODY_TITLES, BODY),
            "notice.pdf": b"%PDF-1.4",
        }
    )
    bodies, services = read_sheets(data)
    assert (bodies.kind, services.kind) == (SheetKind.BODIES, SheetKind.SERVICES)


def test_a_workbook_in_an_archive_is_read():
    inner = book(sheet_xml(titled(BODY_TITLES, BODY)))
    assert len(read_sheets(zipped({"annuaire.xlsx": inner}))) == 1


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"Nom;Ville\r\nA;B\r\n", "a.bin (Nom, Ville)"),
        (b"%PDF-1.4", "a.bin"),
        (b"", "a.bin"),
        (b'"open', "a.bin"),
        (zipped({"x/annuaire.xml": b"<a/>", "y.zip": zipped({})}), "annuaire.xml"),
        (zipped({"y.zip": zipped({"a": b"b"})}), "y.zip"),
        (zipped({}), "a.bin"),
        (book(sheet_xml([["Name", "Town"]])), "(Name, Town)"),
    ],
)
def test_a_file_that_is_no_directory_is_refused_and_says_what_it_holds(data, told):
    with pytest.raises(UnreadableDocument) as caught:
        read_sheets(data, "a.bin")
    assert caught.value.flaw is Flaw.NOT_A_DIRECTORY
    assert told in caught.value.reason


def test_a_plain_file_beyond_the_limit_is_refused():
    with pytest.raises(UnreadableDocument, match="too large"):
        read_sheets(csv(BODY_TITLES, BODY), limits=Limits(max_file_bytes=10))


def test_a_damaged_archive_is_refused():
    data = zipped({"a.csv": csv(BODY_TITLES, BODY)})
    with pytest.raises(UnreadableDocument, match="damaged"):
        read_sheets(data[:60])


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("AIFE-Chorus-Pro-Annuaire_20261116.xlsx", date(2026, 11, 16)),
        ("annuaire-2026-11-16.csv", date(2026, 11, 16)),
        ("annuaire_20261131.csv", None),
        ("annuaire.csv", None),
        ("12345678200051.csv", None),
    ],
)
def test_the_day_of_publication_stands_in_the_name(name, day):
    assert published_on(name) == day


def archive_of(**dates):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, day in dates.items():
            archive.writestr(zipfile.ZipInfo(name, (*day, 0, 0, 0)), b"x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "day"),
    [
        (archive_of(a=(2026, 11, 16), b=(2026, 11, 9)), date(2026, 11, 9)),
        (archive_of(a_20261102=(2026, 11, 16), b=(2026, 11, 9)), date(2026, 11, 2)),
        (archive_of(a=(1980, 1, 1)), None),
        (archive_of(a=(2026, 2, 30)), None),
        (archive_of(a=(2026, 11, 16))[:40], None),
        (archive_of(), None),
        (b"a;b", None),
    ],
)
def test_an_archive_is_of_the_day_of_its_oldest_file(data, day):
    assert published_in(data) == day
