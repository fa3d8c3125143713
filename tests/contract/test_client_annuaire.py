"""The directory in one file, as the client takes it and the readers read it."""

from __future__ import annotations

import pytest
from contract.client_world import World

from chorus_pro import OutcomeUnknownError, transverse
from chorus_pro.directory import SheetKind, read_sheets
from simulator import seed


@pytest.fixture
def world():
    with World() as made:
        yield made


def the_sheets(world):
    stored = transverse.recipient_directory(world.supplier)
    return {
        sheet.kind: [dict(zip(sheet.fields, row, strict=True)) for row in sheet.rows()]
        for sheet in read_sheets(stored)
    }


def test_every_public_structure_of_the_portal_is_in_it_with_its_demands(world):
    rows = {row["identifier"]: row for row in the_sheets(world)[SheetKind.BODIES]}
    assert rows[seed.SERVICE_REQUIRED]["requires_service"]
    assert rows[seed.ENGAGEMENT_REQUIRED]["requires_engagement"]
    assert rows[seed.DEPARTMENT]["requires_either"]
    assert not rows[seed.CLOSED_BODY]["active"]
    assert seed.SUPPLIER not in rows


def test_the_services_name_their_structure(world):
    services = the_sheets(world)[SheetKind.SERVICES]
    mine = [row for row in services if row["identifier"] == seed.TOWN_HALL]
    assert "ACHATS" in {row["code"] for row in mine}
    assert all(row["portal_id"].isdecimal() for row in services)


def test_an_answer_that_breaks_off_brings_no_half_directory(world):
    world.drive(
        "POST",
        "faults",
        operation="transverses/telecharger/annuaire/destinataire",
        kind="cut_after",
        times=None,
    )
    with pytest.raises(OutcomeUnknownError):
        transverse.recipient_directory(world.supplier)
