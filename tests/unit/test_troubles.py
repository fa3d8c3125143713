"""Each error of the library is one thing a person can do something about, or none."""

from __future__ import annotations

import pytest
from unit.fakes import ok, refusal, reply

from chorus_pro import (
    AnswerTooLargeError,
    CredentialsError,
    Flaw,
    InvalidCallError,
    NotSentError,
    OutcomeUnknownError,
    RefusedError,
    SearchCutError,
    UnreadableDocument,
)
from chorus_pro.transport import Response
from chorus_pro.troubles import Trouble, trouble_of

PATH = "structures/v1/rechercher"


def refused(code):
    return RefusedError("", code=code, operation=PATH)


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (CredentialsError("no", cause="piste"), Trouble.PISTE),
        (CredentialsError("no", cause="account"), Trouble.ACCOUNT),
        (CredentialsError("no", cause="forbidden"), Trouble.FORBIDDEN),
        (refused(400), Trouble.BAD_REQUEST),
        (refused(404), Trouble.NOT_FOUND),
        (refused(413), Trouble.TOO_LARGE),
        (refused(415), Trouble.WRONG_TYPE),
        (refused(20001), None),
        (NotSentError("429", status=429), Trouble.TOO_MANY),
        (NotSentError("wait", retry_after=5.0), Trouble.TOO_MANY),
        (NotSentError("no network"), Trouble.UNREACHABLE),
        (NotSentError("no token", timed_out=True), Trouble.TIMEOUT),
        (NotSentError("no token", status=503), Trouble.CLOSED),
        (NotSentError("no token", status=200), Trouble.PAGE),
        (OutcomeUnknownError("late", timed_out=True), Trouble.TIMEOUT),
        (OutcomeUnknownError("408", status=408), Trouble.TIMEOUT),
        (OutcomeUnknownError("500", status=500), Trouble.SERVER_ERROR),
        (OutcomeUnknownError("502", status=502), Trouble.CLOSED),
        (OutcomeUnknownError("503", status=503), Trouble.CLOSED),
        (OutcomeUnknownError("504", status=504), Trouble.CLOSED),
        (OutcomeUnknownError("page", status=200), Trouble.PAGE),
        (OutcomeUnknownError("moved", status=302), Trouble.PAGE),
        (OutcomeUnknownError("cut"), Trouble.CUT),
        (AnswerTooLargeError("large"), Trouble.TOO_MUCH),
        (InvalidCallError("wrong"), None),
        (SearchCutError("cut", received=1, total=2), None),
        (UnreadableDocument(Flaw.EMPTY), None),
    ],
)
def test_each_error_is_the_trouble_it_is(error, trouble):
    assert trouble_of(error) is trouble


def test_each_trouble_is_written_as_its_key():
    assert [str(one) for one in Trouble] == [one.value for one in Trouble]


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (400, Trouble.BAD_REQUEST),
        (401, Trouble.ACCOUNT),
        (403, Trouble.FORBIDDEN),
        (404, Trouble.NOT_FOUND),
        (408, Trouble.TIMEOUT),
        (413, Trouble.TOO_LARGE),
        (415, Trouble.WRONG_TYPE),
        (429, Trouble.TOO_MANY),
        (500, Trouble.SERVER_ERROR),
        (502, Trouble.CLOSED),
        (503, Trouble.CLOSED),
        (504, Trouble.CLOSED),
    ],
)
def test_each_status_of_the_gateway_keeps_its_trouble_through_the_client(
    client, wire, status, trouble
):
    wire.will(*[Response(status, {}, b"")] * 3)
    with pytest.raises(Exception) as caught:
        client.read(PATH)
    assert trouble_of(caught.value) is trouble


def test_a_page_with_status_200_is_a_page(client, wire):
    wire.will(*[reply(b"<html>Maintenance</html>")] * 3)
    with pytest.raises(OutcomeUnknownError) as caught:
        client.read(PATH)
    assert trouble_of(caught.value) is Trouble.PAGE


def test_a_page_with_status_404_is_a_page(client, wire):
    page = Response(404, {"content-type": "text/html"}, b"<html></html>")
    wire.will(*[page] * 3)
    with pytest.raises(OutcomeUnknownError) as caught:
        client.read(PATH)
    assert trouble_of(caught.value) is Trouble.PAGE


def test_a_refusal_of_the_portal_is_no_trouble_of_the_gateway(client, wire):
    wire.will(refusal(20001, "GDP_MSG_11.005"))
    with pytest.raises(RefusedError) as caught:
        client.read(PATH)
    assert trouble_of(caught.value) is None


def test_signing_in_asks_for_a_token_once_and_for_nothing_else(client, wire):
    client.sign_in()
    client.sign_in()
    assert wire.paths == []
    wire.will(ok())
    client.read(PATH)
    assert wire.requests[0].headers["Authorization"] == "Bearer t1"


def test_a_stranger_calls_once_with_an_account_nobody_has(client, wire, pauses):
    wire.will(Response(401, {}, b""))
    with pytest.raises(CredentialsError) as caught:
        client.stranger().read(PATH)
    assert caught.value.cause == "account"
    assert wire.requests[0].headers["cpro-account"] == "LTot"
    assert not pauses


def test_the_token_outlives_the_refusal_of_a_stranger(client, wire):
    wire.will(Response(401, {}, b""), ok())
    with pytest.raises(CredentialsError):
        client.stranger().read(PATH)
    client.read(PATH)
    assert [one.headers["Authorization"] for one in wire.requests] == ["Bearer t1"] * 2
    assert wire.requests[1].headers["cpro-account"] != "LTot"
