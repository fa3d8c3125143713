from __future__ import annotations

import logging
from datetime import datetime, timezone

import pytest
from unit.fakes import ENVIRONMENT, Pauses, Wire, make_client, ok, refusal, reply

from chorus_pro import (
    AnswerTooLargeError,
    CallOutcome,
    CredentialsError,
    NotSentError,
    OutcomeUnknownError,
    RefusedError,
    Response,
    TokenStore,
)
from chorus_pro.observing import TOKEN_OPERATION, CallRecord, subject_of
from chorus_pro.spool import Spool

PATH = "factures/v1/consulter/historique"
NOON = datetime(2026, 3, 5, 12, tzinfo=timezone.utc)


@pytest.fixture
def records():
    return []


@pytest.fixture
def client(wire, pauses, records):
    return make_client(wire, pauses, observer=records.append, now=lambda: NOON)


def test_token_and_call_are_both_told(wire, pauses, records):
    moments = iter([0.0, 0.010, 1.0, 1.250])
    client = make_client(
        wire,
        pauses,
        observer=records.append,
        now=lambda: NOON,
        clock=lambda: next(moments),
    )
    wire.will(reply(b'{"codeRetour": 0, "x": 1}'))
    client.read(PATH, {"idFacture": 5, "motif": "private"})
    token, call = records
    assert token.is_token
    assert (token.operation, token.method) == (TOKEN_OPERATION, "POST")
    assert (token.http_status, token.duration_ms) == (200, 10)
    assert call == CallRecord(
        at=NOON,
        method="POST",
        operation=PATH,
        http_status=200,
        code_retour=0,
        duration_ms=250,
        size=25,
        attempt=1,
        outcome=CallOutcome.DONE,
        writes=False,
        subject="5",
        size_sent=len(wire.requests[-1].body),
    )
    assert not call.is_token


def test_record_holds_nothing_of_body_header_or_secret(client, wire, records):
    wire.will(ok(fichierResultat="Q0xFQVI="))
    client.write(PATH, {"motif": "private", "fichierFlux": "U0VDUkVU"})
    told = repr(records)
    for hidden in ("private", "U0VDUkVU", "Q0xFQVI", "s3cret", "pâss", "TECH_1", "t1"):
        assert hidden not in told


def test_call_that_changes_something_is_marked(client, wire, records):
    wire.will(ok(), ok())
    client.write(PATH, {})
    client.read(PATH, {})
    assert [record.writes for record in records[1:]] == [True, False]


def test_start_is_now_in_utc(wire, pauses, records):
    before = datetime.now(timezone.utc)
    wire.will(ok())
    make_client(wire, pauses, observer=records.append).read(PATH)
    assert [
        before <= record.at <= datetime.now(timezone.utc) for record in records
    ] == [
        True,
        True,
    ]
    assert records[1].at.utcoffset().total_seconds() == 0


def test_each_attempt_is_told(client, wire, records):
    wire.will(OutcomeUnknownError("cut"), Response(503, {}, b"oops"), ok())
    client.read(PATH)
    assert [
        (one.attempt, one.http_status, one.size, str(one.outcome))
        for one in records[1:]
    ] == [
        (1, None, 0, "unknown"),
        (2, 503, 4, "unknown"),
        (3, 200, len(ok().body), "done"),
    ]


@pytest.mark.parametrize(
    ("answer", "error", "outcome", "status", "code"),
    [
        (refusal(20001, "no"), RefusedError, CallOutcome.REFUSED, 200, 20001),
        (refusal(20001, "no", 400), RefusedError, CallOutcome.REFUSED, 400, 20001),
        (Response(413, {}, b""), RefusedError, CallOutcome.REFUSED, 413, None),
        (Response(403, {}, b"{}"), CredentialsError, CallOutcome.DENIED, 403, None),
        (Response(429, {}, b""), NotSentError, CallOutcome.NOT_SENT, 429, None),
        (NotSentError("off"), NotSentError, CallOutcome.NOT_SENT, None, None),
        (
            AnswerTooLargeError("large"),
            AnswerTooLargeError,
            CallOutcome.TOO_LARGE,
            None,
            None,
        ),
        (reply([]), OutcomeUnknownError, CallOutcome.UNKNOWN, 200, None),
    ],
)
def test_outcome_is_one_word(
    client, wire, records, answer, error, outcome, status, code
):
    wire.will(answer)
    with pytest.raises(error):
        client.write(PATH, {})
    told = records[-1]
    assert (told.outcome, told.http_status, told.code_retour) == (outcome, status, code)


