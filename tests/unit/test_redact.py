from __future__ import annotations

import base64

import pytest

from chorus_pro.redact import MAX_TEXT, scrub

SECRET = "s3cr3t-Value"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}",
        f"bearer {SECRET}",
        f"cpro-account: {SECRET}",
        f"client_id=app&client_secret={SECRET}&scope=openid",
        f'{{"password": "{SECRET}"}}',
        f"{{'access_token': '{SECRET}'}}",
        f"https://portal.test/?token={SECRET}",
    ],
)
def test_secret_in_a_text_is_masked(text):
    assert SECRET not in scrub(text)


@pytest.mark.parametrize(
    "key", ["client_secret", "Authorization", "cpro-account", "motDePasse", "apiKey"]
)
def test_secret_under_its_key_is_masked(key):
    assert scrub({"outer": [{key: SECRET}]}) == {"outer": [{key: "***"}]}


def test_file_is_replaced_by_a_word():
    encoded = base64.b64encode(b"x" * 300).decode()
    assert scrub({"fichierFlux": encoded}) == {"fichierFlux": "<data>"}


def test_bytes_are_replaced_by_their_length():
    assert scrub(b"abc") == "<3 bytes>"


def test_long_text_is_cut():
    assert len(scrub("a b " * 1000)) == MAX_TEXT + 1


@pytest.mark.parametrize("value", [None, 5, True, "FAC-2026-0042", "POST x -> 200"])
def test_harmless_value_stays(value):
    assert scrub(value) == value


def test_tuple_becomes_a_clean_list():
    assert scrub((f"Bearer {SECRET}", 1)) == ["Bearer ***", 1]
