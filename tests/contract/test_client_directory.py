"""Directory and reference data, as the client reads them from the portal."""

from __future__ import annotations

import pytest
from contract.client_world import World

from chorus_pro import (
    CredentialsError,
    FlowNotFound,
    InvoiceStatus,
    RefusedError,
    structures,
    transverse,
    users,
)
from simulator import seed


@pytest.fixture
def world():
    with World() as made:
        yield made


def test_portal_is_up(world):
    assert transverse.health(world.supplier).is_up


@pytest.mark.parametrize(
    "siret",
    [seed.SUPPLIER, seed.TOWN_HALL, seed.NOTHING_REQUIRED, seed.BOTH_REQUIRED],
)
def test_structure_is_found_by_its_siret(world, siret):
    found = structures.find(world.supplier, siret)
    assert found.identifier == siret
    assert found.is_active


def test_closed_structure_is_found_closed(world):
    assert not structures.find(world.supplier, seed.CLOSED_BODY).is_active


@pytest.mark.parametrize("code", [0, 20000])
def test_unknown_siret_is_not_found(world, code):
    world.drive("POST", "settings", empty_search_code=code)
    assert structures.find(world.supplier, "99999999900000") is None


@pytest.mark.parametrize(
    ("siret", "service", "engagement", "either"),
    [
        (seed.NOTHING_REQUIRED, False, False, False),
        (seed.SERVICE_REQUIRED, True, False, False),
        (seed.ENGAGEMENT_REQUIRED, False, True, False),
        (seed.BOTH_REQUIRED, True, True, False),
        (seed.DEPARTMENT, False, False, True),
    ],
)
def test_demands_of_a_structure_are_read(world, siret, service, engagement, either):
    portal_id = structures.find(world.supplier, siret).portal_id
    found = structures.read(world.supplier, portal_id)
    assert (found.identifier, found.is_public) == (siret, True)
    assert found.requires_service is service
    assert found.requires_engagement is engagement
    assert found.requires_either is either


def test_structure_that_reports_no_payment_says_so(world):
    portal_id = structures.find(world.supplier, seed.SYNDICATE).portal_id
    assert not structures.read(world.supplier, portal_id).reports_payment


def test_end_of_the_technical_password_is_read(world):
    own = transverse.issuing_structures(world.supplier)[0]
    detail = structures.read(world.supplier, own.portal_id)
    assert detail.password_expires.utcoffset() is not None


def test_unknown_structure_is_a_refusal(world):
    with pytest.raises(RefusedError):
        structures.read(world.supplier, 1)


@pytest.mark.parametrize("size", [3, 10, 100])
def test_services_are_all_read_whatever_the_page(world, size):
    portal_id = structures.find(world.supplier, seed.METROPOLIS).portal_id
    found = list(structures.services(world.supplier, portal_id, page_size=size))
    assert len({one.code for one in found}) == 14
    assert [one.code for one in found if one.is_reserved] == [seed.PUBLIC_INVOICES]


def test_closed_service_is_listed_as_closed(world):
    portal_id = structures.find(world.supplier, seed.TOWN_HALL).portal_id
    found = structures.services(world.supplier, portal_id)
    assert [one.code for one in found if not one.is_active] == ["ANCIEN"]


def test_service_that_demands_an_engagement_says_so(world):
    portal_id = structures.find(world.supplier, seed.TOWN_HALL).portal_id
    wanted = {
        one.code: structures.read_service(world.supplier, portal_id, one.portal_id)
        for one in structures.services(world.supplier, portal_id)
    }
    assert wanted["VOIRIE"].requires_engagement
    assert not wanted["ACHATS"].requires_engagement
    assert wanted["ACHATS"].valid_until.year == 2050


def test_account_knows_what_it_may_do(world):
    issuing = transverse.issuing_structures(world.supplier)
    assert [one.identifier for one in issuing] == [seed.SUPPLIER]
    assert transverse.receiving_structures(world.supplier) == ()
    receiving = transverse.receiving_structures(world.town_hall)
    assert {one.identifier for one in receiving} == {
        seed.TOWN_HALL,
        seed.NOTHING_REQUIRED,
    }


def test_account_knows_what_it_is_attached_to(world):
    found = {one.identifier: one for one in users.attachments(world.town_hall)}
    assert found[seed.TOWN_HALL].status == "VALIDEE"
    assert "ACHATS" in {one.code for one in found[seed.TOWN_HALL].services}


def test_vat_rates_are_read(world):
    rates = {rate.code: rate.rate for rate in transverse.vat_rates(world.supplier)}
    assert rates["TVA1"] == 0


def test_possible_treatments_are_those_the_portal_publishes(world):
    found = transverse.possible_treatments(world.town_hall, InvoiceStatus.AVAILABLE)
    assert set(found) >= {
        InvoiceStatus.SUSPENDED,
        InvoiceStatus.REJECTED,
        InvoiceStatus.MANDATED,
        InvoiceStatus.PAID,
    }


def test_file_is_added(world):
    first = transverse.add_file(world.supplier, b"%PDF-1.4", "bon.pdf")
    assert transverse.add_file(world.supplier, b"%PDF-1.4", "bon.pdf") != first


def test_unknown_flow_is_told_apart(world):
    with pytest.raises(FlowNotFound):
        transverse.flow_report(world.supplier, "CPP0011117000000000999999")


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"client_secret": "wrong"}, "piste"),
        ({"client_id": "wrong"}, "piste"),
        ({"login": "TECH_1_9999@cpro.fr"}, "account"),
        ({"password": "wrong"}, "account"),
    ],
)
def test_wrong_credentials_say_which_lock_stays_shut(world, changed, cause):
    wrong = world.client(seed.SUPPLIER_ACCOUNT, changed)
    with pytest.raises(CredentialsError) as caught:
        transverse.health(wrong)
    assert caught.value.cause == cause
