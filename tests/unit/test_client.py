from __future__ import annotations

import base64
import logging
from decimal import Decimal

import pytest
from unit.fakes import (
    CREDENTIALS,
    ENVIRONMENT,
    Pauses,
    Wire,
    make_client,
    ok,
    refusal,
    reply,
)

from chorus_pro import (
    AnswerTooLargeError,
    Client,
    CredentialsError,
    InvalidCallError,
    NotSentError,
    OutcomeUnknownError,
    RefusedError,
    RequestsTransport,
    Response,
    TokenStore,
)
from chorus_pro.piste import SHARED_TOKENS

PATH = "factures/v1/consulter/historique"
PAGE = Response(
    503, {"content-type": "text/html"}, b"<html>Service indisponible</html>"
)


def test_call_carries_token_account_and_json(client, wire):
    wire.will(ok())
    client.read(PATH, {"idFacture": 5})
    request = wire.requests[0]
    assert request.method == "POST"
    assert request.url == f"https://portal.test/cpro/{PATH}"
    assert request.body == b'{"idFacture": 5}'
    assert request.headers["Authorization"] == "Bearer t1"
    assert request.headers["Content-Type"] == "application/json;charset=utf-8"
    account = base64.b64decode(request.headers["cpro-account"]).decode()
    assert account == "TECH_1_1@cpro.fr:pâss"


def test_call_without_parameters_has_an_empty_object_as_body(client, wire):
    wire.will(ok())
    client.read("transverses/v1/recuperer/tauxtva")
    assert wire.requests[0].body == b"{}"


def test_decimals_of_an_answer_are_exact(client, wire):
    wire.will(reply(b'{"codeRetour": 0, "montantTTC": 120.10}'))
    assert client.read(PATH)["montantTTC"] == Decimal("120.10")


def test_return_code_may_come_as_text(client, wire):
    wire.will(reply({"codeRetour": " 0 ", "x": 1}))
    assert client.read(PATH)["x"] == 1


def test_probe_is_a_get_that_needs_no_return_code(client, wire):
    wire.will(reply({"statusCode": "OK"}))
    assert client.probe("transverses/v1/health-check") == {"statusCode": "OK"}
    assert (wire.requests[0].method, wire.requests[0].body) == ("GET", b"")


def test_one_token_serves_several_calls(client, wire):
    wire.will(ok(), ok())
    client.read(PATH)
    client.read(PATH)
    assert wire.tokens_given == 1


def test_client_by_default_has_a_socket_and_the_shared_tokens():
    client = Client(ENVIRONMENT, CREDENTIALS)
    assert isinstance(client._transport, RequestsTransport)
    assert client._tokens is SHARED_TOKENS


# --- refusals ---------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 400, 500 - 1])
def test_return_code_other_than_zero_is_a_refusal(client, wire, status):
    wire.will(refusal(20001, "GDP_MSG_11_022 - Fichier trop volumineux", status))
    with pytest.raises(RefusedError) as caught:
        client.read(PATH)
    assert caught.value.code == 20001
    assert caught.value.message_id == "GDP_MSG_11.022"
    assert caught.value.operation == PATH
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("status", "body"), [(413, b""), (400, b"Bad Request"), (404, b"{}"), (415, b"[]")]
)
def test_refusal_without_return_code_takes_the_http_status(client, wire, status, body):
    wire.will(Response(status, {}, body))
    with pytest.raises(RefusedError) as caught:
        client.write(PATH, {})
    assert (caught.value.code, caught.value.label) == (status, "")


@pytest.mark.parametrize(
    "answer",
    [
        Response(400, {"content-type": "text/html"}, b"oops"),
        Response(400, {}, b"  <!DOCTYPE html>"),
    ],
)
def test_page_with_status_400_is_an_unknown_outcome(client, wire, answer):
    wire.will(answer)
    with pytest.raises(OutcomeUnknownError):
        client.write(PATH, {})


# --- no usable answer -------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        PAGE,
        Response(500, {}, b""),
        Response(502, {}, b"bad gateway"),
        Response(302, {"location": "/maintenance"}, b""),
        Response(408, {}, b""),
        reply(b"<html>ok</html>"),
        reply(b'{"codeRetour": 0, "libe'),
        reply([]),
        reply({"numeroFluxDepot": "CPP1"}),
        reply({"codeRetour": None}),
        reply({"codeRetour": True}),
        reply({"codeRetour": "--5"}),
        reply(b'{"codeRetour": 0, "montant": NaN}'),
        reply(b"\xff\xfe\x00"),
        reply(b"[" * 100_000),
        OutcomeUnknownError("cut"),
    ],
)
def test_write_without_usable_answer_is_unknown_and_never_repeated(
    client, wire, pauses, answer
):
    wire.will(answer)
    with pytest.raises(OutcomeUnknownError):
        client.write(PATH, {})
    assert len(wire.requests) == 1
    assert pauses == []


def test_read_without_answer_is_repeated_with_growing_pauses(client, wire, pauses):
    wire.will(OutcomeUnknownError("cut"), PAGE, ok(x=1))
    assert client.read(PATH)["x"] == 1
    assert pauses == [1.0, 2.0]


def test_read_gives_up_after_three_attempts(client, wire, pauses):
    wire.will(PAGE, PAGE, PAGE)
    with pytest.raises(OutcomeUnknownError, match="HTTP 503"):
        client.read(PATH)
    assert len(wire.requests) == 3
    assert len(pauses) == 2


def test_read_is_not_repeated_for_who_does_not_wait(wire, pauses):
    wire.will(PAGE)
    with pytest.raises(OutcomeUnknownError):
        make_client(wire, pauses, attempts=1).read(PATH)
    assert (len(wire.requests), pauses) == (1, [])


