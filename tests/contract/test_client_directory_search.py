"""Several structures for what somebody typed, as the client reads them from the portal."""

from __future__ import annotations

import pytest
from contract.client_world import World

from chorus_pro import structures
from chorus_pro.codes import IdentifierType
from chorus_pro.services.structures import Wanted
from simulator import seed


@pytest.fixture
def world():
    with World() as made:
        yield made


def search(world, text, limit=50, **more):
    found, has_more = structures.search(
        world.supplier, Wanted.from_text(text, **more), limit=limit
    )
    return [one.identifier for one in found], has_more


def test_part_of_a_name_brings_every_body_that_has_it(world):
    found, more = search(world, "destinataire")
    assert set(found) == {
        seed.NOTHING_REQUIRED,
        seed.ENGAGEMENT_REQUIRED,
        seed.SERVICE_REQUIRED,
        seed.BOTH_REQUIRED,
    }
    assert not more


def test_closed_body_is_among_the_hits(world):
    found, _more = structures.search(world.supplier, Wanted(name="dissoute"))
    assert [one.is_active for one in found] == [False]


def test_search_stops_at_its_limit_and_tells_that_there_are_more(world):
    found, more = search(world, "destinataire", limit=2)
    assert len(found) == 2
    assert more
    assert world.counts()["structures/rechercher"] == 1


def test_town_and_postcode_narrow_a_name(world):
    assert search(world, "commune de", city="modele")[0] == [seed.TOWN_HALL]
    assert search(world, "commune", city="elsewhere") == ([], False)
    assert seed.TOWN_HALL in search(world, "99999")[0]
    assert search(world, "commune 11111") == ([], False)


def test_siret_with_spaces_finds_exactly_one(world):
    assert search(world, "200 000 002 00014") == ([seed.TOWN_HALL], False)


def test_name_finds_no_private_company_but_its_identifier_does(world):
    assert search(world, "imprimerie") == ([], False)
    assert search(world, seed.OTHER_SUPPLIER)[0] == [seed.OTHER_SUPPLIER]


@pytest.mark.parametrize(
    ("kind", "identifier"),
    [
        (IdentifierType.EU, seed.EU_SUPPLIER),
        (IdentifierType.NON_EU, seed.FOREIGN_SUPPLIER),
        (IdentifierType.RIDET, seed.CALEDONIAN_SUPPLIER),
        (IdentifierType.TAHITI, seed.POLYNESIAN_SUPPLIER),
        (IdentifierType.OTHER, seed.WALLIS_SUPPLIER),
    ],
)
def test_other_identifiers_are_found_by_their_kind(world, kind, identifier):
    assert search(world, identifier, identifier_type=kind)[0] == [identifier]
    assert search(world, identifier) == ([], False)


def test_town_alone_is_enough_and_nothing_at_all_is_not(world):
    wanted = Wanted.from_text("", identifier_type=IdentifierType.RIDET, city="MODELE")
    assert wanted.criteria() == {"adresseVille": "MODELE"}
    with pytest.raises(ValueError, match="nothing to look for"):
        structures.search(world.supplier, Wanted.from_text("  "))


def test_siren_is_no_name_and_asks_nothing():
    for text in ("123456782", "123 456 782"):
        assert Wanted.from_text(text, city="MODELE").criteria() == {}