def test_refused_application_is_told_as_well(client, wire, records):
    wire.token_answers.extend([reply({"error": "invalid_client"}, 400)] * 3)
    with pytest.raises(CredentialsError):
        client.read(PATH)
    assert [(one.http_status, one.outcome, one.attempt) for one in records] == [
        (400, CallOutcome.DENIED, 1),
        (400, CallOutcome.DENIED, 2),
        (400, CallOutcome.DENIED, 3),
    ]
    assert all(one.is_token for one in records)


def test_what_nobody_foresaw_is_told_as_failed(wire, pauses, records, caplog):
    class Broken(Wire):
        def send(self, request):
            raise ZeroDivisionError

    caplog.set_level(logging.INFO)
    client = make_client(Broken(), pauses, observer=records.append)
    with pytest.raises(ZeroDivisionError):
        client.read(PATH)
    assert [record.outcome for record in records] == [CallOutcome.FAILED]
    assert "token -> failed" in caplog.text


def test_call_that_broke_before_it_left_is_told_at_its_time(
    client, records, monkeypatch
):
    monkeypatch.setattr("chorus_pro.client._account", lambda _credentials: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        client.read(PATH)
    assert (records[-1].at, records[-1].http_status) == (NOON, None)


def test_observer_in_trouble_never_harms_the_call(wire, caplog):
    def broken(_record):
        raise ValueError("no room left")

    wire.will(ok(x=1))
    assert make_client(wire, Pauses(), observer=broken).read(PATH)["x"] == 1
    assert caplog.text.count("not recorded") == 2
    assert "no room left" in caplog.text


def test_token_of_a_colleague_is_not_told_again(wire, records):
    tokens = TokenStore()
    wire.will(ok(), ok())
    make_client(wire, Pauses(), tokens=tokens).read(PATH)
    make_client(wire, Pauses(), tokens=tokens, observer=records.append).read(PATH)
    assert [record.operation for record in records] == [PATH]
    assert wire.requests[0].url.startswith(ENVIRONMENT.api_url)


@pytest.mark.parametrize(
    ("contents", "subject"),
    [
        ((), ""),
        ((None, {}), ""),
        (({"identifiantFactureCPP": 7},), "7"),
        (({"numeroFactureSaisi": "F1"}, {"numeroFacture": "F1"}), "F1"),
        ((None, {"numeroFluxDepot": "CPP1"}), "CPP1"),
        (({"listeFacture": [{"idFacture": 9}]},), "9"),
        (({"listeFacture": [{"idFacture": 9}, {"idFacture": 8}]},), ""),
        (({"listeDemandePaiement": [{"idDemandePaiement": 4}]},), "4"),
        (({"listeFacture": ["9"]},), ""),
        (({"listeFacture": "9", "idFacture": ["9"]},), ""),
        (({"numeroFacture": "x" * 300},), "x" * 100),
    ],
)
def test_subject_is_the_one_document_of_a_call(contents, subject):
    assert subject_of(*contents) == subject


def test_the_number_of_the_gateway_is_told(wire, client, records):
    answer = ok()
    headers = {**answer.headers, "x-correlationid": " Id-0a1b2c 0 "}
    wire.will(Response(answer.status, headers, answer.body))
    client.read(PATH, {})
    assert records[-1].correlation_id == "Id-0a1b2c 0"


def test_what_does_not_look_like_a_number_is_left_out(wire, client, records):
    answer = ok()
    headers = {
        "x-correlationid": "<script>",
        "x-piste-request-id": "7f3a-11",
    }
    wire.will(Response(answer.status, headers, answer.body))
    client.read(PATH, {})
    assert records[-1].correlation_id == "7f3a-11"


def test_bodies_are_told_to_whoever_wants_them(wire, pauses, records):
    client = make_client(wire, pauses, observer=records.append, keep_bodies=True)
    wire.will(reply(b'{"codeRetour": 0, "emailStructure": "a@example.com"}'))
    client.read(PATH, {"idFacture": 5, "motif": "Bon manquant"})
    token, call = records
    assert (token.asked, token.answered) == ("", "")
    assert '"motif": "Bon manquant"' in call.asked
    assert '"emailStructure": "***"' in call.answered
    assert "Bon manquant" not in repr(call)
    assert "codeRetour" not in repr(call)


def test_nobody_is_told_bodies_otherwise(wire, client, records):
    wire.will(ok())
    client.read(PATH, {"idFacture": 5})
    assert (records[-1].asked, records[-1].answered) == ("", "")


def test_a_download_on_the_disk_is_told_by_its_size(wire, pauses, records):
    client = make_client(wire, pauses, observer=records.append, keep_bodies=True)
    body = b'{"codeRetour": 0, "fichierResultat": "QUJD"}'
    wire.will(Response(200, {}, b"", Spool().store([body])))
    client.download(PATH, {"listeFacture": []}, field="fichierResultat")
    assert records[-1].answered == "<44 bytes>"
