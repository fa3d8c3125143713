from __future__ import annotations

import base64
import json

import pytest

from chorus_pro.errors import AnswerTooLargeError, OutcomeUnknownError
from chorus_pro.json_stream import take_file

FILE = bytes(range(256)) * 3
ENCODED = base64.b64encode(FILE).decode()


def taken(text: str | bytes, size: int = 65_536):
    data = text.encode() if isinstance(text, str) else text
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    rest, stored = take_file(pieces, "fichierResultat")
    return rest, stored and stored.content


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, 65_536])
@pytest.mark.parametrize(
    "encoded",
    [
        ENCODED,
        ENCODED.replace("/", r"\/"),
        ENCODED.replace("/", r"\u002f").replace("+", r"\u002B"),
        r"\r\n".join(ENCODED[at : at + 76] for at in range(0, len(ENCODED), 76)),
    ],
)
def test_file_comes_out_and_the_rest_stays_json(encoded, size):
    rest, content = taken(
        f'{{"codeRetour":0, "fichierResultat" : "{encoded}","libelle":"été"}}', size
    )
    assert content == FILE
    assert json.loads(rest) == {
        "codeRetour": 0,
        "fichierResultat": "",
        "libelle": "été",
    }


@pytest.mark.parametrize(
    "text",
    [
        '{"codeRetour": 20001, "libelle": "non"}',
        '{"fichierResultat": null}',
        r'{"libelle": "\"fichierResultat\": \"QQ==\""}',
        "",
    ],
)
def test_answer_without_a_file_is_left_as_it_is(text):
    assert taken(text) == (text.encode(), None)


def test_what_is_not_base64_is_no_file_and_the_rest_is_still_read():
    rest, content = taken('{"fichierResultat": "@@@@@@@@@@@@@@@@", "codeRetour": 1}', 9)
    assert content is None
    assert json.loads(rest)["codeRetour"] == 1


def test_answer_cut_in_its_file_is_an_unknown_outcome():
    with pytest.raises(OutcomeUnknownError):
        taken('{"fichierResultat": "QUJD')


@pytest.mark.parametrize("before", [True, False])
def test_long_text_beside_the_file_is_not_read(before):
    long = '"libelle": "' + "x" * 6_000_000 + '"'
    file = '"fichierResultat": "QQ=="'
    text = f"{{{long}, {file}}}" if before else f"{{{file}, {long}}}"
    with pytest.raises(AnswerTooLargeError):
        taken(text)
