from __future__ import annotations

import pytest

from chorus_pro import identifiers


@pytest.mark.parametrize(
    "text", ["732 829 320 00074", "732.829.320.00074", "732\u00a0829\u202f320-00074"]
)
def test_siret_is_cleaned_of_what_people_type(text):
    assert identifiers.clean_siret(text) == "73282932000074"


@pytest.mark.parametrize(
    "text", ["", "7328293200007", "732829320000741", "7328293200007A", "７" * 14]
)
def test_other_shapes_are_no_siret(text):
    assert not identifiers.is_siret_shape(text)
    assert not identifiers.siret_checksum_ok(text)
    assert identifiers.siren_of(text) == ""


@pytest.mark.parametrize("siret", ["73282932000074", "35600000000048"])
def test_luhn_key_is_accepted(siret):
    assert identifiers.siret_checksum_ok(siret)


def test_one_wrong_digit_is_seen():
    for place in range(14):
        digits = list("73282932000074")
        digits[place] = str((int(digits[place]) + 1) % 10)
        assert not identifiers.siret_checksum_ok("".join(digits))


def test_sum_rule_is_for_la_poste_only():
    assert identifiers.siret_checksum_ok("35600000000001")
    assert not identifiers.siret_checksum_ok("10000000000004")


@pytest.mark.parametrize("siret", ["33254021516357", "99999999800010"])
def test_fictitious_structures_fail_the_key(siret):
    assert not identifiers.siret_checksum_ok(siret)
