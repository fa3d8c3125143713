from __future__ import annotations

import threading
from urllib.parse import parse_qs

import pytest
from unit.fakes import CREDENTIALS, ENVIRONMENT, Wire, reply

from chorus_pro import Credentials, OutcomeUnknownError, Response, TokenStore
from chorus_pro.errors import CredentialsError, NotSentError
from chorus_pro.piste import Token, fetch_token


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class Issuer:
    """Counts the tokens it hands out."""

    def __init__(self, lifetime=3600.0):
        self.lifetime = lifetime
        self.count = 0

    def __call__(self):
        self.count += 1
        return Token(f"t{self.count}", self.lifetime)


def test_token_is_asked_for_as_piste_wants_it():
    class Spy(Wire):
        def send(self, request):
            self.seen = request
            return super().send(request)

    wire = Spy()
    token = fetch_token(wire, ENVIRONMENT, CREDENTIALS)
    assert (token.value, token.lifetime) == ("t1", 3600.0)
    assert wire.seen.method == "POST"
    assert wire.seen.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(wire.seen.body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["app-1"],
        "client_secret": ["s3cret"],
        "scope": ["openid"],
    }


def fetch(answer):
    wire = Wire()
    wire.token_answers.append(answer)
    return fetch_token(wire, ENVIRONMENT, CREDENTIALS)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_refused_application_says_so(status):
    with pytest.raises(CredentialsError) as caught:
        fetch(reply({"error": "invalid_client"}, status))
    assert caught.value.cause == "piste"
    assert "s3cret" not in str(caught.value)


def test_busy_token_service_tells_when_to_come_back():
    with pytest.raises(NotSentError) as caught:
        fetch(Response(429, {"retry-after": "30"}, b""))
    assert caught.value.retry_after == 30.0


def test_date_in_retry_after_is_ignored():
    with pytest.raises(NotSentError) as caught:
        fetch(Response(503, {"retry-after": "Mon, 23 Nov 2026 10:00:00 GMT"}, b""))
    assert caught.value.retry_after is None


def test_no_answer_of_the_token_service_means_that_nothing_was_sent():
    with pytest.raises(NotSentError, match="no token: cut"):
        fetch(OutcomeUnknownError("cut"))


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b'"text"',
        b"{}",
        b'{"access_token": null}',
        b'{"access_token": "a\\nb"}',
        b'{"access_token": "\xc3\xa9"}',
        b'{"access_token": "t", "expires_in": "soon"}',
        b'{"access_token": "t", "expires_in": [1]}',
        b"[" * 100_000,
    ],
)
def test_answer_without_a_usable_token_is_not_sent(body):
    with pytest.raises(NotSentError, match="not understood"):
        fetch(Response(200, {}, body))


@pytest.mark.parametrize("lifetime", [0, -5, "0", None])
def test_lifetime_that_makes_no_sense_is_none(lifetime):
    assert fetch(reply({"access_token": "t", "expires_in": lifetime})).lifetime == 0.0


def test_token_does_not_show():
    assert "t0ken" not in repr(Token("t0ken", 1.0))


def test_token_is_kept_until_the_margin_before_its_end():
    clock, issue = Clock(), Issuer(3600)
    store = TokenStore(clock=clock, margin=240)
    first = store.get(ENVIRONMENT, CREDENTIALS, issue)
    clock.now = 3359.9
    assert store.get(ENVIRONMENT, CREDENTIALS, issue) is first
    clock.now = 3360.0
    assert store.get(ENVIRONMENT, CREDENTIALS, issue) is not first


def test_short_token_serves_half_its_life():
    clock, issue = Clock(), Issuer(100)
    store = TokenStore(clock=clock, margin=240)
    store.get(ENVIRONMENT, CREDENTIALS, issue)
    clock.now = 49.0
    store.get(ENVIRONMENT, CREDENTIALS, issue)
    assert issue.count == 1
    clock.now = 50.0
    store.get(ENVIRONMENT, CREDENTIALS, issue)
    assert issue.count == 2


def test_token_without_lifetime_serves_once():
    issue, store = Issuer(0), TokenStore(clock=Clock())
    store.get(ENVIRONMENT, CREDENTIALS, issue)
    store.get(ENVIRONMENT, CREDENTIALS, issue)
    assert issue.count == 2


def test_two_accounts_of_one_application_share_a_token():
    issue, store = Issuer(), TokenStore()
    other = Credentials("app-1", "s3cret", "TECH_1_2@cpro.fr", "x")
    assert store.get(ENVIRONMENT, CREDENTIALS, issue) is store.get(
        ENVIRONMENT, other, issue
    )


def test_changed_secret_is_tried_at_once():
    issue, store = Issuer(), TokenStore()
    store.get(ENVIRONMENT, CREDENTIALS, issue)
    store.get(ENVIRONMENT, Credentials("app-1", "new", "x", "y"), issue)
    assert issue.count == 2


def test_dropped_token_is_fetched_again():
    issue, store = Issuer(), TokenStore()
    token = store.get(ENVIRONMENT, CREDENTIALS, issue)
    store.drop(ENVIRONMENT, CREDENTIALS, token)
    assert store.get(ENVIRONMENT, CREDENTIALS, issue) is not token


def test_dropping_an_old_token_keeps_the_new_one():
    issue, store = Issuer(), TokenStore()
    old = store.get(ENVIRONMENT, CREDENTIALS, issue)
    store.drop(ENVIRONMENT, CREDENTIALS, old)
    new = store.get(ENVIRONMENT, CREDENTIALS, issue)
    store.drop(ENVIRONMENT, CREDENTIALS, old)
    assert store.get(ENVIRONMENT, CREDENTIALS, issue) is new


def test_many_threads_fetch_one_token():
    inside, go, store = threading.Event(), threading.Event(), TokenStore()
    issue = Issuer()

    def slow():
        inside.set()
        go.wait(5)
        return issue()

    found = []
    threads = [
        threading.Thread(
            target=lambda: found.append(store.get(ENVIRONMENT, CREDENTIALS, slow))
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    inside.wait(5)
    go.set()
    for thread in threads:
        thread.join(5)
    assert issue.count == 1
    assert {token.value for token in found} == {"t1"}


def test_failed_fetch_leaves_the_door_open():
    issue, store = Issuer(), TokenStore()

    def fail():
        raise NotSentError("down")

    with pytest.raises(NotSentError):
        store.get(ENVIRONMENT, CREDENTIALS, fail)
    assert store.get(ENVIRONMENT, CREDENTIALS, issue).value == "t1"