def test_pauses_are_jittered(wire, pauses):
    moments = iter([0.0, 1.0])
    client = Client(
        ENVIRONMENT,
        CREDENTIALS,
        transport=wire,
        tokens=TokenStore(),
        sleep=pauses,
        random=lambda: next(moments),
    )
    wire.will(PAGE, PAGE, ok())
    client.read(PATH)
    assert pauses == [0.75, 2.5]


def test_read_that_did_not_leave_is_repeated(client, wire, pauses):
    wire.will(NotSentError("refused"), ok())
    client.read(PATH)
    assert pauses == [1.0]


def test_write_that_did_not_leave_is_left_to_the_caller(client, wire, pauses):
    wire.will(NotSentError("refused"))
    with pytest.raises(NotSentError):
        client.write(PATH, {})
    assert pauses == []


def test_answer_too_large_is_not_asked_for_again(client, wire):
    wire.will(AnswerTooLargeError("large"))
    with pytest.raises(AnswerTooLargeError):
        client.read(PATH)
    assert len(wire.requests) == 1


# --- the gateway says wait --------------------------------------------------------


def busy(seconds, status=429):
    return Response(status, {"retry-after": str(seconds)}, b"")


@pytest.mark.parametrize("status", [429, 503])
def test_read_waits_as_long_as_the_gateway_asks(client, wire, pauses, status):
    wire.will(busy(7, status), ok())
    client.read(PATH)
    assert pauses == [7.0]


def test_read_that_would_wait_too_long_is_left_to_the_caller(client, wire, pauses):
    wire.will(busy(3600))
    with pytest.raises(NotSentError) as caught:
        client.read(PATH)
    assert caught.value.retry_after == 3600.0
    assert pauses == []


def test_write_told_to_wait_was_not_sent(client, wire, pauses):
    wire.will(busy(7))
    with pytest.raises(NotSentError) as caught:
        client.write(PATH, {})
    assert caught.value.retry_after == 7.0
    assert pauses == []


def test_a_client_that_only_reads_sends_no_write(wire, pauses):
    client = make_client(wire, pauses, read_only=True)
    with pytest.raises(InvalidCallError):
        client.write(PATH, {})
    assert wire.requests == []
    wire.will(ok())
    client.read(PATH)
    assert len(wire.requests) == 1


# --- credentials ------------------------------------------------------------------


@pytest.mark.parametrize("call", ["read", "write"])
def test_call_refused_with_401_is_repeated_with_a_new_token(client, wire, pauses, call):
    wire.will(Response(401, {}, b""), ok())
    getattr(client, call)(PATH, {})
    assert [r.headers["Authorization"] for r in wire.requests] == [
        "Bearer t1",
        "Bearer t2",
    ]
    assert pauses == [1.0]


def test_401_that_stays_is_about_the_account(client, wire):
    wire.will(*[Response(401, {}, b"")] * 3)
    with pytest.raises(CredentialsError) as caught:
        client.write(PATH, {})
    assert caught.value.cause == "account"


def test_403_is_not_repeated(client, wire):
    wire.will(Response(403, {}, b"{}"))
    with pytest.raises(CredentialsError) as caught:
        client.read(PATH)
    assert caught.value.cause == "forbidden"
    assert len(wire.requests) == 1


def test_application_refused_by_accident_is_tried_again(client, wire, pauses):
    wire.token_answers.append(reply({"error": "invalid_client"}, 400))
    wire.will(ok())
    client.write(PATH, {})
    assert pauses == [1.0]


def test_application_refused_for_good_never_reaches_the_portal(client, wire):
    wire.token_answers.extend([reply({"error": "invalid_client"}, 400)] * 3)
    with pytest.raises(CredentialsError) as caught:
        client.write(PATH, {})
    assert caught.value.cause == "piste"
    assert wire.requests == []


def test_write_without_token_is_not_sent(client, wire):
    wire.token_answers.append(OutcomeUnknownError("cut"))
    with pytest.raises(NotSentError):
        client.write(PATH, {})
    assert wire.requests == []


# --- log --------------------------------------------------------------------------


def test_each_call_is_one_line_without_secret_or_body(wire, pauses, caplog):
    caplog.set_level(logging.DEBUG)
    moments = iter([0.0, 0.010, 1.0, 1.250, 2.0, 2.5])
    client = make_client(wire, pauses, clock=lambda: next(moments))
    wire.will(OutcomeUnknownError("cut"), ok(fichierResultat="Q0xFQVI="))
    client.read(PATH, {"motif": "private"})
    assert [record.getMessage() for record in caplog.records] == [
        "token -> 200 in 10 ms",
        f"POST {PATH} -> OutcomeUnknownError in 250 ms (attempt 1)",
        f"POST {PATH} -> 200 in 500 ms (attempt 2)",
    ]
    assert {record.levelno for record in caplog.records} == {logging.INFO}


def test_refused_token_is_logged_without_secret(client, wire, caplog):
    caplog.set_level(logging.DEBUG)
    wire.token_answers.extend([reply({"error": "invalid_client"}, 400)] * 3)
    with pytest.raises(CredentialsError):
        client.read(PATH)
    assert len(caplog.records) == 3
    assert "s3cret" not in caplog.text


def test_unforeseen_failure_of_a_transport_is_logged_and_passed_on(pauses, caplog):
    class Broken(Wire):
        def send(self, request):
            if request.url == ENVIRONMENT.token_url:
                return super().send(request)
            raise ZeroDivisionError

    caplog.set_level(logging.INFO)
    with pytest.raises(ZeroDivisionError):
        make_client(Broken(), Pauses()).read(PATH)
    assert "-> failed in" in caplog.text
