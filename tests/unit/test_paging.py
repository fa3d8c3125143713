from __future__ import annotations

import itertools
import logging

import pytest
from unit.fakes import ok, refusal

from chorus_pro import RefusedError, SearchCutError, paging
from chorus_pro.paging import Search, rows

SEARCH = Search("x/v1/rechercher", rows="liste", block="bloc", key="id")
SORTED = Search(
    "x/v1/rechercher", rows="liste", block="bloc", key="id", capped=True, sort="Date"
)


def page(ids, **figures):
    return ok(liste=[{"id": one} for one in ids], parametresRetour=figures)


def found(client, search=SEARCH, size=2):
    return [row["id"] for row in rows(client, search, {"a": 1}, page_size=size)]


def test_pages_are_read_to_the_last_one(client, wire):
    wire.will(page([1, 2], pages=2, total=3), page([3], pages=2, total=3))
    assert found(client) == [1, 2, 3]
    assert wire.bodies == [
        {"a": 1, "bloc": {"pageResultatDemandee": number, "nbResultatsParPage": 2}}
        for number in (1, 2)
    ]


def test_sorted_search_keeps_newcomers_at_the_end_and_lifts_the_cap(client, wire):
    wire.will(page([1], pages=1))
    found(client, SORTED)
    assert wire.bodies[0]["bloc"] == {
        "pageResultatDemandee": 1,
        "nbResultatsParPage": 2,
        "nbResultatsMaximum": 10_000,
        "triColonne": "Date",
        "triSens": "Ascendant",
    }


def test_figures_may_be_at_the_root(client, wire):
    wire.will(
        ok(liste=[{"id": 1}], pages=2, pageCourante=1),
        ok(liste=[{"id": 2}], pages=2, pageCourante=2),
    )
    assert found(client) == [1, 2]


def test_figures_may_come_as_text(client, wire):
    wire.will(page([1], pages="1"))
    assert found(client) == [1]


def test_next_page_is_asked_for_only_when_needed(client, wire):
    wire.will(page([1, 2], pages=9))
    assert list(itertools.islice(rows(client, SEARCH, {}, page_size=2), 2))
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("code", "label"),
    [
        (20000, "TRA_MSG_00.015"),
        (20000, "TRA_MSG_00_015 - Aucun résultat"),
        (20007, "GFT_MSG_01.075"),
    ],
)
def test_nothing_found_is_an_empty_search(client, wire, code, label):
    wire.will(refusal(code, label))
    assert found(client) == []


@pytest.mark.parametrize("answer", [ok(), ok(liste=None), page([], pages=0, total=0)])
def test_empty_list_is_an_empty_search(client, wire, answer):
    wire.will(answer)
    assert found(client) == []


def test_refused_search_is_a_refusal(client, wire):
    wire.will(refusal(20001, "GDP_MSG_11.005"))
    with pytest.raises(RefusedError):
        found(client)


def test_row_that_moved_to_the_next_page_comes_once(client, wire):
    wire.will(page([1, 2], pages=2), page([2, 3], pages=2))
    assert found(client) == [1, 2, 3]


def test_row_that_moved_to_a_page_already_read_is_not_lost(client, wire):
    wire.will(
        page([1, 2], pages=3, total=5),
        # 1 has left: 3 is on the first page now.
        page([4, 5], pages=2, total=4),
        page([2, 3], pages=2, total=4),
        page([4, 5], pages=2, total=4),
    )
    assert found(client, SORTED) == [1, 2, 4, 5, 3]


def test_rows_that_leave_the_last_page_empty_have_the_search_read_again(client, wire):
    wire.will(
        page([1, 2], pages=2, total=3),
        refusal(20000, "TRA_MSG_00.015"),
        page([2, 3], pages=1, total=2),
    )
    assert found(client, SORTED) == [1, 2, 3]


def test_rows_that_never_stop_leaving_are_a_cut(client, wire, monkeypatch):
    monkeypatch.setattr(paging, "MAX_READINGS", 1)
    wire.will(page([1, 2], pages=2, total=4), page([4], pages=2, total=3))
    got, error = until_cut(client, 2)
    assert (got, error.total) == ([1, 2, 4], None)


def test_page_without_news_does_not_hide_the_one_after_it(client, wire):
    wire.will(page([1, 2], pages=3), page([1, 2], pages=3), page([3], pages=3))
    assert found(client) == [1, 2, 3]


def test_without_figures_a_short_page_is_the_last(client, wire):
    wire.will(ok(liste=[{"id": 1}, {"id": 2}]), ok(liste=[{"id": 3}]))
    assert found(client) == [1, 2, 3]


def test_portal_that_always_gives_the_same_page_is_left(client, wire):
    wire.will(ok(liste=[{"id": 1}, {"id": 2}]), ok(liste=[{"id": 1}, {"id": 2}]))
    assert found(client) == [1, 2]


def test_row_without_id_is_left_to_its_record(client, wire):
    wire.will(ok(liste=[{"x": 1}, {"x": 2}], parametresRetour={"pages": 1}))
    assert len(list(rows(client, SEARCH, {}))) == 2


def test_pages_without_end_are_left_with_a_warning(client, wire, monkeypatch, caplog):
    monkeypatch.setattr(paging, "MAX_PAGES", 2)
    wire.will(page([1], pages=99), page([2], pages=99))
    assert found(client) == [1, 2]
    assert "stopped after 2 pages" in caplog.text


def until_cut(client, size):
    """The rows that came before the search was found to be cut, and the error."""
    got = []
    with pytest.raises(SearchCutError) as caught:
        for row in rows(client, SORTED, {}, page_size=size):
            got.append(row["id"])
    return got, caught.value


def test_search_that_ends_at_the_known_cap_is_cut_after_its_last_row(client, wire):
    wire.will(page(range(200), pages=1, total=200))
    got, error = until_cut(client, 200)
    assert got == list(range(200))
    assert (error.received, error.total) == (200, 200)


def test_search_with_fewer_rows_than_announced_is_cut_after_its_last_row(client, wire):
    wire.will(page([1, 2], pages=2, total=7), page([3], pages=2, total=7))
    got, error = until_cut(client, 2)
    assert got == [1, 2, 3]
    assert (error.received, error.total) == (3, 7)
    assert "7 rows announced, 3 received" in str(error)


def test_search_left_after_too_many_pages_is_cut(client, wire, monkeypatch):
    monkeypatch.setattr(paging, "MAX_PAGES", 2)
    wire.will(page([1], pages=99), page([2], pages=99))
    got, error = until_cut(client, 1)
    assert (got, error.received, error.total) == ([1, 2], 2, None)


def test_rows_without_id_count_as_received(client, wire):
    wire.will(ok(liste=[{"x": 1}, {"x": 2}], parametresRetour={"pages": 1, "total": 2}))
    assert len(list(rows(client, SORTED, {}, page_size=9))) == 2


def test_complete_search_is_not_worth_a_line(client, wire, caplog):
    caplog.set_level(logging.WARNING)
    wire.will(page(range(200), pages=1, total=200), page([1], pages=1, total=1))
    found(client, SEARCH, size=200)
    found(client, SORTED)
    assert not caplog.records


def test_rows_the_portal_kept_back_are_told(client, wire, caplog):
    caplog.set_level(logging.WARNING)
    wire.will(page([1], pages=1, total=250))
    found(client)
    assert "250 rows announced, 1 received" in caplog.text
