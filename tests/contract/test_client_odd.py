"""What the client makes of odd but possible answers of the portal."""

from __future__ import annotations

import pytest
from contract.client_world import TODAY, World, invoice

from chorus_pro import (
    InvoiceStatus,
    OutcomeUnknownError,
    RefusedError,
    SearchCutError,
    invoices,
    structures,
    transverse,
)
from chorus_pro.errors import Flaw
from chorus_pro.records import UnreadableRow
from simulator import seed

DEPOSIT = "factures/deposer/flux"
SENT = "factures/rechercher/fournisseur"
RECEIVED = "factures/rechercher/recipiendaire"
HISTORY = "factures/consulter/historique"


@pytest.fixture
def world():
    with World() as made:
        yield made


@pytest.fixture
def hall(world):
    return structures.find(world.supplier, seed.TOWN_HALL).portal_id


def until_cut(search):
    got = []
    with pytest.raises(SearchCutError) as caught:
        for row in search:
            got.append(row.portal_id)
    return got, caught.value


@pytest.mark.parametrize("size", [1, 2, 100])
def test_search_cut_by_the_portal_is_told_after_its_rows(world, hall, size):
    ids = [world.drop(f"N-{number}") for number in range(3)]
    world.drive("POST", "settings", search_cap_forced=2)
    search = invoices.search_received(world.town_hall, hall, page_size=size)
    got, error = until_cut(search)
    assert (got, error.received, error.total) == (ids[:2], 2, 3)


def test_narrower_search_is_whole_again(world, hall):
    kept = world.drop("N-0")
    world.drive("POST", "clock", advance=86400)
    world.drop("N-1")
    world.drive("POST", "settings", search_cap_forced=1)
    search = invoices.search_received(
        world.town_hall, hall, changed_from=TODAY, changed_to=TODAY
    )
    assert [one.portal_id for one in search] == [kept]


def test_integrated_invoice_may_not_be_searchable_yet(world):
    world.drive("POST", "settings", search_delay=60)
    flow = invoices.deposit_flow(world.supplier, invoice("FA-1"), "F.pdf").flow_number
    assert transverse.flow_report(world.supplier, flow).is_accepted
    assert list(invoices.search_sent(world.supplier, flow_number=flow)) == []
    world.drive("POST", "clock", advance=60)
    assert len(list(invoices.search_sent(world.supplier, flow_number=flow))) == 1


@pytest.mark.parametrize("as_null", [False, True])
def test_row_without_number_comes_among_the_others(world, hall, as_null):
    ids = [world.drop(f"N-{number}") for number in range(3)]
    world.fault(
        RECEIVED,
        "blank_field",
        field="numeroFacture",
        invoice=ids[1],
        as_null=as_null,
    )
    rows = list(invoices.search_received(world.town_hall, hall))
    assert [row.portal_id for row in rows] == ids
    assert [isinstance(row, UnreadableRow) for row in rows] == [False, True, False]
    assert rows[1].flaw is Flaw.NO_NUMBER


def test_rows_without_id_all_come(world, hall):
    for number in range(3):
        world.drop(f"N-{number}")
    world.fault(RECEIVED, "blank_field", field="idFacture")
    rows = list(invoices.search_received(world.town_hall, hall))
    assert [row.number for row in rows] == ["N-0", "N-1", "N-2"]
    assert {row.portal_id for row in rows} == {None}


def test_lone_row_sent_as_an_object_is_a_row(world, hall):
    portal_id = world.drop("N-1")
    world.fault(RECEIVED, "single_object")
    (row,) = invoices.search_received(world.town_hall, hall)
    assert row.portal_id == portal_id


def test_history_without_dates_is_read(world):
    portal_id = world.drop("N-1")
    world.fault(HISTORY, "blank_field", field="histoStatutDatePassage")
    found = invoices.history(world.town_hall, portal_id)
    assert found.status is InvoiceStatus.AVAILABLE
    assert found.entries
    assert {entry.at for entry in found.entries} == {None}


def test_history_refused_for_one_invoice_is_a_refusal_for_it_only(world):
    first, second = world.drop("N-1"), world.drop("N-2")
    world.fault(HISTORY, "refused", invoice=first, code=20000, label="GDP_MSG_11.008")
    assert invoices.history(world.town_hall, second).entries
    with pytest.raises(RefusedError) as caught:
        invoices.history(world.town_hall, first)
    assert caught.value.message_id == "GDP_MSG_11.008"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_deposit_answered_by_a_broken_gateway_is_never_sent_twice(world, status):
    world.fault(DEPOSIT, "server_error", status=status, after_work=True)
    with pytest.raises(OutcomeUnknownError):
        invoices.deposit_flow(world.supplier, invoice("FA-1"), "F.pdf")
    assert world.counts()[DEPOSIT] == 1
    assert len(world.drive("GET", "deposits")["deposits"]) == 1
